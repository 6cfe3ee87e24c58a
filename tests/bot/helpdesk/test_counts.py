from __future__ import annotations

import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.clauses.store import ClauseStore
from bot.helpdesk.figures import Period, counts, service, unanswered
from bot.mailbox.models import Line, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import handovers, messages

ZONE = "Asia/Shanghai"
NOW = datetime.datetime(2026, 3, 10, 15, 0, tzinfo=ZoneInfo(ZONE)).timestamp()
DAY = 86400.0
HOUR = 3600.0
WEEK = Period.last(7, ZONE, NOW)


async def insert(state: State, table: Any, *rows: dict[str, Any]) -> None:
    await state.run(lambda connection: connection.execute(sa.insert(table), list(rows)))


def message(number: int, at: float, outcome: str | None, **values: Any) -> dict[str, Any]:
    reply = Reply((Line("utter_no_fact", "……"),), {"kind": outcome})
    return {
        "channel": "web",
        "conversation": "c",
        "message_id": str(number),
        "text": "明天下雨吗",
        "received_at": at,
        "reply": reply.to_json(),
        "outcome": outcome,
        "clause": "",
        "groups": "",
        "script": "hans",
        **values,
    }


def handover(number: int, state: str, **values: Any) -> dict[str, Any]:
    return {
        "channel": "web",
        "conversation": f"c{number}",
        "message_id": str(number),
        "question": "问",
        "script": "hans",
        "language": "zh",
        "candidates": json.dumps([["2021-49/8/2", 0.6], ["2021-49/7/1", 0.2]]),
        "state": state,
        "claimed_by": "lin",
        "asked_at": NOW - 3 * HOUR,
        "claimed_at": NOW - 2 * HOUR,
        "ended_at": NOW - HOUR,
        "passage": "",
        "reason": "",
        "words": "",
        **values,
    }


@pytest.mark.asyncio
async def test_a_day_begins_at_midnight_where_the_staff_sit(state: State, store: ClauseStore) -> None:
    midnight = NOW - 15 * HOUR
    await insert(
        state,
        messages,
        message(1, midnight - 1, "answer"),
        message(2, midnight, "no_answer"),
        message(3, midnight + 1, "smalltalk"),
        message(4, midnight - 7 * DAY, "answer"),
    )
    days = (await counts(state, WEEK, store.clauses())).days
    assert [str(day.date) for day in days][-2:] == ["2026-03-09", "2026-03-10"]
    assert [(day.answered, day.refused, day.other) for day in days] == [*[(0, 0, 0)] * 5, (1, 0, 0), (0, 1, 1)]


@pytest.mark.asyncio
async def test_messages_are_counted_by_what_they_were_about(state: State, store: ClauseStore) -> None:
    eight = {"clause": "2021-49/8", "groups": "returnee,graduate"}
    await insert(
        state,
        messages,
        message(1, NOW, "answer", **eight),
        message(2, NOW, "departments", **{**eight, "script": "hant", "channel": "telegram"}),
        message(3, NOW, "list", **{**eight, "clause": "2021-49/8,2021-49/9"}),
        message(4, NOW, "no_answer"),
        message(5, NOW, "answer", clause="2021-49/0", groups=""),
        message(6, NOW, None),
        message(7, NOW, "answer", clause="2021-49/8,2021-49/15,2021-49/8", groups=""),
        message(8, NOW, "document", clause="2021-49/0", groups=""),
    )
    counted = await counts(state, WEEK, store.clauses())
    assert counted.total == 7
    assert counted.outcomes == (("answer", 3), ("departments", 1), ("document", 1), ("list", 1), ("no_answer", 1))
    assert counted.clauses == (("2021-49/8", 3), ("2021-49/0", 1), ("2021-49/15", 1))
    assert set(counted.departments) == {("市人社局", 4), ("市财政局", 4)}
    assert counted.groups == (("graduate", 3), ("returnee", 3))
    assert counted.scripts == (("hans", 6), ("hant", 1))
    assert counted.channels == (("web", 6), ("telegram", 1))


@pytest.mark.asyncio
async def test_how_often_the_staff_agreed_with_the_first_candidate(state: State) -> None:
    await insert(
        state,
        handovers,
        handover(1, "answered", passage="2021-49/8/2"),
        handover(2, "answered", passage="2021-49/8/3"),
        handover(3, "answered", passage="2021-49/7/1"),
        handover(4, "answered", passage="2021-49/7/1", candidates="[]"),
        handover(5, "refused", reason="service"),
    )
    found = await service(state, WEEK)
    assert (found.ended, found.answered, found.refused) == (5, 4, 1)
    assert (found.compared, found.same_clause, found.same_passage) == (3, 2, 1)


@pytest.mark.asyncio
async def test_median_times_are_of_what_the_staff_ended_in_the_period(state: State) -> None:
    await insert(
        state,
        handovers,
        handover(1, "answered", asked_at=NOW - 10 * HOUR, claimed_at=NOW - 2 * HOUR, ended_at=NOW - HOUR),
        handover(2, "refused", asked_at=NOW - 4 * HOUR, claimed_at=NOW - 4 * HOUR, ended_at=NOW - HOUR),
        handover(3, "answered", asked_at=NOW - 3 * HOUR, claimed_at=NOW - 3 * HOUR, ended_at=NOW - HOUR),
        handover(4, "answered", asked_at=NOW - 30 * DAY, claimed_at=NOW - 30 * DAY, ended_at=NOW - 20 * DAY),
        handover(5, "taken back"),
        handover(6, "waiting", claimed_at=None, ended_at=None),
        handover(7, "claimed", ended_at=None),
    )
    found = await service(state, WEEK)
    assert (found.asked_to_end, found.claimed_to_end) == (3 * HOUR, 2 * HOUR)
    assert (found.ended, found.waiting, found.claimed) == (3, 1, 1)


@pytest.mark.asyncio
async def test_nothing_asked_is_nothing_counted(state: State, store: ClauseStore) -> None:
    assert (await counts(state, WEEK, store.clauses())).total == 0
    found = await service(state, WEEK)
    assert (found.ended, found.asked_to_end) == (0, None)
    assert await unanswered(state, WEEK) == []


@pytest.mark.asyncio
async def test_what_could_not_be_answered_in_the_period_is_grouped_by_likeness(state: State) -> None:
    rows = [
        message(1, NOW, "no_answer"),
        message(2, NOW, "no_answer", text="明天福州會下雨嗎"),
        message(3, NOW, "no_answer", text="老年卡怎么办"),
        message(4, NOW - 8 * DAY, "no_answer"),
        message(5, NOW, "answer"),
    ]
    await insert(state, messages, *rows)
    assert [len(group.members) for group in await unanswered(state, Period.last(7, ZONE, NOW + 1))] == [2, 1]
