"""What is counted: questions by day, outcome, clause, unit, group, script and channel, and how the staff's answers fare. Numbers only; no
figure names anybody.
"""

from __future__ import annotations

import asyncio
import bisect
import datetime
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clauses.models import Clause
from bot.helpdesk.likeness import Likeness, alike
from bot.helpdesk.proposals import Lesson, Proposals
from bot.mailbox.state import State
from bot.mailbox.tables import handovers, messages

ANSWERED = frozenset({"answer", "departments", "citation", "full_text", "list", "document"})
"""Outcomes (docs/answer.md) that answer a question."""
OF_CLAUSES = ANSWERED - {"list", "document"}
"""Outcomes that answer with a clause, or one for each part of a message; which ones a list held is not counted."""
NOT_ANSWERED = frozenset({"no_answer"})
Count = tuple[str, int]


@dataclass(frozen=True)
class Period:
    """The last `days` days, today included, where the staff sit."""

    since: float
    until: float
    dates: tuple[datetime.date, ...]
    starts: tuple[float, ...]
    """The moment at which each of `dates` begins."""

    @classmethod
    def last(cls, days: int, timezone: str, now: float | None = None) -> Period:
        """The period that ends `now`."""
        zone = ZoneInfo(timezone)
        until = time.time() if now is None else now
        today = datetime.datetime.fromtimestamp(until, zone).date()
        dates = tuple(today - datetime.timedelta(days=days - 1 - number) for number in range(days))
        starts = tuple(datetime.datetime.combine(date, datetime.time(), zone).timestamp() for date in dates)
        return cls(starts[0], until, dates, starts)


@dataclass(frozen=True)
class Day:
    """How many messages of a day were answered with the document's words, were not, or asked for neither (talk, a choice, a person)."""

    date: datetime.date
    answered: int
    refused: int
    other: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.answered + self.refused + self.other


@dataclass(frozen=True)
class Counts:
    """Messages by what they were about, the most frequent first; `outcomes` are kinds of docs/answer.md, `clauses` keys."""

    days: tuple[Day, ...]
    outcomes: tuple[Count, ...]
    clauses: tuple[Count, ...]
    departments: tuple[Count, ...]
    groups: tuple[Count, ...]
    scripts: tuple[Count, ...]
    channels: tuple[Count, ...]

    @property
    def total(self) -> int:
        """All messages."""
        return sum(day.total for day in self.days)


@dataclass(frozen=True)
class Service:
    """How the questions handed over fare: those that ended in the period, and what is open now.

    `compared` were answered with a passage where the assistant had a candidate; in `same_clause` of them it was of the first
    candidate's clause, in `same_passage` the first candidate itself. The medians are seconds, None where nothing ended.
    """

    ended: int
    answered: int
    refused: int
    compared: int
    same_clause: int
    same_passage: int
    asked_to_end: float | None
    claimed_to_end: float | None
    waiting: int
    claimed: int


async def counts(state: State, period: Period, clauses: Sequence[Clause]) -> Counts:
    """The messages of `period`, counted; `clauses` tell whose they are."""
    rows = await state.run(lambda connection: _messages(connection, period))
    return await asyncio.to_thread(_count, rows, period, clauses)


async def service(state: State, period: Period) -> Service:
    """How the questions handed over fare."""
    return await state.run(lambda connection: _service(connection, period))


async def unanswered(state: State, period: Period) -> list[Likeness[Lesson]]:
    """The questions refused in `period`, the most frequent kind first."""
    refused = await Proposals(state).refused(period.since, period.until)
    return await asyncio.to_thread(alike, refused, lambda lesson: lesson.question)


def _messages(connection: Connection, period: Period) -> Sequence[Any]:
    wanted = (messages.c.outcome, messages.c.clause, messages.c.groups, messages.c.script, messages.c.channel)
    inside = sa.and_(messages.c.received_at >= period.since, messages.c.received_at <= period.until)
    found = sa.select(messages.c.received_at, *wanted).where(inside, messages.c.outcome.is_not(None))
    return list(connection.execute(found).all())


def _count(rows: Sequence[Any], period: Period, clauses: Sequence[Clause]) -> Counts:
    days: list[Counter[str]] = [Counter() for _ in period.dates]
    for row in rows:
        kind = "answered" if row.outcome in ANSWERED else "refused" if row.outcome in NOT_ANSWERED else "other"
        days[bisect.bisect_right(period.starts, row.received_at) - 1][kind] += 1
    by_clause = Counter(
        clause for row in rows if row.clause and row.outcome in OF_CLAUSES for clause in set(row.clause.split(","))
    )
    units = {clause.key: clause.departments for clause in clauses}
    by_unit: Counter[str] = Counter()
    for key, number in by_clause.items():
        by_unit.update(dict.fromkeys(units.get(key, ()), number))
    return Counts(
        days=tuple(
            Day(date, day["answered"], day["refused"], day["other"])
            for date, day in zip(period.dates, days, strict=True)
        ),
        outcomes=_most_first(row.outcome for row in rows),
        clauses=_most_first(by_clause.elements()),
        departments=_most_first(by_unit.elements()),
        groups=_most_first(group for row in rows for group in (row.groups or "").split(",") if group),
        scripts=_most_first(row.script for row in rows if row.script),
        channels=_most_first(row.channel for row in rows),
    )


def _most_first(words: Iterable[str]) -> tuple[Count, ...]:
    return tuple(sorted(Counter(words).items(), key=lambda entry: (-entry[1], entry[0])))


def _service(connection: Connection, period: Period) -> Service:
    by_staff = handovers.c.state.in_(("answered", "refused"))
    inside = sa.and_(handovers.c.ended_at >= period.since, handovers.c.ended_at <= period.until)
    rows = connection.execute(sa.select(handovers).where(by_staff, inside)).all()
    standing = sa.select(handovers.c.state, sa.func.count().label("number")).group_by(handovers.c.state)
    now = {row.state: row.number for row in connection.execute(standing).all()}
    pairs = [
        (row.passage, candidates[0][0])
        for row in rows
        if row.state == "answered" and row.passage and (candidates := json.loads(row.candidates))
    ]
    return Service(
        ended=len(rows),
        answered=sum(row.state == "answered" for row in rows),
        refused=sum(row.state == "refused" for row in rows),
        compared=len(pairs),
        same_clause=sum(given.rpartition("/")[0] == first.rpartition("/")[0] for given, first in pairs),
        same_passage=sum(given == first for given, first in pairs),
        asked_to_end=_median(row.ended_at - row.asked_at for row in rows),
        claimed_to_end=_median(row.ended_at - row.claimed_at for row in rows if row.claimed_at),
        waiting=now.get("waiting", 0),
        claimed=now.get("claimed", 0),
    )


def _median(seconds: Iterable[float]) -> float | None:
    known = list(seconds)
    return statistics.median(known) if known else None
