"""What goes out: in order within a chat, again after a failure, and never lost.

The Bot API has no way to say "this is the same message again". A message whose fate is unknown (the connection broke, the process was
killed before the answer came) is sent again; so that a kill leaves at most one such message, messages are sent one after the other,
unless one takes long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.polling import seconds
from bot.errors import StateError
from bot.mailbox.leases import Lease, pauses
from bot.mailbox.outbox import Outbox, Waiting

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between attempts; each pause is twice the one before."""
GIVE_UP_AFTER = 24 * 3600.0
"""Seconds after which nobody waits for a message any more."""
TURN = 0.5
"""Seconds for which one message keeps the others from being sent."""
SURELY_HELD = 1.0
"""Seconds for which what was taken is this server's without looking: others wait longer for a server that is silent."""
Call = tuple[str, dict[str, Any]]
"""A method of the Bot API and what it is called with."""
SENDS_ANEW = frozenset({"sendMessage"})
"""Methods that, called twice, show something twice."""


class Sender:
    """Sends what the outbox holds."""

    def __init__(self, client: Client, outbox: Outbox, pause: float = FIRST_PAUSE) -> None:
        self._client, self._outbox, self._pause = client, outbox, pause
        self._turn = asyncio.Lock()

    async def drain(self, lane: str) -> None:
        """Send all that waits in a lane, unless another server does. Raises StateError where the outbox cannot be read or written."""
        held, pause = None, pauses()
        while True:
            taken_at = time.monotonic()
            held, waiting = await self._outbox.take(lane, held)
            if waiting is None:
                return
            if held is None:
                await asyncio.sleep(next(pause))
            elif await self._deliver(waiting, held, taken_at):
                return

    async def _deliver(self, waiting: Waiting, held: Lease, taken_at: float) -> bool:
        """Call until it succeeds or is known never to, or to be wanted no more; whether it was the last of its lane, at which nobody is then.

        Raises TakenOverError, before it is called, where another server does so by now.
        """
        call: Call | None = _resolved(waiting)
        pause, told = self._pause, False
        while call:
            try:
                async with self._taking_turns(call[0]):
                    if time.monotonic() > taken_at + SURELY_HELD and not await self._outbox.still(waiting, held):
                        return False  # its person had all deleted
                    return await self._sent(waiting, _number(await self._client.call(*call)), held)
            except RetryAfter as error:
                told = told or await self._tell_trouble(waiting, error)
                await asyncio.sleep(seconds(error))
            except ChatMigrated as error:
                call = (call[0], {**call[1], "chat_id": error.new_chat_id})
            except (BadRequest, Forbidden) as error:
                call = await self._otherwise(waiting, call, error)
            except TelegramError as error:
                if time.time() - waiting.written_at > GIVE_UP_AFTER:
                    await self._refused(waiting, error)
                    return False
                logger.warning("%s is tried again in %.0f s (%s)", call[0], pause, type(error).__name__)
                told = told or await self._tell_trouble(waiting, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        return False

    async def _tell_trouble(self, waiting: Waiting, error: TelegramError) -> bool:
        """Let staff see, once, that their answer does not get through yet; always true."""
        with contextlib.suppress(StateError):  # that the answer goes out matters more
            await self._outbox.troubled(waiting, _reason(error))
        return True

    async def _sent(self, waiting: Waiting, message: int | None, held: Lease) -> bool:
        """Write down that it went out, however long that takes: it must not go out again because of a locked database. Whether it was the
        last of its lane.
        """
        while True:
            try:
                return await self._outbox.sent(waiting, message, held)
            except StateError as error:
                logger.error("what was sent cannot be written down yet: %s", error)
                await asyncio.sleep(self._pause)

    async def _otherwise(self, waiting: Waiting, call: Call, error: TelegramError) -> Call | None:
        """What to try after a refusal; None, with the send ended, where nothing helps."""
        if isinstance(error, Forbidden):
            logger.info("a person does not want messages of the bot any more")
            await self._outbox.dead(waiting, _reason(error))
            return None
        other = _after_refusal(*call, error.message)
        if other is None:
            await self._refused(waiting, error)
        return other

    async def _refused(self, waiting: Waiting, error: TelegramError) -> None:
        if "not modified" in error.message:
            await self._outbox.sent(waiting, waiting.target)
            return
        if waiting.send.method != "answerCallbackQuery":  # an old query cannot be answered, and nobody waits for that
            logger.error("%s was refused: %s", waiting.send.method, error.message)
        await self._outbox.dead(waiting, _reason(error))

    @contextlib.asynccontextmanager
    async def _taking_turns(self, method: str) -> AsyncIterator[None]:
        if method not in SENDS_ANEW:
            yield
            return
        await self._turn.acquire()
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._turn.release()

        timer = asyncio.get_running_loop().call_later(TURN, release)
        try:
            yield
        finally:
            timer.cancel()
            release()


def _resolved(waiting: Waiting) -> Call:
    """The call to make: an edit of a message that never went out is a new message."""
    method, params = waiting.send.method, waiting.send.params
    if waiting.send.edits is None:
        return method, params
    if waiting.target is None:
        return _as_new(params)
    return method, {**params, "message_id": waiting.target}


def _after_refusal(method: str, params: dict[str, Any], reason: str) -> Call | None:
    """What to try instead of a call that was refused; None where nothing helps."""
    lower = reason.lower()
    if "can't parse entities" in lower and params.get("parse_mode"):
        logger.error("Telegram could not read our HTML; the message goes out as plain text")
        return method, {name: value for name, value in params.items() if name != "parse_mode"}
    if method == "editMessageText" and ("message to edit not found" in lower or "can't be edited" in lower):
        return _as_new(params)
    return None


def _as_new(params: dict[str, Any]) -> Call:
    return "sendMessage", {name: value for name, value in params.items() if name != "message_id"}


def _reason(error: TelegramError) -> str:
    """Why a call failed, in Telegram's own words where those cannot hold an address with the bot's token in it."""
    return error.message if isinstance(error, (BadRequest, Forbidden)) else type(error).__name__


def _number(result: Any) -> int | None:
    return result.get("message_id") if isinstance(result, dict) else None
