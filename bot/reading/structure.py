"""Paragraphs -> chapters, clauses with their units, closing paragraph; and what is in doubt about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.reading.doubts import Doubts, short
from bot.reading.labels import STRICT, Kind, Label, label_of, printed_label
from bot.reading.levels import Levels, levels_of
from bot.reading.lines import Folding, Table, bare, squeezed
from bot.reading.paragraphs import LONGEST_HEADING, Joiner, Paragraph
from bot.reading.reading import Chapter, Clause, Closing, ReadTable, Status, Unit
from bot.reading.suspects import suspects_of
from bot.reading.units import UnitList, role_of, standing_rule, unit_lists, units_of_cell

CLOSES = re.compile(
    r"(?:本|此|该|上述|以上|以往|原有?)[^，。；]{0,40}(?:自|从|由|由.{2,30}负责解释|有效期|不一致|为准|试行|施行|执行|解释)"
    r"|此前|之前|各(?:有关|相关|县|区|市|乡|镇|级|地|部门|单位|责任)[^，。；]{0,30}[要应须请需将]|各[^，。；]{1,20}(?:要|应|须|应当|务必)|请(?:各|认真)|未尽事宜|特此|以上"
    r"|对[^。]{2,30}(?:不再|另行)|(?:自|从)[^，。；]{2,20}起(?:施行|实施|执行)|全[市县区]各|市[^，。；]{2,10}要|执行中|法律、法规|国家[^。]{0,20}另有规定|《[^》]+》[^。]{0,40}(?:同时废止|停止执行|继续有效|继续执行)"
)
DELETED = re.compile(
    r"[（〔【]? *(?:本条|此条|该条|已)? *(?:被)? *(?:删除|删去|已删除|已废止|废止) *(?:。)? *[）〕】]?。?(?:（[^）]*）)?"
)
MARKED_HEADING = re.compile(r" *(?:【([^】]{2,25})】|[（〔]([^（）〔〕，。；：]{2,20})[）〕](?= *[^ 。，；]))")
PAGE_INSIDE = re.compile(r"[—–－] ?\d{1,3} ?[—–－]|- \d{1,3} -|[—–－] *\d{1,3} *$|第\d{1,3}页|^ *\d{1,3} *[—–－]", re.M)
HEADED = re.compile(r" *[^，。；：、（）]{3,22}。 *[^ ]")
"""A short heading with a full stop, and a text after it."""
INLINE = "。；！？）】」”"


@dataclass
class Body:
    """What was understood of the document's body."""

    preamble: list[Paragraph] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    closing: Closing | None = None
    tables: list[ReadTable] = field(default_factory=list)
    standing_rule: tuple[str, ...] = ()


@dataclass
class _Chapter:
    paragraph: Paragraph
    rest: list[Paragraph | Table] = field(default_factory=list)
    clauses: int = 0


@dataclass
class _Clause:
    paragraph: Paragraph
    chapter: _Chapter | None
    path: tuple[str, ...]
    rest: list[Paragraph | Table] = field(default_factory=list)

    @property
    def label(self) -> Label:
        assert self.paragraph.label is not None
        return self.paragraph.label


class Builder:
    """Builds the body of a document from its paragraphs."""

    def __init__(self, folding: Folding, doubts: Doubts) -> None:
        self._folding = folding
        self._doubts = doubts

    def build(self, paragraphs: Sequence[Paragraph | Table], outside: Sequence[Table] = ()) -> Body:
        """The body; `outside` are tables that stand elsewhere (annexes) and may say who is responsible."""
        levels = levels_of(paragraphs)
        if levels.clause is None:
            return Body(preamble=[p for p in paragraphs if isinstance(p, Paragraph)])
        whole = [*self._split_inside(paragraphs, levels)]
        body, chapters, clauses = self._walk(whole, levels)
        if not clauses:
            return body
        restarts = _restart(chapters, clauses)
        self._check_numbers(chapters, clauses, restarts, levels)
        closing = self._cut_closing(clauses, levels)
        self._tell_lost_labels(clauses)
        body.clauses = [self._clause(c, place, restarts, body) for place, c in enumerate(clauses, 1)]
        body.chapters = [self._chapter(chapter) for chapter in chapters]
        if closing:
            body.closing = self._closing(closing, body.clauses[-1])
        self._find_standing_rule(body)
        self._units_from_tables(body, outside)
        self._check_units(body)
        return body

    # labels inside a line

    def _split_inside(self, paragraphs: Sequence[Paragraph | Table], levels: Levels) -> Iterator[Paragraph | Table]:
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
            while cut := self._inside(rest, kinds, last, following):  # type: ignore[arg-type]
                before, rest = cut
                yield before
                assert rest.label is not None
                last[rest.label.kind] = rest.label.number
                self._doubts.add("label inside", rest.line, where=_where(rest))
            yield rest

    def _inside(
        self, paragraph: Paragraph, kinds: Sequence[Kind], last: dict[Kind, int], following: Sequence[tuple[Kind, int]]
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
                    own is not None
                    and own.kind in kinds
                    and own.kind != kind
                    and kinds.index(own.kind) < kinds.index(kind)
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
                return self._cut(paragraph, place)
        return None

    def _cut(self, paragraph: Paragraph, place: int) -> tuple[Paragraph, Paragraph]:
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

    # chapters and clauses

    def _walk(
        self, paragraphs: Sequence[Paragraph | Table], levels: Levels
    ) -> tuple[Body, list[_Chapter], list[_Clause]]:
        body, chapters, clauses = Body(), list[_Chapter](), list[_Clause]()
        above: dict[Kind, Label] = {}
        for place, paragraph in enumerate(paragraphs):
            label = paragraph.label if isinstance(paragraph, Paragraph) else None
            if isinstance(paragraph, Paragraph) and label and label.kind in levels.above:
                above = {
                    kind: of for kind, of in above.items() if levels.above.index(kind) < levels.above.index(label.kind)
                }
                if label.kind == levels.chapter:
                    chapters.append(_Chapter(paragraph))
                elif self._is_clause_itself(paragraphs, place, levels):
                    self._doubts.add("group itself", paragraph.line, where=_where(paragraph))
                    clauses.append(self._start(paragraph, chapters, above, levels))
                    continue
                above[label.kind] = label
            elif isinstance(paragraph, Paragraph) and label and label.kind == levels.clause:
                clauses.append(self._start(paragraph, chapters, above, levels))
            elif clauses and (not chapters or clauses[-1].chapter is chapters[-1]):
                clauses[-1].rest.append(paragraph)
            elif chapters:
                chapters[-1].rest.append(paragraph)
            elif isinstance(paragraph, Paragraph):
                body.preamble.append(paragraph)
        return body, chapters, clauses

    def _start(
        self, paragraph: Paragraph, chapters: list[_Chapter], above: dict[Kind, Label], levels: Levels
    ) -> _Clause:
        assert paragraph.label is not None
        path = (*(_step(label) for kind, label in above.items() if kind != "part"), paragraph.label.printed)
        chapter = chapters[-1] if chapters else None
        if chapter:
            chapter.clauses += 1
        return _Clause(paragraph, chapter, path)

    def _is_clause_itself(self, paragraphs: Sequence[Paragraph | Table], place: int, levels: Levels) -> bool:
        """Whether a label that usually heads a group of clauses bears a text of its own and no clauses."""
        for following in paragraphs[place + 1 :]:
            label = following.label if isinstance(following, Paragraph) else None
            if label and label.kind in levels.above:
                break
            if label and label.kind == levels.clause:
                return False
        head = paragraphs[place]
        return isinstance(head, Paragraph) and head.label is not None and head.label.kind != "section"

    def _check_numbers(self, chapters: list[_Chapter], clauses: list[_Clause], restarts: bool, levels: Levels) -> None:
        expected = 1
        for chapter in chapters:
            label = chapter.paragraph.label
            assert label is not None
            self._check_number(chapter.paragraph, label, (expected, 0))
            expected = label.number + 1
        before: _Clause | None = None
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
            self._check_number(clause.paragraph, label, wanted)
            if chapters and clause.chapter is None:
                self._doubts.add("no chapter", clause.paragraph.line, where=_where(clause.paragraph))
            before = clause

    def _check_number(self, paragraph: Paragraph, label: Label, wanted: tuple[int, int]) -> None:
        if label.order == wanted:
            return
        expected = printed_label(label.kind, wanted[0])
        kind = "first" if wanted[0] == 1 else "gap" if label.order > wanted else "again"
        if kind == "gap" and label.number - wanted[0] > 1:
            expected += f"至{printed_label(label.kind, label.number - 1)}"
        if label.printed.endswith("、"):
            expected = expected.replace(".", "、")
        self._doubts.add(kind, paragraph.line, where=_where(paragraph), expected=expected)

    def _cut_closing(self, clauses: list[_Clause], levels: Levels) -> list[Paragraph]:
        """Take the closing paragraphs off the last clause."""
        last = clauses[-1]
        self._free_what_follows_units(last)
        usual = Counter(
            len([p for p in c.rest if isinstance(p, Paragraph) and not p.label and not self._only_units(p)])
            > (1 if c.paragraph.is_heading else 0)
            for c in clauses[:-1]
        )
        one_paragraph = usual[False] > usual[True] and len(clauses) > 2 and levels.clause != "article"
        done = bool(self._lists(last.paragraph))
        for place, piece in enumerate(last.rest):
            if not isinstance(piece, Paragraph):
                continue
            if piece.label is None and not piece.is_units:
                has_body = place > 0 or not last.paragraph.is_heading
                if done or (has_body and (CLOSES.match(piece.key) or one_paragraph)):
                    closing = [p for p in last.rest[place:] if isinstance(p, Paragraph)]
                    if not self._holds_units(closing) or done:
                        last.rest = [*last.rest[:place], *(t for t in last.rest[place:] if isinstance(t, Table))]
                        return closing
            done = done or any(not units.in_prose for units in self._lists(piece))
        return []

    def _tell_lost_labels(self, clauses: list[_Clause]) -> None:
        """Tell of paragraphs that look like clauses whose label was lost: they begin with a heading, or no other clause has such a one."""
        inline = sum(bool(HEADED.match(c.paragraph.key, c.label.end)) for c in clauses) > len(clauses) / 2
        more = [[p for p in c.rest if isinstance(p, Paragraph) and p.label is None and not p.is_units] for c in clauses]
        bodies = [
            own[1:] if c.paragraph.is_heading and own and own[0] is c.rest[0] else own
            for c, own in zip(clauses, more, strict=True)
        ]
        rare = sum(map(bool, bodies)) <= 0.2 * len(clauses)
        for clause, extra in zip(clauses, bodies, strict=True):
            for paragraph in extra:
                odd = bool(
                    re.match(
                        r"[（(第]|.{0,2}[）)、.]|[\dlOo]{1,2}[^\w ]|之[一二三]|.{0,5}[条章](?:之| )", paragraph.key
                    )
                )
                odd = odd or _is_headed_item(clause, paragraph)
                if (rare and not _follows_items(clause, paragraph)) or odd or (inline and HEADED.match(paragraph.key)):
                    expected = printed_label(clause.label.kind, clause.label.number + 1)
                    where = _where(clause.paragraph)
                    self._doubts.add(
                        "no label", paragraph.line, where=where, text=short(paragraph.text), expected=expected
                    )

    def _free_what_follows_units(self, clause: _Clause) -> None:
        """A closing paragraph that was joined to the last clause's unit list becomes a paragraph again."""
        pieces: list[Paragraph | Table] = [clause.paragraph, *clause.rest]
        for place, piece in enumerate(pieces):
            if not isinstance(piece, Paragraph):
                continue
            lists = [entry for entry in self._lists(piece) if entry.printed[:1] in "（(【"]
            if not lists or not bare(piece.key[lists[0].end :]) or not CLOSES.match(piece.key[lists[0].end :].lstrip()):
                continue
            first, second = self._cut(piece, lists[0].end)
            second.label = None
            pieces[place : place + 1] = [first, second]
            self._doubts.add("after units", second.line, where=_where(clause.paragraph), text=short(second.text))
            assert isinstance(pieces[0], Paragraph)
            clause.paragraph, clause.rest = pieces[0], pieces[1:]
            return

    def _holds_units(self, paragraphs: Sequence[Paragraph]) -> bool:
        return any(p.is_units for p in paragraphs)

    def _only_units(self, paragraph: Paragraph) -> bool:
        lists = self._lists(paragraph)
        return bool(lists) and len(bare(_without(paragraph.text, lists, 0))) == 0

    def _lists(self, paragraph: Paragraph) -> list[UnitList]:
        return [units for units in unit_lists(paragraph.text, paragraph.key) if not units.in_prose]

    def _chapter(self, chapter: _Chapter) -> Chapter:
        paragraph = chapter.paragraph
        label = paragraph.label
        assert label is not None
        heading, rest = _chapter_heading(paragraph)
        heading = squeezed(heading)
        for piece in chapter.rest:
            rest.append("\n".join("\t".join(row) for row in piece.rows) if isinstance(piece, Table) else piece.text)
        text = "\n".join(rest)
        if not chapter.clauses and not text:
            self._doubts.add("text missing", paragraph.line, where=_where(paragraph))
        elif not chapter.clauses:
            self._doubts.add("empty chapter", paragraph.line, where=_where(paragraph))
        self._check_words(text, paragraph, _where(paragraph))
        return Chapter(label.number, label.printed, heading, text, paragraph.line)

    def _clause(self, clause: _Clause, place: int, restarts: bool, body: Body) -> Clause:
        paragraph, label = clause.paragraph, clause.label
        where = _where(paragraph)
        status: Status | None = None
        heading, heading_alone = _heading(paragraph, clause.rest)
        texts: list[str] = []
        printed: list[str] = []
        units: list[Unit] = []
        pieces: list[Paragraph | Table] = [paragraph, *clause.rest]
        ended = False
        for number, piece in enumerate(pieces):
            if isinstance(piece, Table):
                texts.append("\n".join("\t".join(row) for row in piece.rows))
                body.tables.append(ReadTable(place, piece.rows[0], piece.rows[1:]))
                units.extend(self._column(piece, paragraph))
                continue
            offset = label.end if number == 0 else 0
            all_lists = unit_lists(piece.text, piece.key)
            lists = [entry for entry in all_lists if not entry.in_prose]
            if not lists and number == _last_text(pieces) and not units:
                units.extend(unit for entry in all_lists for unit in entry.units)
            rest = _without(piece.text, lists, offset)
            if ended and piece.label is None and not piece.is_units and bare(rest):
                expected = printed_label(label.kind, label.number + 1)
                self._doubts.add("no label", piece.line, where=where, text=short(piece.text), expected=expected)
                status = "held_back"
            for entry in lists:
                units.extend(entry.units)
                printed.append(entry.printed)
                self._check_list(entry, piece, where)
                if not entry.closed:
                    status = "held_back"
            after = piece.key[lists[-1].end :].strip(" 。；") if lists else ""
            if after:
                self._doubts.add("after units", piece.line_at(lists[-1].end), where=where, text=short(after))
                status = "held_back"
            ended = ended or bool(lists)
            if (number == 0 and heading_alone and heading) or bare(rest):
                texts.append(rest)
        text = "\n".join(text for text in texts if bare(text))
        key = self._folding.key(bare(text))
        if DELETED.fullmatch(key):
            status = "deleted"
            heading = None
            self._doubts.add("deleted", paragraph.line, where=where)
        elif heading is not None and bare(text) == bare(heading) and not heading.startswith("《"):
            self._doubts.add("text missing", paragraph.line, where=where)
        elif self._check_words(text, paragraph, where, pieces) and status is None:
            status = "held_back"
        if self._check_end(pieces, text, where) and status is None:
            status = "held_back"
        self._check_sub_items(clause, where)
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
            _once(units),
            "\n".join(printed),
            paragraph.line,
        )

    def _closing(self, paragraphs: list[Paragraph], last: Clause) -> Closing:
        texts: list[str] = []
        printed: list[str] = []
        units: list[Unit] = []
        where = last.label + (last.heading or "")
        for paragraph in paragraphs:
            lists = self._lists(paragraph)
            texts.append(_without(paragraph.text, lists, 0))
            for entry in lists:
                units.extend(entry.units)
                printed.append(entry.printed)
                self._check_list(entry, paragraph, "结尾段")
            self._check_words(paragraph.text, paragraph, "结尾段")
        label = label_of(last.label, self._folding.key(last.label))
        expected = printed_label(label.kind, label.number + 1) if label else ""
        text = "\n".join(text for text in texts if bare(text))
        if not all(CLOSES.match(p.key) for p in paragraphs):
            kind = "closing" if len(paragraphs) == 1 else "closings"
            self._doubts.add(
                kind, paragraphs[0].line, where=where, text=short(text), count=len(paragraphs), expected=expected
            )
        self._check_end([paragraphs[-1]], text, "结尾段")
        return Closing(text, _once(units), "\n".join(printed), paragraphs[0].line)

    # units

    def _check_list(self, entry: UnitList, piece: Paragraph, where: str) -> None:
        line = piece.line_at(entry.start)
        if not entry.closed:
            self._doubts.add("unclosed", line, where=where, text=short(entry.printed))
        for name in entry.odd:
            self._doubts.add("unit odd", line, where=where, text=name)
        if re.search("[、，：；]$", self._folding.key(entry.printed.rstrip())):
            self._doubts.add("units cut", line, where=where, text=short(entry.printed))

    def _column(self, table: Table, paragraph: Paragraph) -> list[Unit]:
        """The units of a table's columns of units; told, since the rows differ in them."""
        units: list[Unit] = []
        for column, name in enumerate(table.rows[0]):
            if (role := role_of(self._folding.key(name))) is not None:
                for row in table.rows[1:]:
                    units.extend(units_of_cell(row[column], self._folding.key(row[column]), role))
        if units:
            self._doubts.add("units table", table.number, where=_where(paragraph))
        return units

    def _units_from_tables(self, body: Body, outside: Sequence[Table]) -> None:
        """Units of clauses that have none, from tables elsewhere whose rows name the clause."""
        for table in outside:
            header = [self._folding.key(bare(name)) for name in table.rows[0]]
            columns = [(place, role) for place, name in enumerate(header) if (role := role_of(name)) is not None]
            if not columns:
                continue
            for place, clause in enumerate(body.clauses):
                if clause.units:
                    continue
                for row in table.rows[1:]:
                    others = [bare(cell) for at, cell in enumerate(row) if at not in dict(columns)]
                    named = any(
                        (clause.heading and bare(clause.heading) in cell) or cell == clause.label for cell in others
                    )
                    if named:
                        units = [
                            u for at, role in columns for u in units_of_cell(row[at], self._folding.key(row[at]), role)
                        ]
                        body.clauses[place] = replace(clause, units=_once([*clause.units, *units]))
                self._doubts.add("units table", clause.line, where=clause.label + (clause.heading or ""))

    def _check_units(self, body: Body) -> None:
        """Most clauses name their units: tell of those that do not."""
        live = [
            c
            for c in body.clauses
            if c.status != "deleted" and not (c.heading is None and CLOSES.match(self._folding.key(c.text)))
        ]
        without = [clause for clause in live if not clause.units]
        if without and len(without) < len(live) * 0.7:
            for clause in without:
                self._doubts.add("units", clause.line, where=clause.label + (clause.heading or ""))

    def _find_standing_rule(self, body: Body) -> None:
        texts = [p.text for p in body.preamble] + [c.text for c in body.chapters]
        texts += [text for c in body.clauses for text in (*c.unit_list.split("\n"), *c.text.split("\n"))]
        if body.closing:
            texts += [body.closing.text, *body.closing.unit_list.split("\n")]
        for text in texts:
            if text and (units := standing_rule(text, self._folding.key(text))):
                body.standing_rule = units
                return

    # what is in doubt about words

    def _check_words(
        self, text: str, paragraph: Paragraph, where: str, pieces: Sequence[Paragraph | Table] = ()
    ) -> bool:
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

    def _check_end(self, pieces: Sequence[Paragraph | Table], text: str, where: str) -> bool:
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

    def _check_sub_items(self, clause: _Clause, where: str) -> None:
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


def _is_headed_item(clause: _Clause, paragraph: Paragraph) -> bool:
    """Whether a paragraph has a heading, and so has the sub-item before it."""
    place = clause.rest.index(paragraph)
    before = clause.rest[place - 1] if place else None
    return (
        isinstance(before, Paragraph)
        and before.label is not None
        and bool(HEADED.match(before.key, before.label.end))
        and bool(HEADED.match(paragraph.key))
    )


def _follows_items(clause: _Clause, paragraph: Paragraph) -> bool:
    """Whether a paragraph stands after sub-items or a table, where a closing sentence of the clause may stand."""
    place = clause.rest.index(paragraph)
    return any(isinstance(p, Table) or p.label is not None for p in clause.rest[:place])


def _next_of(kind: Kind, kinds: Sequence[Kind], following: Sequence[tuple[Kind, int]]) -> int | None:
    """The number of the next label of `kind`, None where one of a higher kind comes before it."""
    for of, number in following:
        if of == kind:
            return number
        if kinds.index(of) < kinds.index(kind):
            return None
    return None


def _restart(chapters: list[_Chapter], clauses: list[_Clause]) -> bool:
    """Whether the clauses' labels restart in each chapter or group."""
    firsts = [after for before, after in pairwise(clauses) if after.path[:-1] != before.path[:-1]]
    return bool(firsts) and sum(clause.label.number == 1 for clause in firsts) > len(firsts) / 2


def _step(label: Label) -> str:
    """A label as a step of a path: 三 for 三、."""
    return label.printed.rstrip("、.．") if label.kind == "han" else label.printed


def _where(paragraph: Paragraph) -> str:
    """How a message names a clause: label and heading."""
    label = paragraph.label
    if label is None:
        return short(paragraph.text)
    heading = re.split("[。；：\n]", paragraph.body)[0]
    return label.printed + short(squeezed(heading), 30)


def _chapter_heading(paragraph: Paragraph) -> tuple[str, list[str]]:
    body = paragraph.body
    stop = body.find("。")
    if 0 < stop < len(body) - 1 and stop <= LONGEST_HEADING:
        return body[:stop], [body[stop + 1 :].strip()]
    if len(body) > LONGEST_HEADING and "。" in body:
        return "", [body]
    return body.rstrip("。"), []


def _heading(paragraph: Paragraph, rest: Sequence[Paragraph | Table]) -> tuple[str | None, bool]:
    """The clause's heading, and whether it stands on a line of its own."""
    assert paragraph.label is not None
    start = paragraph.label.end
    body, key = paragraph.text[start:], paragraph.key[start:]
    lead = len(body) - len(body.lstrip())
    if paragraph.label.kind == "article":
        if (match := MARKED_HEADING.match(key)) and not DELETED.fullmatch(key.strip()):
            group = 1 if match[1] else 2
            return body[match.start(group) : match.end(group)], False
        return (body.strip(), True) if paragraph.is_heading and rest and body.strip() else (None, False)
    if paragraph.is_heading:
        return body.strip().rstrip("。：:") or None, True
    if match := MARKED_HEADING.match(key):
        group = 1 if match[1] else 2
        if match[1]:
            return body[match.start(group) : match.end(group)], False
    stop = key.find("。")
    spaced = re.match(r" *([^ 。；：，]{2,25}) +(?=[\u4e00-\u9fff])", key)
    colon = re.match(r" *([^。；：，]{2,15})：", key)
    if spaced and (stop < 0 or spaced.end(1) < stop):
        return body[lead : spaced.end(1)], False
    has_more = bool(bare(key[stop + 1 :])) or any(isinstance(p, Paragraph) for p in rest)
    if 0 < stop <= LONGEST_HEADING + lead and has_more and not re.search("[；：]", key[:stop]):
        return body[lead:stop].strip(), False
    if colon and (stop < 0 or colon.end(1) < stop):
        return body[lead : colon.end(1)].strip(), False
    return None, False


def _last_text(pieces: Sequence[Paragraph | Table]) -> int:
    return max(place for place, piece in enumerate(pieces) if isinstance(piece, Paragraph))


def _without(text: str, lists: Sequence[UnitList], start: int) -> str:
    """`text` from `start`, without the words that only name units."""
    kept: list[str] = []
    for entry in lists:
        kept.append(text[start : entry.start])
        start = max(start, entry.end)
    kept.append(text[start:])
    return "".join(part.strip() if not place else part for place, part in enumerate(kept)).strip()


def _once(units: Sequence[Unit]) -> tuple[Unit, ...]:
    found: dict[str, Unit] = {}
    for unit in units:
        found.setdefault(unit.name, unit)
    return tuple(found.values())


__all__ = ["Body", "Builder", "Joiner"]
