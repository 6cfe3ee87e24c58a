"""What a reply to an earlier answer makes of the memory."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.memory import AT_MOST_EARLIER, Memory, Subject
from tests.bot.answers.asking import key, keys

COMPANY, LEAVE, LIST = Subject("注册公司要几天", key("9/3")), Subject("离岗创业几年", key("7/1")), "市国资委负责哪几条"
AFTER_COMPANY = Memory(
    question=COMPANY.question,
    wanted="departments",
    clause=key("9"),
    passage=COMPANY.passage,
    given=keys(9),
    near=keys(3),
    earlier=(COMPANY,),
    misses=1,
)
AFTER_LIST = Memory(
    question=LIST,
    clause=key("7"),
    given=keys(7, 10),
    offered=keys(7, 10),
    units=("市国资委",),
    listed=True,
    earlier=(COMPANY,),
)
NOW = Memory(
    script="hant",
    language="en",
    question=LEAVE.question,
    wanted="full_text",
    clause=key("7"),
    passage=LEAVE.passage,
    given=keys(7),
    earlier=(COMPANY, LEAVE),
    dated=True,
)


def test_a_reply_is_about_the_clause_the_passage_and_the_wish_of_that_answer() -> None:
    back = NOW.gone_back(AFTER_COMPANY)
    assert (back.question, back.clause, back.passage) == (COMPANY.question, key("9"), COMPANY.passage)
    assert (back.wanted, back.given, back.near) == ("departments", keys(9), keys(3))


def test_a_reply_to_a_list_has_the_whole_list_to_choose_from_again() -> None:
    back = NOW.gone_back(AFTER_LIST)
    assert (back.given, back.offered, back.units, back.listed) == (keys(7, 10), keys(7, 10), ("市国资委",), True)


def test_who_replies_is_spoken_to_as_now_and_told_nothing_twice() -> None:
    back = NOW.gone_back(AFTER_COMPANY)
    assert (back.script, back.language, back.dated, back.misses) == ("hant", "en", True, 0)


def test_the_subjects_that_came_since_can_still_be_gone_back_to() -> None:
    assert NOW.gone_back(AFTER_COMPANY).earlier == (LEAVE, COMPANY)


def test_a_subject_forgotten_since_is_remembered_again_and_no_more_than_can_be() -> None:
    since = tuple(Subject(f"问题{number}", key(f"{number}/1")) for number in range(1, AT_MOST_EARLIER + 1))
    earlier = Memory(question="问题8", clause=key("8"), earlier=since).gone_back(AFTER_COMPANY).earlier
    assert earlier == (*since[1:], COMPANY)


def test_a_reply_to_a_refusal_leans_on_what_had_been_given_before_it_never_on_what_came_since() -> None:
    refused = Memory(question="厦门租房补贴多少", refused="place")
    back = NOW.gone_back(refused)
    assert (back.refused, back.clause, back.earlier) == ("place", "", ())


def test_a_reply_to_a_greeting_changes_nothing() -> None:
    assert NOW.gone_back(Memory(script="hans")) == NOW


def test_of_what_somebody_else_asked_the_clause_is_kept_and_not_a_word() -> None:
    told = AFTER_COMPANY.in_other_words("打造一流营商环境")
    assert (told.clause, told.passage, told.given) == (key("9"), COMPANY.passage, keys(9))
    assert COMPANY.question not in repr(told)
    assert NOW.gone_back(told).earlier[-1] == Subject("打造一流营商环境", COMPANY.passage)


def test_of_a_refusal_to_somebody_else_nothing_is_left() -> None:
    assert Memory(question="厦门租房补贴多少", refused="place").in_other_words("") == Memory()


def test_a_narrowing_leaves_what_was_spoken_of_in_another_document_behind_and_keeps_the_voice() -> None:
    elsewhere = replace(NOW, document="2021-49").narrowed(["songping", "songping"])
    assert elsewhere == Memory(script="hant", language="en", within=("songping",))
    assert replace(NOW, document="2021-49").narrowed(["2021-49"]).clause == NOW.clause
    assert replace(NOW, within=("2021-49",)).narrowed([]) == NOW


def test_a_narrowing_outlives_a_reply_to_what_was_answered_before_it_and_a_clause_that_is_gone() -> None:
    narrowed = replace(NOW, within=("songping",))
    assert narrowed.gone_back(AFTER_COMPANY).within == ("songping",)
    assert narrowed.still_held(lambda _: False).within == ("songping",)
    assert Memory.from_json(narrowed.to_json()) == narrowed


def test_the_same_words_about_another_clause_are_another_subject() -> None:
    after = Memory(earlier=(COMPANY, Subject("下一条", key("10/0"))))
    assert after.earlier_with("下一条", key("11/0")) == (COMPANY, Subject("下一条", key("11/0")))
    assert after.earlier_with(COMPANY.question, key("9/5"))[-1] == COMPANY
