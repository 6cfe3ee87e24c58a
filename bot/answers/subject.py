"""Which passages a question is about, alone and after what was said before."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answers.memory import Memory
from bot.answers.question import Candidate, Question

LEANING_TURNS = frozenset({"follow_up", "another_group", "more", "choose"})
SURE = 0.5
"""A candidate at least this probable is taken without looking at what was said before."""
SHORT = 15
"""A message of at most so many characters may owe something to the one before it."""
HARDLY_ANY = 0.005
"""What a passage counts that is not among the candidates."""
STAYING = 3.0
"""How much likelier an elliptical question is about the clause that was given last."""


def names_no_subject(question: Question) -> bool:
    """Whether the message leans on what was said before."""
    if question.subjectless > SURE:
        return True
    return question.turn in LEANING_TURNS and (bool(question.mentions.groups) or not _sure(question))


def candidates_in_context(question: Question, memory: Memory) -> tuple[Candidate, ...]:
    """The passages that may answer, best first, given what the conversation is about.

    Where the message leans on it, a passage must fit both the message alone and the message after the one before it.
    """
    if not memory.question or not question.in_context or not _leans(question, memory):
        return question.candidates
    alone = {entry.passage: entry.probability for entry in question.candidates}
    together = {entry.passage: entry.probability for entry in question.in_context}
    fits = {
        passage: (alone.get(passage, 0.0) + HARDLY_ANY) * (together.get(passage, 0.0) + HARDLY_ANY)
        for passage in {*alone, *together, *([memory.passage] if memory.passage else [])}
    }
    if question.turn == "follow_up" and memory.clause:
        fits = {p: fit * (STAYING if p.rpartition("/")[0] == memory.clause else 1.0) for p, fit in fits.items()}
    total = sum(fits.values())
    return tuple(Candidate(p, fit / total) for p, fit in sorted(fits.items(), key=lambda item: (-item[1], item[0])))


def _leans(question: Question, memory: Memory) -> bool:
    """Whether what was said before helps to understand this message."""
    if names_no_subject(question):
        return question.turn != "correct"
    if memory.introduced:
        return not question.mentions.groups
    return question.turn != "correct" and len(question.simplified) <= SHORT


def _sure(question: Question) -> bool:
    return bool(question.candidates) and clause_probabilities(question.candidates)[0][1] >= SURE


def clause_probabilities(candidates: Iterable[Candidate]) -> list[tuple[str, float]]:
    """Each clause's key with the sum of its passages' probabilities, best first."""
    total: dict[str, float] = {}
    for entry in candidates:
        total[entry.clause] = total.get(entry.clause, 0.0) + entry.probability
    return sorted(total.items(), key=lambda item: -item[1])
