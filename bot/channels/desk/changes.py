"""A document beside the version that it takes the place of: what became of each clause, with the words that changed marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.answers.outcome import place
from bot.channels.desk.access import Access
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.showing import Piece, address, pieces
from bot.clauses.comparing import Change, Kind, changes, words_changed
from bot.clauses.models import Clause, Document
from bot.clauses.store import ClauseStore
from bot.clauses.versions import versions_of
from bot.text.script import Script


def routes(access: Access, pages: Pages, judgement: Judgement) -> list[Route]:
    """The page at /desk/documents/{key}/changes; `with` names another document than the version before."""

    async def page(request: Request) -> Response:
        store, other = judgement.store, request.query_params.get("with")
        document = store.document(request.path_params["key"])
        pair = (store.document(other), document) if other else versions_of(store).pair(document.key)
        fields = _compared(*pair, store, pages.script(request)) if pair else {"older": None, "newer": document}
        others = [entry for entry in store.documents() if entry.key != document.key]
        return pages.render(
            request, "changes.html", {"section": "documents", "document": document, "others": others, **fields}
        )

    return [access.page("/documents/{key}/changes", page)]


def _compared(older: Document, newer: Document, store: ClauseStore, script: Script) -> dict[str, Any]:
    """The fields of changes.html for two documents: the changes in their order, those that stayed the same in a row as one."""
    found = changes(store.of(older.key), store.of(newer.key))
    groups: list[dict[str, Any]] = []
    for kind, same_kind in groupby(found, key=lambda change: change.kind):
        entries = [_shown(change, store, script) for change in same_kind]
        if kind == "same":
            groups.append({"kind": kind, "entries": entries})
        else:
            groups += [{"kind": kind, "entries": [entry]} for entry in entries]
    return {"older": older, "newer": newer, "counts": Counter(change.kind for change in found), "groups": groups}


def _shown(change: Change, store: ClauseStore, script: Script) -> dict[str, Any]:
    words = words_changed(change)
    after = None if change.kind == "removed" else change.after
    return {
        "before": _side(change.before, words, "removed", store, script),
        "after": _side(after, words, "added", store, script),
        "deleted": change.after is not None and after is None,
    }


def _side(
    clause: Clause | None, words: Sequence[tuple[Kind, str]], own: Kind, store: ClauseStore, script: Script
) -> dict[str, Any] | None:
    """A clause of one version: where it stands, and its words, those marked that only this version has."""
    if clause is None:
        return None
    return {"place": place(clause, store), "address": address(clause), "pieces": _pieces(words, own, script)}


def _pieces(words: Sequence[tuple[Kind, str]], own: Kind, script: Script) -> list[Piece]:
    text, marks = "", []
    for kind, piece in words:
        if kind not in ("same", own):
            continue
        if kind == own:
            marks.append((len(text), len(text) + len(piece)))
        text += piece
    return pieces(text, marks, script)
