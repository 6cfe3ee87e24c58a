"""What a document holds, out of what the reader understood of its file: clauses, and the passages that can be quoted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.clauses.models import OPENING, Amount, Chapter, Clause, Department, Document, Passage, Responsibility, Role
from bot.clauses.passages import (
    BARE_NUMBER,
    amounts_of,
    facts_of,
    force_of,
    groups_of,
    row_in_full,
    sentences_of,
)
from bot.reading import reading as read
from bot.reading.lines import bare, squeezed
from bot.reading.reading import Reading, ReadTable, Unit

ROLES = {"responsible": Role.RESPONSIBLE, "lead": Role.LEAD, "assist": Role.ASSISTING}
LABEL = r"^[（(]?[一二三四五六七八九十百\d]+[）)、.．]|^第[一二三四五六七八九十百\d]+[条章](?:之[一二三四五])?"
HEADING_BEGINS = 8
"""So many characters of a heading tell the line on which it stands."""
FULL_WIDTH = str.maketrans("()", "（）")


@dataclass(frozen=True)
class Contents:
    """Everything that a document holds."""

    document: Document
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    departments: tuple[Department, ...] = ()
    """Units that document.toml describes."""


def contents_of(reading: Reading, key: str, source: bytes) -> Contents:
    """What the document of that key holds; `source` are the bytes of its file. What document.toml adds is not in it yet."""
    numbered = [_opening(reading, key), *_clauses(reading, key), *_closing(reading, key)]
    annexes = [annex for annex in reading.annexes if annex.label and annex.text and not annex.held_back]
    clauses = [*numbered, *(_annex(annex, key, number) for number, annex in enumerate(annexes, len(numbered)))]
    tables: dict[int, Sequence[ReadTable]] = {
        number: annex.tables for number, annex in enumerate(annexes, len(numbered))
    }
    for table in reading.tables:
        tables[table.clause] = (*tables.get(table.clause, ()), table)
    inside = (p for clause in clauses[1:] for p in _passages(clause, tables.get(clause.number, ())))
    passages = [*_head_passages(reading, key), *inside]
    return Contents(
        document=replace(_document(reading, key), source_sha256=hashlib.sha256(source).hexdigest()),
        chapters=tuple(
            Chapter(key, c.number, c.label.translate(FULL_WIDTH), squeezed(c.heading)) for c in reading.chapters
        ),
        clauses=tuple(clauses),
        passages=tuple(passages),
    )


def fingerprint(passages: Iterable[Passage]) -> str:
    """A hash of passages with their places."""
    return hashlib.sha256("\n".join(f"{p.key} {p.text}" for p in passages).encode()).hexdigest()


def _clauses(reading: Reading, key: str) -> Iterator[Clause]:
    for number, entry in enumerate(reading.clauses, 1):
        yield Clause(
            document=key,
            number=number,
            label=entry.label.translate(FULL_WIDTH),
            printed=entry.number,
            sub=entry.sub,
            path=tuple(part.translate(FULL_WIDTH) for part in entry.path),
            heading=squeezed(entry.heading or ""),
            chapter=entry.chapter,
            text=_quotable(entry),
            responsibilities=_responsibilities(entry.units),
            also_carried_out_by=reading.standing_rule,
            unit_list=entry.unit_list,
            deleted=entry.status == "deleted",
        )


def _quotable(entry: read.Clause) -> str:
    """A clause's text; of one that is held back, because a clerk has to look at it first, only its heading or label."""
    return (entry.heading or entry.label) if entry.status == "held_back" else entry.text


def _opening(reading: Reading, key: str) -> Clause:
    text = squeezed(reading.preamble or reading.letter)
    return Clause(key, OPENING, "", OPENING, 0, (), "", None, text, (), (), "")


def _closing(reading: Reading, key: str) -> Iterator[Clause]:
    if closing := reading.closing:
        number, units = len(reading.clauses) + 1, _responsibilities(closing.units)
        yield Clause(key, number, "", number, 0, (), "", None, closing.text, units, (), closing.unit_list)


def _annex(annex: read.Annex, key: str, number: int) -> Clause:
    """An annex, which begins with its title as clauses do with their heading."""
    heading, units = squeezed(annex.title), _responsibilities(annex.units)
    text = "\n".join(part for part in (annex.title, annex.text) if part)
    return Clause(key, number, "", number, 0, (), heading, None, text, units, (), "", annex=annex.label)


def _responsibilities(units: Iterable[Unit]) -> tuple[Responsibility, ...]:
    return tuple(Responsibility(unit.name, ROLES[unit.role]) for unit in units)


def _passages(clause: Clause, tables: Sequence[ReadTable]) -> Iterator[Passage]:
    """The heading at position 0 where there is one, then the sentences, each line's on its own, and the rows of `tables`; what stands
    behind the unit list last.
    """
    pieces = [(text, head) for text, head in _sentences_and_rows(clause.text, tables) if text.strip()]
    pieces = pieces or [(clause.label, "")]  # a clause without words
    first = 0 if clause.heading and bare(pieces[0][0]).rstrip("。:：") == bare(clause.heading) else 1
    standing = clause.unit_list[1:-1].partition("。")[2] if clause.unit_list.endswith(("）", ")")) else ""
    for position, (text, head) in enumerate([*pieces, *([(standing, "")] if standing else [])], first):
        yield _passage(clause.document, clause.number, position, text, head)


def _sentences_and_rows(text: str, tables: Sequence[ReadTable]) -> Iterator[tuple[str, str]]:
    """The sentences of `text` and the rows of `tables`, which stand in it in that order, each row with the names of its columns: alone,
    these say nothing.
    """
    lines, left, at = text.split("\n"), list(tables), 0
    while at < len(lines):
        table = left[0] if left else None
        if table is None or tuple(lines[at : at + len(table.lines)]) != table.lines:
            yield from ((sentence, "") for sentence in sentences_of(lines[at]))
            at += 1
            continue
        left.pop(0)
        at += len(table.lines)
        if not table.is_form:
            head = "\n".join(table.lines[: table.heads])
            yield from ((row, head) for row in table.lines[table.heads :])


def _head_passages(reading: Reading, key: str) -> Iterator[Passage]:
    """The opening, then each line of the heading and of the imprint."""
    opening = squeezed(reading.preamble or reading.letter)
    entries: list[read.Chapter | read.Clause] = [*reading.chapters, *reading.clauses]
    body = sorted(entries, key=lambda entry: entry.line)
    begins = _place_of(body[0], reading.lines) if body else len(reading.lines)
    head, tail = reading.lines[:begins], reading.lines[_place_of(body[-1], reading.lines) :] if body else ()
    parts = [
        *(text for clause in reading.clauses for text in (clause.text, clause.unit_list)),
        *((reading.closing.text, reading.closing.unit_list) if reading.closing else ()),
        *(text for annex in reading.annexes for text in (annex.printed, annex.title, annex.text)),
    ]
    inside = bare("".join(parts))
    imprint = [line for line in tail if bare(line) and _without_label(line) not in inside]
    lines = [line for line in head if bare(line) and bare(line) not in bare(opening)]
    for position, text in enumerate([*([opening] if opening else []), *map(_tidy, [*lines, *imprint])], 1):
        yield _passage(key, OPENING, position, text)


def _place_of(entry: read.Chapter | read.Clause, lines: Sequence[str]) -> int:
    """The place of the line with which a chapter or clause begins; the last such line, because a table of contents may stand before."""
    begins = bare(entry.label) + bare(entry.heading or entry.text)[:HEADING_BEGINS]
    places = [place for place, line in enumerate(lines) if bare(_tidy(line)).startswith(begins)]
    label = [place for place, line in enumerate(lines) if bare(_tidy(line)) == bare(entry.label)]
    return max(places or label or [0])


def _without_label(line: str) -> str:
    return re.sub(LABEL, "", bare(line))


def _tidy(line: str) -> str:
    return squeezed(line.replace("**", ""))


def _passage(key: str, clause: int, position: int, text: str, head: str = "") -> Passage:
    full = row_in_full(text, head)
    facts = force_of(text), _as_written(amounts_of(full), text), groups_of(text), facts_of(full)
    return Passage(key, clause, position, text, *facts, table_head=head)


def _as_written(amounts: Iterable[Amount], text: str) -> tuple[Amount, ...]:
    """`amounts` with what `text` has of them: their units may stand elsewhere."""
    return tuple(
        amount if amount.text in text or not number else replace(amount, text=number[0])
        for amount in amounts
        for number in (BARE_NUMBER.match(amount.text),)
    )


def _document(reading: Reading, key: str) -> Document:
    facts = reading.facts
    return Document(
        key=key,
        number=facts.number or "",
        title=facts.title or facts.attached_title or "",
        attached_title=facts.attached_title or "",
        issuer=facts.issuing_office or "",
        issued_on=facts.dated,
        printed_on=facts.printed_on,
        approved_by=facts.approved_by or "",
        disclosure=facts.disclosure or "",
        addressees="，".join(facts.addressees),
        copied_to="，".join(facts.copied_to),
        rests_on=tuple(f"《{m.title}》" + (f"（{m.number}）" if m.number else "") for m in facts.bases),
        source_sha256="",
        place=facts.place,
        nicknames=(),
        status="",
        audiences={},
        since=facts.in_force.isoformat() if facts.in_force else None,
        until=facts.valid_until.isoformat() if facts.valid_until else None,
        replaces=tuple((bare(m.number), m.title) for m in (*facts.replaces, *facts.repeals) if m.number),
    )
