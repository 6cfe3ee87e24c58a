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
from bot.helpdesk.audit import Actor, note
from bot.helpdesk.looking import look
from bot.helpdesk.notes import notes_of
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
WARNED_BEFORE = 5 * 60.0
"""Seconds before a claim ends from which its clerk is warned."""
TYPED = "x-typed"
"""The header by which a page that refreshes itself tells that somebody is writing in it."""
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


class OwnForm(SendingForm):
    """Words alone, which may end the question."""

    words = TextAreaField(validators=[InputRequired(), Length(max=LONGEST_WORDS)])
    ends = BooleanField()


class WordsForm(DeskForm):
    """Words to the person, or to the other staff."""

    words = TextAreaField(validators=[InputRequired(), Length(max=LONGEST_WORDS)])


class PassOnForm(DeskForm):
    """A colleague, and what they are told."""

    to = SelectField()
    note = TextAreaField(validators=[Optional(), Length(max=LONGEST_WORDS)])


@dataclass(frozen=True)
class Written:
    """What a clerk wrote that has not gone out: masked, with a `warning`, or with the `preview` of what the person will read; `note` is for
    the other staff.
    """

    draft: Draft
    warning: str = ""
    preview: Reply | None = None
    note: str = ""


@dataclass(frozen=True)
class Waits:
    """Minutes of waiting after which the desk warns, and without anything done after which a claim ends (0: never)."""

    late: int
    claim: int


class QueuePages:
    """The pages at /desk/queue."""

    def __init__(
        self, state: State, staff: Staff, access: Access, pages: Pages, judgement: Judgement, waits: Waits
    ) -> None:
        self._state, self._staff, self._access, self._pages, self._judgement = state, staff, access, pages, judgement
        self._waits = waits
        self._queue, self._notices, self._sending = Queue(state), Notices(state), Sending(judgement)

    def routes(self) -> list[Route]:
        """The pages, and what their buttons post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/queue", self._list),
            page("/queue/entries", self._entries),
            page("/queue/badge", self._badge),
            page("/queue/{number:int}", self._one),
            page("/queue/{number:int}/conversation", self._conversation),
            page("/queue/{number:int}/passages", self._passages),
            page("/queue/{number:int}/claim", self._claim, methods=post),
            page("/queue/{number:int}/put-back", self._put_back, methods=post),
            page("/queue/{number:int}/free", self._free, "reviewer", methods=post),
            page("/queue/{number:int}/pass-on", self._pass_on, methods=post),
            page("/queue/{number:int}/answer", self._answer, methods=post),
            page("/queue/{number:int}/refusal", self._refuse, methods=post),
            page("/queue/{number:int}/own", self._own, methods=post),
            page("/queue/{number:int}/ask", self._ask, methods=post),
            page("/queue/{number:int}/looking", self._looking, methods=post),
            page("/queue/{number:int}/note", self._note, methods=post),
            page("/queue/{number:int}/withdraw", self._withdraw, methods=post),
            page("/queue/{number:int}/again", self._again, methods=post),
            page("/queue/{number:int}/{step}", self._to_question),
        ]

    async def _list(self, request: Request) -> Response:
        return self._pages.render(request, "queue.html", await self._standing(actor(request)))

    async def _entries(self, request: Request) -> Response:
        return self._pages.render(request, "queue_entries.html", await self._standing(actor(request)))

    async def _badge(self, request: Request) -> Response:
        """How many wait, and how many of this clerk's own have news; it stands on every page."""
        oldest = await self._queue.oldest()
        fields = {
            "waiting": (await self._queue.standing())["waiting"],
            "late": oldest is not None and time.time() - oldest > self._waits.late * 60,
            "news": len(await self._queue.news_for(actor(request))),
        }
        return self._pages.render(request, "queue_badge.html", fields)

    async def _to_question(self, request: Request) -> Response:
        """Who signs in again after a form was refused comes back to the address that it was sent to."""
        return _back(request, to_queue=False)

    async def _standing(self, by: Actor) -> dict[str, object]:
        """What the queue shows `by`."""
        ended = await self._queue.ended()
        entries, standing = await self._queue.entries(), await self._queue.standing()
        return {
            "entries": entries,
            "unseen": await self._queue.unseen(by),
            "unheard": await self._queue.unheard([entry.id for entry in entries]),
            "standing": standing,
            "left_out": max(0, sum(standing.values()) - len(entries)),
            "ended": ended,
            "deliveries": await self._notices.statuses([entry.id for entry in ended]),
            "now": time.time(),
            "late_after": self._waits.late * 60,
            "stages": STAGES,
            "channels": CHANNELS,
            "delivery_words": DELIVERIES,
        }

    async def _one(self, request: Request) -> Response:
        await self._queue.stir(number(request), actor(request))
        return await self._page(request, await self._queue.look_at(number(request), actor(request)))

    async def _page(self, request: Request, entry: Handover, written: Written | None = None) -> Response:
        """The page of a question; with what was `written` and has not gone out."""
        query, account = request.query_params.get("q", ""), request.state.account
        colleagues = [a.name for a in await self._staff.all() if a.active and a.name != account.name]
        draft = written.draft if written else Draft("answer")
        found = await self._found(query, entry, draft.passage)
        own = entry.claimed_by == account.name
        fields = {
            **await self._talk(entry, account.name),
            "mine": entry.stage == "claimed" and own,
            "mend": entry.stage in SAID and (own or account.may("reviewer")),
            "withdrawal": self._sending.withdrawal(entry).text if entry.stage in SAID else "",
            "colleagues": colleagues,
            "reasons": REFUSALS,
            "query": query,
            "found": found,
            "chosen": preselected(found, draft.passage, query),
            "draft": draft,
            "note": written.note if written else "",
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
        if TYPED in request.headers:
            await self._queue.stir(number(request), actor(request))
        entry = await self._queue.look_on(number(request), actor(request))
        return self._pages.render(request, "handover_talk.html", await self._talk(entry, request.state.account.name))

    async def _talk(self, entry: Handover, who: str) -> dict[str, object]:
        """The conversation around a question with the staff's notes, how its answer fares, and who else has it open beside `who`. What is said
        after the question ended is no affair of the staff's.
        """
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
        talk = [
            *((turn.received_at, "person", turn) for turn in turns),
            *((notice.written_at, "staff", notice) for notice in notices),
            *((note.written_at, "note", note) for note in await notes_of(self._state, entry.id)),
        ]
        return {
            "entry": entry,
            "talk": sorted(talk, key=lambda said: said[0]),
            "others": await look(self._state, entry.id, who),
            "said": [notice for notice in notices if notice.handover == entry.id],
            "now": time.time(),
            "late_after": self._waits.late * 60,
            "ends_in": self._ends_in(entry, who),
            "stages": STAGES,
            "channels": CHANNELS,
            "delivery_words": DELIVERIES,
        }

    def _ends_in(self, entry: Handover, who: str) -> float | None:
        """Seconds until the claim of `who` ends, where that is soon."""
        if entry.stage != "claimed" or entry.claimed_by != who or not self._waits.claim:
            return None
        left = (entry.active_at or entry.claimed_at or 0.0) + self._waits.claim * 60 - time.time()
        return max(0.0, left) if left < min(WARNED_BEFORE, self._waits.claim * 30) else None

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
        told = _words(form.note)
        if (masked := mask(told)) != told:
            entry = await self._queue.entry(number(request))
            return await self._page(request, entry, Written(Draft("answer"), MASKED, note=masked))
        await self._queue.pass_on(number(request), form.to.data, actor(request), told)
        return _back(request)

    async def _answer(self, request: Request) -> Response:
        form = await self._access.form(request, AnswerForm)
        entry = await self._answerable(request)
        if not is_passage(form.passage.data, self._judgement.store):
            raise MessageError("请先选一句原文。")
        return await self._send(request, entry, Draft("answer", form.passage.data, words=_words(form.words)), form)

    async def _refuse(self, request: Request) -> Response:
        form = await self._access.form(request, RefusalForm)
        entry = await self._answerable(request)
        return await self._send(
            request, entry, Draft("refusal", reason=form.reason.data, words=_words(form.words)), form
        )

    async def _own(self, request: Request) -> Response:
        form = await self._access.form(request, OwnForm)
        entry = await self._answerable(request)
        ends = bool(form.ends.data) or entry.stage in SAID
        return await self._send(request, entry, Draft("own", words=_needed(form.words), ends=ends), form)

    async def _ask(self, request: Request) -> Response:
        form = await self._access.form(request, WordsForm)
        entry = await self._queue.held(number(request), actor(request))
        draft = Draft("ask", words=_needed(form.words))
        if (masked := mask(draft.words)) != draft.words:
            return await self._page(request, entry, Written(replace(draft, words=masked), MASKED))
        return await self._said(request, entry, await self._sending.composed(entry, draft), "asked back")

    async def _looking(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        entry = await self._queue.held(number(request), actor(request))
        return await self._said(request, entry, self._sending.looking(entry), "said to be looking")

    async def _said(self, request: Request, entry: Handover, reply: Reply, action: str) -> Response:
        """Say something to the person that does not end the question."""
        await self._queue.say(entry.id, reply, actor(request), action)
        self._judgement.deliver(entry.channel)
        return _back(request, to_queue=False)

    async def _note(self, request: Request) -> Response:
        form = await self._access.form(request, WordsForm)
        words = _needed(form.words)
        if (masked := mask(words)) != words:
            entry = await self._queue.entry(number(request))
            return await self._page(request, entry, Written(Draft("answer"), MASKED, note=masked))
        await self._queue.note(number(request), words, actor(request))
        return _back(request, to_queue=False)

    async def _answerable(self, request: Request) -> Handover:
        """The question that a form answers, or answers anew. Raises ConflictError where this clerk may not."""
        entry = await self._queue.held(number(request), actor(request), _whoever(request))
        await self._queue.stir(entry.id, actor(request))
        return entry

    async def _send(self, request: Request, entry: Handover, draft: Draft, form: SendingForm) -> Response:
        """Send what was written, where the clerk has seen what the person will read; else show that."""
        if (masked := mask(draft.words)) != draft.words:
            return await self._page(request, entry, Written(replace(draft, words=masked), MASKED))
        reply = await self._sending.composed(entry, draft)
        if form.seen.data != seen(reply):
            return await self._page(request, entry, Written(draft, CHANGED if form.seen.data else "", reply))
        if draft.kind == "own" and not draft.ends:
            return await self._said(request, entry, reply, "said")
        await self._sending.keep(entry, draft)
        by, learn = actor(request), bool(form.learn.data)
        if entry.stage in SAID:
            told = draft.passage, draft.reason, draft.words
            await self._queue.correct(entry.id, *told, reply, by, learn, _whoever(request))
        elif draft.kind != "refusal":
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


def _words(field: TextAreaField) -> str:
    return clean(field.data or "")


def _needed(field: TextAreaField) -> str:
    """The words of a field. Raises MessageError where there are none."""
    if not (words := _words(field)):
        raise MessageError("请先写下要说的话。")
    return words


def _whoever(request: Request) -> bool:
    """Whether this clerk may mend what others answered."""
    return bool(request.state.account.may("reviewer"))


def _back(request: Request, to_queue: bool = True) -> Response:
    """To the queue, or to the question again."""
    return RedirectResponse("/desk/queue" if to_queue else f"/desk/queue/{number(request)}", 303)
