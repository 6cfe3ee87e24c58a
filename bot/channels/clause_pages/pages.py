"""Renders the pages. The script is in the address (?script=hant); without it, a document is shown as it was published.

The words of the pages are written once, in Traditional, and marked with `_(…)`; the document's words are marked with `|shown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.answers.outcome import citation, date_in, in_columns, name_of, place, reference, title
from bot.channels.both_scripts import address
from bot.channels.desk.pages import worded
from bot.channels.desk.words import IN_FORCE
from bot.channels.limits import guarded
from bot.clauses.models import Binding, Clause, Document, Passage
from bot.clauses.store import ClauseStore
from bot.clauses.taught import next_of
from bot.text.script import Script, script_of, to_script

FOLDER = Path(__file__).parent
SCRIPTS: tuple[Script, ...] = ("hant", "hans")
NO_PROMISE = {
    Binding.AIM: "工作方向，單憑這句還不能當作承諾",
    Binding.ENCOURAGED: "鼓勵或允許，做不做由有關方面決定",
    Binding.EXPLORED: "探索或試行，還不能據此要求",
}
"""What is said beside a sentence that nobody can claim anything by."""
QUESTIONS = 3
"""So many questions about a clause are offered."""
LONGEST_PREVIEW = 120
"""Characters of the clause in a link's preview."""


class ClausePages:
    """The pages of what `store` holds; search engines may list them where they are `indexed`."""

    def __init__(self, store: Callable[[], ClauseStore], indexed: bool) -> None:
        self._store, self._indexed = store, indexed
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[Route | Mount]:
        """The pages' routes. What is not there is told so, with what is."""
        return [
            Mount("/page/clauses", StaticFiles(directory=FOLDER / "static")),
            Route("/c", guarded(self._documents)),
            Route("/c/{document}", guarded(self._document)),
            Route("/c/{document}/{number}", guarded(self._clause)),
            Route("/c/{rest:path}", guarded(self._missing)),
        ]

    async def _documents(self, request: Request) -> Response:
        return self._rendered(request, "documents.html", "", {"missing": "", **self._held(request)})

    async def _missing(self, request: Request) -> Response:
        fields = {"missing": request.url.path, **self._held(request)}
        return self._rendered(request, "documents.html", "", fields, 404)

    def _held(self, request: Request) -> dict[str, Any]:
        entries = [
            {"name": name_of(document), "address": _here(request, document.key)}
            for document in self._store().documents()
        ]
        return {"documents": entries}

    async def _document(self, request: Request) -> Response:
        store, key = self._store(), request.path_params["document"]
        if not store.holds_document(key):
            return await self._missing(request)
        document = store.document(key)
        chapters = {chapter.number: f"{chapter.label}{chapter.heading}" for chapter in store.of(key).chapters()}
        parts = [
            {
                "heading": chapters.get(number or 0, ""),
                "clauses": [{"title": title(clause), "address": _here(request, clause.key)} for clause in inside],
            }
            for number, inside in groupby(store.of(key).clauses(), lambda clause: clause.chapter)
        ]
        fields = {
            "document": document,
            "parts": parts,
            "facts": _facts(document),
            "preview": name_of(document),
            "link": address(key),
        }
        return self._rendered(request, "document.html", document.title, fields)

    async def _clause(self, request: Request) -> Response:
        store, key = self._store(), "{document}/{number}".format(**request.path_params)
        if not store.holds(key):
            return await self._missing(request)
        clause = store.clause(key)
        fields = {
            "link": address(key),
            "title": title(clause),
            "preview": clause.text[:LONGEST_PREVIEW],
            **_clause_fields(request, clause, store),
        }
        return self._rendered(request, "clause.html", clause.text, fields)

    def _rendered(
        self, request: Request, template: str, words: str, fields: Mapping[str, Any], status: int = 200
    ) -> Response:
        """A page; `words` of the document tell in which script it was published."""
        asked = _asked(request)
        script = asked or script_of(words) or "hans"
        known = {
            "script": script,
            "other": "hans" if script == "hant" else "hant",
            "query": f"?script={asked}" if asked else "",
            "site": str(request.base_url).rstrip("/"),
            "indexed": self._indexed and status == 200,
            "_": lambda text: worded(text, script),
            "in_script": lambda text: to_script(text, script),
            "shown": lambda text: to_script(text, asked) if asked else text,
        }
        page = self._templates.get_template(template).render({**known, **fields})
        robots = {} if known["indexed"] else {"x-robots-tag": "noindex"}
        return HTMLResponse(page, status, robots)


def _asked(request: Request) -> Script | None:
    """The script that an address asks for; None where it asks for none."""
    return next((script for script in SCRIPTS if script == request.query_params.get("script")), None)


def _here(request: Request, key: str) -> str:
    """The address of a page in the script of this one."""
    asked = _asked(request)
    return address(key) + (f"?script={asked}" if asked else "")


def _facts(document: Document) -> list[tuple[str, str]]:
    """What is known of a document, each with its name."""
    today = date.today()
    state = document.in_force_on(today)
    since, until = (date_in(date.fromisoformat(day), "zh") if day else "" for day in (document.since, document.until))
    facts = [
        ("發文字號", document.number),
        ("發文機關", document.issuer),
        ("印發日期", date_in(document.issued_on, "zh")),
        ("施行日期", since),
        ("有效期至", until),
        ("效力", document.status if state == "unverified" else IN_FORCE[state]),
        ("代替它的文件", document.replaced_by or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _clause_fields(request: Request, clause: Clause, store: ClauseStore) -> dict[str, Any]:
    """The fields of clause.html."""
    document = store.document(clause.document)
    around = store.of(clause.document).clauses()
    at = around.index(clause)
    full_names = {unit.name: unit.full_name for unit in store.of(clause.document).departments()}
    return {
        "document": document,
        "document_name": name_of(document),
        "place": place(clause, store),
        "passages": [_passage(passage) for passage in _in_text(clause, store)],
        "units": [(name, full_names.get(name, "")) for name in clause.departments],
        "also": clause.also_carried_out_by if clause.label else (),
        "facts": _facts(document),
        "citation": citation(clause, store),
        "ask": reference(clause, store) if clause.label else "",
        "questions": [entry.text for entry in next_of(store.taught(clause.key, "zh"), "", "", QUESTIONS)],
        "before": _neighbour(request, around[at - 1]) if at else None,
        "after": _neighbour(request, around[at + 1]) if at + 1 < len(around) else None,
        "encoded": quote,
    }


def _in_text(clause: Clause, store: ClauseStore) -> list[Passage]:
    """A clause's passages without its heading, which stands above them."""
    return [passage for passage in store.passages(clause.key) if passage.position or not clause.heading]


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "position": passage.position,
        "text": in_columns(passage.text),
        "columns": in_columns(passage.table_head),
        "no_promise": NO_PROMISE.get(passage.binding, "") if passage.binding else "",
    }


def _neighbour(request: Request, clause: Clause) -> dict[str, str]:
    return {"title": title(clause), "address": _here(request, clause.key)}
