"""From which of several documents a message is answered."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.references import References, Units
from bot.answers.scope import REFUSED_FROM
from bot.answers.which import considered
from bot.clauses.store import ClauseStore
from tests import versions
from tests.bot.answers.asking import question

HOME, OTHER, THIRD = "2021-49", "songping", "lanting"


def about(document: str, foreign: float = 0.0, **known: object) -> Question:
    asked = question(found={"8/4": 0.9}, document=document, foreign=foreign)
    return dataclasses.replace(asked, **{"taught": document == HOME, **known})  # type: ignore[arg-type]


class Held:
    """What is held: two versions of a document."""

    store: ClauseStore


@pytest.fixture(scope="module", autouse=True)
def _held(versions_store: ClauseStore) -> None:
    Held.store = versions_store


def documents(first: Question, *rivals: Question, memory: Memory | None = None) -> list[str]:
    asked = dataclasses.replace(first, rivals=rivals)
    return [option.document for option in considered(asked, memory or Memory(), Held.store)]


def then(when: str, first: str, last: str) -> References:
    """What a message refers to that names a time."""
    return References(when=when, first=first, last=last)


def of_versions(past: float = 0.0, memory: Memory | None = None, **known: Any) -> list[str]:
    """From which versions a message is answered that may be about either."""
    both = [about(key, past=past, **known) for key in (versions.NEWER, versions.OLDER)]
    return documents(*both, memory=memory)


def test_what_a_message_names_is_answered_from_and_nothing_else() -> None:
    assert documents(about(HOME, 0.9, named=True), about(OTHER)) == [HOME, OTHER]
    assert documents(about(OTHER, 0.9, named=True)) == [OTHER]


def test_the_document_that_deals_with_it_is_answered_from() -> None:
    assert documents(about(HOME, 0.9), about(OTHER, 0.1)) == [OTHER]
    assert documents(about(HOME, 0.1), about(OTHER, 0.6)) == [HOME]
    assert documents(about(HOME, 0.9), about(OTHER, 0.9), about(THIRD, 0.2)) == [THIRD]


def test_documents_that_both_deal_with_it_are_both_answered_from_the_likelier_first() -> None:
    assert documents(about(HOME, 0.4), about(OTHER, 0.1)) == [OTHER, HOME]
    assert documents(about(HOME, 0.1), about(OTHER, 0.2), about(THIRD, 0.8)) == [HOME, OTHER]


def test_what_no_other_document_deals_with_may_be_the_taught_ones_after_all() -> None:
    assert documents(about(HOME, 0.7, foreign_alone=0.1), about(OTHER, 0.6)) == [HOME]
    asked = dataclasses.replace(about(HOME, 0.7, foreign_alone=0.1), rivals=(about(OTHER, 0.6),))
    (option,) = considered(asked, Memory(), Held.store)
    assert option.foreign < REFUSED_FROM


def test_what_no_document_deals_with_is_refused_once() -> None:
    assert documents(about(HOME, 0.8), about(OTHER, 0.7)) == [OTHER]


def test_a_message_that_leans_stays_with_the_document_of_the_conversation() -> None:
    asked = (about(OTHER, leans=1.0, subjectless=1.0, candidates=()), about(HOME))
    assert documents(*asked, memory=Memory(document=OTHER)) == [OTHER]


def test_a_bare_reference_is_of_the_conversations_document_else_of_all_that_have_it() -> None:
    eight = References(clauses=("2021-49/8",))
    asked = (about(HOME, refers=eight), about(OTHER, refers=eight), about(THIRD))
    assert documents(*asked) == [HOME, OTHER]
    assert documents(*asked, memory=Memory(document=HOME)) == [HOME]


def test_a_department_is_looked_for_where_there_is_one_of_that_name() -> None:
    women = References(units=Units(present=("市妇联",)))
    everything = References(every=True)  # 妇联负责的全部条款, where no 妇联 is known
    assert documents(about(HOME, refers=women), about(OTHER, refers=everything)) == [HOME]


def test_a_list_is_of_one_document() -> None:
    assert documents(about(HOME, 0.1, act="list"), about(OTHER, 0.2, act="list")) == [HOME]


def test_of_two_versions_the_one_in_force_today_answers() -> None:
    assert of_versions() == [versions.NEWER]
    assert of_versions(refers=then("2019年", "2019-01-01", "2019-12-31")) == [versions.NEWER]  # 我2019年毕业的


def test_a_question_about_an_earlier_time_is_answered_from_the_version_of_then() -> None:
    assert of_versions(0.9, refers=then("2019年", "2019-01-01", "2019-12-31")) == [versions.OLDER]
    assert of_versions(0.9, refers=then("2024年", "2024-01-01", "2024-12-31")) == [versions.NEWER]
    assert of_versions(0.9, refers=then("2023年6月", "2023-06-01", "2023-06-30")) == [versions.OLDER]
    assert of_versions(0.9, refers=then("2023年7月", "2023-07-01", "2023-07-31")) == [versions.NEWER]


def test_a_year_in_which_one_took_the_place_of_the_other_is_answered_from_both() -> None:
    assert set(of_versions(0.9, refers=then("2023年", "2023-01-01", "2023-12-31"))) == {versions.OLDER, versions.NEWER}


def test_a_time_before_all_versions_is_answered_from_the_oldest() -> None:
    assert of_versions(0.9, refers=then("2015年", "2015-01-01", "2015-12-31")) == [versions.OLDER]


def test_the_earlier_rules_are_those_of_the_version_before() -> None:
    assert of_versions(0.9) == [versions.OLDER]


def test_a_version_that_is_named_by_its_number_answers_whatever_the_time() -> None:
    assert documents(about(versions.OLDER, 0.0, named=True, exact=True)) == [versions.OLDER]


def test_what_goes_on_about_an_older_version_stays_with_it_until_today_is_asked_about() -> None:
    older = Memory(document=versions.OLDER)
    leaning: dict[str, Any] = {"leans": 1.0, "subjectless": 1.0, "candidates": ()}
    assert of_versions(memory=older, **leaning) == [versions.OLDER]
    assert of_versions(memory=older, refers=References(now=True), **leaning) == [versions.NEWER]
    assert of_versions(memory=older) == [versions.NEWER]
    assert of_versions(memory=Memory(document=versions.NEWER), **leaning) == [versions.NEWER]
