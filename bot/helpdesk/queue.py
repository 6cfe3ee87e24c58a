"""Questions handed over to a person: who asked what, who has it, how it ended.

A question waits, is claimed by one of the staff, and ends: answered, refused, or taken back by the person. What it was answered can be
corrected, or withdrawn, and then it is open again. Every step is one transaction that checks how things stand, so that two clerks never
hold the same question. What the person does is written with the reply that says so (bot/mailbox/turns.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.errors import ConflictError
from bot.helpdesk import notes, proposals
from bot.helpdesk.audit import Actor, record, record_once
from bot.mailbox import notices, quotes, turns
from bot.mailbox.models import Message, Reply, Voice
from bot.mailbox.state import State
from bot.mailbox.tables import audit, handovers, messages, staff
from bot.mailbox.tables import notices as notices_table

Stage = Literal["waiting", "claimed", "answered", "refused", "taken back"]
OPEN: tuple[Stage, ...] = ("waiting", "claimed")
SAID: tuple[Stage, ...] = ("answered", "refused")
"""Stages in which the person has been answered by the staff."""
GONE = "这个问题已经不在了：提问的人可能撤回或删除了对话。"
AT_MOST_SHOWN = 100
STIRRED_EVERY = 20.0
"""Seconds within which it is not written down again that a clerk is at a question."""
ONE_LOOK = 10 * 60.0
"""Seconds for which a page that shows how a conversation goes on counts as one look."""
AT_MOST_WAITING = 200
"""Questions that may wait at a time: whoever floods the queue must not bury it, and nobody is promised an answer that cannot come."""
OPEN_ONE = sa.text(
    "select * from handovers where channel = :channel and conversation = :conversation and state in ('waiting', 'claimed')"
    " order by id desc limit 1"
)
NOBODYS: dict[str, Any] = {"state": "waiting", "claimed_by": None, "claimed_at": None, "active_at": None}
EXPIRING = Actor("榕策")
"""Who frees a question that the clerk who claimed it left lying, in the audit trail."""


@dataclass(frozen=True)
class Handover:
    """A question handed over. `candidates` are the keys of the passages that the assistant would give, best first, with their
    probabilities; `passage`, `reason` and `words` say how it ended; `active_at` is when the clerk who has it last did something with it.
    """

    id: int
    channel: str
    conversation: str
    message: str
    question: str
    voice: Voice
    candidates: tuple[tuple[str, float], ...]
    stage: Stage
    claimed_by: str
    asked_at: float
    claimed_at: float | None
    ended_at: float | None
    passage: str
    reason: str
    words: str
    active_at: float | None = None

    @property
    def about(self) -> str:
        """How the audit trail and proposals name it."""
        return f"handover/{self.id}"


class Queue:
    """The questions handed over in a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def hand_over(
        self, message: Message, question: str, voice: Voice, candidates: Sequence[tuple[str, float]]
    ) -> tuple[Handover, int]:
        """Put a question into the queue; it, and how many wait before it. An open one of the same conversation stays as it is.

        `question` is "" where the person has not said yet what it is about. Raises ConflictError where too many wait already.
        """

        def write(connection: Connection) -> tuple[Handover, int]:
            here = message.channel, message.conversation
            if (found := _open(connection, *here) or _asked_by(connection, message)) is None:
                if _waiting_before(connection, None) >= AT_MOST_WAITING:
                    raise ConflictError(f"{AT_MOST_WAITING} questions are waiting; no more are taken.")
                connection.execute(
                    sa.insert(handovers).values(
                        channel=message.channel,
                        conversation=message.conversation,
                        message_id=message.id,
                        question=question,
                        script=voice.script,
                        language=voice.language,
                        candidates=json.dumps(list(candidates)),
                        state="waiting",
                        asked_at=time.time(),
                        passage="",
                        reason="",
                        words="",
                    )
                )
                found = _open(connection, *here)
            assert found is not None
            return found, _waiting_before(connection, found.id)

        return await turns.do(self._state, write)

    async def name_question(self, number: int, question: str, candidates: Sequence[tuple[str, float]]) -> None:
        """The person says what a question is about that was handed over without any."""
        unnamed = sa.and_(handovers.c.id == number, handovers.c.question == "")
        named = sa.update(handovers).where(unnamed).values(question=question, candidates=json.dumps(list(candidates)))
        await turns.write(self._state, lambda connection: connection.execute(named))

    async def open_of(self, channel: str, conversation: str) -> Handover | None:
        """The question of a conversation that waits or is claimed."""
        name = _named(channel, conversation)
        return await turns.read(self._state, name, lambda connection: _open(connection, channel, conversation))

    async def take_back(self, channel: str, conversation: str) -> bool:
        """The person does not want a person any more; whether anything was open."""

        def end(connection: Connection) -> bool:
            mine = sa.and_(_of(channel, conversation), handovers.c.state.in_(OPEN))
            ended = sa.update(handovers).where(mine).values(state="taken back", ended_at=time.time())
            return bool(connection.execute(ended).rowcount)

        return await turns.do(self._state, end)

    async def entries(self) -> list[Handover]:
        """What waits or is claimed, oldest first; not more than some."""
        return await self._select(handovers.c.state.in_(OPEN), handovers.c.id)

    async def standing(self) -> dict[Stage, int]:
        """How many wait and how many are claimed, however many of them `entries` shows."""
        found = sa.select(handovers.c.state, sa.func.count()).where(handovers.c.state.in_(OPEN))
        rows = await self._state.run(lambda connection: connection.execute(found.group_by(handovers.c.state)).all())
        return {**dict.fromkeys(OPEN, 0), **dict(map(tuple, rows))}

    async def unseen(self, by: Actor) -> set[int]:
        """The questions that a colleague passed on to `by`, who has not opened them since."""
        about = sa.literal("handover/") + sa.cast(handovers.c.id, sa.String)
        since = audit.c.at >= handovers.c.claimed_at
        to_me = sa.exists().where(audit.c.action == "passed on", audit.c.about == about + f" to {by.name}", since)
        saw = sa.exists().where(audit.c.who == by.name, audit.c.action == "saw", audit.c.about == about, since)
        mine = sa.and_(handovers.c.state == "claimed", handovers.c.claimed_by == by.name)
        passed_on = sa.select(handovers.c.id).where(mine, to_me, ~saw)
        return set(await self._state.run(lambda connection: connection.execute(passed_on).scalars().all()))

    async def news_for(self, by: Actor) -> set[int]:
        """The questions of `by` in which something is new: passed on and not opened yet, or the person wrote something that is unheard."""
        mine = sa.select(handovers.c.id).where(handovers.c.state == "claimed", handovers.c.claimed_by == by.name)
        numbers = await self._state.run(lambda connection: connection.execute(mine).scalars().all())
        return {*await self.unheard(numbers), *await self.unseen(by)} if numbers else set()

    async def oldest(self) -> float | None:
        """Since when the question waits that waits for longest; None where none does."""
        first = sa.select(sa.func.min(handovers.c.asked_at)).where(handovers.c.state == "waiting")
        return await self._state.run(lambda connection: connection.execute(first).scalar())

    async def ended(self) -> list[Handover]:
        """What ended lately, the latest first."""
        return await self._select(handovers.c.ended_at.is_not(None), handovers.c.ended_at.desc())

    async def search(self, words: Sequence[str], who: str, most: int) -> list[Handover]:
        """The last `most` that ended whose question, or what a clerk added to the answer, has one of `words`, where there are any, and that
        `who` answered, where somebody is named; the latest first.
        """
        fits = handovers.c.ended_at.is_not(None)
        if words:
            texts = handovers.c.question, handovers.c.words
            fits = sa.and_(fits, sa.or_(*(text.contains(word, autoescape=True) for text in texts for word in words)))
        if who:
            fits = sa.and_(fits, handovers.c.claimed_by == who)
        return await self._select(fits, handovers.c.ended_at.desc(), most)

    async def entry(self, number: int) -> Handover:
        """One question. Raises ConflictError where it is gone."""
        return await self._state.run(lambda connection: _entry(connection, number))

    async def look_at(self, number: int, by: Actor) -> Handover:
        """One question, with a line in the audit trail that `by` saw it. Raises ConflictError where it is gone."""

        def see(connection: Connection) -> Handover:
            found = _entry(connection, number)
            record(connection, by, "saw", found.about)
            return found

        return await self._state.run(see)

    async def look_on(self, number: int, by: Actor) -> Handover:
        """`look_at` for a page that is open: it stands in the audit trail once for a while."""

        def see(connection: Connection) -> Handover:
            found = _entry(connection, number)
            record_once(connection, by, "saw", found.about, ONE_LOOK)
            return found

        return await self._state.run(see)

    async def held(self, number: int, by: Actor, whoever: bool = False) -> Handover:
        """One question that `by` has claimed, or has answered and may answer anew; answered by anybody, with `whoever`. Raises ConflictError
        for any other.
        """
        found = await self.entry(number)
        mends = found.stage in SAID and (whoever or found.claimed_by == by.name)
        if not mends and (found.stage != "claimed" or found.claimed_by != by.name):
            raise ConflictError(_how_it_stands(found, by, SAID))
        return found

    async def claim(self, number: int, by: Actor) -> None:
        """`by` answers it, nobody else. Raises ConflictError where somebody else does already, or it ended."""
        await self._move(number, by, "claimed", ("waiting",), state="claimed", **_claimed(by.name))

    async def put_back(self, number: int, by: Actor) -> None:
        """Whoever claimed it leaves it to the others. Raises ConflictError where `by` does not have it."""
        await self._move(number, by, "put back", ("claimed",), **NOBODYS)

    async def free(self, number: int, by: Actor) -> None:
        """Somebody's question waits again, since they do not come back to it. Raises ConflictError where nobody has it."""
        await self._move(number, by, "freed", ("claimed",), whoever=True, **NOBODYS)

    async def pass_on(self, number: int, to: str, by: Actor, note: str = "") -> None:
        """A colleague goes on with it, who is told `note`. Raises ConflictError where `by` does not have it, or there is no such colleague."""

        def check(connection: Connection, found: Handover) -> None:
            colleague = sa.select(staff.c.id).where(staff.c.name == to, staff.c.active)
            if to == by.name or connection.execute(colleague).first() is None:
                raise ConflictError(f"不能转给「{to}」：没有这位同事，或者他现在不能登录。")
            if note:
                notes.write(connection, found.channel, found.conversation, found.id, by.name, note)

        await self._move(number, by, "passed on", ("claimed",), check, **_claimed(to))

    async def note(self, number: int, text: str, by: Actor) -> None:
        """Tell the other staff something about it, however it stands. Raises ConflictError where it is gone."""

        def write(connection: Connection) -> None:
            found = _entry(connection, number)
            notes.write(connection, found.channel, found.conversation, found.id, by.name, text)
            _stir(connection, number, by)
            record(connection, by, "noted", found.about)

        await self._state.run(write)

    async def say(self, number: int, reply: Reply, by: Actor, action: str) -> None:
        """`reply` goes to the person, and the question stays `by`'s; `action` is what the audit trail calls that. Raises ConflictError where
        `by` does not have it.
        """

        def tell(connection: Connection, found: Handover) -> None:
            notices.write(connection, found.channel, found.conversation, found.id, reply)

        await self._move(number, by, action, ("claimed",), tell, active_at=time.time())

    async def stir(self, number: int, by: Actor) -> None:
        """`by`, who has it, is working at it: the claim does not expire yet."""
        await self._state.run(lambda connection: _stir(connection, number, by))

    async def free_left(self, minutes: int) -> int:
        """Questions that whoever claimed them did nothing with for `minutes` wait again; how many those were."""

        def free(connection: Connection) -> int:
            last = sa.func.coalesce(handovers.c.active_at, handovers.c.claimed_at)
            left = sa.and_(handovers.c.state == "claimed", last < time.time() - minutes * 60)
            freed = 0
            for number in connection.execute(sa.select(handovers.c.id).where(left)).scalars().all():
                mine = sa.update(handovers).where(handovers.c.id == number, left).values(**NOBODYS)
                if connection.execute(mine).rowcount:
                    record(connection, EXPIRING, "expired", f"handover/{number}")
                    freed += 1
            return freed

        return await self._state.run(free)

    async def unheard(self, numbers: Sequence[int]) -> dict[int, int]:
        """How many messages the person of each of these claimed questions wrote since it was claimed, and since the staff last said something;
        those with none are left out.
        """
        said = sa.select(sa.func.max(notices_table.c.written_at)).where(notices_table.c.handover == handovers.c.id)
        since = sa.func.coalesce(said.correlate(handovers).scalar_subquery(), 0.0)
        wrote = sa.and_(
            messages.c.channel == handovers.c.channel,
            messages.c.conversation == handovers.c.conversation,
            messages.c.received_at > handovers.c.claimed_at,
            messages.c.received_at > since,
        )
        asked = sa.and_(handovers.c.id.in_(numbers), handovers.c.state == "claimed")
        found = sa.select(handovers.c.id, sa.func.count()).join(messages, wrote).where(asked).group_by(handovers.c.id)
        return dict(map(tuple, await self._state.run(lambda connection: connection.execute(found).all())))

    async def answer(
        self, number: int, passage: str, words: str, reply: Reply, by: Actor, learn: bool = False
    ) -> Handover:
        """It is answered with a passage, or with words of the clerk's own and none, and `learn` proposes that the passage is learned; `reply`
        goes to the person. Raises ConflictError where `by` does not have it.
        """
        return await self._end(number, "answered", reply, by, learn, passage=passage, words=words)

    async def refuse(
        self, number: int, reason: str, words: str, reply: Reply, by: Actor, learn: bool = False
    ) -> Handover:
        """It is not the document's, and `learn` proposes that this is learned; `reply` says so to the person. Raises ConflictError where
        `by` does not have it.
        """
        return await self._end(number, "refused", reply, by, learn, reason=reason, words=words)

    async def correct(
        self,
        number: int,
        passage: str,
        reason: str,
        words: str,
        reply: Reply,
        by: Actor,
        learn: bool = False,
        whoever: bool = False,
    ) -> Handover:
        """What it was answered was wrong: it is answered with `passage`, or refused for `reason`, and `reply` goes to the person in its place.

        Raises ConflictError where it was not answered, or by somebody else, unless by `whoever`.
        """
        stage: Stage = "refused" if reason else "answered"

        def tell(connection: Connection, found: Handover) -> None:
            _unsay(connection, found, by)
            notices.write(connection, found.channel, found.conversation, found.id, reply)
            if learn:
                _propose(connection, found, passage, reason, by)

        values: dict[str, Any] = {"passage": passage, "reason": reason, "words": words, "claimed_by": by.name}
        return await self._move(number, by, "answered anew", SAID, tell, whoever, state=stage, **values)

    async def withdraw(self, number: int, reply: Reply, by: Actor, whoever: bool = False) -> Handover:
        """What it was answered does not hold; `reply` says so to the person, and `by` has the question again.

        Raises ConflictError where it was not answered, or by somebody else, unless by `whoever`, or where the person has another open one.
        """

        def tell(connection: Connection, found: Handover) -> None:
            _unsay(connection, found, by)
            notices.write(connection, found.channel, found.conversation, found.id, reply)

        def alone(connection: Connection, found: Handover) -> None:
            if other := _open(connection, found.channel, found.conversation):
                raise ConflictError(f"这个人另有一个问题（第 {other.id} 号）还没有答完。请直接更正，或者先答完那个。")

        again: dict[str, Any] = {**_claimed(by.name), "ended_at": None, "passage": "", "reason": "", "words": ""}
        return await self._move(number, by, "withdrew", SAID, tell, whoever, before=alone, state="claimed", **again)

    async def _end(self, number: int, stage: Stage, reply: Reply, by: Actor, learn: bool, **values: Any) -> Handover:
        def tell(connection: Connection, found: Handover) -> None:
            notices.write(connection, found.channel, found.conversation, found.id, reply)
            if learn:
                _propose(connection, found, values.get("passage", ""), values.get("reason", ""), by)

        return await self._move(number, by, stage, ("claimed",), tell, state=stage, ended_at=time.time(), **values)

    async def _move(
        self,
        number: int,
        by: Actor,
        action: str,
        stages: Sequence[Stage],
        also: Callable[[Connection, Handover], None] = lambda *_: None,
        whoever: bool = False,
        before: Callable[[Connection, Handover], None] = lambda *_: None,
        **values: Any,
    ) -> Handover:
        """Change a question that is in one of `stages` (claimed by `by`, unless by `whoever`), do `also`, record it: all or nothing. What
        `before` raises stops it.
        """

        def change(connection: Connection) -> Handover:
            found = _entry(connection, number)
            before(connection, found)
            fits = sa.and_(handovers.c.id == number, handovers.c.state.in_(stages))
            if "waiting" not in stages and not whoever:
                fits = sa.and_(fits, handovers.c.claimed_by == by.name)
            # the condition is checked by the update itself: of two clerks at once, one finds no row
            if not connection.execute(sa.update(handovers).where(fits).values(**values)).rowcount:
                raise ConflictError(_how_it_stands(_entry(connection, number), by, stages))
            also(connection, found)
            moved = _entry(connection, number)
            record(connection, by, action, found.about + (f" to {moved.claimed_by}" if action == "passed on" else ""))
            return moved

        return await self._state.run(change)

    async def _select(self, condition: Any, order: Any, most: int | None = None) -> list[Handover]:
        found = sa.select(handovers).where(condition).order_by(order).limit(most or AT_MOST_SHOWN)
        return [_handover(row) for row in await self._state.run(lambda connection: connection.execute(found).all())]


def read_beforehand(connection: Connection, message: Message) -> tuple[Hashable, Handover | None]:
    """What a turn that answers `message` reads of the queue, and its name there (Mailbox)."""
    of = message.channel, message.conversation
    return _named(*of), _open(connection, *of)


def _named(channel: str, conversation: str) -> Hashable:
    """What the open question of a conversation is called among what a turn reads."""
    return "handover", channel, conversation


def _of(channel: str, conversation: str) -> Any:
    return sa.and_(handovers.c.channel == channel, handovers.c.conversation == conversation)


def _open(connection: Connection, channel: str, conversation: str) -> Handover | None:
    row = connection.execute(OPEN_ONE, {"channel": channel, "conversation": conversation}).first()
    return None if row is None else _handover(row)


def _waiting_before(connection: Connection, number: int | None) -> int:
    """How many questions wait; before the one of that number, where one is given."""
    waiting = sa.select(sa.func.count()).where(handovers.c.state == "waiting")
    waiting = waiting if number is None else waiting.where(handovers.c.id < number)
    return int(connection.execute(waiting).scalar_one())


def _asked_by(connection: Connection, message: Message) -> Handover | None:
    """What this very message handed over before (it is answered again after a kill)."""
    same = sa.and_(_of(message.channel, message.conversation), handovers.c.message_id == message.id)
    row = connection.execute(sa.select(handovers).where(same)).first()
    return None if row is None else _handover(row)


def _entry(connection: Connection, number: int) -> Handover:
    row = connection.execute(sa.select(handovers).where(handovers.c.id == number)).first()
    if row is None:
        raise ConflictError(GONE)
    return _handover(row)


def _claimed(by: str) -> dict[str, Any]:
    """The columns of a question that somebody takes now."""
    now = time.time()
    return {"claimed_by": by, "claimed_at": now, "active_at": now}


def _stir(connection: Connection, number: int, by: Actor) -> None:
    mine = sa.and_(handovers.c.id == number, handovers.c.state == "claimed", handovers.c.claimed_by == by.name)
    mine = sa.and_(mine, sa.func.coalesce(handovers.c.active_at, 0.0) < time.time() - STIRRED_EVERY)
    connection.execute(sa.update(handovers).where(mine).values(active_at=time.time()))


def _unsay(connection: Connection, found: Handover, by: Actor) -> None:
    """What was answered holds no more: nothing is to be learned from it, and nobody need be told of it when the document changes."""
    quotes.drop(connection, found.channel, found.conversation, notices.answer_named(found.id))
    proposals.forget(connection, "staff", found.about, by)


def _propose(connection: Connection, found: Handover, passage: str, reason: str, by: Actor) -> None:
    proposals.write(
        connection, "staff", found.about, found.question, passage, reason, by, found.channel, found.conversation
    )


def _how_it_stands(found: Handover, by: Actor, wanted: Sequence[Stage] = ()) -> str:
    """Why `by` cannot do that with `found`, which should be in a stage of `wanted`."""
    if found.stage in SAID and found.stage in wanted:
        return f"这是 {found.claimed_by} 答的，要由他本人或审核员来改。"
    if found.stage == "claimed":
        return "您已经在处理这个问题了。" if found.claimed_by == by.name else f"{found.claimed_by} 正在处理这个问题。"
    return {
        "waiting": "这个问题还没有人接手，请先接手。",
        "answered": "这个问题已经答复了。",
        "refused": "这个问题已经答复了。",
        "taken back": "提问的人已经撤回了这个问题。",
    }[found.stage]


def _handover(row: Any) -> Handover:
    return Handover(
        id=row.id,
        channel=row.channel,
        conversation=row.conversation,
        message=row.message_id,
        question=row.question,
        voice=Voice(row.script, row.language),
        candidates=tuple((passage, probability) for passage, probability in json.loads(row.candidates)),
        stage=row.state,
        claimed_by=row.claimed_by or "",
        asked_at=row.asked_at,
        claimed_at=row.claimed_at,
        ended_at=row.ended_at,
        passage=row.passage,
        reason=row.reason,
        words=row.words,
        active_at=row.active_at,
    )
