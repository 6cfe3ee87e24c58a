"""What a message names outright."""

from __future__ import annotations

import pytest

from bot.answers.mentions import only_a_number


@pytest.mark.parametrize("text", ["第3条", "(三)", "3", "clause 3", "第二十四条。"])
def test_a_clause_number_alone_is_recognised(text: str) -> None:
    assert only_a_number(text)


@pytest.mark.parametrize("text", ["第8条多少钱", "三年", "第8条 单位", "3个月"])
def test_a_number_with_anything_else_is_no_bare_clause_number(text: str) -> None:
    assert not only_a_number(text)
