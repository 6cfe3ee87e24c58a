"""What the answers teach: questions that were refused or answered badly, and the proposals made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from bot.answers.outcome import citation, title
from bot.channels.desk.access import Access, DeskForm, actor, number
from bot.channels.desk.choosing import Choice, choices, find, is_passage, preselected
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages
from bot.channels.desk.showing import REASONS, REFUSALS, address
from bot.channels.desk.words import CHANNELS, DECISIONS, MASKED, ORIGINS
from bot.errors import ConflictError, MessageError
from bot.helpdesk.audit import note
from bot.helpdesk.proposals import Lesson, Lessons, Proposal, Proposals
from bot.mailbox.state import State
from bot.text.clean import MAX_LENGTH, clean
from bot.text.mask import mask
from bot.text.script import simplify

AT_MOST_SHOWN = 30
"""Lessons of a kind, and decisions, that the page shows."""
CANDIDATES = 3
WORTH_OFFERING = 0.02
"""The least probability of a passage that is offered unasked."""
GONE = "这些问题已经有人处理过了。"


class ProposalForm(DeskForm):
    """What is proposed: a passage, or that it is not ours, for a reason; or that there is nothing to learn."""

    verdict = SelectField(choices=["passage", "reason", "dismiss"])
    passage = RadioField(validators=[Optional()], validate_choice=False)
    reason = SelectField(choices=list(REFUSALS.items()), validate_choice=False)


class LessonForm(ProposalForm):
    """The same, for questions that people asked; a question is named by its origin and number."""

    lessons = SelectMultipleField(validate_choice=False)


class OwnForm(ProposalForm):
    """The same, for a question of the clerk's own."""

    question = TextAreaField(validators=[InputRequired(), Length(max=MAX_LENGTH)])


class TeachingPages:
    """The pages at /desk/teaching."""

    def __init__(self, state: State, access: Access, pages: Pages, judgement: Judgement) -> None:
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._proposals = Proposals(state)

    def routes(self) -> list[Route]:
        """The pages, and what their buttons post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/teaching", self._overview),
            page("/teaching/lesson", self._lesson),
            page("/teaching/lesson", self._propose, methods=post),
            page("/teaching/new", self._new),
            page("/teaching/new", self._propose_own, methods=post),
            page("/teaching/passages", self._passages),
            page("/teaching/{number:int}/accept", self._accept, "reviewer", post),
            page("/teaching/{number:int}/reject", self._reject, "reviewer", post),
            page("/teaching/{number:int}/undo", self._undo, "reviewer", post),
        ]

    async def _overview(self, request: Request) -> Response:
        lessons = await self._proposals.lessons()
        fields = {
            "section": "teaching",
            "open": [self._shown(entry) for entry in await self._proposals.open()],
            "down": lessons.down[:AT_MOST_SHOWN],
            "more_down": len(lessons.down[AT_MOST_SHOWN:]),
            "refused": lessons.refused[:AT_MOST_SHOWN],
            "more_refused": len(lessons.refused[AT_MOST_SHOWN:]),
            "decided": [self._shown(entry) for entry in await self._proposals.decided(AT_MOST_SHOWN)],
            "name_of": name_of,
            "origins": ORIGINS,
            "decisions": DECISIONS,
            "channels": CHANNELS,
        }
        return self._pages.render(request, "teaching.html", fields)

    async def _lesson(self, request: Request) -> Response:
        name, query = request.query_params.get("of", ""), request.query_params.get("q", "")
        alike = _distinct(_alike(await self._proposals.lessons(), name))
        await note(self._state, actor(request), "saw", alike[0][0].origin_id)
        fields = {
            "name": name,
            "lessons": alike,
            "name_of": name_of,
            "channels": CHANNELS,
            **await self._form(query, alike[0][0].question),
        }
        return self._pages.render(request, "teaching_lesson.html", fields)

    async def _new(self, request: Request) -> Response:
        asked, passage = request.query_params.get("question", ""), request.query_params.get("passage", "")
        return await self._own(request, asked, passage)

    async def _own(self, request: Request, asked: str, passage: str, warning: str = "") -> Response:
        """The page for a question of the clerk's own."""
        fields = {
            "question": asked[:MAX_LENGTH],
            "longest": MAX_LENGTH,
            "passage": passage,
            "warning": warning,
            **await self._form(request.query_params.get("q", ""), asked, passage),
        }
        return self._pages.render(request, "teaching_new.html", fields, status=400 if warning else 200)

    async def _form(self, query: str, question: str, passage: str = "") -> dict[str, Any]:
        """What the forms have to choose from."""
        found = await self._found(query, question, passage)
        chosen = preselected(found, passage, query)
        return {"section": "teaching", "query": query, "found": found, "chosen": chosen, "reasons": REFUSALS}

    async def _found(self, query: str, question: str, passage: str = "") -> Sequence[Choice]:
        """What a look-up finds for `query`; without one, `passage` and what the assistant would give for `question`."""
        if query:
            return await find(query, self._judgement)
        understood = await self._judgement.understand(question) if question else None
        candidates = understood.candidates[:CANDIDATES] if understood else ()
        likely = [(entry.passage, entry.probability) for entry in candidates if entry.probability >= WORTH_OFFERING]
        first: list[tuple[str, float | None]] = [(passage, None)] if passage else []
        return choices([*first, *likely], self._judgement.store)

    async def _passages(self, request: Request) -> Response:
        query, question = request.query_params.get("q", ""), request.query_params.get("question", "")
        passage = request.query_params.get("passage", "")
        found = await self._found(query, question, passage)
        fields = {"found": found, "query": query, "chosen": preselected(found, passage, query)}
        return self._pages.render(request, "handover_passages.html", fields)

    async def _propose(self, request: Request) -> Response:
        form = await self._access.form(request, LessonForm)
        if not form.lessons.data:
            raise MessageError("请先在左边勾上要一起处理的问题。")
        everything = _all(await self._proposals.lessons())
        chosen = {simplify(lesson.question) for lesson in everything if name_of(lesson) in form.lessons.data}
        if not chosen:
            raise ConflictError(GONE)
        verdict = None if form.verdict.data == "dismiss" else self._verdict(form)
        by = actor(request)
        for question in chosen:
            first, *again = [lesson for lesson in everything if simplify(lesson.question) == question]
            if verdict:
                where = first.channel, first.conversation
                await self._proposals.propose(first.origin, first.origin_id, first.question, *verdict, by, *where)
            for lesson in again if verdict else (first, *again):  # asked again, it teaches nothing more
                await self._proposals.dismiss(lesson, by)
        return _back()

    async def _propose_own(self, request: Request) -> Response:
        form = await self._access.form(request, OwnForm)
        question = clean(form.question.data)
        if (masked := mask(question)) != question:
            return await self._own(request, masked, str(form.passage.data or ""), MASKED)
        await self._proposals.propose("own", "", question, *self._verdict(form), actor(request))
        return _back()

    def _verdict(self, form: ProposalForm) -> tuple[str, str]:
        """The passage or the reason that is proposed."""
        if form.verdict.data == "reason":
            return "", str(form.reason.data)
        passage = str(form.passage.data or "")
        if form.verdict.data != "passage" or not is_passage(passage, self._judgement.store):
            raise MessageError("请先选一句原文。")
        return passage, ""

    async def _accept(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._proposals.accept(number(request), actor(request))
        return _back()

    async def _reject(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._proposals.reject(number(request), actor(request))
        return _back()

    async def _undo(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._proposals.undo(number(request), actor(request))
        return _back()

    def _shown(self, entry: Proposal) -> dict[str, Any]:
        """A proposal, with the words of its passage."""
        store = self._judgement.store
        if not entry.passage:
            return {"entry": entry, "reason": REASONS.get(entry.reason, entry.reason)}
        if not is_passage(entry.passage, store):  # a document that was replaced since
            return {"entry": entry, "reason": entry.passage}
        clause = store.clause(entry.clause)
        quote = next(passage.text for passage in store.passages(clause.key) if passage.key == entry.passage)
        return {
            "entry": entry,
            "quote": quote,
            "address": address(clause, entry.passage),
            "citation": citation(clause, store),
            "clause": title(clause) if clause.label or clause.annex else citation(clause, store),
        }


def name_of(lesson: Lesson) -> str:
    """How a form names a lesson."""
    return f"{lesson.origin}:{lesson.origin_id}"


def _all(lessons: Lessons) -> list[Lesson]:
    return [*lessons.down, *(lesson for group in lessons.refused for lesson in group.members)]


def _alike(lessons: Lessons, name: str) -> tuple[Lesson, ...]:
    """The lesson of that name with those that are like it. Raises ConflictError where it is gone."""
    groups = [*((lesson,) for lesson in lessons.down), *(group.members for group in lessons.refused)]
    found = next((group for group in groups if name in map(name_of, group)), None)
    if found is None:
        raise ConflictError(GONE)
    return found


def _distinct(lessons: Sequence[Lesson]) -> list[tuple[Lesson, int]]:
    """One lesson for each question, and how often it was asked."""
    times = Counter(simplify(lesson.question) for lesson in lessons)
    first = {simplify(lesson.question): lesson for lesson in reversed(lessons)}
    return [(first[question], number) for question, number in times.items()]


def _back() -> Response:
    return RedirectResponse("/desk/teaching", 303)
