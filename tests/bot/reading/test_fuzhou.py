"""Fuzhou's own document is read as the parser of bot/clauses reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clauses.parser import ParsedDocument, parse
from bot.clauses.parser import read_text as text_of
from bot.clauses.store import ClauseStore
from bot.reading.reader import read
from bot.reading.reading import Reading

SOURCE = Path("documents/2021-49/source.txt")
ROLES = {"responsible": "responsible", "lead": "lead", "assist": "assisting"}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(SOURCE)


@pytest.fixture(scope="module")
def parsed(store: ClauseStore) -> ParsedDocument:
    return parse(text_of(SOURCE), SOURCE, "2021-49", "", {}, store.departments())


def test_chapters(reading: Reading, parsed: ParsedDocument) -> None:
    assert [(c.number, c.heading) for c in reading.chapters] == [(c.number, c.heading) for c in parsed.chapters]


def test_clauses_with_numbers_headings_chapters_and_texts(reading: Reading, parsed: ParsedDocument) -> None:
    mine = [(c.number, c.heading, c.chapter, c.text, c.unit_list) for c in reading.clauses]
    assert mine == [(c.number, c.heading, c.chapter, c.text, c.unit_list) for c in parsed.clauses[1:-1]]


def test_units_with_their_roles(reading: Reading, parsed: ParsedDocument) -> None:
    mine = [[(unit.name, ROLES[unit.role]) for unit in clause.units] for clause in reading.clauses]
    assert mine == [[(r.department, r.role.value) for r in c.responsibilities] for c in parsed.clauses[1:-1]]


def test_standing_rule(reading: Reading, parsed: ParsedDocument) -> None:
    assert reading.standing_rule == parsed.clauses[1].also_carried_out_by


def test_closing_with_its_units(reading: Reading, parsed: ParsedDocument) -> None:
    assert reading.closing is not None
    closing = parsed.clauses[-1]
    assert (reading.closing.text, reading.closing.unit_list) == (closing.text, closing.unit_list)
    assert [unit.name for unit in reading.closing.units] == list(closing.departments)


def test_facts(reading: Reading, parsed: ParsedDocument) -> None:
    facts, document = reading.facts, parsed.document
    assert (facts.number, facts.title, facts.issuing_office) == (document.number, document.title, document.issuer)
    assert (facts.dated, facts.printed_on) == (document.issued_on, document.printed_on)
    assert "，".join(facts.addressees) == document.addressees
    assert "，".join(facts.copied_to) == document.copied_to
    assert facts.disclosure is not None
    assert facts.disclosure in document.disclosure
    assert facts.approved_by == document.approved_by
    assert [basis.title in printed for basis, printed in zip(facts.bases, document.rests_on, strict=True)] == [
        True,
        True,
    ]
    assert reading.preamble == parsed.clauses[0].text


def test_nothing_is_in_doubt(reading: Reading) -> None:
    assert reading.doubts == ()
