"""The senders of the benchmark."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.load import latency_at, load


def server(reply: list[dict[str, str]]) -> TestServer:
    async def webhook(_: web.Request) -> web.Response:
        return web.json_response(reply)

    app = web.Application()
    app.router.add_post("/", webhook)
    return TestServer(app)


@pytest.mark.asyncio
async def test_silence_is_not_measured_as_a_fast_answer() -> None:
    async with server([]) as silent:
        with pytest.raises(ValueError, match="nobody can read"):
            await load(str(silent.make_url("/")), ["补贴"], senders=2, seconds=0.1)


@pytest.mark.asyncio
async def test_the_latency_is_given_for_each_turn_asked_for() -> None:
    async with server([{"text": "答"}]) as talking:
        at_turn = await latency_at(str(talking.make_url("/")), ["补贴"], [10, 20])
    assert list(at_turn) == [10, 20]
    assert all(milliseconds > 0 for milliseconds in at_turn.values())
