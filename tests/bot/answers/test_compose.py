"""From what was decided to what is said, what a program reads of it, and what is remembered."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from bot.answers import compose
from bot.answers.memory import AT_MOST_EARLIER, Memory, Subject
from bot.answers.outcome import Outcome, given_passage
from bot.answers.question import Question
from bot.answers.references import NoSuch, References
from bot.answers.stated import ALWAYS_STATED, KINDS
from bot.clauses.models import Amount, Binding, Force
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import key, keys, numbers, question, said

FUNDING = Memory(question="创业资金", clause=key("8"), passage=key("8/4"), given=keys(8), dated=True)


def give(
    store: ClauseStore,
    place: str = "8/4",
    wanted: str = "answer",
    asked: Question | None = None,
    memory: Memory | None = None,
) -> Outcome:
    asked = asked or question()
    passage = next(entry for entry in store.passages() if entry.key == key(place))
    clause = store.clause(passage.clause_key)
    return compose.give(asked, clause, passage, wanted, asked.simplified, keys(2, 7), memory or Memory(), store)


def listing(store: ClauseStore, places: Sequence[int], memory: Memory | None = None, **named: Sequence[str]) -> Outcome:
    given = [given_passage(store.clause(k), store.passages(k)[0]) for k in keys(*places)]
    return compose.listing(given, question("哪几条"), memory or Memory(), store, **named)


def fields(outcome: Outcome, response: str) -> dict[str, str]:
    return next(say.fields for say in outcome.says if say.response == response)


# -- one clause


def test_an_answer_quotes_the_passage_and_says_who_is_responsible_and_where_it_stands(store: ClauseStore) -> None:
    outcome = give(store)
    assert said(outcome) == ["utter_quote", "utter_units", "utter_citation", "utter_dated"]
    assert fields(outcome, "utter_quote")["quote"] == store.passages(key("8"))[4].text
    assert fields(outcome, "utter_units")["units"] == "市人社局、市财政局"
    assert "榕政办〔2021〕49号" in fields(outcome, "utter_citation")["citation"]
    assert "（八）" in fields(outcome, "utter_citation")["citation"]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("departments", "utter_departments"), ("citation", "utter_written_here"), ("full_text", "utter_full_text")],
)
def test_each_wish_has_its_own_opening(store: ClauseStore, wanted: str, first: str) -> None:
    outcome = give(store, wanted=wanted)
    assert (said(outcome)[0], outcome.custom["kind"], outcome.memory.wanted) == (first, wanted, wanted)


def test_the_whole_clause_is_no_more_binding_than_its_least_binding_passage(store: ClauseStore) -> None:
    outcome = give(store, "9/3", "full_text")
    (given,) = outcome.given
    assert (given.quote, given.force, given.binding) == (
        store.clause(key("9")).text,
        Force.EXPLORATORY,
        Binding.EXPLORED,
    )
    assert "utter_partly_exploratory" in said(outcome)
    assert "utter_partly_exploratory" not in said(give(store, "8/4", "full_text"))


def test_what_is_only_tried_out_is_said_to_be(store: ClauseStore) -> None:
    assert "utter_exploratory" in said(give(store, "9/2"))
    assert "utter_exploratory" not in said(give(store, "9/3"))


def cautions(outcome: Outcome) -> list[str]:
    """What is said of how far the document's words bind."""
    return [name for name in said(outcome) if name.endswith(("_aim", "_encouraged", "_exploratory"))]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("15/3", []),
        ("9/3", []),
        ("8/3", ["utter_aim"]),
        ("22/2", ["utter_encouraged"]),
        ("23/2", ["utter_exploratory"]),
        ("8/0", []),
        ("0/1", []),
    ],
)
def test_what_is_no_promise_is_said_to_be_none_once_and_a_right_or_a_duty_needs_no_word(
    store: ClauseStore, place: str, expected: list[str]
) -> None:
    assert cautions(give(store, place)) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("7/1", []),
        ("8/4", ["utter_partly_aim"]),
        ("10/2", ["utter_partly_encouraged"]),
        ("9/3", ["utter_partly_exploratory"]),
    ],
)
def test_a_whole_clause_says_what_its_least_binding_sentence_is(
    store: ClauseStore, place: str, expected: list[str]
) -> None:
    assert cautions(give(store, place, "full_text")) == expected


@pytest.mark.parametrize("wanted", ["departments", "citation"])
def test_who_asks_for_the_office_or_the_place_hears_only_what_is_not_yet_in_force(
    store: ClauseStore, wanted: str
) -> None:
    assert [cautions(give(store, place, wanted)) for place in ("8/3", "22/2", "23/2")] == [
        [],
        [],
        ["utter_exploratory"],
    ]


def test_an_aim_is_not_said_to_state_nothing_definite_where_that_was_just_said(store: ClauseStore) -> None:
    def missing(place: str) -> Outcome:
        return give(store, place, asked=question(asks={"money": 0.9}, stated={key(place): 0.1}))

    assert cautions(missing("8/3")) == []
    assert cautions(missing("22/2")) == ["utter_encouraged"]
    assert cautions(missing("23/2")) == ["utter_exploratory"]


def test_a_program_reads_how_binding_an_answer_is(store: ClauseStore) -> None:
    def bound(place: str, wanted: str = "answer") -> tuple[str | None, str]:
        (answer,) = give(store, place, wanted).custom["answers"]
        return answer["binding"], answer["force"]

    assert bound("8/3") == ("aim", "firm")
    assert bound("15/2") == ("right", "firm")
    assert bound("15/2", "full_text") == ("aim", "firm")
    assert bound("0/1") == (None, "firm")


@pytest.mark.parametrize(("place", "expected"), [("8/3", []), ("22/2", []), ("23/2", ["utter_exploratory"])])
def test_of_a_document_without_labels_only_what_its_words_explore_is_said(
    store: ClauseStore, monkeypatch: pytest.MonkeyPatch, place: str, expected: list[str]
) -> None:
    unlabelled = [dataclasses.replace(passage, binding=None) for passage in store.passages()]
    monkeypatch.setattr(
        ClauseStore,
        "passages",
        lambda _, clause=None: [passage for passage in unlabelled if clause in (None, passage.clause_key)],
    )
    outcome = give(store, place)
    assert (cautions(outcome), outcome.custom["answers"][0]["binding"]) == (expected, None)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - ALWAYS_STATED))
def test_what_is_not_stated_is_said_by_its_kind(store: ClauseStore, kind: str) -> None:
    asked = question(asks={kind: 0.9}, stated={key("8/3"): 0.1})
    outcome = give(store, "8/3", asked=asked)
    assert said(outcome)[:3] == ["utter_quote", f"utter_not_stated_{kind}", "utter_units"]
    assert outcome.custom["answers"][0]["stated"] is False


def test_what_is_stated_or_given_by_itself_is_not_said_to_be_missing(store: ClauseStore) -> None:
    held = question(asks={"money": 0.9}, stated={key("8/4"): 0.9})
    open_question = question(asks={"open": 0.9}, stated={key("8/4"): 0.1})
    assert all(give(store, asked=asked).custom["answers"][0]["stated"] for asked in (held, open_question))
    missing = question(asks={"money": 0.9}, stated={key("8/3"): 0.1})
    assert give(store, "8/3", "departments", missing).custom["answers"][0]["stated"]


def test_a_claim_is_answered_before_anything_else(store: ClauseStore) -> None:
    asked = question("最高80万吧", claims=0.9, refers=References(amounts=(Amount(800_000, 800_000, "元", "80万"),)))
    outcome = give(store, asked=asked)
    assert said(outcome)[0] == "utter_claim_different"
    assert outcome.says[0].fields == {"said": "80万", "document": "5-50 万元"}
    assert outcome.custom["claims"] == [{"said": "80万", "verdict": "different", "document": "5-50 万元"}]
    assert "claims" not in give(store).custom


def test_the_date_of_the_document_is_told_once_in_a_conversation(store: ClauseStore) -> None:
    first = give(store)
    assert fields(first, "utter_dated")["dated"] == "2021年5月26日"
    assert "utter_dated" not in said(give(store, memory=first.memory))
    assert "utter_dated" not in said(listing(store, [8], first.memory))
    assert fields(give(store, memory=Memory(language="en")), "utter_dated")["dated"] == "26 May 2021"


def test_an_answer_is_remembered_with_its_subject_and_what_was_near(store: ClauseStore) -> None:
    memory = give(
        store, asked=question("创业资金有多少"), memory=dataclasses.replace(FUNDING, offered=keys(1), listed=True)
    ).memory
    assert (memory.question, memory.clause, memory.passage, memory.given) == (
        "创业资金有多少",
        key("8"),
        key("8/4"),
        keys(8),
    )
    assert (memory.near, memory.offered, memory.listed) == (keys(2, 7), (), False)
    assert memory.earlier == (Subject("创业资金有多少", key("8/4")),)


def test_what_was_given_on_one_subject_is_kept_together(store: ClauseStore) -> None:
    memory = give(store, "7/1", asked=question("创业资金"), memory=dataclasses.replace(FUNDING, near=keys(15))).memory
    assert (memory.given, memory.near) == (keys(8, 7), keys(15))


def test_only_the_latest_subjects_are_remembered(store: ClauseStore) -> None:
    memory = Memory()
    for number in range(AT_MOST_EARLIER + 3):
        memory = give(store, asked=question(f"问题{number}"), memory=memory).memory
    assert [subject.question for subject in memory.earlier] == [
        f"问题{number}" for number in range(3, AT_MOST_EARLIER + 3)
    ]
    assert Memory.from_json(json.loads(json.dumps(memory.to_json()))) == memory


# -- several clauses


def test_a_list_tells_how_many_and_names_each_with_its_units(store: ClauseStore) -> None:
    outcome = listing(store, [23, 24])
    assert said(outcome) == ["utter_list", "utter_list_entry", "utter_list_entry", "utter_list_source", "utter_dated"]
    assert fields(outcome, "utter_list") == {"count": "2"}
    assert outcome.says[2].fields["units"] == "（市民政局、市妇联）"
    assert "（二十四）" in outcome.says[2].fields["place"]


def test_a_list_of_chapters_begins_with_their_headings(store: ClauseStore) -> None:
    outcome = listing(store, [3, 4, 5], chapters=keys(2))
    assert outcome.says[0].fields == {"number": "2", "heading": "推动区域协调发展，促进社会性流动均衡"}


def test_a_list_is_remembered_as_complete_and_to_choose_from(store: ClauseStore) -> None:
    memory = listing(store, [23, 24], FUNDING, units=["市民政局"]).memory
    assert (memory.given, memory.offered, memory.units, memory.listed) == (
        keys(23, 24),
        keys(23, 24),
        ("市民政局",),
        True,
    )


def test_an_empty_list_says_so_and_leaves_the_conversation(store: ClauseStore) -> None:
    outcome = listing(store, [], FUNDING)
    assert (said(outcome), outcome.memory) == (["utter_list_empty"], FUNDING)


def test_further_clauses_are_added_to_those_that_were_given(store: ClauseStore) -> None:
    given = [given_passage(store.clause(key("7")), store.passages(key("7"))[0])]
    memory = compose.more(given, FUNDING, store).memory
    assert (memory.given, memory.offered, memory.question) == (keys(8, 7), keys(7), "创业资金")


# -- documents, refusals


def test_the_documents_are_described_with_their_size_and_validity(store: ClauseStore) -> None:
    outcome = compose.documents([], FUNDING, store)
    assert "utter_documents" not in said(outcome)  # that there is one is plain
    assert (fields(outcome, "utter_document")["clauses"], fields(outcome, "utter_document")["chapters"]) == ("24", "8")
    assert said(outcome).count("utter_chapter") == 8
    assert outcome.custom["documents"][0]["in_force"] == "unverified"
    assert outcome.memory == FUNDING


def test_a_refusal_counts_and_offers_what_is_nearest(store: ClauseStore) -> None:
    outcome = compose.no_answer(Memory(misses=1), "price", [], [store.clause(key("15"))], store)
    assert said(outcome) == ["utter_did_you_mean", "utter_choice"]
    assert (outcome.memory.misses, outcome.custom["reason"], outcome.given) == (2, "price", ())
    (choice,) = outcome.custom["choices"]
    assert (choice["clause"], choice["payload"]) == (15, "第15条")


def test_a_choice_is_sent_in_the_persons_script(store: ClauseStore) -> None:
    outcome = compose.no_answer(Memory(script="hant"), "price", [], [store.clause(key("15"))], store)
    assert outcome.custom["choices"][0]["payload"] == "第15條"


def test_a_missing_clause_is_told_with_the_last_that_there_is() -> None:
    outcome = compose.no_such(NoSuch("clause", 25, 24), Memory())
    assert outcome.says[0].fields == {"asked": "25", "last": "24"}


# -- several questions


def test_parts_stand_behind_their_words_and_point_to_their_answers(store: ClauseStore) -> None:
    refusal = compose.no_answer(Memory(), "price", [])
    outcome = compose.together(["房价", "资金", "都归谁"], [refusal, give(store), listing(store, [23, 24])])
    assert [(part["text"], part["answers"]) for part in outcome.custom["parts"]] == [
        ("房价", []),
        ("资金", [0]),
        ("都归谁", [1, 2]),
    ]
    assert outcome.custom["parts"][0]["reason"] == "price"
    assert numbers(outcome) == [8, 23, 24]
    assert outcome.custom["kind"] == "answer"
    assert [say.fields for say in outcome.says if say.response == "utter_part"][1] == {"number": "2", "text": "资金"}


def test_parts_keep_their_claims_and_tell_the_date_once_at_the_end(store: ClauseStore) -> None:
    asked = question(claims=0.9, refers=References(amounts=(Amount(6, 6, "年", "6年"),)))
    outcome = compose.together(["资金", "离岗"], [give(store), give(store, "7/1", asked=asked)])
    assert [claim["verdict"] for claim in outcome.custom["claims"]] == ["same"]
    assert said(outcome).count("utter_dated") == 1
    assert said(outcome)[-1] == "utter_dated"


# -- whatever is given


@pytest.mark.parametrize("wanted", ["answer", "departments", "citation", "full_text"])
def test_every_passage_can_be_given_word_for_word_in_words_that_there_are(store: ClauseStore, wanted: str) -> None:
    responses = set(yaml.safe_load(Path("domain.yml").read_text("utf-8"))["responses"])
    source = "".join(passage.text for passage in store.passages())
    for passage in store.passages():
        outcome = give(store, f"{passage.clause}/{passage.position}", wanted)
        assert set(said(outcome)) <= responses
        (answer,) = outcome.custom["answers"]
        assert answer["key"] == passage.clause_key
        assert answer["quote"] == (store.clause(passage.clause_key).text if wanted == "full_text" else passage.text)
        assert wanted == "full_text" or answer["quote"] in source
        assert json.loads(json.dumps(outcome.custom)) == outcome.custom
