"""Each message is written down before it is acted upon, answered once, and in order within its conversation, whichever server it came to.

A message costs two transactions: it is written down, and the turn begins; the turn ends, and all that came of it is written (turns.py).
Whoever has the turn in a conversation answers what waits there, oldest first, so that no message overtakes another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import metrics
from bot.errors import ConflictError, MessageError, StateError, TakenOverError
from bot.mailbox import quotes
from bot.mailbox.leases import pauses
from bot.mailbox.models import Answer, Exchange, Message, Reply, Voice
from bot.mailbox.state import State
from bot.mailbox.tables import events, feedback, handovers, messages, notes, notices, proposals, sends, slots, voices
from bot.mailbox.tables import quotes as quoted
from bot.mailbox.turns import Turn, Work, lease_name, taking, turn_of
from bot.text.clean import MAX_LENGTH, clean
from bot.text.mask import mask

AT_MOST_WAITING = 20
"""Messages of one conversation that may wait for their replies."""
AT_MOST_READ = 4 * MAX_LENGTH
"""Characters of a message that are looked at; unreadable ones among them do not count as its length."""
APOLOGY = "utter_error"
"""What is said where an answer failed."""
LOOK_EVERY = 1.0
"""Seconds between two looks for what another server left."""
CLOSED_FOR = 20.0
"""Seconds that a message waits while nothing can be answered yet, before the person is told to try again."""

Beforehand = Callable[[Connection, Message], tuple[Hashable, Any]]
"""What a turn reads at its beginning: its name and its value (see turns.read)."""
Also = Callable[[Reply], Work]
"""What is done with a reply in the transaction that writes it down, so that it costs none of its own."""

WRITE_DOWN = sa.text(
    "insert into messages (channel, conversation, message_id, text, in_reply_to, asked_in, voice, received_at)"
    " values (:channel, :conversation, :message_id, :text, :in_reply_to, :asked_in, coalesce(:voice, (select script || ' ' || language"
    " from voices where channel = :channel and conversation = :conversation)), :received_at) on conflict do nothing"
)
WAITING = sa.text(
    "select * from messages where channel = :channel and conversation = :conversation and reply is null order by id"
    " limit :limit"
)
ANSWERED = sa.text(
    "update messages set reply = :reply, answered_at = :answered_at, outcome = :outcome, clause = :clause, groups = :groups,"
    " script = :script where channel = :channel and conversation = :conversation and message_id = :message_id"
)
ONE_ORDER = sa.text("select pg_advisory_xact_lock(hashtext(:sender))")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """How it stands with a message: the `reply` to it; or a `turn`, and what is to be answered in it, which waits `since` then; or nothing,
    where another server is at the conversation.
    """

    reply: Reply | None = None
    turn: Turn | None = None
    message: Message | None = None
    since: float = 0.0


class Mailbox:
    """Takes messages in and gives replies out."""

    def __init__(
        self,
        state: State,
        answer: Answer,
        apologise: Answer | None = None,
        patience: float = 600.0,
        beforehand: Sequence[Beforehand] = (),
        opened: bool = True,
    ) -> None:
        """`answer` is called once a message, never twice at a time for one conversation over all servers; `apologise`, where there is one,
        instead for a message that waited for more than `patience` seconds. Until it is `opened`, messages are only written down.
        """
        self._state, self._answer, self._beforehand = state, answer, beforehand
        self._apologise, self._patience = apologise or answer, patience
        self._opened = asyncio.Event()
        self._tasks: set[asyncio.Task[Reply]] = set()
        if opened:
            self._opened.set()

    def open(self) -> None:
        """From now on messages can be answered."""
        self._opened.set()

    async def ask(self, message: Message, since: float | None = None, also: Also | None = None) -> Reply:
        """The reply to `message`, which waits since then, or since now. The same id again gives the same reply. Where `message` has no voice,
        it has the one that its person chose, if any.

        `also` is done with the reply: in the transaction that writes it down, and is undone with that; or in one afterwards, where it was
        written down before or by another server.
        Raises StateError where the message cannot be kept or answered now (ask again with the same id), MessageError where too
        many messages of this conversation wait. A caller that goes away does not stop the answering.
        """
        with metrics.asking(message.channel) as asked:
            reply = await self._taken(message, since, also)
            asked.outcome = "error" if APOLOGY in (line.name for line in reply.lines) else reply.custom.get("kind", "")
            return reply

    async def _taken(self, message: Message, since: float | None, also: Also | None) -> Reply:
        # cut before anything looks at it: a megabyte must not hold everybody up
        kept = replace(message, text=mask(clean(message.text[:AT_MOST_READ])[: MAX_LENGTH + 1]))
        task = asyncio.create_task(self._reply(kept, time.time() if since is None else since, also))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def resume(self) -> int:
        """Answer what waits and nobody is at, in order: what a killed server left, and what could not be answered before; how many
        messages that were.
        """
        left = await self._state.run(lambda connection: _left(connection, self._state))
        return sum(await asyncio.gather(*(self._resume(*conversation) for conversation in left)))

    async def keep_up(self) -> None:
        """Once messages can be answered, `resume` again and again: other servers may die at any time."""
        await self._opened.wait()
        while True:
            try:
                if number := await self.resume():
                    logger.info("answered %s messages that were waiting", number)
            except StateError as error:
                logger.error("messages that wait are answered later: %s", error)
            except Exception:  # what a killed server left must be looked for as long as this one runs
                logger.exception("messages that wait are answered later")
            await asyncio.sleep(LOOK_EVERY)

    async def idle(self) -> None:
        """Wait until nothing is being answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

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
        deleted = (0, 0)

        def forget(connection: Connection) -> None:
            nonlocal deleted
            deleted = _forget(connection, of)

        of = Message(channel, conversation, "", "")
        async with self.turn(of.sender) as turn:
            turn.write(forget)
        messages_deleted, rows_deleted = deleted
        if rows_deleted:
            await self._state.wiped()
        return messages_deleted

    def late(self, since: float | None) -> bool:
        """Whether what waits since then waited for too long to be acted on."""
        return since is not None and time.time() - since > self._patience

    def turn(self, sender: str) -> AbstractAsyncContextManager[Turn]:
        """A turn in a conversation, in which nothing of it is answered (see turns.turn_of)."""
        return turn_of(self._state, sender)

    async def _reply(self, message: Message, since: float, also: Also | None) -> Reply:
        """Write `message` down, after those of its conversation that came before; answer what waits in it, until that is done."""
        here, name = self._state.leases.here, lease_name(message.sender)
        async with contextlib.AsyncExitStack() as stack:
            async with here(f"door/{message.sender}"):
                if alone := not self._state.leases.busy(name):
                    await stack.enter_async_context(here(name))
                step = await self._step(message, since, begin=alone)
            if not step.reply and not alone:
                await stack.enter_async_context(here(name))
                step = await self._step(message, since, begin=True, known=True)
            return await self._until_answered(message, since, step, also)

    async def _until_answered(self, message: Message, since: float, step: Step, also: Also | None) -> Reply:
        """The reply to `message`, once it is this server's turn, or another's, and what was written before is answered."""
        closed_until = time.monotonic() + CLOSED_FOR
        for pause in pauses():
            if step.reply:
                if also:
                    await self._state.run(also(step.reply))
                return step.reply
            if not self._opened.is_set() and time.monotonic() > closed_until:
                break
            if step.turn is None:
                await asyncio.sleep(pause)
            else:
                its_own = step.message is not None and step.message.id == message.id
                reply = await self._answer_next(step, also if its_own else None)
                if reply and its_own:
                    return reply
            step = await self._step(message, since, begin=True, known=True)
        raise StateError("The assistant is not ready. What was asked is kept, and answered later.")

    async def _step(self, message: Message, since: float, begin: bool, known: bool = False) -> Step:
        begin = begin and self._opened.is_set()
        return await self._state.run(lambda connection: self._keep(connection, message, since, begin, known))

    async def _resume(self, channel: str, conversation: str) -> int:
        of, number = Message(channel, conversation, "", ""), 0
        name = lease_name(of.sender)
        if self._state.leases.busy(name):
            return 0
        async with self._state.leases.here(name):
            try:
                while (step := await self._state.run(lambda c: self._begin(c, of))).turn:
                    number += await self._answer_next(step) is not None
            except StateError as error:
                logger.error("messages that wait are answered later: %s", error)
            except Exception:  # the other conversations are answered all the same
                logger.exception("what waits in a conversation is answered later")
        return number

    async def _answer_next(self, step: Step, also: Also | None = None) -> Reply | None:
        """The reply to what a turn shall answer, written down with all that came of it; None where things stood otherwise at its end, and
        nothing was.
        """
        turn, message = step.turn, step.message
        assert turn and message
        try:
            async with taking(turn):
                reply = await self._reply_in(turn, message, step.since)
                turn.write(lambda connection: _answered(connection, message, reply))
                if also:
                    turn.write(also(reply))
        except (TakenOverError, ConflictError) as error:
            logger.warning("a turn is begun again: %s", error)
            return None
        return reply

    async def _reply_in(self, turn: Turn, message: Message, since: float) -> Reply:
        """The answer to `message`; an apology where it is late, or where whatever failed would fail again: what waits behind it must be answered."""
        if not self.late(since):
            try:
                return await self._answer(message)
            except (StateError, ConflictError, MessageError):
                raise
            except Exception:  # the log has the reason without the text
                logger.exception("message %s could not be answered", message.id)
                turn.undo()
        return await self._apologise(message)

    def _keep(self, connection: Connection, message: Message, since: float, begin: bool, known: bool) -> Step:
        """Write the message down, where it is not; the reply to it, where it has one, else the beginning of a turn, where that is asked for.

        One that is `known` was written down before. Raises MessageError, and it must not be written down, where too many wait, or where it was
        deleted since.
        """
        if connection.dialect.name == "postgresql":  # in one order for all servers; SQLite has one writer at a time
            connection.execute(ONE_ORDER, {"sender": message.sender})
        if known or not _write_down(connection, message, since):
            row = connection.execute(sa.select(messages.c.reply).where(_is(message))).first()
            if row is None:
                raise MessageError("What you asked was deleted before it was answered.")
            return Step(reply=Reply.from_json(row.reply)) if row.reply else self._begin(connection, message, begin)
        waiting = _waiting(connection, message)
        if len(waiting) > AT_MOST_WAITING:
            raise MessageError(
                f"{AT_MOST_WAITING} of your messages are still waiting for an answer. Please wait for it."
            )
        # where nothing else waits, nothing else can until the end of this transaction
        return self._begin(connection, message, begin, waiting[0] if len(waiting) == 1 else None)

    def _begin(self, connection: Connection, of: Message, begin: bool = True, oldest: Any = None) -> Step:
        """The beginning of a turn that answers what has waited for longest in a conversation, if anything waits and nobody is at it.

        `oldest` is that, where it is known.
        """
        lease = self._state.leases.claim(connection, lease_name(of.sender)) if begin else None
        if lease is None:
            return Step()
        row = oldest or next(iter(_waiting(connection, of)), None)
        if row is None:
            self._state.leases.end(connection, lease)
            return Step()
        turn, message = Turn(self._state, of.sender, lease), _message(row)
        turn.read.update(reading(connection, message) for reading in self._beforehand)
        return Step(turn=turn, message=message, since=row.received_at)


def _of(message: Message) -> dict[str, Any]:
    return {"channel": message.channel, "conversation": message.conversation}


def _waiting(connection: Connection, of: Message) -> list[Any]:
    """What waits in a conversation, oldest first, as far as it matters how much that is."""
    return list(connection.execute(WAITING, {**_of(of), "limit": AT_MOST_WAITING + 1}))


def _write_down(connection: Connection, message: Message, since: float) -> bool:
    """Write a message down; False where it was before."""
    row = {
        **_of(message),
        "message_id": message.id,
        "text": message.text,
        "in_reply_to": message.in_reply_to or None,
        "asked_in": message.asked_in or None,
        "voice": message.voice.to_text() if message.voice else None,
        "received_at": since,
    }
    return bool(connection.execute(WRITE_DOWN, row).rowcount)


def _left(connection: Connection, state: State) -> list[tuple[str, str]]:
    """The conversations in which something waits and no other server is at it, those that have waited for longest first."""
    of = messages.c.channel, messages.c.conversation
    free = state.leases.unclaimed(lease_name(messages.c.channel + ":" + messages.c.conversation))
    found = sa.select(*of).where(messages.c.reply.is_(None), free).group_by(*of).order_by(sa.func.min(messages.c.id))
    return [tuple(row) for row in connection.execute(found)]


def _is(message: Message) -> Any:
    return sa.and_(
        messages.c.channel == message.channel,
        messages.c.conversation == message.conversation,
        messages.c.message_id == message.id,
    )


def _answered(connection: Connection, message: Message, reply: Reply) -> None:
    row = {
        **_of(message),
        "message_id": message.id,
        "reply": reply.to_json(),
        "answered_at": time.time(),
        **_counted(reply),
    }
    if connection.execute(ANSWERED, row).rowcount:
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
        voice=Voice.from_text(row.voice) if row.voice else None,
    )


def _forget(connection: Connection, of: Message) -> tuple[int, int]:
    """Delete a conversation; how many messages, and how many rows in all."""
    its = [sa.delete(table).where(table.c.sender == of.sender) for table in (events, slots)]
    # a notice comes of a handover, and sends of a notice, maybe at this moment: whoever writes them has changed the former first
    for table in (feedback, voices, handovers, notes, notices, sends, proposals, quoted, messages):
        mine = sa.and_(table.c.channel == of.channel, table.c.conversation == of.conversation)
        its.append(sa.delete(table).where(mine))
    deleted = [int(connection.execute(deletion).rowcount) for deletion in its]
    return deleted[-1], sum(deleted)
