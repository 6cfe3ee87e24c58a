"""Who was quoted words that do not stand any more, and telling them so.

What people were quoted is kept a row a quote (mailbox/quotes). It is held against the clause database when somebody looks: a document may
also end by itself, on a day on which nobody publishes anything.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clauses.models import Document, Passage
from bot.clauses.store import ClauseStore
from bot.errors import ConflictError
from bot.helpdesk.audit import Actor, record
from bot.mailbox import notices
from bot.mailbox.models import Message, Reply, Voice
from bot.mailbox.notices import ABOUT
from bot.mailbox.quotes import ENDED
from bot.mailbox.state import State
from bot.mailbox.tables import handovers, messages, quotes, voices
from bot.mailbox.trackers import set_slot
from bot.mailbox.turns import turn_of

ONE_DAY = 24 * 3600.0
ALIKE = 0.6
"""A passage at least so like another one took its place."""
TOLD_ALREADY = "这一条刚刚已经告诉过了，或者对方删除了对话。"

Reason = Literal["retired", "replaced", "repealed", "expired", "changed"]


@dataclass(frozen=True)
class Why:
    """Why words do not stand any more: their document is held no more, is `replaced` by the one named `by`, repealed, expired on the ISO
    date `until`, or its words are others now.
    """

    reason: Reason
    by: str = ""
    until: str = ""


@dataclass(frozen=True)
class Quoted:
    """Words that were quoted of a clause, with the citation that they had, and why they do not stand any more; `listed` where they are the
    heading that a list showed.
    """

    clause: str
    quote: str
    citation: str
    why: Why
    listed: bool = False


@dataclass(frozen=True)
class Outdated:
    """An answer in which a person was quoted words that do not stand any more.

    `name` is the id of the message that it answered, or what the answer of the staff is called. The same words in later answers of the
    conversation belong to it as well; `rows` are all of their numbers, of which the first one names it.
    """

    channel: str
    conversation: str
    name: str
    said_at: float
    quotes: tuple[Quoted, ...]
    rows: tuple[int, ...]

    @property
    def id(self) -> int:
        """What it is called on a page."""
        return self.rows[0]


@dataclass(frozen=True)
class Asked:
    """What was asked, and how the person is spoken to."""

    question: str
    voice: Voice


class Standing:
    """Which words stand in the documents that are held on a day."""

    def __init__(self, store: ClauseStore, day: date) -> None:
        self._day = day
        self._documents = {document.key: document for document in store.documents()}
        self._texts = _texts(store)
        self._ended = frozenset(key for key, document in self._documents.items() if self._is_over(document))
        left = self._documents.keys() - self._ended
        self.store = store.of(*left) if left else None
        """The documents that are not over, as if no others were held; None where all of them are."""

    def why_not(self, clause: str, quote: str, number: str, issuer: str) -> Why | None:
        """Why `quote` of `clause`, in a document of that number and issuer, does not stand any more; None where it does: in that document, in
        one that takes its place or one of the same office.
        """
        own = self._documents.get(clause.partition("/")[0])
        kin = [document for document in self._documents.values() if _is_kin(document, number, issuer)]
        said = _bare(quote)
        for document in (*([own] if own else []), *kin):
            begun = document is own or document.in_force_on(self._day) != "not_yet"
            if begun and document.key not in self._ended and said in self._texts[document.key]:
                return None
        return self._why(own, number)

    def instead(self, quoted: Quoted) -> Passage | None:
        """What stands now in the place of words that do not: the passage that is most like them, in their own document or in one that takes
        its place; None where none is like them.
        """
        key = quoted.clause.partition("/")[0]
        heirs = {document.key for document in self._documents.values() if quoted.why.by == _named(document)}
        passages = self.store.passages() if self.store else ()
        near = [passage for passage in passages if passage.document == key or passage.document in heirs]
        matcher = difflib.SequenceMatcher(None, b=quoted.quote, autojunk=False)
        best, likeness = None, ALIKE
        for passage in near:
            matcher.set_seq1(passage.text)
            if matcher.quick_ratio() >= likeness and matcher.ratio() >= likeness:
                best, likeness = passage, matcher.ratio()
        return best

    def _why(self, own: Document | None, number: str) -> Why:
        successor = next((d for d in self._documents.values() if number and number in _replaced(d)), None)
        by = successor and _named(successor)
        if own is None:
            begun = successor and successor.in_force_on(self._day) != "not_yet"
            return Why("replaced", by=by) if by and begun else Why("retired")
        state = own.in_force_on(self._day)
        if state == "repealed":
            by = own.replaced_by or by
            return Why("replaced", by=by) if by else Why("repealed")
        return Why("expired", until=own.until or "") if state == "expired" else Why("changed")

    def _is_over(self, document: Document) -> bool:
        return document.in_force_on(self._day) in ENDED


class Correcting:
    """Finds what people were told that does not hold any more, among what is kept of the last `days` days, and tells them."""

    def __init__(self, state: State, days: int) -> None:
        self._state, self._days = state, days

    async def find(self, store: ClauseStore, day: date) -> list[Outdated]:
        """Every answer that quoted words which do not stand on `day` in the documents of `store`, by clause, oldest first; what was told
        already is left out.
        """
        since = time.time() - self._days * ONE_DAY
        open_ones = sa.and_(quotes.c.corrected_at.is_(None), quotes.c.said_at >= since)
        words = (quotes.c.clause, quotes.c.quote, quotes.c.number, quotes.c.issuer)
        found = sa.select(*words).where(open_ones).distinct()
        said = await self._state.run(lambda connection: connection.execute(found).all())
        gone = await asyncio.to_thread(_gone, Standing(store, day), [tuple(row) for row in said])
        if not gone:
            return []
        clauses = sorted({clause for clause, *_ in gone})
        fitting = sa.select(quotes).where(open_ones, quotes.c.clause.in_(clauses)).order_by(quotes.c.id)
        rows = await self._state.run(lambda connection: connection.execute(fitting).all())
        return await asyncio.to_thread(_by_answer, rows, gone)

    async def asked(self, answers: Sequence[Outdated]) -> dict[int, Asked]:
        """What was asked for each of `answers`, by their ids; those whose person had it deleted are left out."""

        def read(connection: Connection) -> dict[int, Asked]:
            found = {answer.id: _asked(connection, answer) for answer in answers}
            return {number: asked for number, asked in found.items() if asked}

        return await self._state.run(read)

    async def tell(self, answer: Outdated, reply: Reply, memory: dict[str, Any] | None, by: Actor) -> None:
        """`reply` goes to the person of `answer`, whose conversation is then about `memory`, where there is one.

        All or nothing, and once what the person asked before is answered; raises ConflictError, with nothing written, where it was told
        already or the person had all deleted.
        """
        sender = Message(answer.channel, answer.conversation, "", "").sender

        def write(connection: Connection) -> None:
            mine = sa.and_(quotes.c.id.in_(answer.rows), quotes.c.corrected_at.is_(None))
            # the condition is checked by the update itself: of two presses at once, one finds no row
            told = connection.execute(sa.update(quotes).where(mine).values(corrected_at=time.time()))
            if told.rowcount != len(answer.rows):
                raise ConflictError(TOLD_ALREADY)
            number = notices.write(connection, answer.channel, answer.conversation, 0, reply, answer.name)
            if memory is not None:
                set_slot(connection, sender, "memory", memory, answer.name)
            record(connection, by, "corrected", f"notice/{number}")

        async with turn_of(self._state, sender) as turn:
            turn.write(write)


@lru_cache(maxsize=2)
def _texts(store: ClauseStore) -> dict[str, str]:
    """The words of each document, clause by clause, without what is only space."""
    texts: dict[str, list[str]] = {document.key: [] for document in store.documents()}
    for clause in store.clauses():
        texts[clause.document].append(_bare(clause.text))
        texts[clause.document] += [_bare(passage.text) for passage in store.passages(clause.key)]
    return {key: "\n".join(said) for key, said in texts.items()}


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_kin(document: Document, number: str, issuer: str) -> bool:
    """Whether a document is of that number or issuer, or takes the place of the one of that number."""
    return bool(
        (number and number in (document.number, *_replaced(document))) or (issuer and issuer == document.issuer)
    )


def _named(document: Document) -> str:
    return document.number or f"《{document.title}》"


def _replaced(document: Document) -> list[str]:
    return [number for number, _ in document.replaces]


def _gone(standing: Standing, said: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Why]:
    """Those of the words (clause, quote, number, issuer) that do not stand any more, and why."""
    found = {words: standing.why_not(*words) for words in said}
    return {words: why for words, why in found.items() if why}


def _by_answer(rows: Iterable[Any], gone: dict[tuple[str, ...], Why]) -> list[Outdated]:
    """One answer for all rows of a conversation that say the same words: the first that said them."""
    first: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        if _words(row) in gone:
            first.setdefault((row.channel, row.conversation, row.clause, row.quote), []).append(row)
    answers: dict[tuple[str, str, str], list[list[Any]]] = {}
    for same in first.values():
        answers.setdefault((same[0].channel, same[0].conversation, same[0].message_id), []).append(same)
    found = []
    for (channel, conversation, name), said in answers.items():
        words = tuple(Quoted(row.clause, row.quote, row.citation, gone[_words(row)], row.listed) for row, *_ in said)
        numbers = tuple(sorted(row.id for same in said for row in same))
        found.append(Outdated(channel, conversation, name, said[0][0].said_at, words, numbers))
    return sorted(found, key=lambda answer: (answer.quotes[0].clause, answer.quotes[0].quote, answer.id))


def _words(row: Any) -> tuple[str, ...]:
    return row.clause, row.quote, row.number, row.issuer


def _asked(connection: Connection, answer: Outdated) -> Asked | None:
    asked = _message(connection, answer) or _handed_over(connection, answer)
    chosen = sa.select(voices).where(_its(voices, answer))
    voice = connection.execute(chosen).first()
    return Asked(asked.question, Voice(voice.script, voice.language)) if asked and voice else asked


def _message(connection: Connection, answer: Outdated) -> Asked | None:
    """What the person wrote to the assistant."""
    mine = sa.and_(_its(messages, answer), messages.c.message_id == answer.name, messages.c.reply.is_not(None))
    row = connection.execute(sa.select(messages.c.text, messages.c.reply).where(mine)).first()
    return row and Asked(row.text, _voice(row.reply))


def _handed_over(connection: Connection, answer: Outdated) -> Asked | None:
    """What was handed over to the staff, whose answer it is."""
    number = answer.name.removeprefix(ABOUT)
    if number == answer.name or not number.isdecimal():  # a client may call a message anything
        return None
    mine = sa.and_(_its(handovers, answer), handovers.c.id == int(number))
    row = connection.execute(sa.select(handovers).where(mine)).first()
    return row and Asked(row.question, Voice(row.script, row.language))


def _its(table: sa.Table, answer: Outdated) -> Any:
    return sa.and_(table.c.channel == answer.channel, table.c.conversation == answer.conversation)


def _voice(reply: str) -> Voice:
    custom = json.loads(reply)["custom"]
    return Voice(custom["script"], custom.get("language", "zh"))
