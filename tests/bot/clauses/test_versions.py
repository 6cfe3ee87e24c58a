"""Which documents are versions of one another, and which of them was in force when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.clauses.versions import Versions
from tests import versions

NEW, OLD = versions.NEWER, versions.OLDER


def held(tmp_path: Path, **facts: str) -> Versions:
    """The versions that are held, with what document.toml says of the newer one."""
    versions.hold(tmp_path / "documents")
    written = "".join(f'{name} = "{value}"\n' for name, value in facts.items())
    (tmp_path / "documents" / NEW / "document.toml").write_text(written, "utf-8")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    return Versions(ClauseStore.open(tmp_path / "clauses.db"))


def keys(found: object) -> list[str]:
    return [document.key for document in found or ()]  # type: ignore[attr-defined]


def test_what_took_the_place_of_another_is_its_newer_version(tmp_path: Path) -> None:
    found = held(tmp_path)
    assert keys(found.of(OLD)) == keys(found.of(NEW)) == [OLD, NEW]
    assert keys(found.pair(OLD)) == keys(found.pair(NEW)) == [OLD, NEW]
    assert keys(found.compared()) == [NEW]
    older = found.of(OLD)[0]
    assert found.ended(older) == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("first", "last", "meant"),
    [
        (date(2015, 1, 1), date(2015, 12, 31), []),
        (date(2018, 3, 1), date(2018, 3, 1), [OLD]),
        (date(2023, 6, 30), date(2023, 6, 30), [OLD]),
        (date(2023, 7, 1), date(2023, 7, 1), [NEW]),
        (date(2023, 1, 1), date(2023, 12, 31), [OLD, NEW]),
        (date(2040, 1, 1), date(2040, 1, 1), [NEW]),
    ],
)
def test_each_day_has_its_version(tmp_path: Path, first: date, last: date, meant: list[str]) -> None:
    assert keys(held(tmp_path).within(NEW, first, last)) == meant


def test_a_newer_version_that_is_not_in_force_yet_leaves_the_older_one_in_force(tmp_path: Path) -> None:
    found = held(tmp_path, in_force="not_yet")
    assert keys(found.within(NEW, date(2024, 1, 1), date(2024, 1, 1))) == [OLD]


def test_a_document_that_stands_alone_has_no_other_version(tmp_path: Path) -> None:
    versions.hold(tmp_path / "documents", NEW)
    build(tmp_path / "documents", tmp_path / "clauses.db")
    found = Versions(ClauseStore.open(tmp_path / "clauses.db"))
    assert keys(found.of(NEW)) == [NEW]
    assert found.pair(NEW) is None
    assert found.compared() == ()
    assert found.of("nowhere") == ()
