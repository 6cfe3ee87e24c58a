"""Looking up what somebody types: the assistant's own judgement first, then whatever else is near."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import write_documents
from bot.answers.lookup import Found, Hit, look_up
from bot.answers.narrowing import Narrowing
from bot.answers.question import Question
from bot.answers.references import References, Units
from bot.clauses.build import build
from bot.clauses.models import Amount, Binding, Force
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import key, keys, leaning, numbers, question


def found(store: ClauseStore, asked: Question, **narrowing: object) -> Found:
    return look_up(asked, store, Narrowing(**narrowing), limit=100)  # type: ignore[arg-type]


def shown(result: Found) -> list[int]:
    return numbers(hit.given.clause for hit in result.hits)


def judged(result: Found) -> list[int]:
    return numbers(hit.given.clause for hit in result.hits if hit.judged)


def marked(hit: Hit) -> list[str]:
    return [hit.given.quote[start:end] for start, end in hit.marks]


LEAVE = question("离岗创业 几年", found={"7/1": 0.8}, words=("离岗", "创业", "几年"), asks={"duration": 0.9})
XIAMEN = question(
    "厦门 人才补贴", "out_of_scope", {"2/6": 0.4}, foreign=0.95, reason="place", words=("厦门", "人才", "补贴")
)


# -- what the assistant itself would do


def test_the_answer_comes_first_with_the_passage_that_answers(store: ClauseStore) -> None:
    hit = found(store, LEAVE).hits[0]
    assert (hit.given.clause.number, hit.passage, hit.judged, hit.probability) == (7, key("7/1"), True, 0.8)
    assert "最长可延至6年" in hit.given.quote


def test_a_clause_named_by_its_number_is_given_whole_and_alone(store: ClauseStore) -> None:
    asked = leaning(
        "第8条 单位", found={"15/2": 0.5}, words=("第", "8", "条", "单位"), refers=References(clauses=keys(8))
    )
    result = found(store, asked)
    assert shown(result) == [8]
    assert result.hits[0].passage == ""
    assert result.hits[0].given.quote == store.clause(key("8")).text


def test_each_named_clause_is_a_hit(store: ClauseStore) -> None:
    result = found(store, leaning("第8条、第12条", refers=References(clauses=keys(8, 12))))
    assert (result.kind, judged(result)) == ("list", [8, 12])


def test_a_department_gives_its_clauses_and_names_it_beside_each(store: ClauseStore) -> None:
    result = found(store, leaning("民政局", "departments", refers=References(units=Units(("市民政局",)))))
    assert judged(result) == [3, 16, 23, 24]
    assert {hit.named for hit in result.hits} == {("市民政局",)}


def test_two_departments_give_the_clauses_of_either_with_those_that_each_has(store: ClauseStore) -> None:
    units = Units(("市财政局", "市人社局"))
    result = found(store, leaning("市财政局 市人社局", "departments", refers=References(units=units)))
    assert sorted(judged(result)) == [clause.number for clause in store.select(departments=units.present)]
    both = [hit.given.clause.number for hit in result.hits if len(hit.named) == 2]
    assert both == judged(result)[:6] == [2, 7, 8, 14, 15, 16]


def test_a_group_of_people_gives_what_serves_it(store: ClauseStore) -> None:
    result = found(store, leaning("台青", groups=("taiwan",)))
    assert (result.kind, judged(result)) == ("list", [4, 17, 2])


def test_a_word_of_the_documents_gives_every_clause_that_has_it(store: ClauseStore) -> None:
    result = found(store, leaning("股权", words=("股权",)))
    assert set(judged(result)) == {7, 9, 20}


def test_what_is_asked_back_in_a_conversation_is_listed(store: ClauseStore) -> None:
    result = found(store, question("补贴", found={"2/6": 0.2, "14/1": 0.1}, words=("补贴",)))
    assert result.kind == "list"
    assert judged(result)[:2] == [2, 14]


@pytest.mark.parametrize(
    ("learned", "refused"), [("place", "place"), ("service", "service"), ("offtopic", "offtopic"), ("", "answer")]
)
def test_what_the_assistant_would_refuse_says_so_and_gives_nothing_as_its_answer(
    store: ClauseStore, learned: str, refused: str
) -> None:
    result = found(store, question("打印机又卡纸了", "out_of_scope", {"2/6": 0.4}, foreign=0.95, reason=learned))
    assert (result.kind, result.refused, result.judged) == ("no_answer", refused, 0)
    assert judged(result) == []


def test_a_text_without_subject_is_refused_as_such(store: ClauseStore) -> None:
    assert found(store, leaning("多久呢", words=("多久",))).refused == "no_subject"


def test_the_nearest_clauses_stand_below_a_refusal(store: ClauseStore) -> None:
    result = found(store, XIAMEN)
    assert result.hits[0].given.clause.number == 2
    assert "补贴" in marked(result.hits[0])


def test_a_word_of_the_documents_is_looked_up_even_where_a_question_would_be_refused(store: ClauseStore) -> None:
    result = found(store, question("补贴", "out_of_scope", foreign=0.95, reason="price", words=("补贴",)))
    assert set(judged(result)) == {clause.number for clause in store.mentioning("补贴")}


def test_what_is_said_to_the_assistant_is_no_look_up(store: ClauseStore) -> None:
    assert found(store, leaning("你好", "greet")).kind == "smalltalk"
    assert found(store, leaning("转人工", "human")).kind == "handoff"


def test_an_amount_gives_the_clauses_that_state_it(store: ClauseStore) -> None:
    refers = References(amounts=(Amount(30, 30, "%", "30%"),))
    result = found(store, leaning("30%", "citation", refers=refers))
    assert judged(result) == [9, 11]
    assert all("30%" in hit.given.quote for hit in result.hits)


# -- what else is near, and what is marked


def test_matched_words_and_the_amount_that_answers_are_marked(store: ClauseStore) -> None:
    assert marked(found(store, LEAVE).hits[0])[:2] == ["离岗", "6年"]
    money = question("建园奖励 金额", found={"15/2": 0.9}, words=("建园", "奖励", "金额"), asks={"money": 0.9})
    assert marked(found(store, money).hits[0]) == ["50 万元", "100 万元", "建园奖励"]


def test_the_words_for_a_group_of_people_are_marked(store: ClauseStore) -> None:
    asked = question("台胞 社保", found={"4/2": 0.9}, words=("台胞", "社保"), groups=("taiwan",))
    assert marked(found(store, asked).hits[0]) == ["台湾", "台湾"]


def test_below_the_answer_stand_clauses_that_share_telling_words_and_no_others(store: ClauseStore) -> None:
    result = found(store, LEAVE)
    assert {2, 4, 8} <= set(shown(result))
    for hit in result.hits[1:]:
        assert "创业" in hit.given.clause.text
        assert not hit.judged


def test_of_a_clause_that_is_near_the_passage_that_shares_words_is_shown(store: ClauseStore) -> None:
    asked = question("夏令营", found={"7/1": 0.9}, words=("大赛", "入选"))
    hit = next(hit for hit in found(store, asked).hits if hit.given.clause.number == 8)
    assert hit.passage == key("8/4")


def test_each_key_on_the_way_to_a_word_finds_it(store: ClauseStore) -> None:
    for words in (("离",), ("离岗",), ("离岗", "创"), ("离岗", "创业")):
        assert 7 in shown(found(store, leaning("".join(words), words=words))), words


# -- narrowing


def test_nothing_typed_lists_all_clauses_in_the_documents_order(store: ClauseStore) -> None:
    result = look_up(None, store, limit=100)
    assert shown(result) == list(range(1, 25))
    assert result.total == 24


@pytest.mark.parametrize(
    ("narrowing", "clauses"),
    [
        (Narrowing(department="市卫健委"), [5, 12, 13, 14, 16, 17]),
        (Narrowing(chapter=3), [6, 7, 8, 9]),
        (Narrowing(amount=True), [7, 8, 9, 11, 12, 13, 15]),
        (Narrowing(amount=True, chapter=3, department="市财政局"), [7, 8]),
        (Narrowing(binding=Binding.RIGHT), [4, 5, 7, 13, 15, 17]),
        (Narrowing(binding=Binding.ENCOURAGED, department="市教育局"), [2, 5, 12, 17, 18, 19, 22]),
        (Narrowing(group="taiwan"), [2, 4, 17]),
        (Narrowing(department="no such"), []),
        (Narrowing(document="2021-49", chapter=5), [15, 16, 17]),
    ],
)
def test_narrowings_alone_list_all_that_fit_all_of_them(
    store: ClauseStore, narrowing: Narrowing, clauses: list[int]
) -> None:
    assert shown(look_up(None, store, narrowing, limit=100)) == clauses


def test_the_passage_that_is_shown_is_one_that_fits(store: ClauseStore) -> None:
    for hit in look_up(None, store, Narrowing(force=Force.EXPLORATORY), limit=100).hits:
        assert hit.given.force is Force.EXPLORATORY
    for binding in Binding:
        for hit in look_up(None, store, Narrowing(binding=binding), limit=100).hits:
            assert hit.given.binding is binding
    for hit in look_up(None, store, Narrowing(amount=True), limit=100).hits:
        assert hit.amounts


def test_counts_tell_what_each_choice_would_leave(store: ClauseStore) -> None:
    asked = leaning("农村", words=("农村",))
    chosen = Narrowing(department="市教育局")
    result = look_up(asked, store, chosen, limit=100)
    for name, options in result.options.items():
        for option in options:
            values = {**chosen.chosen(), name: option.value}
            assert option.count == look_up(asked, store, Narrowing(**values)).total  # type: ignore[arg-type]
            assert option.chosen is (name == "department" and option.value == "市教育局")
    assert len(result.options["department"]) > 1


def test_pages_of_hits_make_up_all_of_them(store: ClauseStore) -> None:
    whole = look_up(None, store, limit=100)
    pages = [look_up(None, store, limit=10, first=first) for first in (0, 10, 20)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {24}


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(max_size=60),
    act=st.sampled_from(["measure", "list", "citation", "departments", "greet", "more", "out_of_scope"]),
    leans=st.sampled_from([0.0, 1.0]),
    place=st.sampled_from(["8/4", "0/1", "25/1", "9/2"]),
)
def test_no_text_breaks_a_look_up_and_every_quote_is_the_documents(
    store: ClauseStore, text: str, act: str, leans: float, place: str
) -> None:
    asked = question(text, act, {place: 0.6}, words=tuple(text.split()), leans=leans, subjectless=leans)
    for hit in found(store, asked).hits:
        clause = hit.given.clause
        assert any(hit.given.quote in passage.text for passage in store.passages(clause.key)) or (
            hit.given.quote == clause.text
        )
        assert all(0 <= start < end <= len(hit.given.quote) for start, end in hit.marks)


def test_nothing_is_remembered_between_two_look_ups(store: ClauseStore) -> None:
    before = found(store, LEAVE)
    found(store, XIAMEN)
    assert found(store, LEAVE) == before


# -- several documents


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    """The document, and two variants of it."""
    folder = tmp_path_factory.mktemp("several")
    write_documents(Path("documents"), folder / "documents", 72)
    build(folder / "documents", folder / "clauses.db")
    opened = ClauseStore.open(folder / "clauses.db")
    yield opened
    opened.close()


def test_among_several_documents_one_can_be_chosen(several: ClauseStore) -> None:
    counts = {str(option.value): option.count for option in look_up(None, several).options["document"]}
    assert set(counts.values()) == {24}
    assert len(counts) == 3
    other = next(entry for entry in counts if entry != several.document().key)
    asked = leaning("市民政局", "departments", refers=References(units=Units(("市民政局",))))
    narrowed = found(several, asked, document=other)
    assert shown(narrowed) == [c.number for c in several.select(departments=["市民政局"]) if c.document == other]
    assert {hit.given.clause.document for hit in narrowed.hits} == {other}
