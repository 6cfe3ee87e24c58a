"""The ways in which the rows of the table give, list, offer and refuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answers import compose
from bot.answers.claims import CLAIMED_FROM
from bot.answers.context import SURE, leans
from bot.answers.outcome import Given, Outcome, Say, given_passage, offering
from bot.answers.question import GIVING, Question
from bot.answers.turn import WISHED, Turn
from bot.clauses.models import Clause, Passage
from bot.clauses.store import ClauseStore

REASONS = {
    "place": "other_place",
    "document": "other_document",
    "own_file": "own_file",
    "form": "form",
    "price": "price",
    "forecast": "forecast",
    "opinion": "opinion",
    "offtopic": "off_topic",
    "injection": "off_topic",
    "gibberish": "off_topic",
    "fact": "not_covered",
    "service": "not_covered",
}
"""Why a question is refused, as it is learned and as docs/answer.md names it."""
UNRELATED = frozenset({"opinion", "service", "offtopic", "injection", "gibberish"})
"""Reasons after which no clause is near."""
NEAR = 0.3
"""The least probability of a clause that a refusal offers, and of a passage that is quoted of a clause named by its number."""
AT_MOST_CHOICES = 3
ALSO_LIKELY = 0.05
"""The least probability of a clause of an untaught document that is offered below the answer, where that is not sure."""
WORTH_MENTIONING = 0.01
"""The least probability of a clause that "anything else?" gives."""


def with_chapter(outcome: Outcome, clause: Clause, store: ClauseStore) -> Outcome:
    """`outcome` with the number and the heading of the chapter in which `clause` stands before it."""
    heading = next(c.heading for c in store.chapters() if (c.document, c.number) == (clause.document, clause.chapter))
    title = Say("utter_chapter", {"number": str(clause.chapter), "heading": heading})
    return dataclasses.replace(outcome, says=(title, *outcome.says))


def offer(turn: Turn, clauses: Sequence[Clause]) -> Outcome:
    """The clauses of which one may be meant are offered."""
    memory = dataclasses.replace(
        turn.memory,
        question=turn.question.simplified,
        wanted=way_of_giving(turn),
        offered=tuple(clause.key for clause in clauses),
    )
    return offering("clarify", memory, [Say("utter_clarify"), *map(compose.choice, clauses)], clauses, turn.store)


def refuse(turn: Turn, reason: str) -> Outcome:
    """It is refused for a learned `reason` (a key of REASONS, or "answer"); the nearest clause is offered where one is near."""
    question, memory = turn.question, turn.memory
    says = [Say(f"utter_no_{reason}")]
    if leans(question) and memory.clause:  # what was answered before stays the subject
        return compose.no_answer(memory, REASONS.get(reason, "not_covered"), says)
    at_most, least = (1, NEAR) if question.taught else (2, ALSO_LIKELY)  # where less is known, more is offered
    unrelated = question.taught and reason in UNRELATED  # for which reason is learned for taught documents
    near = [] if unrelated or question.refers.elsewhere else question.clauses()[:at_most]
    nearest = [clause for key, p in near if p >= least and (clause := turn.store.clause(key)).label]
    memory = dataclasses.replace(
        memory,
        question=question.simplified,
        introduced=False,
        refused=reason,
        wanted="answer",
        clause="",
        passage="",
        listed=False,
        offered=tuple(clause.key for clause in nearest),
    )
    return compose.no_answer(memory, REASONS.get(reason, "not_covered"), says, nearest, turn.store)


def way_of_giving(turn: Turn) -> str:
    """How a clause is given: as the message wants it, and after "no, I meant" or "and the other?" as the message before wanted it."""
    question = turn.question
    wanted = turn.memory.wanted if question.act in ("correct", "another_group") else turn.wanted
    names_offices = wanted == "departments" and not leans(question) and question.asks.get("unit", 1.0) < SURE
    if names_offices and question.taught:
        return "answer"  # it names offices, but does not ask for one
    return wanted if wanted in GIVING else "answer"


def _of_the_claim(question: Question, passage: Passage, store: ClauseStore) -> Passage:
    """The passage that states an amount of the kind that is claimed, if it is not much less likely than `passage`."""
    likely = [entry for entry in question.candidates if entry.clause == passage.clause_key]
    if question.claims < CLAIMED_FROM or not question.refers.amounts or not likely:
        return passage
    units = {amount.unit for amount in question.refers.amounts}
    near = [store.passage(entry.passage) for entry in likely if entry.probability >= WISHED * likely[0].probability]
    return next((found for found in near if any(amount.unit in units for amount in found.amounts)), passage)


def give(turn: Turn, clause: Clause, passage_key: str, wanted: str, about: str) -> Outcome:
    """`clause` in the way that is wanted: the passage of that key, else its heading; `about` is the question that it answers."""
    passages = turn.store.passages(clause.key)
    passage = next((entry for entry in passages if entry.key == passage_key), passages[0])
    if wanted == "answer":
        passage = _of_the_claim(turn.question, passage, turn.store)
    near = tuple(key for key, p in turn.question.clauses() if key != clause.key and p > WORTH_MENTIONING)
    return compose.give(turn.question, clause, passage, wanted, about, near, turn.memory, turn.store)


def list_clauses(
    turn: Turn,
    clauses: Sequence[Clause],
    chapters: Sequence[str] = (),
    units: Sequence[str] = (),
    passages: Sequence[Passage] = (),
) -> Outcome:
    """`clauses` as a list, of `chapters` or `units` where these were asked for; of each one of `passages` or the likeliest."""
    by_clause = {passage.clause_key: passage for passage in reversed(passages)}
    given = [
        given_passage(clause, by_clause[clause.key]) if clause.key in by_clause else entry
        for clause, entry in zip(clauses, best_inside(turn, clauses), strict=True)
    ]
    return compose.listing(given, turn.question, turn.memory, turn.store, chapters, units)


def best_inside(turn: Turn, clauses: Sequence[Clause]) -> list[Given]:
    """Of each clause the likeliest passage, else its heading."""
    likeliest: dict[str, str] = {}
    for entry in turn.question.candidates:
        likeliest.setdefault(entry.clause, entry.passage)
    found = []
    for clause in clauses:
        passages = turn.store.passages(clause.key)
        best = next((p for p in passages if p.key == likeliest.get(clause.key)), passages[0])
        found.append(given_passage(clause, best))
    return found
