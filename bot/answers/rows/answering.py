"""Lists and answers of what the message is about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import compose, select
from bot.answers.context import SURE, in_context, leans
from bot.answers.giving import ALSO_LIKELY, AT_MOST_CHOICES, give, list_clauses, way_of_giving
from bot.answers.outcome import Outcome, Say
from bot.answers.question import Candidate, Question
from bot.answers.turn import SURELY, Turn, names_a_measure
from bot.answers.which import asks_of_the_past
from bot.clauses.store import ClauseStore


def listed(turn: Turn) -> Outcome | None:
    """Several clauses are wanted: those that state a kind of amount, or those on a subject."""
    question = turn.question
    if turn.wanted != "list":
        return None
    if question.refers.a_chapter:
        chapter = select.likely_chapter(question, turn.view)
        return list_clauses(turn, select.of_chapters([chapter], turn.store), [chapter])
    if found := select.of_force(question, turn.view):
        return list_clauses(turn, found)
    if found := select.of_kind(question, turn.view) if question.subjectless >= SURE else ():
        return list_clauses(turn, found)
    if leans(question) and turn.memory.listed:  # how many are there?
        return list_clauses(turn, [turn.store.clause(key) for key in turn.memory.given])
    found = [clause for key in question.members if (clause := turn.store.clause(key)).label]
    if len(found) == 1 and question.best >= SURE and not question.refers.several:
        return answer(turn)  # 门诊报销有哪些医院能用: one clause is about it, and may not say
    if found:
        return list_clauses(turn, found)
    names_a_subject = question.best >= SURE and not leans(question)
    return answer(turn) if names_a_subject else compose.documents([], turn.memory, turn.view)


def answer(turn: Turn) -> Outcome:
    """The passage of the most probable clause that states what is asked, or is nearest to it."""
    question, memory = turn.question, turn.memory
    likely = (
        question.candidates
        if question.act == "correct" and names_a_measure(question, turn.view)
        else in_context(question, memory)
    )
    if not likely:
        return compose.no_answer(memory, "not_covered", [Say("utter_no_answer")])
    if asks_of_the_past(question):  # since when the rules of then were in force sounds like any question about then
        validity = {passage.key for passage in select.of_validity(turn.view)}
        likely = tuple(entry for entry in likely if entry.passage not in validity) or likely
    candidates = _for_the_person(likely, question, turn.store)
    best = _best_clause(candidates)
    inside = [entry for entry in candidates if entry.clause == best]
    if not question.taught:  # what states the thing asked comes before what only sounds like it
        inside.sort(key=lambda entry: -entry.probability * question.stated.get(entry.passage, 1.0))
    passage = inside[0].passage
    about = memory.question if leans(question) and memory.question else question.simplified
    outcome = give(turn, turn.store.clause(best), passage, way_of_giving(turn), about)
    likely_too = [turn.store.clause(key) for key, p in question.clauses() if p >= ALSO_LIKELY and key != best]
    others = [clause for clause in likely_too if clause.label]
    if question.taught or question.best >= SURELY or not others:
        return outcome
    return compose.offering_besides(outcome, others[: AT_MOST_CHOICES - 1], turn.store)


def _for_the_person(candidates: Sequence[Candidate], question: Question, store: ClauseStore) -> list[Candidate]:
    """`candidates` with the passages first that speak of the person's group rather than of another one."""
    if not question.groups:
        return list(candidates)
    own = set(question.groups)

    def fit(entry: Candidate) -> float:
        others = store.passage(entry.passage).groups
        return entry.probability * (1.0 if not others else 1.5 if own.intersection(others) else 0.5)

    return sorted((Candidate(entry.passage, fit(entry)) for entry in candidates), key=lambda entry: -entry.probability)


def _best_clause(candidates: Sequence[Candidate]) -> str:
    total: dict[str, float] = {}
    for entry in candidates:
        total[entry.clause] = total.get(entry.clause, 0.0) + entry.probability
    return max(total, key=total.__getitem__)
