"""What readers said of clauses and sentences goes over to a new version as far as it fits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.confirmed import Confirmed
from bot.clauses.folder import Publishing
from bot.clauses.store import ClauseStore

KEY = "2021-49"
SOURCE = Path("documents/2021-49/source.txt").read_text("utf-8")


@pytest.fixture
def publishing(tmp_path: Path) -> Publishing:
    shutil.copytree("documents", tmp_path / "documents")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    return Publishing(tmp_path / "documents", tmp_path / "clauses.db", None)


def put_instead(publishing: Publishing, tmp_path: Path, text: str) -> tuple[ClauseStore, ClauseStore]:
    """The clause database before and after `text` took the place of the document."""
    before = ClauseStore.open(tmp_path / "clauses.db")
    publishing.publish(publishing.keep_draft("a.txt", text.encode()), KEY, [], instead=True)
    return before, ClauseStore.open(tmp_path / "clauses.db")


def binding(store: ClauseStore) -> dict[str, str]:
    return {passage.key: passage.binding.value for passage in store.passages() if passage.binding}


def test_all_labels_stay_where_the_clauses_are_the_same(publishing: Publishing, tmp_path: Path) -> None:
    before, after = put_instead(publishing, tmp_path, SOURCE.replace("2021年5月26日", "2021年6月26日"))
    assert after.document(KEY).audiences == before.document(KEY).audiences
    assert binding(after) == binding(before)


def test_a_clause_in_other_words_serves_nobody_yet_and_no_sentence_is_labelled(
    publishing: Publishing, tmp_path: Path
) -> None:
    text = SOURCE.replace("5-50 万元", "8-60 万元")
    lost = publishing.carried_over(publishing.keep_draft("a.txt", text.encode()), KEY)
    assert dict(lost.lost_audiences) == {"returnee": ("（八）",)}
    assert lost.lost_binding
    before, after = put_instead(publishing, tmp_path, text)
    audiences = {**before.document(KEY).audiences, "returnee": (5, 7)}
    assert after.document(KEY).audiences == audiences
    assert binding(after) == {}


def test_what_is_known_of_a_clause_goes_with_it_to_its_new_number(publishing: Publishing, tmp_path: Path) -> None:
    lines = SOURCE.splitlines(keepends=True)
    (first,) = (place for place, line in enumerate(lines) if line.startswith("（一）"))
    (second,) = (place for place, line in enumerate(lines) if line.startswith("（二）"))
    shorter = "".join([*lines[:first], *lines[second:]])
    for number, label in enumerate("一二三四五六七八九", 1):
        if number > 1:
            shorter = shorter.replace(f"（{label}）", f"（{'一二三四五六七八九'[number - 2]}）", 1)
    before, after = put_instead(publishing, tmp_path, shorter)
    assert before.document(KEY).audiences["scientist"] == (7, 6)
    headings = [after.clause(f"{KEY}/{number}").heading for number in after.document(KEY).audiences["scientist"]]
    assert headings == [before.clause(f"{KEY}/{number}").heading for number in (7, 6)]


def test_a_draft_is_tried_with_the_labels_that_it_would_keep(publishing: Publishing) -> None:
    draft = publishing.keep_draft("a.txt", SOURCE.replace("5-50 万元", "8-60 万元").encode())
    store, _ = publishing.try_out(draft, KEY, [], Confirmed(), instead=True)
    assert store.document(KEY).audiences["returnee"] == (5, 7)


def test_a_document_that_replaces_none_has_no_labels(publishing: Publishing, tmp_path: Path) -> None:
    publishing.publish(publishing.keep_draft("a.txt", SOURCE.encode()), "again", [])
    assert ClauseStore.open(tmp_path / "clauses.db").document("again").audiences == {}
