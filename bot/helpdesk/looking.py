"""Who has a question handed over open just now, so that two clerks do not work at the same one unknowingly."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.inserting import insert
from bot.mailbox.state import State
from bot.mailbox.tables import looking

SAID_EVERY = 8.0
"""Seconds after which it is written down again that somebody looks."""
GONE_AFTER = 20.0
"""Seconds after which somebody who was not seen again looks no more."""


async def look(state: State, handover: int, who: str) -> list[str]:
    """`who` has a question open; who else has."""

    def see(connection: Connection) -> list[str]:
        now = time.time()
        of = sa.select(looking.c.who, looking.c.seen).where(looking.c.handover == handover)
        seen = dict(map(tuple, connection.execute(of).all()))
        if now - seen.get(who, 0.0) > SAID_EVERY:
            connection.execute(sa.delete(looking).where(looking.c.seen < now - GONE_AFTER))
            mine = insert(connection, looking).values(handover=handover, who=who, seen=now)
            connection.execute(mine.on_conflict_do_update(index_elements=["handover", "who"], set_={"seen": now}))
        return sorted(name for name, at in seen.items() if name != who and now - at <= GONE_AFTER)

    return await state.run(see)
