"""Two versions of a document are compared clause by clause, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.comparing import Change, changes, words_between, words_changed
from bot.clauses.store import ClauseStore
from tests import versions

SONGPING = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt")
YANZHOU = Path("evaluation/corpus/fresh/documents/yanzhou-2021/source.txt")


def compared(tmp_path: Path, older: str, newer: str) -> tuple[Change, ...]:
    """The changes from one text to another."""
    for key, text in (("older", older), ("newer", newer)):
        (tmp_path / "documents" / key).mkdir(parents=True)
        (tmp_path / "documents" / key / "source.txt").write_text(text, "utf-8")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    store = ClauseStore.open(tmp_path / "clauses.db")
    return changes(store.of("older"), store.of("newer"))


def told(found: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """What became of each clause: the kind of change, and the labels before and after, "" where there is none."""
    return [(c.kind, c.before.label if c.before else "", c.after.label if c.after else "") for c in found]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Change, ...]:
    folder = tmp_path_factory.mktemp("versions")
    texts = [(versions.HERE / f"{key}.txt").read_text("utf-8") for key in (versions.OLDER, versions.NEWER)]
    return compared(folder, *texts)


def test_each_clause_is_matched_by_its_words_whatever_its_number_became(found: tuple[Change, ...]) -> None:
    assert told(found) == [
        ("same", "第一条", "第一条"),
        ("added", "", "第二条"),
        ("changed", "第二条", "第三条"),
        ("changed", "第三条", "第四条"),
        ("added", "", "第四条之一"),
        ("changed", "第四条", "第五条"),
        ("removed", "第六条", "第六条"),
        ("renumbered", "第五条", "第七条"),
        ("renumbered", "第七条", "第八条"),
        ("changed", "第八条", "第九条"),
    ]


def test_the_words_that_changed_are_whole_words_and_both_texts_can_be_read_out_of_them(
    found: tuple[Change, ...],
) -> None:
    rent = found[3]
    assert [(kind, words) for kind, words in words_changed(rent) if kind != "same"] == [
        ("removed", "1500"),
        ("added", "2000"),
        ("removed", "900"),
        ("added", "1200"),
        ("removed", "24"),
        ("added", "36"),
    ]
    for change in found:
        words = words_changed(change)
        old = "".join(w for kind, w in words if kind != "added")
        new = "".join(w for kind, w in words if kind != "removed")
        assert old == (change.before.text + change.before.unit_list if change.before else "")
        if change.kind != "removed" and change.after:
            assert new == change.after.text + change.after.unit_list


def test_a_clause_whose_units_alone_changed_is_changed(found: tuple[Change, ...]) -> None:
    assert [w for kind, w in words_changed(found[5]) if kind != "same"] == ["、税务局"]


def test_a_clause_that_was_deleted_shows_what_it_said(found: tuple[Change, ...]) -> None:
    assert words_changed(found[6]) == [("removed", "企业新建人才公寓的，按每套5000元给予奖励。（责任单位：市住建局）")]


def test_one_inserted_clause_changes_no_other(tmp_path: Path) -> None:
    text = (versions.HERE / f"{versions.OLDER}.txt").read_text("utf-8")
    inserted = text.replace("第五条", "第四条之一 租房补贴发放到个人账户。\n\n第五条")
    assert [kind for kind, *_ in told(compared(tmp_path, text, inserted)) if kind != "same"] == ["added"]


def test_clauses_that_changed_places_are_not_taken_for_new_ones(tmp_path: Path) -> None:
    text = (versions.HERE / f"{versions.OLDER}.txt").read_text("utf-8")
    moved = text.replace("第三条 没有", "第A条 没有").replace("第四条 首次", "第三条 首次").replace("第A条", "第四条")
    third, fourth = moved.index("第三条 首次"), moved.index("第四条 没有")
    end = moved.index("第五条")
    moved = moved[:fourth] + moved[third:end] + moved[fourth:third] + moved[end:]
    kinds = [kind for kind, *_ in told(compared(tmp_path, text, moved)) if kind != "same"]
    assert kinds == ["renumbered", "renumbered"]


def test_the_same_document_has_no_changes(tmp_path: Path) -> None:
    text = SONGPING.read_text("utf-8")
    assert {kind for kind, *_ in told(compared(tmp_path, text, text))} == {"same"}


def test_of_two_documents_that_have_nothing_to_do_with_each_other_every_clause_is_told_once(tmp_path: Path) -> None:
    found = compared(tmp_path, SONGPING.read_text("utf-8"), YANZHOU.read_text("utf-8"))
    assert {change.kind for change in found} == {"removed", "added"}
    assert len([change for change in found if change.before]) == 18
    assert len([change for change in found if change.after]) == 21


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("补贴3000元", "补贴4000元", ["3000", "4000"]),
        ("凭学生证入住", "凭身份证入住", ["学生证", "身份证"]),
        ("", "新的话", ["新的话"]),
        ("一模一样", "一模一样", []),
        ("甲和乙", "丙和丁", ["甲和乙", "丙和丁"]),
        ("第一行\n第二行", "第一行\n第三行", None),
        ("每月 500 元", "每月 600 元", ["500", "600"]),
    ],
)
def test_two_texts_are_told_apart_by_their_words(old: str, new: str, changed: list[str] | None) -> None:
    found = words_between(old, new)
    assert "".join(w for kind, w in found if kind != "added") == old
    assert "".join(w for kind, w in found if kind != "removed") == new
    if changed is not None:
        assert [w.strip() for kind, w in found if kind != "same"] == changed
