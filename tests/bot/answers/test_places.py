"""How a text speaks of other places."""

from __future__ import annotations

import pytest

from bot.answers.places import names_home, place_signs


@pytest.mark.parametrize("text", ["厦门台青租房补多少", "丰泽区给电商主播落户名额吗", "杭州人才房"])
def test_another_place_at_the_beginning_is_seen(text: str) -> None:
    assert place_signs(text) == ["place", "place_first"]


@pytest.mark.parametrize("text", ["老家四川能申请公租房吗", "我姐夫在新疆摘棉花", "从南昌回来养老保险怎么转"])
def test_a_place_where_somebody_comes_from_or_lives_is_told_apart(text: str) -> None:
    assert "place_of_life" in place_signs(text)


@pytest.mark.parametrize("text", ["从泉州跳槽到福州", "天津大学的教授有什么待遇", "补贴多少"])
def test_fuzhou_and_what_the_document_names_are_no_other_place(text: str) -> None:
    assert place_signs(text) == []


def test_what_belongs_to_fuzhou_is_home() -> None:
    assert names_home("那福清呢")
    assert not names_home("那厦门呢")
