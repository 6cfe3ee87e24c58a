"""Each message is written down before it is acted upon, answered once, and in order within its conversation."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import metrics
from bot.errors import MessageError
from bot.mailbox import quotes
from bot.mailbox.models import Answer, Exchange, Message, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import events, feedback, handovers, messages, notices, proposals, sends, slots, voices
from bot.mailbox.tables import quotes as quoted
from bot.text.clean import MAX_LENGTH, clean
from bot.text.mask import mask

AT_MOST_WAITING = 20
"""Messages of one conversation that may wait for their replies."""
AT_MOST_READ = 4 * MAX_LENGTH
"""Characters of a message that are looked at; unreadable ones among them do not count as its length."""
APOLOGY = "utter_error"
"""What is said where an answer failed."""


class Mailbox:
    """Takes messages in and gives replies out."""

    def __init__(self, state: State, answer: Answer) -> None:
        """`answer` is called once a message, never twice at a time for one conversation."""
        self._state = state
        self._answer = answer
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._tasks: set[asyncio.Task[Reply]] = set()

    async def ask(self, message: Message) -> Reply:
        """The reply to `message`. The same id again gives the same reply.

        Raises StateError where the message cannot be kept or answered now (ask again with the same id), MessageError where too
        many messages of this conversation wait. A caller that goes away does not stop the answering.
        """
        with metrics.asking(message.channel) as asked:
            reply = await self._taken(message)
            asked.outcome = "error" if APOLOGY in (line.name for line in reply.lines) else reply.custom.get("kind", "")
            return reply

    async def _taken(self, message: Message) -> Reply:
        if self._waiting.get(message.sender, 0) >= AT_MOST_WAITING:
            raise MessageError(
                f"{AT_MOST_WAITING} of your messages are still waiting for an answer. Please wait for it."
            )
        # cut before anything looks at it: a megabyte must not hold everybody up
        kept = replace(message, text=mask(clean(message.text[:AT_MOST_READ])[: MAX_LENGTH + 1]))
        task = asyncio.create_task(self._in_turn(kept))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def resume(self) -> int:
        """Answer what a kill left without a reply, in order; how many that were."""
        waiting = await self._state.run(_unanswered)
        for message in waiting:
            await self._in_turn(message)
        return len(waiting)

    async def history(self, channel: str, conversation: str, limit: int = 50) -> tuple[Exchange, ...]:
        """The last `limit` messages of a conversation with their replies, oldest first."""
        return await self._state.run(lambda connection: exchanges(connection, channel, conversation, limit))

    async def exchange(self, channel: str, conversation: str, message_id: str) -> Exchange | None:
        """One message with its reply; None where it is not kept."""
        return await self._state.run(
            lambda connection: _exchange(connection, Message(channel, conversation, message_id, ""))
        )

    async def forget(self, channel: str, conversation: str) -> int:
        """Delete all that is kept of a conversation, and its traces in the database's files; how many messages that were.

        What is being answered is answered first: it would be written down after the deletion.
        """
        of = Message(channel, conversation, "", "")
        async with self._turn(of.sender):
            messages_deleted, rows_deleted = await self._state.run(lambda connection: _forget(connection, of))
            if rows_deleted:
                await self._state.wiped()
        return messages_deleted

    @contextlib.asynccontextmanager
    async def quiet(self, sender: str) -> AsyncIterator[None]:
        """A time in which nothing of a conversation is answered."""
        async with self._turn(sender):
            yield

    async def _in_turn(self, message: Message) -> Reply:
        async with self._turn(message.sender):
            return await self._once(message)

    @contextlib.asynccontextmanager
    async def _turn(self, sender: str) -> AsyncIterator[None]:
        """One's turn in a conversation."""
        turn = self._turns.setdefault(sender, asyncio.Lock())
        self._waiting[sender] = self._waiting.get(sender, 0) + 1
        try:
            async with turn:
                yield
        finally:
            self._waiting[sender] -= 1
            if not self._waiting[sender]:
                del self._waiting[sender], self._turns[sender]

    async def _once(self, message: Message) -> Reply:
        if given := await self._state.run(lambda connection: _keep(connection, message)):
            return given
        reply = await self._answer(message)
        await self._state.run(lambda connection: _answered(connection, message, reply))
        return reply


def _is(message: Message) -> Any:
    return sa.and_(
        messages.c.channel == message.channel,
        messages.c.conversation == message.conversation,
        messages.c.message_id == message.id,
    )


def _keep(connection: Connection, message: Message) -> Reply | None:
    """Write the message down; the reply it has where it was written down before and answered."""
    row = connection.execute(sa.select(messages.c.reply).where(_is(message))).first()
    if row is not None:
        return Reply.from_json(row.reply) if row.reply else None
    connection.execute(
        sa.insert(messages).values(
            channel=message.channel,
            conversation=message.conversation,
            message_id=message.id,
            text=message.text,
            in_reply_to=message.in_reply_to or None,
            asked_in=message.asked_in or None,
            received_at=time.time(),
        )
    )
    return None


def _answered(connection: Connection, message: Message, reply: Reply) -> None:
    values = {"reply": reply.to_json(), "answered_at": time.time(), **_counted(reply)}
    if connection.execute(sa.update(messages).where(_is(message)).values(**values)).rowcount:
        quotes.keep(connection, message.channel, message.conversation, message.id, reply)


def _counted(reply: Reply) -> dict[str, str]:
    """What is counted of a reply: its kind, the clauses that it gives, the groups that were understood, its script (docs/answer.md)."""
    custom = reply.custom
    keys = [answer["key"] for answer in custom.get("answers", ()) if "key" in answer]
    return {
        "outcome": custom.get("kind", ""),
        "clause": _as_many_as_fit(keys, messages.c.clause.type.length),
        "groups": _as_many_as_fit(custom.get("groups", ()), messages.c.groups.type.length),
        "script": custom.get("script", ""),
    }


def _as_many_as_fit(words: Iterable[str], length: int) -> str:
    """The first of `words`, none of them cut, that make at most `length` characters with commas between them."""
    text = ""
    for word in words:
        longer = f"{text},{word}" if text else word
        if len(longer) > length:
            break
        text = longer
    return text


def _unanswered(connection: Connection) -> list[Message]:
    rows = connection.execute(sa.select(messages).where(messages.c.reply.is_(None)).order_by(messages.c.id))
    return [_message(row) for row in rows]


def exchanges(
    connection: Connection, channel: str, conversation: str, limit: int, until: float | None = None
) -> tuple[Exchange, ...]:
    """The last `limit` messages of a conversation (before `until`, where it is given) with their replies, oldest first."""
    mine = sa.and_(messages.c.channel == channel, messages.c.conversation == conversation)
    if until is not None:
        mine = sa.and_(mine, messages.c.received_at <= until)
    rows = connection.execute(sa.select(messages).where(mine).order_by(messages.c.id.desc()).limit(limit)).all()
    return tuple(map(_as_exchange, reversed(rows)))


def replied_to(connection: Connection, message: Message) -> Exchange | None:
    """The earlier message of the same conversation that `message` replies to, with its reply; None where it is not kept."""
    if not message.in_reply_to or message.asked_in:
        return None
    return _exchange(connection, replace(message, id=message.in_reply_to))


def _exchange(connection: Connection, message: Message) -> Exchange | None:
    row = connection.execute(sa.select(messages).where(_is(message))).first()
    return None if row is None else _as_exchange(row)


def _as_exchange(row: Any) -> Exchange:
    return Exchange(_message(row), row.received_at, Reply.from_json(row.reply) if row.reply else None)


def _message(row: Any) -> Message:
    return Message(
        row.channel,
        row.conversation,
        row.message_id,
        row.text,
        in_reply_to=row.in_reply_to or "",
        asked_in=row.asked_in or "",
    )


def _forget(connection: Connection, of: Message) -> tuple[int, int]:
    """Delete a conversation; how many messages, and how many rows in all."""
    its = [sa.delete(table).where(table.c.sender == of.sender) for table in (events, slots)]
    for table in (feedback, voices, sends, handovers, notices, proposals, quoted, messages):
        mine = sa.and_(table.c.channel == of.channel, table.c.conversation == of.conversation)
        its.append(sa.delete(table).where(mine))
    deleted = [int(connection.execute(deletion).rowcount) for deletion in its]
    return deleted[-1], sum(deleted)
