"""How binding the sentences of a document are: its labels, and what the build refuses."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clauses.binding import least
from bot.clauses.build import build
from bot.clauses.models import OPENING, Binding
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A copy of documents/ to change."""
    copy = tmp_path / "documents"
    shutil.copytree("documents", copy)
    return copy


@pytest.fixture
def unlabelled(documents: Path) -> Iterator[ClauseStore]:
    """The documents without their labels."""
    _table(documents, lambda _: "")
    build(documents, documents.with_name("clauses.db"))
    store = ClauseStore.open(documents.with_name("clauses.db"))
    yield store
    store.close()


def _table(documents: Path, change) -> None:  # type: ignore[no-untyped-def]
    """Put what `change` makes of the table [binding] in its place."""
    path = documents / "2021-49" / "document.toml"
    before, mark, table = path.read_text("utf-8").partition("[binding]\n")
    assert mark
    path.write_text(before + change(mark + table), "utf-8")


def test_every_sentence_says_what_it_binds_to_and_headings_and_openings_bind_nobody(store: ClauseStore) -> None:
    for passage in store.passages():
        assert bool(passage.binding) is bool(passage.position and passage.clause != OPENING), passage.key
    assert store.is_labelled("2021-49")


@pytest.mark.parametrize(
    ("words", "binding"),
    [
        ("一次性建园奖励", Binding.RIGHT),
        ("审批时间压缩至", Binding.DUTY),
        ("一站式服务等扶持力度", Binding.AIM),
        ("开展随迁子女积分入学", Binding.ENCOURAGED),
        ("探索支出型贫困", Binding.EXPLORED),
    ],
)
def test_a_sentence_binds_as_the_readers_found(store: ClauseStore, words: str, binding: Binding) -> None:
    assert [passage.binding for passage in store.passages() if words in passage.text] == [binding]


def test_of_a_document_that_nobody_has_labelled_nothing_is_guessed(unlabelled: ClauseStore) -> None:
    assert {passage.binding for passage in unlabelled.passages()} == {None}
    assert not unlabelled.is_labelled("2021-49")


def test_a_model_still_fits_when_labels_are_changed(unlabelled: ClauseStore, store: ClauseStore) -> None:
    assert unlabelled.fingerprint == store.fingerprint


def test_the_whole_binds_no_more_than_its_least_binding_sentence(store: ClauseStore) -> None:
    found = {clause.number: least(store.passages(clause.key)) for clause in store.clauses()}
    assert (found[7], found[8], found[10], found[9]) == (
        Binding.RIGHT,
        Binding.AIM,
        Binding.ENCOURAGED,
        Binding.EXPLORED,
    )
    assert found[OPENING] is None


@pytest.mark.parametrize(
    ("pattern", "into", "says"),
    [
        (r'"8/4", ', "", r"leaves out 8/4\. Label every sentence, or take the table out"),
        (r'"8/4", ', '"8/4", "8/9", "8/0", "0/1", ', r"names 8/9, 8/0, 0/1, where .*no sentence.*Correct the places"),
        (r'"8/4", ', '"8/4", "8/4", ', r"names 8/4 twice\. Leave each under one label"),
        (r'"8/3", ', '"8/3", "8/4", ', r"names 8/4 twice"),
        (r"\nduty =", "\nmust =", r"has must; a label is one of right, duty, aim, encouraged, explored"),
        (r"\nright = \[[^]]*\]", '\nright = "7/1"', r"must list places by label"),
    ],
)
def test_labels_that_do_not_fit_the_document_are_refused_with_what_to_do(
    documents: Path, pattern: str, into: str, says: str
) -> None:
    _table(documents, lambda table: re.sub(pattern, into, table, count=1))
    with pytest.raises(DocumentError, match=rf"document\.toml.*\[binding\].*{says}"):
        build(documents, documents.with_name("clauses.db"))
