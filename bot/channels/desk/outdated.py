"""Who was told something that no longer holds: what was quoted, what is right today, and telling them so."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from bot.answers.lookup import answer_anew
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome, Say, citation, date_in
from bot.answers.wishes import grant
from bot.channels.desk.access import HIGHEST, Access, DeskForm, actor
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.words import CHANNELS, DELIVERIES, WHY_OUTDATED
from bot.clauses.store import ClauseStore
from bot.errors import ConflictError, MessageError
from bot.helpdesk.audit import record_once
from bot.helpdesk.outdated import Asked, Correcting, Outdated, Quoted, Standing, Why
from bot.mailbox.models import Line, Reply, Voice
from bot.mailbox.notices import Notices
from bot.mailbox.state import State

AT_ONCE = 10
"""Answers on a page: each of their questions is asked anew."""
LATELY = 20
"""Corrections whose delivery is shown."""
QUOTED = 3
"""Words that are quoted again in a notice; of more it is said how many they are."""
ONE_LOOK = 10 * 60.0
"""Seconds for which looking at these pages counts as one look."""
REASONS = {
    "retired": "utter_outdated_retired",
    "replaced": "utter_outdated_replaced",
    "repealed": "utter_outdated_repealed",
    "expired": "utter_outdated_expired",
    "changed": "utter_outdated_changed",
}
"""What is said of why words do not stand any more (helpdesk.outdated)."""
ADDRESS = "/desk/documents/outdated"


class TellForm(DeskForm):
    """The answers whose people are to be told, and the documents that the page was made from."""

    answer = SelectMultipleField(coerce=int, validate_choice=False, validators=[InputRequired()])
    seen = StringField(validators=[InputRequired()])
    first = IntegerField(validators=[Optional(), NumberRange(0, HIGHEST)])


@dataclass(frozen=True)
class Entry:
    """An answer that does not hold any more, what was asked, and what is right `today`: what the assistant answers, or where that is
    nothing (the question leaned on what was said before it) what stands in the place of the words, and then `asked_anew` is false.
    """

    answer: Outdated
    asked: Asked
    today: Outcome | None
    asked_anew: bool = False


class OutdatedPages:
    """The page at /desk/documents/outdated."""

    def __init__(
        self, state: State, access: Access, pages: Pages, judgement: Judgement, correcting: Correcting, timezone: str
    ) -> None:
        """Notices name the day of an answer as it was in `timezone`."""
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._correcting, self._notices, self._zone = correcting, Notices(state), ZoneInfo(timezone)

    def routes(self) -> list[Route]:
        """The page, and what its button posts to."""
        page = self._access.page
        return [
            page("/documents/outdated", self._page, "reviewer"),
            page("/documents/outdated", self._tell, "reviewer", ("POST",)),
        ]

    async def _page(self, request: Request) -> Response:
        by, query = actor(request), request.query_params
        await self._state.run(lambda connection: record_once(connection, by, "saw", "outdated", ONE_LOOK))
        store = self._judgement.store
        found = await self._correcting.find(store, datetime.date.today())
        first = min(_count(query.get("first", "")), max(0, len(found) - 1) // AT_ONCE * AT_ONCE)
        entries = await self._entries(found[first : first + AT_ONCE], store)
        fields = {
            "section": "documents",
            "total": len(found),
            "first": first,
            "at_once": AT_ONCE,
            "groups": [
                (clause, [_shown(entry, store) for entry in inside])
                for clause, inside in groupby(entries, key=lambda entry: entry.answer.quotes[0].citation)
            ],
            "seen": store.fingerprint,
            "told": _count(query.get("told", "")),
            "missed": _count(query.get("missed", "")),
            "corrections": await self._notices.corrections(LATELY),
            "channels": CHANNELS,
            "why": WHY_OUTDATED,
            "delivery_words": DELIVERIES,
        }
        return self._pages.render(request, "documents_outdated.html", fields)

    async def _tell(self, request: Request) -> Response:
        form = await self._access.form(request, TellForm)
        store = self._judgement.store
        if form.seen.data != store.fingerprint:
            raise MessageError("文件刚刚又变了，还没有告诉任何人。请回到上一页重新看一遍。")
        chosen = set(form.answer.data)
        found = await self._correcting.find(store, datetime.date.today())
        entries = await self._entries([answer for answer in found if answer.id in chosen], store)
        told = 0
        for entry in entries:
            if entry.answer.channel not in CHANNELS:
                continue
            memory = entry.today.memory.to_json() if entry.today else None
            try:
                await self._correcting.tell(entry.answer, self._notice(entry), memory, actor(request))
            except ConflictError:
                continue
            told += 1
        for channel in {entry.answer.channel for entry in entries}:
            self._judgement.deliver(channel)
        here = f"&first={form.first.data}" if form.first.data else ""
        return RedirectResponse(f"{ADDRESS}?told={told}&missed={len(chosen) - told}{here}", 303)

    async def _entries(self, answers: Sequence[Outdated], store: ClauseStore) -> list[Entry]:
        """`answers` with what was asked and what is answered today; without those whose person had them deleted."""
        asked = await self._correcting.asked(answers)
        standing = Standing(store, datetime.date.today())
        return [await self._entry(answer, asked[answer.id], standing) for answer in answers if answer.id in asked]

    async def _entry(self, answer: Outdated, asked: Asked, standing: Standing) -> Entry:
        store = standing.store
        question = await self._judgement.understand(asked.question) if asked.question else None
        script, language = asked.voice.script, asked.voice.language
        memory = Memory(script=script, language=language)
        if store and question:
            spoken = dataclasses.replace(question, script=script, language=language)
            if today := answer_anew(spoken, store, memory):
                return Entry(answer, asked, today, True)
        instead = await asyncio.to_thread(standing.instead, answer.quotes[0])
        return Entry(answer, asked, grant(memory, store, "answer", instead.key) if store and instead else None)

    def _notice(self, entry: Entry) -> Reply:
        """What goes to the person: what does not hold any more and why, then what is answered today."""
        voice, today = entry.asked.voice, entry.today
        answer = entry.answer
        day = date_in(datetime.datetime.fromtimestamp(answer.said_at, self._zone).date(), voice.language)
        fields = {"day": day, "question": entry.asked.question}
        says = [Say("utter_outdated" if entry.asked.question else "utter_outdated_unnamed", fields)]
        for why, quotes in groupby(answer.quotes[:QUOTED], key=lambda quoted: quoted.why):
            says += [_quoted(quoted) for quoted in quotes]
            says.append(_why(why, voice))
        if len(answer.quotes) > QUOTED:
            says.append(Say("utter_outdated_more", {"count": str(len(answer.quotes) - QUOTED)}))
        now = Say("utter_outdated_now" if entry.asked_anew else "utter_outdated_instead")
        says += [now, *today.says] if today else [Say("utter_outdated_nothing")]
        lines = tuple(Line(say.response, self._judgement.word(say.response, voice, say.fields)) for say in says)
        return Reply(lines, {**(today.custom if today else _nothing(voice)), "corrects": answer.name})


def _quoted(quoted: Quoted) -> Say:
    fields = {"quote": quoted.quote, "citation": quoted.citation}
    return Say("utter_outdated_listed" if quoted.listed else "utter_outdated_quote", fields)


def _why(why: Why, voice: Voice) -> Say:
    until = date_in(datetime.date.fromisoformat(why.until), voice.language) if why.until else ""
    return Say(REASONS[why.reason], {"by": why.by, "until": until})


def _nothing(voice: Voice) -> dict[str, object]:
    """The machine-readable part where nothing is answered today."""
    return {"kind": "no_answer", "script": voice.script, "language": voice.language, "answers": [], "choices": []}


def _count(text: str) -> int:
    """A number in an address; 0 for what is none."""
    return min(int(text), HIGHEST) if text.isdecimal() else 0


def _shown(entry: Entry, store: ClauseStore) -> dict[str, object]:
    """The fields of an entry of documents_outdated.html."""
    given = entry.today.given if entry.today else ()
    return {
        "answer": entry.answer,
        "question": entry.asked.question,
        "reachable": entry.answer.channel in CHANNELS,
        "today": [(one.quote, citation(one.clause, store)) for one in given[:QUOTED]],
        "asked_anew": entry.asked_anew,
        "more_today": max(0, len(given) - QUOTED),
    }
