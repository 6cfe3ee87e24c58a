"""A row of a table as people read it: the names of its columns stand before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.answers import compose
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import question, said
from tests.bot.clauses.test_tables import HIRED, as_text

RESPONSES = yaml.safe_load(Path("domain.yml").read_text("utf-8"))["responses"]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[ClauseStore]:
    (tmp_path / "documents" / "linjiang").mkdir(parents=True)
    as_text(tmp_path / "documents" / "linjiang" / "source.txt", HIRED)
    build(tmp_path / "documents", tmp_path / "clauses.db")
    store = ClauseStore.open(tmp_path / "clauses.db")
    yield store
    store.close()


def give(store: ClauseStore, wanted: str) -> Outcome:
    row = next(passage for passage in store.passages() if passage.text.startswith("博士"))
    return compose.give(question(), store.clause(row.clause_key), row, wanted, "", (), Memory(), store)


@pytest.mark.parametrize("wanted", ["answer", "citation", "departments"])
def test_the_columns_names_are_told_right_before_the_row(held: ClauseStore, wanted: str) -> None:
    outcome = give(held, wanted)
    at = said(outcome).index("utter_table_head")
    assert said(outcome)[at + 1] == "utter_quote"
    shown = [RESPONSES[say.response][0]["text"].format(**say.fields) for say in outcome.says[at : at + 2]]
    assert shown == ["表頭：学历 ｜ 安家补贴（元） ｜ 服务年限", "「博士 ｜ 100000 ｜ 5年」"]


def test_a_program_reads_the_row_and_its_columns_as_the_document_has_them(held: ClauseStore) -> None:
    (answer,) = give(held, "answer").custom["answers"]
    assert answer["quote"] == "博士\t100000\t5年"
    assert answer["table_head"] == "学历\t安家补贴（元）\t服务年限"
    assert answer["quote"] in held.clause("linjiang/1").text
    assert answer["table_head"] in held.clause("linjiang/1").text


def test_no_columns_are_told_of_a_sentence(held: ClauseStore) -> None:
    sentence = held.passage("linjiang/1/1")
    outcome = compose.give(question(), held.clause("linjiang/1"), sentence, "answer", "", (), Memory(), held)
    assert "utter_table_head" not in said(outcome)
    assert outcome.custom["answers"][0]["table_head"] == ""
