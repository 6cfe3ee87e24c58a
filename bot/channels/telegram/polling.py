"""Fetching updates: written down first, acknowledged then.

python-telegram-bot's own loop acknowledges what it has fetched before it is dealt with (a kill loses it), drops a batch for one malformed
update and ends at the first 401 or 404 (docs/adr/0005).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.health import Health
from bot.channels.telegram.incoming import ALLOWED
from bot.errors import StateError
from bot.mailbox.exclusive import Ours

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0

Take = Callable[[list[Any]], Awaitable[None]]
"""Writes updates down. Raises StateError where that is impossible now."""


async def poll(client: Client, take: Take, health: Health, pause: float, ours: Ours) -> None:
    """Fetch updates, whatever happens, for as long as that is this server's to do; after a failure again in `pause` seconds, then ever
    more slowly.
    """
    offset: int | None = None
    wait = pause
    while True:
        try:
            if not await ours():
                logger.warning("another server fetches Telegram's updates now")
                return
            batch = await client.updates(offset, ALLOWED)
            await take(batch)
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
            continue
        except (TelegramError, StateError) as error:
            health.failed(error)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_PAUSE)
            continue
        health.worked()
        wait = pause
        offset = following(batch) or offset


def following(batch: list[Any]) -> int | None:
    """The number from which on updates are new, after this batch; None where no update has a number."""
    numbers = [entry.get("update_id") for entry in batch if isinstance(entry, dict)]
    return max((number + 1 for number in numbers if isinstance(number, int)), default=None)


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    wait = error.retry_after
    return float(wait if isinstance(wait, int) else wait.total_seconds())
