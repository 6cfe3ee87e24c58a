"""Paragraphs -> chapters, clauses with their units, closing paragraph; and what is in doubt about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.reading.checks import Checks
from bot.reading.closing import CLOSES, cut_closing
from bot.reading.doubts import Doubts, short
from bot.reading.headings import DELETED, chapter_heading, clause_heading
from bot.reading.inside import split_inside
from bot.reading.labels import Kind, label_of, printed_label, value
from bot.reading.levels import Levels, levels_of
from bot.reading.lines import Folding, Table, bare, squeezed
from bot.reading.paragraphs import Paragraph
from bot.reading.parts import (
    OpenChapter,
    OpenClause,
    last_text,
    lists_of,
    named,
    step_of,
    units_by_paragraph,
    without_lists,
)
from bot.reading.reading import Chapter, Clause, Closing, ReadTable, Status, Unit
from bot.reading.units import (
    FIRST_LEADS,
    columns_of_units,
    once,
    plain_list,
    standing_rule,
    unit_lists,
    units_of_row,
    with_own_place,
)


@dataclass
class Body:
    """What was understood of the document's body."""

    preamble: list[Paragraph] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    closing: Closing | None = None
    tables: list[ReadTable] = field(default_factory=list)
    standing_rule: tuple[str, ...] = ()


class Builder:
    """Builds the body of a document from its paragraphs."""

    def __init__(self, folding: Folding, doubts: Doubts, names_units: bool = False, place: str = "") -> None:
        """`names_units`: the file speaks of responsible units somewhere, so that a clause without any is told; `place`: whose document it is."""
        self._names_units = names_units
        self._place = place
        self._folding = folding
        self._doubts = doubts
        self._checks = Checks(folding, doubts)
        self._by_paragraph = self._in_plain_brackets = False

    def build(self, paragraphs: Sequence[Paragraph | Table], outside: Sequence[Table] = ()) -> Body:
        """The body; `outside` are tables that stand elsewhere (annexes) and may say who is responsible."""
        levels = levels_of(paragraphs)
        if levels.clause is None:
            return self._from_tables(paragraphs)
        whole = [*split_inside(self._doubts, paragraphs, levels)]
        body, chapters, clauses = self._walk(whole, levels)
        if not clauses:
            return body
        restarts = labels_restart(chapters, clauses)
        self._checks.numbers(chapters, clauses, restarts, levels)
        closing = cut_closing(self._doubts, clauses, levels)
        self._checks.lost_labels(clauses)
        self._checks.outside_clauses(body.preamble, chapters)
        self._checks.groups(whole, levels)
        self._by_paragraph = units_by_paragraph(clauses)
        self._in_plain_brackets = units_in_plain_brackets(clauses)
        body.clauses = [self._clause(c, place, restarts, body) for place, c in enumerate(clauses, 1)]
        body.chapters = [self._chapter(chapter) for chapter in chapters]
        if closing:
            body.closing = self._closing(closing, body.clauses[-1])
        self._find_standing_rule(body)
        body.clauses = first_leads(body.clauses, self._folding)
        in_chapters = [piece for chapter in chapters for piece in chapter.rest if isinstance(piece, Table)]
        self._units_from_tables(body, [*in_chapters, *outside])
        body.clauses = [
            replace(c, units=tuple(with_own_place(unit, self._place) for unit in c.units)) for c in body.clauses
        ]
        self._check_units(body)
        return body

    def _from_tables(self, paragraphs: Sequence[Paragraph | Table]) -> Body:
        """A body without labels: where a table has a column of numbers, its rows are the clauses."""
        body = Body(preamble=[p for p in paragraphs if isinstance(p, Paragraph)])
        for table in (p for p in paragraphs if isinstance(p, Table)):
            header = [self._folding.key(bare(name)) for name in table.rows[0]]
            if header[0] not in ("序号", "编号", "项", "条"):
                continue
            roles = columns_of_units(table.rows[0], self._folding.key)
            for row in table.rows[1:]:
                number = value(self._folding.key(bare(row[0])))
                texts = [cell for place, cell in enumerate(row) if place and place not in roles and cell]
                if number is None or not texts:
                    continue
                units = units_of_row(row, roles, self._folding.key)
                label = bare(row[0])
                self._doubts.add("row", table.number, where=label + short(texts[0], 30))
                text, line = "\n".join(texts), table.number
                clause = Clause(label, (label,), number, 0, None, texts[0], text, None, once(units), "", line)
                body.clauses.append(clause)
        return body

    def _walk(
        self, paragraphs: Sequence[Paragraph | Table], levels: Levels
    ) -> tuple[Body, list[OpenChapter], list[OpenClause]]:
        body, chapters, clauses = Body(), list[OpenChapter](), list[OpenClause]()
        above: dict[Kind, Paragraph] = {}
        in_clause = False
        for place, paragraph in enumerate(paragraphs):
            label = paragraph.label if isinstance(paragraph, Paragraph) else None
            if isinstance(paragraph, Paragraph) and label and label.kind in levels.above:
                above = {
                    kind: of for kind, of in above.items() if levels.above.index(kind) < levels.above.index(label.kind)
                }
                if label.kind == levels.chapter:
                    chapters.append(OpenChapter(paragraph))
                elif self._is_clause_itself(paragraphs, place, levels):
                    self._doubts.add("group itself", paragraph.line, where=named(paragraph))
                    clauses.append(self._start(paragraph, chapters, above, levels))
                    in_clause = True
                    continue
                above[label.kind] = paragraph
                in_clause = False
            elif isinstance(paragraph, Paragraph) and label and label.kind == levels.clause:
                clauses.append(self._start(paragraph, chapters, above, levels))
                in_clause = True
            elif in_clause:
                clauses[-1].rest.append(paragraph)
            elif chapters:
                chapters[-1].rest.append(paragraph)
            elif isinstance(paragraph, Paragraph):
                body.preamble.append(paragraph)
        return body, chapters, clauses

    def _start(
        self, paragraph: Paragraph, chapters: list[OpenChapter], above: dict[Kind, Paragraph], levels: Levels
    ) -> OpenClause:
        assert paragraph.label is not None
        steps = [p for kind, p in above.items() if kind != "part"]
        path = (*(step_of(p.label) for p in steps if p.label), paragraph.label.printed)
        groups = [p for kind, p in above.items() if kind not in ("part", levels.chapter)]
        units = [unit for p in steps for entry in lists_of(p) for unit in entry.units]
        chapter = chapters[-1] if chapters else None
        if chapter:
            chapter.clauses += 1
        headings = tuple(squeezed(without_lists(p.text, lists_of(p), p.label.end)) for p in groups if p.label)
        return OpenClause(paragraph, chapter, path, headings, units)

    def _is_clause_itself(self, paragraphs: Sequence[Paragraph | Table], place: int, levels: Levels) -> bool:
        """Whether a label that usually heads a group of clauses bears a text of its own and no clauses."""
        head = paragraphs[place]
        assert isinstance(head, Paragraph)
        assert head.label is not None
        own = levels.above.index(head.label.kind)
        if levels.chapter is None or own < levels.above.index(levels.chapter):
            return False
        for following in paragraphs[place + 1 :]:
            label = following.label if isinstance(following, Paragraph) else None
            if label and label.kind in levels.above and levels.above.index(label.kind) <= own:
                break
            if label and label.kind == levels.clause:
                return False
        return head.label.kind != "section"

    def _chapter(self, chapter: OpenChapter) -> Chapter:
        paragraph = chapter.paragraph
        label = paragraph.label
        assert label is not None
        heading, rest = chapter_heading(paragraph)
        if not (chapter.clauses or chapter.rest or rest) and "，" in heading and paragraph.key.rstrip().endswith("。"):
            heading, rest = "", [paragraph.body]
        lists = lists_of(paragraph)
        if lists and not rest:
            heading = without_lists(paragraph.text, lists, label.end)
        heading = squeezed(heading)
        for piece in chapter.rest:
            rest.append(piece.text)
        text = "\n".join(rest)
        if not chapter.clauses and not text:
            self._doubts.add("text missing", paragraph.line, where=named(paragraph))
        elif not chapter.clauses:
            self._doubts.add("empty chapter", paragraph.line, where=named(paragraph))
        self._checks.words(text, paragraph, named(paragraph))
        return Chapter(label.number, label.printed, heading, text, paragraph.line)

    def _clause(self, clause: OpenClause, place: int, restarts: bool, body: Body) -> Clause:
        paragraph, label = clause.paragraph, clause.label
        where = named(paragraph)
        status: Status | None = None
        heading, heading_alone = clause_heading(paragraph, clause.rest)
        texts: list[str] = []
        printed: list[str] = []
        units: list[Unit] = []
        pieces: list[Paragraph | Table] = [paragraph, *clause.rest]
        ended = False
        for number, piece in enumerate(pieces):
            if isinstance(piece, Table):
                texts.append(piece.text)
                body.tables.append(ReadTable(place, piece.rows[0], piece.rows[1:]))
                units.extend(self._column(piece, paragraph))
                continue
            offset = label.end if number == 0 else 0
            all_lists = unit_lists(piece.text, piece.key)
            lists = [entry for entry in all_lists if not entry.in_prose]
            if self._in_plain_brackets and not all_lists:
                lists = plain_list(piece.text, piece.key)
            if not lists and number == last_text(pieces) and not units:
                units.extend(unit for entry in all_lists for unit in entry.units)
            rest = without_lists(piece.text, lists, offset)
            if ended and self._by_paragraph and lists and piece.label is None:
                self._doubts.add("units by paragraph", piece.line, where=where)
            elif ended and piece.label is None and not piece.is_units and bare(rest):
                expected = printed_label(label.kind, label.number + 1)
                self._doubts.add("no label", piece.line, where=where, text=short(piece.text), expected=expected)
                status = "held_back"
            for entry in lists:
                units.extend(entry.units)
                printed.append(entry.printed)
                self._checks.unit_list(entry, piece, where)
                if not entry.closed:
                    status = "held_back"
            if self._by_paragraph and len(lists) > 1:
                self._doubts.add("units by paragraph", piece.line, where=where)
            after = piece.key[lists[-1].end :].strip(" 。；") if lists else ""
            if after:
                self._doubts.add("after units", piece.line_at(lists[-1].end), where=where, text=short(after))
                status = "held_back"
            ended = ended or bool(lists)
            if (number == 0 and heading_alone and heading) or bare(rest):
                texts.append(rest)
        if not units and clause.units_above:
            units = clause.units_above
            self._doubts.add("units above", paragraph.line, where=where)
        text = "\n".join(text for text in texts if bare(text))
        key = self._folding.key(bare(text))
        if DELETED.fullmatch(key):
            status = "deleted"
            heading = None
            self._doubts.add("deleted", paragraph.line, where=where)
        elif not text or (heading is not None and bare(text) == bare(heading) and not heading.startswith("《")):
            self._doubts.add("text missing", paragraph.line, where=where)
        elif self._checks.words(text, paragraph, where, pieces) and status is None:
            status = "held_back"
        if self._checks.end(pieces, text, where) and status is None:
            status = "held_back"
        self._checks.sub_items(clause, where)
        number_ = place if restarts else label.number
        chapter_label = clause.chapter.paragraph.label if clause.chapter else None
        return Clause(
            label.printed,
            clause.path,
            number_,
            label.sub,
            chapter_label.number if chapter_label else None,
            heading,
            text,
            status,
            once(units),
            "\n".join(printed),
            paragraph.line,
            clause.groups,
        )

    def _closing(self, paragraphs: list[Paragraph], last: Clause) -> Closing:
        texts: list[str] = []
        printed: list[str] = []
        units: list[Unit] = []
        where = last.label + (last.heading or "")
        for paragraph in paragraphs:
            lists = lists_of(paragraph)
            texts.append(without_lists(paragraph.text, lists, 0))
            for entry in lists:
                units.extend(entry.units)
                printed.append(entry.printed)
                self._checks.unit_list(entry, paragraph, "结尾段")
            self._checks.words(paragraph.text, paragraph, "结尾段")
        label = label_of(last.label, self._folding.key(last.label))
        expected = printed_label(label.kind, label.number + 1) if label else ""
        text = "\n".join(text for text in texts if bare(text))
        if not all(CLOSES.match(p.key) for p in paragraphs):
            kind = "closing" if len(paragraphs) == 1 else "closings"
            self._doubts.add(
                kind, paragraphs[0].line, where=where, text=short(text), count=len(paragraphs), expected=expected
            )
        self._checks.end([paragraphs[-1]], text, "结尾段")
        return Closing(text, once(units), "\n".join(printed), paragraphs[0].line)

    def _column(self, table: Table, paragraph: Paragraph) -> list[Unit]:
        """The units of a table's columns of units; told, since the rows differ in them."""
        columns = columns_of_units(table.rows[0], self._folding.key)
        units = [unit for row in table.rows[1:] for unit in units_of_row(row, columns, self._folding.key)]
        if units:
            self._doubts.add("units table", table.number, where=named(paragraph))
        return units

    def _units_from_tables(self, body: Body, outside: Sequence[Table]) -> None:
        """Units of clauses that have none, from tables elsewhere whose rows name the clause."""
        for table in outside:
            columns = columns_of_units(table.rows[0], self._folding.key)
            if not columns:
                continue
            for place, clause in enumerate(body.clauses):
                if clause.units:
                    continue
                for row in table.rows[1:]:
                    others = [bare(cell) for at, cell in enumerate(row) if at not in columns]
                    named = any(
                        (clause.heading and bare(clause.heading) in cell) or cell == clause.label for cell in others
                    )
                    if named:
                        units = units_of_row(row, columns, self._folding.key)
                        body.clauses[place] = replace(clause, units=once([*clause.units, *units]))
                self._doubts.add("units table", clause.line, where=clause.label + (clause.heading or ""))

    def _check_units(self, body: Body) -> None:
        """Most clauses name their units: tell of those that do not."""
        live = [
            c
            for c in body.clauses
            if c.status != "deleted" and not (c.heading is None and CLOSES.match(self._folding.key(c.text)))
        ]
        without = [clause for clause in live if not clause.units]
        if without and (self._names_units or len(without) < len(live) * 0.7):
            for clause in without:
                self._doubts.add("units", clause.line, where=clause.label + (clause.heading or short(clause.text)))

    def _find_standing_rule(self, body: Body) -> None:
        texts = [p.text for p in body.preamble] + [c.text for c in body.chapters]
        texts += [text for c in body.clauses for text in (*c.unit_list.split("\n"), *c.text.split("\n"))]
        if body.closing:
            texts += [body.closing.text, *body.closing.unit_list.split("\n")]
        for text in texts:
            if text and (units := standing_rule(text, self._folding.key(text))):
                body.standing_rule = units
                return


def labels_restart(chapters: list[OpenChapter], clauses: list[OpenClause]) -> bool:
    """Whether the clauses' labels restart in each chapter or group."""
    firsts = [after for before, after in pairwise(clauses) if after.path[:-1] != before.path[:-1]]
    return bool(firsts) and sum(clause.label.number == 1 for clause in firsts) > len(firsts) / 2


def units_in_plain_brackets(clauses: Sequence[OpenClause]) -> bool:
    """Whether most clauses here end in brackets that hold units and no word of their role."""
    ends = [next(p for p in reversed([c.paragraph, *c.rest]) if isinstance(p, Paragraph)) for c in clauses]
    plain = sum(bool(plain_list(p.text, p.key)) and not unit_lists(p.text, p.key) for p in ends)
    return plain > 1 and plain > len(clauses) / 2


def first_leads(clauses: list[Clause], folding: Folding) -> list[Clause]:
    """The clauses with the first unit as the leading one, from where the document says so on: 列第一位者为牵头单位，下同."""
    begins = next(
        (
            at
            for at, clause in enumerate(clauses)
            if FIRST_LEADS.search(folding.key(f"{clause.unit_list}{clause.text}"))
        ),
        len(clauses),
    )
    found = list(clauses)
    for at, clause in enumerate(clauses[begins:], begins):
        if len(clause.units) > 1 and all(unit.role == "responsible" for unit in clause.units):
            found[at] = replace(clause, units=(replace(clause.units[0], role="lead"), *clause.units[1:]))
    return found
