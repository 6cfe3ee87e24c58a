"""The whole process, as `make run` starts it, and killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.telegram_api.server import TOKEN, Fault, TelegramApi, flood

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

UPDATES = 400
KILLS = 30
CHATS = 40
FAULTS = [flood(1), Fault(502), Fault(401), Fault(404), Fault(silence=True), Fault(drop=True)]

ECHOING = """
import asyncio, sys
from pathlib import Path
from bot.channels.telegram.channel import Access, TelegramChannel
from bot.clauses.store import ClauseStore
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Reply
from bot.mailbox.state import State

class Desk:
    model = "none"
    store = ClauseStore.open(Path("build/clauses.db"))
    async def ready(self): pass
    def word(self, response, voice, fields=None): return response

async def echo(message):
    return Reply((Line("utter_thanks", message.text),), {"kind": "smalltalk", "script": "hant", "answers": []})

async def main(url, token, api):
    state = State(url)
    await TelegramChannel(Access(token, api, patience=0.5, pause=0.05), state, Mailbox(state, echo), Desk()).run()

asyncio.run(main(*sys.argv[1:]))
"""


@contextlib.asynccontextmanager
async def serving(folder: Path, **settings: str) -> AsyncIterator[tuple[str, Path]]:
    """The address of a server of its own, started as `make run` does, and its log."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {
        **os.environ,
        "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db",
        "RONGCE_LOG_LEVEL": "debug",
        **settings,
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--port", str(port), env=environment, stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{port}", folder / "log"
    finally:
        process.terminate()
        await process.wait()


async def page(url: str, wanted: int) -> str:
    """What a page says, once it answers with the wanted status."""
    async with httpx.AsyncClient() as client:
        for _ in range(1200):
            with contextlib.suppress(httpx.TransportError):
                response = await client.get(url)
                if response.status_code == wanted:
                    return response.text
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} never answered with {wanted}")


async def test_from_start_through_question_button_follow_up_and_inline_query(api: TelegramApi, tmp_path: Path) -> None:
    async with serving(tmp_path, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url) as (url, log):
        await api.say(7, "/start")
        await page(f"{url}/readyz", 200)
        (hello,) = await api.shown(7)
        assert hello.text.startswith("您好")
        await api.say(7, "留學生回福州創業有補助嗎")
        answer = (await api.shown(7, 2))[1]
        assert "創業場地租金補助" in answer.quotes[0]
        await api.tap(7, answer, "原文")
        await api.until(lambda: "榕城杯" in answer.text)
        await api.say(7, "歸哪個單位管")
        assert "市人社局、市財政局" in (await api.shown(7, 3))[2].text
        offered = await api.type_inline("離崗創業")
        assert "離崗" in offered["results"][0]["input_message_content"]["message_text"]
        shown = [await page(f"{url}{path}", 200) for path in ("/", "/readyz", "/healthz")]
    assert TOKEN.partition(":")[2] not in log.read_text("utf-8") + "".join(shown)
    assert "歸哪個單位管" not in log.read_text("utf-8")


async def test_without_telegram_the_others_are_served_and_health_says_so_until_it_is_there(
    api: TelegramApi, tmp_path: Path
) -> None:
    api.fail("getMe", *[Fault(drop=True)] * 3)
    async with serving(tmp_path, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url) as (url, _):
        await page(f"{url}/healthz", 200)
        assert "Telegram" in await page(f"{url}/readyz", 503) or "loaded" in await page(f"{url}/readyz", 503)
        async with httpx.AsyncClient(timeout=30) as client:
            question = {"sender": "me", "message": "第8条"}
            answered = await client.post(f"{url}/webhooks/rest/webhook", json=question)
        assert "留学人员" in answered.text
        await page(f"{url}/readyz", 200)


async def test_a_revoked_token_is_one_clear_error_and_the_rest_goes_on(api: TelegramApi, tmp_path: Path) -> None:
    revoked = "110201543:AAHrevoked"
    async with serving(tmp_path, TELEGRAM_TOKEN=revoked, TELEGRAM_API_URL=api.url) as (url, log):
        await api.until(lambda: api.count("getMe") >= 2)
        async with httpx.AsyncClient(timeout=30) as client:
            question = {"sender": "me", "message": "第8条"}
            answered = await client.post(f"{url}/webhooks/rest/webhook", json=question)
        assert "留学人员" in answered.text
        assert "refuses" in await page(f"{url}/readyz", 503)
    text = log.read_text("utf-8")
    assert text.count("Telegram refuses the bot's token. If that goes on") == 1
    assert "AAHrevoked" not in text


async def test_over_four_hundred_updates_and_thirty_kills_none_is_lost_and_at_most_one_reply_a_kill_is_sent_twice(
    api: TelegramApi, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/rongce.db"
    kills = 0

    async def start() -> asyncio.subprocess.Process:
        arguments = [sys.executable, "-c", ECHOING, url, TOKEN, api.url]
        return await asyncio.create_subprocess_exec(*arguments, stderr=asyncio.subprocess.DEVNULL)

    def answered() -> int:
        return len({shown.text for chat in api.chats.values() for shown in chat.values()})

    process = await start()
    try:
        for number in range(UPDATES):
            await api.say(1 + number % CHATS, f"question {number}")
            if number % 5 == 0:
                api.fail(("sendMessage", "getUpdates")[number % 2], FAULTS[number // 10 % len(FAULTS)])
            if number % 13 == 12:
                before = answered()
                await api.until(lambda before=before: answered() > before + 3)  # type: ignore[misc]
                process.send_signal(signal.SIGKILL)
                await process.wait()
                kills += 1
                process = await start()
        await api.until(lambda: answered() == UPDATES)
    finally:
        process.kill()
        await process.wait()
    counted = Counter(shown.text for chat in api.chats.values() for shown in chat.values())
    assert kills >= KILLS
    assert set(counted) == {f"question {number}" for number in range(UPDATES)}
    print(f"{kills} kills, {sum(counted.values()) - UPDATES} replies twice")
    assert sum(counted.values()) - UPDATES <= kills
    for chat in api.chats.values():
        firsts = list(dict.fromkeys(shown.text for shown in chat.values()))
        assert firsts == sorted(firsts, key=lambda text: int(text.split()[1]))
