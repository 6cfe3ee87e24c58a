"""Whether Telegram can be reached: said once when it changes, not at every attempt."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram.error import Conflict, InvalidToken

logger = logging.getLogger(__name__)

SILENT_FOR = 90.0
"""Seconds without a success after which the channel counts as down."""
REFUSED = (
    "Telegram refuses the bot's token. If that goes on, it was revoked: get a new one from @BotFather, put it into TELEGRAM_TOKEN "
    "and start again. Everything but Telegram goes on."
)
CONFLICT = "Another process fetches this bot's updates. Only one may: end the other one."


class Health:
    """What the last attempts came to."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_success: float | None = None
        self._failing = ""
        self._not_brought = ""

    def worked(self) -> None:
        """Telegram answered."""
        if self._failing:
            logger.info("Telegram answers again")
        self._failing = ""
        self._last_success = self._clock()

    def failed(self, error: Exception) -> None:
        """Telegram did not answer, or what it said could not be kept. The first of several alike is logged."""
        kind = type(error).__name__
        if self._failing != kind:
            known = REFUSED if isinstance(error, InvalidToken) else CONFLICT if isinstance(error, Conflict) else ""
            logger.error("%s", known or f"Telegram cannot be used now ({kind}); it is tried again and again")
        self._failing = kind

    def brings(self, trouble: str) -> None:
        """Telegram answers, and brings updates here; or does not, for the reason that `trouble` tells."""
        if trouble and trouble != self._not_brought:
            logger.error("%s", trouble)
        self._not_brought = trouble

    def trouble(self) -> str | None:
        """Why the channel is down; None where it is up."""
        if self._last_success is not None and self._clock() - self._last_success < SILENT_FOR:
            return self._not_brought or None
        if self._failing == InvalidToken.__name__:
            return "Telegram refuses the bot's token"
        return f"Telegram cannot be reached{f' ({self._failing})' if self._failing else ' yet'}"
