"""An assistant that counts: its answers show whether turns overlapped, were lost, were done twice, or worked on a stale memory."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox import turns
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import slots

REMEMBER = sa.text(
    "insert into slots (sender, name, value) values (:sender, 'memory', :value)"
    " on conflict (sender, name) do update set value = excluded.value"
)


class Counting:
    """Answers each message with how many of its conversation were answered, which it remembers; counts turns that overlap in this process."""

    def __init__(self, state: State, takes: float = 0.002) -> None:
        self._state, self._takes = state, takes
        self.running: set[str] = set()
        self.overlaps = 0

    async def __call__(self, message: Message) -> Reply:
        self.overlaps += message.sender in self.running
        self.running.add(message.sender)
        try:
            number = await remembered(self._state, message.sender) + 1
            await asyncio.sleep(self._takes)
            await turns.write(self._state, lambda connection: _remember(connection, message.sender, number))
            return Reply((Line("", str(number)),), {"kind": "answer"})
        finally:
            self.running.discard(message.sender)


async def remembered(state: State, sender: str) -> int:
    """How many messages of a conversation were answered, as is remembered."""
    found = sa.select(slots.c.value).where(slots.c.sender == sender)
    return int(await state.run(lambda connection: connection.execute(found).scalar()) or 0)


def _remember(connection: Connection, sender: str, number: int) -> None:
    connection.execute(REMEMBER, {"sender": sender, "value": str(number)})
