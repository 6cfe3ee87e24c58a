"""How much one person may ask, so that others do not notice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

AT_MOST = 30
"""Messages and taps of one person within a minute."""
MINUTE = 60.0

Verdict = Literal["fine", "say so", "silent"]


class FloodLimit:
    """Counts by the minute; what is too much is said once a minute."""

    def __init__(self, at_most: int = AT_MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_most, self._clock = at_most, clock
        self._minute = 0
        self._counts: dict[int, int] = {}

    def count(self, person: int) -> Verdict:
        """Count one thing that `person` did: fine, too much (say so), or too much again (silent)."""
        minute = int(self._clock() // MINUTE)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        self._counts[person] = count = self._counts.get(person, 0) + 1
        if count <= self._at_most:
            return "fine"
        return "say so" if count == self._at_most + 1 else "silent"
