"""A question as it was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.answers.references import References, references_from
from bot.text.script import Language, Script

OUT_OF_SCOPE = "out_of_scope"
GIVING = frozenset({"answer", "departments", "citation", "full_text"})
"""What may be wanted of a single clause."""


@dataclass(frozen=True)
class Candidate:
    """A passage that may answer, with the probability that it does; `passage` is its key ("2021-49/8/3")."""

    passage: str
    probability: float

    @property
    def clause(self) -> str:
        """The key of its clause."""
        return self.passage.rpartition("/")[0]


@dataclass(frozen=True)
class Question:
    """A message, or one part of it, with everything that was found out about it.

    `text` is the person's own, `simplified` the form that the models read; `act` is what it wants (an intent of domain.yml) and
    `confidence` how sure that is; `refers` what it refers to outright, `groups` the groups of people that it names, in order.
    `candidates` are best first for the message alone, `in_context` for the message after the one before it, `topics` the likeliest
    clause of each thing that it enumerates, `members` the clauses of the list that it wants, likeliest first, `words` all its words.
    The rest are probabilities: that it names no subject (`subjectless`), that it leans on what was said before (`leans`), that the
    documents do not deal with it (`foreign`, `reason` says why), that it states something as a fact (`claims`), that it asks for the
    rules of an earlier time (`past`), of each thing that may be wanted of a clause (`acts`), of each kind of thing that may be asked
    (`asks`: money, duration, names …), and of each candidate that it states what is asked (`stated`).

    All this is so if the message is about `document`, which is `named` in it or not, `exact`ly by its number or a nickname or not, and
    `taught` or not. `foreign_alone` is what `foreign` would be if no other document than that taught one were held; `fits_after` says whether
    the document fits after what was said before; `rivals` are the same message about other documents.
    `outside` are the documents that it names and that the conversation's narrowing leaves out.
    """

    text: str
    simplified: str
    act: str
    confidence: float = 1.0
    reason: str = ""
    refers: References = field(default_factory=References)
    groups: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    in_context: tuple[Candidate, ...] = ()
    topics: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    subjectless: float = 0.0
    leans: float = 0.0
    foreign: float = 0.0
    claims: float = 0.0
    past: float = 0.0
    acts: Mapping[str, float] = field(default_factory=dict)
    asks: Mapping[str, float] = field(default_factory=dict)
    stated: Mapping[str, float] = field(default_factory=dict)
    document: str = ""
    named: bool = False
    outside: tuple[str, ...] = ()
    exact: bool = False
    taught: bool = True
    foreign_alone: float = 1.0
    fits_after: bool = False
    rivals: tuple[Question, ...] = ()
    script: Script | None = None
    language: Language | None = None
    parts: tuple[Question, ...] = ()
    """The single questions that the message holds, where it holds several."""

    def clauses(self) -> list[tuple[str, float]]:
        """Each likely clause's key with its probability, best first."""
        total: dict[str, float] = {}
        for entry in self.candidates:
            total[entry.clause] = total.get(entry.clause, 0.0) + entry.probability
        return sorted(total.items(), key=lambda item: -item[1])

    @property
    def best(self) -> float:
        """The probability of the best clause."""
        return max((probability for _, probability in self.clauses()), default=0.0)


def question_from(message: Mapping[str, Any]) -> Question:
    """The question that Rasa's parse of a message (`tracker.latest_message`) holds."""
    reading = message.get("reading") or {}
    question = _question(str(message.get("text") or ""), reading)
    parts = tuple(_question(str(part["text"]), part) for part in reading.get("parts", ()))
    # an intent that was not read from text (a button, a test) stands in the message alone
    act = question.act or str((message.get("intent") or {}).get("name") or "")
    return replace(question, act=act, parts=parts)


def _question(text: str, reading: Mapping[str, Any]) -> Question:
    return Question(
        text=text,
        simplified=str(reading.get("simplified", text)),
        act=str(reading.get("act", "")),
        confidence=float(reading.get("confidence", 1.0)),
        reason=str(reading.get("reason") or ""),
        refers=references_from(reading.get("refers") or {}),
        groups=tuple(reading.get("groups", ())),
        candidates=_candidates(reading.get("candidates", ())),
        in_context=_candidates(reading.get("in_context", ())),
        topics=tuple(reading.get("topics", ())),
        members=tuple(reading.get("members", ())),
        words=tuple(reading.get("words", ())),
        subjectless=float(reading.get("subjectless", 0.0)),
        leans=float(reading.get("leans", 0.0)),
        foreign=float(reading.get("foreign", 0.0)),
        claims=float(reading.get("claims", 0.0)),
        past=float(reading.get("past", 0.0)),
        acts=dict(reading.get("acts", {})),
        asks=dict(reading.get("asks", {})),
        stated=dict(reading.get("stated", {})),
        document=str(reading.get("document", "")),
        named=bool(reading.get("named", False)),
        outside=tuple(reading.get("outside", ())),
        exact=bool(reading.get("exact", False)),
        taught=bool(reading.get("taught", True)),
        foreign_alone=float(reading.get("foreign_alone", 1.0)),
        fits_after=bool(reading.get("fits_after", False)),
        rivals=tuple(_question(text, rival) for rival in reading.get("rivals", ())),
        script=reading.get("script"),
        language=reading.get("language"),
    )


def _candidates(pairs: Any) -> tuple[Candidate, ...]:
    return tuple(Candidate(passage, probability) for passage, probability in pairs)
