"""The audit trail: who did what, when, from where. It holds no text of anybody's."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.state import State
from bot.mailbox.tables import audit

AT_MOST = 500
"""Entries that are shown at a time."""


@dataclass(frozen=True)
class Actor:
    """Who does something: an account's name, and the network address that it comes from ("" for the command line)."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that was done: `action` in a word or two, `about` what ("handover/12")."""

    at: float
    who: str
    address: str
    action: str
    about: str


def record(connection: Connection, actor: Actor, action: str, about: str = "") -> int:
    """Write down, within the transaction of what is done, that `actor` does it; the entry's number."""
    row = {"who": actor.name[:64], "address": actor.address[:64], "action": action[:32], "about": about[:128]}
    return int(connection.execute(sa.insert(audit).values(at=time.time(), **row)).inserted_primary_key[0])


def record_once(connection: Connection, actor: Actor, action: str, about: str, within: float) -> None:
    """`record`, unless that stands there already from the last `within` seconds."""
    same = sa.and_(audit.c.who == actor.name[:64], audit.c.action == action[:32], audit.c.about == about[:128])
    lately = sa.select(audit.c.id).where(same, audit.c.at > time.time() - within).limit(1)
    if connection.execute(lately).first() is None:
        record(connection, actor, action, about)


async def note(state: State, actor: Actor, action: str, about: str = "") -> None:
    """Write down that `actor` did something which changes nothing else: looked, signed in."""
    await state.run(lambda connection: record(connection, actor, action, about))


async def entries(state: State, who: str = "", about: str = "") -> list[Entry]:
    """The newest entries, newest first; only those of an account or about a thing where one is named."""
    found = sa.select(audit).order_by(audit.c.id.desc()).limit(AT_MOST)
    if who:
        found = found.where(audit.c.who == who)
    if about:
        found = found.where(audit.c.about == about)
    rows = await state.run(lambda connection: connection.execute(found).all())
    return [Entry(row.at, row.who, row.address, row.action, row.about) for row in rows]
