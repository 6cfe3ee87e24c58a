from __future__ import annotations

import pytest

from bot.text.clean import clean, is_question


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/restart", "restart"),
        (" / greet", "greet"),
        ("／session_start", "session_start"),
        ('/greet{"slot": 1}', 'greet{"slot": 1}'),
        ("补\u200b贴\u202e多少", "补贴多少"),
        ("补贴\x00多少\ud800", "补贴多少"),
        ("  两\n行\t字 ", "两 行 字"),
        ("\u200b\u2066", ""),
    ],
)
def test_what_nobody_can_read_and_what_commands_rasa_is_taken_out(text: str, left: str) -> None:
    assert clean(text) == left


@pytest.mark.parametrize(
    ("text", "question"), [("😂😂", False), ("？！…", False), ("", False), ("8", True), ("补贴", True)]
)
def test_only_letters_digits_and_characters_make_a_question(text: str, question: bool) -> None:
    assert is_question(text) is question
