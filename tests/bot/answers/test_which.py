"""From which of several documents a message is answered."""

from __future__ import annotations

import dataclasses

from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.references import References, Units
from bot.answers.which import considered
from tests.bot.answers.asking import question

HOME, OTHER, THIRD = "2021-49", "songping", "lanting"


def about(document: str, foreign: float = 0.0, **known: object) -> Question:
    asked = question(found={"8/4": 0.9}, document=document, foreign=foreign)
    return dataclasses.replace(asked, **{"taught": document == HOME, **known})  # type: ignore[arg-type]


def documents(first: Question, *rivals: Question, memory: Memory | None = None) -> list[str]:
    asked = dataclasses.replace(first, rivals=rivals)
    return [option.document for option in considered(asked, memory or Memory())]


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
