"""Updates of a messenger, written down before they are acknowledged; what answers one is written down together with its end.

An update waits until it is done or set aside. Its text goes away with its end; its number stays for some days, so that the same
update again is known. One server at a time is at a lane; when it dies, another goes on (leases.py).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.inserting import insert
from bot.mailbox.leases import Lease, Leases
from bot.mailbox.outbox import Send, write
from bot.mailbox.rates import count, forget_rates
from bot.mailbox.state import State
from bot.mailbox.tables import updates
from bot.mailbox.turns import Work

KNOWN_FOR = 3 * 24 * 3600.0
"""Seconds that a number is remembered. Telegram repeats for a day, and may start to count anew after a week of silence."""
AT_A_TIME = 50
"""Updates that are read at a time."""

END = sa.text(
    "update updates set status = :status, reason = :reason, payload = null where channel = :channel and update_id = :update"
)
WAITS = sa.text("select 1 from updates where channel = :channel and lane = :lane and status = 'waiting' limit 1")


@dataclass(frozen=True)
class Update:
    """An update: its number, the lane in which order counts (a chat), and what it says; `reason` where it is set aside at once;
    since when it is kept.

    `counted` is the person whose update it counts as, if it does; `nth` which one of theirs within a minute it then is, once it is kept.
    """

    id: int
    lane: str
    payload: str
    reason: str = ""
    since: float = 0.0
    counted: str = ""
    nth: int = 0


class End:
    """How an update ends: what goes out is written down with it, by the server that is at its lane."""

    def __init__(self, leases: Leases, channel: str, update: Update, held: Lease) -> None:
        self._leases, self._channel, self._update, self._held = leases, channel, update, held
        self.written = False
        """Whether it is, once a transaction with `work` is committed."""
        self.free = False
        """Whether nobody is at the lane any more then, as nothing else waits there."""

    def work(self, sends: Sequence[Send]) -> Work:
        """Write the end down with `sends`. Raises TakenOverError where another server is at the lane."""

        def end(connection: Connection) -> None:
            self._leases.still(connection, self._held)
            self._write(connection, sends)

        return end

    def work_if_held(self, sends: Sequence[Send]) -> Work:
        """`work` for a transaction of which the rest must stand also where another server is at the lane: nothing is written then."""

        def end(connection: Connection) -> None:
            self.written = False
            if self._leases.has(connection, self._held):
                self._write(connection, sends)

        return end

    def _write(self, connection: Connection, sends: Sequence[Send]) -> None:
        write(connection, self._channel, sends)
        of = {"channel": self._channel, "lane": self._update.lane}
        connection.execute(END, {**of, "update": self._update.id, "status": "done", "reason": None})
        self.free = connection.execute(WAITS, of).first() is None
        if self.free:
            self._leases.end(connection, self._held)
        self.written = True


class Inbox:
    """The updates of one channel."""

    def __init__(self, state: State, channel: str) -> None:
        self._state, self._channel, self._at = state, channel, f"inbox/{channel}/"

    async def keep(self, incoming: Sequence[Update]) -> list[str]:
        """Write updates down, all or none; the lanes in which something new waits. Known numbers are passed over.

        Raises StateError where they cannot be kept: do not acknowledge them.
        """
        return await self._state.run(lambda connection: _keep(connection, self._channel, incoming))

    async def last(self) -> float:
        """When the newest update was kept, on whichever server; 0.0 where none is known."""
        mine = sa.select(updates.c.received_at).where(updates.c.channel == self._channel)
        newest = mine.order_by(updates.c.update_id.desc()).limit(1)
        return float(await self._state.run(lambda connection: connection.execute(newest).scalar()) or 0.0)

    async def waiting(self) -> list[str]:
        """The lanes in which something waits and no other server is at it."""
        free = self._state.leases.unclaimed(self._at + updates.c.lane)
        found = sa.select(updates.c.lane).where(self._waits(), free).distinct()
        return [row.lane for row in await self._state.run(lambda connection: connection.execute(found).all())]

    async def take(self, lane: str, held: Lease | None) -> tuple[Lease | None, list[Update]]:
        """What waits in a lane, in the order of the numbers, not more than some at a time, and the lease of the lane: `held`, or a new one;
        None where another server is at the lane, or nothing waits. Raises TakenOverError where `held` is another server's by now.
        """
        found = sa.select(updates).where(self._waits(), updates.c.lane == lane)
        found = found.order_by(updates.c.update_id).limit(AT_A_TIME)

        def take(connection: Connection) -> tuple[Lease | None, list[Any]]:
            return self._state.leases.take(connection, self._at + lane, held, lambda: connection.execute(found).all())

        lease, rows = await self._state.run(take)
        return lease, [
            Update(row.update_id, row.lane, row.payload, since=row.received_at, nth=row.nth or 0) for row in rows
        ]

    def end_of(self, update: Update, held: Lease) -> End:
        """The end of an update, by whoever is at its lane."""
        return End(self._state.leases, self._channel, update, held)

    async def set_aside(self, update: Update, reason: str) -> None:
        """An update cannot be dealt with."""
        row = {"channel": self._channel, "update": update.id, "status": "aside", "reason": reason}
        await self._state.run(lambda connection: connection.execute(END, row))

    async def drop_old(self) -> None:
        """Forget the numbers of updates that ended long ago."""
        old = sa.and_(updates.c.status != "waiting", updates.c.received_at < time.time() - KNOWN_FOR)
        await self._state.run(lambda connection: connection.execute(sa.delete(updates).where(old)))

    async def forget_counts(self) -> None:
        """Forget who asked how often before this minute."""
        await self._state.run(forget_rates)

    def _waits(self) -> sa.sql.ColumnElement:
        return sa.and_(updates.c.channel == self._channel, updates.c.status == "waiting")


def _keep(connection: Connection, channel: str, incoming: Sequence[Update]) -> list[str]:
    numbers = [update.id for update in incoming]
    found = sa.select(updates.c.update_id).where(updates.c.channel == channel, updates.c.update_id.in_(numbers))
    known = {row.update_id for row in connection.execute(found)}
    new = {update.id: update for update in incoming if update.id not in known}
    rows = [
        {
            "channel": channel,
            "update_id": update.id,
            "lane": update.lane,
            "payload": None if update.reason else update.payload,
            "status": "aside" if update.reason else "waiting",
            "reason": update.reason or None,
            "received_at": time.time(),
            "nth": count(connection, channel, update.counted) if update.counted else None,
        }
        for update in new.values()
    ]
    if rows:  # another server may be told the same at this moment
        connection.execute(insert(connection, updates).on_conflict_do_nothing(), rows)
    return list(dict.fromkeys(update.lane for update in new.values() if not update.reason))
