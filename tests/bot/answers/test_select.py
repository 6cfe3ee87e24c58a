"""Complete lists: which clauses fit what a message describes."""

from __future__ import annotations

import pytest

from bot.answers import select
from bot.answers.references import Units
from bot.answers.select import VALID
from bot.clauses.models import Amount
from bot.clauses.store import ClauseStore
from bot.text.script import simplify
from tests.bot.answers.asking import Reader, key, keys, numbers, question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人社局或财政局的条款", [1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]),
        ("人社局、财政局都有的条款", [2, 7, 8, 14, 15, 16]),
        ("只有民政局一家负责的是哪几条", [23]),
        ("人社局有、教育局没有的是哪几条", [1, 4, 8, 10, 11, 15, 20]),
        ("没有人社局的是哪几条", [3, 9, 21, 22, 23, 24]),
        ("人社局和财政局，没有别的单位", [8, 15]),
        ("科技局或者商务局有份的条款", [1, 6, 7, 9, 12]),
        ("责任单位只写一家的条文", [22, 23]),
    ],
)
def test_departments_are_selected_as_they_are_put_together(
    store: ClauseStore, reader: Reader, text: str, expected: list[int]
) -> None:
    assert numbers(select.of_units(reader.refers(text).units, store)) == expected


def test_a_department_that_nobody_knows_has_no_clauses(store: ClauseStore) -> None:
    assert numbers(select.of_units(Units(("市气象局",)), store)) == []


def test_chapters_give_all_their_clauses_in_the_order_named(store: ClauseStore) -> None:
    assert numbers(select.of_chapters(keys(5, 2), store)) == [15, 16, 17, 3, 4, 5]
    assert numbers(select.of_chapters(keys(9), store)) == []


@pytest.mark.parametrize(
    ("text", "found", "chapter"),
    [
        ("讲创新创业创造的那一章", {}, 3),
        ("管人的那一章", {"15/2": 0.4, "16/1": 0.3, "8/4": 0.5}, 5),
        ("讲创新创业创造的那一章", {"15/2": 0.3}, 3),
    ],
)
def test_a_chapter_is_told_by_its_heading_and_by_the_clauses_that_are_likely(
    store: ClauseStore, text: str, found: dict[str, float], chapter: int
) -> None:
    assert select.likely_chapter(question(text, "list", found), store) == key(str(chapter))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50万", ["8/4", "15/2"]),
        ("5万", ["8/4"]),
        ("5-50万", ["8/4"]),
        ("30%", ["9/4", "11/5"]),
        ("6年", ["7/1"]),
        ("7年", []),
        ("一千二", []),
    ],
)
def test_an_amount_is_found_by_its_value(store: ClauseStore, reader: Reader, text: str, expected: list[str]) -> None:
    found = select.of_amounts(reader.refers(text).amounts, store)
    assert [passage.key for passage in found] == list(keys(*expected))


def test_the_same_number_of_something_else_is_no_such_amount(store: ClauseStore) -> None:
    assert select.of_amounts((Amount(30, 30, "年", "30年"),), store) == []


@pytest.mark.parametrize(
    ("kind", "expected"), [("money", [8, 15]), ("ratio", [9, 11, 12, 15]), ("count", []), ("open", []), ("names", [])]
)
def test_clauses_that_state_a_kind_of_amount_are_found(store: ClauseStore, kind: str, expected: list[int]) -> None:
    assert numbers(select.of_kind(question(asks={kind: 0.9}), store)) == expected


@pytest.mark.parametrize(
    ("words", "run", "expected"),
    [
        (("哪里", "写", "了", "县管", "校聘"), "县管校聘", [12]),
        (("中小微", "企业", "在", "哪条"), "中小微企业", [2, 9]),
        (("落户", "通道", "在", "哪"), "落户通道", [17]),
        (("打印机", "卡纸"), "", []),
        ((), "", []),
    ],
)
def test_the_longest_run_of_the_documents_own_words_is_found(
    store: ClauseStore, words: tuple[str, ...], run: str, expected: list[int]
) -> None:
    longest, passages = select.of_words(question(words=words), store)
    assert longest == run
    assert sorted({passage.clause for passage in passages}) == expected
    assert all(run in passage.text for passage in passages)


def test_a_run_across_two_sentences_has_a_passage(store: ClauseStore) -> None:
    _, passages = select.of_words(question(words=("留学人员", "创新创业", "。", "实施", "海外")), store)
    assert passages


def test_quoted_words_are_found_however_they_are_punctuated(store: ClauseStore) -> None:
    assert [p.key for p in select.quoted("不少于10个获奖团队", store)] == list(keys("8/4"))
    assert [p.key for p in select.quoted("就近办,六合一", store)] == list(keys("9/3"))
    assert select.quoted("打印机", store) == select.quoted("", store) == select.quoted("“”", store) == []


def test_words_that_many_clauses_hold_tell_nothing(store: ClauseStore) -> None:
    assert select.of_words(question(words=("就业",)), store) == ("", [])


def test_what_is_only_explored_can_be_listed_and_narrowed_to_a_subject(store: ClauseStore) -> None:
    assert numbers(select.of_force(question(asks={"explored": 0.9}), store)) == [2, 3, 4, 9, 12, 17, 18, 20, 22, 23]
    about = question(found={"12/3": 0.8}, asks={"explored": 0.9}, members=keys(12, 13, 14))
    assert numbers(select.of_force(about, store)) == [12]
    assert select.of_force(question(asks={"money": 0.9}), store) == ()


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("本办法自2023年1月1日起施行，有效期5年。", True),
        ("规划期为2023年至2027年。", True),
        ("行动期限：2022年—2024年。", True),
        ("试点期间给予补贴。", False),
        ("补贴期限最长不超过3年。", False),
    ],
)
def test_a_sentence_tells_how_long_its_document_is_in_force(sentence: str, tells: bool) -> None:
    assert bool(VALID.search(simplify(sentence))) is tells
