"""A clerk at the desk: signed in, in front of the trained assistant."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.answers.question import Question
from bot.assistant import Assistant
from bot.channels.desk import application
from bot.channels.limits import middleware
from bot.clauses.folder import Publishing
from bot.clauses.store import ClauseStore
from bot.components.vocabulary import clause_store
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.models import Reply
from bot.mailbox.state import State

NOWHERE = Publishing(Path("no such folder"), Path("no such file"), None)
"""Publishes nothing, for tests of other pages."""
NAME, PASSWORD = "lin", "vor dem Fenster steht ein Baum"


class Judgement:
    """The assistant as the server offers it to the look-up."""

    model = "model of the test"
    refused = ""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def store(self) -> ClauseStore:
        return clause_store()

    async def look_again(self) -> None:
        """Nothing is built anew here."""

    async def try_out(self, text: str, store: ClauseStore, documents: Sequence[str] = ()) -> Reply:
        return await self._assistant.try_out(text, store, documents)

    async def understand(self, text: str, documents: Sequence[str] = ()) -> Question | None:
        return await self._assistant.understand(text, documents)


def desk(state: State, judgement: Any, publishing: Publishing = NOWHERE) -> TestClient:
    """A browser at the desk that nobody has signed in with."""
    mounted = application.mount(state, judgement, publishing, "Asia/Shanghai", False, 180)
    app = Starlette(routes=[mounted], middleware=middleware())
    return TestClient(app, follow_redirects=False)


def signed_in(
    state: State, judgement: Any, name: str = NAME, role: str = "staff", publishing: Publishing = NOWHERE
) -> TestClient:
    """A browser at the desk that a clerk, who is new, has signed in with."""
    asyncio.run(Staff(state).add(name, PASSWORD, role, Actor("test")))
    browser = desk(state, judgement, publishing)
    fields = {"csrf_token": token(browser, "/desk/sign-in"), "name": name, "password": PASSWORD}
    assert browser.post("/desk/sign-in", data=fields).status_code == 303
    return browser


def token(browser: TestClient, page: str = "/desk/queue") -> str:
    """The CSRF token that a page gives this browser."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found
    return found[1]


def press(browser: TestClient, path: str, **fields: Any) -> Any:
    """Press a button of the desk that posts to `path`."""
    return browser.post(path, data={"csrf_token": token(browser), **fields})


def send(browser: TestClient, path: str, **fields: Any) -> Any:
    """Write what goes to a person, look at the preview, and send it; `learn` is ticked at the preview."""
    written = {name: value for name, value in fields.items() if name != "learn"}
    shown = press(browser, path, **written)
    seen = re.search(r'name="seen" value="([^"]+)"', shown.text)
    return press(browser, path, **fields, seen=seen[1]) if seen else shown
