"""What a reader understood of a policy document, as plain values.

Every text is a substring of what the converter gave, apart from line breaks that cut a paragraph. Paragraphs of one text are
separated by a line break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from bot.reading.lines import row_text

DocumentKind = Literal["policy", "repeal", "interpretation"]
UnitRole = Literal["responsible", "lead", "assist"]
Status = Literal["deleted", "held_back"]
LONGEST_NAME = 24
"""The most characters of the name of a table's column."""
SAID = re.compile(r"[。；，]|[：:]$|\d\s*(?:元|万元|萬元|%|％)")
"""What the name of a table's column does not have: parts of a sentence, sums of money, shares."""


@dataclass(frozen=True)
class Doubt:
    """Something that a clerk should look at: the line (None: the document as a whole), and what is the matter there."""

    line: int | None
    message: str


@dataclass(frozen=True)
class Unit:
    """A responsible unit by its name, with its own 市 or 县 restored (市发改委、工信局: 市工信局)."""

    name: str
    role: UnitRole = "responsible"


@dataclass(frozen=True)
class Mention:
    """Another document that this one names; `number` None where none is printed."""

    title: str
    number: str | None


@dataclass(frozen=True)
class Facts:
    """What head and imprint say. None or empty: not stated."""

    kind: DocumentKind = "policy"
    number: str | None = None
    title: str | None = None
    attached_title: str | None = None
    """The title of the document that the notice issues (印发…的通知); None where the text is issued by itself."""
    issuing_office: str | None = None
    place: str = ""
    """The place whose document it is, without 省, 市 or 县; "" where the heads name none."""
    approved_by: str | None = None
    dated: date | None = None
    printed_on: date | None = None
    disclosure: str | None = None
    in_force: date | None = None
    valid_until: date | None = None
    addressees: tuple[str, ...] = ()
    copied_to: tuple[str, ...] = ()
    bases: tuple[Mention, ...] = ()
    replaces: tuple[Mention, ...] = ()
    repeals: tuple[Mention, ...] = ()
    said_of_validity: str = ""
    """The sentence that says from or until when it is in force."""
    said_of_ended: tuple[str, ...] = ()
    """The sentences that say what it replaces or repeals; a row of a table is one, its cells parted by tabs."""
    interprets: Mention | None = None


@dataclass(frozen=True)
class Chapter:
    """A chapter. `text` is what stands under its heading and in none of its clauses."""

    number: int
    label: str
    heading: str
    text: str
    line: int


@dataclass(frozen=True)
class Clause:
    """A clause.

    `label` is as printed, without white space; `path` the labels from chapter to clause; `number` what the label prints, or the running
    number where labels restart in each chapter. `chapter` is a Chapter's number.
    `text` holds heading and sub-items, and neither its label nor the words that only name its units, which are `unit_list`.
    """

    label: str
    path: tuple[str, ...]
    number: int
    sub: int
    chapter: int | None
    heading: str | None
    text: str
    status: Status | None
    units: tuple[Unit, ...]
    unit_list: str
    """The unit list as printed, with its brackets; of several, one a line."""
    line: int
    groups: tuple[str, ...] = ()
    """The headings between the chapter's and its own (（一）建设场地, whose items are clauses), without labels."""


@dataclass(frozen=True)
class Closing:
    """The paragraph without a label after the last clause."""

    text: str
    units: tuple[Unit, ...]
    unit_list: str
    line: int


@dataclass(frozen=True)
class ReadTable:
    """A table in a clause; `clause` is the clause's place in the list, from 1; 0 in an annex. Merged cells are filled in."""

    clause: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its rows as they stand in the clause's text, the header's first."""
        return tuple(map(row_text, (self.header, *self.rows)))

    @property
    def heads(self) -> int:
        """How many of its rows, from the first, name its columns; 0 where the first reads like any other.

        Where cells of a row are one cell over several columns, the row below names these.
        """
        if not self.rows or any(map(_is_said, self.header)):
            return 0
        above, count = self.header, 1
        for row in self.rows[:-1]:
            spans = any(one == other for one, other in pairwise(above))
            goes_on = len(set(above)) == 1 or any(one == other for one, other in zip(above, row, strict=True))
            if not (spans and goes_on) or any(map(_is_said, row)):
                break
            above, count = row, count + 1
        return count

    @property
    def is_form(self) -> bool:
        """Whether it is there to be filled in: half of its cells are empty."""
        cells = [cell for row in (self.header, *self.rows) for cell in row]
        return 2 * sum(not cell for cell in cells) >= len(cells)


def _is_said(cell: str) -> bool:
    """Whether a cell of a table says something and names no column."""
    return len(cell) > LONGEST_NAME or bool(SAID.search(cell))


@dataclass(frozen=True)
class Annex:
    """An annex; its text is what stands under its title, empty where it is only listed.

    `label` is what it is cited by: as printed where it begins (附表1), or by its place in the list (附件2); "" for what stands behind the
    document and bears no label. `printed` is the line in which that label stands. It is `held_back` where a clerk has to look at it first.
    """

    title: str
    text: str
    label: str = ""
    printed: str = ""
    units: tuple[Unit, ...] = ()
    tables: tuple[ReadTable, ...] = ()
    held_back: bool = False


@dataclass(frozen=True)
class Question:
    """A question of an interpretation, with its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Reading:
    """Everything that was understood of a document, and every doubt."""

    facts: Facts
    letter: str = ""
    """What the issuing office writes to the addressees before the document proper."""
    preamble: str = ""
    """What stands before the first chapter or clause of the document proper."""
    chapters: tuple[Chapter, ...] = ()
    clauses: tuple[Clause, ...] = ()
    standing_rule: tuple[str, ...] = ()
    """Units that the document adds to every clause once and for all."""
    closing: Closing | None = None
    tables: tuple[ReadTable, ...] = ()
    annexes: tuple[Annex, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    """What the converter gave, line by line."""

    @property
    def opening(self) -> str:
        """Letter and preamble."""
        return "\n".join(text for text in (self.letter, self.preamble) if text)
