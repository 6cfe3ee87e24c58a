"""Signs that something is asked which a policy document does not hold."""

from __future__ import annotations

import pytest

from bot.answers.signs import signs, squeeze

WORDING = squeeze("根据闽委办发〔2020〕16号，给予规上企业奖励")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("申请表在哪下载", "form"),
        ("我的申请审核到哪了", "own_file"),
        ("平均工资多少", "price"),
        ("明年会不会涨", "forecast"),
        ("劳动法怎么规定", "document"),
        ("内政部的租金补贴", "authority"),
        ("「好年华」那套多少钱", "quoted"),
        ("“规上”是什么", "quoted_here"),
        ("闽委办发2020 16号 哪里引的", "quoted_here"),
    ],
)
def test_words_hint_at_a_reason(text: str, sign: str) -> None:
    assert sign in signs(text, WORDING)


def test_a_plain_question_has_no_sign() -> None:
    assert signs("留学回来创业有扶持吗", WORDING) == []
