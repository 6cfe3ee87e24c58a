"""Chinese words, by jieba."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import jieba

jieba.setLogLevel(logging.WARNING)


class Segmenter:
    """Cuts simplified text (see script.simplify) into words, knowing `words` beside jieba's own dictionary."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(sorted(set(words)))
        self._tokenizer = jieba.Tokenizer()
        for word in self.words:
            self._tokenizer.add_word(word)

    def words_with_offsets(self, text: str) -> list[tuple[str, int]]:
        """Each word of `text` with the offset of its first character; white space is no word."""
        return [(word, start) for word, start, _ in self._tokenizer.tokenize(text) if not word.isspace()]
