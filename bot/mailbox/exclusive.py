"""A block that runs on one server at a time, whatever its name stands for; another server goes on within seconds when that one dies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.errors import StateError, TakenOverError
from bot.mailbox.leases import Lease
from bot.mailbox.state import State

LOOK_EVERY = 1.0
"""Seconds until it is looked again whether the name is free."""

Ours = Callable[[], Awaitable[bool]]


@contextlib.asynccontextmanager
async def exclusive(state: State, name: str, look_every: float = LOOK_EVERY) -> AsyncIterator[Ours]:
    """Wait until nobody else runs a block of this name, on any server, and run it.

    What is given out tells, at any time, whether the block is still this server's alone: False where this server was silent for so long
    that another one took over; end the block then. It raises StateError where that cannot be known now.
    """
    async with state.leases.here(name):
        lease = await _claimed(state, name, look_every)

        async def ours() -> bool:
            try:
                await state.run(lambda connection: state.leases.still(connection, lease))
            except TakenOverError:
                return False
            return True

        try:
            yield ours
        finally:
            state.leases.leave(lease)


async def _claimed(state: State, name: str, look_every: float) -> Lease:
    while True:
        with contextlib.suppress(StateError):  # it is tried again, as where another server has it
            if lease := await state.run(lambda connection: state.leases.claim(connection, name)):
                return lease
        await asyncio.sleep(look_every)
