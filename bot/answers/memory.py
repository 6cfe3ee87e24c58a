"""What the assistant remembers of a conversation between two messages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.text.script import Language, Script

AT_MOST_EARLIER = 8


@dataclass(frozen=True)
class Subject:
    """A question that named a subject (simplified), and the key of the passage that was given first for it."""

    question: str
    passage: str

    @property
    def clause(self) -> str:
        """The key of the clause of that passage."""
        return self.passage.rpartition("/")[0]


@dataclass(frozen=True)
class Memory:
    """Kept in the tracker's slot `memory` as a JSON object.

    `question` is the last message that named a subject (simplified); `introduced` says that it only told who the person is,
    `refused` for which reason it was refused. `wanted` is what it wanted, `clause` and `passage` are the keys of what was answered
    last, `given` those of all clauses given on that subject, `near` those that came next in likelihood, `offered` those among
    which the person may choose, `earlier` the subjects of the conversation, oldest first. `units` are the departments of the last
    list, `listed` says that it was complete, `misses` counts the turns in a row that brought nothing.
    """

    script: Script = "hans"
    language: Language = "zh"
    question: str = ""
    introduced: bool = False
    refused: str = ""
    wanted: str = "answer"
    clause: str = ""
    passage: str = ""
    given: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    earlier: tuple[Subject, ...] = ()
    units: tuple[str, ...] = ()
    listed: bool = False
    misses: int = 0
    document: str = ""
    """The key of the document that the conversation is about; "" before one is."""
    dated: bool = False
    """Whether the person was told of what date the document is."""
    within: tuple[str, ...] = ()
    """The keys of the documents that the conversation is narrowed to; empty where all are searched."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any] | None) -> Memory:
        """The memory kept as `kept`; an empty one for None. Fields that this version does not know are passed over."""
        known = {entry.name for entry in dataclasses.fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (kept or {}).items()
            if name in known
        }
        values["earlier"] = tuple(
            Subject(str(entry["question"]), str(entry["passage"])) for entry in values.get("earlier", ())
        )
        return cls(**values)

    def earlier_with(self, question: str, passage: str) -> tuple[Subject, ...]:
        """The earlier subjects, with this one as the latest; the oldest is forgotten where there are too many. One that was asked in the same
        words of the same clause keeps the passage that was given first.
        """
        this = Subject(question, passage)
        alike = (subject for subject in self.earlier if (subject.question, subject.clause) == (question, this.clause))
        known = next(alike, this)
        others = (subject for subject in self.earlier if subject.question != question)
        return (*others, known)[-AT_MOST_EARLIER:]

    def gone_back(self, then: Memory) -> Memory:
        """This memory, about what was spoken of when it was `then`: for a reply to what was answered at that time.

        The voice and what is counted stay as they are now, and so do the subjects that came since, among which the last one of then is
        the latest again; where nothing had been given then, there is none to lean on. Where nothing was spoken of, nothing changes.
        """
        if not (then.question or then.clause):
            return self
        last = then.earlier[-1:]
        return dataclasses.replace(
            then,
            script=self.script,
            language=self.language,
            misses=self.misses,
            dated=self.dated,
            within=self.within,
            earlier=self.earlier_with(last[0].question, last[0].passage) if last else (),
        )

    def about(self, document: str) -> Memory:
        """This memory for a message about another document than was spoken of: only what was asked is carried over, no clause of the other."""
        last = (self.clause or next(iter(self.given), "")).partition("/")[0]
        if not document or not last or last == document:
            return self
        return dataclasses.replace(
            self, clause="", passage="", given=(), offered=(), near=(), earlier=(), units=(), listed=False
        )

    def still_held(self, holds: Callable[[str], bool]) -> Memory:
        """This memory; only the voice of it where it speaks of a clause that is held no more, as `holds` says."""
        spoken_of = (self.clause, *self.given, *self.offered, *self.near, *(subject.clause for subject in self.earlier))
        if all(holds(key) for key in spoken_of if key):
            return self
        return Memory(script=self.script, language=self.language, within=self.within)

    def narrowed(self, documents: Sequence[str]) -> Memory:
        """This memory where only `documents` are searched from now on, all where none is given. What was spoken of in another document is
        left behind.
        """
        within = tuple(dict.fromkeys(documents))
        goes_on = not within or self.document in within
        kept = self if goes_on else Memory(script=self.script, language=self.language)
        return dataclasses.replace(kept, within=within)

    def in_other_words(self, words: str) -> Memory:
        """This memory with `words` in place of what a person wrote; empty where no clause was given, since nothing else is left to tell."""
        if not self.clause:
            return Memory()
        earlier = (Subject(words, self.passage),) if self.passage else ()
        return dataclasses.replace(self, question=words, introduced=False, refused="", earlier=earlier)
