"""What the staff tell each other about a question handed over; the person never reads it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.state import State
from bot.mailbox.tables import notes


@dataclass(frozen=True)
class Note:
    """What a clerk noted, and when."""

    who: str
    text: str
    written_at: float


async def notes_of(state: State, handover: int) -> list[Note]:
    """What was noted about a question, oldest first."""
    found = sa.select(notes).where(notes.c.handover == handover).order_by(notes.c.id)
    rows = await state.run(lambda connection: connection.execute(found).all())
    return [Note(row.who, row.text, row.written_at) for row in rows]


def write(connection: Connection, channel: str, conversation: str, handover: int, who: str, text: str) -> None:
    """Write a note down, within the transaction of what it belongs to."""
    of = {"channel": channel, "conversation": conversation, "handover": handover}
    connection.execute(sa.insert(notes).values(**of, who=who, text=text, written_at=time.time()))
