"""How much of a question the documents cover."""

from __future__ import annotations

from bot.answers.coverage import Coverage

COVERAGE = Coverage(["落户 通道"], str.split)


def test_known_words_and_pairs_count() -> None:
    assert COVERAGE.of("落户 地铁") == [0.5, 0.5, 0.2]


def test_a_text_without_words_covers_nothing() -> None:
    assert COVERAGE.of("?") == [0.0, 0.0, 0.0]
