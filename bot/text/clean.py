"""What of a message is text that can be answered."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 1000
"""Characters of a message that are read; longer ones are politely declined."""
UNREADABLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode categories of characters that nobody can read: controls, zero-width and bidi marks, private use, lone surrogates."""


def clean(text: str) -> str:
    """`text` without unreadable characters and superfluous white space.

    Leading slashes go as well: Rasa takes a text that begins with one for a command (/restart).
    """
    readable = "".join(" " if char.isspace() else char for char in text if char.isspace() or _readable(char))
    return re.sub(r"\s+", " ", readable).strip().lstrip("/／ ")


def is_question(text: str) -> bool:
    """Whether `text` has a letter, a digit or a Chinese character; emoji and punctuation alone are no question."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def _readable(char: str) -> bool:
    return unicodedata.category(char) not in UNREADABLE
