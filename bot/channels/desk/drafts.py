"""A document before it is published: what was understood of its file, what a reviewer confirms, and questions tried against it."""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from bot.channels.desk.access import Access, DeskForm, actor
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages, worded
from bot.channels.desk.showing import GROUPS
from bot.channels.desk.words import MASKED, OUTCOMES, TROUBLES
from bot.clauses.confirmed import DAYS, Confirmed
from bot.clauses.folder import Publishing, Units, key_for
from bot.clauses.models import Department
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError, MessageError
from bot.helpdesk.audit import note
from bot.mailbox.models import Reply
from bot.mailbox.state import State
from bot.reading.files import MAX_BYTES
from bot.reading.lines import bare
from bot.reading.reading import Mention, Reading
from bot.text.clean import MAX_LENGTH
from bot.text.mask import mask

AT_MOST = MAX_BYTES + 64 * 1024
"""Bytes of a form with a file: the file, and what stands around it."""
AT_MOST_TYPED = 512 * 1024
"""Bytes of a form with everything that can be confirmed of a document: a repeal may name hundreds."""
AT_MOST_TRIED = 6
"""Questions that are tried again with each new one; older ones are let go."""
BEGINNING = 40
"""Characters of a clause without a heading that tell which it is."""
FIRST_YEAR, LAST_YEAR = 1949, 2199
DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
NAMING = ("nicknames", "full-", "short-")
"""What the fields begin with that hold names; dates and documents' numbers are no personal data."""
CHECKED = "checked"
"""What is sent for a box that is ticked."""

logger = logging.getLogger(__name__)


class DraftForm(DeskForm):
    """A draft; what is typed besides depends on what was read."""

    draft = StringField(validators=[InputRequired(), Length(max=40)])


@dataclass(frozen=True)
class Typed:
    """What a reviewer typed, by the names of the page's fields; nothing on the page's first show."""

    fields: Mapping[str, str]
    asked: tuple[str, ...] = ()
    """The questions that were tried, the newest first."""
    masked: bool = False
    """Whether something that looks like personal data was taken out of it."""

    def value(self, name: str, before: str) -> str:
        """What was typed into a field; what stands there `before`, where nobody has seen it."""
        return self.fields.get(name, before)

    def is_checked(self, name: str) -> bool:
        """Whether the box beside a field is ticked."""
        return self.fields.get(f"{name}-{CHECKED}") == CHECKED

    def is_confirmed(self, name: str, before: str) -> bool:
        """Whether somebody stands for a field: ticked it, or wrote another value there."""
        return self.is_checked(name) or self.value(name, before).strip() != before

    @property
    def nicknames(self) -> list[str]:
        """What people call the document."""
        return _names(self.value("nicknames", ""))


class DraftPages:
    """The pages at /desk/documents/read, /try and /publish."""

    def __init__(
        self, state: State, access: Access, pages: Pages, judgement: Judgement, publishing: Publishing
    ) -> None:
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._publishing = publishing

    def routes(self) -> list[Route]:
        """What the form of a file and that of a draft post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/documents/read", self._read, "reviewer", post),
            page("/documents/try", self._try, "reviewer", post),
            page("/documents/publish", self._publish, "reviewer", post),
        ]

    async def _read(self, request: Request) -> Response:
        await self._access.form(request, DeskForm, AT_MOST)
        file = (await request.form()).get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise MessageError("请先选一个文件。")
        try:
            draft = await asyncio.to_thread(self._publishing.keep_draft, file.filename, await file.read())
            return await self._page(request, draft, Typed({}))
        except (DocumentError, OSError) as error:
            raise MessageError(trouble(error)) from error

    async def _try(self, request: Request) -> Response:
        draft, typed = await self._typed(request)
        return await self._page(request, draft, typed, _masked(typed))

    async def _publish(self, request: Request) -> Response:
        draft, typed = await self._typed(request)
        reading, units = await self._draft(draft)
        confirmed, troubles = confirmed_in(typed, reading, units)
        troubles += _masked(typed)
        key, instead = typed.value("key", "").strip(), typed.is_checked("instead")
        replaced = instead and key in {document.key for document in self._judgement.store.documents()}
        if troubles:
            return await self._page(request, draft, typed, troubles)
        try:
            await asyncio.to_thread(self._publishing.publish, draft, key, typed.nicknames, confirmed, instead)
            await self._judgement.look_again()
        except (DocumentError, OSError) as error:
            return await self._page(request, draft, typed, [trouble(error)])
        done = ["replaced" if replaced else "published"]
        done += ["confirmed dates"] if confirmed.names else []
        done += ["confirmed units"] if confirmed.departments else []
        for action in done:
            await note(self._state, actor(request), action, f"document/{key}")
        return RedirectResponse("/desk/documents", 303)

    async def _typed(self, request: Request) -> tuple[str, Typed]:
        """Which draft it is about, and what was typed."""
        form = await self._access.form(request, DraftForm, AT_MOST_TYPED)
        sent: FormData = await request.form()
        fields = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        named = {name: mask(value) for name, value in fields.items() if name.startswith(NAMING)}
        asked = [str(text).strip() for text in (sent.get("question", ""), *sent.getlist("asked"))]
        masked = [mask(text) for text in asked]
        changed = masked != asked or any(fields[name] != value for name, value in named.items())
        tried = tuple(dict.fromkeys(filter(None, masked)))[:AT_MOST_TRIED]
        return str(form.draft.data), Typed({**fields, **named}, tried, changed)

    async def _draft(self, draft: str) -> tuple[Reading, Units]:
        """What is understood of a draft. Raises MessageError where it is not kept any more."""
        try:
            reading = await asyncio.to_thread(self._publishing.read_draft, draft)
            return reading, await asyncio.to_thread(self._publishing.units_of, reading)
        except DocumentError as error:
            raise MessageError(trouble(error)) from error

    async def _page(self, request: Request, draft: str, typed: Typed, troubles: list[str] | None = None) -> Response:
        """The page of a draft, with everything that was typed, what is the matter with it, and the answers to what was asked."""
        reading, units = await self._draft(draft)
        confirmed, found = confirmed_in(typed, reading, units)
        troubles = troubles or (found if typed.fields else [])
        key = typed.value("key", key_for(reading)).strip()
        held = next((document for document in self._judgement.store.documents() if document.key == key), None)
        lost = await asyncio.to_thread(self._lost, draft, key) if held else []
        tried: list[dict[str, Any]] = []
        if typed.asked and not troubles:
            instead = typed.is_checked("instead")
            try:
                store, key_there = await asyncio.to_thread(
                    self._publishing.try_out, draft, key, typed.nicknames, confirmed, instead
                )
                tried = [await self._tried(text, store, key_there) for text in typed.asked]
            except (DocumentError, OSError) as error:
                troubles = [trouble(error)]
        fields = {
            **_shown(reading, units, typed),
            "draft": draft,
            "key": key,
            "held": held,
            "lost": lost,
            "nicknames": typed.value("nicknames", "、".join(held.nicknames) if held else ""),
            "troubles": troubles,
            "trying": request.url.path.endswith("/try"),
            "tried": tried or [{"question": text} for text in typed.asked],
            "longest": MAX_LENGTH,
        }
        return self._pages.render(request, "draft.html", fields, status=400 if troubles else 200)

    def _lost(self, draft: str, key: str) -> list[tuple[str, str]]:
        """The labels of the document `key` that a draft would not keep in its place: of which group, which clauses; "" for the binding."""
        try:
            found = self._publishing.carried_over(draft, key)
        except DocumentError as error:  # told where it is published
            logger.warning("what a new version of %s would lose cannot be told: %s", key, error)
            return []
        lost = [(GROUPS.get(group, group), "、".join(clauses)) for group, clauses in found.lost_audiences.items()]
        return [*lost, *([("", "")] if found.lost_binding else [])]

    async def _tried(self, text: str, store: ClauseStore, key: str) -> dict[str, Any]:
        """A question, and what would be said to it."""
        reply = await self._judgement.try_out(text, store)
        await asyncio.sleep(0)  # understanding takes the server's own thread: whoever asks meanwhile comes first
        return {"question": text, "answer": [line.text for line in reply.lines], **_origin(reply, store, key)}


def trouble(error: DocumentError | OSError) -> str:
    """What a clerk is told of something that went wrong with the documents, in Simplified as all errors are: no path, no English."""
    if isinstance(error, OSError):
        logger.error("the folder of documents cannot be used: %s", error)
        return worded(TROUBLES["folder"], "hans")
    if error.reason not in TROUBLES:
        logger.error("not worded for the desk: %s", error)
    return worded(TROUBLES.get(error.reason, TROUBLES[""]), "hans").format(about=error.about)


def _masked(typed: Typed) -> list[str]:
    return [worded(MASKED, "hans")] if typed.masked else []


def confirmed_in(typed: Typed, reading: Reading, units: Units) -> tuple[Confirmed, list[str]]:
    """What of a draft is confirmed by what was typed, and what is the matter with that."""
    troubles: list[str] = []
    days: dict[str, date | None] = {}
    of_text = {"since": reading.facts.in_force, "until": reading.facts.valid_until}
    for name in DAYS:
        before = _iso(of_text[name])
        if typed.is_confirmed(name, before):
            try:
                days[name] = _day(typed.value(name, before))
            except ValueError:
                wrong = worded(TROUBLES["no day"], "hans")
                troubles.append(wrong.format(about=typed.value(name, before).strip()))
    since, until = (days.get(name, of_text[name]) for name in DAYS)
    if not troubles and days and since and until and until < since:
        troubles.append(worded(TROUBLES["ends before"], "hans").format(about=f"{until} < {since}"))
    return Confirmed(days, _replaced(typed, reading), tuple(_units(typed, units))), troubles


def _replaced(typed: Typed, reading: Reading) -> tuple[tuple[str, str], ...] | None:
    """The documents that it replaces or repeals, where somebody looked at any of them."""
    mentions = _mentions(reading)
    more = bare(typed.value("replaces-more", ""))
    looked = [typed.is_confirmed(f"replaces-{n}", mention.number or "") for n, mention in enumerate(mentions)]
    if not (any(looked) or more):
        return None
    numbers = [bare(typed.value(f"replaces-{n}", m.number or "")) for n, m in enumerate(mentions)]
    found = [(number, mention.title) for number, mention in zip(numbers, mentions, strict=True) if number]
    return (*found, *([(more, "")] if more else []))


def _units(typed: Typed, units: Units) -> list[Department]:
    """The new units that somebody stands for."""
    found = []
    for unit, _ in units.new:
        full, short = f"full-{unit.name}", f"short-{unit.name}"
        before = "、".join(unit.aliases)
        if typed.is_confirmed(full, unit.full_name) or typed.is_confirmed(short, before):
            names = _names(typed.value(short, before))
            full_name = typed.value(full, unit.full_name).strip() or unit.name
            found.append(Department(unit.name, full_name, tuple(n for n in names if n != unit.name)))
    return found


def _names(text: str) -> list[str]:
    """Names that are parted by 、 or a comma."""
    return list(dict.fromkeys(name.strip() for name in re.split("[、，,;；]", text) if name.strip()))


def _day(text: str) -> date | None:
    """A day as people write it (2023-06-01, 2023年6月1日); None for nothing. Raises ValueError for what is none."""
    written = bare(unicodedata.normalize("NFKC", text))
    match = DAY.fullmatch(written)
    if not written:
        return None
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(f"{text!r} is no day.")
    return date(int(match[1]), int(match[2]), int(match[3]))


def _mentions(reading: Reading) -> tuple[Mention, ...]:
    return (*reading.facts.replaces, *reading.facts.repeals)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _origin(reply: Reply, store: ClauseStore, key: str) -> dict[str, Any]:
    """What sort of reply it is, and from which documents: the draft, and what other ones are called."""
    keys = list(dict.fromkeys(answer["document"]["key"] for answer in reply.custom.get("answers", ())))
    others = [store.document(other) for other in keys if other != key]
    return {
        "kind": OUTCOMES[reply.custom["kind"]],
        "from_draft": key in keys,
        "others": [document.number or f"《{document.title}》" for document in others],
    }


def _shown(reading: Reading, units: Units, typed: Typed) -> dict[str, Any]:
    """The fields of draft.html that tell what was read and what is typed."""
    facts = reading.facts
    return {
        "section": "documents",
        "reading": reading,
        "typed": typed,
        "facts": [
            (name, value)
            for name, value in (
                ("文號", facts.number),
                ("標題", facts.title),
                ("發文機關", facts.issuing_office),
                ("成文日期", facts.dated),
            )
            if value
        ],
        "days": [
            {
                "name": name,
                "title": title,
                "value": typed.value(name, _iso(day)),
                "checked": typed.is_checked(name),
            }
            for name, title, day in (("since", "施行日期", facts.in_force), ("until", "有效期至", facts.valid_until))
        ],
        "ended": [
            {
                "name": f"replaces-{number}",
                "title": mention.title,
                "value": typed.value(f"replaces-{number}", mention.number or ""),
                "checked": typed.is_checked(f"replaces-{number}"),
            }
            for number, mention in enumerate(_mentions(reading))
        ],
        "more_ended": typed.value("replaces-more", ""),
        "units_by_rule": [
            (unit.name, "、".join(alias for alias in unit.aliases if not alias.isascii())) for unit in units.by_rule
        ],
        "units": [
            {
                "name": unit.name,
                "clauses": " ".join(clauses),
                "full": typed.value(f"full-{unit.name}", unit.full_name),
                "short": typed.value(f"short-{unit.name}", "、".join(unit.aliases)),
                "checked": typed.is_checked(f"full-{unit.name}"),
            }
            for unit, clauses in units.new
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
