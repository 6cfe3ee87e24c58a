"""What could not be answered for long is not acted on any more; and a SQLite file has one server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import StateError
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State

HOLDER = """
import sys, time
from bot.mailbox.state import State
state = State(sys.argv[1], alone=True)
print("held", flush=True)
time.sleep(600)
"""


async def answer(message: Message) -> Reply:
    return Reply((Line("utter_quote", message.text),), {"kind": "answer"})


async def apologise(_: Message) -> Reply:
    return Reply((Line("utter_error", "抱歉"),), {"kind": "no_answer"})


async def broken(_: Message) -> Reply:
    raise StateError("not now")


def message(number: str) -> Message:
    return Message("web", "person", number, f"question {number}")


async def left(state: State, number: str, since: float) -> None:
    """A message that nobody answered since then."""
    with pytest.raises(StateError):
        await Mailbox(state, broken).ask(message(number), since)


@pytest.mark.asyncio
async def test_what_waited_for_too_long_gets_an_apology_and_is_not_acted_on(state: State) -> None:
    await left(state, "1", time.time() - 40 * 24 * 3600)
    mailbox = Mailbox(state, answer, apologise, patience=600)
    assert await mailbox.resume() == 1
    (exchange,) = await mailbox.history("web", "person")
    assert exchange.reply is not None and exchange.reply.text == "抱歉"
    assert await mailbox.ask(message("1")) == exchange.reply


@pytest.mark.asyncio
async def test_what_waited_for_less_is_answered(state: State) -> None:
    await left(state, "1", time.time() - 500)
    assert (await Mailbox(state, answer, apologise, patience=600).ask(message("1"))).text == "question 1"


@pytest.mark.asyncio
async def test_the_late_one_gets_its_apology_before_a_new_one_is_answered(state: State) -> None:
    await left(state, "1", time.time() - 3600)
    mailbox = Mailbox(state, answer, apologise, patience=600)
    assert (await mailbox.ask(message("2"))).text == "question 2"
    first, second = await mailbox.history("web", "person")
    assert first.reply and first.reply.text == "抱歉" and second.reply and second.reply.text == "question 2"


@pytest.mark.asyncio
async def test_what_is_asked_before_anything_can_be_answered_is_kept_and_answered_then(state: State) -> None:
    mailbox = Mailbox(state, answer, opened=False)
    asking = asyncio.create_task(mailbox.ask(message("1")))
    for _ in range(500):
        if await mailbox.history("web", "person"):
            break
        await asyncio.sleep(0.01)
    assert not asking.done()
    mailbox.open()
    assert (await asking).text == "question 1"


def test_a_second_server_on_a_sqlite_file_is_refused_with_what_to_do_until_the_first_dies(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rongce.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True) as first:
        try:
            assert first.stdout is not None and first.stdout.readline() == "held\n"
            with pytest.raises(StateError, match=r"rongce\.db.*PostgreSQL"):
                State(url, alone=True)
            State(url).close()  # commands of the staff go on beside it
        finally:
            first.kill()
    State(url, alone=True).close()
    State(url, alone=True).close()


@pytest.mark.asyncio
async def test_what_fails_gets_an_apology_and_what_waits_behind_it_an_answer(state: State) -> None:
    async def fails(asked: Message) -> Reply:
        if asked.id == "1":
            raise ValueError("a part of the assistant is broken")
        return await answer(asked)

    mailbox = Mailbox(state, fails, apologise)
    replies = await asyncio.gather(mailbox.ask(message("1")), mailbox.ask(message("2")))
    assert [reply.text for reply in replies] == [(await apologise(message("1"))).text, "question 2"]
