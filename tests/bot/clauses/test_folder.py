"""Documents are put into the folder and taken out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.folder import Publishing, key_for, put_in, take_out
from bot.clauses.store import ClauseStore
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
