"""How often each person asked within a minute, counted in the state: one number for all servers."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.inserting import insert
from bot.mailbox.tables import rates

MINUTE = 60


def count(connection: Connection, channel: str, person: str) -> int:
    """Count one more thing that a person did; how many that makes in this minute. It stands with the transaction, and for all servers."""
    minute = int(time.time()) // MINUTE
    new = {"channel": channel, "person": person, "minute": minute, "count": 1}
    one_more = sa.case((rates.c.minute == minute, rates.c.count + 1), else_=1)
    again = {"index_elements": ["channel", "person"], "set_": {"minute": minute, "count": one_more}}
    connection.execute(insert(connection, rates).values(new).on_conflict_do_update(**again))
    mine = sa.and_(rates.c.channel == channel, rates.c.person == person)
    return int(connection.execute(sa.select(rates.c.count).where(mine)).scalar_one())


def forget_rates(connection: Connection) -> None:
    """Forget whoever did nothing in this minute."""
    connection.execute(sa.delete(rates).where(rates.c.minute < int(time.time()) // MINUTE))
