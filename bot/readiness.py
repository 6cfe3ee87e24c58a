"""What /readyz tells: what stands in the way of answering, and what will, each in words that say what to do."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.errors import RongceError

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds for which it is known how a thing stands that takes time to look at, however often somebody asks."""
PATIENCE = 4.0
"""Seconds after which a thing that has not told counts as failed."""

Look = Callable[[], str | None]
"""Looks at one thing, in a thread: what is wrong with it, and what to do. It may as well raise a RongceError that says so."""


@dataclass(frozen=True)
class Standing:
    """What is wrong, by the name of the part. With a fault, messages fail or are lost; with a warning they are answered."""

    faults: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)


class Part:
    """One thing that is looked at."""

    def __init__(self, name: str, look: Look, every: float = EVERY) -> None:
        self._name, self._look, self._every = name, look, every
        self._looking: asyncio.Task[str] | None = None
        self._trouble, self._looked_at = "", float("-inf")

    async def trouble(self) -> str:
        """What is wrong with it; "" where nothing is. It is looked at once at a time, and not anew within some seconds."""
        if self._looking is None:
            if time.monotonic() - self._looked_at < self._every:
                return self._trouble
            self._looking = asyncio.create_task(self._look_now())
        looking = self._looking
        await asyncio.wait({looking}, timeout=PATIENCE)
        if not looking.done():  # whoever asks next waits for the same look
            return f"It did not tell within {PATIENCE:.0f} s how it is. Look whether its disk or server hangs."
        return looking.result()

    async def _look_now(self) -> str:
        before, self._trouble = self._trouble, await self._told()
        if self._trouble != before:
            level = logging.ERROR if self._trouble else logging.INFO
            logger.log(level, "%s: %s", self._name, self._trouble or "all is well again")
        self._looking, self._looked_at = None, time.monotonic()
        return self._trouble

    async def _told(self) -> str:
        try:
            return await asyncio.to_thread(self._look) or ""
        except RongceError as error:
            return str(error)
        except Exception as error:  # whatever it is, a health check must tell it and not fail by it
            logger.exception("%s could not be looked at", self._name)
            return f"It cannot be looked at ({type(error).__name__}); the log says why."


class Readiness:
    """All parts together."""

    def __init__(self, faults: Mapping[str, Part], warnings: Mapping[str, Part]) -> None:
        self._faults, self._warnings = faults, warnings

    @property
    def parts(self) -> tuple[str, ...]:
        """What may have faults."""
        return tuple(self._faults)

    async def standing(self) -> Standing:
        """How everything stands now."""
        faults, warnings = await asyncio.gather(_told(self._faults), _told(self._warnings))
        return Standing(faults, warnings)


async def _told(parts: Mapping[str, Part]) -> dict[str, str]:
    found = await asyncio.gather(*(part.trouble() for part in parts.values()))
    return {name: trouble for name, trouble in zip(parts, found, strict=True) if trouble}
