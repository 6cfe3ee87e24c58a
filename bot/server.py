"""Wires the parts together: one Starlette application with Rasa's Agent inside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.assistant import Assistant
from bot.channels import rest, web
from bot.channels.limits import middleware
from bot.components.vocabulary import clause_store
from bot.errors import RongceError, StateError
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from bot.settings import Settings

logger = logging.getLogger(__name__)

LOADING = "the model is being loaded"
RETRY_AFTER = 5.0
"""Seconds until the model and the database are looked for again where they could not be loaded."""
PATIENCE = 20.0
"""Seconds that a message waits for the model before the person is told to try again."""


class Service:
    """The assistant as it comes and goes: what is usable now, and why not."""

    def __init__(self, settings: Settings) -> None:
        """Raises StateError where conversations cannot be kept at all."""
        self._settings = settings
        self._loaded = asyncio.Event()
        self._assistant: Assistant | None = None
        self._reason = LOADING
        self.state = State(settings.state_url)
        self.mailbox = Mailbox(self.state, self._answer)

    async def prepare(self, announce: Callable[[], None]) -> None:
        """Load the model, however often it takes; then answer what a kill left unanswered, and call `announce`."""
        while self._assistant is None:
            try:
                clause_store()
                self._assistant = Assistant.load(self._settings, WindowedTrackerStore.on(self.state))
            except RongceError as error:
                self._reason = str(error)
                logger.error("not ready: %s", error)
                await asyncio.sleep(RETRY_AFTER)
        self._loaded.set()
        announce()
        try:
            logger.info("answered %s messages that were waiting", await self.mailbox.resume())
        except StateError as error:
            logger.error("messages that were waiting are kept for the next start: %s", error)

    async def trouble(self) -> str | None:
        """Why messages cannot be answered now; None where they can."""
        if self._assistant is None:
            return self._reason
        try:
            await asyncio.to_thread(clause_store().check)
            await asyncio.to_thread(self.state.check)
        except RongceError as error:
            return str(error)
        return None

    async def close(self) -> None:
        """Let the state go."""
        self.state.close()

    async def _answer(self, message: Message) -> Reply:
        try:
            await asyncio.wait_for(self._loaded.wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise StateError(f"The assistant is not ready: {self._reason}") from None
        assert self._assistant is not None
        return await self._assistant.answer(message)


def application(settings: Settings, announce: Callable[[], None] = lambda: None) -> Starlette:
    """The application; `announce` is called once it answers questions.

    Raises StateError where conversations cannot be kept.
    """
    service = Service(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        preparing = asyncio.create_task(service.prepare(announce))
        yield
        preparing.cancel()
        await service.close()

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        trouble = await service.trouble()
        if trouble:
            return JSONResponse({"status": "not ready", "reason": trouble}, status_code=503)
        return JSONResponse({"status": "ready"})

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        *rest.routes(service.mailbox, settings.rest_token),
        *web.routes(service.mailbox),
    ]
    return Starlette(routes=routes, middleware=middleware(), lifespan=lifespan)
