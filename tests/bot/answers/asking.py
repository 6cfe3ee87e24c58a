"""Questions as they would be understood, made by hand, and what is read out of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.answers.names import Name, NameFinder, department_words, names_of
from bot.answers.outcome import Outcome
from bot.answers.question import Candidate, Question
from bot.answers.references import References
from bot.answers.referring.grammar import plain
from bot.answers.referring.reader import ReferenceReader
from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from bot.text.script import simplify
from bot.text.segment import Segmenter

DOCUMENT = "2021-49"
GROUPS = {"台湾人": "taiwan", "海归": "returnee", "大学生": "graduate"}


def key(place: str) -> str:
    """8 and 8/4 as the keys of a clause and of a passage."""
    return f"{DOCUMENT}/{place}"


def keys(*places: int | str) -> tuple[str, ...]:
    return tuple(key(str(place)) for place in places)


def candidates(found: Mapping[str, float]) -> tuple[Candidate, ...]:
    """Passages ("8/4") with their probabilities."""
    return tuple(Candidate(key(place), probability) for place, probability in found.items())


def question(
    text: str = "创业资金有多少", act: str = "measure", found: Mapping[str, float] | None = None, **known: Any
) -> Question:
    """A question that is likeliest answered by the passages of `found`."""
    return Question(text, simplify(text), act, candidates=candidates(found or {}), **known)


def leaning(text: str, act: str = "follow_up", found: Mapping[str, float] | None = None, **known: Any) -> Question:
    """A question that names no subject and leans on what was said before."""
    return question(text, act, found, leans=1.0, subjectless=1.0, **known)


def numbers(clauses: Iterable[Clause] | Outcome) -> list[int]:
    """The numbers of clauses, or of those that an outcome gives."""
    given = [entry.clause for entry in clauses.given] if isinstance(clauses, Outcome) else clauses
    return [clause.number for clause in given]


def said(outcome: Outcome) -> list[str]:
    """The names of the responses that an outcome says."""
    return [say.response for say in outcome.says]


class Reader:
    """Reads texts as the assistant does before anything that is learned comes into play."""

    def __init__(self, store: ClauseStore) -> None:
        self._finder = NameFinder(names_of(store, GROUPS), unknown_offices=True)
        self._references = ReferenceReader(store)
        self._segmenter = Segmenter(department_words(store))

    def names(self, text: str) -> tuple[Name, ...]:
        return self._names(plain(simplify(text)))

    def values(self, text: str, kind: str) -> list[str]:
        """What the names of a kind stand for."""
        return [name.value for name in self.names(text) if name.kind == kind]

    def refers(self, text: str, document: str = "") -> References:
        simplified = plain(simplify(text))
        return self._references.read(simplified, self._names(simplified), document)

    def numbers(self, text: str) -> list[int]:
        """The numbers of the clauses that a text refers to."""
        return [int(found.rpartition("/")[2]) for found in self.refers(text).clauses]

    def chapters(self, text: str) -> list[int]:
        return [int(found.rpartition("/")[2]) for found in self.refers(text).chapters]

    def _names(self, simplified: str) -> tuple[Name, ...]:
        words = self._segmenter.words_with_offsets(simplified)
        return self._finder.find(simplified, {edge for word, start in words for edge in (start, start + len(word))})
