"""The REST channel, in the shape of Rasa's own: POST /webhooks/rest/webhook. What staff said meanwhile comes with the next reply, or by
GET /webhooks/rest/notices.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.limits import (
    Mailbox,
    Narrowing,
    Refused,
    check_token,
    document_keys,
    guarded,
    json_object,
    kept_name,
    not_held,
    number_of,
    text_field,
)
from bot.mailbox.models import Message, Reply
from bot.mailbox.notices import Look, Notice, Notices
from bot.mailbox.state import State

CHANNEL = "rest"
"""The channel's name in the mailbox."""
LONGEST_NAME = 200
LONGEST_ID = 128
"""As many characters of a message's id are kept."""


def routes(mailbox: Mailbox, narrowing: Narrowing, state: State, token: str, sites: Sequence[str] = ()) -> list[Route]:
    """The channel's routes. `state` keeps what staff say; where `token` is not empty, clients must send it as a bearer token. Scripts of `sites`
    may be clients.
    """
    said = Notices(state)
    asked_first = ["OPTIONS"] if sites else []
    headers = ("authorization", "content-type")
    cors = Middleware(CORSMiddleware, allow_origins=sites, allow_methods=("GET", "POST"), allow_headers=headers)
    shared = [cors] if sites else []

    async def webhook(request: Request) -> Response:
        check_token(request, token)
        if request.query_params.get("stream"):
            raise Refused(400, "stream is not offered; the reply comes in one piece.")
        body = await json_object(request)
        sender = text_field(body, "sender", LONGEST_NAME)
        message_id = text_field(body, "message_id", LONGEST_ID) if "message_id" in body else uuid.uuid4().hex
        conversation = _conversation(token, sender)
        message_id, replied = (kept_name(name, f"{token}\n{sender}") for name in (message_id, _replied_to(body)))
        text = text_field(body, "message")
        if "documents" in body:
            keys = document_keys(body)
            if unknown := not_held(keys, narrowing.store):
                raise Refused(400, f"'documents' names {', '.join(unknown)}, which is not held; nothing was narrowed.")
            await narrowing.narrow(Message(CHANNEL, conversation, "", ""), keys)
        look = Look(CHANNEL, conversation)
        message = Message(CHANNEL, conversation, message_id, text, in_reply_to=replied)
        reply = await mailbox.ask(message, also=lambda _: look)
        return JSONResponse([*_entries(sender, reply), *(await told(sender, conversation) if look.found else ())])

    async def notices(request: Request) -> Response:
        check_token(request, token)
        sender = text_field(dict(request.query_params), "sender", LONGEST_NAME)
        return JSONResponse(await told(sender, _conversation(token, sender), number_of(request, "after")))

    async def told(sender: str, conversation: str, after: int | None = None) -> list[dict[str, Any]]:
        """What staff said and nobody fetched yet; all that they said after notice `after`, where that is given."""
        if after is None:
            given = await said.give_out(CHANNEL, conversation)
        else:
            given = await said.of(CHANNEL, conversation, after)
            await said.delivered(*(notice.id for notice in given))
        return [entry for notice in given for entry in _entries(sender, _numbered(notice))]

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/webhooks/rest/webhook", guarded(webhook), methods=["POST", *asked_first], middleware=shared),
        Route("/webhooks/rest/notices", guarded(notices), methods=["GET", *asked_first], middleware=shared),
        Route("/webhooks/rest/", health),
    ]


def _replied_to(body: dict[str, Any]) -> str:
    """The id of the message whose answer a request replies to; "" where it names none. Other metadata are the client's own."""
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("in_reply_to") is None:
        return ""
    return text_field(metadata, "in_reply_to", LONGEST_ID)


def _conversation(token: str, sender: str) -> str:
    """The conversation of a client's sender: senders of different clients never meet, and no name is kept as given."""
    return hashlib.sha256(f"{token}\n{sender}".encode()).hexdigest()[:32]


def _numbered(notice: Notice) -> Reply:
    return replace(notice.reply, custom={**notice.reply.custom, "notice": notice.id})


def _entries(sender: str, reply: Reply) -> list[dict[str, Any]]:
    text: dict[str, Any] = {"recipient_id": sender, "text": reply.text}
    if choices := reply.custom.get("choices"):
        text["buttons"] = [{"title": choice["title"], "payload": choice["payload"]} for choice in choices]
    return [text, {"recipient_id": sender, "custom": reply.custom}]
