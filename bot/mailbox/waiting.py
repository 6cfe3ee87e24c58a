"""What waits in a state: how much, and for how long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.state import State
from bot.mailbox.tables import messages, sends, updates

KINDS = {
    "messages": (messages.c.received_at, messages.c.reply.is_(None)),
    "updates": (updates.c.received_at, updates.c.status == "waiting"),
    "sends": (sends.c.written_at, sends.c.status == "waiting"),
}
"""Messages without a reply, a messenger's updates that are not dealt with, and what is to go out: since when, and which of them wait."""


@dataclass(frozen=True)
class Waiting:
    """How many things of a kind wait, and for how many seconds the oldest one does."""

    count: float
    age: float


async def waiting(state: State) -> tuple[dict[str, Waiting], float]:
    """What waits, by kind, and how many leases this server has. Raises StateError where that cannot be read now."""
    return await state.run(lambda connection: (_waiting(connection), state.leases.held(connection)))


def _waiting(connection: Connection) -> dict[str, Waiting]:
    found: dict[str, Any] = {
        kind: connection.execute(sa.select(sa.func.count(), sa.func.min(since)).where(waits)).one()
        for kind, (since, waits) in KINDS.items()
    }
    now = time.time()
    return {kind: Waiting(count, max(0.0, now - since) if count else 0.0) for kind, (count, since) in found.items()}
