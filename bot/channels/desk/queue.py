"""Questions handed over: the queue, and the page on which one is answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from bot.answers.giving import REASONS
from bot.answers.outcome import citation, in_columns
from bot.channels.desk.access import Access, DeskForm, actor, number
from bot.channels.desk.choosing import Choice, choices, find, is_passage
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.showing import REFUSALS
from bot.channels.desk.words import CHANNELS, DELIVERIES, MASKED, STAGES
from bot.errors import MessageError
from bot.helpdesk.audit import note
from bot.helpdesk.queue import Handover, Queue
from bot.helpdesk.staff import Staff
from bot.mailbox.mailbox import exchanges
from bot.mailbox.models import Line, Message, Reply, Wish
from bot.mailbox.notices import Notices, answer_named
from bot.mailbox.state import State
from bot.text.clean import clean
from bot.text.mask import mask

TURNS = 20
"""Messages of the conversation that are shown."""
LONGEST_WORDS = 1000
"""Characters that a clerk may add."""


class AnswerForm(DeskForm):
    """A passage, and words of the clerk's own."""

    passage = RadioField(validators=[InputRequired()], validate_choice=False)
    words = TextAreaField(validators=[Optional(), Length(max=LONGEST_WORDS)])


class RefusalForm(DeskForm):
    """A reason, and words of the clerk's own."""

    reason = SelectField(choices=list(REFUSALS.items()))
    words = TextAreaField(validators=[Optional(), Length(max=LONGEST_WORDS)])


class PassOnForm(DeskForm):
    """A colleague."""

    to = SelectField()


@dataclass(frozen=True)
class Typed:
    """What a clerk chose and typed, masked."""

    passage: str = ""
    answer: str = ""
    reason: str = ""
    refusal: str = ""


class QueuePages:
    """The pages at /desk/queue."""

    def __init__(self, state: State, staff: Staff, access: Access, pages: Pages, judgement: Judgement) -> None:
        self._state, self._staff, self._access, self._pages, self._judgement = state, staff, access, pages, judgement
        self._queue, self._notices = Queue(state), Notices(state)

    def routes(self) -> list[Route]:
        """The pages, and what their buttons post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/queue", self._list),
            page("/queue/entries", self._entries),
            page("/queue/{number:int}", self._one),
            page("/queue/{number:int}/conversation", self._conversation),
            page("/queue/{number:int}/passages", self._passages),
            page("/queue/{number:int}/claim", self._claim, methods=post),
            page("/queue/{number:int}/put-back", self._put_back, methods=post),
            page("/queue/{number:int}/free", self._free, "reviewer", methods=post),
            page("/queue/{number:int}/pass-on", self._pass_on, methods=post),
            page("/queue/{number:int}/answer", self._answer, methods=post),
            page("/queue/{number:int}/refuse", self._refuse, methods=post),
            page("/queue/{number:int}/again", self._again, methods=post),
        ]

    async def _list(self, request: Request) -> Response:
        return self._pages.render(request, "queue.html", await self._standing())

    async def _entries(self, request: Request) -> Response:
        return self._pages.render(request, "queue_entries.html", await self._standing())

    async def _standing(self) -> dict[str, object]:
        """What the queue shows."""
        ended = await self._queue.ended()
        entries, standing = await self._queue.entries(), await self._queue.standing()
        return {
            "entries": entries,
            "standing": standing,
            "left_out": max(0, sum(standing.values()) - len(entries)),
            "ended": ended,
            "deliveries": await self._notices.statuses([entry.id for entry in ended]),
            "now": time.time(),
            "stages": STAGES,
            "channels": CHANNELS,
            "delivery_words": DELIVERIES,
        }

    async def _one(self, request: Request) -> Response:
        return await self._page(request, await self._queue.look_at(number(request), actor(request)))

    async def _page(self, request: Request, entry: Handover, typed: Typed | None = None) -> Response:
        """The page of a question; with what was typed, where it was masked and has not gone out."""
        query = request.query_params.get("q", "")
        colleagues = [a.name for a in await self._staff.all() if a.active and a.name != request.state.account.name]
        fields = {
            **await self._talk(entry),
            "mine": entry.stage == "claimed" and entry.claimed_by == request.state.account.name,
            "colleagues": colleagues,
            "reasons": REFUSALS,
            "query": query,
            "found": await self._found(query, entry, typed.passage if typed else ""),
            "typed": typed or Typed(),
            "warning": MASKED if typed else "",
            "given": self._given(entry),
            "longest": LONGEST_WORDS,
        }
        return self._pages.render(request, "handover.html", fields, status=400 if typed else 200)

    async def _conversation(self, request: Request) -> Response:
        entry = await self._queue.look_on(number(request), actor(request))
        return self._pages.render(request, "handover_talk.html", await self._talk(entry))

    async def _talk(self, entry: Handover) -> dict[str, object]:
        """The conversation around a question, and how its answer fares. What is said after the question ended is no affair of the staff's."""
        until = entry.ended_at
        turns = await self._state.run(
            lambda connection: exchanges(connection, entry.channel, entry.conversation, TURNS, until)
        )
        notices = await self._notices.of(entry.channel, entry.conversation)
        corrected_later = entry.ended_at or float("inf")
        notices = [
            notice
            for notice in notices
            if (notice.written_at <= corrected_later if notice.corrects else notice.handover <= entry.id)
        ]
        talk = [(turn.received_at, turn, None) for turn in turns] + [(said.written_at, None, said) for said in notices]
        return {
            "entry": entry,
            "talk": [(turn, said) for _, turn, said in sorted(talk, key=lambda entry: entry[0])],
            "said": [notice for notice in notices if notice.handover == entry.id],
            "now": time.time(),
            "stages": STAGES,
            "channels": CHANNELS,
            "delivery_words": DELIVERIES,
        }

    async def _passages(self, request: Request) -> Response:
        query = request.query_params.get("q", "")
        entry = await self._queue.entry(number(request))
        found = await self._found(query, entry)
        return self._pages.render(request, "handover_passages.html", {"found": found, "query": query})

    async def _found(self, query: str, entry: Handover, chosen: str = "") -> list[Choice]:
        """What a look-up finds for `query`; without one, the passage that is `chosen` and what the assistant would have given."""
        if query:
            return await find(query, self._judgement)
        first: list[tuple[str, float | None]] = [(chosen, None)] if chosen else []
        return choices([*first, *entry.candidates], self._judgement.store)

    def _given(self, entry: Handover) -> dict[str, str] | None:
        """The passage that a question was answered with."""
        if not is_passage(entry.passage, self._judgement.store):  # none, or one of a document that was replaced since
            return None
        passage = self._judgement.store.passage(entry.passage)
        clause = self._judgement.store.clause(passage.clause_key)
        return {
            "clause": clause.key,
            "columns": in_columns(passage.table_head),
            "quote": in_columns(passage.text),
            "citation": citation(clause, self._judgement.store),
        }

    async def _claim(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._queue.claim(number(request), actor(request))
        return _back(request, to_queue=False)

    async def _put_back(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._queue.put_back(number(request), actor(request))
        return _back(request)

    async def _free(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._queue.free(number(request), actor(request))
        return _back(request, to_queue=False)

    async def _pass_on(self, request: Request) -> Response:
        names = [(account.name, account.name) for account in await self._staff.all()]
        form = await self._access.form(request, PassOnForm, to=names)
        await self._queue.pass_on(number(request), form.to.data, actor(request))
        return _back(request)

    async def _answer(self, request: Request) -> Response:
        form = await self._access.form(request, AnswerForm)
        entry = await self._queue.held(
            number(request), actor(request)
        )  # to give changes what the conversation is about
        passage, words = form.passage.data, clean(form.words.data or "")
        if not is_passage(passage, self._judgement.store):
            raise MessageError("请先选一句原文。")
        if (masked := mask(words)) != words:
            return await self._page(request, entry, Typed(passage, answer=masked))
        about = Message(entry.channel, entry.conversation, answer_named(entry.id), entry.question, entry.voice)
        answer = await self._judgement.give(about, Wish("answer", passage))
        reply = self._from_staff(entry, answer.lines, words, answer.custom)
        await self._queue.answer(entry.id, passage, words, reply, actor(request))
        self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    async def _refuse(self, request: Request) -> Response:
        form = await self._access.form(request, RefusalForm)
        entry = await self._queue.held(number(request), actor(request))
        reason, words = form.reason.data, clean(form.words.data or "")
        if (masked := mask(words)) != words:
            return await self._page(request, entry, Typed(reason=reason, refusal=masked))
        response = f"utter_no_{reason}"
        line = Line(response, self._judgement.word(response, entry.voice))
        custom = {"kind": "no_answer", "script": entry.voice.script, "language": entry.voice.language}
        custom["reason"] = REASONS[reason]
        reply = self._from_staff(entry, (line,), words, {**custom, "answers": [], "choices": []})
        await self._queue.refuse(entry.id, reason, words, reply, actor(request))
        self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    async def _again(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        entry = await self._queue.entry(number(request))
        if await self._notices.again(entry.id):
            await note(self._state, actor(request), "sent again", entry.about)
            self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    def _from_staff(self, entry: Handover, lines: Sequence[Line], words: str, custom: dict[str, object]) -> Reply:
        """What goes to the person: that it comes from a person, the answer, and the clerk's own words, marked as such."""
        fields = {"question": entry.question}
        response = "utter_from_staff" if entry.question else "utter_from_staff_unnamed"
        first = Line(response, self._judgement.word(response, entry.voice, fields))
        own = (Line("utter_staff_words", self._judgement.word("utter_staff_words", entry.voice, {"words": words})),)
        return Reply((first, *lines, *(own if words else ())), {**custom, "handover": "ended"})


def _back(request: Request, to_queue: bool = True) -> Response:
    """To the queue, or to the question again."""
    return RedirectResponse("/desk/queue" if to_queue else f"/desk/queue/{number(request)}", 303)
