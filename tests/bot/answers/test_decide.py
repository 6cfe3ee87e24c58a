"""What happens with a message: each row of the table, and which comes first."""

from __future__ import annotations

import dataclasses

import pytest

from bot.answers.decide import ROWS, respond
from bot.answers.memory import Memory, Subject
from bot.answers.outcome import Outcome
from bot.answers.question import Question
from bot.answers.references import NoSuch, References, Units
from bot.answers.turn import TALK, Turn, wanted_of
from bot.clauses.models import Amount
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import candidates, key, keys, leaning, numbers, question, said

FUNDING = Memory(
    question="留学人员创业资金",
    clause=key("8"),
    passage=key("8/4"),
    given=keys(8),
    earlier=(Subject("留学人员创业资金", key("8/4")),),
)
LISTED = Memory(question="民政局的条款", clause=key("3"), given=keys(3, 23, 24), offered=keys(3, 23, 24), listed=True)
UNSURE = {"found": {"15/2": 0.2, "8/4": 0.15}, "in_context": candidates({"8/4": 0.6, "15/2": 0.05})}
"""What is likely for a message that could mean anything, and what after a question about the funding."""
SIX_YEARS = (Amount(6, 6, "年", "6年"),)


def ask(store: ClauseStore, asked: Question, memory: Memory | None = None) -> Outcome:
    return respond(asked, wanted_of(asked.act), memory or Memory(), store)


def kind(outcome: Outcome) -> str:
    return str(outcome.custom["kind"])


def reason(outcome: Outcome) -> str:
    return str(outcome.custom.get("reason", ""))


def quoted(outcome: Outcome) -> str:
    (given,) = outcome.given
    return given.quote


def refer(text: str, act: str = "measure", **refers: object) -> Question:
    """A question that names no subject beside what it refers to."""
    return leaning(text, act, **UNSURE, refers=References(**refers))  # type: ignore[arg-type]


# -- elsewhere


@pytest.mark.parametrize(("elsewhere", "why"), [("other_place", "other_place"), ("other_document", "other_document")])
def test_a_clause_of_another_place_or_document_is_never_given(store: ClauseStore, elsewhere: str, why: str) -> None:
    outcome = ask(store, question(found={"8/4": 0.9}, refers=References(clauses=keys(8), elsewhere=elsewhere)))
    assert (kind(outcome), reason(outcome), outcome.given) == ("no_answer", why, ())


def test_the_same_asked_about_another_place_is_refused(store: ClauseStore) -> None:
    assert reason(ask(store, refer("那厦门呢", place="elsewhere"), FUNDING)) == "other_place"
    assert numbers(ask(store, refer("那长乐呢", place="home"), FUNDING)) == [8]


def test_who_comes_from_another_place_is_answered(store: ClauseStore) -> None:
    asked = question("我是厦门人，有创业资金吗", found={"8/4": 0.9}, refers=References(place="elsewhere"))
    assert numbers(ask(store, asked, FUNDING)) == [8]


# -- talk


@pytest.mark.parametrize("act", sorted(TALK))
def test_talk_is_met_in_its_own_words(store: ClauseStore, act: str) -> None:
    outcome = ask(store, leaning("你好", act))
    assert (kind(outcome), said(outcome)) == ("smalltalk", [f"utter_{act}"])


def test_what_looks_like_talk_but_asks_is_answered(store: ClauseStore) -> None:
    assert numbers(ask(store, question("谢谢，创业资金呢", "thanks", {"8/4": 0.9}))) == [8]
    assert numbers(ask(store, refer("好的，第8条", "thanks", clauses=keys(8)))) == [8]


def test_talk_leaves_the_conversation_as_it_was_but_remembers_who_introduces_oneself(store: ClauseStore) -> None:
    assert ask(store, leaning("谢谢", "thanks"), FUNDING).memory == FUNDING
    memory = ask(store, leaning("你好，我是海归", "greet", groups=("returnee",)), FUNDING).memory
    assert (memory.introduced, memory.question) == (True, "你好,我是海归")


# -- a person


def test_a_person_is_asked_for(store: ClauseStore) -> None:
    outcome = ask(store, leaning("转人工", "human"), FUNDING)
    assert (kind(outcome), said(outcome), outcome.memory.clause) == ("handoff", ["utter_hand_over"], key("8"))


# -- clauses and chapters by their numbers


@pytest.mark.parametrize(
    ("missing", "response"),
    [(NoSuch("clause", 25, 24), "utter_missing_clause"), (NoSuch("chapter", 9, 8), "utter_missing_chapter")],
)
def test_what_there_is_not_is_said(store: ClauseStore, missing: NoSuch, response: str) -> None:
    outcome = ask(store, question(found={"8/4": 0.9}, refers=References(no_such=missing)))
    assert (said(outcome), reason(outcome)) == ([response], "no_such")
    assert outcome.custom["no_such"] == dataclasses.asdict(missing)


def test_of_clauses_that_are_named_those_that_exist_are_given_and_the_others_said_not_to(store: ClauseStore) -> None:
    outcome = ask(store, refer("第23、25条谁负责", "departments", clauses=keys(23), no_such=NoSuch("clause", 25, 24)))
    assert (said(outcome)[0], numbers(outcome), kind(outcome)) == ("utter_missing_clause", [23], "departments")


def test_a_number_alone_gives_the_whole_clause(store: ClauseStore) -> None:
    outcome = ask(store, refer("第8条", clauses=keys(8), alone=True))
    assert (kind(outcome), quoted(outcome)) == ("full_text", store.clause(key("8")).text)


def test_and_clause_nine_is_given_in_the_way_of_the_last_one(store: ClauseStore) -> None:
    asked = refer("第9条呢", clauses=keys(9), alone=True, again=True)
    assert kind(ask(store, asked, dataclasses.replace(FUNDING, wanted="departments"))) == "departments"
    assert kind(ask(store, asked, dataclasses.replace(FUNDING, wanted="answer"))) == "full_text"


@pytest.mark.parametrize("act", ["departments", "citation", "full_text"])
def test_what_is_wanted_of_a_clause_is_given(store: ClauseStore, act: str) -> None:
    outcome = ask(store, refer("第8条谁管", act, clauses=keys(8)))
    assert (kind(outcome), numbers(outcome)) == (act, [8])


def test_a_question_about_a_clause_is_answered_by_its_passage(store: ClauseStore) -> None:
    asked = question("第8条的启动资金多少", found={"8/4": 0.6}, refers=References(clauses=keys(8)))
    assert quoted(ask(store, asked)) == store.passages(key("8"))[4].text


def test_a_clause_named_by_its_number_counts_more_than_what_is_probable(store: ClauseStore) -> None:
    assert numbers(ask(store, question(found={"15/2": 0.99}, foreign=0.99, refers=References(clauses=keys(8))))) == [8]


def test_a_department_beside_a_clause_asks_whether_it_is_responsible(store: ClauseStore) -> None:
    outcome = ask(store, refer("第8条归教育局吗", clauses=keys(8), units=Units(("市教育局",))))
    assert kind(outcome) == "departments"
    assert [claim["verdict"] for claim in outcome.custom["claims"]] == ["different"]


def test_in_which_chapter_a_clause_stands_is_answered_by_its_place(store: ClauseStore) -> None:
    assert kind(ask(store, refer("第8条在第三部分吗", clauses=keys(8), chapters=keys(3)))) == "citation"


def test_several_clauses_are_listed(store: ClauseStore) -> None:
    outcome = ask(store, refer("第8条和第12条", clauses=keys(8, 12)))
    assert (kind(outcome), numbers(outcome)) == ("list", [8, 12])


def test_few_clauses_of_which_something_is_wanted_are_given_one_by_one(store: ClauseStore) -> None:
    outcome = ask(store, refer("第8条和第12条谁负责", "departments", clauses=keys(8, 12)))
    assert [part["kind"] for part in outcome.custom["parts"]] == ["departments", "departments"]
    assert numbers(outcome) == [8, 12]
    assert kind(ask(store, refer("8到12条谁负责", "departments", clauses=keys(8, 9, 10, 11, 12)))) == "list"


def test_departments_beside_several_clauses_do_not_bring_others(store: ClauseStore) -> None:
    asked = refer("第8条和第12条都归人社局吗", clauses=keys(8, 12), units=Units(("市人社局",), match="all"))
    assert numbers(ask(store, asked)) == [8, 12]


def test_all_clauses_are_listed(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("所有条款", "list", every=True))) == list(range(1, 25))


def test_a_chapter_gives_all_its_clauses_under_its_heading(store: ClauseStore) -> None:
    outcome = ask(store, refer("第五部分有哪些条", chapters=keys(5)))
    assert (kind(outcome), numbers(outcome)) == ("list", [15, 16, 17])
    assert said(outcome)[0] == "utter_chapter"


# -- what was offered, and what stands beside


def test_one_of_the_offered_clauses_is_chosen_by_its_place(store: ClauseStore) -> None:
    offered = dataclasses.replace(LISTED, offered=keys(9, 8, 12), wanted="departments")
    assert numbers(ask(store, refer("第二个", "choose", choice=2), offered)) == [8]
    assert numbers(ask(store, refer("最后那个", choice=-1), offered)) == [12]
    assert kind(ask(store, refer("第二个", "choose", choice=2), offered)) == "departments"
    assert kind(ask(store, refer("第二个的全文", "full_text", choice=2), offered)) == "full_text"


def test_after_one_was_chosen_the_others_of_the_list_can_still_be(store: ClauseStore) -> None:
    first = ask(store, refer("第一个归谁管", "departments", choice=1), LISTED)
    second = ask(store, refer("第二个呢", "choose", choice=2), first.memory)
    last = ask(store, refer("最后一个", "choose", choice=-1), second.memory)
    assert [numbers(found) for found in (first, second, last)] == [[3], [23], [24]]
    assert said(ask(store, leaning("还有吗", "more"), last.memory)) == ["utter_that_was_all"]


def test_of_several_answered_parts_the_first_and_the_second_can_be_chosen(store: ClauseStore) -> None:
    parts = (question("离岗几年？", found={"7/1": 0.95}), question("创业资金多少？", found={"8/4": 0.95}))
    both = ask(store, question("离岗几年？创业资金多少？", found={"7/1": 0.5, "8/4": 0.4}, parts=parts))
    assert numbers(both) == [7, 8]
    assert numbers(ask(store, refer("第一个归谁管", "departments", choice=1), both.memory)) == [7]


def test_what_is_wanted_of_all_that_was_answered_is_given_of_each(store: ClauseStore) -> None:
    parts = (question("离岗几年？", found={"7/1": 0.95}), question("创业资金多少？", found={"8/4": 0.95}))
    both = ask(store, question("离岗几年？创业资金多少？", found={"7/1": 0.5, "8/4": 0.4}, parts=parts))
    whole = ask(store, leaning("原文都给我", "full_text", refers=References(each=True)), both.memory)
    assert (kind(whole), numbers(whole)) == ("full_text", [7, 8])
    units = ask(store, leaning("都归谁管", "departments", refers=References(each=True)), both.memory)
    assert (kind(units), numbers(units)) == ("departments", [7, 8])
    assert numbers(ask(store, leaning("原文都给我", "full_text", refers=References(each=True)), FUNDING)) == [8]


def test_one_of_the_offered_clauses_is_chosen_by_its_number(store: ClauseStore) -> None:
    offered = dataclasses.replace(LISTED, wanted="citation")
    outcome = ask(store, refer("选第23条", "choose", clauses=keys(23)), offered)
    assert (kind(outcome), numbers(outcome)) == ("citation", [23])


def test_a_choice_of_what_was_not_offered_chooses_nothing(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("第五个", "choose", choice=5), LISTED)) != [24]
    assert kind(ask(store, refer("第二个", "choose", choice=2))) == "no_answer"


@pytest.mark.parametrize(("step", "number"), [(1, 9), (-1, 7)])
def test_the_clause_beside_the_last_one_is_given_whole(store: ClauseStore, step: int, number: int) -> None:
    outcome = ask(store, refer("下一条", "step", step=step), FUNDING)
    assert (kind(outcome), numbers(outcome)) == ("full_text", [number])


def test_the_next_clause_is_given_as_it_is_wanted_else_as_the_last_one_was(store: ClauseStore) -> None:
    responsible = dataclasses.replace(FUNDING, wanted="departments")
    asked = refer("下一条", "step", step=1)
    assert kind(ask(store, asked, responsible)) == "departments"
    assert (
        kind(ask(store, dataclasses.replace(asked, acts={"citation": 0.3, "full_text": 0.1}), responsible))
        == "citation"
    )


def test_there_is_nothing_beside_the_first_and_the_last_clause(store: ClauseStore) -> None:
    last = dataclasses.replace(FUNDING, clause=key("24"))
    assert ask(store, refer("下一条", "step", step=1), last).custom["no_such"]["asked"] == 25
    first = dataclasses.replace(FUNDING, clause=key("1"))
    assert reason(ask(store, refer("上一条", "step", step=-1), first)) == "no_such"


def test_the_chapter_beside_that_of_the_last_clause_is_listed(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("下一章", part_step=1), FUNDING)) == [10, 11, 12, 13, 14]
    end = dataclasses.replace(FUNDING, clause=key("24"))
    assert ask(store, refer("下一章", part_step=1), end).custom["no_such"] == {"what": "chapter", "asked": 9, "last": 8}


def test_beside_nothing_there_is_no_next_clause(store: ClauseStore) -> None:
    assert reason(ask(store, refer("下一条", "step", step=1))) == "no_subject"


# -- departments, amounts, words


def test_departments_give_their_clauses_as_they_are_put_together(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("民政局管什么", "departments", units=Units(("市民政局",))))) == [3, 16, 23, 24]
    both = Units(("市人社局", "市财政局"), match="all")
    assert numbers(ask(store, refer("人社和财政都管的", "list", units=both))) == [2, 7, 8, 14, 15, 16]
    assert numbers(ask(store, refer("只有一家的", "list", units=Units(alone=True)))) == [22, 23]


def test_departments_among_what_was_listed(store: ClauseStore) -> None:
    asked = refer("其中哪些有发改委", "list", units=Units(("市发改委",)), among=True)
    assert numbers(ask(store, asked, LISTED)) == [3]


def test_a_department_without_clauses_gets_an_empty_list(store: ClauseStore) -> None:
    outcome = ask(store, refer("气象局管哪几条", "list", units=Units(("市气象局",))))
    assert (kind(outcome), said(outcome)) == ("list", ["utter_list_empty"])


def test_an_office_that_no_document_names_has_an_empty_list(store: ClauseStore) -> None:
    asked = leaning("体育局负责什么", "departments", found={"8/4": 0.01}, refers=References(authorities=True))
    assert said(ask(store, asked)) == ["utter_list_empty"]
    assert said(ask(store, dataclasses.replace(asked, act="follow_up"), LISTED)) == ["utter_list_empty"]
    assert numbers(ask(store, asked, FUNDING)) == [8]  # is it theirs?
    outright = dataclasses.replace(asked, refers=References(authorities=True, office_asked=True))
    assert said(ask(store, outright, FUNDING)) == ["utter_list_empty"]


def test_what_the_document_lays_on_every_clause_is_listed_for_who_carries_it_out(store: ClauseStore) -> None:
    asked = refer("高新区管委会要落实哪些", "list", units=Units(("高新区管委会",)))
    assert numbers(ask(store, asked)) == list(range(1, 25))


def test_what_was_said_by_mistake_is_not_gone_back_to(store: ClauseStore) -> None:
    corrected = ask(store, question("我问的是三支一扶", "correct", {"11/5": 0.9}), FUNDING)
    assert [subject.clause for subject in corrected.memory.earlier] == [key("11")]


def test_who_means_the_home_city_after_another_was_refused_asks_the_same_again(store: ClauseStore) -> None:
    refused = dataclasses.replace(FUNDING, question="厦门留学生创业资金", clause="", refused="place")
    together = candidates({"8/4": 0.7, "1/2": 0.1})
    asked = leaning(
        "我说的是福州", "correct", {"1/2": 0.2}, in_context=together, words=("我", "说", "的", "是", "福州")
    )
    assert numbers(ask(store, asked, refused)) == [8]


def test_a_department_beside_a_subject_does_not_hide_the_subject(store: ClauseStore) -> None:
    asked = question("人社局给留学生多少创业资金", found={"8/4": 0.9}, refers=References(units=Units(("市人社局",))))
    assert (kind(ask(store, asked)), numbers(ask(store, asked))) == ("answer", [8])


def test_a_department_stated_of_the_last_clause_is_laid_beside_it(store: ClauseStore) -> None:
    asked = dataclasses.replace(refer("这是教育局管的吧", units=Units(("市教育局",))), claims=0.9)
    outcome = ask(store, asked, FUNDING)
    assert numbers(outcome) == [8]
    assert outcome.custom["claims"][0]["verdict"] == "different"


def test_whether_departments_are_responsible_is_asked_of_the_last_answer_but_not_of_a_list(store: ClauseStore) -> None:
    asked = refer("教育局管吗", "departments", units=Units(("市教育局",)))
    assert (kind(ask(store, asked, FUNDING)), numbers(ask(store, asked, FUNDING))) == ("departments", [8])
    assert kind(ask(store, asked, LISTED)) == kind(ask(store, asked)) == "list"


def test_an_amount_is_looked_up_by_a_short_message_or_where_a_place_or_list_is_asked_for(store: ClauseStore) -> None:
    short = question("6年的那个", found={"8/4": 0.2}, refers=References(amounts=SIX_YEARS))
    assert numbers(ask(store, short)) == [7]
    text = "我已经在福州工作满了6年现在想申请创业资金"
    long = dataclasses.replace(short, text=text, simplified=text)
    assert numbers(ask(store, long)) == [8]
    assert numbers(ask(store, dataclasses.replace(long, act="citation"))) == [7]


def test_a_short_message_with_a_subject_of_its_own_is_no_look_up_of_its_amount(store: ClauseStore) -> None:
    asked = question(
        "开办企业6年了行吗", found={"9/3": 0.9}, words=("开办", "企业"), refers=References(amounts=SIX_YEARS)
    )
    assert numbers(ask(store, asked)) == [9]
    bare = question("6年", found={"9/3": 0.9}, refers=References(amounts=SIX_YEARS))
    assert numbers(ask(store, bare)) == [7]


def test_an_amount_that_one_clause_states_is_found(store: ClauseStore) -> None:
    outcome = ask(store, refer("6年写在哪", "citation", amounts=SIX_YEARS))
    assert (kind(outcome), quoted(outcome)) == ("citation", store.passages(key("7"))[1].text)


def test_an_amount_that_several_clauses_state_is_listed_with_the_words_that_do(store: ClauseStore) -> None:
    outcome = ask(store, refer("30%在哪几条", "list", amounts=(Amount(30, 30, "%", "30%"),)))
    assert numbers(outcome) == [9, 11]
    assert all("30%" in given.quote for given in outcome.given)


def test_an_amount_that_is_stated_as_a_fact_is_not_looked_up(store: ClauseStore) -> None:
    asked = dataclasses.replace(refer("最多6年吧", amounts=SIX_YEARS), claims=0.9)
    assert numbers(ask(store, asked, FUNDING)) == [8]


def test_words_of_the_document_are_found_where_they_stand(store: ClauseStore) -> None:
    outcome = ask(store, leaning("县管校聘写在哪", "citation", words=("县管", "校聘", "写", "在", "哪")))
    assert (kind(outcome), numbers(outcome)) == ("citation", [12])
    assert "县管校聘" in quoted(outcome)
    assert numbers(ask(store, leaning("中小微企业", "list", words=("中小微", "企业")))) == [2, 9]


def test_quoted_words_are_found_unless_the_question_is_surely_foreign_or_about_another_place(
    store: ClauseStore,
) -> None:
    asked = question("“榕城杯”是什么", found={"8/4": 0.2}, foreign=0.7, refers=References(quoted="榕城杯"))
    assert numbers(ask(store, asked)) == [8]
    assert kind(ask(store, dataclasses.replace(asked, foreign=0.9))) == "no_answer"
    there = dataclasses.replace(asked, refers=References(quoted="榕城杯", place="elsewhere"))
    assert kind(ask(store, there)) == "no_answer"


def test_two_sentences_of_the_document_are_found_where_they_stand(store: ClauseStore) -> None:
    words = ("留学人员", "创新创业", "。", "实施", "海外")
    assert numbers(ask(store, leaning("留学人员创新创业。实施海外在哪条", "citation", words=words))) == [8]


# -- documents


def test_the_documents_are_described(store: ClauseStore) -> None:
    outcome = ask(store, leaning("这文件还有效吗", "document"))
    assert kind(outcome) == "document"
    assert "utter_document_unverified" in said(outcome)
    assert outcome.custom["documents"][0]["clauses"] == 24


def test_a_documents_number_alone_asks_for_the_document(store: ClauseStore) -> None:
    assert kind(ask(store, refer("榕政办〔2021〕49号", document="2021-49", alone=True))) == "document"


def test_what_the_heading_says_is_quoted_before_the_documents(store: ClauseStore) -> None:
    outcome = ask(store, question("谁审议通过的", "document", {"0/1": 0.6}))
    assert said(outcome)[0] == "utter_quote"
    assert quoted(outcome) == next(passage.text for passage in store.passages() if passage.key == key("0/1"))


def test_how_many_after_a_list_gives_the_list_again(store: ClauseStore) -> None:
    assert numbers(ask(store, leaning("一共几条", "document"), LISTED)) == [3, 23, 24]


# -- foreign


@pytest.mark.parametrize(
    ("learned", "why"),
    [
        ("price", "price"),
        ("form", "form"),
        ("own_file", "own_file"),
        ("forecast", "forecast"),
        ("opinion", "opinion"),
        ("offtopic", "off_topic"),
        ("gibberish", "off_topic"),
        ("service", "not_covered"),
        ("place", "other_place"),
        ("", "not_covered"),
    ],
)
def test_what_is_foreign_is_refused_for_its_reason_and_nothing_is_given(
    store: ClauseStore, learned: str, why: str
) -> None:
    outcome = ask(store, question(act="out_of_scope", found={"8/4": 0.9}, foreign=0.9, reason=learned))
    assert (kind(outcome), reason(outcome), outcome.given) == ("no_answer", why, ())
    assert said(outcome)[0] == f"utter_no_{learned or 'answer'}"


def test_a_refusal_offers_the_nearest_clause_where_one_is_near(store: ClauseStore) -> None:
    near = ask(store, question(found={"8/4": 0.5}, foreign=0.9, reason="price"))
    assert [choice["clause"] for choice in near.custom["choices"]] == [8]
    assert near.memory.offered == keys(8)
    assert ask(store, question(found={"8/4": 0.1}, foreign=0.9, reason="price")).custom["choices"] == []
    assert ask(store, question(found={"8/4": 0.5}, foreign=0.9, reason="offtopic")).custom["choices"] == []


def test_a_follow_up_is_refused_only_where_it_is_surely_foreign(store: ClauseStore) -> None:
    unsure = question("那以后呢", "follow_up", **UNSURE, leans=0.9, subjectless=0.2, foreign=0.7, reason="forecast")  # type: ignore[arg-type]
    assert numbers(ask(store, unsure, FUNDING)) == [8]
    sure = ask(store, dataclasses.replace(unsure, foreign=0.9), FUNDING)
    assert (kind(sure), sure.memory.clause) == ("no_answer", key("8"))
    assert kind(ask(store, dataclasses.replace(unsure, reason="service"), FUNDING)) == "no_answer"


def test_a_bare_question_after_an_answer_is_about_it_however_foreign_it_looks(store: ClauseStore) -> None:
    bare = leaning("几年内有效", **UNSURE, foreign=0.95, reason="offtopic")  # type: ignore[arg-type]
    assert numbers(ask(store, bare, FUNDING)) == [8]
    assert kind(ask(store, dataclasses.replace(bare, reason="injection"), FUNDING)) == "no_answer"


def test_a_follow_up_for_what_a_measure_does_not_state_is_answered_by_the_measure(store: ClauseStore) -> None:
    form = leaning("要填什么表", **UNSURE, foreign=0.95, reason="form")  # type: ignore[arg-type]
    assert numbers(ask(store, form, FUNDING)) == [8]


# -- lists and more


def test_a_list_on_a_subject_has_the_clauses_that_belong_to_it(store: ClauseStore) -> None:
    outcome = ask(store, question("创业的有哪几条", "list", members=keys(8, 7)))
    assert (kind(outcome), numbers(outcome), outcome.memory.listed) == ("list", [8, 7], True)


def test_a_list_by_the_kind_of_amount(store: ClauseStore) -> None:
    assert numbers(ask(store, leaning("写了金额的有哪几条", "list", asks={"money": 0.9}))) == [8, 15]


def test_a_chapter_that_is_named_by_its_subject_is_listed(store: ClauseStore) -> None:
    asked = question("讲创新创业创造的那一章", "list", {"15/2": 0.2}, refers=References(a_chapter=True))
    outcome = ask(store, asked)
    assert (said(outcome)[0], numbers(outcome)) == ("utter_chapter", [6, 7, 8, 9])


def test_how_many_where_nothing_was_listed_tells_of_the_documents(store: ClauseStore) -> None:
    assert kind(ask(store, leaning("一共几条", "list"))) == "document"
    assert numbers(ask(store, leaning("一共几条", "list"), LISTED)) == [3, 23, 24]


def test_a_list_of_a_subject_to_which_no_clause_is_sure_to_belong_is_answered_by_the_likeliest(
    store: ClauseStore,
) -> None:
    outcome = ask(store, question("技工考级涨工资一共几条", "list", {"20/1": 0.8}))
    assert (kind(outcome), numbers(outcome)) == ("answer", [20])


def test_more_gives_further_clauses_and_none_twice(store: ClauseStore) -> None:
    near = dataclasses.replace(FUNDING, near=keys(8, 7, 2))
    outcome = ask(store, leaning("还有吗", "more"), near)
    assert (kind(outcome), numbers(outcome)[:2]) == ("list", [7, 2])
    assert not {8, 7, 2} & set(numbers(ask(store, leaning("还有吗", "more"), outcome.memory)))


def test_after_a_complete_list_there_is_no_more(store: ClauseStore) -> None:
    outcome = ask(store, leaning("还有吗", "more", foreign=0.9), LISTED)
    assert said(outcome) == ["utter_that_was_all"]
    assert outcome.says[0].fields == {"count": "3"}


def test_when_all_clauses_were_given_there_is_no_more(store: ClauseStore) -> None:
    everything = dataclasses.replace(FUNDING, given=keys(*range(26)))
    assert said(ask(store, leaning("还有吗", "more"), everything)) == ["utter_no_more"]


# -- what was said before


def test_an_earlier_subject_is_gone_back_to_by_its_order(store: ClauseStore) -> None:
    earlier = (Subject("注册公司要几天", key("9/3")), Subject("留学人员创业资金", key("8/4")))
    memory = dataclasses.replace(FUNDING, earlier=earlier)
    outcome = ask(store, refer("第一个问题谁负责", "departments", earlier=1), memory)
    assert (kind(outcome), numbers(outcome)) == ("departments", [9])
    assert outcome.memory.question == "注册公司要几天"


@pytest.mark.parametrize("act", ["departments", "citation", "full_text"])
def test_a_bare_wish_is_about_the_last_answer(store: ClauseStore, act: str) -> None:
    outcome = ask(store, leaning("谁负责", act, {"15/2": 0.4}), FUNDING)
    assert (kind(outcome), numbers(outcome)) == (act, [8])


def test_after_a_refusal_a_bare_wish_is_about_the_last_answer_before_it(store: ClauseStore) -> None:
    refused = dataclasses.replace(FUNDING, clause="", passage="", question="厦门呢", refused="place")
    assert numbers(ask(store, leaning("谁负责", "departments"), refused)) == [8]


def test_without_a_subject_nothing_is_guessed(store: ClauseStore) -> None:
    outcome = ask(store, leaning("要多久", found={"9/3": 0.4}))
    assert (reason(outcome), said(outcome)) == ("no_subject", ["utter_which_subject"])


def test_a_bare_word_that_several_clauses_hold_is_asked_back_about(store: ClauseStore) -> None:
    asked = question("股权", found={"20/2": 0.6}, foreign=0.9)
    outcome = ask(store, asked)
    assert (kind(outcome), outcome.memory.offered) == ("clarify", keys(20, 7, 9))
    assert numbers(ask(store, dataclasses.replace(asked, candidates=candidates({"20/2": 0.95}), foreign=0))) == [20]
    assert kind(ask(store, asked, FUNDING)) != "clarify"


def test_a_bare_word_that_one_clause_holds_is_answered_where_it_stands(store: ClauseStore) -> None:
    outcome = ask(store, question("县管校聘", found={"8/4": 0.2}, foreign=0.9))
    assert (kind(outcome), numbers(outcome)) == ("answer", [12])
    assert "县管校聘" in quoted(outcome)


def test_a_bare_word_that_fits_several_clauses_offers_them(store: ClauseStore) -> None:
    outcome = ask(store, question("生活费", found={"2/6": 0.2, "14/1": 0.2, "0/1": 0.15, "5/1": 0.1, "8/3": 0.1}))
    assert kind(outcome) == "clarify"
    assert outcome.memory.offered == keys(2, 14, 5)
    assert [choice["clause"] for choice in outcome.custom["choices"]] == [2, 14, 5]


def test_a_bare_word_that_fits_one_clause_and_a_longer_question_are_answered(store: ClauseStore) -> None:
    assert numbers(ask(store, question("榕城杯", found={"8/4": 0.8}))) == [8]
    assert numbers(ask(store, question("人才储备生活补贴是多少", found={"2/6": 0.2, "14/1": 0.1}))) == [2]


# -- the answer


def test_the_most_probable_passage_of_the_most_probable_clause_answers(store: ClauseStore) -> None:
    outcome = ask(store, question(found={"15/2": 0.35, "8/4": 0.3, "8/3": 0.2}))
    assert quoted(outcome) == store.passages(key("8"))[4].text
    assert (outcome.memory.clause, outcome.memory.passage) == (key("8"), key("8/4"))


def test_passages_about_the_persons_own_group_come_first(store: ClauseStore) -> None:
    found = {"5/3": 0.4, "14/1": 0.3}
    assert numbers(ask(store, question("有什么补贴可以拿", found=found, groups=("grassroots",)))) == [14]
    assert ask(store, question(groups=("grassroots",), found=found)).custom["groups"] == ["grassroots"]


def test_a_correction_is_given_in_the_way_of_the_question_it_corrects(store: ClauseStore) -> None:
    responsible = dataclasses.replace(FUNDING, wanted="departments")
    asked = question("不是，我问的是建园奖励", "correct", {"15/2": 0.8}, in_context=candidates({"8/4": 0.9}))
    outcome = ask(store, asked, responsible)
    assert (kind(outcome), numbers(outcome)) == ("departments", [15])


def test_where_nothing_is_likely_nothing_is_given(store: ClauseStore) -> None:
    outcome = ask(store, question("嗯"))
    assert (kind(outcome), reason(outcome)) == ("no_answer", "not_covered")


# -- which row comes first


@pytest.mark.parametrize(
    ("row", "asked", "memory"),
    [
        ("elsewhere", refer("你好，厦门第8条", "greet", elsewhere="other_place"), Memory()),
        ("talk", leaning("你好", "greet", foreign=0.9), FUNDING),
        ("person", leaning("转人工", "human", foreign=0.9), FUNDING),
        ("no_such", refer("选第25条", "choose", no_such=NoSuch("clause", 25, 24), choice=1), LISTED),
        ("chosen", refer("第二个", "choose", choice=2, step=1), LISTED),
        ("beside", refer("下一条", "step", step=1, clauses=keys(1)), FUNDING),
        ("one_clause", refer("第8条归人社局吗", clauses=keys(8), units=Units(("市人社局",))), FUNDING),
        ("chapters", refer("第三部分人社局管的", "list", chapters=keys(3), units=Units(("市人社局",))), Memory()),
        ("departments", refer("人社局管的金额", "list", units=Units(("市人社局",)), amounts=SIX_YEARS), Memory()),
        ("several_clauses", refer("8和9条里6年", "list", clauses=keys(8, 9), amounts=SIX_YEARS), Memory()),
        ("amounts", refer("6年在哪个文件", "document", amounts=SIX_YEARS, document="2021-49"), Memory()),
        ("documents", refer("本文件", document="2021-49", alone=True), FUNDING),
        ("words", leaning("县管校聘在哪", "citation", words=("县管", "校聘"), foreign=0.7), Memory()),
        ("bare_word", question("补贴", found={"2/6": 0.2}, foreign=0.9), Memory()),
        ("foreign", question("厂房多少钱一平", "list", {"8/4": 0.9}, foreign=0.9), FUNDING),
        ("more", leaning("还有吗", "more", foreign=0.9), FUNDING),
        ("listed", question("创业的有哪几条", "list", {"8/4": 0.9}), FUNDING),
        ("back", refer("第一个问题谁管", "departments", earlier=1), FUNDING),
        ("again", leaning("谁负责", "departments"), FUNDING),
        ("names_nothing", leaning("多久"), Memory()),
        ("narrow", question("生活费", found={"2/6": 0.2}), Memory()),
        ("answer", question("创业资金有多少", found={"8/4": 0.9}), Memory()),
    ],
)
def test_each_row_takes_what_no_row_before_it_takes(
    store: ClauseStore, row: str, asked: Question, memory: Memory
) -> None:
    turn = Turn(asked, wanted_of(asked.act), memory, store)
    assert next(entry.__name__ for entry in ROWS if entry(turn) is not None) == row


def test_a_list_to_which_one_clause_belongs_is_answered_by_its_sentence(store: ClauseStore) -> None:
    asked = question("有哪些创业资金", "list", found={"8/4": 0.9}, members=keys(8))
    assert (kind(ask(store, asked)), quoted(ask(store, asked))) == ("answer", store.passages(key("8"))[4].text)
    several = dataclasses.replace(asked, refers=References(several=True))
    assert kind(ask(store, several)) == "list"


# -- several questions in one message


def parts(*asked: Question, **known: object) -> Question:
    text = "？".join(part.text for part in asked)
    return dataclasses.replace(question(text, found={"8/4": 0.3, "9/3": 0.3}), parts=asked, **known)  # type: ignore[arg-type]


def test_each_part_of_a_message_is_answered_in_order(store: ClauseStore) -> None:
    asked = parts(question("创业资金多少", found={"8/4": 0.9}), question("开公司几天", found={"9/3": 0.9}))
    outcome = ask(store, asked)
    assert numbers(outcome) == [8, 9]
    assert [part["answers"] for part in outcome.custom["parts"]] == [[0], [1]]
    assert outcome.memory.clause == key("9")


def test_the_date_of_the_document_is_told_once_for_all_parts(store: ClauseStore) -> None:
    asked = parts(question("创业资金多少", found={"8/4": 0.9}), question("开公司几天", found={"9/3": 0.9}))
    assert said(ask(store, asked)).count("utter_dated") == 1


def test_a_part_leans_on_the_part_before_it(store: ClauseStore) -> None:
    outcome = ask(store, parts(question("创业资金多少", found={"8/4": 0.9}), leaning("谁负责", "departments")))
    assert numbers(outcome) == [8, 8]
    assert [part["kind"] for part in outcome.custom["parts"]] == ["answer", "departments"]


def test_the_same_asked_once_more_in_a_message_is_one_answer(store: ClauseStore) -> None:
    asked = parts(question("创业资金多少", found={"8/4": 0.9}), question("启动资金有多少", found={"8/4": 0.9}))
    outcome = ask(store, asked)
    assert (numbers(outcome), "parts" in outcome.custom) == ([8], False)


def test_of_two_things_asked_of_a_sentence_that_it_does_not_state_one_is_told(store: ClauseStore) -> None:
    held = question("创业资金有吗", found={"8/4": 0.9}, asks={"money": 0.9}, stated={key("8/4"): 0.9})
    missing = question("哪天打款", found={"8/4": 0.9}, asks={"date": 0.9}, stated={key("8/4"): 0.1})
    (answer,) = ask(store, parts(held, missing)).custom["answers"]
    assert answer["stated"] is False
    other = question("开公司几天", found={"9/3": 0.9})
    assert [entry["stated"] for entry in ask(store, parts(held, missing, other)).custom["answers"]] == [False, True]


def test_a_part_that_is_surely_foreign_is_refused_beside_the_answer_of_the_other(store: ClauseStore) -> None:
    foreign = question("厦门房价呢", "out_of_scope", foreign=0.95, reason="price")
    outcome = ask(store, parts(question("创业资金多少", found={"8/4": 0.9}), foreign), Memory(misses=2))
    assert [part["kind"] for part in outcome.custom["parts"]] == ["answer", "no_answer"]
    assert outcome.custom["parts"][1]["reason"] == "price"
    assert (kind(outcome), outcome.memory.misses) == ("answer", 0)
    assert "utter_offer_person" not in said(outcome)


def test_a_greeting_before_a_question_is_no_part(store: ClauseStore) -> None:
    two = question("创业资金多少", found={"8/4": 0.9}), question("开公司几天", found={"9/3": 0.9})
    assert [part["text"] for part in ask(store, parts(leaning("你好", "greet"), *two)).custom["parts"]] == [
        "创业资金多少",
        "开公司几天",
    ]
    outcome = ask(store, parts(leaning("你好", "greet"), question("创业资金多少", found={"8/4": 0.9})))
    assert "parts" not in outcome.custom


@pytest.mark.parametrize(
    "asked",
    [
        parts(question("创业资金", found={"8/4": 0.9}), question("嗯", found={"9/3": 0.2})),
        parts(question("创业资金", found={"8/4": 0.9}), question("启动资金", found={"8/4": 0.9})),
        parts(question("创业资金", found={"8/4": 0.9}), leaning("要多久")),
        parts(refer("人社局", units=Units(("市人社局",))), refer("财政局", units=Units(("市财政局",))),
              refers=References(units=Units(("市人社局", "市财政局"), match="all"))),
        parts(refer("第8", clauses=keys(8)), refer("12条", clauses=keys(12)), refers=References(clauses=keys(8, 9, 12))),
    ],
)  # fmt: skip
def test_a_message_that_is_one_question_after_all_is_not_cut(store: ClauseStore, asked: Question) -> None:
    assert "parts" not in ask(store, asked).custom


def test_what_stands_around_one_question_is_only_polite(store: ClauseStore) -> None:
    around = leaning("你好", "greet"), question("开公司几天", found={"9/3": 0.9}), leaning("谢谢", "thanks")
    outcome = ask(store, parts(*around, act="thanks"))
    assert (kind(outcome), numbers(outcome)) == ("answer", [9])
    assert "parts" not in outcome.custom


@pytest.mark.parametrize("known", [{"topics": keys(8, 9)}, {"refers": References(several=True, quoted="榕城杯")}])
def test_an_enumeration_is_not_cut(store: ClauseStore, known: dict[str, object]) -> None:
    two = question("创业资金", found={"8/4": 0.9}), question("开公司", found={"9/3": 0.9})
    asked = parts(*two, **{"refers": References(several=True), **known})
    assert "parts" not in ask(store, asked).custom


# -- patience


def test_the_third_turn_in_a_row_that_brings_nothing_offers_a_person(store: ClauseStore) -> None:
    memory, offers = Memory(), []
    for _ in range(4):
        outcome = ask(store, question("打印机卡纸", "out_of_scope", foreign=0.9, reason="offtopic"), memory)
        memory = outcome.memory
        offers.append("utter_offer_person" in said(outcome))
    assert offers == [False, False, True, True]


def test_an_answer_starts_the_count_anew(store: ClauseStore) -> None:
    outcome = ask(store, question(found={"8/4": 0.9}), Memory(misses=2))
    assert outcome.memory.misses == 0
    assert "utter_offer_person" not in said(outcome)


def test_a_reply_is_in_the_script_and_language_of_the_message_else_of_the_conversation(store: ClauseStore) -> None:
    asked = question(found={"8/4": 0.9})
    assert ask(store, dataclasses.replace(asked, script="hant", language="en")).custom["script"] == "hant"
    assert ask(store, asked, Memory(script="hant")).custom["script"] == "hant"
    assert ask(store, dataclasses.replace(asked, language="en")).custom["language"] == "en"


def test_what_is_answered_is_remembered_as_a_subject(store: ClauseStore) -> None:
    outcome = ask(store, question("开公司几天", found={"9/3": 0.9}), FUNDING)
    assert [subject.question for subject in outcome.memory.earlier] == ["留学人员创业资金", "开公司几天"]


def test_every_act_is_answered_whatever_was_said_before(store: ClauseStore) -> None:
    acts = [*TALK, "measure", "follow_up", "another_group", "correct", "departments", "citation", "full_text"]
    acts += ["list", "human", "more", "choose", "document", "step", "out_of_scope", ""]
    for act in acts:
        for memory in (Memory(), FUNDING, LISTED, Memory(question="厦门呢", refused="place")):
            for asked in (leaning("呢", act), question("创业资金", act, {"8/4": 0.9}), question("嗯", act)):
                assert ask(store, asked, memory).says


def test_a_quoted_word_of_two_characters_is_listed_wherever_it_stands(store: ClauseStore) -> None:
    asked = question("“鼓励”二字在哪些条款里", "list", refers=References(several=True, quoted="鼓励"), members=keys(20))
    assert numbers(ask(store, asked)) == [4, 5, 6, 15, 19, 20, 22]


def test_the_last_one_after_a_list_is_the_last_of_that_list(store: ClauseStore) -> None:
    listed = ask(store, question("第三部分有哪些", "list", refers=References(chapters=(key("3"),)))).memory
    last = question("最后那条谁负责", "departments", refers=References(clauses=keys(24), choice=-1))
    assert (kind(ask(store, last, listed)), numbers(ask(store, last, listed))) == ("departments", [9])
    assert numbers(ask(store, last)) == [24]


def test_is_there_still_such_a_thing_is_no_wish_for_more_of_the_last_answer(store: ClauseStore) -> None:
    still = question("乡下卫生院的奖励还有吗", "more", {"14/1": 0.95})
    assert numbers(ask(store, still, FUNDING)) == [14]
    assert numbers(ask(store, question("创业资金还有吗", "more", {"8/4": 0.95}), FUNDING)) != [8]


def test_this_part_of_a_clause_is_no_question_for_its_chapter(store: ClauseStore) -> None:
    asked = question("第八条这部分补贴多少钱", found={"8/4": 0.9}, refers=References(clauses=keys(8), a_chapter=True))
    assert [entry.quote for entry in ask(store, asked).given] == [store.passage(key("8/4")).text]
    where = question("第八条属于哪一部分", refers=References(clauses=keys(8), a_chapter=True, which_part=True))
    assert said(ask(store, where))[0] == "utter_chapter"


def test_in_which_chapter_the_last_answer_stands_is_said(store: ClauseStore) -> None:
    where = leaning("属于哪部分", "citation", refers=References(a_chapter=True, which_part=True))
    assert said(ask(store, where, FUNDING))[0] == "utter_chapter"


def test_is_there_still_such_a_thing_elsewhere_is_refused(store: ClauseStore) -> None:
    there = question("厦门的购房补贴还有吗", "more", {"5/1": 0.95}, foreign=0.95, reason="place")
    assert kind(ask(store, there, FUNDING)) == "no_answer"


def test_a_list_has_numbered_clauses_only(store: ClauseStore) -> None:
    assert numbers(ask(store, question("资金保障的有哪些", "list", members=keys(25, 15, 0)))) == [15]


def test_the_same_is_said_of_another_clause_as_of_the_last_one(store: ClauseStore) -> None:
    asked = refer("第15条也一样", clauses=keys(15), again=True)
    assert kind(ask(store, asked, dataclasses.replace(FUNDING, wanted="departments"))) == "departments"
    assert kind(ask(store, asked, FUNDING)) == "full_text"


def test_the_clauses_that_follow_are_given_as_far_as_there_are_any(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("下面两条", following=2), FUNDING)) == [9, 10]
    last = dataclasses.replace(FUNDING, clause=key("23"), passage=key("23/1"))
    assert numbers(ask(store, refer("下面两条", following=2), last)) == [24]
    end = dataclasses.replace(FUNDING, clause=key("24"), passage=key("24/1"))
    assert reason(ask(store, refer("下面两条", following=2), end)) == "no_such"


def test_of_a_list_those_of_a_chapter_are_kept(store: ClauseStore) -> None:
    listed = dataclasses.replace(FUNDING, listed=True, given=keys(8, 15, 16, 20))
    asked = refer("只看第五部分的", chapters=keys(5), among=True)
    assert numbers(ask(store, asked, listed)) == [15, 16]


def test_of_many_clauses_those_of_a_department_are_listed(store: ClauseStore) -> None:
    first_ten = keys(*range(1, 11))
    asked = refer("前十条里教育局负责的", clauses=first_ten, units=Units(present=("市教育局",)))
    assert numbers(ask(store, asked)) == [2, 5, 6, 7]


def test_nothing_but_an_amount_is_looked_up_however_foreign_it_seems(store: ClauseStore) -> None:
    amount = Amount(3.0, 3.0, "年", "3年")
    assert kind(ask(store, question("3年", foreign=0.9, refers=References(amounts=(amount,))))) != "no_answer"
    more = question("签证3年要多少钱", foreign=0.9, refers=References(amounts=(amount,)))
    assert kind(ask(store, more)) == "no_answer"


def test_the_clause_after_one_that_is_named_by_its_subject_is_given(store: ClauseStore) -> None:
    asked = question("台湾人才那条的下一条谁负责", "departments", {"4/1": 0.9}, refers=References(step=1))
    assert (numbers(ask(store, asked)), kind(ask(store, asked))) == ([5], "departments")


def test_the_chapter_of_the_last_answer_is_listed(store: ClauseStore) -> None:
    assert numbers(ask(store, refer("同一部分还有哪些条", same_part=True), FUNDING)) == [6, 7, 8, 9]


def test_the_one_in_the_middle_of_a_list_is_chosen(store: ClauseStore) -> None:
    listed = dataclasses.replace(FUNDING, clause="", listed=True, given=keys(11, 12, 13), offered=keys(11, 12, 13))
    assert numbers(ask(store, refer("中间那条的全文", "full_text", middle=True, among=True), listed)) == [12]


def test_words_that_no_passage_has_are_said_not_to_be_there(store: ClauseStore) -> None:
    outcome = ask(store, question("哪一条有「元宇宙」", "citation", refers=References(quoted="元宇宙")))
    assert (kind(outcome), said(outcome)) == ("no_answer", ["utter_no_words"])


def test_words_are_looked_for_in_headings_alone_where_that_is_asked(store: ClauseStore) -> None:
    asked = question("标题含“基层”的有哪几条", "citation", refers=References(quoted="基层", in_headings=True))
    assert numbers(ask(store, asked)) == [11, 12, 13, 14]


def test_the_headings_of_all_chapters_are_the_documents_outline(store: ClauseStore) -> None:
    outcome = ask(store, leaning("目录", "citation", refers=References(outline=True)))
    assert said(outcome).count("utter_chapter") == 8


def test_what_a_chapter_does_not_have_is_said_above_what_it_has(store: ClauseStore) -> None:
    missing = NoSuch("clause_of_chapter", 3, 2)
    outcome = ask(store, refer("第八部分第三条", chapters=keys(8), no_such=missing))
    assert (said(outcome)[0], numbers(outcome)) == ("utter_missing_clause_of_chapter", [23, 24])


def test_the_same_is_answered_for_the_own_city_after_another_place_was_refused(store: ClauseStore) -> None:
    refused = Memory(question="上海给海归创业资金吗", refused="place")
    here = leaning("那福州呢", in_context=candidates({"8/4": 0.9}), foreign=0.7, refers=References(place="home"))
    assert numbers(ask(store, here, refused)) == [8]
    assert kind(ask(store, dataclasses.replace(here, refers=References()), refused)) == "no_answer"


def test_what_an_office_has_is_listed_however_foreign_it_seems(store: ClauseStore) -> None:
    theirs = References(units=Units(present=("市自然资源和规划局",)))
    asked = question("市自然资源和规划局有哪些", "list", foreign=0.9, subjectless=0.9, refers=theirs)
    assert numbers(ask(store, asked)) == [3]


def test_a_subject_and_what_is_wanted_of_it_are_one_question(store: ClauseStore) -> None:
    parts = (question("那技能等级认定呢", "another_group", {"18/2": 0.8}), leaning("谁负责", "departments"))
    asked = question("那技能等级认定呢，谁负责", "departments", {"18/2": 0.8}, parts=parts)
    outcome = ask(store, asked, FUNDING)
    assert (kind(outcome), numbers(outcome)) == ("departments", [18])


def test_the_same_list_is_made_for_another_office_in_any_language(store: ClauseStore) -> None:
    listed = dataclasses.replace(FUNDING, clause="", listed=True, units=("市民政局",), given=keys(3, 16, 23, 24))
    theirs = References(units=Units(present=("市妇联",)))
    asked = leaning("and what about the women's federation?", "another_group", refers=theirs)
    assert numbers(ask(store, asked, listed)) == [24]
