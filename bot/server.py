"""Wires the parts together: one Starlette application with Rasa's Agent inside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot import monitoring
from bot.answers.outcome import Say
from bot.answers.question import Question
from bot.assistant import Assistant
from bot.channels import rest, web
from bot.channels.clause_pages.pages import ClausePages
from bot.channels.desk import application as desk
from bot.channels.limits import Limit, Rates, middleware
from bot.channels.telegram.channel import Access, TelegramChannel
from bot.channels.telegram.desk import CHANNEL
from bot.clauses.folder import Publishing
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.components.settled import settle
from bot.components.trained import learned_elsewhere
from bot.components.vocabulary import LOOKED_AT_EVERY, check_clauses, clause_store, kept_up, newer, refused, take
from bot.errors import RongceError, StateError
from bot.helpdesk import queue
from bot.helpdesk.hours import OfficeHours
from bot.helpdesk.proposals import Proposals
from bot.helpdesk.reception import Reception
from bot.mailbox import trackers
from bot.mailbox.leases import SILENT_FOR
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply, Voice, Wish
from bot.mailbox.probe import Probe
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from bot.readiness import Part, Readiness
from bot.settings import LOOPBACK, Settings
from bot.text.encoder import encoder_of

logger = logging.getLogger(__name__)

LOADING = "the model is being loaded"
RETRY_AFTER = 5.0
"""Seconds until the model and the database are looked for again where they could not be loaded."""
LEFT_LOOKED_FOR_EVERY = 20.0
"""Seconds between two looks for questions that a clerk left lying."""
GOODBYE = 10.0
"""Seconds that a stop waits for what is being answered."""
OPEN_FOR = 10
"""Seconds that it waits for open requests before that: what they asked is kept, and answered later."""
PATIENCE = 20.0
"""Seconds that a message waits for the model before the person is told to try again."""


class Service:
    """The assistant as it comes and goes: what is usable now, and why not."""

    def __init__(self, settings: Settings) -> None:
        """Raises StateError where conversations cannot be kept at all."""
        self._settings = settings
        self._loaded = asyncio.Event()
        self._looking = asyncio.Lock()
        self._agreeing = True
        self._agreed: tuple[tuple[int, float], ClauseStore] | None = None
        self._assistant: Assistant | None = None
        self._reason = LOADING
        self.state = State(settings.state_url, alone=True)
        self._reception = Reception(
            self.state, OfficeHours(settings.office_hours, settings.timezone), lambda: clause_store().hotline
        )
        beforehand = (trackers.read_beforehand, queue.read_beforehand)
        self.mailbox = Mailbox(
            self.state, self._answer, self._apologise, settings.answer_within, beforehand, opened=False
        )
        self.telegram = _telegram(settings, self) if settings.telegram_token else None

    async def prepare(self) -> None:
        """Load the model, however often it takes; then answer."""
        while self._assistant is None:
            try:
                clause_store()
                self._assistant = Assistant.load(self._settings, WindowedTrackerStore.on(self.state))
            except RongceError as error:
                self._reason = str(error)
                logger.error("not ready: %s", error)
                await asyncio.sleep(RETRY_AFTER)
        self._loaded.set()
        self.mailbox.open()
        # the first look-up counts the documents' words: nobody need wait for that
        await self.look_up(self.store.document().title, 1)

    def readiness(self) -> Readiness:
        """What tells how this server stands."""
        faults = {
            "model": Part("model", lambda: None if self._assistant else self._reason, every=0.0),
            "state": Part("state", Probe(self.state).look),
            "leases": Part("leases", self._leases_lost),
            "clauses": Part("clauses", check_clauses),
        }
        if self.telegram:
            faults["telegram"] = Part("telegram", self.telegram.trouble, every=0.0)
        return Readiness(faults, {"model": Part("model", self._model_to_mend)})

    async def ready(self) -> None:
        """Wait until messages can be answered."""
        await self._loaded.wait()

    @property
    def model(self) -> str:
        """Which trained model answers."""
        return self._loaded_assistant.model

    @property
    def store(self) -> ClauseStore:
        """The clause database."""
        return clause_store()

    @property
    def refused(self) -> str:
        """Why the clause database that was built last is not answered from; "" where it is."""
        return refused()

    async def keep_up(self) -> None:
        """Answer from each new clause database, and as the staff agree, for as long as this runs."""
        await self._loaded.wait()
        with kept_up():
            while True:
                await self.agree()
                await asyncio.sleep(LOOKED_AT_EVERY)
                await self.look_again()

    async def agree(self) -> None:
        """Answer questions as the staff have agreed on by now; where that cannot be read, as they had agreed before."""
        proposals, store = Proposals(self.state), self.store
        try:
            state = (await proposals.accepted_by_now(), store)
            accepted = None if state == self._agreed else await proposals.accepted()
        except StateError as error:
            if self._agreeing:  # said once, and not each second while it lasts
                logger.warning("what the staff agreed on cannot be read: %s", error)
            self._agreeing = False
            return
        if not self._agreeing:
            logger.info("what the staff agreed on can be read again")
        self._agreeing = True
        if accepted is None:
            return
        usable = (p for p in accepted if not p.passage or store.holds_passage(p.passage))
        settle((p.question, p.passage, p.reason) for p in usable)
        self._agreed = state

    async def free_left(self) -> None:
        """Let questions wait again that a clerk claimed and left lying, for as long as this runs."""
        handed_over, minutes = queue.Queue(self.state), self._settings.claim_minutes
        while minutes:
            try:
                if freed := await handed_over.free_left(minutes):
                    logger.info("%s questions wait again: nobody did anything with them for %s minutes", freed, minutes)
            except StateError as error:
                logger.warning("what clerks left lying cannot be looked for: %s", error)
            await asyncio.sleep(LEFT_LOOKED_FOR_EVERY)

    async def look_again(self) -> None:
        """Answer from the clause database that was built anew, once it is prepared in a thread beside; where it cannot be used, from the one
        before.
        """
        async with self._looking:
            try:
                if found := await asyncio.to_thread(newer):
                    take(found)
            except Exception:  # whatever is wrong with the new one, the old one answers
                logger.exception("the new clause database is not answered from; the one before is")

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of a response of domain.yml."""
        return self._loaded_assistant.word(response, voice, fields)

    async def give(self, message: Message, wish: Wish) -> Reply:
        """What a button asks for (see Assistant.give), once what was asked before is answered."""
        async with self.mailbox.turn(message.sender):
            return await self._loaded_assistant.give(message, wish)

    async def preview(self, message: Message, wish: Wish) -> Reply:
        """What `give` would bring; nothing is kept."""
        return await self._loaded_assistant.preview(message, wish)

    async def speak(self, message: Message) -> None:
        """Speak to a conversation in its message's voice from now on, once what was asked before is answered."""
        async with self.mailbox.turn(message.sender):
            await self._loaded_assistant.speak(message)

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]:
        """Answer a conversation from `documents` alone from now on (see Assistant.narrow), once what was asked before is answered."""
        await self._wait()
        async with self.mailbox.turn(message.sender):
            return await self._loaded_assistant.narrow(message, documents)

    async def narrowed(self, message: Message) -> tuple[Document, ...]:
        """The documents that a conversation is narrowed to; none where all are searched."""
        await self._wait()
        return await self._loaded_assistant.narrowed(message)

    async def understand(self, text: str, documents: Sequence[str] = ()) -> Question | None:
        """What somebody types, as the models understand it (see Assistant.understand)."""
        return await self._loaded_assistant.understand(text, documents)

    async def try_out(self, text: str, store: ClauseStore, documents: Sequence[str] = ()) -> Reply:
        """The reply that somebody would get if `store` were what is held (see Assistant.try_out)."""
        return await self._loaded_assistant.try_out(text, store, documents)

    def deliver(self, channel: str) -> None:
        """Something waits to be said to somebody on `channel`; where people fetch what waits, nothing need be done."""
        if self.telegram and channel == CHANNEL:
            self.telegram.deliver()

    async def look_up(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Cited answers for what somebody types (see Assistant.look_up)."""
        return await self._loaded_assistant.look_up(text, limit)

    async def close(self) -> None:
        """Answer what is being answered, and let the state go: another server may go on at once."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.mailbox.idle(), GOODBYE)
        self.state.close()

    async def _wait(self) -> None:
        """Wait a while for the model. Raises StateError where it does not come."""
        try:
            await asyncio.wait_for(self._loaded.wait(), PATIENCE)
        except TimeoutError:
            raise StateError(f"The assistant is not ready: {self._reason}") from None

    def _leases_lost(self) -> str:
        """Why other servers go on with what this one was at; "" where they do not."""
        silent = self.state.within(self.state.leases.silent_for)
        if silent <= SILENT_FOR:
            return ""
        return (
            f"This server has not said for {silent:.0f} s that it lives: others go on with what it was at. "
            "Look whether it hangs, and whether the database takes its connections; start it again where that does not end by itself."
        )

    def _model_to_mend(self) -> str:
        """What is to be mended about the model though people are answered; "" where nothing is."""
        if not self._settings.model.is_file():
            return f"{self._settings.model} is gone: the next start fails. Run `python -m bot train`."
        if learned := learned_elsewhere():
            return (
                f"The model was trained about other documents ({', '.join(learned)}) than are held, or about other words of them: "
                "less is understood. Run `python -m bot train`."
            )
        return ""

    async def _answer(self, message: Message) -> Reply:
        return await self._reception.answer(message, self._loaded_assistant)

    async def _apologise(self, message: Message) -> Reply:
        """To what should have been answered long ago: nobody waits for it any more, and what it asks for may not be wanted any more."""
        return await self._loaded_assistant.say(message, Say("utter_error"))

    @property
    def _loaded_assistant(self) -> Assistant:
        if self._assistant is None:
            raise StateError(f"The assistant is not ready: {self._reason}")
        return self._assistant


def _telegram(settings: Settings, service: Service) -> TelegramChannel:
    access = Access(
        settings.telegram_token,
        settings.telegram_api_url,
        settings.telegram_webhook_url,
        settings.telegram_webhook_secret,
    )
    return TelegramChannel(access, service.state, service.mailbox, service)


def _publishing(settings: Settings) -> Publishing:
    encoder = encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key)
    return Publishing(settings.documents, settings.clauses, encoder)


def run(settings: Settings, announce: Callable[[], None]) -> None:
    """Serve until a signal stops it. `announce` is called once it listens and answers questions: before that it may still find its port taken.

    Raises StateError where conversations cannot be kept.
    """
    service = Service(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            self.announcing = asyncio.create_task(self.announce())

        async def announce(self) -> None:
            await service.ready()
            announce()

    config = uvicorn.Config(
        application(settings, service),
        host=settings.host,
        port=settings.port,
        ws="none",
        access_log=False,
        forwarded_allow_ips=settings.proxies,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=OPEN_FOR,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()


def application(settings: Settings, service: Service | None = None) -> Starlette:
    """The application, which starts and stops `service`, or one of its own, with itself.

    Raises StateError where conversations cannot be kept.
    """
    service = service or Service(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        working = service.prepare(), service.keep_up(), service.mailbox.keep_up(), service.free_left()
        tasks = [asyncio.create_task(work) for work in working]
        if service.telegram:
            tasks.append(asyncio.create_task(service.telegram.run()))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await service.close()

    routes = [
        *monitoring.routes(service.readiness(), service.state, settings.metrics_token, settings.host in LOOPBACK),
        *rest.routes(service.mailbox, service, service.state, settings.rest_token, sites=settings.sites),
        *ClausePages(lambda: service.store, settings.indexed).routes(),
        *web.routes(
            service.mailbox,
            service,
            service.state,
            lambda: service.model,
            Rates(Limit(settings.visitor_rate), Limit(settings.address_rate)),
            settings.sites,
        ),
        desk.mount(
            service.state,
            service,
            _publishing(settings),
            settings.timezone,
            settings.host not in LOOPBACK,
            settings.retention_days,
            settings.late_minutes,
            settings.claim_minutes,
        ),
        *(service.telegram.routes() if service.telegram else []),
    ]
    return Starlette(routes=routes, middleware=middleware(settings.names), lifespan=lifespan)
