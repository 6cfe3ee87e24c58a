"""What is said of the version that a question about an earlier time is answered from."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from bot.answers.decide import respond
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import Candidate, Question
from bot.answers.references import References
from bot.answers.times import days_meant
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import Reader, said
from tests.versions import NEWER, OLDER

TODAY = date(2026, 11, 29)


def ask(store: ClauseStore, document: str, past: float, when: str = "", first: str = "", last: str = "") -> Outcome:
    """The answer to a question about renting, read as one about `document`."""
    place = {NEWER: 4, OLDER: 3}.get(document, 2)
    known: dict[str, Any] = {"candidates": (Candidate(f"{document}/{place}/1", 0.95),), "taught": False}
    refers = References(when=when, first=first, last=last)
    asked = Question("租房补贴", "租房补贴", "measure", document=document, past=past, refers=refers, **known)
    return respond(asked, "answer", Memory(), store)


def test_the_version_of_then_is_named_with_its_time(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, OLDER, 0.9, "2019年", "2019-01-01", "2019-12-31")
    assert outcome.says[0].response == "utter_version_then"
    assert outcome.says[0].fields["number"] == "青政办〔2018〕9号"
    assert (outcome.says[0].fields["since"], outcome.says[0].fields["until"]) == ("2018年3月1日", "2023年6月30日")
    assert "utter_repealed" in said(outcome)
    assert outcome.custom["then"] == [
        {"document": OLDER, "when": "2019年", "first": "2019-01-01", "last": "2019-12-31", "held": True}
    ]


def test_a_later_text_is_never_the_law_of_then_in_silence(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, OLDER, 0.9, "2015年", "2015-01-01", "2015-12-31")
    assert outcome.says[0].response == "utter_no_version_then"
    assert outcome.custom["then"][0]["held"] is False
    alone = ask(versions_store, "2021-49", 0.9, "2019年", "2019-01-01", "2019-12-31")
    assert alone.says[0].response == "utter_no_version_then"


def test_the_earlier_rules_without_an_earlier_version_are_said_not_to_be_held(versions_store: ClauseStore) -> None:
    assert ask(versions_store, OLDER, 0.9).says[0].response == "utter_older_version"
    assert ask(versions_store, "2021-49", 0.9).says[0].response == "utter_no_older_version"


def test_where_todays_version_was_in_force_then_it_says_so(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, NEWER, 0.9, "2024年", "2024-01-01", "2024-12-31")
    assert outcome.says[0].response == "utter_version_still"


def test_a_year_in_a_question_about_today_changes_nothing(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, NEWER, 0.1, "2019年", "2019-01-01", "2019-12-31")
    assert outcome.says[0].response == "utter_quote"
    assert "then" not in outcome.custom


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019年那会儿落户要什么条件", "2019-01-01", "2019-12-31"),
        ("二〇一九年三月的规定", "2019-03-01", "2019-03-31"),
        ("2020年2月", "2020-02-01", "2020-02-29"),
        ("2021年5月26日那天", "2021-05-26", "2021-05-26"),
        ("民國108年的補助", "2019-01-01", "2019-12-31"),
        ("2019版怎么写", "2019-01-01", "2019-12-31"),
        ("2023年以前怎么规定", "2022-12-31", "2022-12-31"),
        ("2022年底之前的补贴", "2022-12-31", "2022-12-31"),
        ("before 2023, who paid?", "2022-12-31", "2022-12-31"),
        ("What applied in March 2020?", "2020-03-01", "2020-03-31"),
        ("2023年以后怎么规定", "", ""),
        ("榕政办〔2021〕49号第八条", "", ""),
        ("补贴2000够不够", "", ""),
        ("2月30日", "", ""),
    ],
)
def test_the_days_that_a_text_names_are_read(reader: Reader, text: str, first: str, last: str) -> None:
    refers = reader.refers(text)
    assert (refers.first, refers.last) == (first, last)


def test_times_are_counted_back_from_today() -> None:
    assert days_meant({"back": "去年"}, TODAY) == (date(2025, 1, 1), date(2025, 12, 31))
    assert days_meant({"back": "大前年"}, TODAY) == (date(2023, 1, 1), date(2023, 12, 31))
    assert days_meant({"ago": "三"}, TODAY) == (date(2023, 1, 1), date(2023, 12, 31))
    assert days_meant({"ago_english": "two"}, TODAY) == (date(2024, 1, 1), date(2024, 12, 31))
    assert days_meant({"back": "去年", "month": "13"}, TODAY) is None


@pytest.mark.parametrize(("foreign", "kind"), [(0.85, "answer"), (0.95, "no_answer")])
def test_what_applied_then_is_told_from_what_happened_then(
    versions_store: ClauseStore, foreign: float, kind: str
) -> None:
    asked = Question(
        "2019年落户要什么条件",
        "2019年落户要什么条件",
        "measure",
        document=OLDER,
        past=0.9,
        foreign=foreign,
        reason="fact",
        refers=References(when="2019年", first="2019-01-01", last="2019-12-31"),
        candidates=(Candidate(f"{OLDER}/2/1", 0.95),),
        taught=False,
    )
    assert respond(asked, "answer", Memory(), versions_store).custom["kind"] == kind
    today = dataclasses.replace(asked, past=0.0)
    assert respond(today, "answer", Memory(), versions_store).custom["kind"] == "no_answer"
