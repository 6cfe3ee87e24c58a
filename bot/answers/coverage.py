"""How much of a question the documents' own words cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise


class Coverage:
    """Compares questions with everything that the documents say."""

    def __init__(self, texts: Iterable[str], words_of: Callable[[str], list[str]]) -> None:
        """`texts` are the documents' passages, simplified; `words_of` cuts a simplified text into words."""
        known = list(texts)
        self._words_of = words_of
        self._words = {word for text in known for word in words_of(text)}
        self._pairs = {pair for text in known for pair in _han_pairs(text)}

    def of(self, simplified: str) -> list[float]:
        """The share of the words of two characters or more and of the pairs of neighbouring Han characters that the documents
        have, and the number of those words, in tens.
        """
        words = [word for word in self._words_of(simplified) if len(word) > 1]
        pairs = _han_pairs(simplified)
        return [_share(words, self._words), _share(pairs, self._pairs), len(words) / 10]


def _han_pairs(text: str) -> list[str]:
    return [a + b for a, b in pairwise(text) if "\u4e00" <= a <= "\u9fff" and "\u4e00" <= b <= "\u9fff"]


def _share(found: list[str], known: set[str]) -> float:
    return sum(entry in known for entry in found) / len(found) if found else 0.0
