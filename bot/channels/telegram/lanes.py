"""Work in order within a lane (a chat), in all lanes at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import StateError

logger = logging.getLogger(__name__)

AGAIN_AFTER = 2.0
"""Seconds until a lane whose work could not be read or kept is tried again."""


class Lanes:
    """One task for each lane with work; it ends when there is none."""

    def __init__(self, work: Callable[[str], Awaitable[None]]) -> None:
        """`work(lane)` does all that waits in a lane; it may raise StateError, and is then called again."""
        self._work = work
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: set[str] = set()

    def wake(self, *lanes: str) -> None:
        """There is something new in these lanes."""
        for lane in lanes:
            self._news.add(lane)
            if lane not in self._tasks:
                self._tasks[lane] = asyncio.create_task(self._run(lane))

    async def idle(self) -> None:
        """Wait until no lane has work."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Stop all work where it stands."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        try:
            while lane in self._news:
                self._news.discard(lane)
                try:
                    await self._work(lane)
                except StateError as error:
                    logger.error("lane %s waits: %s", lane, error)
                    await asyncio.sleep(AGAIN_AFTER)
                    self._news.add(lane)
        except Exception:  # a lane that fails must not take the others with it; what waits in it is kept
            logger.exception("lane %s failed", lane)
        finally:
            del self._tasks[lane]
