"""Proposals: what the assistant shall learn from an answer of the staff, a 👎, or a question that it refused.

A proposal says "this question: this passage", or "this question: not ours, for this reason". A second person accepts or rejects it; the
next training takes the accepted ones in.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.errors import AccessError, ConflictError, MessageError
from bot.helpdesk.audit import Actor, record
from bot.helpdesk.likeness import Likeness, alike
from bot.mailbox.models import Reply
from bot.mailbox.state import State
from bot.mailbox.tables import feedback, handovers, messages, proposals
from bot.text.clean import MAX_LENGTH, clean, is_question
from bot.text.mask import mask
from bot.text.script import simplify

Origin = Literal["staff", "down", "refused", "own"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
Stage = Literal["open", "accepted", "rejected", "dismissed"]
REASONS = frozenset(
    {
        "document",
        "fact",
        "forecast",
        "form",
        "gibberish",
        "injection",
        "offtopic",
        "opinion",
        "own_file",
        "place",
        "price",
        "service",
    }
)
"""Why a question is not ours: the files of nlu/out_of_scope."""
NO_JUDGEMENT = frozenset({"utter_empty", "utter_too_long", "utter_error"})
"""What is said to a message that was not judged: nothing can be learned from it."""
AT_MOST_LESSONS = 1000
"""Questions refused, and questions with a 👎, among which is looked for what can be learned: the newest."""


@dataclass(frozen=True)
class Proposal:
    """What shall be learned: `passage` is the key of the one that answers `question`, "" where it is not ours, for `reason`.

    One that was dismissed has neither. `model` is the trained model that has learned it, "" while none has.
    """

    id: int
    origin: Origin
    origin_id: str
    channel: str
    question: str
    passage: str
    reason: str
    stage: Stage
    proposed_by: str
    proposed_at: float
    decided_by: str
    decided_at: float | None
    model: str

    @property
    def clause(self) -> str:
        """The key of the passage's clause."""
        return self.passage.rpartition("/")[0]


@dataclass(frozen=True)
class Lesson:
    """A question that nobody has proposed anything for yet: refused, or its answer disliked.

    `origin` and `origin_id` are those of the proposal that would come of it.
    """

    origin: Origin
    origin_id: str
    channel: str
    conversation: str
    question: str
    at: float
    answer: str


@dataclass(frozen=True)
class Lessons:
    """What can be learned: questions whose answer was disliked, newest first, and the refused ones by likeness, the largest group first."""

    down: tuple[Lesson, ...]
    refused: tuple[Likeness[Lesson], ...]


class Proposals:
    """The proposals of a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def propose(
        self,
        origin: Origin,
        origin_id: str,
        question: str,
        passage: str,
        reason: str,
        by: Actor,
        channel: str = "",
        conversation: str = "",
    ) -> int:
        """Propose that `question` is answered by `passage`, or is not ours for `reason`; the proposal's number.

        The caller knows that there is such a passage. A clerk's own idea needs no `origin_id`. Raises ConflictError where the
        origin has a proposal already, MessageError for a text that is no question, or for what is neither passage nor reason.
        """
        number = await self._state.run(
            lambda connection: write(
                connection, origin, origin_id, question, passage, reason, by, channel, conversation
            )
        )
        if number is None:
            raise MessageError("请写下问题。")
        return number

    async def dismiss(self, lesson: Lesson, by: Actor) -> None:
        """Nothing is to be learned from `lesson`, nor from the same question again. Raises ConflictError where there is a proposal for it already."""

        def write_down(connection: Connection) -> None:
            number = _insert(connection, lesson, "", "", "dismissed", by)
            record(connection, by, "dismissed", _about(number))

        await self._state.run(write_down)

    async def accept(self, number: int, by: Actor) -> None:
        """Its question shall be answered so, and the next training shall take it in.

        Raises AccessError for one's own, ConflictError where it was decided already.
        """
        await self._decide(number, "accepted", by)

    async def reject(self, number: int, by: Actor) -> None:
        """It shall not be learned. Raises AccessError for one's own, ConflictError where it was decided already."""
        await self._decide(number, "rejected", by)

    async def undo(self, number: int, by: Actor) -> None:
        """What was accepted or rejected waits for a decision again; what was accepted is answered so no more, and unlearned by the next
        training. Raises ConflictError where it waits already.
        """

        def reopen(connection: Connection) -> None:
            fits = sa.and_(proposals.c.id == number, proposals.c.state.in_(("accepted", "rejected")))
            blank = {"state": "open", "decided_by": "", "decided_at": None, "model": ""}
            if not connection.execute(sa.update(proposals).where(fits).values(**blank)).rowcount:
                raise ConflictError("这条建议已经在等人来定了，或者已经不在了。")
            record(connection, by, "undid", _about(number))

        await self._state.run(reopen)

    async def open(self) -> list[Proposal]:
        """What waits for a second person, oldest first."""
        return await self._select(proposals.c.state == "open", proposals.c.id)

    async def accepted(self) -> list[Proposal]:
        """What is to be learned, in the order in which it was accepted."""
        return await self._select(proposals.c.state == "accepted", proposals.c.decided_at)

    async def accepted_by_now(self) -> tuple[int, float]:
        """How many are accepted, and when the last one was: another pair where anything was accepted or forgotten since."""
        counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(proposals.c.decided_at), 0.0))
        row = await self._state.run(
            lambda connection: connection.execute(counted.where(proposals.c.state == "accepted")).one()
        )
        return int(row[0]), float(row[1])

    async def decided(self, limit: int = 50) -> list[Proposal]:
        """What was accepted or rejected, the latest first."""
        decided = proposals.c.state.in_(("accepted", "rejected"))
        return await self._select(decided, proposals.c.decided_at.desc(), limit)

    async def trained_in(self, numbers: Sequence[int], model: str) -> None:
        """The trained model `model` has learned these."""
        learned = sa.update(proposals).where(proposals.c.id.in_(numbers)).values(model=model[:128])
        await self._state.run(lambda connection: connection.execute(learned))

    async def lessons(self) -> Lessons:
        """What can be learned and has no proposal yet."""
        down, refused = await self._state.run(lambda connection: (_disliked(connection), _refused(connection)))
        groups = await asyncio.to_thread(alike, refused, lambda lesson: lesson.question)
        return Lessons(tuple(down), tuple(groups))

    async def refused(self, since: float, until: float) -> list[Lesson]:
        """The questions refused from `since` until `until`, whatever was proposed for them."""
        return await self._state.run(lambda connection: _refused(connection, since, until, all_of_them=True))

    async def _decide(self, number: int, stage: Stage, by: Actor) -> None:
        def decide(connection: Connection) -> None:
            # the conditions are checked by the update itself: of two reviewers at once, one finds no row
            fits = sa.and_(proposals.c.id == number, proposals.c.state == "open", proposals.c.proposed_by != by.name)
            decided = {"state": stage, "decided_by": by.name, "decided_at": time.time()}
            if not connection.execute(sa.update(proposals).where(fits).values(**decided)).rowcount:
                _explain(connection, number)
            record(connection, by, stage, _about(number))

        await self._state.run(decide)

    async def _select(self, condition: Any, order: Any, limit: int | None = None) -> list[Proposal]:
        found = sa.select(proposals).where(condition).order_by(order).limit(limit)
        return [_proposal(row) for row in await self._state.run(lambda connection: connection.execute(found).all())]


def write(
    connection: Connection,
    origin: Origin,
    origin_id: str,
    question: str,
    passage: str,
    reason: str,
    by: Actor,
    channel: str = "",
    conversation: str = "",
) -> int | None:
    """`Proposals.propose` within the transaction of what it comes from; None, with nothing written, for a text that is no question."""
    if bool(passage) == bool(reason) or (reason and reason not in REASONS):
        raise MessageError("请选一句原文，或者一个“不归我们”的原因。")
    if not is_question(question):
        return None
    lesson = Lesson(origin, origin_id or uuid.uuid4().hex, channel, conversation, question, time.time(), "")
    number = _insert(connection, lesson, passage, reason, "open", by)
    record(connection, by, "proposed", _about(number))
    return number


def forget(connection: Connection, origin: Origin, origin_id: str, by: Actor) -> None:
    """What was proposed from there was wrong: it is gone, whoever decided on it, within the transaction of what tells so."""
    its = sa.and_(proposals.c.origin == origin, proposals.c.origin_id == origin_id)
    for number in connection.execute(sa.select(proposals.c.id).where(its)).scalars().all():
        connection.execute(sa.delete(proposals).where(proposals.c.id == number))
        record(connection, by, "took proposal back", _about(number))


def _insert(connection: Connection, lesson: Lesson, passage: str, reason: str, stage: Stage, by: Actor) -> int:
    decided = stage != "open"
    row = {
        "origin": lesson.origin,
        "origin_id": lesson.origin_id,
        "channel": lesson.channel,
        "conversation": lesson.conversation,
        "question": mask(clean(lesson.question))[:MAX_LENGTH],
        "passage": passage,
        "reason": reason,
        "state": stage,
        "proposed_by": by.name,
        "proposed_at": time.time(),
        "decided_by": by.name if decided else "",
        "decided_at": time.time() if decided else None,
        "model": "",
    }
    try:
        return int(connection.execute(sa.insert(proposals).values(**row)).inserted_primary_key[0])
    except sa.exc.IntegrityError:
        raise ConflictError("这个问题已经有人处理过了。") from None


def _explain(connection: Connection, number: int) -> None:
    """Raise what tells why a proposal cannot be decided."""
    row = connection.execute(sa.select(proposals).where(proposals.c.id == number)).first()
    if row is None:
        raise ConflictError("这条建议已经不在了。")
    if row.state != "open":
        raise ConflictError(f"{row.decided_by} 已经处理过这条建议了。")
    raise AccessError("自己提的建议要由别人来定。")


def _about(number: int) -> str:
    return f"proposal/{number}"


def _disliked(connection: Connection) -> list[Lesson]:
    found = sa.select(feedback).where(feedback.c.verdict == "down")
    rows = connection.execute(found.order_by(feedback.c.id.desc()).limit(AT_MOST_LESSONS)).all()
    # a number may be given anew once its row is gone; with the time it is one thing's only
    lessons = [
        Lesson(
            "down",
            f"feedback/{row.id}/{row.given_at:.0f}",
            row.channel,
            row.conversation,
            row.question,
            row.given_at,
            row.answer,
        )
        for row in rows
    ]
    made = sa.select(proposals.c.origin_id).where(proposals.c.origin == "down")
    known = set(connection.execute(made).scalars().all())
    return [lesson for lesson in lessons if lesson.origin_id not in known]


def _refused(
    connection: Connection, since: float = 0.0, until: float = float("inf"), all_of_them: bool = False
) -> list[Lesson]:
    """Questions that the assistant refused; unless `all_of_them`, those that nothing was made of yet: the same question asked again is
    known already, and what went to the staff is theirs.
    """
    found = sa.select(messages).where(messages.c.outcome == "no_answer", messages.c.received_at >= since)
    if until != float("inf"):
        found = found.where(messages.c.received_at < until)
    rows = connection.execute(found.order_by(messages.c.id.desc()).limit(AT_MOST_LESSONS)).all()
    lessons = []
    for row in rows:
        reply = Reply.from_json(row.reply)
        if is_question(row.text) and not NO_JUDGEMENT.intersection(line.name for line in reply.lines):
            number = f"message/{row.id}/{row.received_at:.0f}"
            lessons.append(
                Lesson("refused", number, row.channel, row.conversation, row.text, row.received_at, reply.text)
            )
    if all_of_them:
        return lessons
    known = {simplify(row.question) for row in connection.execute(sa.select(proposals.c.question)).all()}
    of_staff = sa.select(handovers.c.channel, handovers.c.conversation, handovers.c.question)
    handed_over = {tuple(row) for row in connection.execute(of_staff).all()}
    return [
        lesson
        for lesson in lessons
        if simplify(lesson.question) not in known
        and (lesson.channel, lesson.conversation, lesson.question) not in handed_over
    ]


def _proposal(row: Any) -> Proposal:
    return Proposal(
        row.id,
        row.origin,
        row.origin_id,
        row.channel,
        row.question,
        row.passage,
        row.reason,
        row.state,
        row.proposed_by,
        row.proposed_at,
        row.decided_by,
        row.decided_at,
        row.model,
    )
