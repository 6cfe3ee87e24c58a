"""What a message owes to what was said before."""

from __future__ import annotations

from bot.answers.context import earlier_subject, in_context, leans
from bot.answers.memory import Memory, Subject
from bot.answers.question import Question
from bot.answers.references import References
from tests.bot.answers.asking import candidates, key, leaning, question

MEMORY = Memory(question="三支一扶期满", clause=key("11"), passage=key("11/5"))
EARLIER = (
    Subject("注册公司要几天", key("9/3")),
    Subject("离岗创业几年", key("7/1")),
    Subject("三支一扶期满", key("11/5")),
)
LATER = Memory(question="三支一扶期满", clause=key("11"), passage=key("11/5"), earlier=EARLIER)


def best(asked: Question, memory: Memory = MEMORY) -> str:
    return in_context(asked, memory)[0].clause


def subject(asked: Question, memory: Memory = LATER) -> str:
    found = earlier_subject(asked, memory)
    return found.clause if found else ""


def test_a_message_leans_when_it_refers_back_and_names_no_subject() -> None:
    assert leans(question(leans=0.9, subjectless=0.2))
    assert not leans(question(leans=0.5, subjectless=0.3))
    assert not leans(question("那落户呢", found={"17/1": 0.3, "17/2": 0.3}, leans=0.8, subjectless=0.9))


def test_an_elliptical_question_stays_with_the_last_answer() -> None:
    together = candidates({"11/5": 0.8, "12/4": 0.05})
    assert best(leaning("多大比例", found={"12/4": 0.3, "11/5": 0.15}, in_context=together)) == key("11")


def test_a_leaning_message_stays_even_where_the_last_answer_is_no_candidate() -> None:
    asked = leaning("还有呢", found={"12/4": 0.004}, in_context=candidates({"17/1": 0.004}))
    assert best(asked) == key("11")


def test_a_new_subject_is_not_taken_for_a_follow_up() -> None:
    asked = question(
        "落户呢", "another_group", {"17/1": 0.6}, in_context=candidates({"11/5": 0.6, "17/1": 0.2}), leans=0.6
    )
    assert best(asked) == key("17")


def test_a_question_that_leans_on_nothing_is_read_alone() -> None:
    asked = question("我爱人想考技能等级", found={"18/2": 0.4}, in_context=candidates({"11/5": 0.9}))
    assert best(asked) == key("18")


def test_without_anything_before_a_message_is_read_alone() -> None:
    asked = leaning("多大比例", found={"12/4": 0.3}, in_context=candidates({"11/5": 0.9}))
    assert best(asked, Memory()) == key("12")


def test_probabilities_in_context_add_up() -> None:
    asked = leaning("多大比例", found={"12/4": 0.3, "11/5": 0.2}, in_context=candidates({"11/5": 0.5}))
    assert abs(sum(entry.probability for entry in in_context(asked, MEMORY)) - 1) < 1e-9


def test_the_first_subject_and_the_one_before_are_gone_back_to_by_their_order() -> None:
    assert subject(question("最开始那个", refers=References(earlier=1))) == key("9")
    assert subject(question("上一个问题", refers=References(earlier=-1))) == key("7")


def test_an_earlier_subject_is_gone_back_to_where_a_leaning_message_names_it() -> None:
    assert subject(leaning("那注册公司那个谁负责", found={"9/3": 0.4, "11/5": 0.1})) == key("9")


def test_a_word_of_an_earlier_question_goes_back_to_it_where_nothing_else_is_likelier() -> None:
    assert subject(leaning("离岗那个呢", found={"7/1": 0.05, "11/5": 0.01}, words=("离岗", "那个", "呢"))) == key("7")
    assert subject(leaning("离岗那个呢", found={"7/1": 0.05, "11/5": 0.2}, words=("离岗", "那个", "呢"))) == ""


def test_small_words_and_pieces_of_words_name_no_earlier_subject() -> None:
    earlier = (Subject("list the points under part four for me", key("11/0")), Subject("next one", key("12/0")))
    memory = Memory(question="next one", clause=key("12"), passage=key("12/0"), earlier=earlier)
    asked = leaning("who is responsible for it", "departments", words=("who", "is", "responsible", "for", "it"))
    assert subject(asked, memory) == ""
    assert subject(leaning("the points again", words=("the", "points", "again")), memory) == key("11")
    app = Memory(
        question="下一条",
        clause=key("12"),
        earlier=(Subject("用app申请补贴", key("2/3")), Subject("下一条", key("12/0"))),
    )
    assert subject(leaning("app那个呢", words=("app", "那个", "呢")), app) == key("2")


def test_who_introduced_oneself_is_answered_as_that_person() -> None:
    introduced = Memory(question="我是农村医生", introduced=True)
    asked = question("职称怎么评", found={"12/4": 0.3, "13/2": 0.2}, in_context=candidates({"13/2": 0.7, "12/4": 0.1}))
    assert best(asked, introduced) == key("13")
    assert best(asked, Memory(question="农村医生")) == key("12")


def test_a_message_that_names_the_last_subject_or_leans_on_nothing_goes_back_to_none() -> None:
    assert subject(leaning("三支一扶呢", found={"11/5": 0.4, "9/3": 0.2})) == ""
    assert subject(question("注册公司要几天", found={"9/3": 0.9})) == ""
    assert subject(leaning("那个呢", found={"9/3": 0.05})) == ""


def test_nothing_is_gone_back_to_where_nothing_was_said() -> None:
    assert subject(question("第一个问题", refers=References(earlier=1)), Memory()) == ""
