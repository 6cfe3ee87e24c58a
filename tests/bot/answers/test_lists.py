"""Questions whose answer is several clauses."""

from __future__ import annotations

import pytest

from bot.answers.lists import asks_for_several, aspects, described, probable, served
from bot.answers.question import Candidate, Mentions, Question
from bot.clauses.store import ClauseStore


def asked(text: str, **known: object) -> Question:
    return Question(text, text, "list", 1.0, **known)  # type: ignore[arg-type]


def of_departments(text: str, *names: str) -> Question:
    """A question that names departments by the first two characters of their short names."""
    spans = tuple((text.index(name[1:3]), text.index(name[1:3]) + len(name) - 1) for name in names)
    return asked(text, mentions=Mentions(departments=names, department_spans=spans))


def numbers(clauses: object) -> list[int]:
    assert isinstance(clauses, list | tuple)
    return [clause.number for clause in clauses]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (
            "人社局和财政局负责的条款一起列出来",
            ["市人社局", "市财政局"],
            [1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
        ),
        ("有没有人社局、财政局都有的条款", ["市人社局", "市财政局"], [2, 7, 8, 14, 15, 16]),
        ("只有民政局一家负责的是哪几条", ["市民政局"], [23]),
        ("人社局和财政局都有的条款", ["市人社局", "市财政局"], [2, 7, 8, 14, 15, 16]),
        ("人社局有、教育局没有的是哪几条", ["市人社局", "市教育局"], [1, 4, 8, 10, 11, 15, 20]),
        ("没有人社局的是哪几条", ["市人社局"], [3, 9, 21, 22, 23, 24]),
        ("就人社局、财政局两家，没有第三家的", ["市人社局", "市财政局"], [8, 15]),
        ("科技局或者商务局有份的条款", ["市科技局", "市商务局"], [1, 6, 7, 9, 12]),
    ],
)
def test_departments_together_one_without_the_other_and_alone(
    store: ClauseStore, text: str, names: list[str], expected: list[int]
) -> None:
    assert numbers(described(of_departments(text, *names), store)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("写了具体金额的是哪几条", [8, 15]),
        ("带百分比的条款", [9, 11, 12, 15]),
        ("还在试点的有哪几条", [4, 9, 20]),
        ("责任单位只写一家的条文", [22, 23]),
        ("“中小微企业”出现在哪几条", [2, 9]),
    ],
)
def test_amounts_pilots_single_units_and_quoted_words_are_found_by_query(
    store: ClauseStore, text: str, expected: list[int]
) -> None:
    assert numbers(described(asked(text), store)) == expected


def test_a_chapter_is_found_by_its_number_and_by_what_it_is_about(store: ClauseStore) -> None:
    by_number = asked("第五部分有哪些条", mentions=Mentions(chapters=(5,)))
    by_subject = asked("讲用人制度改革的那一章", candidates=(Candidate("2021-49/10/1", 0.4),))
    assert numbers(described(by_number, store)) == [15, 16, 17]
    assert numbers(described(by_subject, store)) == [10, 11, 12, 13, 14]


def test_who_asks_what_concerns_them_gets_what_serves_them_best_first(store: ClauseStore) -> None:
    question = asked("我是台湾人最该看哪几条", mentions=Mentions(groups=("taiwan",), group_starts=(2,)))
    assert numbers(served(question, store)) == [4, 17, 2]


def test_who_begins_by_saying_who_they_are_is_the_one_who_asks(store: ClauseStore) -> None:
    question = asked(
        "海归回福州，房、孩子、创业一共沾哪些光",
        mentions=Mentions(groups=("returnee", "child"), group_starts=(0, 8)),
        aspects=("2021-49/8", "2021-49/22"),
    )
    assert numbers(served(question, store)) == [8, 5, 7]


def test_a_group_among_several_things_is_one_of_the_things(store: ClauseStore) -> None:
    question = asked(
        "租房、社保、孩子上学分别看哪条",
        mentions=Mentions(groups=("child",), group_starts=(6,)),
        aspects=("2021-49/17", "2021-49/22"),
    )
    assert served(question, store) is None
    assert numbers(probable(question, store)) == [17, 22]


def test_a_telling_word_brings_the_clauses_that_hold_it(store: ClauseStore) -> None:
    question = asked("股权提过几处", candidates=(Candidate("2021-49/20/1", 0.9),), document_words=("股权",))
    assert sorted(numbers(probable(question, store))) == [7, 9, 20]


def test_only_what_asks_for_several_is_divided() -> None:
    assert aspects("住房、社保、孩子上学分别看哪几条") == ["住房", "社保", "孩子上学分别看哪几条"]
    assert aspects("住房、社保、孩子上学怎么办") == []
    assert not asks_for_several("离岗创业写在第几条")
    assert not asks_for_several("公司名下没有厂房，能拿租金补助吗")
