"""Labels that stand inside a line, because two lines were joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.reading.doubts import Doubts
from bot.reading.labels import STRICT, Kind, label_of
from bot.reading.levels import Levels
from bot.reading.lines import Table
from bot.reading.paragraphs import LONGEST_HEADING, Paragraph
from bot.reading.parts import cut_at, named

INLINE = "。；！？）】」”"
"""What may stand before a label inside a line."""


def split_inside(
    doubts: Doubts, paragraphs: Sequence[Paragraph | Table], levels: Levels
) -> Iterator[Paragraph | Table]:
    """The paragraphs, cut where a label that is missing at the lines' beginnings stands inside one."""
    kinds = [*levels.above, levels.clause]
    seen = [
        (p.label.kind, p.label.number)
        for p in paragraphs
        if isinstance(p, Paragraph) and p.label and p.label.kind in kinds
    ]
    at = 0
    last: dict[Kind, int] = {}
    for paragraph in paragraphs:
        if isinstance(paragraph, Table):
            yield paragraph
            continue
        if paragraph.label and paragraph.label.kind in kinds:
            last[paragraph.label.kind] = paragraph.label.number
            at += 1
        following = seen[at:]
        rest = paragraph
        while cut := _inside(rest, kinds, last, following):  # type: ignore[arg-type]
            before, rest = cut
            yield before
            assert rest.label is not None
            last[rest.label.kind] = rest.label.number
            doubts.add("label inside", rest.line, where=named(rest))
        yield rest


def _inside(
    paragraph: Paragraph, kinds: Sequence[Kind], last: dict[Kind, int], following: Sequence[tuple[Kind, int]]
) -> tuple[Paragraph, Paragraph] | None:
    for kind, pattern in STRICT:
        if kind not in kinds:
            continue
        for match in pattern.finditer(paragraph.key, 1):
            place = match.start()
            label = label_of(paragraph.text, paragraph.key, place)
            if label is None or label.kind != kind:
                continue
            before = paragraph.key[:place].rstrip()
            own = paragraph.label
            heading = (
                own is not None and own.kind in kinds and own.kind != kind and kinds.index(own.kind) < kinds.index(kind)
            )
            if not before or not (
                before[-1] in INLINE or paragraph.is_units or (heading and len(before) <= LONGEST_HEADING)
            ):
                continue
            if not paragraph.key[label.end :].strip():
                continue
            following_same = _next_of(kind, kinds, following)
            expected = last.get(kind, 0) + 1
            if label.number not in ({expected - 1} if label.sub else {expected, 1} if heading else {expected}):
                continue
            if (
                following_same is not None
                and following_same <= label.number
                and not label.sub
                and not (heading and following_same == 2)
            ):
                continue
            if following_same is None and expected == 1 and not heading:
                continue
            return cut_at(paragraph, place)
    return None


def _next_of(kind: Kind, kinds: Sequence[Kind], following: Sequence[tuple[Kind, int]]) -> int | None:
    """The number of the next label of `kind`, None where one of a higher kind comes before it."""
    for of, number in following:
        if of == kind:
            return number
        if kinds.index(of) < kinds.index(kind):
            return None
    return None
