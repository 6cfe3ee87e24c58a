"""Lay words and the concepts that they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ahocorasick

MARK = "#"
"""Stands before a concept's name, so that no word of a text is taken for it."""


class Concepts:
    """Finds the concepts of a text; a Latin word counts from its beginning (licens in licensing), a Chinese one anywhere."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words` are each concept's words, simplified and in lower case."""
        of_word: dict[str, tuple[str, ...]] = {}
        for name, known in words.items():
            for word in dict.fromkeys(known):
                of_word[word] = (*of_word.get(word, ()), MARK + name)
        self._words = ahocorasick.Automaton()
        for word, names in of_word.items():
            self._words.add_word(word, (len(word), word[0].isascii(), names))
        self._words.make_automaton()

    def of(self, simplified: str) -> list[str]:
        """The names of the concepts that `simplified` speaks of, each marked and once."""
        found: dict[str, None] = {}
        if len(self._words):
            for end, (length, is_latin, names) in self._words.iter(simplified):
                start = end - length + 1
                if not (is_latin and start and _is_of_a_word(simplified[start - 1])):
                    found.update(dict.fromkeys(names))
        return sorted(found)


def _is_of_a_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")
