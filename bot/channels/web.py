"""The chat page at / and what it talks to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.answers.outcome import name_of
from bot.channels.both_scripts import address, in_both, shown
from bot.channels.limits import (
    AT_MOST_DOCUMENTS,
    Mailbox,
    Narrowing,
    Rates,
    Refused,
    document_keys,
    guarded,
    json_object,
    kept_name,
    not_held,
    number_of,
    policy,
    text_field,
)
from bot.channels.suggestions import LONGEST_TYPED, suggested
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.errors import ClauseDatabaseError
from bot.helpdesk.queue import Queue
from bot.mailbox.models import Message
from bot.mailbox.notices import Notice, Notices
from bot.mailbox.people import REASONS, Opinion, People
from bot.mailbox.state import State

PAGE = Path(__file__).with_name("web_page")
CHANNEL = "web"
"""The channel's name in the mailbox."""
COOKIE = "conversation"
A_YEAR = 365 * 24 * 3600


def routes(
    mailbox: Mailbox,
    narrowing: Narrowing,
    state: State,
    model: Callable[[], str],
    rates: Rates | None = None,
    sites: Sequence[str] = (),
) -> list[Route | Mount]:
    """The page, its files, its messages, and what staff say there, which `state` keeps; `model` names the one that answers, `rates`
    say how many messages are taken. A conversation is named by an unguessable cookie that scripts cannot read. The page may stand in a
    frame of `sites`.
    """
    said, queue, people = Notices(state), Queue(state), People(state)

    async def page(request: Request) -> Response:
        headers = {"cache-control": "no-cache", "content-security-policy": policy(sites).decode()}
        response = FileResponse(PAGE / "index.html", headers=headers)
        if not _is_conversation(
            request.cookies.get(COOKIE, "")
        ):  # one of another form would be refused at each message
            _begin(response, request)
        return response

    async def send(request: Request) -> Response:
        conversation = _conversation(request)
        if rates:
            rates.check(request, conversation)
        body = await json_object(request)
        name, text = text_field(body, "id", 64), text_field(body, "text")
        replied = text_field(body, "in_reply_to", 64) if "in_reply_to" in body else ""
        message_id, in_reply_to = kept_name(name, conversation), kept_name(replied, conversation)
        message = Message(CHANNEL, conversation, message_id, text, in_reply_to=in_reply_to)
        return JSONResponse({"id": name, "reply": shown(await mailbox.ask(message), text, held())})

    async def history(request: Request) -> Response:
        conversation = _conversation(request)
        exchanges, verdicts = await mailbox.history(CHANNEL, conversation), await people.verdicts(CHANNEL, conversation)
        said_before = [
            {
                "id": exchange.message.id,
                "text": exchange.message.text,
                "in_reply_to": exchange.message.in_reply_to,
                "received_at": exchange.received_at,
                "verdict": verdicts.get(exchange.message.id, (None,))[0],
                "reply": shown(exchange.reply, exchange.message.text, held()) if exchange.reply else None,
            }
            for exchange in exchanges
        ]
        since = exchanges[0].received_at if exchanges else 0.0
        return JSONResponse({"messages": said_before, **await standing(conversation, since=since)})

    async def notices(request: Request) -> Response:
        return JSONResponse(await standing(_conversation(request), number_of(request, "after") or 0))

    async def standing(conversation: str, after: int = 0, since: float = 0.0) -> dict[str, Any]:
        """How it stands with what was handed over, and what staff said after notice `after`; what was delivered before `since` is left
        out. It counts as delivered from now on.
        """
        open_one = await queue.open_of(CHANNEL, conversation)
        given = [
            notice
            for notice in await said.of(CHANNEL, conversation, after)
            if notice.status != "delivered" or notice.written_at >= since
        ]
        await said.delivered(*(notice.id for notice in given))
        told = [_told(notice, held()) for notice in given]
        return {"handover": open_one.stage if open_one else None, "notices": told}

    def held() -> ClauseStore | None:
        """What is held; None where that cannot be read, and what was said before is shown all the same."""
        try:
            return narrowing.store
        except ClauseDatabaseError:
            return None

    async def about(_: Request) -> Response:
        """What is answered from: how many documents, and which of the home city's is the newest."""
        documents, newest = narrowing.store.documents(), narrowing.store.document()
        return JSONResponse(
            {
                "documents": len(documents),
                "newest": in_both(newest.number or f"《{newest.title}》"),
                "issued_on": newest.issued_on and newest.issued_on.isoformat(),
                "address": address(newest.key),
            }
        )

    async def opinion(request: Request) -> Response:
        body, conversation = await json_object(request), _conversation(request)
        about, verdict = kept_name(text_field(body, "id", 64), conversation), text_field(body, "verdict", 4)
        if verdict not in ("up", "down"):
            raise Refused(400, f"'verdict' must be up or down; it is {verdict!r}.")
        reason = text_field(body, "reason", 64) if "reason" in body else ""
        if reason and (verdict != "down" or reason not in REASONS):
            raise Refused(
                400, f"'reason' must be one of {', '.join(REASONS)}, with the verdict down; it is {reason!r}."
            )
        exchange = await mailbox.exchange(CHANNEL, conversation, about)
        if exchange is None or exchange.reply is None:
            raise Refused(404, "There is no such answer in this conversation.")
        text, reply = exchange.message.text, exchange.reply
        answers = reply.custom.get("answers", ())
        given = ",".join(dict.fromkeys(answer["key"] for answer in answers if "key" in answer))  # old ones have none
        await people.keep_opinion(
            Opinion(CHANNEL, conversation, about, verdict, reason, text, reply.text, given[:64], model())
        )
        return JSONResponse({"kept": True})

    async def suggestions(request: Request) -> Response:
        """Questions and clauses that begin as somebody types, of the documents that the address names."""
        typed = request.query_params.get("q", "")[:LONGEST_TYPED]
        keys = [
            key for key in request.query_params.getlist("d")[:AT_MOST_DOCUMENTS] if narrowing.store.holds_document(key)
        ]
        return JSONResponse(suggested(typed, narrowing.store.of(*keys) if keys else narrowing.store))

    async def within(request: Request) -> Response:
        """What the conversation is narrowed to; what it shall be narrowed to, where a body says so."""
        conversation = Message(CHANNEL, _conversation(request), "", "")
        if request.method == "GET":
            return JSONResponse(_within(await narrowing.narrowed(conversation)))
        keys = document_keys(await json_object(request))
        narrowed = await narrowing.narrow(conversation, keys)
        return JSONResponse(_within(narrowed, not_held(keys, narrowing.store)))

    async def forget(request: Request) -> Response:
        return JSONResponse({"deleted": await mailbox.forget(CHANNEL, _conversation(request))})

    return [
        Route("/", page),
        Route("/chat/messages", guarded(send), methods=["POST"]),
        Route("/chat/history", guarded(history), methods=["GET"]),
        Route("/chat/history", guarded(forget), methods=["DELETE"]),
        Route("/chat/opinions", guarded(opinion), methods=["POST"]),
        Route("/chat/documents", guarded(within), methods=["GET", "PUT"]),
        Route("/chat/notices", guarded(notices), methods=["GET"]),
        Route("/chat/suggestions", guarded(suggestions), methods=["GET"]),
        Route("/chat/about", guarded(about), methods=["GET"]),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]


def _conversation(request: Request) -> str:
    conversation = request.cookies.get(COOKIE, "")
    if not _is_conversation(conversation):
        raise Refused(400, "The conversation's cookie is missing; open the page first.")
    return kept_name(conversation, "")  # ours is no number of anybody's; what a client made up may be


def _is_conversation(name: str) -> bool:
    return 16 <= len(name) <= 64 and name.isascii() and name.isprintable()


def _begin(response: Response, request: Request) -> None:
    """Let a conversation begin, by a cookie. In a frame of another site browsers keep only one that says it is for there alone."""
    framed = request.headers.get("sec-fetch-dest") == "iframe" and request.headers.get("sec-fetch-site") == "cross-site"
    response.set_cookie(
        COOKIE,
        secrets.token_urlsafe(24),
        max_age=A_YEAR,
        httponly=True,
        samesite="none"
        if framed
        else "lax",  # with "strict", who comes back by a link would lose the conversation, and its answer
        secure=framed or request.url.scheme == "https",
    )
    if framed:  # http.cookies knows the word from Python 3.14 on
        name, value = response.raw_headers.pop()
        response.raw_headers.append((name, value + b"; Partitioned"))


def _within(documents: Sequence[Document], unknown: Sequence[str] = ()) -> dict[str, Any]:
    """The documents that a conversation is narrowed to, each named in either script, and the keys that no document has."""
    named = [{"key": document.key, **in_both(name_of(document))} for document in documents]
    return {"documents": named, "unknown": list(unknown)}


def _told(notice: Notice, store: ClauseStore | None) -> dict[str, Any]:
    """A notice for the page; `name` is what a reply to it names in `in_reply_to`."""
    reply = shown(notice.reply, "", store)
    return {"id": notice.id, "name": notice.name, "written_at": notice.written_at, "reply": reply}
