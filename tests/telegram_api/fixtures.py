"""A channel in front of the trained assistant, and the Bot API server that it talks to."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import pytest_asyncio

from bot.assistant import Assistant
from bot.channels.telegram.channel import Access, TelegramChannel
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.components.vocabulary import clause_store
from bot.helpdesk.hours import OfficeHours
from bot.helpdesk.reception import Reception
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Answer, Message, Reply, Voice, Wish
from bot.mailbox.state import State
from tests.telegram_api.server import TOKEN, TelegramApi

CHATS = itertools.count(1_000_001)


class Front:
    """The assistant as the server offers it to the channel."""

    model = "model of the test"

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def store(self) -> ClauseStore:
        return clause_store()

    async def ready(self) -> None:
        """It is."""

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        return self._assistant.word(response, voice, fields)

    async def give(self, message: Message, wish: Wish) -> Reply:
        return await self._assistant.give(message, wish)

    async def speak(self, message: Message) -> None:
        await self._assistant.speak(message)

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]:
        return await self._assistant.narrow(message, documents)

    async def narrowed(self, message: Message) -> tuple[Document, ...]:
        return await self._assistant.narrowed(message)

    async def look_up(self, text: str, limit: int) -> list[dict[str, Any]]:
        return await self._assistant.look_up(text, limit)


Serve = Callable[..., contextlib.AbstractAsyncContextManager[TelegramChannel]]


@pytest.fixture
def serve(api: TelegramApi, state: State, assistant: Assistant) -> Serve:
    """Runs a channel; `answer` instead of the assistant behind its reception, other settings of Access by name."""
    reception = Reception(state, OfficeHours("24/7", "Asia/Shanghai"))

    async def received(message: Message) -> Reply:
        return await reception.answer(message, assistant)

    @contextlib.asynccontextmanager
    async def serving(answer: Answer | None = None, **access: Any) -> AsyncIterator[TelegramChannel]:
        settings = {"token": TOKEN, "api_url": api.url, "patience": 3.0, "pause": 0.02, **access}
        mailbox = Mailbox(state, answer or received)
        channel = TelegramChannel(Access(**settings), state, mailbox, Front(assistant))
        running = asyncio.create_task(channel.run())
        try:
            yield channel
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return serving


@pytest_asyncio.fixture
async def api() -> AsyncIterator[TelegramApi]:
    """Telegram."""
    async with TelegramApi() as started:
        yield started


@pytest_asyncio.fixture
async def channel(serve: Serve) -> AsyncIterator[TelegramChannel]:
    """The channel, polling."""
    async with serve() as running:
        yield running


@pytest.fixture
def chat() -> int:
    """A private chat of its own: the assistant is shared by all tests, no conversation is."""
    return next(CHATS)


@pytest.fixture
def group() -> int:
    """A group of its own."""
    return -next(CHATS)
