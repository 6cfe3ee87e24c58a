"""The REST channel, in the shape of Rasa's own: POST /webhooks/rest/webhook."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.limits import Mailbox, Refused, guarded, json_object, text_field
from bot.mailbox.models import Message, Reply

LONGEST_NAME = 200


def routes(mailbox: Mailbox, token: str) -> list[Route]:
    """The channel's routes. Where `token` is not empty, clients must send it as a bearer token."""

    async def webhook(request: Request) -> Response:
        _check_token(request, token)
        if request.query_params.get("stream"):
            raise Refused(400, "stream is not offered; the reply comes in one piece.")
        body = await json_object(request)
        sender = text_field(body, "sender", LONGEST_NAME)
        message_id = text_field(body, "message_id", LONGEST_NAME) if "message_id" in body else uuid.uuid4().hex
        message = Message("rest", _conversation(token, sender), message_id, text_field(body, "message"))
        return JSONResponse(_entries(sender, await mailbox.ask(message)))

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/webhooks/rest/webhook", guarded(webhook), methods=["POST"]),
        Route("/webhooks/rest/", health),
    ]


def _check_token(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        raise Refused(401, "A valid bearer token is needed (Authorization: Bearer …).")


def _conversation(token: str, sender: str) -> str:
    """The conversation of a client's sender: senders of different clients never meet, and no name is kept as given."""
    return hashlib.sha256(f"{token}\n{sender}".encode()).hexdigest()[:32]


def _entries(sender: str, reply: Reply) -> list[dict[str, Any]]:
    text: dict[str, Any] = {"recipient_id": sender, "text": reply.text}
    if choices := reply.custom.get("choices"):
        text["buttons"] = [{"title": choice["title"], "payload": choice["payload"]} for choice in choices]
    return [text, {"recipient_id": sender, "custom": reply.custom}]
