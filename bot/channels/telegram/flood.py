"""How much one person may ask, so that others do not notice. What each asked is counted in the inbox, for all servers."""

from __future__ import annotations

from typing import Literal

AT_MOST = 30
"""Messages and taps of one person within a minute."""

Verdict = Literal["fine", "say so", "silent"]


def verdict(nth: int) -> Verdict:
    """What to do about the `nth` thing that somebody does within a minute: what is too much is said once a minute."""
    if nth <= AT_MOST:
        return "fine"
    return "say so" if nth == AT_MOST + 1 else "silent"
