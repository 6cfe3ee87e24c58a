"""Several cited clauses for what somebody types who looks something up: nothing is refused, nothing is asked back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answers.outcome import Given, given_passage
from bot.answers.question import Question
from bot.answers.subject import clause_probabilities
from bot.clauses.models import Clause, Force
from bot.clauses.store import ClauseStore

WORTH_SHOWING = 0.05
"""The least probability of a clause that shares no words with what is typed."""


def look_up(question: Question, store: ClauseStore, limit: int) -> tuple[Given, ...]:
    """Up to `limit` clauses, best first: the one that is named by its number, whole; those of a unit that is named; else those that
    probably answer the question or share words with it.
    """
    numbers = question.mentions.clauses
    if len(numbers) == 1:
        return (_whole(store.clause(f"{store.document().key}/{numbers[0]}"), store),)
    units = question.mentions.departments
    clauses = store.select(departments=units) if units else _alike(question, store)
    return tuple(_best_passage(clause, question, store) for clause in list(clauses)[:limit])


def _alike(question: Question, store: ClauseStore) -> list[Clause]:
    likely = [key for key, probability in clause_probabilities(question.candidates) if probability >= WORTH_SHOWING]
    sharing = [passage.clause_key for passage, _ in store.search(question.simplified, 3 * len(store.documents()) + 20)]
    return [clause for key in dict.fromkeys([*likely, *sharing]) if (clause := store.clause(key)).label]


def _best_passage(clause: Clause, question: Question, store: ClauseStore) -> Given:
    passages = store.passages(clause.key)
    wanted: Iterable[str] = (entry.passage for entry in question.candidates if entry.clause == clause.key)
    by_key = {passage.key: passage for passage in passages}
    best = next((by_key[key] for key in wanted if key in by_key), None)
    return given_passage(clause, best or passages[min(1, len(passages) - 1)])


def _whole(clause: Clause, store: ClauseStore) -> Given:
    force = max((passage.force for passage in store.passages(clause.key)), key=list(Force).index)
    return Given(clause, clause.text, force)
