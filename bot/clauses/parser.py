"""Reads a policy document as published: heading, opening, chapters, clauses with their unit lists, closing paragraph, imprint.

The text may be cut anywhere by page breaks (blank lines inside a sentence or a name); labels and unit lists may stand in half-width
or full-width brackets; headings may be bold Markdown. A clause is open until its unit list is closed, so a cut is no end.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.clauses.models import OPENING, Chapter, Clause, Department, Document, Passage, Responsibility, Role
from bot.clauses.passages import amounts_of, facts_of, force_of, groups_of, sentences_of
from bot.errors import DocumentError
from bot.text.numerals import to_chinese_numeral, value_of

NUMERAL = "[一二三四五六七八九十]{1,3}"
CHAPTER = re.compile(rf"({NUMERAL})、(.+)")
CLAUSE = re.compile(rf"[（(]\s*({NUMERAL})\s*[）)]\s*(.*)")
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,8}〔\d{4}〕\d+号")
DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
ROLES = {
    "责任单位": Role.RESPONSIBLE,
    "牵头单位": Role.LEAD,
    "主办单位": Role.LEAD,
    "配合单位": Role.ASSISTING,
    "协办单位": Role.ASSISTING,
}
UNIT_LIST = re.compile(rf"[（(]\s*(?:{'|'.join(ROLES)})\s*[：:]")
STANDING_RULE = re.compile(r"以下均需(.+?)落实")
SPACE_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True)
class ParsedDocument:
    """Everything that was read; `warnings` name file and line."""

    document: Document
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...]


@dataclass
class _Open:
    """A clause (or the closing paragraph) while its lines are gathered."""

    number: int
    line: int
    text: str
    chapter: int | None


@dataclass
class _Layout:
    """The lines of a document, sorted into its parts."""

    head: list[str] = field(default_factory=list)
    chapters: list[tuple[int, str]] = field(default_factory=list)
    clauses: list[_Open] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


def read_text(path: Path) -> str:
    """The text of `path`: UTF-8, UTF-16 with its mark, or GB 18030.

    Raises DocumentError for an empty or binary file, or one in another encoding.
    """
    data = path.read_bytes()
    text = _decode(data, path)
    if not text.strip():
        raise DocumentError(f"{path} is empty. Put the document's text there, as published.")
    if bad := re.search(r"[\x00-\x08\x0e-\x1f\ufffd]", text):
        line = text.count("\n", 0, bad.start()) + 1
        raise DocumentError(
            f"{path}, line {line}: {bad[0]!r} stands in it, so it is not text. Save the document as UTF-8 text."
        )
    return text


def parse(
    text: str,
    path: Path,
    key: str,
    status: str,
    audiences: dict[str, tuple[int, ...]],
    departments: Iterable[Department],
) -> ParsedDocument:
    """The document in `text`.

    `path` is named in errors; `key`, `status` and `audiences` become the Document's; `departments` are the units known by name.
    Raises DocumentError, with the line, where `text` is not a policy document or a part of it is missing or stands twice.
    """
    layout = _lay_out(text, path)
    _check_numbers(layout, path)
    reader = _UnitReader({department.name for department in departments}, path)
    closing = layout.clauses[-1].number
    clauses = [_opening(layout, key), *(_clause(entry, key, closing, reader) for entry in layout.clauses)]
    standing = _standing_rule(clauses)
    clauses = [_with_standing_rule(clause, standing, closing) for clause in clauses]
    passages = [*_head_passages(layout, key), *(p for clause in clauses[1:] for p in _passages(clause))]
    chapters = tuple(Chapter(key, number, heading) for number, heading in layout.chapters)
    return ParsedDocument(
        _document(layout, path, key, status, audiences),
        chapters,
        tuple(clauses),
        tuple(passages),
        tuple(reader.warnings),
    )


def _decode(data: bytes, path: Path) -> str:
    encodings = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentError(f"{path} is not text in UTF-8, UTF-16 or GB 18030. Save the document as UTF-8 text.")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its number, without Markdown's bold marks."""
    for number, line in enumerate(text.splitlines(), 1):
        if stripped := line.replace("**", "").strip():
            yield number, stripped


def _lay_out(text: str, path: Path) -> _Layout:
    layout = _Layout()
    current: _Open | None = None
    for line, content in _lines(text):
        if current is not None and not _closed(current.text):
            _no_start_inside(current, content, line, path)
            current.text += content
        elif match := CLAUSE.fullmatch(content):
            current = _start_clause(layout, int(value_of(match[1])), match[2], line)
        elif match := CHAPTER.fullmatch(content):
            layout.chapters.append((int(value_of(match[1])), match[2]))
        elif not layout.clauses:
            layout.head.append(content)
        elif layout.clauses[-1].chapter is not None:
            current = _Open(layout.clauses[-1].number + 1, line, content, None)
            layout.clauses.append(current)
        else:
            layout.tail.append(content)
    if not layout.clauses:
        raise DocumentError(
            f"{path} has no clause （一）…; it is not a policy document. Only such documents belong there."
        )
    if current is not None and not _closed(current.text):
        raise DocumentError(
            f"{path}, line {current.line}: what begins here has no closed list （责任单位：…）. Look whether the text is whole."
        )
    return layout


def _start_clause(layout: _Layout, number: int, text: str, line: int) -> _Open:
    started = _Open(number, line, text, layout.chapters[-1][0] if layout.chapters else 0)
    layout.clauses.append(started)
    return started


def _no_start_inside(current: _Open, content: str, line: int, path: Path) -> None:
    """A label inside an open clause means that the clause's unit list is missing."""
    if CLAUSE.fullmatch(content):
        raise DocumentError(
            f"{path}, line {line}: a new clause begins, but the one of line {current.line} has no closed list （责任单位：…）. "
            "Look whether a part is missing."
        )


def _closed(text: str) -> bool:
    found = list(UNIT_LIST.finditer(text))
    if not found:
        return False
    units = text[found[-1].start() :]
    return sum(units.count(c) for c in "（(") == sum(units.count(c) for c in "）)")


def _check_numbers(layout: _Layout, path: Path) -> None:
    if layout.clauses[-1].chapter is not None:
        raise DocumentError(f"{path} ends without a closing paragraph and its units. Look whether the end is missing.")
    for expected, entry in enumerate(layout.clauses[:-1], 1):
        if entry.chapter is None:
            raise DocumentError(
                f"{path}, line {entry.line}: a paragraph without a label stands among the clauses; "
                f"（{to_chinese_numeral(expected)}） is expected there. Compare with the published text."
            )
        if entry.number == expected:
            continue
        problem = "stands twice" if entry.number < expected else f"follows clause {expected - 1}"
        raise DocumentError(
            f"{path}, line {entry.line}: clause （{to_chinese_numeral(entry.number)}） {problem}; "
            f"（{to_chinese_numeral(expected)}） is expected there. Compare with the published text."
        )
    for place, (number, heading) in enumerate(layout.chapters, 1):
        if number != place:
            raise DocumentError(f"{path}: chapter {heading!r} bears number {number}, and {place} is expected there.")


class _UnitReader:
    """Reads unit lists: a list shares one 市, except units that bear a name of their own."""

    def __init__(self, known: set[str], path: Path) -> None:
        self._known = known
        self._path = path
        self.warnings: list[str] = []

    def read(self, unit_list: str, line: int) -> tuple[Responsibility, ...]:
        """The units of a list as printed, brackets and all."""
        inside = unit_list[1:-1].partition("。")[0]
        parts = re.split(rf"({'|'.join(ROLES)})\s*[：:]", inside)[1:]
        return tuple(
            Responsibility(self._name(printed, line), ROLES[role])
            for role, names in zip(parts[::2], parts[1::2], strict=True)
            for printed in re.split(r"[、，,；;]", names)
            if printed.strip()
        )

    def _name(self, printed: str, line: int) -> str:
        name = printed.strip()
        for candidate in (name, f"市{name}"):
            if candidate in self._known:
                return candidate
        self.warnings.append(
            f"{self._path}, line {line}: the unit {name!r} is not in departments.toml; it is taken as printed. Add it there."
        )
        return name


def _opening(layout: _Layout, key: str) -> Clause:
    return Clause(key, OPENING, "", "", None, _squeeze(layout.head[-1]), (), (), "")


def _clause(entry: _Open, key: str, closing: int, reader: _UnitReader) -> Clause:
    start = list(UNIT_LIST.finditer(entry.text))[-1].start()
    text, unit_list = entry.text[:start], entry.text[start:]
    numbered = entry.number != closing
    return Clause(
        document=key,
        number=entry.number,
        label=f"（{to_chinese_numeral(entry.number)}）" if numbered else "",
        heading=text.partition("。")[0] if numbered else "",
        chapter=entry.chapter,
        text=text,
        responsibilities=reader.read(unit_list, entry.line),
        also_carried_out_by=(),
        unit_list=unit_list,
    )


def _standing_rule(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """The units that one clause's list adds to every numbered clause."""
    for clause in clauses:
        if match := STANDING_RULE.search(clause.unit_list):
            return tuple(match[1].split("、"))
    return ()


def _with_standing_rule(clause: Clause, units: tuple[str, ...], closing: int) -> Clause:
    return replace(clause, also_carried_out_by=units) if 0 < clause.number < closing else clause


def _passages(clause: Clause) -> Iterator[Passage]:
    first = 0 if clause.label else 1
    sentences = [*sentences_of(clause.text)]
    standing = clause.unit_list[1:-1].partition("。")[2]
    for position, text in enumerate([*sentences, *([standing] if standing else [])], first):
        yield _passage(clause.document, clause.number, position, text)


def _head_passages(layout: _Layout, key: str) -> Iterator[Passage]:
    """The heading's lines, the opening paragraph and the imprint, a passage each; the opening paragraph stands first."""
    lines = [layout.head[-1], *layout.head[:-1], *layout.tail]
    for position, line in enumerate(lines, 1):
        yield _passage(key, OPENING, position, _squeeze(line))


def _passage(key: str, clause: int, position: int, text: str) -> Passage:
    return Passage(key, clause, position, text, force_of(text), amounts_of(text), groups_of(text), facts_of(text))


def _document(layout: _Layout, path: Path, key: str, status: str, audiences: dict[str, tuple[int, ...]]) -> Document:
    head = [_squeeze(line) for line in layout.head]
    opening, tail = head[-1], [_squeeze(line) for line in layout.tail]
    numbers = [place for place, line in enumerate(head) if NUMBER.fullmatch(line)]
    dates = [place for place, line in enumerate(head) if DATE.fullmatch(line)]
    if not numbers or not dates or numbers[0] + 1 >= dates[0]:
        raise DocumentError(
            f"{path} has no number like 榕政办〔2021〕49号 or no date in its heading. Look whether the head is whole."
        )
    printed = next((line for line in tail if line.endswith("印发")), "")
    return Document(
        key=key,
        number=head[numbers[0]],
        title=head[numbers[0] + 1],
        issuer=head[dates[0] - 1],
        issued_on=_date(head[dates[0]]),
        printed_on=_date(printed) if printed else None,
        approved_by=_first(r"已经(.+?)审议通过", head),
        disclosure=_first(r"^（(此件.+)）$", head),
        addressees=_first(r"^(.+)：$", head),
        copied_to=_first(r"^抄送：(.+?)。?$", tail),
        rests_on=tuple(re.findall(r"《[^》]+》(?:（[^）]*号）)?", opening)),
        source_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        status=status,
        audiences=audiences,
    )


def _first(pattern: str, lines: Iterable[str]) -> str:
    return next((match[1] for line in lines if (match := re.search(pattern, line))), "")


def _date(text: str) -> date:
    match = DATE.search(text)
    assert match is not None
    return date(*(int(part) for part in match.groups()))


def _squeeze(text: str) -> str:
    """`text` without the spaces that a line break of the print left between Chinese characters."""
    return SPACE_BETWEEN_HAN.sub("", text)
