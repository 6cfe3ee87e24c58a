"""What goes out to a messenger, written down before it is sent: each lane in order, again after a kill.

One server at a time is at a lane; when it dies, another goes on (leases.py).
What is sent keeps its number and what it was about, so that it can be edited; its words go away.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox import notices
from bot.mailbox.leases import Lease
from bot.mailbox.state import State
from bot.mailbox.tables import sends

END = sa.text(
    "update sends set status = :status, sent_as = :sent_as, params = null where id = :id and status = 'waiting'"
)
STILL = sa.text("select 1 from sends where id = :id and status = 'waiting'")
WAITS = sa.text("select 1 from sends where channel = :channel and lane = :lane and status = 'waiting' limit 1")
KNOWN_FOR = 60 * 24 * 3600.0
"""Seconds for which it is remembered which message answered which."""


@dataclass(frozen=True)
class Send:
    """A call of the messenger's interface.

    `lane` is where order counts (a chat), `conversation` whose it is, `about` the id of the person's message that it answers,
    `edits` the number of an earlier send whose message it changes, `notice` the number of the notice that it tells.
    """

    lane: str
    method: str
    params: dict[str, Any]
    conversation: str = ""
    about: str = ""
    edits: int | None = None
    notice: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A send that waits, with its number and since when; `target` is the messenger's id of the message that it edits."""

    id: int
    send: Send
    written_at: float
    target: int | None


class Outbox:
    """The sends of one channel."""

    def __init__(self, state: State, channel: str) -> None:
        self._state, self._channel, self._at = state, channel, f"outbox/{channel}/"

    async def write(self, *new: Send) -> None:
        """Write sends down. Raises StateError where they cannot be kept."""
        await self._state.run(lambda connection: write(connection, self._channel, new))

    async def write_notice(self, notice: int, new: Sequence[Send]) -> bool:
        """Write the sends of a notice that waits down; False, with nothing written, where it waits no more: another server was faster,
        or its person had all deleted.
        """

        def take(connection: Connection) -> bool:
            taken = notices.take(connection, notice)
            if taken:
                write(connection, self._channel, new)
            return taken

        return await self._state.run(take)

    async def waiting(self) -> list[str]:
        """The lanes in which something waits and no other server is at it."""
        free = self._state.leases.unclaimed(self._at + sends.c.lane)
        found = (
            sa.select(sends.c.lane)
            .where(sends.c.channel == self._channel, sends.c.status == "waiting", free)
            .distinct()
        )
        return [row.lane for row in await self._state.run(lambda connection: connection.execute(found).all())]

    async def take(self, lane: str, held: Lease | None) -> tuple[Lease | None, Waiting | None]:
        """The oldest send that waits in a lane, and the lease of the lane: `held`, or a new one; None where another server is at the lane,
        or nothing waits. Raises TakenOverError where `held` is another server's by now.
        """
        mine = sa.and_(sends.c.channel == self._channel, sends.c.lane == lane, sends.c.status == "waiting")
        earlier = sends.alias()
        target = sa.select(earlier.c.sent_as).where(earlier.c.id == sends.c.edits).scalar_subquery()
        found = sa.select(sends, target.label("target")).where(mine).order_by(sends.c.id).limit(1)

        def take(connection: Connection) -> tuple[Lease | None, list[Any]]:
            return self._state.leases.take(connection, self._at + lane, held, lambda: connection.execute(found).all())

        lease, rows = await self._state.run(take)
        return lease, next(map(_waiting, rows), None)

    async def still(self, waiting: Waiting, held: Lease) -> bool:
        """Make sure that this server is at a lane still; whether what was taken there waits still: its person may have had all deleted.
        Raises TakenOverError where another server is at the lane.
        """

        def look(connection: Connection) -> bool:
            self._state.leases.still(connection, held)
            return connection.execute(STILL, {"id": waiting.id}).first() is not None

        return await self._state.run(look)

    async def sent(self, waiting: Waiting, message: int | None, held: Lease | None = None) -> bool:
        """It went out, and became `message` where the messenger said so. Whether nothing else waits in its lane, where that is `held`:
        nobody is at it any more then.
        """
        return await self._end(waiting, "sent", message, held=held)

    async def dead(self, waiting: Waiting, reason: str) -> None:
        """It cannot go out, and never will; `reason` is why."""
        await self._end(waiting, "dead", None, reason)

    async def troubled(self, waiting: Waiting, reason: str) -> None:
        """It did not go out and is tried again; `reason` is why. That is told of a notice only."""
        number = waiting.send.notice
        if number is not None:
            await self._state.run(lambda connection: notices.troubled(connection, number, reason))

    async def about(self, lane: str, message: str) -> list[tuple[int, str]]:
        """The numbers of the messages that went out, or wait to, about a person's message, and whose conversation it is."""
        mine = sa.and_(sends.c.channel == self._channel, sends.c.lane == lane, sends.c.about == message)
        shown = sa.and_(sends.c.method == "sendMessage", sends.c.status != "dead")
        found = sa.select(sends.c.id, sends.c.conversation).where(mine, shown).order_by(sends.c.id)
        rows = await self._state.run(lambda connection: connection.execute(found).all())
        return [(row.id, row.conversation) for row in rows]

    async def shown_as(self, lane: str, message: str) -> int | None:
        """The messenger's number of the first message that went out about a person's message; None where none did."""
        mine = sa.and_(sends.c.channel == self._channel, sends.c.lane == lane, sends.c.about == message)
        found = sa.select(sends.c.sent_as).where(mine, sends.c.sent_as.is_not(None)).order_by(sends.c.id).limit(1)
        return await self._state.run(lambda connection: connection.execute(found).scalar())

    async def shown_of(self, of: Sequence[int]) -> int | None:
        """The messenger's number of the first message that showed the last of the notices `of` that went out; None where none did."""
        found = sa.select(sends.c.sent_as).where(sends.c.notice.in_(of), sends.c.sent_as.is_not(None))
        last_first = found.order_by(sends.c.notice.desc(), sends.c.id).limit(1)
        return await self._state.run(lambda connection: connection.execute(last_first).scalar())

    async def shown_in(self, lane: str, message: int) -> tuple[str, str] | None:
        """What the messenger's message of that number shows now: the id of the message that it answers, and whose conversation it is;
        None where that is not known (any more).
        """
        mine = sa.and_(sends.c.channel == self._channel, sends.c.lane == lane, sends.c.sent_as == message)
        answers = sa.and_(mine, sends.c.about != "")
        found = sa.select(sends.c.about, sends.c.conversation).where(answers).order_by(sends.c.id.desc()).limit(1)
        row = await self._state.run(lambda connection: connection.execute(found).first())
        return None if row is None else (row.about, row.conversation)

    async def drop_old(self) -> None:
        """Forget sends that ended long ago."""
        old = sa.and_(sends.c.status != "waiting", sends.c.written_at < time.time() - KNOWN_FOR)
        await self._state.run(lambda connection: connection.execute(sa.delete(sends).where(old)))

    async def _end(
        self, waiting: Waiting, status: str, message: int | None, reason: str = "", held: Lease | None = None
    ) -> bool:
        row = {"id": waiting.id, "status": status, "sent_as": message}
        lane = {"channel": self._channel, "lane": waiting.send.lane}

        def end(connection: Connection) -> bool:
            notice = waiting.send.notice
            if notice is not None:
                notices.lock(connection, notice)  # before the send: in the order in which all is forgotten
            ended = connection.execute(END, row).rowcount  # another server may have sent it, too
            if ended and notice is not None:
                _end_notice(connection, notice, status, reason)
            if held is None or connection.execute(WAITS, lane).first() is not None:
                return False
            return self._state.leases.ended(connection, held)

        return await self._state.run(end)


def _waiting(row: Any) -> Waiting:
    send = Send(row.lane, row.method, json.loads(row.params), row.conversation, row.about, row.edits, row.notice)
    return Waiting(row.id, send, row.written_at, row.target)


def write(connection: Connection, channel: str, new: Sequence[Send]) -> None:
    """Write sends down within a transaction."""
    rows = [
        {
            "channel": channel,
            "lane": send.lane,
            "conversation": send.conversation,
            "about": send.about,
            "method": send.method,
            "params": json.dumps(send.params, ensure_ascii=False),
            "edits": send.edits,
            "notice": send.notice,
            "status": "waiting",
            "written_at": time.time(),
        }
        for send in new
    ]
    if rows:
        connection.execute(sa.insert(sends), rows)


def _end_notice(connection: Connection, notice: int, status: str, reason: str) -> None:
    """One send of a notice ended: the notice failed with it, or was delivered once it is the last."""
    if status == "dead":
        notices.end(connection, notice, "failed", reason)
        return
    others = sa.select(sends.c.id).where(sends.c.notice == notice, sends.c.status == "waiting")
    if connection.execute(others).first() is None:
        notices.arrived(connection, notice)
