"""Amounts that a sentence states one for each of several things."""

from __future__ import annotations

import dataclasses

import pytest

from bot.answers.respective import amounts_meant
from bot.clauses.models import Amount, Passage
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import key

FARMS = "首次认定为省级、市级、县级示范家庭农场的，分别奖励8万元、5万元和2万元。"
SKILLS = "取得高级工、技师、高级技师证书的，分别奖励2000元、4000元和8000元。"
ONE = "分别给予5万元补贴。"


def passage(store: ClauseStore, text: str, *amounts: str) -> Passage:
    stated = tuple(Amount(0, 0, "元", amount) for amount in amounts)
    return dataclasses.replace(store.passages(key("15"))[0], text=text, amounts=stated)


def meant(store: ClauseStore, question: str, text: str, *amounts: str) -> tuple[list[str], bool]:
    found, tells = amounts_meant(question, passage(store, text, *amounts))
    return [amount.text for amount in found], tells


@pytest.mark.parametrize(
    ("question", "amount"), [("省里的农场给多少", "8万元"), ("县级的是2万吧", "2万元"), ("municipal farms", "5万元")]
)
def test_the_level_of_government_tells_which_amount_is_meant(store: ClauseStore, question: str, amount: str) -> None:
    assert meant(store, question, FARMS, "8万元", "5万元", "2万元") == ([amount], True)


def test_a_question_that_names_none_of_the_things_may_be_about_any(store: ClauseStore) -> None:
    assert meant(store, "证书有奖励吗", SKILLS, "2000元", "4000元", "8000元") == (["2000元", "4000元", "8000元"], False)


def test_a_sentence_with_one_amount_is_about_that(store: ClauseStore) -> None:
    assert meant(store, "给多少", ONE, "5万元") == (["5万元"], True)
