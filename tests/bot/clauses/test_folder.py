"""Documents are put into the folder and taken out of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.clauses.build import build, read_city
from bot.clauses.confirmed import Confirmed
from bot.clauses.folder import Publishing, key_for, put_in, take_out
from bot.clauses.models import Department
from bot.clauses.store import ClauseStore
from bot.clauses.units import proposed
from bot.errors import DocumentError
from bot.reading.reader import read

SOURCE = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    shutil.copytree("documents", folder)
    return folder


def held(documents: Path) -> list[str]:
    target = documents.with_name("clauses.db")
    build(documents, target)
    return [document.key for document in ClauseStore.open(target).documents()]


def test_a_document_is_put_in_under_its_place_and_number_and_taken_out_again(documents: Path) -> None:
    key = key_for(read(SOURCE))
    assert key == "songping-2022-11"
    put_in(documents, SOURCE, key, ["归雁计划"])
    assert held(documents) == ["2021-49", key]
    assert ClauseStore.open(documents.with_name("clauses.db")).document(key).nicknames == ("归雁计划",)
    kept = take_out(documents, key)
    assert held(documents) == ["2021-49"]
    assert (kept / "source.txt").read_bytes() == SOURCE.read_bytes()


def test_what_is_taken_out_twice_is_kept_twice(documents: Path) -> None:
    kept = set()
    for _ in range(2):
        put_in(documents, SOURCE, "songping")
        kept.add(take_out(documents, "songping"))
    assert len(kept) == 2
    assert all((folder / "source.txt").is_file() for folder in kept)


@pytest.mark.parametrize("key", ["", "../songping", "Songping", "2021-49", "a b", ".retired"])
def test_a_key_that_is_none_or_is_taken_is_refused_and_nothing_is_changed(documents: Path, key: str) -> None:
    before = sorted(documents.rglob("*"))
    with pytest.raises(DocumentError):
        put_in(documents, SOURCE, key)
    assert sorted(documents.rglob("*")) == before


def test_a_file_of_another_format_is_refused(documents: Path) -> None:
    with pytest.raises(DocumentError, match=r"\.docx"):
        put_in(documents, Path("README.md"), "songping")


@pytest.mark.parametrize("key", ["songping", "../documents", ""])
def test_a_document_that_is_not_there_cannot_be_taken_out(documents: Path, key: str) -> None:
    with pytest.raises(DocumentError):
        take_out(documents, key)


@pytest.mark.parametrize("name", ["办法", "惠民政策", "条", "归雁计划"])
def test_a_nickname_that_would_be_found_in_other_questions_or_is_taken_is_refused(documents: Path, name: str) -> None:
    publishing = Publishing(documents, documents.with_name("clauses.db"), None)
    publishing.publish(publishing.keep_draft("a.txt", SOURCE.read_bytes()), "first", [" 归雁计划 "])
    draft = publishing.keep_draft("a.txt", SOURCE.read_bytes())
    with pytest.raises(DocumentError, match=name):
        publishing.publish(draft, "second", [name])
    publishing.publish(draft, "second", ["松屏十八条"])
    store = ClauseStore.open(documents.with_name("clauses.db"))
    assert [store.document(key).nicknames for key in ("first", "second")] == [("归雁计划",), ("松屏十八条",)]


def test_a_file_that_cannot_be_copied_leaves_nothing_behind(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    publishing = Publishing(documents, documents.with_name("clauses.db"), None)
    draft = publishing.keep_draft("a.txt", SOURCE.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="space"):
            publishing.publish(draft, "songping", [])
    publishing.publish(draft, "songping", [])
    assert held(documents) == ["2021-49", "songping"]


@pytest.fixture
def publishing(documents: Path) -> Publishing:
    build(documents, documents.with_name("clauses.db"))
    return Publishing(documents, documents.with_name("clauses.db"), None)


def version(publishing: Publishing, sum_: str) -> str:
    """A draft of the document in which a room is worth that much."""
    return publishing.keep_draft("a.txt", SOURCE.read_text("utf-8").replace("每间8000元", f"每间{sum_}元").encode())


def stated(documents: Path, sum_: str) -> bool:
    """Whether the document that is answered from has that sum."""
    store = ClauseStore.open(documents.with_name("clauses.db")).of("songping")
    return any(f"每间{sum_}元" in clause.text for clause in store.clauses())


def files(documents: Path) -> dict[Path, bytes]:
    """Everything that is kept, but for drafts and the lock."""
    found = (path for path in documents.parent.rglob("*") if path.is_file() and path.name != ".lock")
    return {path: path.read_bytes() for path in found if ".drafts" not in path.parts}


def test_a_new_version_takes_the_place_of_the_old_one_which_can_be_put_back_and_forth(
    documents: Path, publishing: Publishing
) -> None:
    publishing.publish(version(publishing, "8000"), "songping", ["归雁计划"])
    publishing.publish(version(publishing, "9000"), "songping", ["归雁计划"], instead=True)
    assert stated(documents, "9000")
    for sum_ in ("8000", "9000", "8000"):
        (entry,) = publishing.retired()
        assert (entry.key, entry.number) == ("songping", "松政发〔2022〕11号")
        assert publishing.put_back(entry.name) == "songping"
        assert stated(documents, sum_)
    assert {path.name for path in (documents / "songping").iterdir()} == {"source.txt", "document.toml"}


def test_of_several_versions_the_one_that_was_taken_out_last_comes_first(
    documents: Path, publishing: Publishing
) -> None:
    for sum_ in ("8000", "9000", "9500"):
        publishing.publish(version(publishing, sum_), "songping", [], instead=True)
    publishing.put_back(publishing.retired()[0].name)
    assert stated(documents, "9000")
    publishing.put_back(publishing.retired()[1].name)
    assert stated(documents, "8000")


def test_a_retired_document_is_put_back_under_its_key(documents: Path, publishing: Publishing) -> None:
    publishing.publish(version(publishing, "8000"), "songping", [])
    publishing.put_back(publishing.retire("songping").name)
    assert stated(documents, "8000")
    assert publishing.retired() == ()


@pytest.mark.parametrize("name", ["songping", "../documents/2021-49", "", ".", "2021-49"])
def test_what_was_not_taken_out_cannot_be_put_back(documents: Path, publishing: Publishing, name: str) -> None:
    before = files(documents)
    with pytest.raises(DocumentError) as refused:
        publishing.put_back(name)
    assert refused.value.reason == "unknown"
    assert files(documents) == before


def test_nothing_changes_where_the_clause_database_cannot_be_built(documents: Path, publishing: Publishing) -> None:
    publishing.publish(version(publishing, "8000"), "songping", [])
    publishing.publish(version(publishing, "9000"), "songping", [], instead=True)
    draft = version(publishing, "9500")
    (documents / "broken").mkdir()
    (documents / "broken" / "source.txt").write_text("今天天气晴。", "utf-8")
    before = files(documents)
    for change in (
        lambda: publishing.publish(draft, "songping", [], instead=True),
        lambda: publishing.put_back(publishing.retired()[0].name),
        lambda: publishing.retire("songping"),
    ):
        with pytest.raises(DocumentError) as refused:
            change()
        assert (refused.value.reason, refused.value.about) == ("held", "broken")
        assert files(documents) == before


def test_a_draft_is_tried_beside_what_is_held_and_leaves_nothing_behind(
    documents: Path, publishing: Publishing
) -> None:
    before = files(documents)
    confirmed = Confirmed({"since": date(2022, 4, 1), "until": None})
    store, key = publishing.try_out(version(publishing, "8000"), "songping", ["归雁计划"], confirmed)
    assert key == "songping"
    assert {document.key for document in store.documents()} == {"2021-49", "songping"}
    assert store.document("songping").nicknames == ("归雁计划",)
    assert store.document("songping").in_force == "in_force"
    assert store.search("客房5间以上")
    assert files(documents) == before


@pytest.mark.parametrize("key", ["2021-49", "", "No Key"])
def test_a_draft_whose_key_is_taken_or_none_is_tried_under_another(
    documents: Path, publishing: Publishing, key: str
) -> None:
    store, there = publishing.try_out(version(publishing, "8000"), key, [], Confirmed())
    assert there not in ("2021-49", "")
    assert {document.key for document in store.documents()} == {"2021-49", there}


def test_a_new_version_is_tried_in_place_of_the_old_one(documents: Path, publishing: Publishing) -> None:
    publishing.publish(version(publishing, "8000"), "songping", [])
    store, _ = publishing.try_out(version(publishing, "9000"), "songping", [], Confirmed(), instead=True)
    assert {document.key for document in store.documents()} == {"2021-49", "songping"}
    assert any("每间9000元" in clause.text for clause in store.clauses())
    assert stated(documents, "8000")


def test_a_unit_that_was_confirmed_is_not_asked_about_again_and_stays_known_in_a_new_version(
    documents: Path, publishing: Publishing
) -> None:
    draft = version(publishing, "8000")
    units = publishing.units_of(publishing.read_draft(draft))
    assert "县人社局" in {unit.name for unit in units.by_rule}
    new = {unit.name: unit for unit, _ in units.new}
    assert "松屏林业局" in new["县林业局"].aliases
    confirmed = Confirmed(departments=(Department("县林业局", "松屏县林业局", ("林业局", "林管局")),))
    publishing.publish(draft, "songping", [], confirmed)
    later = version(publishing, "9000")
    assert {unit.name for unit, _ in publishing.units_of(publishing.read_draft(later)).new} == set(new) - {"县林业局"}
    publishing.publish(later, "songping", [], instead=True)
    store = ClauseStore.open(documents.with_name("clauses.db")).of("songping")
    assert "林管局" in next(unit for unit in store.departments() if unit.name == "县林业局").aliases


@pytest.mark.parametrize(
    ("aliases", "reason"),
    [
        ({"县林业局": "林", "县公安局": "公安"}, "unit too short"),
        ({"县林业局": "林公安", "县公安局": "林公安"}, "unit twice"),
    ],
)
def test_short_names_that_tell_no_unit_are_refused(
    documents: Path, publishing: Publishing, aliases: dict[str, str], reason: str
) -> None:
    units = tuple(Department(name, name, (alias,)) for name, alias in aliases.items())
    with pytest.raises(DocumentError) as refused:
        publishing.publish(version(publishing, "8000"), "songping", [], Confirmed(departments=units))
    assert refused.value.reason == reason
    assert not (documents / "songping").exists()


@pytest.mark.parametrize(
    ("name", "first", "others"),
    [
        ("县委台办", "松屏县委台办", {"台办", "松屏台办"}),
        ("团县委", "松屏团县委", {"共青团", "松屏团县委"}),
        ("人民银行松屏县支行", "人民银行松屏县支行", {"松屏人民银行"}),
        ("国家税务总局松屏县税务局", "国家税务总局松屏县税务局", {"税务局", "松屏税务局", "县税务局"}),
        ("松屏农商银行", "松屏农商银行", {"农商银行"}),
        ("各乡镇人民政府", "各乡镇人民政府", set()),
    ],
)
def test_names_are_proposed_for_units_that_no_rule_knows(
    documents: Path, name: str, first: str, others: set[str]
) -> None:
    unit = proposed(name, "松屏", read_city(documents).departments)
    assert unit.full_name == first
    assert others <= set(unit.aliases)
    assert bool(unit.aliases) == bool(others)
    assert not [alias for alias in unit.aliases if "市" in alias]
