"""What is said to a person without their having just asked: an answer from the helpdesk, or that an earlier answer no longer holds. Kept
until it is delivered.

A notice waits until its channel takes it (sending), and is then delivered or failed. Channels that people fetch from (the chat page,
REST) deliver by giving it out; a failed one can be tried again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox import quotes
from bot.mailbox.models import Reply
from bot.mailbox.state import State
from bot.mailbox.tables import notices

Status = Literal["waiting", "sending", "delivered", "failed"]


WAIT = sa.text(
    "select 1 from notices where channel = :channel and conversation = :conversation and status <> 'delivered' limit 1"
)
ABOUT = "handover-"
"""Before a handover's number, this names the answer of the staff, where another answer has the id of the message that it answers."""


def answer_named(handover: int) -> str:
    """The id of the staff's answer to a question handed over."""
    return f"{ABOUT}{handover}"


@dataclass(frozen=True)
class Notice:
    """Something to say in a conversation: the answer to what was handed over as `handover`, or what `corrects` the answer of that name,
    and then `handover` is 0. `trouble` is why it did not arrive yet.
    """

    id: int
    channel: str
    conversation: str
    handover: int
    reply: Reply
    written_at: float
    status: Status
    trouble: str
    corrects: str = ""

    @property
    def name(self) -> str:
        """What somebody who replies to it replies to; a correction takes the place of what it corrects."""
        return self.corrects or answer_named(self.handover)


def write(
    connection: Connection, channel: str, conversation: str, handover: int, reply: Reply, corrects: str = ""
) -> int:
    """Write a notice down, within the transaction of what it tells; its number."""
    written = connection.execute(
        sa.insert(notices).values(
            channel=channel,
            conversation=conversation,
            handover=handover,
            corrects=corrects or None,
            reply=reply.to_json(),
            written_at=time.time(),
            status="waiting",
            trouble="",
        )
    )
    quotes.keep(connection, channel, conversation, corrects or answer_named(handover), reply)
    return int(written.inserted_primary_key[0])


def end(connection: Connection, notice: int, status: Status, trouble: str = "") -> None:
    """A notice was delivered, or cannot be."""
    ended = sa.update(notices).where(notices.c.id == notice)
    connection.execute(ended.values(status=status, trouble=trouble[:128], ended_at=time.time()))


def lock(connection: Connection, notice: int) -> None:
    """Let nobody else change a notice until the end of this transaction."""
    connection.execute(sa.select(notices.c.id).where(notices.c.id == notice).with_for_update())


def arrived(connection: Connection, notice: int) -> None:
    """All of a notice that is being sent arrived; one of which a part failed stays failed."""
    mine = sa.and_(notices.c.id == notice, notices.c.status == "sending")
    connection.execute(sa.update(notices).where(mine).values(status="delivered", trouble="", ended_at=time.time()))


def troubled(connection: Connection, notice: int, trouble: str) -> None:
    """A notice that is being sent did not arrive yet, and is tried again."""
    mine = sa.and_(notices.c.id == notice, notices.c.status == "sending")
    connection.execute(sa.update(notices).where(mine).values(trouble=trouble[:128]))


class Notices:
    """The notices of a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def of(self, channel: str, conversation: str, after: int = 0) -> list[Notice]:
        """The notices of a conversation with numbers above `after`, oldest first."""
        mine = sa.and_(notices.c.channel == channel, notices.c.conversation == conversation, notices.c.id > after)
        return await self._select(mine)

    async def waiting(self, channel: str) -> list[Notice]:
        """What waits to be said on a channel, oldest first."""
        return await self._select(sa.and_(notices.c.channel == channel, notices.c.status == "waiting"))

    async def of_handover(self, handover: int) -> list[Notice]:
        """What was said about a question handed over."""
        return await self._select(notices.c.handover == handover)

    async def corrections(self, limit: int) -> list[Notice]:
        """The last `limit` that told somebody that an answer no longer holds, the latest first."""
        last = sa.select(notices).where(notices.c.corrects.is_not(None)).order_by(notices.c.id.desc()).limit(limit)
        return [_notice(row) for row in await self._state.run(lambda connection: connection.execute(last).all())]

    async def statuses(self, handovers: Sequence[int]) -> dict[int, Status]:
        """How the last of what was said about each of `handovers` fares; those of which nothing was said are left out."""
        found = sa.select(notices.c.handover, notices.c.status).where(notices.c.handover.in_(handovers))
        rows = await self._state.run(lambda connection: connection.execute(found.order_by(notices.c.id)).all())
        return {row.handover: row.status for row in rows}

    async def give_out(self, channel: str, conversation: str) -> list[Notice]:
        """What nobody fetched yet of a conversation's notices, oldest first; from now on it is delivered. Nobody else is given it."""
        return await self._state.run(lambda connection: _give_out(connection, channel, conversation))

    async def delivered(self, *numbers: int) -> None:
        """Notices were given out. One that was before keeps the time of the first."""
        found = sa.and_(notices.c.id.in_(numbers), notices.c.status != "delivered")
        ended = sa.update(notices).where(found).values(status="delivered", trouble="", ended_at=time.time())
        if numbers:
            await self._state.run(lambda connection: connection.execute(ended))

    async def failed(self, number: int, trouble: str) -> None:
        """A notice cannot be said."""
        await self._state.run(lambda connection: end(connection, number, "failed", trouble))

    async def again(self, handover: int) -> bool:
        """Let what failed for a handover wait again; whether there was anything."""
        failed = sa.and_(notices.c.handover == handover, notices.c.status == "failed")
        waiting = sa.update(notices).where(failed).values(status="waiting", trouble="", ended_at=None)
        return bool((await self._state.run(lambda connection: connection.execute(waiting))).rowcount)

    async def _select(self, condition: Any) -> list[Notice]:
        found = sa.select(notices).where(condition).order_by(notices.c.id)
        return [_notice(row) for row in await self._state.run(lambda connection: connection.execute(found).all())]


class Look:
    """A look whether somebody has notices to fetch, to be done within a transaction that is needed anyway; `found` tells what came of it."""

    def __init__(self, channel: str, conversation: str) -> None:
        self._of = {"channel": channel, "conversation": conversation}
        self.found = False

    def __call__(self, connection: Connection) -> None:
        """Look."""
        self.found = connection.execute(WAIT, self._of).first() is not None


def _give_out(connection: Connection, channel: str, conversation: str) -> list[Notice]:
    new = notices.c.status != "delivered"
    mine = sa.and_(notices.c.channel == channel, notices.c.conversation == conversation, new)
    ended = {"status": "delivered", "trouble": "", "ended_at": time.time()}
    found = connection.execute(sa.select(notices).where(mine).order_by(notices.c.id)).all()
    return [
        _notice(row)
        for row in found
        if connection.execute(sa.update(notices).where(notices.c.id == row.id, new).values(ended)).rowcount
    ]


def take(connection: Connection, notice: int) -> bool:
    """Take a waiting notice for sending, within the transaction that writes its sends; False where another server was faster."""
    mine = sa.and_(notices.c.id == notice, notices.c.status == "waiting")
    return bool(connection.execute(sa.update(notices).where(mine).values(status="sending")).rowcount)


def _notice(row: Any) -> Notice:
    reply = Reply.from_json(row.reply)
    return Notice(
        row.id,
        row.channel,
        row.conversation,
        row.handover,
        reply,
        row.written_at,
        row.status,
        row.trouble,
        row.corrects or "",
    )
