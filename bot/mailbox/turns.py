"""One's turn in a conversation: nothing else of it happens meanwhile, on any server, and all that it comes to is written in one transaction
at its end. Where that fails, or the server is killed, nothing of it was; who does it again begins where it began.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextvars import ContextVar
from typing import Any

from sqlalchemy.engine import Connection

from bot.errors import StateError
from bot.mailbox.leases import Lease, pauses
from bot.mailbox.state import State

Work = Callable[[Connection], Any]
PATIENCE = 30.0
"""Seconds that are waited for another server's turn, which ends sooner or is taken over."""


class Turn:
    """A turn in the conversation of `sender` in a state: what was `read` in it, by name, and what is to be written."""

    def __init__(self, state: State, sender: str, lease: Lease) -> None:
        self.state, self.sender, self.lease = state, sender, lease
        self.read: dict[Hashable, Any] = {}
        self._work: list[Work] = []

    def write(self, work: Work) -> None:
        """Do `work` within the transaction that ends the turn, in the order of these calls."""
        self._work.append(work)

    def undo(self) -> None:
        """Nothing of what it came to until now is written."""
        self._work.clear()
        self.read.clear()

    def end(self, connection: Connection) -> None:
        """End it. Raises TakenOverError, and the transaction must be undone, where another server went on with it."""
        self.state.leases.end(connection, self.lease)
        for work in self._work:
            work(connection)


_running: ContextVar[Turn | None] = ContextVar("turn", default=None)


def lease_name(sender: Any) -> Any:
    """What a turn in the conversation of `sender`, a text or an expression, is called among the leases."""
    return "turn/" + sender


@contextlib.asynccontextmanager
async def turn_of(state: State, sender: str) -> AsyncIterator[Turn]:
    """A turn in the conversation of `sender`, once those before it have ended; part of the one that is running, if that is it.

    Raises StateError, with nothing written, where it cannot be begun or ended.
    """
    running = _running_in(state)
    if running is not None and running.sender == sender:
        yield running
        return
    name = lease_name(sender)
    async with state.leases.here(name):
        turn = Turn(state, sender, await _claimed(state, name))
        async with taking(turn):
            yield turn


async def _claimed(state: State, name: str) -> Lease:
    until = time.monotonic() + PATIENCE
    for pause in pauses():
        if lease := await state.run(lambda connection: state.leases.claim(connection, name)):
            return lease
        if time.monotonic() > until:
            raise StateError("Another server is still at this conversation. Please try again.")
        await asyncio.sleep(pause)
    raise AssertionError


@contextlib.asynccontextmanager
async def taking(turn: Turn) -> AsyncIterator[None]:
    """The block is `turn`: it ends with the block; where the block raises, nothing is written."""
    before = _running.set(turn)
    try:
        yield
    except BaseException:
        turn.state.leases.leave(turn.lease)
        raise
    finally:
        _running.reset(before)
    try:
        await turn.state.run(turn.end)
    except BaseException:
        turn.state.leases.leave(turn.lease)
        raise


async def read[T](state: State, name: Hashable, work: Callable[[Connection], T]) -> T:
    """What `work` reads; within a turn what was read under this name in it before, if anything was."""
    turn = _running_in(state)
    if turn is None:
        return await state.run(work)
    if name not in turn.read:
        turn.read[name] = await state.run(work)
    value: T = turn.read[name]
    return value


async def write(state: State, work: Work) -> None:
    """Do `work` at the end of the turn that is running; now, where none is."""
    turn = _running_in(state)
    if turn is None:
        await state.run(work)
    else:
        turn.write(work)


async def do[T](state: State, work: Callable[[Connection], T]) -> T:
    """`write`, and what comes of it: within a turn, what would come of it now. Raises what `work` raises."""
    turn = _running_in(state)
    if turn is None:
        return await state.run(work)

    def try_out(connection: Connection) -> None:
        raise _TriedOutError(work(connection))

    try:
        await state.run(try_out)
    except _TriedOutError as tried:
        value: T = tried.args[0]
        turn.write(work)
        return value
    raise AssertionError


class _TriedOutError(Exception):
    """Ends a transaction of which nothing shall remain but what came of it."""


def known(state: State, name: Hashable, value: Any) -> None:
    """What is read under this name in the turn that is running will be `value`: what the turn writes cannot be read before its end."""
    turn = _running_in(state)
    if turn is not None:
        turn.read[name] = value


def _running_in(state: State) -> Turn | None:
    turn = _running.get()
    return turn if turn is not None and turn.state is state else None
