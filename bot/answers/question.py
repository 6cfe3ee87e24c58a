"""A question as it was understood."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.text.script import Language, Script


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
class Mentions:
    """What a question names outright."""

    clauses: tuple[int, ...] = ()
    chapters: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    department_spans: tuple[tuple[int, int], ...] = ()
    """Where each of them is named, as offsets into the simplified text."""
    groups: tuple[str, ...] = ()
    group_starts: tuple[int, ...] = ()
    """Where each of them begins, likewise."""
    choice: int | None = None
    """Which of the offered ones: 1 …, -1 for the last."""


@dataclass(frozen=True)
class Question:
    """A message with everything that was found out about it.

    `text` is the person's own, `simplified` the form that the models read; `turn` names the kind of turn (an intent) and
    `confidence` how sure that is; `candidates` are best first for the message alone, `in_context` for the message after the
    one before it, `aspects` the likeliest clauses of the things that it enumerates, `document_words` the words of it that
    the documents have; `subjectless` is the probability that the message names no subject of its own, `foreign` that the
    document does not deal with it, `reason` the likeliest kind of such a question, `signs` what in the words hints at it
    (answers.signs).
    """

    text: str
    simplified: str
    turn: str
    confidence: float
    reason: str | None = None
    mentions: Mentions = field(default_factory=Mentions)
    candidates: tuple[Candidate, ...] = ()
    in_context: tuple[Candidate, ...] = ()
    aspects: tuple[str, ...] = ()
    document_words: tuple[str, ...] = ()
    subjectless: float = 0.0
    foreign: float = 0.0
    signs: tuple[str, ...] = ()
    script: Script | None = None
    language: Language | None = None


def question_from(parsed: dict[str, Any]) -> Question:
    """The question in Rasa's parse of a message (tracker.latest_message), as bot/components leave it there."""
    entities: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entity in parsed.get("entities", ()):
        entities[entity["entity"]].append(entity)
    found = {kind: [entity["value"] for entity in inside] for kind, inside in entities.items()}
    intent = parsed.get("intent") or {}
    reading = parsed.get("reading") or {}
    choices = found.get("choice", [])
    return Question(
        text=parsed.get("text") or "",
        simplified=reading.get("simplified", ""),
        turn=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        reason=reading.get("reason"),
        mentions=Mentions(
            clauses=tuple(found.get("clause", ())),
            chapters=tuple(found.get("chapter", ())),
            departments=tuple(found.get("department", ())),
            department_spans=tuple((entity["start"], entity["end"]) for entity in entities["department"]),
            groups=tuple(found.get("group", ())),
            group_starts=tuple(entity["start"] for entity in entities["group"]),
            choice=choices[0] if choices else None,
        ),
        candidates=_candidates(reading.get("candidates", ())),
        in_context=_candidates(reading.get("in_context", ())),
        aspects=tuple(reading.get("aspects", ())),
        document_words=tuple(reading.get("document_words", ())),
        subjectless=float(reading.get("subjectless", 0.0)),
        foreign=float(reading.get("foreign", 0.0)),
        signs=tuple(reading.get("signs", ())),
        script=reading.get("script"),
        language=reading.get("language"),
    )


def _candidates(pairs: Any) -> tuple[Candidate, ...]:
    return tuple(Candidate(passage, probability) for passage, probability in pairs)
