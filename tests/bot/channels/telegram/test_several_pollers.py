"""Of several servers that could fetch updates one does, and another one goes on when that one dies or stops."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from tests.bot.channels.telegram.test_process import ECHOING
from tests.telegram_api.server import TOKEN, TelegramApi

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

WITHIN = 10.0
"""Seconds within which another one fetches."""


@contextlib.asynccontextmanager
async def polling(url: str, api: TelegramApi) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server's process that may fetch."""
    arguments = [sys.executable, "-c", ECHOING, url, TOKEN, api.url]
    process = await asyncio.create_subprocess_exec(*arguments, stderr=asyncio.subprocess.DEVNULL)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def asked(api: TelegramApi, chat: int, text: str) -> None:
    """Somebody asks, and is answered."""
    await api.say(chat, text)
    await api.until(lambda: text in [shown.text for shown in api.chats[chat].values()])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_the_other_one_fetches_within_ten_seconds(
    api: TelegramApi, postgres_url: str, chat: int, how: signal.Signals
) -> None:
    async with polling(postgres_url, api) as first:
        await asked(api, chat, "to the first")
        before = api.count("getMe")
        async with polling(postgres_url, api):
            await api.until(lambda: api.count("getMe") > before + 1)  # it knows who it is, and stands by
            conflicts = api.conflicts
            await asked(api, chat, "to the first again")
            assert api.conflicts == conflicts == 0  # they never fetch both
            first.send_signal(how)
            await first.wait()
            await asyncio.wait_for(asked(api, chat, "to the second"), WITHIN)
    shown = dict.fromkeys(shown.text for shown in api.chats[chat].values())  # the one at the kill may come twice
    assert list(shown) == ["to the first", "to the first again", "to the second"]
