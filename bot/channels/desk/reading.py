"""Clauses and documents to read: the page of each, and all of them as JSON and CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answers.outcome import citation, in_columns, title
from bot.channels.desk.access import Access
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.showing import (
    CLAUSE_COLUMNS,
    GROUPS,
    address,
    as_csv,
    chapter_title,
    clause_as_json,
    clause_cells,
    strength,
    to_paste,
)
from bot.clauses.models import Chapter, Clause, Document
from bot.clauses.store import ClauseStore
from bot.text.script import Script, to_script

NUMBER = re.compile(r"(?:按照|根据|依据|依照|参照|见|按|依)?([\u4e00-\u9fff]{2,6}〔\d{4}〕\d+号)")
CITED = re.compile(rf"(《(?:[^《》〈〉]|〈[^〉]*〉)+》(?:（[^（）]*〔\d{{4}}〕\d+号）)?)|{NUMBER.pattern}")
"""How a text cites a document: by its title, with its number behind it, or by its number alone."""
BEGINNING, END = 90, 90
"""Characters of the neighbouring clauses that stand around a clause."""
DEPARTMENT_COLUMNS = ("单位", "全称", "别名", "条数", "条")


@dataclass(frozen=True)
class Cited:
    """A document that a text cites, as it is written there; `address` is its page where it is one of ours."""

    words: str
    address: str


def routes(access: Access, pages: Pages, judgement: Judgement) -> list[Route]:
    """The pages to read, and the tables."""

    async def clause(request: Request) -> Response:
        parameters = request.path_params
        found = judgement.store.clause(f"{parameters['document']}/{parameters['number']}")
        return pages.render(request, "clause.html", _clause(found, judgement.store, pages.script(request)))

    async def document(request: Request) -> Response:
        found = judgement.store.document(request.path_params["document"])
        return pages.render(request, "document.html", _document(found, judgement.store))

    async def foot_of_pages(request: Request) -> Response:
        script: Script = "hant" if request.query_params.get("script") == "hant" else "hans"
        words = foot(judgement.store.document(request.path_params["document"]), script)
        return Response(words, media_type="text/css")

    async def clauses_json(_: Request) -> Response:
        store = judgement.store
        return JSONResponse({"clauses": [clause_as_json(entry, store) for entry in store.clauses()]})

    async def clauses_csv(_: Request) -> Response:
        store = judgement.store
        return as_csv("clauses", CLAUSE_COLUMNS, (clause_cells(entry, store) for entry in store.clauses()))

    async def departments_json(_: Request) -> Response:
        return JSONResponse({"departments": _departments(judgement.store)})

    async def departments_csv(_: Request) -> Response:
        rows = (
            [
                unit["name"],
                unit["full_name"],
                "、".join(unit["aliases"]),
                str(len(unit["clauses"])),
                "、".join(unit["clauses"]),
            ]
            for unit in _departments(judgement.store)
        )
        return as_csv("departments", DEPARTMENT_COLUMNS, rows)

    return [
        access.page("/clauses.json", clauses_json),
        access.page("/clauses.csv", clauses_csv),
        access.page("/departments.json", departments_json),
        access.page("/departments.csv", departments_csv),
        access.page("/clauses/{document}/{number:int}", clause),
        access.page("/documents/{document}", document),
        access.page("/documents/{document}/foot.css", foot_of_pages),
    ]


def _departments(store: ClauseStore) -> list[dict[str, Any]]:
    return [
        {
            "name": unit.name,
            "full_name": unit.full_name,
            "aliases": list(unit.aliases),
            "clauses": [entry.key for entry in store.select(departments=[unit.name])],
        }
        for unit in store.departments()
    ]


def cited_in(text: str, own: Document, store: ClauseStore) -> list[Cited]:
    """The documents that `text` of the document `own` cites, each once, in the order of the text."""
    numbers = {document.number: f"/desk/documents/{document.key}" for document in store.documents()}
    found: dict[str, Cited] = {}
    for match in CITED.finditer(text):
        words = match[1] or match[2]
        number = NUMBER.search(words)
        found.setdefault(words, Cited(words, numbers.get(number[1], "") if number else ""))
    return [entry for words, entry in found.items() if words not in (own.number, f"《{own.title}》")]


def _clause(clause: Clause, store: ClauseStore, script: Script) -> dict[str, Any]:
    """The fields of clause.html."""
    document = store.document(clause.document)
    passages = store.passages(clause.key)
    around = [entry for entry in store.clauses() if entry.document == clause.document]
    at = around.index(clause)
    other: Script = "hans" if script == "hant" else "hant"
    return {
        "section": "lookup",
        "clause": clause,
        "title": title(clause),
        "document": document,
        "chapter": chapter_title(store.chapter(clause)),
        "passages": [
            {
                "position": passage.position,
                "text": in_columns(passage.text),
                "columns": in_columns(passage.table_head),
                "strength": strength(passage, clause, store),
            }
            for passage in passages
            if passage.position or not (clause.label or clause.annex)
        ],
        "units": [_unit(name, clause, store) for name in clause.departments],
        "amounts": [(amount, passage.position) for passage in passages for amount in passage.amounts],
        "groups": [
            (group, GROUPS[group]) for group in dict.fromkeys(g for passage in passages for g in passage.groups)
        ],
        "cited": cited_in(clause.text + clause.unit_list, document, store),
        "citation": citation(clause, store),
        "before": _neighbour(around, at - 1, last=True) if at else None,
        "after": _neighbour(around, at + 1, last=False) if at + 1 < len(around) else None,
        "to_paste": to_paste(clause.text, clause, store, script),
        "to_paste_other": to_paste(clause.text, clause, store, other),
    }


def _unit(name: str, clause: Clause, store: ClauseStore) -> dict[str, Any]:
    """A unit of `clause`, what it is called in full, and its other clauses in this document."""
    full = next((unit.full_name for unit in store.departments() if unit.name == name), "")
    others = [
        entry for entry in store.select(departments=[name]) if entry.document == clause.document and entry != clause
    ]
    return {"name": name, "full_name": full, "others": [(entry, address(entry)) for entry in others]}


def _neighbour(around: list[Clause], at: int, last: bool) -> dict[str, Any]:
    """The clause at the place `at`, with its last or its first words."""
    clause = around[at]
    text = clause.text
    words = text[-END:] if last else text[:BEGINNING]
    return {
        "clause": clause,
        "address": address(clause),
        "title": title(clause),
        "words": words,
        "cut": len(words) < len(text),
    }


def foot(document: Document, script: Script) -> str:
    """The style sheet that puts where a printed page comes from at its foot: a page's margin can be written in by style alone."""
    named = [name for name in (document.number, document.issuer, _in_words(document.issued_on)) if name]
    source = f"《{document.title}》（{'，'.join(named)}）"
    shown = to_script(source, script) if script == "hant" else source
    escaped = "".join(char if char.isalnum() and char.isprintable() else f"\\{ord(char):x} " for char in shown)
    return f'@page {{ @bottom-left {{ content: "{escaped}"; font-size: 7pt; width: 90%; text-align: left; }} }}\n'


def _in_words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _document(document: Document, store: ClauseStore) -> dict[str, Any]:
    """The fields of document.html."""
    clauses = [entry for entry in store.clauses() if entry.document == document.key]
    chapters: list[Chapter | None] = [chapter for chapter in store.chapters() if chapter.document == document.key]
    last = [entry for entry in clauses if not entry.annex][-1]
    return {
        "section": "lookup",
        "document": document,
        "issued": _in_words(document.issued_on),
        "opening": clauses[0],
        "annexes": [
            {
                "clause": entry,
                "title": title(entry),
                "address": address(entry),
                "body": entry.text[len(entry.heading) :],
            }
            for entry in clauses
            if entry.annex
        ],
        "closing": last if not last.label and last.number else None,
        "chapters": [
            {
                "number": chapter.number if chapter else 0,
                "title": chapter_title(chapter),
                "clauses": [
                    {"clause": entry, "address": address(entry), "body": entry.text[len(entry.heading) :].lstrip("。")}
                    for entry in clauses
                    if entry.label and entry.chapter == (chapter and chapter.number)
                ],
            }
            for chapter in (chapters or [None])
        ],
    }
