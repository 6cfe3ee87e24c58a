"""The things that a message enumerates."""

from __future__ import annotations

import pytest

from bot.answers.topics import AT_MOST, topics


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("就业、住房、子女上学分别在哪几条", ["就业", "住房", "子女上学分别在哪几条"]),
        ("租房和落户", ["租房", "落户"]),
        ("租房以及落户还有社保", ["租房", "落户", "社保"]),
        ("housing and schools", ["housing", "schools"]),
        ("租房, 落户", ["租房", "落户"]),
    ],
)
def test_an_enumeration_is_divided_into_its_things(text: str, parts: list[str]) -> None:
    assert topics(text) == parts


@pytest.mark.parametrize(
    "text", ["", "落户要什么条件", "落户呢?", "a、b", "、、、", "、".join(["租房"] * (AT_MOST + 1))]
)
def test_one_thing_or_too_many_are_no_enumeration(text: str) -> None:
    assert topics(text) == []
