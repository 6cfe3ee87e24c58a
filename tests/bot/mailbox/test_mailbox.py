from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import MessageError, StateError
from bot.mailbox import state as state_module
from bot.mailbox.mailbox import AT_MOST_WAITING, Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import messages

ANSWERER = """
import asyncio, sys
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State

async def answer(message):
    await asyncio.sleep(0.01)
    return Reply((Line("utter_quote", message.text),), {"kind": "answer"})

async def main():
    mailbox = Mailbox(State(sys.argv[1]), answer)
    await mailbox.resume()
    print("resumed", flush=True)
    for number in range(int(sys.argv[2]), 60):
        await mailbox.ask(Message("web", f"person{number % 3}", str(number), f"question {number}"))
        print(number, flush=True)

asyncio.run(main())
"""


def message(text: str = "补贴", number: str = "1", conversation: str = "person") -> Message:
    return Message("web", conversation, number, text)


class Echo:
    """Answers with the text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, message: Message) -> Reply:
        self.asked.append(message.text)
        await asyncio.sleep(0)
        return Reply((Line("utter_quote", message.text),), {"kind": "answer"})


@pytest.mark.asyncio
async def test_the_same_message_sent_again_gets_the_same_reply_and_is_answered_once(state: State) -> None:
    echo = Echo()
    mailbox = Mailbox(state, echo)
    first, second = await asyncio.gather(mailbox.ask(message()), mailbox.ask(message()))
    assert first == second == await mailbox.ask(message())
    assert echo.asked == ["补贴"]


@pytest.mark.asyncio
async def test_messages_of_one_conversation_are_answered_in_order_and_others_do_not_wait(state: State) -> None:
    order: list[str] = []
    held = asyncio.Event()

    async def answer(asked: Message) -> Reply:
        if asked.text == "slow":
            await held.wait()
        order.append(asked.text)
        return Reply((Line("", asked.text),), {})

    mailbox = Mailbox(state, answer)
    slow = asyncio.create_task(mailbox.ask(message("slow", "1")))
    await asyncio.sleep(0)
    after = asyncio.create_task(mailbox.ask(message("after", "2")))
    await mailbox.ask(message("other", "1", "somebody else"))
    assert order == ["other"]
    held.set()
    await asyncio.gather(slow, after)
    assert order == ["other", "slow", "after"]


@pytest.mark.asyncio
async def test_personal_numbers_are_masked_before_anything_is_kept_or_answered(tmp_path: Path) -> None:
    echo = Echo()
    state = State(f"sqlite:///{tmp_path}/kept.db")
    await Mailbox(state, echo).ask(message("我的电话13950212345"))
    state.close()
    assert echo.asked == ["我的电话〔电话〕"]
    assert b"13950212345" not in (tmp_path / "kept.db").read_bytes()


@pytest.mark.asyncio
async def test_what_could_not_be_answered_is_kept_and_answered_later(state: State) -> None:
    async def broken(_: Message) -> Reply:
        raise StateError("not now")

    with pytest.raises(StateError):
        await Mailbox(state, broken).ask(message())
    echo = Echo()
    mailbox = Mailbox(state, echo)
    assert await mailbox.resume() == 1
    (exchange,) = await mailbox.history("web", "person")
    assert exchange.reply is not None
    assert echo.asked == ["补贴"]


@pytest.mark.asyncio
async def test_what_a_message_replies_to_is_kept_and_known_when_it_is_answered_later(state: State) -> None:
    async def broken(_: Message) -> Reply:
        raise StateError("not now")

    replying = Message("telegram", "group.1", "2", "归谁管", in_reply_to="1", asked_in="group.2")
    with pytest.raises(StateError):
        await Mailbox(state, broken).ask(replying)
    answered: list[Message] = []

    async def answer(asked: Message) -> Reply:
        answered.append(asked)
        return Reply((Line("", asked.text),), {})

    mailbox = Mailbox(state, answer)
    await mailbox.resume()
    (exchange,) = await mailbox.history("telegram", "group.1")
    assert answered == [exchange.message] == [replying]


@pytest.mark.asyncio
async def test_a_caller_that_goes_away_does_not_stop_the_answering(state: State) -> None:
    started, held = asyncio.Event(), asyncio.Event()

    async def answer(asked: Message) -> Reply:
        started.set()
        await held.wait()
        return Reply((Line("", asked.text),), {})

    mailbox = Mailbox(state, answer)
    caller = asyncio.create_task(mailbox.ask(message()))
    await started.wait()
    caller.cancel()
    held.set()
    assert (await mailbox.ask(message())).text == "补贴"


@pytest.mark.asyncio
async def test_a_conversation_cannot_pile_up_messages_without_end(state: State) -> None:
    held = asyncio.Event()

    async def answer(asked: Message) -> Reply:
        await held.wait()
        return Reply((Line("", asked.text),), {})

    mailbox = Mailbox(state, answer)
    waiting = [asyncio.create_task(mailbox.ask(message(number=str(n)))) for n in range(AT_MOST_WAITING)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(MessageError, match=str(AT_MOST_WAITING)):
        await mailbox.ask(message(number="one more"))
    held.set()
    await asyncio.gather(*waiting)


@pytest.mark.asyncio
async def test_forgetting_deletes_what_is_kept_of_one_conversation_only(state: State) -> None:
    mailbox = Mailbox(state, Echo())
    await mailbox.ask(message())
    await mailbox.ask(message(conversation="other"))
    assert await mailbox.forget("web", "person") == 1
    assert await mailbox.history("web", "person") == ()
    assert len(await mailbox.history("web", "other")) == 1


@pytest.mark.parametrize("most", [0, state_module.AT_MOST_REWRITTEN], ids=["too large to write anew", "written anew"])
@pytest.mark.asyncio
async def test_forgetting_leaves_nothing_in_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(state_module, "AT_MOST_REWRITTEN", most)
    state = State(f"sqlite:///{tmp_path}/kept.db")
    mailbox = Mailbox(state, Echo())
    for number in range(3):
        for person in ("leaver", "stayer"):
            await mailbox.ask(message(f"{person}的事" * 20 * number, f"{person}-{number}", f"of-{person}"))
    assert b"leaver" in _bytes(tmp_path)
    await mailbox.forget("web", "of-leaver")
    assert b"leaver" not in _bytes(tmp_path)
    assert b"stayer" in _bytes(tmp_path)
    state.close()


@pytest.mark.asyncio
async def test_nor_does_it_leave_the_copies_of_rows_that_sqlite_moved(tmp_path: Path) -> None:
    dice = random.Random(5)  # with these sizes SQLite leaves two copies behind

    async def answer(asked: Message) -> Reply:
        return Reply((Line("", asked.text * dice.randint(1, 9)),), {})

    state = State(f"sqlite:///{tmp_path}/kept.db")
    mailbox = Mailbox(state, answer)
    for number in range(60):
        person = dice.randrange(6)
        text = f"person{person}的" + "字" * dice.randint(0, 80)
        await mailbox.ask(message(text, str(number), f"of-{person}"))
    for person in range(6):
        await mailbox.forget("web", f"of-{person}")
        assert f"person{person}的".encode() not in _bytes(tmp_path)
    state.close()


@pytest.mark.asyncio
async def test_where_somebody_reads_the_file_meanwhile_all_is_deleted_and_a_warning_says_what_may_be_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = State(f"sqlite:///{tmp_path}/kept.db")
    mailbox = Mailbox(state, Echo())
    await mailbox.ask(message())
    reader = sqlite3.connect(tmp_path / "kept.db", isolation_level=None)
    reader.execute("begin")
    reader.execute("select * from messages").fetchall()
    assert await mailbox.forget("web", "person") == 1
    assert await mailbox.history("web", "person") == ()
    assert "may still lie in the free space" in caplog.text and "python -m bot purge" in caplog.text
    reader.close()
    state.wipe()
    assert "补贴".encode() not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    """All that stands in the files of a folder."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_answered_twice_over_fifteen_kills(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rongce.db"
    kills = 0
    following = 0
    while following < 60:
        process = subprocess.Popen(
            [sys.executable, "-c", ANSWERER, url, str(following)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(4)]
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        kills += process.returncode == -signal.SIGKILL
        numbers = [int(line) for line in (*said, *rest.split()) if line.isdigit()]
        following = max(numbers, default=following - 1) + 1
    asyncio.run(Mailbox(State(url), Echo()).resume())
    rows = sqlite3.connect(tmp_path / "rongce.db").execute("select message_id, reply from messages").fetchall()
    assert kills >= 15
    assert sorted(int(number) for number, _ in rows) == list(range(60))
    assert all(reply for _, reply in rows)


@pytest.mark.asyncio
async def test_a_locked_database_is_said_and_does_not_hold_the_others(tmp_path: Path) -> None:
    state = State(f"sqlite:///{tmp_path}/rongce.db")
    blocker = sqlite3.connect(tmp_path / "rongce.db", isolation_level=None)
    blocker.execute("begin exclusive")
    asking = asyncio.create_task(Mailbox(state, Echo()).ask(message()))
    elsewhere = await Mailbox(State(f"sqlite:///{tmp_path}/other.db"), Echo()).ask(message())
    assert elsewhere.text == "补贴"
    assert not asking.done()
    with pytest.raises(StateError, match="locked"):
        await asking
    blocker.execute("rollback")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rongce.db"
    path.write_bytes(b"not a database, but somebody's file" * 50)
    with pytest.raises(StateError, match="RONGCE_STATE_URL"):
        State(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.asyncio
async def test_a_database_that_hangs_is_given_up_and_others_go_on(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mailbox.state.PATIENCE", 0.05)
    answered = threading.Event()
    try:
        with pytest.raises(StateError, match="did not answer"):
            await state.run(lambda _: answered.wait(10))
        monkeypatch.setattr("bot.mailbox.state.PATIENCE", 5.0)
        assert await state.run(lambda _: "goes on") == "goes on"
    finally:
        answered.set()


@pytest.mark.asyncio
async def test_what_was_deleted_while_it_waited_is_not_written_down_again(state: State) -> None:
    held = asyncio.Event()

    async def answer(asked: Message) -> Reply:
        await held.wait()
        return Reply((Line("utter_quote", asked.text),), {"kind": "answer"})

    mailbox = Mailbox(state, answer)
    first, second = (asyncio.create_task(mailbox.ask(message(number=number))) for number in ("1", "2"))
    for _ in range(1000):
        if len(await mailbox.history("web", "person")) == 2:
            break
        await asyncio.sleep(0.01)
    await state.run(lambda connection: connection.execute(sa.delete(messages).where(messages.c.message_id == "2")))
    held.set()
    assert (await first).text == "补贴"
    with pytest.raises(MessageError, match="deleted"):
        await second
    assert [exchange.message.id for exchange in await mailbox.history("web", "person")] == ["1"]
