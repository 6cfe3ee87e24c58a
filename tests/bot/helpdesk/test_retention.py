from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.helpdesk import audit, retention
from bot.helpdesk.audit import Actor
from bot.helpdesk.retention import purge
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.people import Opinion, People
from bot.mailbox.state import State
from bot.mailbox.tables import audit as trail
from bot.mailbox.tables import (
    events,
    feedback,
    handovers,
    messages,
    notes,
    notices,
    proposals,
    quotes,
    rates,
    sends,
    slots,
    updates,
    voices,
)
from bot.mailbox.trackers import WindowedTrackerStore

BY = Actor("(command line)")
DAY = 24 * 3600.0
OLD, YOUNG = time.time() - 200 * DAY, time.time() - 100 * DAY


async def put(to: State, table: Any, at: str, when: float, **values: Any) -> None:
    """A row of `table` with `values`, whatever else it needs being empty; the column `at` says when it is from."""
    row = {
        column.name: 0.0
        if isinstance(column.type, sa.Float)
        else 0
        if isinstance(column.type, (sa.Integer, sa.Boolean))
        else ""
        for column in table.columns
        if not column.nullable and column.name != "id"
    }
    row.update({at: when, **values})
    await to.run(lambda connection: connection.execute(sa.insert(table).values(**row)))


async def kept(state: State, column: Any) -> list[Any]:
    found = sa.select(column).order_by(column)
    return list(await state.run(lambda connection: connection.execute(found).scalars().all()))


@pytest.mark.asyncio
async def test_what_is_old_goes_and_what_is_young_stays(state: State) -> None:
    for name, when in (("old", OLD), ("young", YOUNG)):
        await put(state, messages, "received_at", when, message_id=name)
        await put(state, handovers, "ended_at", when, message_id=name, state="answered")
        await put(state, notes, "written_at", when, conversation=name)
        await put(state, notices, "written_at", when, conversation=name)
        await put(state, feedback, "given_at", when, message_id=name)
        await put(state, sends, "written_at", when, conversation=name)
        await put(state, updates, "received_at", when, lane=name, update_id=len(name), status="done")
        await put(state, proposals, "proposed_at", when, origin_id=name, state="open")
        await put(state, quotes, "said_at", when, conversation=name)
    deleted = purge(state, 180, BY)
    for column in (
        messages.c.message_id,
        handovers.c.message_id,
        notes.c.conversation,
        notices.c.conversation,
        feedback.c.message_id,
        sends.c.conversation,
        updates.c.lane,
        proposals.c.origin_id,
        quotes.c.conversation,
    ):
        assert await kept(state, column) == ["young"]
        assert deleted[column.table.name] == 1


@pytest.mark.asyncio
async def test_an_open_question_stays_however_old(state: State) -> None:
    await put(state, handovers, "asked_at", OLD, message_id="open", state="waiting")
    purge(state, 180, BY)
    assert await kept(state, handovers.c.message_id) == ["open"]


@pytest.mark.asyncio
async def test_what_was_accepted_stays_without_whose_it_was(state: State) -> None:
    of = {"channel": "telegram", "conversation": "7", "question": "海归有啥补助", "origin_id": "message/1/5"}
    await put(state, proposals, "decided_at", OLD, **of, state="accepted", origin="refused")
    await put(state, proposals, "decided_at", OLD, **{**of, "origin_id": "2"}, state="rejected", origin="refused")
    await put(state, proposals, "decided_at", YOUNG, **{**of, "origin_id": "3"}, state="accepted", origin="refused")
    purge(state, 180, BY)
    rows = await state.run(lambda connection: connection.execute(sa.select(proposals).order_by(proposals.c.id)).all())
    first, second = rows
    assert (first.question, first.channel, first.conversation) == ("海归有啥补助", "", "")
    assert "message" not in first.origin_id
    assert second.conversation == "7"


@pytest.mark.asyncio
async def test_of_a_conversation_that_goes_on_the_old_turns_go_and_what_is_remembered_stays(state: State) -> None:
    store = WindowedTrackerStore.on(state)
    for sender, last in (("web:on", YOUNG), ("web:over", OLD)):
        said = [
            UserUttered("old", timestamp=OLD),
            UserUttered("new", timestamp=last),
            SlotSet("memory", "m", timestamp=last),
        ]
        tracker = DialogueStateTracker.from_events(sender, said)
        await store.save(tracker)
    deleted = purge(state, 180, BY)
    assert deleted["events"] == 4
    assert await kept(state, events.c.sender) == ["web:on"] * 2
    assert await kept(state, slots.c.sender) == ["web:on"]
    tracker = await store.retrieve("web:on")
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["new"]


@pytest.mark.asyncio
async def test_how_somebody_wishes_to_be_answered_goes_with_the_last_message(state: State) -> None:
    for name, when in (("old", OLD), ("young", YOUNG)):
        await People(state).choose_voice("web", name, Voice("hant", "zh"))
        await put(state, messages, "received_at", when, channel="web", conversation=name)
    await People(state).choose_voice("web", "new here", Voice("hant", "zh"))
    purge(state, 180, BY)
    assert await kept(state, voices.c.conversation) == ["new here", "young"]


@pytest.mark.asyncio
async def test_much_is_deleted_a_portion_at_a_time(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_A_TIME", 2)
    for number in range(7):
        await put(state, messages, "received_at", OLD, message_id=str(number))
    assert purge(state, 180, BY)["messages"] == 7
    assert await kept(state, messages.c.id) == []


@pytest.mark.asyncio
async def test_the_audit_trail_says_that_it_was_done(state: State) -> None:
    await put(state, trail, "at", OLD, who="lin", action="saw")
    purge(state, 180, BY)
    assert [(entry.who, entry.action, entry.about) for entry in await audit.entries(state)] == [
        (BY.name, "purged", "older than 180 days")
    ]


@pytest.mark.asyncio
async def test_what_the_assistant_keeps_of_today_survives(state: State) -> None:
    async def answer(_: Message) -> Reply:
        return Reply((Line("utter_no_fact", "……"),), {"kind": "no_answer"})

    mailbox = Mailbox(state, answer)
    await mailbox.ask(Message("web", "c", "1", "问"))
    await People(state).keep_opinion(Opinion("web", "c", "1", "down", "", "问", "答", "", ""))
    assert set(purge(state, 180, BY).values()) == {0}
    assert len(await mailbox.history("web", "c")) == 1


def test_how_often_somebody_asked_within_a_minute_is_forgotten(state: State) -> None:
    asked = sa.insert(rates).values(channel="telegram", person="7", minute=1, count=3)
    state.within(lambda connection: connection.execute(asked))
    purge(state, 180, BY)
    left = sa.select(sa.func.count()).select_from(rates)
    assert state.within(lambda connection: connection.execute(left).scalar()) == 0
