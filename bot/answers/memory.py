"""What the assistant remembers of a conversation between two messages."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from bot.text.script import Language, Script


@dataclass(frozen=True)
class Memory:
    """Kept in the tracker's slot `memory` as a JSON object.

    `question` is the last message that named a subject (simplified), `wanted` what it wanted, `clause` and `passage` the keys
    of what was answered last, `given` the keys of all clauses given on that subject, `offered` those among which the person
    may choose.
    """

    script: Script = "hans"
    language: Language = "zh"
    question: str = ""
    wanted: str = "answer"
    clause: str = ""
    passage: str = ""
    given: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    dated: bool = False
    """Whether the person was told of what date the document is."""

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
        return cls(**values)
