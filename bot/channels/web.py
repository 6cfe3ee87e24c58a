"""The chat page at / and what it talks to."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.limits import Mailbox, Refused, guarded, json_object, text_field
from bot.mailbox.models import Message, Reply

PAGE = Path(__file__).with_name("web_page")
COOKIE = "conversation"
A_YEAR = 365 * 24 * 3600


def routes(mailbox: Mailbox) -> list[Route | Mount]:
    """The page, its files, and its messages. A conversation is named by an unguessable cookie that scripts cannot read."""

    async def page(request: Request) -> Response:
        response = FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})
        if not request.cookies.get(COOKIE):
            response.set_cookie(
                COOKIE,
                secrets.token_urlsafe(24),
                max_age=A_YEAR,
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
        return response

    async def send(request: Request) -> Response:
        body = await json_object(request)
        message = Message("web", _conversation(request), text_field(body, "id", 64), text_field(body, "text"))
        return JSONResponse({"id": message.id, "reply": _shown(await mailbox.ask(message))})

    async def history(request: Request) -> Response:
        exchanges = await mailbox.history("web", _conversation(request))
        shown = [
            {
                "id": exchange.message.id,
                "text": exchange.message.text,
                "received_at": exchange.received_at,
                "reply": _shown(exchange.reply) if exchange.reply else None,
            }
            for exchange in exchanges
        ]
        return JSONResponse({"messages": shown})

    async def forget(request: Request) -> Response:
        return JSONResponse({"deleted": await mailbox.forget("web", _conversation(request))})

    return [
        Route("/", page),
        Route("/chat/messages", guarded(send), methods=["POST"]),
        Route("/chat/history", guarded(history), methods=["GET"]),
        Route("/chat/history", guarded(forget), methods=["DELETE"]),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]


def _conversation(request: Request) -> str:
    conversation = request.cookies.get(COOKIE, "")
    if not (16 <= len(conversation) <= 64 and conversation.isascii() and conversation.isprintable()):
        raise Refused(400, "The conversation's cookie is missing; open the page first.")
    return conversation


def _shown(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "lines": [{"name": line.name, "text": line.text} for line in reply.lines],
        "custom": reply.custom,
    }
