"""What a clerk should look at: numbers that do not follow, lost labels, figures that a scan spoilt, texts that break off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.reading.doubts import Doubts, short
from bot.reading.labels import Kind, Label, printed_label
from bot.reading.levels import Levels
from bot.reading.lines import Folding, Table
from bot.reading.paragraphs import LONGEST_HEADING, Paragraph
from bot.reading.parts import OpenChapter, OpenClause, lists_of, named, only_units
from bot.reading.suspects import suspects_of
from bot.reading.units import UnitList, unit_lists

PAGE_INSIDE = re.compile(
    r"[—–－] ?\d{1,3} ?[—–－]|- \d{1,3} -|(?<!\d)[—–－] *\d{1,3} *$|第\d{1,3}页|^ *\d{1,3} *[—–－](?! *\d)", re.M
)
ODD_START = re.compile(
    r"[（(](?!此件)|第|(?!法律).{0,2}[）)、.]|[\dlOo]{1,2}[^\w ]|之[一二三]|.{0,5}[条章](?:之| )|[lO#口]"
)
"""What is left of a label that was spoilt."""
BRACKETED_DATE = re.compile("（[^（）]*年[^（）]*日[^（）]*）")
"""Who passed a document and when, below its title."""
HEADED = re.compile(r" *[^，。；：、（）]{3,22}。 *[^ （【]")
"""A short heading with a full stop, and a text after it."""


class Checks:
    """Looks at the parts of a body and tells what is in doubt."""

    def __init__(self, folding: Folding, doubts: Doubts) -> None:
        self._folding = folding
        self._doubts = doubts

    def numbers(self, chapters: list[OpenChapter], clauses: list[OpenClause], restarts: bool, levels: Levels) -> None:
        expected = 1
        for chapter in chapters:
            label = chapter.paragraph.label
            assert label is not None
            self._number(chapter.paragraph, label, (expected, 0))
            expected = label.number + 1
        before: OpenClause | None = None
        for clause in clauses:
            label = clause.label
            if label.kind != levels.clause:
                continue
            fresh = before is None or (
                restarts and (clause.chapter is not before.chapter or clause.path[:-1] != before.path[:-1])
            )
            if fresh:
                wanted = (1, 0)
            else:
                assert before is not None
                wanted = (
                    (before.label.number, label.sub)
                    if label.sub and label.number == before.label.number and label.sub == before.label.sub + 1
                    else (before.label.number + 1, 0)
                )
            self._number(clause.paragraph, label, wanted)
            if chapters and clause.chapter is None:
                self._doubts.add("no chapter", clause.paragraph.line, where=named(clause.paragraph))
            before = clause

    def _number(self, paragraph: Paragraph, label: Label, wanted: tuple[int, int]) -> None:
        if label.order == wanted:
            return
        expected = printed_label(label.kind, wanted[0])
        kind = "first" if wanted[0] == 1 else "gap" if label.order > wanted else "again"
        if kind == "gap" and label.number - wanted[0] > 1:
            expected += f"至{printed_label(label.kind, label.number - 1)}"
        if label.printed.endswith("、"):
            expected = expected.replace(".", "、")
        self._doubts.add(kind, paragraph.line, where=named(paragraph), expected=expected)

    def lost_labels(self, clauses: list[OpenClause]) -> None:
        """Tell of paragraphs that look like clauses whose label was lost: they begin with a heading, or no other clause has such a one."""
        inline = sum(bool(HEADED.match(c.paragraph.key, c.label.end)) for c in clauses) > len(clauses) / 2
        more = [[p for p in c.rest if isinstance(p, Paragraph) and not p.label and not only_units(p)] for c in clauses]
        bodies = [
            own[1:] if c.paragraph.is_heading and own and own[0] is c.rest[0] else own
            for c, own in zip(clauses, more, strict=True)
        ]
        rare = sum(map(bool, bodies)) <= 0.2 * len(clauses)
        for clause, after, extra in zip(clauses, [*clauses[1:], None], bodies, strict=True):
            follows = after is not None and after.label.order == (clause.label.number + 1, 0)
            is_article = clause.label.kind == "article"
            for paragraph in extra:
                odd = bool(ODD_START.match(paragraph.key)) or _is_headed_item(clause, paragraph)
                whole = follows and (is_article or _is_whole(paragraph))  # none is missing here
                if (
                    (rare and not whole and not _follows_items(clause, paragraph))
                    or odd
                    or (inline and HEADED.match(paragraph.key))
                ):
                    expected = printed_label(clause.label.kind, clause.label.number + 1)
                    where = named(clause.paragraph)
                    self._doubts.add(
                        "no label", paragraph.line, where=where, text=short(paragraph.text), expected=expected
                    )

    def outside_clauses(self, preamble: Sequence[Paragraph], chapters: Sequence[OpenChapter]) -> None:
        """Tell of paragraphs before the first clause, and under chapters' headings, that look like clauses whose label was lost."""
        for paragraph in preamble:
            is_history = BRACKETED_DATE.fullmatch(paragraph.key)
            if _looks_like_clause(paragraph) and not HEADED.match(paragraph.key) and not is_history:
                self._doubts.add("before", paragraph.line, text=short(paragraph.text))
        for chapter in chapters:
            for piece in chapter.rest:
                if chapter.clauses and isinstance(piece, Paragraph) and _looks_like_clause(piece):
                    where = named(chapter.paragraph)
                    self._doubts.add("in chapter", piece.line, where=where, text=short(piece.text))

    def groups(self, paragraphs: Sequence[Paragraph | Table], levels: Levels) -> None:
        """Tell of labels between chapters and clauses that neither follow each other nor restart, or do now this, now that."""
        between = [kind for kind in levels.above if kind != levels.chapter]
        for kind in between:
            firsts: list[Paragraph] = []
            last, is_first = 0, False
            higher = levels.above[: levels.above.index(kind)]
            for paragraph in paragraphs:
                label = paragraph.label if isinstance(paragraph, Paragraph) else None
                if not isinstance(paragraph, Paragraph) or label is None:
                    continue
                if label.kind in higher:
                    is_first = True
                if label.kind != kind:
                    continue
                if label.number != last + 1 and not (label.number == 1 and is_first):
                    self._number(paragraph, label, (last + 1, 0))
                if is_first and last:
                    firsts.append(paragraph)
                last, is_first = label.number, False
            running = [p for p in firsts if p.label and p.label.number != 1]
            if len(running) < len(firsts):
                for paragraph in running:
                    assert paragraph.label is not None
                    self._number(paragraph, paragraph.label, (1, 0))

    def unit_list(self, entry: UnitList, piece: Paragraph, where: str) -> None:
        line = piece.line_at(entry.start)
        if not entry.closed:
            self._doubts.add("unclosed", line, where=where, text=short(entry.printed))
        for name in entry.odd:
            self._doubts.add("unit odd", line, where=where, text=name)
        if re.search("[、，：；]$", self._folding.key(entry.printed.rstrip())):
            self._doubts.add("units cut", line, where=where, text=short(entry.printed))

    def words(self, text: str, paragraph: Paragraph, where: str, pieces: Sequence[Paragraph | Table] = ()) -> bool:
        """Tell of figures and characters that a scan spoilt; whether there are any."""
        found = suspects_of(text)
        for printed, mended in found:
            line = next(
                (p.line_at(p.text.find(printed)) for p in pieces if isinstance(p, Paragraph) and printed in p.text),
                paragraph.line,
            )
            self._doubts.add("suspect", line, where=where, text=printed, mended=mended)
        if page := PAGE_INSIDE.search(text):
            self._doubts.add("furniture", paragraph.line, where=where, text=page[0])
            return True
        if bad := re.search("[\ufffd\ue000-\uf8ff\u25a1\u25a0]", text):
            self._doubts.add("garbled", paragraph.line, where=where, text=bad[0])
            return True
        return bool(found)

    def end(self, pieces: Sequence[Paragraph | Table], text: str, where: str) -> bool:
        """Tell of a text that breaks off; whether it does."""
        last = next((p for p in reversed(pieces) if isinstance(p, Paragraph) and not p.is_units), None)
        ends = next((p for p in reversed(pieces) if isinstance(p, Table) or not p.is_units), None)
        if isinstance(ends, Table) or last is None or not text:
            return False
        end = self._folding.key(text.rstrip())
        if (
            re.search("[。！？；：…）】”》」』〕]$", end)
            or last.is_heading
            or (len(end) < LONGEST_HEADING and "\n" not in end and "。" not in end)
        ):
            if end.count("（") > end.count("）") and not any(not u.closed for u in unit_lists(last.text, last.key)):
                self._doubts.add("unclosed", last.line, where=where, text=short(end[end.rfind("（") :]))
            return False
        self._doubts.add("truncated", last.line, where=where, text=end[-12:])
        return True

    def sub_items(self, clause: OpenClause, where: str) -> None:
        last: dict[Kind, int] = {}
        before: Paragraph | None = None
        for piece in clause.rest:
            if not isinstance(piece, Paragraph):
                continue
            if (
                before is not None
                and before.label
                and piece.label is None
                and re.search("[；、]$", before.key)
                and not piece.is_units
            ):
                self._doubts.add("sub-items", piece.line, where=where, text=short(piece.text))
            same_before = bool(before and before.label and piece.label and before.label.kind == piece.label.kind)
            before = piece
            if piece.label is None:
                continue
            label = piece.label
            again = label.number == 1 and last.get(label.kind, 0) >= 1 and same_before
            if again or label.number not in (1, last.get(label.kind, 0) + 1):
                self._doubts.add("sub-items", piece.line, where=where, text=label.printed)
            last[label.kind] = label.number
            if label.kind == "arabic":
                last.pop("arabic_paren", None)


def _is_whole(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a sentence or more, and not the heading of a chapter whose label was lost."""
    return len(paragraph.key) > LONGEST_HEADING and bool(re.search("[。；：]$", paragraph.key))


def _looks_like_clause(paragraph: Paragraph) -> bool:
    return bool(
        paragraph.label
        or paragraph.is_units
        or lists_of(paragraph)
        or ODD_START.match(paragraph.key)
        or HEADED.match(paragraph.key)
    )


def _is_headed_item(clause: OpenClause, paragraph: Paragraph) -> bool:
    """Whether a paragraph has a heading, and so has the sub-item before it."""
    place = clause.rest.index(paragraph)
    before = clause.rest[place - 1] if place else None
    if not isinstance(before, Paragraph) or before.label is None:
        return False
    return bool(HEADED.match(before.key, before.label.end) and HEADED.match(paragraph.key))


def _follows_items(clause: OpenClause, paragraph: Paragraph) -> bool:
    """Whether a paragraph stands after sub-items or a table, where a closing sentence of the clause may stand."""
    place = clause.rest.index(paragraph)
    return any(isinstance(p, Table) or p.label is not None for p in clause.rest[:place])
