"""What documents are called, and which clauses and chapters they have."""

from __future__ import annotations

import re

from parsimonious import ParseError
from parsimonious.nodes import Node

from bot.answers.referring.grammar import find, grammar, values_in
from bot.answers.times import YEAR_DIGITS
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.text.numerals import value_of
from bot.text.script import simplify

BEFORE_A_NUMBER = frozenset("问查看说按的在据照到是和与及跟对给用读找把")
"""Words of one character that may stand right before a document's number."""


class Outlines:
    """The outlines of the documents of a store, and which document is meant by a number or a title."""

    def __init__(self, store: ClauseStore) -> None:
        self._outlines = {document.key: _Outline(document, store) for document in store.documents()}
        self.newest = store.document().key
        self._wording = {
            key: re.sub(r"\W", "", simplify("".join(p.text for p in store.passages() if p.document == key)))
            for key in self._outlines
        }

    def numbered(self, words: str) -> str | None:
        """The key of the document whose number `words` are."""
        try:
            return self.held(*_document_number(words))
        except ParseError:
            return None

    def outline(self, key: str) -> _Outline:
        """The outline of a document."""
        return self._outlines[key]

    def held(self, office: str, year: int | None, number: int) -> str | None:
        """The key of the document of that number; None where none is held. What stands before the office's name is passed over."""
        fits = (
            key
            for key, outline in self._outlines.items()
            if outline.number == number
            and year in (None, outline.year)
            and _same_office(office, outline.office, outline.issuer)
        )
        return next(fits, None)

    def superseded(self, office: str, year: int | None, number: int) -> tuple[str, str] | None:
        """The key of the document that replaces the one of that number, and that number as it is written there; None where none does."""
        for key, outline in self._outlines.items():
            for written, (of_office, of_year, of_number) in outline.replaces.items():
                if number == of_number and year in (None, of_year) and _same_office(office, of_office, ""):
                    return key, written
        return None

    def titled(self, title: str) -> str | None:
        """The key of the document that bears `title` or a good part of it."""
        flat = re.sub(r"\W", "", title)
        return next((key for key, outline in self._outlines.items() if len(flat) > 3 and flat in outline.title), None)

    def annex_titled(self, title: str, document: str) -> str | None:
        """The key of the annex of a document that bears `title`; None where none does."""
        return self.outline(document).annex_titles.get(re.sub(r"\W", "", title))

    def mentions(self, words: str) -> bool:
        """Whether some document speaks of `words` itself."""
        flat = re.sub(r"\W", "", words)
        return any(flat in wording for wording in self._wording.values())


class _Outline:
    """What a document is called, and which clauses and chapters it has."""

    def __init__(self, document: Document, store: ClauseStore) -> None:
        self.key = document.key
        self.title = re.sub(r"\W", "", simplify(document.title + document.attached_title))
        self.issuer = simplify(document.issuer)
        self.office, self.year, self.number = _number_parts(simplify(document.number))
        self.replaces = {number: _number_parts(simplify(number)) for number, _ in document.replaces}
        clauses = [c for c in store.clauses() if c.document == document.key and c.label and not c.sub]
        self.running = {clause.printed: clause.number for clause in reversed(clauses)}
        """The running number (models.Clause) of the clause that bears a number."""
        self.every = sorted(self.running)
        annexes = [c for c in store.clauses() if c.document == document.key and c.annex]
        self.annexes = {_number_at_the_end(c.annex) or place: c.key for place, c in enumerate(annexes, 1)}
        """The keys of the annexes, by their numbers."""
        self.annex_titles = {re.sub(r"\W", "", simplify(annex.heading)): annex.key for annex in annexes}
        self.printed = {clause.number: clause.printed for clause in clauses}
        self.chapters: dict[int, list[int]] = {}
        for clause in clauses:
            if clause.chapter is not None:
                self.chapters.setdefault(clause.chapter, []).append(clause.printed)

    @property
    def last(self) -> int:
        """The last number that a clause bears; 0 where there is none."""
        return max(self.every, default=0)

    @property
    def last_chapter(self) -> int:
        """The number of the last chapter; 0 where there is none."""
        return max(self.chapters, default=0)


def _number_at_the_end(label: str) -> int:
    """The number that an annex's label ends in; 0 where there is none."""
    found = re.search(r"\d+$|[一二三四五六七八九十]+$", label)
    return int(value_of(found[0])) if found else 0


def _number_parts(number: str) -> tuple[str, int | None, int]:
    """Office, year and number of a document's number; "", None and 0 for one of another form."""
    try:
        return _document_number(number)
    except ParseError:
        return "", None, 0


def number_in(text: str, node: Node) -> tuple[str, int | None, int]:
    """Office, year and number of the document's number that stands in `text`; the grammar may have begun behind its first character (汐政办)."""
    office, year, number = _document_number(node.text)
    before = text[node.start - 1 : node.start] if node.start else ""
    if office and re.match("[\u4e00-\u9fff]", before) and before not in BEFORE_A_NUMBER:
        office = before + office
    return office, year, number


def _same_office(written: str, office: str, issuer: str) -> bool:
    """Whether what is written before a number may be the office that numbers so; its end will do (政办)."""
    return (
        not written
        or written.endswith(office)
        or office.endswith(written)
        or bool(issuer and issuer.endswith(written[-4:]))
    )


def _document_number(text: str) -> tuple[str, int | None, int]:
    """The office, year and number of a document's number, in whichever form the grammar reads."""
    parsed = grammar()["number_of_document"].parse(text)
    office, year = find(parsed, "office") or find(parsed, "short_office"), find(parsed, "year")
    digits = year.text.translate(YEAR_DIGITS) if year is not None else ""
    *_, number = values_in(parsed)
    return office.text if office is not None else "", int(digits) if digits else None, number
