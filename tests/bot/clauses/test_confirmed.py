"""What a person confirmed of a document goes before what its text was read to say, and no further."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.confirmed import Confirmed
from bot.clauses.folder import put_in
from bot.clauses.models import Department
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError

SONGPING = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt")
LATER = """松屏县人民政府办公室关于废止部分文件的通知

各乡镇人民政府，县直各单位：

经研究，决定废止《松屏县人民政府关于印发松屏县支持返乡创业发展乡村旅游实施方案的通知》（松政发〔2022〕11号）。本通知自印发之日起施行。

松屏县人民政府办公室
2024年3月9日
"""
"""Repeals it."""
BOTH = {"since": date(2022, 4, 1), "until": date(2199, 12, 31)}
COOP = Department("县农商行", "松屏县“农村商业”银行\\总行", ("农商行", "松屏农村银行"))


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    shutil.copytree("documents", tmp_path / "documents")
    return tmp_path / "documents"


def held(documents: Path) -> ClauseStore:
    target = documents.with_name("clauses.db")
    build(documents, target)
    return ClauseStore.open(target)


def test_confirmed_days_go_before_those_of_the_text_and_the_document_is_then_in_force(documents: Path) -> None:
    put_in(documents, SONGPING, "songping", ["归雁计划"], Confirmed(BOTH))
    found = held(documents).document("songping")
    assert (found.since, found.until, found.in_force) == ("2022-04-01", "2199-12-31", "in_force")
    assert "未经核实" not in found.status
    assert found.nicknames == ("归雁计划",)
    days = (date(2022, 3, 31), date(2022, 4, 1), date(2200, 1, 1))
    assert [found.in_force_on(day) for day in days] == ["not_yet", "in_force", "expired"]


@pytest.mark.parametrize("days", [{}, {"since": date(2022, 4, 1)}, {"until": None}, {"since": None, "until": None}])
def test_what_nobody_confirmed_stays_unverified(documents: Path, days: dict[str, date | None]) -> None:
    put_in(documents, SONGPING, "songping", (), Confirmed(days))
    found = held(documents).document("songping")
    assert found.in_force_on(date(2023, 1, 1)) == "unverified"
    assert "未经核实" in found.status
    assert found.confirmed == frozenset(days)
    assert found.since == ("2022-03-09" if "since" not in days else days["since"] and "2022-04-01")


def test_a_document_without_a_last_day_is_in_force_on_and_on(documents: Path) -> None:
    put_in(documents, SONGPING, "songping", (), Confirmed({**BOTH, "until": None}))
    found = held(documents).document("songping")
    assert found.until is None
    assert found.in_force_on(date(2190, 1, 1)) == "in_force"


def test_a_later_document_ends_one_whose_days_were_confirmed(documents: Path, tmp_path: Path) -> None:
    (tmp_path / "later.txt").write_text(LATER, "utf-8")
    put_in(documents, SONGPING, "songping", (), Confirmed(BOTH))
    put_in(documents, tmp_path / "later.txt", "later")
    found = held(documents).document("songping")
    assert [found.in_force_on(date(year, 1, 1)) for year in (2023, 2025)] == ["in_force", "repealed"]


def test_a_document_that_was_read_as_replaced_by_mistake_is_not(documents: Path, tmp_path: Path) -> None:
    (tmp_path / "later.txt").write_text(LATER, "utf-8")
    put_in(documents, SONGPING, "songping")
    put_in(documents, tmp_path / "later.txt", "later", (), Confirmed(replaces=(("松政发〔2018〕23号", ""),)))
    store = held(documents)
    assert store.document("songping").replaced_by is None
    assert store.document("later").replaces == (("松政发〔2018〕23号", ""),)


def test_confirmed_units_are_known_in_every_document_of_the_place_and_in_no_other(
    documents: Path, tmp_path: Path
) -> None:
    another = tmp_path / "another.txt"
    another.write_text(SONGPING.read_text("utf-8").replace("11号", "12号"), "utf-8")
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(SONGPING.read_text("utf-8").replace("松屏", "柏屏"), "utf-8")
    put_in(documents, SONGPING, "songping", (), Confirmed(departments=(COOP,)))
    put_in(documents, another, "another")
    put_in(documents, elsewhere, "elsewhere")
    store = held(documents)

    def known(key: str) -> Department:
        return next(unit for unit in store.of(key).departments() if unit.name == COOP.name)

    assert known("songping") == known("another") == COOP
    assert "松屏农村银行" not in known("elsewhere").aliases


@pytest.mark.parametrize("line", ['since = "2023-13-01"', 'replaces = "松政发〔2018〕23号"', "[[department]]"])
def test_a_document_toml_that_cannot_be_read_is_told_with_its_path(documents: Path, line: str) -> None:
    folder = put_in(documents, SONGPING, "songping")
    (folder / "document.toml").write_text(line, "utf-8")
    with pytest.raises(DocumentError) as refused:
        held(documents)
    assert str(folder / "document.toml") in str(refused.value)
    assert (refused.value.reason, refused.value.about) == ("settings", "songping")
