"""What the chat page is offered to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.assistant import LANGUAGES, Assistant
from bot.channels.both_scripts import shown
from bot.channels.suggestions import suggested
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.clauses.taught import next_of
from bot.mailbox.models import Line, Reply


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> ClauseStore:
    path = tmp_path_factory.mktemp("taught") / "clauses.db"
    build(Path("documents"), path, taught=Path("nlu"))
    return ClauseStore.open(path)


def asked_next(store: ClauseStore | None, asked: str = "", **custom: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = shown(Reply((Line("utter_quote", "「」"),), custom), asked, store)["next"]
    return found


def test_after_an_answer_come_questions_about_other_sentences_of_its_clause_in_its_language(
    taught: ClauseStore,
) -> None:
    passage = taught.passage("2021-49/8/4")
    answers = [{"key": "2021-49/8", "quote": passage.text}]
    offered = asked_next(taught, kind="answer", language="zh", answers=answers)
    by_text = {question.text: question.passage for question in taught.taught("2021-49/8", "zh")}
    assert len(offered) == 3
    assert all(by_text[one["hans"]] != passage.key for one in offered if one["hans"] in by_text)
    english = asked_next(taught, kind="full_text", language="en", answers=answers)
    assert english and all(one["hant"].isascii() for one in english)


def test_where_no_clause_is_given_nothing_is_asked_next(taught: ClauseStore, store: ClauseStore) -> None:
    answers = [{"key": "2021-49/8", "quote": ""}]
    assert asked_next(taught, kind="list", answers=answers) == []
    assert asked_next(taught, kind="no_answer", answers=[]) == []
    assert asked_next(taught, kind="answer", answers=[{"key": "1999-1/8"}]) == []
    assert asked_next(None, kind="answer", answers=answers) == []
    assert asked_next(store, kind="answer", answers=answers) == []  # built where none were taught


@pytest.mark.parametrize("typed", ["档案", "檔案"])
def test_what_is_typed_offers_questions_and_clauses_in_both_scripts(taught: ClauseStore, typed: str) -> None:
    offered = suggested(typed, taught)
    assert offered["clauses"][0] == {
        "title": {"hant": "（十六）推進檔案服務信息化便利化", "hans": "（十六）推进档案服务信息化便利化"},
        "ask": {"hant": "第16條", "hans": "第16条"},
    }
    assert len(offered["questions"]) == 4
    assert all("档案" in question["hans"] and "檔案" in question["hant"] for question in offered["questions"])


def test_a_clauses_number_offers_the_clause_and_a_single_character_nothing(taught: ClauseStore) -> None:
    assert [clause["ask"]["hans"] for clause in suggested("第8", taught)["clauses"]] == ["第8条"]
    for typed in ("", "档", "第99", "毫不相干的话"):
        assert suggested(typed, taught) == {"questions": [], "clauses": []}


@pytest.mark.slow
@pytest.mark.asyncio
async def test_what_is_offered_first_about_a_clause_is_answered_by_it(
    assistant: Assistant, taught: ClauseStore
) -> None:
    missed = []
    for clause in taught.clauses():
        for language in LANGUAGES:
            for question in next_of(taught.taught(clause.key, language), "", "", 3):
                reply = await assistant.try_out(question.text, taught)
                if clause.key not in [answer["key"] for answer in reply.custom["answers"]]:
                    missed.append(question.text)
    assert len(missed) <= 3, missed
