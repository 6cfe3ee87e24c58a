"""The Telegram channel: starts, works through what comes in, and stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route
from telegram import User
from telegram.error import TelegramError

from bot.channels.telegram.callbacks import Callbacks
from bot.channels.telegram.client import Client
from bot.channels.telegram.commands import published
from bot.channels.telegram.delivering import Delivery
from bot.channels.telegram.desk import CHANNEL, Desk
from bot.channels.telegram.handling import Handler
from bot.channels.telegram.health import Health
from bot.channels.telegram.incoming import MALFORMED, Incoming, read
from bot.channels.telegram.inline import InlineLookUp
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.polling import LONGEST_PAUSE, poll
from bot.channels.telegram.sending import FIRST_PAUSE, Sender
from bot.channels.telegram.showing import Showing
from bot.channels.telegram.webhook import Webhook
from bot.errors import StateError
from bot.mailbox.exclusive import exclusive
from bot.mailbox.inbox import Inbox
from bot.mailbox.inbox import Update as Kept
from bot.mailbox.leases import Lease, pauses
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.people import People
from bot.mailbox.rates import MINUTE
from bot.mailbox.state import State

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Updates that are thought about at a time."""
GOODBYE = 5.0
"""Seconds that a stop waits for what is on its way."""
TIDY_EVERY = 6 * 3600.0
LOOK_EVERY = 2.0
"""Seconds until it is looked again for what waits: another server of the same database may have written it down, or died with it."""
WEBHOOK_EVERY = 10.0
"""Seconds until it is looked again whether Telegram brings its updates here."""
NOTICES = "notices"
"""The one lane in which notices are taken."""


@dataclass(frozen=True)
class Access:
    """How the bot reaches Telegram, and Telegram the bot. `patience` is how long an answer of Telegram's is waited for."""

    token: str
    api_url: str
    webhook_url: str = ""
    webhook_secret: str = ""
    patience: float = 30.0
    pause: float = FIRST_PAUSE


class TelegramChannel:
    """One bot. `run` serves it until it is cancelled; whatever happens there ends nothing else."""

    def __init__(self, access: Access, state: State, mailbox: Mailbox, desk: Desk) -> None:
        self._access, self._state, self._mailbox, self._desk = access, state, mailbox, desk
        self._client = Client(access.token, access.api_url, access.patience)
        self._webhook = Webhook(access.token, access.webhook_url, access.webhook_secret) if access.webhook_url else None
        self._inbox, self._outbox, self._people = Inbox(state, CHANNEL), Outbox(state, CHANNEL), People(state)
        self._sending = Lanes(Sender(self._client, self._outbox, access.pause).drain)
        self._dealing = Lanes(self._deal)
        self._telling = Lanes(self._tell)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._health = Health()
        self._me: User | None = None
        self._handler: Handler | None = None
        self._inline: InlineLookUp | None = None
        self._delivery: Delivery | None = None

    def routes(self) -> list[Route]:
        """What Telegram calls; nothing where updates are fetched."""
        return [self._webhook.route(self._take)] if self._webhook else []

    def trouble(self) -> str | None:
        """Why nobody is answered on Telegram now; None where they are."""
        return self._health.trouble()

    def deliver(self) -> None:
        """Something waits to be said to somebody; to be called on the event loop."""
        if self._delivery:
            self._telling.wake(NOTICES)

    async def run(self) -> None:
        """Serve for ever."""
        self._me = User.de_json(await self._insist("getMe", {}), None)
        showing = Showing(self._desk, self._me)
        self._inline = InlineLookUp(self._client, self._desk, showing)
        self._delivery = Delivery(self._state, self._outbox, self._desk, showing, Callbacks(self._access.token))
        working = asyncio.create_task(self._work(self._me, self._delivery))
        try:
            if self._webhook:
                await self._insist("setWebhook", self._webhook.params)
                await self._keep(self._webhook)
            else:
                await self._fetch(self._me)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await self._stop()

    async def _take(self, batch: list[Any]) -> None:
        """Write updates down and see to them. Raises StateError where they cannot be kept."""
        if self._me is None:
            raise StateError("Telegram has not told yet who this bot is.")
        found = [entry for raw in batch if (entry := read(raw, self._me)) is not None]
        if len(found) < len(batch):
            logger.error("%s updates without a number were passed over", len(batch) - len(found))
        for entry in found:
            if isinstance(entry, Kept):
                logger.error("update %s is malformed and set aside: %s", entry.id, entry.reason)
            elif entry.kind == "inline" and self._inline:
                self._inline.answer(entry)
        kept = [entry if isinstance(entry, Kept) else entry.kept() for entry in found if not _is_inline(entry)]
        lanes = await self._inbox.keep(kept) if kept else []
        if self._handler:
            self._dealing.wake(*lanes)

    async def _tell(self, _: str) -> None:
        assert self._delivery is not None
        await self._delivery.take(self._sending.wake)

    async def _work(self, me: User, delivery: Delivery) -> None:
        """Once the assistant is there: answer what waits and what comes, also to a server that died; tidy up now and then."""
        await self._desk.ready()
        tidy_at = minute_ends = 0.0
        while True:
            try:
                if self._handler is None:
                    await self._outbox.write(*(Send("commands", "setMyCommands", p) for p in published(self._desk)))
                    self._handler = Handler(
                        self._client, me, self._desk, self._mailbox, self._people, self._outbox, delivery
                    )
                if time.monotonic() > tidy_at:
                    await self._inbox.drop_old()
                    await self._outbox.drop_old()
                    tidy_at = time.monotonic() + TIDY_EVERY
                if time.monotonic() > minute_ends:
                    await self._inbox.forget_counts()
                    minute_ends = time.monotonic() + MINUTE
                self._dealing.wake(*await self._inbox.waiting())
                self._sending.wake(*await self._outbox.waiting())
                self.deliver()
                await asyncio.sleep(LOOK_EVERY)
            except StateError as error:
                logger.error("Telegram waits: %s", error)
                await asyncio.sleep(self._access.pause)
            except Exception:  # what a killed server left must be looked for as long as this one runs
                logger.exception("Telegram waits")
                await asyncio.sleep(self._access.pause)

    async def _deal(self, lane: str) -> None:
        """Deal with all that waits in a lane, unless another server does."""
        held, pause = None, pauses()
        while True:
            held, updates = await self._inbox.take(lane, held)
            if not updates:
                return
            if held is None:
                await asyncio.sleep(next(pause))
                continue
            free = False
            for kept in updates:
                free = await self._deal_with(kept, held)
            if free:
                return

    async def _deal_with(self, kept: Kept, held: Lease) -> bool:
        """Answer one update; whether it was the last of its lane, at which nobody is then. What is remembered with it is written in one
        transaction with its end and with what goes out.
        """
        assert self._handler is not None
        try:
            incoming = Incoming.from_kept(kept)
        except MALFORMED as error:  # kept by another version
            await self._inbox.set_aside(kept, type(error).__name__)
            return False
        end = self._inbox.end_of(kept, held)
        async with self._at_once:
            if self._handler.remembers(incoming):
                async with self._mailbox.turn(Message(CHANNEL, incoming.conversation, "", "").sender) as turn:
                    sends = await self._handler.handle(incoming, end)
                    turn.write(end.work(sends))
            else:
                sends = await self._handler.handle(incoming, end)
                if not end.written:
                    await self._state.run(end.work(sends))
        self._sending.wake(*(send.lane for send in sends))
        return end.free

    async def _insist(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a call without which nothing works; tried until it succeeds."""
        wait = self._access.pause
        while True:
            try:
                result = await self._client.call(method, params)
            except TelegramError as error:
                self._health.failed(error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_PAUSE)
            else:
                self._health.worked()
                return result

    async def _keep(self, webhook: Webhook) -> None:
        """Look now and then whether Telegram brings its updates here, and let it where it brings them nowhere."""
        while True:
            info = await self._insist("getWebhookInfo", {})
            self._health.brings(webhook.trouble(info, time.time(), await self._last()))
            if webhook.is_lost(info):
                await self._insist("setWebhook", webhook.params)
                self._health.brings("")
            await asyncio.sleep(WEBHOOK_EVERY)

    async def _last(self) -> float:
        """When the newest update was kept; 0.0 where that cannot be known now."""
        try:
            return await self._inbox.last()
        except StateError:  # health tells of the state
            return 0.0

    async def _fetch(self, me: User) -> None:
        """Fetch updates whenever no other server does: Telegram gives them to one only."""
        while True:
            standing_by = asyncio.create_task(self._stand_by())
            try:
                async with exclusive(self._state, f"telegram/{me.id}") as ours:
                    standing_by.cancel()
                    await self._insist("deleteWebhook", {})
                    await poll(self._client, self._take, self._health, self._access.pause, ours)
            finally:
                standing_by.cancel()

    async def _stand_by(self) -> None:
        """Look now and then whether Telegram answers, while another server fetches."""
        while True:
            await self._insist("getMe", {})
            await asyncio.sleep(LONGEST_PAUSE)

    async def _stop(self) -> None:
        """Let what is on its way arrive. The webhook stays: other servers serve it, or this one when it is started again."""
        idle = asyncio.gather(self._dealing.idle(), self._telling.idle(), self._sending.idle())
        with contextlib.suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(idle, GOODBYE)
        await self._dealing.close()
        await self._telling.close()
        await self._sending.close()
        if self._inline:
            await self._inline.close()
        await self._client.close_connections()


def _is_inline(entry: Incoming | Kept) -> bool:
    return isinstance(entry, Incoming) and entry.kind == "inline"
