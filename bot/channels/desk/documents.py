"""The documents that are answered from: put in, looked at before they are published, and taken out."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from bot.channels.desk.access import Access, DeskForm, actor
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.words import IN_FORCE
from bot.clauses.build import FORMATS
from bot.clauses.folder import KEY, Publishing, key_for
from bot.clauses.models import Document
from bot.errors import DocumentError, MessageError
from bot.helpdesk.audit import note
from bot.helpdesk.outdated import Correcting
from bot.mailbox.state import State
from bot.reading.files import MAX_BYTES
from bot.reading.reading import Reading

AT_MOST = MAX_BYTES + 64 * 1024
"""Bytes of a form with a file: the file, and what stands around it."""
BEGINNING = 40
"""Characters of a clause without a heading that tell which it is."""


class PublishForm(DeskForm):
    """What a draft is to be called."""

    draft = StringField(validators=[InputRequired(), Length(max=40)])
    key = StringField(validators=[InputRequired(), Regexp(rf"{KEY.pattern}$")])
    nicknames = StringField(validators=[Length(max=200)])


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
            page("/documents/read", self._read, "reviewer", post),
            page("/documents/publish", self._publish, "reviewer", post),
            page("/documents/{key}/retire", self._retire, "reviewer", post),
        ]

    async def _overview(self, request: Request) -> Response:
        store, today = self._judgement.store, datetime.date.today()
        held = [
            {
                "document": document,
                "clauses": sum(bool(clause.label) for clause in store.of(document.key).clauses()),
                "in_force": IN_FORCE[document.in_force_on(today)],
            }
            for document in sorted(store.documents(), key=_newest_first)
        ]
        outdated = len(await self._correcting.find(store, today)) if request.state.account.may("reviewer") else 0
        fields = {"section": "documents", "held": held, "formats": ",".join(FORMATS), "outdated": outdated}
        return self._pages.render(request, "documents.html", fields)

    async def _read(self, request: Request) -> Response:
        await self._access.form(request, DeskForm, AT_MOST)
        file = (await request.form()).get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise MessageError("请先选一个文件。")
        draft, reading = await self._kept(file.filename, await file.read())
        return self._pages.render(request, "documents_read.html", {**_shown(reading), "draft": draft})

    async def _kept(self, name: str, content: bytes) -> tuple[str, Reading]:
        """An uploaded file as a draft, and what is understood of it; what cannot be used is told."""
        try:
            draft = await asyncio.to_thread(self._publishing.keep_draft, name, content)
            return draft, await asyncio.to_thread(self._publishing.read_draft, draft)
        except DocumentError as error:
            raise MessageError(str(error).partition("\n")[0]) from error
        except OSError as error:
            raise MessageError("文件夹写不进去，请管理员看一下 RONGCE_DOCUMENTS。") from error

    async def _publish(self, request: Request) -> Response:
        form = await self._access.form(request, PublishForm)
        nicknames = [name for name in str(form.nicknames.data or "").replace("，", "、").split("、") if name.strip()]
        async with self._one_at_a_time:
            await self._change(self._publishing.publish, form.draft.data, form.key.data, nicknames)
        await note(self._state, actor(request), "published", f"document/{form.key.data}")
        return RedirectResponse("/desk/documents", 303)

    async def _retire(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        key = request.path_params["key"]
        async with self._one_at_a_time:
            await self._change(self._publishing.retire, key)
        await note(self._state, actor(request), "retired", f"document/{key}")
        return RedirectResponse("/desk/documents", 303)

    async def _change(self, work: Any, *given: Any) -> None:
        try:
            await asyncio.to_thread(work, *given)
            self._judgement.look_again()
        except DocumentError as error:
            raise MessageError(str(error).partition("\n")[0]) from error
        except OSError as error:
            raise MessageError("文件夹写不进去，请管理员看一下 RONGCE_DOCUMENTS。") from error


def _newest_first(document: Document) -> tuple[int, str]:
    return (-(document.issued_on.toordinal() if document.issued_on else 0), document.key)


def _shown(reading: Reading) -> dict[str, Any]:
    """The fields of documents_read.html."""
    facts = reading.facts
    return {
        "section": "documents",
        "reading": reading,
        "key": key_for(reading),
        "facts": [
            (name, value)
            for name, value in (
                ("文號", facts.number),
                ("標題", facts.title),
                ("發文機關", facts.issuing_office),
                ("成文日期", facts.dated),
                ("施行日期", facts.in_force),
                ("有效期至", facts.valid_until),
                ("廢止或代替", "、".join(m.number or m.title for m in (*facts.replaces, *facts.repeals))),
            )
            if value
        ],
        "clauses": [
            {
                "path": " ".join(clause.path),
                "words": clause.heading or clause.text[:BEGINNING],
                "text": clause.text,
                "units": "、".join(unit.name for unit in clause.units),
                "line": clause.line,
                "held_back": clause.status == "held_back",
            }
            for clause in reading.clauses
        ],
    }
