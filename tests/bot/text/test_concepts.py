"""Lay words are led to the document's concepts."""

from __future__ import annotations

from bot.text.concepts import Concepts

CONCEPTS = Concepts({"孩子": ["娃", "kid"], "学校": ["小学"]})


def test_a_lay_word_anywhere_in_a_chinese_text_counts() -> None:
    assert CONCEPTS.of("我娃能上小学吗") == ["#学校", "#孩子"]


def test_a_latin_word_counts_from_its_beginning_only() -> None:
    assert CONCEPTS.of("my kids") == ["#孩子"]
    assert CONCEPTS.of("skidding") == []
