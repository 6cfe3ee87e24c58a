"""Chinese words, by jieba."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import ClassVar

import jieba

jieba.setLogLevel(logging.WARNING)


class Segmenter:
    """Cuts simplified text (see script.simplify) into words, knowing `words` beside jieba's own dictionary."""

    made_last: ClassVar[Segmenter | None] = None

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(sorted(set(words)))
        self._tokenizer = jieba.Tokenizer()
        for word in self.words:
            self._tokenizer.add_word(word)
        Segmenter.made_last = self

    def words_with_offsets(self, text: str) -> list[tuple[str, int]]:
        """Each word of `text` with the offset of its first character; white space is no word."""
        return [(word, start) for word, start, _ in self._tokenizer.tokenize(text) if not word.isspace()]

    def knows(self, word: str) -> bool:
        """Whether `word` is one that it knows, and not merely one that it would cut out."""
        return bool(self._tokenizer.FREQ.get(word))


def any_segmenter() -> Segmenter:
    """The segmenter that was made last, whichever words it knows besides, or a new one: each has a dictionary of 75 MB."""
    return Segmenter.made_last or Segmenter()
