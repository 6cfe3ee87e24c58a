"""The annexes of a document: what each is called, what it says, and the units that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.reading.checks import Checks
from bot.reading.doubts import Doubts
from bot.reading.labels import label_of
from bot.reading.lines import FILE, Folding, Line, Table, bare
from bot.reading.outline import Outline
from bot.reading.paragraphs import Paragraph
from bot.reading.reading import Annex, ReadTable, Unit
from bot.reading.units import columns_of_units, once, unit_lists, units_of_row, with_own_place

LABEL = re.compile(r"附 *[件表录] *[-—]? *(?:\d{1,3}|[一二三四五六七八九十]{1,3}(?=[ ：.、]|$))?")
"""What an annex is called where it begins: 附件1, 附表二."""
LINES_OF_TITLE = 4
LONGEST_TITLE = 60


@dataclass
class _Part:
    """An annex as it stands in the file: its label and the line that this stands in, both as printed, and what follows."""

    label: str
    printed: str
    pieces: list[Line | Table]
    line: int

    @property
    def head(self) -> str:
        """The lines in which its title may stand."""
        return "".join(piece.text for piece in self.pieces[:LINES_OF_TITLE] if isinstance(piece, Line))


class AnnexReader:
    """Reads the annexes of an outline."""

    def __init__(self, folding: Folding, doubts: Doubts, place: str) -> None:
        """`place` is the place whose document it is."""
        self._key: Callable[[str], str] = folding.key
        self._checks = Checks(folding, doubts)
        self._place = place

    def read(self, outline: Outline) -> tuple[Annex, ...]:
        """The annexes that are listed, with their texts where the file holds them, and those that stand there without being listed."""
        parts = [self._part(blocks) for blocks in outline.annexes]
        items, found, used = outline.annex_items, list[Annex](), set[int]()
        for number, title in enumerate(items, 1):
            if bare(title) == bare(outline.attached_title or ""):
                continue
            wanted = self._key(bare(title))
            at = next((n for n, p in enumerate(parts) if n not in used and wanted in self._key(bare(p.head))), None)
            if at is None:
                found.append(Annex(title, ""))
                continue
            used.add(at)
            label = parts[at].label or "附件"
            named = len(items) > 1 and LABEL.fullmatch(self._key(label)) and not self._is_numbered(label)
            found.append(self._annex(parts[at], f"{label}{number}" if named else label, title))
        for at, part in enumerate(parts):
            if at in used:
                continue
            if part.pieces:
                found.append(self._annex(part, part.label, self._own_title(part)))
            elif self._is_numbered(part.label):  # it is only linked
                found.append(Annex(part.label, ""))
        return tuple(found)

    def _part(self, blocks: Sequence[Line | Table]) -> _Part:
        """The lines that a narrow page cut are joined, those of a list are not."""
        pieces = list(blocks)
        label = printed = ""
        line = pieces[0].number
        if isinstance(first := pieces[0], Line) and (match := LABEL.match(self._key(first.text))):
            label, printed = bare(first.text[: match.end()]), first.text
            rest = FILE.sub("", first.text)[match.end() :].strip().lstrip("：:.、 ").strip()
            pieces[:1] = [replace(first, text=rest, full=None)] if rest else []
        joined: list[Line | Table] = []
        for piece in pieces:
            if joined and self._goes_on(joined[-1], piece):
                assert isinstance(piece, Line)
                joined[-1] = replace(piece, text=joined[-1].text + piece.text, number=joined[-1].number)
            else:
                joined.append(piece)
        return _Part(label, printed, joined, line)

    def _goes_on(self, before: Line | Table, piece: Line | Table) -> bool:
        if not isinstance(before, Line) or not isinstance(piece, Line) or not before.full:
            return False
        return not piece.gap and not piece.indented and label_of(piece.text, self._key(piece.text)) is None

    def _is_numbered(self, label: str) -> bool:
        return bool(re.search(r"[\d一二三四五六七八九十]", label))

    def _own_title(self, part: _Part) -> str:
        first = part.pieces[0]
        is_title = isinstance(first, Line) and len(first.text) <= LONGEST_TITLE and not re.search("[。；]", first.text)
        return first.text if is_title else ""

    def _annex(self, part: _Part, label: str, title: str) -> Annex:
        """An annex with what stands under its title; the title as it stands there, where it does so by itself."""
        heading, rest = title, part.pieces
        for count in range(1, LINES_OF_TITLE + 1):
            first = [piece for piece in part.pieces[:count] if isinstance(piece, Line)]
            joined = "".join(line.text for line in first)
            if len(first) == count and self._key(bare(joined)) == self._key(bare(title)):
                heading, rest = joined, part.pieces[count:]
                break
        text = "\n".join(piece.text for piece in rest)
        if not bare(text):
            return Annex(heading, "", label, part.printed)
        where = Paragraph("", "", None, [(0, part.line)], Line("", part.line, ""))
        held_back = self._checks.words(text, where, f"{label}{heading}")
        tables = tuple(ReadTable(0, piece.rows[0], piece.rows[1:]) for piece in rest if isinstance(piece, Table))
        return Annex(heading, text, label, part.printed, self._units(rest), tables, held_back)

    def _units(self, pieces: Sequence[Line | Table]) -> tuple[Unit, ...]:
        """The units that it calls responsible, in its lists of units and in its tables' columns."""
        found: list[Unit] = []
        for piece in pieces:
            if isinstance(piece, Line):
                lists = unit_lists(piece.text, self._key(piece.text))
                found += [unit for entry in lists if not entry.in_prose for unit in entry.units]
                continue
            columns = columns_of_units(piece.rows[0], self._key)
            found += [unit for row in piece.rows[1:] for unit in units_of_row(row, columns, self._key)]
        return once(with_own_place(unit, self._place) for unit in found)
