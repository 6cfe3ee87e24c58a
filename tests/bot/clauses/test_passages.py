"""What kinds of facts a sentence states: what an answer may say that the document does not."""

from __future__ import annotations

import pytest

from bot.answers.stated import ALWAYS_STATED, KINDS
from bot.clauses.passages import FACTS, OF_UNIT, facts_of
from bot.clauses.store import ClauseStore


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("给予每个团队5-50万元不等的启动资金", "money"),
        ("压缩至法定时限的 30%以内", "ratio"),
        ("离岗创办企业最长可延至6年", "duration"),
        ("审批时间压缩至 1 个工作日内", "duration"),
        ("3个月内办结", "duration"),
        ("每年支持不少于 10 个获奖团队", "count"),
        ("实施九大行动，培育五大品牌，共三个项目", "count"),
        ("2021年5月26日", "date"),
        ("在居住地申请", "place"),
        ("银行、小额贷款公司、政府引导基金", "names"),
        ("年龄在四十五岁以下", "age"),
        ("面向本县户籍人员招聘", "household"),
        ("持有居住证", "household"),
        ("具有大学本科学历", "education"),
        ("家庭经济困难学生", "income"),
        ("工作年限", "tenure"),
        ("积分入学", "points"),
        ("可在兼职单位申报职称", "procedure"),
        ("以上一年度缴纳税费为基数", "definition"),
        ("台湾青年", "group"),
    ],
)
def test_a_sentence_states_the_kinds_of_facts_that_are_in_its_words(text: str, kind: str) -> None:
    assert kind in facts_of(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("适时提高人才储备生活补贴标准", "money"),
        ("给予相应奖励", "money"),
        ("于2021年底前完成", "duration"),
        ("榕政办〔2021〕49号", "duration"),
        ("榕政办〔2021〕49号", "date"),
        ("2021年5月26日", "duration"),
        ("银行、贷款公司", "names"),
        ("深化商事制度集成化改革。", "place"),
    ],
)
def test_what_a_sentence_leaves_open_is_no_fact_of_it(text: str, kind: str) -> None:
    assert kind not in facts_of(text)


def test_every_kind_that_can_be_asked_can_be_stated_and_no_other() -> None:
    learned = set(KINDS) - ALWAYS_STATED
    assert {*FACTS, *OF_UNIT.values(), "date", "names", "group"} == learned


def test_facts_are_in_one_order_and_each_stands_once(store: ClauseStore) -> None:
    for passage in store.passages():
        assert list(passage.facts) == sorted(set(passage.facts)) == list(facts_of(passage.text))


@pytest.mark.parametrize(
    ("passage", "states", "leaves_open"),
    [
        ("2021-49/2/6", (), ("money", "date", "duration", "age")),
        ("2021-49/4/2", ("group", "household"), ("money", "age", "procedure")),
        ("2021-49/7/1", ("duration", "procedure"), ("money", "age", "education")),
        ("2021-49/8/3", ("names",), ("money", "ratio", "duration", "date")),
        ("2021-49/8/4", ("money", "count"), ("date", "age", "education", "place")),
        ("2021-49/9/3", ("duration",), ("money",)),
        ("2021-49/11/5", ("ratio", "tenure"), ("money", "age")),
        ("2021-49/15/4", ("ratio", "duration"), ("money",)),
        ("2021-49/22/2", ("points",), ("count", "age")),
    ],
)
def test_the_documents_sentences_state_what_a_reader_finds_in_them(
    store: ClauseStore, passage: str, states: tuple[str, ...], leaves_open: tuple[str, ...]
) -> None:
    (found,) = [entry.facts for entry in store.passages() if entry.key == passage]
    assert set(states) <= set(found)
    assert set(leaves_open).isdisjoint(found)
