from __future__ import annotations

from pathlib import Path

import pytest

from bot.text.script import language_of, script_of, simplify, to_script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("留學生回福州創業有補助嗎", "hant"),
        ("注册公司要几天", "hans"),
        ("想不出來ㄒㄒ", "hant"),
        ("原文", None),
        ("台北", None),
        ("how much?", None),
    ],
)
def test_the_script_is_told_by_characters_that_only_one_side_has(text: str, script: str | None) -> None:
    assert script_of(text) == script


def test_law_words_are_converted_character_by_character_never_word_by_word() -> None:
    assert to_script("软件、信息、干部、系统", "hant") == "軟件、信息、幹部、系統"


def test_converting_the_whole_document_keeps_every_character_in_its_place() -> None:
    source = Path("documents/2021-49/source.txt").read_text("utf-8")
    assert len(to_script(source, "hant")) == len(source)


def test_models_read_mainland_words_in_half_width() -> None:
    assert simplify("計程車司機 第１１條") == "出租车司机 第11条"


@pytest.mark.parametrize(
    ("text", "language"), [("How long?", "en"), ("补贴 how much", "zh"), ("123", None), ("😂", None)]
)
def test_a_text_with_chinese_in_it_is_chinese(text: str, language: str | None) -> None:
    assert language_of(text) == language
