"""The look-up: one box, what is found as one types, and the same as JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answers.lookup import Found, Hit
from bot.answers.narrowing import Narrowing, Option
from bot.answers.outcome import documents_in_words, in_columns, place, title
from bot.channels.desk.access import Access
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.search import Searched, search
from bot.channels.desk.showing import (
    BINDINGS,
    FORCES,
    GROUPS,
    HIT_COLUMNS,
    IN_CHAT,
    REASONS,
    address,
    as_csv,
    chapter_title,
    hit_cells,
    pieces,
    plain,
    searched_as_json,
    strength,
    to_paste,
)
from bot.clauses.binding import LABELS
from bot.clauses.models import Binding, Chapter, Clause, Force
from bot.clauses.store import ClauseStore
from bot.errors import MessageError
from bot.text.script import Script

AT_ONCE = 30
"""Hits on a page."""
AT_MOST = 500
"""Hits in one answer of JSON."""
IN_A_FILE = 100_000
"""Hits in a CSV file."""
AT_MOST_CHOICES = 60
"""Choices of a field on a page."""
TYPED = "typed"
"""What an address has for `as` where nothing is to be taken for something else."""
OPENAPI = Path(__file__).with_name("openapi.yaml")
FACETS = (
    ("department", "責任單位", 6),
    ("group", "人群", 5),
    ("binding", "效力", 5),
    ("force", "效力（按用詞）", 3),
    ("amount", "數額", 1),
    ("chapter", "部分", 8),
    ("document", "文件", 5),
)
"""The fields of Narrowing in the order of the page, what they are called, and how many of their choices are seen at first."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    text: str
    narrowing: Narrowing
    first: int = 0
    limit: int = AT_ONCE
    as_typed: bool = False
    """Whether nothing of it is taken for something else than it says."""

    @property
    def chosen(self) -> list[tuple[str, Any]]:
        """The names and values that the narrowing has in an address."""
        return [(name, _in_address(value)) for name, value in self.narrowing.chosen().items()]

    def query(self, **other: Any) -> str:
        """The address's query with `other` values in place of those that are asked for; None leaves a value out."""
        values = {"q": self.text, "as": TYPED if self.as_typed else None, **dict(self.chosen), **other}
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})


def routes(access: Access, pages: Pages, judgement: Judgement) -> list[Route]:
    """The look-up as a page, JSON, CSV, and what describes the JSON."""

    async def find(asked: Asked) -> Searched:
        return await search(asked.text, judgement, asked.narrowing, asked.limit, asked.first, asked.as_typed)

    async def page(request: Request) -> Response:
        asked = asked_for(request.query_params)
        in_place = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
        fields = _shown(asked, await find(asked), judgement.store, pages.script(request))
        return pages.render(request, "lookup_found.html" if in_place else "lookup.html", fields)

    async def as_json(request: Request) -> Response:
        asked = asked_for(request.query_params, default=50)
        return JSONResponse(searched_as_json(await find(asked), asked.narrowing, judgement.store))

    async def in_chat(request: Request) -> Response:
        text, document = request.query_params.get("q", ""), request.query_params.get("document")
        reply = await judgement.try_out(text, judgement.store, [document] if document else ())
        template = "lookup_in_chat.html" if "hx-request" in request.headers else "lookup_in_chat_page.html"
        return pages.render(request, template, {"reply": reply})

    async def as_file(request: Request) -> Response:
        asked = asked_for(request.query_params, default=IN_A_FILE, most=IN_A_FILE)
        hits = (await find(asked)).found.hits
        return as_csv("lookup", HIT_COLUMNS, (hit_cells(hit, judgement.store) for hit in hits))

    async def description(_: Request) -> Response:
        return JSONResponse(openapi())

    return [
        access.page("/", page),
        access.page("/lookup.json", as_json),
        access.page("/lookup.csv", as_file),
        access.page("/lookup/in-chat", in_chat),
        access.page("/openapi.json", description),
    ]


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI description of the desk's JSON."""
    return dict(yaml.safe_load(OPENAPI.read_text("utf-8")))


def asked_for(parameters: QueryParams, default: int = AT_ONCE, most: int = AT_MOST) -> Asked:
    """What the parameters of an address ask for. Raises MessageError for one that is none of ours."""
    binding = parameters.get("binding") or None
    if binding not in (None, *LABELS):
        raise MessageError("binding 只能是 right、duty、aim、encouraged 或 explored。")
    force = parameters.get("force") or None
    if force not in (None, *(entry.value for entry in Force)):
        raise MessageError("force 只能是 firm、encouraged 或 exploratory。")
    amount = parameters.get("amount") or ""
    if amount not in ("", "1"):
        raise MessageError("amount 只能是 1，或者不写。")
    return Asked(
        text=parameters.get("q", ""),
        narrowing=Narrowing(
            document=parameters.get("document") or None,
            chapter=_number(parameters, "chapter", None),
            department=parameters.get("department") or None,
            group=parameters.get("group") or None,
            binding=Binding(binding) if binding else None,
            force=Force(force) if force else None,
            amount=bool(amount),
        ),
        first=_number(parameters, "first", 0) or 0,
        limit=min(_number(parameters, "limit", default) or default, most),
        as_typed=parameters.get("as") == TYPED,
    )


def _number(parameters: QueryParams, name: str, default: int | None) -> int | None:
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise MessageError(f"{name} 必须是一个整数。")
    return int(text)


def _shown(asked: Asked, searched: Searched, store: ClauseStore, script: Script) -> dict[str, Any]:
    """The fields of lookup.html and lookup_found.html."""
    found = searched.found
    last = found.first + len(found.hits)
    return {
        "section": "lookup",
        "asked": asked,
        "found": found,
        "searched": searched,
        "in_chat": IN_CHAT.get(found.in_chat, "") if asked.text else "",
        "chat_query": urlencode(
            {"q": searched.text, **({"document": asked.narrowing.document} if asked.narrowing.document else {})}
        ),
        "parts": _parts(found, store, script, brief=_is_brief(asked)),
        "facets": _facets(asked, found, store),
        "reason": REASONS.get(found.refused_in_chat, ""),
        "before": asked.query(first=max(0, found.first - AT_ONCE) or None) if found.first else "",
        "after": asked.query(first=last) if last < found.total else "",
        "last": last,
        "documents": [(document.number, f"/desk/documents/{document.key}") for document in store.documents()[-1:]],
        "narrowed": bool(asked.narrowing.chosen()),
        "only": _only(asked, store),
        "without_narrowing": asked.query(**{name: None for name, _ in asked.chosen}),
    }


def _only(asked: Asked, store: ClauseStore) -> str:
    """The document that alone is searched, in words; "" where all are, or where no such document is held."""
    return documents_in_words(held for held in store.documents() if held.key == asked.narrowing.document)


def _is_brief(asked: Asked) -> bool:
    """Whether nothing is looked for that one passage would show rather than another."""
    narrowing = asked.narrowing
    return not (asked.text or narrowing.binding or narrowing.force or narrowing.amount)


def _parts(found: Found, store: ClauseStore, script: Script, brief: bool) -> list[dict[str, Any]]:
    """The hits in parts, one for each kind, with its heading; in `brief` without quotes, which nobody asked for."""
    several = max((len(hit.named) for hit in found.hits), default=0) > 1 or found.first > 0
    return [
        {"heading": kind, "hits": [_hit(hit, found, store, script, brief) for hit in hits]}
        for kind, hits in groupby(found.hits, lambda hit: _kind(hit, found, several))
    ]


def _kind(hit: Hit, found: Found, several_named: bool) -> str:
    """What sort of hit it is, in words, where hits of several sorts stand in one list."""
    if not hit.judged:
        return "相近的條文，助手不會給出" if found.judged else ""
    if found.in_chat and not hit.in_chat:
        return "助手不會給出，這裡照字面查到的"
    if hit.in_chat == "offered":
        return "助手會反問是不是這些"
    if several_named and hit.named:
        return "這些單位都在內" if len(hit.named) > 1 else "只有其中一個單位"
    return ""


def _hit(hit: Hit, found: Found, store: ClauseStore, script: Script, brief: bool) -> dict[str, Any]:
    clause = hit.given.clause
    return {
        "key": clause.key.replace("/", "-"),
        "judged": hit.judged,
        "beside": not hit.judged or bool(found.in_chat and not hit.in_chat),
        "passage": hit.passage,
        "address": address(clause, hit.passage),
        "label": clause.label or clause.annex,
        "heading": clause.heading or title(clause),
        "chapter": chapter_title(store.chapter(clause)),
        "columns": "" if brief else in_columns(hit.given.table_head),
        "pieces": [] if brief else pieces(hit.given.quote, hit.marks, script),
        "units": [(name, name in hit.named) for name in clause.departments],
        "strength": strength(hit.given, clause, store),
        "amounts": [amount.text for amount in hit.amounts],
        "stated": hit.given.stated,
        "document": store.document(clause.document).number if len(store.documents()) > 1 else "",
        "citation": _short_citation(clause, store),
        "to_paste": to_paste(hit.given.quote, clause, store, script, hit.given.table_head),
    }


def _short_citation(clause: Clause, store: ClauseStore) -> str:
    """Where a clause stands, in so few words that a list bears it; what is copied has the whole citation."""
    document = store.document(clause.document)
    named = document.number or document.title
    dated = f"（{document.issued_on:%Y-%m-%d}）" if document.issued_on else ""
    return f"{named}{dated}{place(clause, store).removesuffix(clause.heading)}"


def _facets(asked: Asked, found: Found, store: ClauseStore) -> list[dict[str, Any]]:
    """The choices to narrow by; a field that leaves nothing to choose is not offered, and the force of words only where readers have not
    labelled a document of what is found, or where an address has it.
    """
    several = len(store.documents()) > 1
    labelled = all(store.is_labelled(str(option.value)) for option in found.options["document"])
    by_words = not labelled or bool(asked.narrowing.force)
    offered = [
        (name, title, at_first)
        for name, title, at_first in FACETS
        if (name != "document" or several)
        and (name != "force" or by_words)
        and (name != "chapter" or not several or asked.narrowing.document)
    ]
    return [
        {
            "name": name,
            "title": title,
            "at_first": at_first,
            "options": [
                {
                    "id": number,
                    "words": _words(name, option, asked, store),
                    "from_document": name in ("department", "chapter", "document"),
                    "count": option.count,
                    "chosen": option.chosen,
                    "query": asked.query(**{name: None if option.chosen else _in_address(option.value)}),
                }
                for number, option in enumerate(_in_order(name, found.options[name])[:AT_MOST_CHOICES])
            ],
        }
        for name, title, at_first in offered
        if found.options[name]
    ]


def _in_order(name: str, options: tuple[Option, ...]) -> list[Option]:
    if name == "chapter":
        return sorted(options, key=lambda option: option.value)
    if name == "binding":
        return sorted(options, key=lambda option: list(Binding).index(Binding(str(option.value))))
    if name == "force":
        return sorted(options, key=lambda option: list(Force).index(Force(str(option.value))))
    return sorted(options, key=lambda option: (not option.chosen, -option.count))


def _in_address(value: Any) -> Any:
    return "1" if value is True else plain(value)


def _words(name: str, option: Option, asked: Asked, store: ClauseStore) -> str:
    """What an option is called, in Traditional or in the documents' own words."""
    value = option.value
    if name == "binding":
        return BINDINGS[Binding(str(value))]
    if name == "force":
        return FORCES[Force(str(value))]
    if name == "group":
        return GROUPS[str(value)]
    if name == "amount":
        return "有數額"
    if name == "chapter":
        document = asked.narrowing.document or store.document().key
        return chapter_title(_chapters(store).get((document, int(value))))
    if name == "document":
        return store.document(str(value)).number or store.document(str(value)).title
    return str(value)


@lru_cache(maxsize=4)
def _chapters(store: ClauseStore) -> Mapping[tuple[str, int], Chapter]:
    return {(chapter.document, chapter.number): chapter for chapter in store.chapters()}
