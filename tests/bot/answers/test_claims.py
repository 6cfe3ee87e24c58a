"""What a message states as a fact, laid beside the document."""

from __future__ import annotations

import pytest

from bot.answers.claims import Claim, claims_of
from bot.answers.question import Question
from bot.answers.references import References, Units
from bot.clauses.models import Amount
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import Reader, key, keys, question


def stating(text: str, **refers: object) -> Question:
    return question(text, claims=0.9, refers=References(**refers))  # type: ignore[arg-type]


def laid_beside(store: ClauseStore, asked: Question, clause: int, *passages: int) -> tuple[Claim, ...]:
    inside = store.passages(key(str(clause)))
    return claims_of(asked, store.clause(key(str(clause))), [inside[n] for n in passages] or inside)


@pytest.mark.parametrize(
    ("text", "clause", "verdict", "document"),
    [
        ("离岗最多6年吧", 7, "same", "6年"),
        ("离岗最多六年吧", 7, "same", "6年"),
        ("離崗最多72個月吧", 7, "same", "6年"),
        ("离岗最多3年吧", 7, "different", "6年"),
        ("离岗最多3个月吧", 7, "different", "6年"),
        ("离岗给30%吧", 7, "not_stated", ""),
        ("启动资金5-50万", 8, "same", "5-50 万元"),
        ("启动资金最高50万", 8, "same", "5-50 万元"),
        ("启动资金最低五万", 8, "same", "5-50 万元"),
        ("启动资金20万", 8, "different", "5-50 万元"),
        ("每年支持10个团队吧", 8, "same", "10 个"),
        ("企业开办要3天吧", 9, "different", "1 个工作日"),
        ("三支一扶有三成岗位", 11, "same", "30%"),
        ("建园奖励100万", 15, "same", "50 万元、100 万元"),
        ("省级园区奖励100万", 15, "same", "100 万元"),
        ("省级园区奖励50万", 15, "different", "100 万元"),
        ("市级的奖励100万吧", 15, "different", "50 万元"),
        ("municipal parks get 100万", 15, "different", "50 万元"),
        ("国家级的奖励100万吧", 15, "same", "50 万元、100 万元"),
        ("园区奖励80万", 15, "different", "50 万元"),
        ("福州市园区建园奖励100万", 15, "same", "50 万元、100 万元"),
        ("城市里的上市园区能省多少，奖励100万吧", 15, "same", "50 万元、100 万元"),
    ],
)
def test_an_amount_is_compared_with_those_of_its_kind(
    store: ClauseStore, reader: Reader, text: str, clause: int, verdict: str, document: str
) -> None:
    (claim,) = laid_beside(store, stating(text, amounts=reader.refers(text).amounts), clause)
    assert (claim.verdict, claim.document) == (verdict, document)
    assert claim.said in text.replace("個", "个")


def test_the_first_passage_that_states_an_amount_of_that_kind_decides(store: ClauseStore) -> None:
    three = stating("最长3年吧", amounts=(Amount(3, 3, "年", "3年"),))
    assert laid_beside(store, three, 15, 1, 3)[0].verdict == "same"
    assert laid_beside(store, three, 15, 1)[0].verdict == "not_stated"


def test_each_amount_is_a_claim_of_its_own(store: ClauseStore, reader: Reader) -> None:
    text = "每年10个团队，各给80万"
    found = laid_beside(store, stating(text, amounts=reader.refers(text).amounts), 8)
    assert [claim.verdict for claim in found] == ["same", "different"]


def test_a_department_is_laid_beside_the_clauses_unit_list(store: ClauseStore) -> None:
    asked = stating("这条归人社局和教育局吧", units=Units(("市人社局", "市教育局")))
    assert laid_beside(store, asked, 8) == (
        Claim("市人社局", "same", "市人社局、市财政局"),
        Claim("市教育局", "different", "市人社局、市财政局"),
    )


def test_a_department_asked_of_a_clause_by_its_number_is_a_claim_even_as_a_question(store: ClauseStore) -> None:
    refers = References(clauses=keys(8), units=Units(("市教育局",)))
    (claim,) = laid_beside(store, question("第8条归教育局吗", refers=refers), 8)
    assert claim.verdict == "different"


def test_who_else_is_responsible_is_no_claim(store: ClauseStore) -> None:
    refers = References(clauses=keys(8), units=Units(("市人社局",)), besides=True)
    assert laid_beside(store, question("第8条除了人社局还有谁", refers=refers), 8) == ()


def test_a_group_of_people_is_looked_for_in_what_answers(store: ClauseStore) -> None:
    text = "留学人员也有创业资金吧 "
    (held,) = laid_beside(store, question(text, claims=0.9, groups=("returnee",)), 8, 4)
    assert (held.said, held.verdict) == (text.strip(), "same")
    assert held.document == store.passages(key("8"))[4].text
    (missing,) = laid_beside(store, question("退役军人也有创业资金吧", claims=0.9, groups=("veteran",)), 8, 4)
    assert (missing.verdict, missing.document) == ("not_stated", "")


def test_what_only_asks_states_nothing(store: ClauseStore) -> None:
    refers = References(amounts=(Amount(6, 6, "年", "6年"),))
    assert laid_beside(store, question("离岗6年可以吗", claims=0.2, refers=refers, groups=("scientist",)), 7) == ()


def test_a_figure_and_an_office_in_one_message_are_both_laid_beside(store: ClauseStore) -> None:
    six_years = (Amount(6, 6, "年", "6年"),)
    refers = References(amounts=six_years, units=Units(("市教育局",)))
    found = laid_beside(store, question("离岗6年归教育局批吧", claims=0.9, refers=refers), 7)
    assert {(claim.said, claim.verdict) for claim in found} == {("市教育局", "same"), ("6年", "same")}


def test_a_group_is_not_said_to_be_right_where_the_sentence_does_not_state_what_is_said(store: ClauseStore) -> None:
    asked = question("留学人员不用公证也行吧", claims=0.9, groups=("returnee",), stated={key("8/4"): 0.1})
    (claim,) = laid_beside(store, asked, 8, 4)
    assert claim.verdict == "not_stated"


def test_what_asks_for_something_else_than_for_whom_it_is_claims_nothing_of_a_group(store: ClauseStore) -> None:
    asked = question("留学人员一年扶几队", claims=0.9, groups=("returnee",), asks={"count": 0.9})
    assert laid_beside(store, asked, 8, 4) == ()


def test_who_says_for_whom_they_really_ask_claims_nothing(store: ClauseStore) -> None:
    asked = question("说错了，我问的是台湾青年", "correct", claims=0.9, groups=("台湾",), asks={"group": 1.0})
    assert laid_beside(store, asked, 4) == ()


def test_what_the_document_adds_to_every_clause_is_no_wrong_unit(store: ClauseStore) -> None:
    asked = stating("第8条高新区管委会也要落实吧", units=Units(("高新区管委会",)))
    (claim,) = laid_beside(store, asked, 8)
    assert (claim.verdict, "高新区管委会" in claim.document) == ("same", True)
