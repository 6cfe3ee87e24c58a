from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import write_documents
from bot.answers.lookup import Found, Hit, look_up
from bot.answers.narrowing import Narrowing
from bot.assistant import Assistant
from bot.clauses.models import Force
from bot.clauses.store import ClauseStore, build


async def found(assistant: Assistant, store: ClauseStore, text: str, **narrowing: object) -> Found:
    return look_up(await assistant.understand(text), store, Narrowing(**narrowing), limit=100)  # type: ignore[arg-type]


def numbers(hits: tuple[Hit, ...] | list[Hit]) -> list[int]:
    return [hit.given.clause.number for hit in hits]


def judged(result: Found) -> list[int]:
    return numbers([hit for hit in result.hits if hit.judged])


def marked(hit: Hit) -> list[str]:
    return [hit.given.quote[start:end] for start, end in hit.marks]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("typed", "first", "words"),
    [
        ("离岗创业 几年", 7, "最长可延至6年"),
        ("建园奖励 金额", 15, "一次性建园奖励"),
        ("（十七）", 17, "健全基本公共服务保障体系"),
        ("第8条 单位", 8, "支持留学人员创新创业"),
        ("大数据委", 16, ""),
        ("职称 农村 25年", 13, "满 25 年"),
        ("台湾", 4, "台湾"),
        ("(8)", 8, ""),
        ("15条", 15, ""),
        ("工商联", 13, ""),
        ("妇联", 24, ""),
        ("团市委 台港澳办", 4, ""),
        ("金融局", 9, ""),
        ("公务员局", 10, ""),
        ("医保局", 17, ""),
        ("榕城杯", 8, "榕城杯"),
        ("榕城杯 50万", 8, "5-50 万元"),
        ("企业开办 几天", 9, "1 个工作日"),
        ("三支一扶 比例", 11, "30%"),
        ("积分入学", 22, "积分入学"),
        ("居住证 入学", 22, "居住证"),
        ("公租房", 17, "公共租赁住房"),
        ("多点执业", 17, "多点执业"),
        ("档案 异地", 16, "异地通办"),
        ("低保 最低工资", 23, "最低工资标准挂钩"),
        ("留守儿童", 24, "留守儿童"),
        ("学徒制", 19, "学徒制"),
        ("年薪制", 20, "年薪制"),
        ("县管校聘", 12, "县管校聘"),
        ("滨海新城 老师", 5, "滨海新城"),
        ("臺胞 社保", 4, "参加社会保险"),
        ("離崗創業", 7, "离岗"),
        ("退役军人", 2, "退役军人"),
        ("仲裁队伍", 25, "仲裁队伍"),
        ("《福建省人力资源市场条例》", 15, "福建省人力资源市场条例"),
        ("闽委办发〔2020〕16号", 0, "闽委办发〔2020〕16号"),
        ("科研成果 奖励 总量", 7, "总量"),
        ("孵化器", 6, "孵化器"),
        ("养老保险 转移", 10, "养老保险"),
        ("劳模工作室", 19, "劳模"),
    ],
)
async def test_what_staff_type_finds_the_clause_and_the_words(
    assistant: Assistant, store: ClauseStore, typed: str, first: int, words: str
) -> None:
    result = await found(assistant, store, typed)
    assert not result.refused
    assert result.hits[0].judged
    assert result.hits[0].given.clause.number == first
    assert words in result.hits[0].given.quote


@pytest.mark.asyncio
async def test_two_departments_give_the_clauses_of_both_first_then_those_of_either(
    assistant: Assistant, store: ClauseStore
) -> None:
    result = await found(assistant, store, "市财政局 市人社局")
    hits = [hit for hit in result.hits if hit.judged]
    both = numbers([hit for hit in hits if len(hit.named) == 2])
    assert both == numbers(hits)[: len(both)] == [2, 7, 8, 14, 15, 16]
    assert sorted(numbers(hits)) == [c.number for c in store.select(departments=["市财政局", "市人社局"])]
    assert all(len(hit.named) == 1 for hit in hits[len(both) :])


@pytest.mark.asyncio
@pytest.mark.parametrize("typed", ["台湾", "臺灣", "台胞"])
async def test_taiwan_gives_every_clause_on_it(assistant: Assistant, store: ClauseStore, typed: str) -> None:
    result = await found(assistant, store, typed)
    assert result.kind == "list"
    assert judged(result)[0] == 4
    assert set(judged(result)) == {4, 17, 2}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("typed", "reason"), [("厦门 人才补贴", "place"), ("失业金 领几个月", "service"), ("打印机又卡纸了", "offtopic")]
)
async def test_what_the_assistant_would_refuse_says_so_and_gives_nothing_as_its_answer(
    assistant: Assistant, store: ClauseStore, typed: str, reason: str
) -> None:
    result = await found(assistant, store, typed)
    assert (result.kind, result.refused) == ("no_answer", reason)
    assert result.judged == 0
    assert not any(hit.judged for hit in result.hits)


@pytest.mark.asyncio
async def test_the_nearest_clauses_stand_below_a_refusal(assistant: Assistant, store: ClauseStore) -> None:
    result = await found(assistant, store, "厦门 人才补贴")
    assert result.hits[0].given.clause.number == 2
    assert "补贴" in marked(result.hits[0])


@pytest.mark.asyncio
async def test_a_word_of_the_documents_is_looked_up_even_where_a_question_would_be_refused(
    assistant: Assistant, store: ClauseStore
) -> None:
    result = await found(assistant, store, "补贴")
    assert set(judged(result)) == {clause.number for clause in store.mentioning("补贴")}


@pytest.mark.asyncio
async def test_matched_words_and_the_amount_that_answers_are_marked(assistant: Assistant, store: ClauseStore) -> None:
    assert marked((await found(assistant, store, "离岗创业 几年")).hits[0]) == ["离岗", "6年"]
    assert marked((await found(assistant, store, "建园奖励 金额")).hits[0]) == ["50 万元", "100 万元", "建园奖励"]
    assert marked((await found(assistant, store, "台胞 勞健保")).hits[0]) == ["台湾", "台湾"]


@pytest.mark.asyncio
async def test_below_the_answer_stand_clauses_that_share_telling_words_and_no_others(
    assistant: Assistant, store: ClauseStore
) -> None:
    result = await found(assistant, store, "离岗创业 几年")
    assert {2, 4, 8} <= set(numbers(result.hits))
    for hit in result.hits[1:]:
        assert "创业" in hit.given.clause.text
        assert not hit.judged


@pytest.mark.asyncio
async def test_each_key_on_the_way_to_a_word_finds_it(assistant: Assistant, store: ClauseStore) -> None:
    for end in range(1, len("离岗创业") + 1):
        assert 7 in numbers((await found(assistant, store, "离岗创业"[:end])).hits)


@pytest.mark.asyncio
async def test_a_clause_named_by_its_number_is_given_whole_and_alone(assistant: Assistant, store: ClauseStore) -> None:
    result = await found(assistant, store, "第8条 单位")
    assert numbers(result.hits) == [8]
    assert result.hits[0].passage == ""
    assert result.hits[0].given.quote == store.clause("2021-49/8").text


def test_nothing_typed_lists_all_clauses_in_the_documents_order(store: ClauseStore) -> None:
    result = look_up(None, store, limit=100)
    assert numbers(result.hits) == list(range(1, 25))
    assert result.total == 24


@pytest.mark.parametrize(
    ("narrowing", "clauses"),
    [
        (Narrowing(department="市卫健委"), [5, 12, 13, 14, 16, 17]),
        (Narrowing(chapter=3), [6, 7, 8, 9]),
        (Narrowing(amount=True), [7, 8, 9, 11, 12, 13, 15]),
        (Narrowing(amount=True, chapter=3, department="市财政局"), [7, 8]),
        (Narrowing(group="taiwan"), [2, 4, 17]),
        (Narrowing(department="no such"), []),
        (Narrowing(document="2021-49", chapter=5), [15, 16, 17]),
    ],
)
def test_narrowings_alone_list_all_that_fit_all_of_them(
    store: ClauseStore, narrowing: Narrowing, clauses: list[int]
) -> None:
    assert numbers(look_up(None, store, narrowing, limit=100).hits) == clauses


def test_the_passage_that_is_shown_is_one_that_fits(store: ClauseStore) -> None:
    for hit in look_up(None, store, Narrowing(force=Force.EXPLORATORY), limit=100).hits:
        assert hit.given.force is Force.EXPLORATORY
    for hit in look_up(None, store, Narrowing(amount=True), limit=100).hits:
        assert hit.amounts


@pytest.mark.asyncio
async def test_counts_tell_what_each_choice_would_leave(assistant: Assistant, store: ClauseStore) -> None:
    question = await assistant.understand("农村")
    chosen = Narrowing(department="市教育局")
    result = look_up(question, store, chosen, limit=100)
    for name, options in result.options.items():
        for option in options:
            values = {**chosen.chosen(), name: option.value}
            assert option.count == look_up(question, store, Narrowing(**values)).total  # type: ignore[arg-type]
            assert option.chosen is (name == "department" and option.value == "市教育局")
    assert len(result.options["department"]) > 1


def test_pages_of_hits_make_up_all_of_them(store: ClauseStore) -> None:
    whole = look_up(None, store, limit=100)
    parts = [look_up(None, store, limit=10, first=first) for first in (0, 10, 20)]
    assert [hit for part in parts for hit in part.hits] == list(whole.hits)
    assert {part.total for part in parts} == {24}


@pytest.mark.asyncio
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
async def test_no_text_breaks_a_look_up_and_every_quote_is_the_documents(
    assistant: Assistant, store: ClauseStore, text: str
) -> None:
    for hit in (await found(assistant, store, text)).hits:
        clause = hit.given.clause
        assert any(hit.given.quote in passage.text for passage in store.passages(clause.key)) or (
            hit.given.quote == clause.text
        )
        assert all(0 <= start < end <= len(hit.given.quote) for start, end in hit.marks)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    """The document, and two variants of it."""
    folder = tmp_path_factory.mktemp("several")
    write_documents(Path("documents"), folder / "documents", 72)
    build(folder / "documents", folder / "clauses.db")
    opened = ClauseStore.open(folder / "clauses.db")
    yield opened
    opened.close()


@pytest.mark.asyncio
async def test_among_several_documents_one_can_be_chosen(assistant: Assistant, several: ClauseStore) -> None:
    counts = {option.value: option.count for option in look_up(None, several).options["document"]}
    assert set(counts.values()) == {24}
    assert len(counts) == 3
    other = next(key for key in counts if key != several.document().key)
    narrowed = await found(assistant, several, "市民政局", document=other)
    assert numbers(narrowed.hits) == [c.number for c in several.select(departments=["市民政局"]) if c.document == other]
    assert {hit.given.clause.document for hit in narrowed.hits} == {other}
