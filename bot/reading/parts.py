"""Chapters and clauses while they are put together, and how messages name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.reading.doubts import short
from bot.reading.labels import Label, label_of
from bot.reading.lines import Table, squeezed
from bot.reading.paragraphs import LONGEST_HEADING, Paragraph
from bot.reading.reading import Unit
from bot.reading.units import UnitList, unit_lists


@dataclass
class OpenChapter:
    """A chapter: its heading, and what stands under it and in none of its clauses."""

    paragraph: Paragraph
    rest: list[Paragraph | Table] = field(default_factory=list)
    clauses: int = 0


@dataclass
class OpenClause:
    """A clause: its first paragraph and what follows."""

    paragraph: Paragraph
    chapter: OpenChapter | None
    path: tuple[str, ...]
    groups: tuple[str, ...] = ()
    units_above: list[Unit] = field(default_factory=list)
    """Units that stand behind the headings above it."""
    rest: list[Paragraph | Table] = field(default_factory=list)

    @property
    def label(self) -> Label:
        """Its label."""
        assert self.paragraph.label is not None
        return self.paragraph.label


def named(paragraph: Paragraph) -> str:
    """How a message names a clause: label and heading."""
    label = paragraph.label
    if label is None:
        return short(paragraph.text)
    heading = re.split("[。；：\n]", paragraph.body)[0]
    return label.printed + short(squeezed(heading), 30)


def step_of(label: Label) -> str:
    """A label as a step of a path: 三 for 三、."""
    return label.printed.rstrip("、.．") if label.kind == "han" else label.printed


def last_text(pieces: Sequence[Paragraph | Table]) -> int:
    """The place of the last paragraph."""
    return max(place for place, piece in enumerate(pieces) if isinstance(piece, Paragraph))


def without_lists(text: str, lists: Sequence[UnitList], start: int) -> str:
    """`text` from `start`, without the words that only name units."""
    kept: list[str] = []
    for entry in lists:
        kept.append(text[start : entry.start])
        start = max(start, entry.end)
    kept.append(text[start:])
    return "".join(part.strip() if not place else part for place, part in enumerate(kept)).strip()


def cut_at(paragraph: Paragraph, place: int) -> tuple[Paragraph, Paragraph]:
    """The paragraph as two, the second beginning at `place`."""
    first = replace(
        paragraph,
        text=paragraph.text[:place].rstrip(),
        key=paragraph.key[: len(paragraph.text[:place].rstrip())],
        starts=[(offset, line) for offset, line in paragraph.starts if offset < place],
    )
    first.is_heading = (
        first.label is not None
        and not first.key.endswith("）")
        and not re.search("[。；：]", first.key)
        and len(first.key) <= LONGEST_HEADING
    )
    text, key = paragraph.text[place:], paragraph.key[place:]
    starts = [(0, paragraph.line_at(place))] + [(o - place, line) for o, line in paragraph.starts if o > place]
    second = replace(paragraph, text=text, key=key, label=label_of(text, key), starts=starts, is_heading=False)
    return first, second


def lists_of(paragraph: Paragraph) -> list[UnitList]:
    """The unit lists of a paragraph that are more than a sentence of it."""
    return [units for units in unit_lists(paragraph.text, paragraph.key) if not units.in_prose]


def only_units(paragraph: Paragraph) -> bool:
    """Whether a paragraph only names units."""
    lists = lists_of(paragraph)
    return bool(lists) and not "".join(without_lists(paragraph.text, lists, 0).split())


def units_by_paragraph(clauses: Sequence[OpenClause]) -> bool:
    """Whether it is usual here that the paragraphs of one clause each name their own units."""
    several = [
        clause
        for clause in clauses
        if sum(
            len(lists_of(p)) for p in (clause.paragraph, *clause.rest) if isinstance(p, Paragraph) and not p.is_units
        )
        > 1
    ]
    return len(several) > 1 and len(several) >= 0.2 * len(clauses)
