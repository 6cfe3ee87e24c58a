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


def names_no_subject(question: Question) -> bool:
    """Whether the message leans on what was said before."""
    return question.turn in LEANING_TURNS or question.subjectless > SURE


def candidates_in_context(question: Question, memory: Memory) -> tuple[Candidate, ...]:
    """The passages that may answer, best first, given what the conversation is about."""
    alone = question.candidates
    if not memory.question or not question.in_context or not _leans(question):
        return alone
    weights: dict[str, float] = {memory.passage: 0.0} if memory.passage else {}
    for entry in (*alone, *question.in_context):
        weights[entry.passage] = weights.get(entry.passage, 0.0) + entry.probability
    if question.turn == "follow_up" and memory.clause:
        weights = {passage: w + (passage.rpartition("/")[0] == memory.clause) for passage, w in weights.items()}
    return tuple(Candidate(passage, w) for passage, w in sorted(weights.items(), key=lambda item: -item[1]))


def _leans(question: Question) -> bool:
    """Whether what was said before helps to understand this message."""
    if names_no_subject(question):
        return question.turn != "correct"
    unsure = not question.candidates or clause_probabilities(question.candidates)[0][1] < SURE
    return unsure and question.turn in ("measure", "list") and len(question.simplified) <= SHORT


def clause_probabilities(candidates: Iterable[Candidate]) -> list[tuple[str, float]]:
    """Each clause's key with the sum of its passages' probabilities, best first."""
    total: dict[str, float] = {}
    for entry in candidates:
        total[entry.clause] = total.get(entry.clause, 0.0) + entry.probability
    return sorted(total.items(), key=lambda item: -item[1])
