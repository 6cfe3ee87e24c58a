"""Work in pure Python on many things at once: one process cannot use more than one core for it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import Any

FEW = 2_000
"""So many things are done sooner without other processes."""
AT_ONCE = 500
"""So many are handed to a process at a time."""
_work: Callable[[Any], Any] | None = None
"""What is being done: set before processes are forked from this one, so that they have it, and all that it knows."""


def each[T, R](work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What `work` gives for each of `things`, in their order. It must need no other thread, and what it changes is lost."""
    global _work
    if len(things) < FEW or (os.cpu_count() or 1) < 2:
        return [work(thing) for thing in things]
    _work = lambda place: work(things[place])  # noqa: E731  things go by their places: they need not be copied
    try:
        with multiprocessing.get_context("fork").Pool() as pool:
            return pool.map(_do, range(len(things)), AT_ONCE)
    finally:
        _work = None


def _do(place: int) -> Any:
    assert _work is not None
    return _work(place)
