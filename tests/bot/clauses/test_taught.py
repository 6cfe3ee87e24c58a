"""Which of the questions that were taught people may be shown."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.clauses.taught import Taught, next_of, read_taught

BLOCK = """version: "3.1"
nlu:
- intent: measure
  metadata:
    answered_by:
    - {clause: 2021-49/8, words: "举办“榕城杯”"}
  examples: |
    - 榕城杯一年帮几个队落地
    - 榕城杯
    - 榕城杯 startup 有吗
    - 海归创业大赛有什么名目可以拿来给家里孩子参考参考的呢请讲讲
    - how many teams win money?
- intent: measure
  metadata:
    stated: false
    answered_by:
    - {clause: 2021-49/8, words: "实施海外优秀青年人才"}
  examples: |
    - 学术交流报多少
- intent: measure
  metadata:
    answered_by:
    - {clause: 2021-49/8, words: "加大对留学归国"}
  examples: |
    - 留學生租辦公室補多少
    - 留學生創業貸款有嗎
    - 租办公室有补助吗
- intent: measure
  metadata:
    answered_by:
    - {clause: 2021-49/8, words: "没有这句"}
    - {clause: 2021-49/9}
  examples: |
    - 留学生跟营商一起有什么
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "nlu" / "2021-49" / "measure" / "clause_08.yml"
    path.parent.mkdir(parents=True)
    path.write_text(BLOCK, "utf-8")
    return tmp_path / "nlu"


def test_only_short_questions_that_one_sentence_answers_by_what_it_states(store: ClauseStore, folder: Path) -> None:
    taught, warnings = read_taught(folder, store.passages())
    assert warnings == []
    assert {(entry.language, entry.text) for entry in taught} == {
        ("zh", "榕城杯一年帮几个队落地"),
        ("en", "how many teams win money?"),
        ("zh", "留學生創業貸款有嗎"),  # how much is not among them: the sentence has no figure
        ("zh", "租办公室有补助吗"),
    }
    assert all(store.passage(entry.passage).clause == 8 for entry in taught)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(store: ClauseStore, folder: Path) -> None:
    (folder / "2021-49" / "measure" / "broken.yml").write_text("nlu: [", "utf-8")
    taught, (warning,) = read_taught(folder, store.passages())
    assert taught and "broken.yml" in warning


def test_a_build_without_the_folder_takes_them_over_where_the_words_are_the_same(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "clauses.db"
    build(Path("documents"), target, taught=folder)
    with closing(ClauseStore.open(target)) as before:
        kept = before.taught("2021-49/8", "zh")
    build(Path("documents"), target)
    with closing(ClauseStore.open(target)) as after:
        assert kept and after.taught("2021-49/8", "zh") == kept


def test_what_is_typed_in_either_script_finds_questions_side_by_side_first(folder: Path, tmp_path: Path) -> None:
    build(Path("documents"), tmp_path / "clauses.db", taught=folder)
    with closing(ClauseStore.open(tmp_path / "clauses.db")) as store:
        for typed in ("留学生", "留學生", " 留 學 生 "):
            assert [entry.text for entry in store.taught_like(typed, 5)] == ["留學生創業貸款有嗎"]
        assert [entry.text for entry in store.taught_like("租补", 5)] == ["租办公室有补助吗"]
        assert [entry.text for entry in store.taught_like("HOW MANY", 5)] == ["how many teams win money?"]
        for typed in ("", " ", "%", "_", "\\", "'", "x" * 1000):
            assert store.taught_like(typed, 5) == ()


def test_next_comes_another_sentence_and_not_what_was_just_asked() -> None:
    taught = [
        Taught("a/1/1", "zh", "一"),
        Taught("a/1/1", "zh", "二"),
        Taught("a/1/2", "zh", "補貼"),
        Taught("a/1/3", "zh", "四"),
    ]
    assert [entry.text for entry in next_of(taught, "a/1/1", "补贴", 3)] == ["四", "一", "二"]
    assert [entry.text for entry in next_of(taught, "", "", 2)] == ["一", "補貼"]
