"""A Reading as the JSON object that `python -m bot documents read FILE --json` prints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.reading.reading import Mention, Reading, Unit


def as_json(reading: Reading) -> dict[str, Any]:
    """The reading as plain values; dates are ISO, what is not stated is None or an empty list."""
    facts = reading.facts
    return {
        "document": {
            "kind": facts.kind,
            "number": facts.number,
            "title": facts.title,
            "attached_title": facts.attached_title,
            "issuing_office": facts.issuing_office,
            "approved_by": facts.approved_by,
            "dated": _iso(facts.dated),
            "printed_on": _iso(facts.printed_on),
            "disclosure": facts.disclosure,
            "in_force": _iso(facts.in_force),
            "valid_until": _iso(facts.valid_until),
            "addressees": list(facts.addressees),
            "copied_to": list(facts.copied_to),
            "bases": _mentions(facts.bases),
            "replaces": _mentions(facts.replaces),
            "repeals": _mentions(facts.repeals),
            "interprets": _mentions([facts.interprets])[0] if facts.interprets else None,
        },
        "opening": reading.opening,
        "chapters": [
            {"no": chapter.number, "label": chapter.label, "heading": chapter.heading, "text": chapter.text}
            for chapter in reading.chapters
        ],
        "clauses": [
            {
                "label": clause.label,
                "path": list(clause.path),
                "no": clause.number,
                "chapter": clause.chapter,
                "heading": clause.heading,
                "text": clause.text,
                "status": clause.status,
                "departments": _units(clause.units),
            }
            for clause in reading.clauses
        ],
        "standing_rule": list(reading.standing_rule),
        "closing": {"text": reading.closing.text, "departments": [unit.name for unit in reading.closing.units]}
        if reading.closing
        else None,
        "tables": [
            {"clause": table.clause, "header": list(table.header), "rows": [list(row) for row in table.rows]}
            for table in reading.tables
        ],
        "annexes": [
            {"label": annex.label, "title": annex.title, "text": annex.text, "departments": _units(annex.units)}
            for annex in reading.annexes
        ],
        "notes": list(reading.notes),
        "qa": [{"question": pair.question, "answer": pair.answer} for pair in reading.questions],
        "warnings": [{"line": doubt.line, "message": doubt.message} for doubt in reading.doubts],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _mentions(mentions: Iterable[Mention]) -> list[dict[str, str | None]]:
    return [{"title": mention.title, "number": mention.number} for mention in mentions]


def _units(units: Iterable[Unit]) -> list[dict[str, str]]:
    return [{"name": unit.name, "role": unit.role} for unit in units]
