from __future__ import annotations

import random

from bot.helpdesk.likeness import alike

RETURNEES = ["留學生創業有補助嗎", "留学生创业有没有补助", "留学生回来创业有补贴吗"]
HOUSES = ["福州房价多少", "福州现在房价多少一平"]
EGGS = ["How long do I boil an egg", "how long to boil an egg?"]


def groups(questions: list[str]) -> list[set[str]]:
    return [set(group.members) for group in alike(questions, str)]


def test_the_same_thing_asked_in_other_words_and_in_either_script_is_one_group_the_largest_first() -> None:
    found = groups([*HOUSES, "明天下雨吗", *RETURNEES])
    assert found == [set(RETURNEES), set(HOUSES), {"明天下雨吗"}]


def test_english_questions_are_not_alike_for_being_english() -> None:
    assert groups([*EGGS, "Where do I renew my passport"]) == [set(EGGS), {"Where do I renew my passport"}]


def test_a_group_bears_the_question_that_is_most_like_the_others() -> None:
    others = ["厦门落户", "厦门落户要什么条件", "厦门落户要多久"]
    assert alike(others, str)[0].typical == "厦门落户"


def test_the_order_of_the_questions_makes_no_other_groups() -> None:
    questions = [*RETURNEES, *HOUSES, *EGGS, "。。。", "？！", "老年卡"]
    expected = {frozenset(group) for group in groups(questions)}
    for seed in range(3):
        shuffled = random.Random(seed).sample(questions, len(questions))
        assert {frozenset(group) for group in groups(shuffled)} == expected


def test_a_question_asked_again_counts_each_time() -> None:
    (group,) = alike(["老年卡怎么办"] * 3, str)
    assert len(group.members) == 3


def test_nothing_asked_is_no_group() -> None:
    assert alike([], str) == []
