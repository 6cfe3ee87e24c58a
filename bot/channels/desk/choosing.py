"""Choosing the passage that answers a question: among those that the assistant would give, or those that a look-up finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answers.lookup import look_up
from bot.answers.outcome import title
from bot.channels.desk.judgement import Judgement
from bot.clauses.models import Clause, Passage
from bot.clauses.store import ClauseStore

FOUND = 8
"""Clauses that a look-up offers."""


SURE = 0.95
"""The least probability with which the assistant's first candidate is chosen beforehand for a clerk.

Of the 635 questions of evaluation/ with an expected clause or none (dev, wild_dev, wild_fresh, wild_unread, short_unread), the first
candidate has at least this probability for 242, and is of an accepted clause for 237 of them (97.9 %); where a sentence is expected, or a
refusal, it is right for 187 of 192 (97.4 %). From 0.9 to 0.95 that is 81 of 90, from 0.5 to 0.6 it is 3 of 13. Questions that people hand
over are harder than these; on them it was not measured.
"""


@dataclass(frozen=True)
class Choice:
    """A clause with its passages, to choose one from; `best` is the key of the likeliest."""

    clause: Clause
    passages: Sequence[Passage]
    best: str
    probability: float | None = None

    @property
    def title(self) -> str:
        """What the clause is called."""
        return title(self.clause)


async def find(query: str, judgement: Judgement) -> list[Choice]:
    """The clauses that a look-up finds for `query`, with all their passages."""
    store = judgement.store
    question = await judgement.understand(query)
    hits = (await asyncio.to_thread(look_up, question, store, limit=FOUND)).hits if question else ()
    return [_choice(store, hit.given.clause.key, hit.passage, hit.probability) for hit in hits]


def choices(candidates: Iterable[tuple[str, float | None]], store: ClauseStore) -> list[Choice]:
    """The clauses of passages with their probabilities, best first, a clause once; what the documents do not have is left out."""
    best: dict[str, tuple[str, float | None]] = {}
    for passage, probability in candidates:
        best.setdefault(passage.rpartition("/")[0], (passage, probability))
    known = {clause.key for clause in store.clauses()}
    return [_choice(store, clause, *found) for clause, found in best.items() if clause in known]


def preselected(found: Sequence[Choice], chosen: str, query: str) -> str:
    """The key of the passage that is chosen when a clerk comes to `found`: the one that somebody has `chosen`; else, unless they look up
    a `query` themselves, the assistant's first candidate where it is likely enough (SURE); "" for none.
    """
    first = found[0] if found and not query else None
    sure = first is not None and first.probability is not None and first.probability >= SURE
    return chosen or (first.best if first and sure else "")


def is_passage(key: str, store: ClauseStore) -> bool:
    """Whether the documents have a passage of that key."""
    clause = key.rpartition("/")[0]
    return clause in {known.key for known in store.clauses()} and key in {p.key for p in store.passages(clause)}


def _choice(store: ClauseStore, clause: str, passage: str, probability: float | None) -> Choice:
    passages = [entry for entry in store.passages(clause) if entry.position] or list(store.passages(clause))
    likeliest = passage if passage in {entry.key for entry in passages} else passages[0].key
    return Choice(store.clause(clause), passages, likeliest, probability)
