"""Lay words and the concepts that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MARK = "#"
"""Stands before a concept's name, so that no word of a text is taken for it."""


class Concepts:
    """Finds the concepts of a text; a Latin word counts from its beginning (licens in licensing), a Chinese one anywhere."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words` are each concept's words, simplified and in lower case."""
        self._patterns = {
            MARK + name: re.compile(
                "|".join(rf"\b{re.escape(word)}" if word.isascii() else re.escape(word) for word in known)
            )
            for name, known in words.items()
        }

    def of(self, simplified: str) -> list[str]:
        """The names of the concepts that `simplified` speaks of, each marked and once."""
        return [name for name, pattern in self._patterns.items() if pattern.search(simplified)]
