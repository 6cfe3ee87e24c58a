"""The desk as one mount at /desk, and what it needs of the rest of the assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from bot.answers.question import Question
from bot.channels.desk.access import LONGEST_SESSION, Access
from bot.channels.desk.pages import Pages
from bot.clauses.store import ClauseStore
from bot.helpdesk.staff import Staff, secret
from bot.mailbox.models import Message, Reply, Voice, Wish
from bot.mailbox.state import State

STATIC = Path(__file__).with_name("static")
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page of the desk may load: nothing but its own files, and no script within it."""


class Judgement(Protocol):
    """Understanding, clauses and words. Its methods raise StateError where they cannot be had now."""

    @property
    def model(self) -> str:
        """Which trained model answers."""

    @property
    def store(self) -> ClauseStore:
        """The clause database."""

    async def understand(self, text: str) -> Question | None:
        """What somebody types, as the models understand it; None for what is no question."""

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of a response of domain.yml."""

    async def give(self, message: Message, wish: Wish) -> Reply:
        """The cited answer that a button would bring in `message`'s conversation, which is about it from then on."""

    def deliver(self, channel: str) -> None:
        """Something waits to be said to somebody on `channel`."""


class Policy:
    """Gives every response of the desk its content security policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"content-security-policy", POLICY)]
            await send(message)

        await self._app(scope, receive, send_with_policy)


def mount(state: State, judgement: Judgement, timezone: str, only_https: bool) -> Mount:
    """The desk. `only_https`: the session's cookie travels over https (and to this machine) only."""
    key = state.within(lambda connection: secret(connection, "desk"))
    pages = Pages(timezone)
    access = Access(Staff(state), pages, key.encode())
    routes: list[BaseRoute] = [
        *access.routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    session = Middleware(
        SessionMiddleware,
        secret_key=key,
        session_cookie="desk",
        max_age=int(LONGEST_SESSION),
        path="/desk",
        same_site="strict",
        https_only=only_https,
    )
    return Mount("/desk", routes=routes, middleware=[Middleware(Policy), session])
