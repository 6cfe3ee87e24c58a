"""The documents that are answered from: listed, taken out, and put back. How one is put in: drafts."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from bot.channels.desk.access import Access, DeskForm, actor
from bot.channels.desk.drafts import trouble
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.words import IN_FORCE
from bot.clauses.build import FORMATS
from bot.clauses.folder import Publishing
from bot.clauses.models import Document
from bot.errors import DocumentError, MessageError
from bot.helpdesk.audit import note
from bot.helpdesk.outdated import Correcting
from bot.mailbox.state import State


class PutBackForm(DeskForm):
    """Which document that was taken out is to be answered from again."""

    name = StringField(validators=[InputRequired(), Length(max=80)])


class DocumentPages:
    """The pages at /desk/documents."""

    def __init__(
        self,
        state: State,
        access: Access,
        pages: Pages,
        judgement: Judgement,
        publishing: Publishing,
        correcting: Correcting,
    ) -> None:
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._publishing, self._correcting = publishing, correcting
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The pages, and what their buttons post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/documents", self._overview),
            page("/documents/put-back", self._put_back, "reviewer", post),
            page("/documents/{key}/retire", self._retire, "reviewer", post),
        ]

    async def _overview(self, request: Request) -> Response:
        store, today = self._judgement.store, datetime.date.today()
        retired = await asyncio.to_thread(self._publishing.retired)
        before = {entry.key: entry for entry in reversed(retired)}
        held = [
            {
                "document": document,
                "clauses": sum(bool(clause.label) for clause in store.of(document.key).clauses()),
                "in_force": IN_FORCE[document.in_force_on(today)],
                "before": before.get(document.key),
            }
            for document in sorted(store.documents(), key=_newest_first)
        ]
        here = {document.key for document in store.documents()}
        older = [entry for entry in retired if entry.key not in here or entry is not before[entry.key]]
        outdated = len(await self._correcting.find(store, today)) if request.state.account.may("reviewer") else 0
        fields = {
            "section": "documents",
            "held": held,
            "retired": older,
            "formats": ",".join(FORMATS),
            "outdated": outdated,
            "refused": bool(self._judgement.refused),
        }
        return self._pages.render(request, "documents.html", fields)

    async def _retire(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        key = request.path_params["key"]
        async with self._one_at_a_time:
            await self._change(self._publishing.retire, key)
        await note(self._state, actor(request), "retired", f"document/{key}")
        return RedirectResponse("/desk/documents", 303)

    async def _put_back(self, request: Request) -> Response:
        form = await self._access.form(request, PutBackForm)
        async with self._one_at_a_time:
            key = await self._change(self._publishing.put_back, form.name.data)
        await note(self._state, actor(request), "restored", f"document/{key}")
        return RedirectResponse("/desk/documents", 303)

    async def _change(self, work: Any, *given: Any) -> Any:
        try:
            done = await asyncio.to_thread(work, *given)
            await self._judgement.look_again()
        except (DocumentError, OSError) as error:
            raise MessageError(trouble(error)) from error
        return done


def _newest_first(document: Document) -> tuple[int, str]:
    return (-(document.issued_on.toordinal() if document.issued_on else 0), document.key)
