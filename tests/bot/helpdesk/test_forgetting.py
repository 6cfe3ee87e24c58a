"""/forget, and the desk's copy of what is forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from bot.helpdesk.audit import Actor
from bot.helpdesk.proposals import Proposals
from bot.helpdesk.queue import Queue
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.state import State
from bot.mailbox.tables import handovers, messages, notes, notices, proposals

DESKS = (handovers, notes, notices, proposals)


async def answer(message: Message) -> Reply:
    return Reply((Line("utter_no_answer", "……"),), {"kind": "no_answer"})


async def handed_over(state: State, conversation: str) -> None:
    """A question that was handed over and answered, and so proposed."""
    queue, lin = Queue(state), Actor("lin")
    message = Message("web", conversation, "m1", "转人工")
    handover, _ = await queue.hand_over(message, f"{conversation}的老年卡", Voice("hans", "zh"), [])
    await queue.claim(handover.id, lin)
    await queue.note(handover.id, "上周也问过", lin)
    await queue.refuse(handover.id, "service", "", await answer(message), lin, learn=True)


async def conversations(state: State, table: Any) -> list[str]:
    found = sa.select(table.c.conversation)
    return list(await state.run(lambda connection: connection.execute(found).scalars().all()))


@pytest.mark.asyncio
async def test_forgetting_reaches_what_the_desk_keeps_of_that_conversation_and_of_no_other(state: State) -> None:
    for conversation in ("person", "other"):
        await handed_over(state, conversation)
    await Mailbox(state, answer).forget("web", "person")
    for table in DESKS:
        assert await conversations(state, table) == ["other"]
    assert [entry.question for entry in await Proposals(state).open()] == ["other的老年卡"]


@pytest.mark.asyncio
async def test_nothing_is_written_down_of_a_message_that_was_being_answered_when_all_was_forgotten(
    state: State,
) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def hand_over(message: Message) -> Reply:
        thinking.set()
        await go_on.wait()
        await Queue(state).hand_over(message, message.text, Voice("hans", "zh"), [])
        return await answer(message)

    mailbox = Mailbox(state, hand_over)
    asking = asyncio.create_task(mailbox.ask(Message("web", "person", "m1", "我阿公的老年卡")))
    await thinking.wait()
    forgetting = asyncio.create_task(mailbox.forget("web", "person"))
    await state.run(lambda _: None)
    go_on.set()
    await asyncio.gather(asking, forgetting)
    assert await conversations(state, handovers) == []
    assert await conversations(state, messages) == []
