"""Questions handed over: the queue, and the page on which one is answered."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from bot.answers.outcome import citation, in_columns
from bot.channels.desk.access import Access, DeskForm, actor, number
from bot.channels.desk.choosing import Choice, choices, find, is_passage, preselected
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.sending import OWN_WORDS, Draft, Sending, seen
from bot.channels.desk.showing import REFUSALS
from bot.channels.desk.words import CHANGED, CHANNELS, DELIVERIES, MASKED, STAGES
from bot.errors import MessageError
from bot.helpdesk.audit import note
from bot.helpdesk.queue import SAID, Handover, Queue
from bot.helpdesk.staff import Staff
from bot.mailbox.mailbox import exchanges
from bot.mailbox.models import Reply
from bot.mailbox.notices import Notices
from bot.mailbox.state import State
from bot.text.clean import clean
from bot.text.mask import mask

TURNS = 20
"""Messages of the conversation that are shown."""
LONGEST_WORDS = 1000
"""Characters that a clerk may add."""


class SendingForm(DeskForm):
    """Words of the clerk's own; which preview of it the clerk has seen; whether the assistant shall learn it."""

    words = TextAreaField(validators=[Optional(), Length(max=LONGEST_WORDS)])
    seen = StringField(validators=[Optional(), Length(max=64)])
    learn = BooleanField()


class AnswerForm(SendingForm):
    """A passage, and words of the clerk's own."""

    passage = RadioField(validators=[InputRequired()], validate_choice=False)


class RefusalForm(SendingForm):
    """A reason, and words of the clerk's own."""

    reason = SelectField(choices=list(REFUSALS.items()))


class PassOnForm(DeskForm):
    """A colleague."""

    to = SelectField()


@dataclass(frozen=True)
class Written:
    """What a clerk wrote that has not gone out: masked, with a `warning`, or with the `preview` of what the person will read."""

    draft: Draft
    warning: str = ""
    preview: Reply | None = None


class QueuePages:
    """The pages at /desk/queue."""

    def __init__(self, state: State, staff: Staff, access: Access, pages: Pages, judgement: Judgement) -> None:
        self._state, self._staff, self._access, self._pages, self._judgement = state, staff, access, pages, judgement
        self._queue, self._notices, self._sending = Queue(state), Notices(state), Sending(judgement)

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
            page("/queue/{number:int}/refusal", self._refuse, methods=post),
            page("/queue/{number:int}/withdraw", self._withdraw, methods=post),
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

    async def _page(self, request: Request, entry: Handover, written: Written | None = None) -> Response:
        """The page of a question; with what was `written` and has not gone out."""
        query, account = request.query_params.get("q", ""), request.state.account
        colleagues = [a.name for a in await self._staff.all() if a.active and a.name != account.name]
        draft = written.draft if written else Draft("answer")
        found = await self._found(query, entry, draft.passage)
        own = entry.claimed_by == account.name
        fields = {
            **await self._talk(entry),
            "mine": entry.stage == "claimed" and own,
            "mend": entry.stage in SAID and (own or account.may("reviewer")),
            "withdrawal": self._sending.withdrawal(entry).text if entry.stage in SAID else "",
            "colleagues": colleagues,
            "reasons": REFUSALS,
            "query": query,
            "found": found,
            "chosen": preselected(found, draft.passage, query),
            "draft": draft,
            "warning": written.warning if written else "",
            "preview": written.preview if written else None,
            "seen": seen(written.preview) if written and written.preview else "",
            "own_words": OWN_WORDS,
            "given": self._given(entry),
            "longest": LONGEST_WORDS,
        }
        status = 400 if written and not written.preview else 200
        return self._pages.render(request, "handover.html", fields, status=status)

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
        return self._pages.render(request, "handover_passages.html", {"found": found, "query": query, "chosen": ""})

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
        entry = await self._answerable(request)
        if not is_passage(form.passage.data, self._judgement.store):
            raise MessageError("请先选一句原文。")
        return await self._send(request, entry, Draft("answer", form.passage.data, words=_words(form)), form)

    async def _refuse(self, request: Request) -> Response:
        form = await self._access.form(request, RefusalForm)
        entry = await self._answerable(request)
        return await self._send(request, entry, Draft("refusal", reason=form.reason.data, words=_words(form)), form)

    async def _answerable(self, request: Request) -> Handover:
        """The question that a form answers, or answers anew. Raises ConflictError where this clerk may not."""
        return await self._queue.held(number(request), actor(request), _whoever(request))

    async def _send(self, request: Request, entry: Handover, draft: Draft, form: SendingForm) -> Response:
        """Send what was written, where the clerk has seen what the person will read; else show that."""
        if (masked := mask(draft.words)) != draft.words:
            return await self._page(request, entry, Written(replace(draft, words=masked), MASKED))
        reply = await self._sending.composed(entry, draft)
        if form.seen.data != seen(reply):
            return await self._page(request, entry, Written(draft, CHANGED if form.seen.data else "", reply))
        await self._sending.keep(entry, draft)
        by, learn = actor(request), bool(form.learn.data)
        if entry.stage in SAID:
            told = draft.passage, draft.reason, draft.words
            await self._queue.correct(entry.id, *told, reply, by, learn, _whoever(request))
        elif draft.kind == "answer":
            await self._queue.answer(entry.id, draft.passage, draft.words, reply, by, learn)
        else:
            await self._queue.refuse(entry.id, draft.reason, draft.words, reply, by, learn)
        self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    async def _withdraw(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        entry = await self._queue.entry(number(request))
        await self._queue.withdraw(entry.id, self._sending.withdrawal(entry), actor(request), _whoever(request))
        self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    async def _again(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        entry = await self._queue.entry(number(request))
        if await self._notices.again(entry.id):
            await note(self._state, actor(request), "sent again", entry.about)
            self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)


def _words(form: SendingForm) -> str:
    return clean(form.words.data or "")


def _whoever(request: Request) -> bool:
    """Whether this clerk may mend what others answered."""
    return bool(request.state.account.may("reviewer"))


def _back(request: Request, to_queue: bool = True) -> Response:
    """To the queue, or to the question again."""
    return RedirectResponse("/desk/queue" if to_queue else f"/desk/queue/{number(request)}", 303)
