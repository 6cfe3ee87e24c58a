"""A real server's process: what it tells those who run it while things go wrong under it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.mailbox.test_probe import fill, small_disk

__all__ = ["small_disk"]

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

QUESTION = "留學生回福州創業有補助嗎"


@contextlib.asynccontextmanager
async def serving(folder: Path, log: Path, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server of its own, whose state is in `folder`."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {**os.environ, "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db", **settings}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--port", str(port), env=environment, stdout=output, stderr=output
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def readiness(client: httpx.AsyncClient, status: int) -> dict[str, Any]:
    """What /readyz tells, once it answers with that status."""
    for _ in range(1200):
        with contextlib.suppress(httpx.TransportError):
            answer = await client.get("/readyz")
            if answer.status_code == status:
                told: dict[str, Any] = answer.json()
                return told
        await asyncio.sleep(0.1)
    raise AssertionError(f"/readyz never answered with {status}")


async def ask(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post("/webhooks/rest/webhook", json={"sender": "me", "message": text})


async def test_a_full_disk_is_told_while_it_lasts_and_neither_log_nor_figures_have_a_word_of_anybody(
    small_disk: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    async with serving(small_disk, log, RONGCE_LOG_FORMAT="json", RONGCE_LOG_LEVEL="debug") as client:
        await readiness(client, 200)
        for _ in range(3):
            assert "創業" in (await ask(client, QUESTION)).text
        figures = (await client.get("/metrics")).text
        filler = fill(small_disk)
        told = await readiness(client, 503)
        assert set(told["faults"]) == {"state"}
        assert "free some space" in told["reason"]
        while (await ask(client, f"{QUESTION} again")).status_code == 200:
            pass  # the log of SQLite has some room still
        filler.unlink()
        await readiness(client, 200)
        assert (await ask(client, QUESTION)).status_code == 200
    lines = log.read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert any("disk is full" in event["event"] for event in events)
    assert 'rongce_messages_total{channel="rest",outcome="answer"} 3.0' in figures
    assert not any(word in text for text in (figures, *lines) for word in (QUESTION, "創業場地"))


async def test_a_deleted_state_and_a_damaged_clause_database_are_told_by_their_names(tmp_path: Path) -> None:
    clauses = Path(shutil.copy("build/clauses.db", tmp_path / "clauses.db"))
    async with serving(tmp_path, tmp_path / "log", RONGCE_CLAUSES=str(clauses)) as client:
        await readiness(client, 200)
        (tmp_path / "rongce.db").unlink()
        clauses.with_suffix(".new").write_bytes(b"no database" * 1000)
        clauses.with_suffix(".new").replace(clauses)
        told = await readiness(client, 503)
        for _ in range(100):
            if set(told["faults"]) == {"state", "clauses"}:
                break
            await asyncio.sleep(0.2)
            told = await readiness(client, 503)
        assert "deleted" in told["faults"]["state"]
        assert "the one before answers" in told["faults"]["clauses"]


async def test_what_is_shown_last_at_a_start_is_where_the_chat_page_and_the_desk_are_and_how_to_make_the_first_account(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    async with serving(tmp_path, log) as client:
        await readiness(client, 200)
        page = str(client.base_url)
        shown = log.read_text("utf-8")
    last = shown.splitlines()[-3:]
    assert (page in last[0], f"{page}/desk" in last[1], "staff add" in last[2]) == (True, True, True)
    assert "WARNING" not in shown


async def test_a_server_whose_port_is_taken_does_not_say_that_it_is_ready(tmp_path: Path) -> None:
    environment = {**os.environ, "RONGCE_STATE_URL": f"sqlite:///{tmp_path}/rongce.db"}
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--port", str(other.getsockname()[1])),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        shown = (await process.communicate())[0].decode()
    assert process.returncode
    assert "address already in use" in shown
    assert "已就绪" not in shown
