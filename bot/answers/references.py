"""What a message refers to outright: clauses, chapters, documents, amounts, combinations of departments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.clauses.models import Amount
from bot.clauses.store import Match

What = Literal["clause", "chapter", "clause_of_chapter", "annex"]


@dataclass(frozen=True)
class NoSuch:
    """A clause, chapter or annex that no document has: its number, and the last that there is."""

    what: What
    asked: int
    last: int


@dataclass(frozen=True)
class Units:
    """Which departments must be responsible and which must not; with `alone` nobody else may be."""

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    match: Match = "any"
    alone: bool = False


@dataclass(frozen=True)
class References:
    """What a message refers to. Keys are "2021-49/8" for a clause and "2021-49/3" for a chapter."""

    document: str = ""
    """The key of a document that is named."""
    clauses: tuple[str, ...] = ()
    """In the order named; annexes that are named stand behind them."""
    chapters: tuple[str, ...] = ()
    no_such: NoSuch | None = None
    superseded: str = ""
    """The number of a document that is not held, and that `document` replaces."""
    elsewhere: str = ""
    """"other_document" or "other_place" where it refers to something that is not held."""
    amounts: tuple[Amount, ...] = ()
    units: Units = field(default_factory=Units)
    step: int = 0
    """1 for the clause after the last one, -1 for the one before; `part_step` is the same for chapters."""
    part_step: int = 0
    following: int = 0
    """So many clauses after the last one."""
    earlier: int = 0
    """1 for the first subject of the conversation, -1 for the one before the last."""
    choice: int = 0
    """Which of those offered: 1 …, -1 for the last; `middle` for the one in the middle."""
    middle: bool = False
    quoted: str = ""
    """Words that are quoted, or the name of another document that ours names."""
    place: str = ""
    """"home" or "elsewhere" where a place is named."""
    when: str = ""
    """The words that name a time, and the ISO dates of its first and last day."""
    first: str = ""
    last: str = ""
    now: bool = False
    """It speaks of today."""
    every: bool = False
    """All clauses are meant."""
    besides: bool = False
    """Something is left out of account ("who else?")."""
    among: bool = False
    """Only what was listed before counts."""
    each: bool = False
    """All of what was said before is meant ("both", 都)."""
    several: bool = False
    """Clauses are asked for in the plural."""
    a_chapter: bool = False
    """A chapter is spoken of without a number or a name."""
    outline: bool = False
    """The headings of all chapters are asked for."""
    same_part: bool = False
    """The chapter of the last answer is meant."""
    in_headings: bool = False
    """Words are looked for in headings."""
    which_part: bool = False
    """It asks in which chapter something stands."""
    again: bool = False
    """The same is wanted as before ("and clause 15?")."""
    authorities: bool = False
    """Offices are named which are none of the documents' departments."""
    office_asked: bool = False
    """What an office has to do is asked, of whichever office."""
    alone: bool = False
    """Nothing but one reference stands in the message."""
    masked: str = ""
    """The text with what it refers to by number replaced by a word for it, so that what is meant can be learned for all numbers."""

    @property
    def outright(self) -> bool:
        """Whether clauses, chapters or departments are referred to, whether they exist or not."""
        return bool(
            self.clauses or self.chapters or self.no_such or self.units.present or self.units.absent or self.every
        )


def references_from(kept: Mapping[str, Any]) -> References:
    """The references that `dataclasses.asdict` made JSON of."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    if kept.get("no_such"):
        values["no_such"] = NoSuch(**kept["no_such"])
    if kept.get("units"):
        units = kept["units"]
        values["units"] = Units(tuple(units["present"]), tuple(units["absent"]), units["match"], units["alone"])
    values["amounts"] = tuple(Amount(**amount) for amount in kept.get("amounts", ()))
    return References(**values)
