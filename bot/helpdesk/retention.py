"""How long things are kept: what people wrote, and what came of it, is deleted some days later."""

from __future__ import annotations

import json
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.helpdesk.audit import Actor, record
from bot.mailbox.rates import forget_rates
from bot.mailbox.state import State
from bot.mailbox.tables import (
    audit,
    events,
    feedback,
    handovers,
    messages,
    notes,
    notices,
    proposals,
    quotes,
    sends,
    slots,
    updates,
    voices,
)

AT_A_TIME = 2000
"""Rows that are deleted in one transaction, so that nobody waits long for it."""
ONE_DAY = 24 * 3600.0


def purge(state: State, days: int, by: Actor, now: float | None = None) -> dict[str, int]:
    """Delete what is more than `days` days old; how many rows of each table that were, and how many accepted proposals now say no more
    whose question it was.

    An open question stays, and so does what was accepted to be learned. SQLite's file is written anew,
    for which people wait. Raises StateError where the state cannot be written.
    """
    before = (time.time() if now is None else now) - days * ONE_DAY
    was_handled = sa.func.coalesce(proposals.c.decided_at, proposals.c.proposed_at) < before
    old = {
        messages: messages.c.received_at < before,
        handovers: handovers.c.ended_at < before,
        notes: notes.c.written_at < before,
        notices: notices.c.written_at < before,
        feedback: feedback.c.given_at < before,
        proposals: sa.and_(proposals.c.state != "accepted", was_handled),
        sends: sends.c.written_at < before,
        quotes: quotes.c.said_at < before,
        audit: audit.c.at < before,
    }
    silent = state.within(lambda connection: _silent(connection, before))
    deleted = {table.name: _delete(state, table, condition) for table, condition in old.items()}
    deleted["updates"] = state.within(lambda connection: _delete_updates(connection, before))
    state.within(forget_rates)
    deleted["events"] = _delete_events(state, before)
    deleted["slots"] = state.within(_delete_slots)
    deleted["voices"] = state.within(lambda connection: sum(_delete_voice(connection, *of) for of in silent))
    deleted["accepted proposals, made anonymous"] = state.within(lambda connection: _make_anonymous(connection, before))
    state.within(lambda connection: record(connection, by, "purged", f"older than {days} days"))
    state.wipe(whole=True)
    return deleted


def _delete(state: State, table: sa.Table, condition: Any) -> int:
    """Delete the rows of a table that fit, a portion at a time; how many."""
    portion = sa.select(table.c.id).where(condition).limit(AT_A_TIME)
    total = 0
    while number := state.within(
        lambda connection: connection.execute(sa.delete(table).where(table.c.id.in_(portion))).rowcount
    ):
        total += number
    return total


def _delete_updates(connection: Connection, before: float) -> int:
    old = sa.and_(updates.c.received_at < before, updates.c.status != "waiting")
    return int(connection.execute(sa.delete(updates).where(old)).rowcount)


def _delete_events(state: State, before: float) -> int:
    """Delete a portion at a time the events that happened before; they stand in the order of their happening."""
    total = 0
    while number := state.within(lambda connection: _delete_first_events(connection, before)):
        total += number
    return total


def _delete_first_events(connection: Connection, before: float) -> int:
    rows = connection.execute(sa.select(events.c.id, events.c.event).order_by(events.c.id).limit(AT_A_TIME)).all()
    old = [row.id for row in rows if _happened_at(row.event) < before]
    if old:
        connection.execute(sa.delete(events).where(events.c.id.in_(old)))
    return len(old)


def _happened_at(event: str) -> float:
    """When an event happened; for one that cannot be read, long ago."""
    try:
        return float(json.loads(event)["timestamp"])
    except (ValueError, KeyError, TypeError):
        return 0.0


def _delete_slots(connection: Connection) -> int:
    """Delete what is remembered of conversations of which no event is left."""
    gone = slots.c.sender.not_in(sa.select(events.c.sender))
    return int(connection.execute(sa.delete(slots).where(gone)).rowcount)


def _silent(connection: Connection, before: float) -> list[tuple[str, str]]:
    """The conversations whose last message is old."""
    of = messages.c.channel, messages.c.conversation
    last = sa.select(*of).group_by(*of).having(sa.func.max(messages.c.received_at) < before)
    return [(row.channel, row.conversation) for row in connection.execute(last).all()]


def _delete_voice(connection: Connection, channel: str, conversation: str) -> int:
    its = sa.and_(voices.c.channel == channel, voices.c.conversation == conversation)
    return int(connection.execute(sa.delete(voices).where(its)).rowcount)


def _make_anonymous(connection: Connection, before: float) -> int:
    """Accepted proposals lose whose question it was, and what they came of: its number may be given anew."""
    old = sa.and_(proposals.c.state == "accepted", proposals.c.decided_at < before, proposals.c.conversation != "")
    rows = connection.execute(sa.select(proposals.c.id).where(old)).all()
    for row in rows:
        anonymous = {"channel": "", "conversation": "", "origin_id": f"purged/{row.id}"}
        connection.execute(sa.update(proposals).where(proposals.c.id == row.id).values(**anonymous))
    return len(rows)
