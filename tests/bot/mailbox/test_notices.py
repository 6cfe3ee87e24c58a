"""What staff say to a person, until it arrived."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from bot.mailbox.models import Line, Reply
from bot.mailbox.notices import Notice, Notices, Status, end, write
from bot.mailbox.outbox import Outbox, Send, Waiting
from bot.mailbox.state import State

pytestmark = pytest.mark.asyncio

REPLY = Reply((Line("utter_from_staff", "同事答覆"),), {"kind": "answer", "script": "hant"})


async def say(state: State, channel: str = "telegram", conversation: str = "7", handover: int = 1) -> Notice:
    """A notice."""
    await state.run(lambda connection: write(connection, channel, conversation, handover, REPLY))
    return (await Notices(state).of(channel, conversation))[-1]


async def now(state: State) -> tuple[str, str]:
    """How the notice of the first handover stands, and what troubles it."""
    (notice,) = await Notices(state).of_handover(1)
    return notice.status, notice.trouble


@pytest_asyncio.fixture
async def notice(state: State) -> Notice:
    return await say(state)


@pytest.fixture
def outbox(state: State) -> Outbox:
    return Outbox(state, "telegram")


def sends(notice: Notice, count: int = 2) -> list[Send]:
    """A notice in pieces."""
    return [Send("7", "sendMessage", {"text": f"{number}"}, "7", notice=notice.id) for number in range(count)]


async def oldest(outbox: Outbox, lane: str) -> Waiting | None:
    """What goes out next in a lane."""
    _, waiting = await outbox.take(lane, None)
    return waiting


async def test_a_notice_waits_with_all_that_it_says(state: State, notice: Notice) -> None:
    assert await Notices(state).waiting("telegram") == [notice]
    assert await Notices(state).waiting("web") == []
    assert (notice.conversation, notice.handover, notice.reply, notice.status) == ("7", 1, REPLY, "waiting")


async def test_only_what_is_newer_is_given_to_who_knows_the_rest(state: State, notice: Notice) -> None:
    later = await say(state, handover=2)
    assert await Notices(state).of("telegram", "7") == [notice, later]
    assert await Notices(state).of("telegram", "7", after=notice.id) == [later]
    assert await Notices(state).of("telegram", "8") == []


async def test_a_notice_is_delivered_once_its_last_piece_went_out(state: State, outbox: Outbox, notice: Notice) -> None:
    assert await outbox.write_notice(notice.id, sends(notice))
    assert await now(state) == ("sending", "")
    for message, status in ((11, "sending"), (12, "delivered")):
        waiting = await oldest(outbox, "7")
        assert waiting is not None and waiting.send.notice == notice.id
        await outbox.sent(waiting, message)
        assert (await now(state))[0] == status


@pytest.mark.parametrize("dead_first", [True, False])
async def test_a_notice_of_which_a_piece_cannot_go_out_failed_with_the_reason(
    state: State, outbox: Outbox, notice: Notice, dead_first: bool
) -> None:
    await outbox.write_notice(notice.id, sends(notice))
    for dead in (dead_first, not dead_first):
        waiting = await oldest(outbox, "7")
        assert waiting is not None
        await (outbox.dead(waiting, "Forbidden: bot was blocked") if dead else outbox.sent(waiting, 11))
    assert await now(state) == ("failed", "Forbidden: bot was blocked")


async def test_what_failed_can_be_sent_again_and_arrives(state: State, outbox: Outbox, notice: Notice) -> None:
    await outbox.write_notice(notice.id, sends(notice, 1))
    waiting = await oldest(outbox, "7")
    assert waiting is not None
    await outbox.dead(waiting, "Forbidden")
    assert not await outbox.write_notice(notice.id, sends(notice, 1))
    assert await Notices(state).again(1)
    assert await now(state) == ("waiting", "")
    assert await outbox.write_notice(notice.id, sends(notice, 1))
    waiting = await oldest(outbox, "7")
    assert waiting is not None
    await outbox.sent(waiting, 12)
    assert await now(state) == ("delivered", "")
    assert not await Notices(state).again(1)


async def test_why_it_is_tried_again_is_told_until_it_arrives(state: State, outbox: Outbox, notice: Notice) -> None:
    await outbox.write_notice(notice.id, sends(notice, 1))
    waiting = await oldest(outbox, "7")
    assert waiting is not None
    await outbox.troubled(waiting, "TimedOut")
    assert await now(state) == ("sending", "TimedOut")
    await outbox.sent(waiting, 11)
    assert await now(state) == ("delivered", "")
    await outbox.troubled(waiting, "too late")
    assert await now(state) == ("delivered", "")


async def test_of_many_servers_one_takes_a_notice(state: State, outbox: Outbox, notice: Notice) -> None:
    taken = await asyncio.gather(*(outbox.write_notice(notice.id, sends(notice, 1)) for _ in range(6)))
    assert sum(taken) == 1
    waiting = await oldest(outbox, "7")
    assert waiting is not None
    await outbox.sent(waiting, 1)
    assert await oldest(outbox, "7") is None


async def test_of_a_notice_that_was_forgotten_nothing_is_sent(state: State, outbox: Outbox, notice: Notice) -> None:
    assert not await outbox.write_notice(notice.id + 1, sends(notice))
    assert await outbox.waiting() == []


async def test_giving_out_delivers_and_the_first_time_counts(state: State) -> None:
    notice = await say(state, "web")
    await Notices(state).delivered()
    assert await now(state) == ("waiting", "")
    await Notices(state).delivered(notice.id)
    ended = await state.run(lambda connection: connection.exec_driver_sql("select ended_at from notices").scalar())
    await Notices(state).delivered(notice.id)
    again = await state.run(lambda connection: connection.exec_driver_sql("select ended_at from notices").scalar())
    assert await now(state) == ("delivered", "")
    assert ended == again is not None


@pytest.mark.asyncio
async def test_of_each_question_the_last_notice_tells_how_it_fares(state: State) -> None:
    fared: tuple[tuple[int, Status], ...] = ((1, "failed"), (2, "waiting"), (1, "delivered"), (3, "failed"))
    for handover, status in fared:
        state.within(lambda connection: write(connection, "web", "c", handover, REPLY))  # noqa: B023
        [*_, last] = await Notices(state).of("web", "c")
        state.within(lambda connection: end(connection, last.id, status))  # noqa: B023
    assert await Notices(state).statuses([1, 2, 4]) == {1: "delivered", 2: "waiting"}
    assert await Notices(state).statuses([]) == {}


async def test_two_who_fetch_at_once_are_given_each_notice_once(state: State) -> None:
    for handover in (1, 2):
        await say(state, "rest", "7", handover)
    given = await asyncio.gather(*(Notices(state).give_out("rest", "7") for _ in range(4)))
    assert sorted(notice.handover for found in given for notice in found) == [1, 2]
    assert await Notices(state).give_out("rest", "7") == []
