"""One turn at a time in a conversation, without Rasa's polling once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockStore


class ConversationLockStore(LockStore):
    """asyncio locks, gone when nobody holds or awaits them. Over several servers a turn is one's already (turns.py)."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock."""
        held = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with held:
            yield TicketLock(conversation_id)
