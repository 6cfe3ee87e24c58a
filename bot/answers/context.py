"""What a message owes to what was said before: which passages it is about, and to which earlier subject it goes back."""

from __future__ import annotations

import re

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from bot.answers.memory import Memory, Subject
from bot.answers.question import Candidate, Question

SURE = 0.5
"""A clause at least this probable is taken without looking at what was said before."""
LEANS_SURELY = 0.9
"""A message that leans as surely as this leans, though it may name a clause."""
HARDLY_ANY = 0.005
"""What a passage counts that is not among the candidates."""
STAYING = 4.0
"""How much likelier a message that leans is about the clause that was given last."""
GOES_BACK = 0.1
"""From this probability on, a message that leans may mean an earlier subject's clause rather than the last one's; below it, it must share
a word with the question about that subject."""


def leans(question: Question) -> bool:
    """Whether a message can only be understood with what was said before: it leans, and names no clause for sure."""
    return leaning(question) >= SURE


def leaning(question: Question) -> float:
    """How much a message leans on what was said before, from 0 to 1."""
    return (
        0.0 if question.best >= SURE and question.leans < LEANS_SURELY else (question.leans + question.subjectless) / 2
    )


def in_context(question: Question, memory: Memory) -> tuple[Candidate, ...]:
    """The passages that may answer, best first, given what the conversation is about.

    The more the message leans on the one before, the more a passage must fit both of them together, and the less the message alone.
    """
    if not memory.question or not question.in_context:
        return question.candidates
    weight = 1.0 if memory.introduced else leaning(question)
    alone = {entry.passage: entry.probability for entry in question.candidates}
    together = {entry.passage: entry.probability for entry in question.in_context}
    fits = {
        passage: (alone.get(passage, 0.0) + HARDLY_ANY) ** (1 - weight / 2)
        * (together.get(passage, 0.0) + HARDLY_ANY) ** weight
        for passage in {*alone, *together, *([memory.passage] if memory.passage else [])}
    }
    if memory.clause:
        staying = 1 + STAYING * weight
        fits = {p: fit * (staying if p.rpartition("/")[0] == memory.clause else 1.0) for p, fit in fits.items()}
    total = sum(fits.values())
    return tuple(Candidate(p, fit / total) for p, fit in sorted(fits.items(), key=lambda item: (-item[1], item[0])))


def earlier_subject(question: Question, memory: Memory) -> Subject | None:
    """The subject of before the last one that a message goes back to: by its order, or because it names it; None for any other."""
    earlier = memory.earlier
    if question.refers.earlier and earlier:
        others = [subject for subject in earlier if subject.clause != memory.clause] or list(earlier)
        return others[0] if question.refers.earlier > 0 else others[-1]
    if len(earlier) < 2 or not leans(question):
        return None
    probable = dict(question.clauses())
    here = probable.get(memory.clause, 0.0)
    said = [word for word in question.words if len(word) > 1 and not _has(memory.question, word)]

    def meant(subject: Subject) -> bool:
        there = probable.get(subject.clause, 0.0)
        shares_a_word = any(_has(subject.question, word) for word in said)
        return subject.clause != memory.clause and there >= here and (there >= GOES_BACK or shares_a_word)

    return max(filter(meant, earlier), key=lambda subject: probable.get(subject.clause, 0.0), default=None)


def _has(text: str, word: str) -> bool:
    """Whether a text has a word that may name a subject; a Latin one as a word of its own ("is" is none of "list")."""
    if not word.isascii():
        return word in text
    return (
        word not in ENGLISH_STOP_WORDS and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    )
