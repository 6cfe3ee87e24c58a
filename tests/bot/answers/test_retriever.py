"""Finding passages in documents that nobody taught."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.answers.meanings import Meanings
from bot.answers.retriever import Lexicon, Retriever
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.text.script import simplify
from bot.text.segment import Segmenter

CORPUS = Path("evaluation/corpus/fresh/documents")
SEGMENTER = Segmenter()
TAUGHT = {
    "留学生创业大赛给多少启动资金": "2021-49/8/4",
    "开公司审批要几个工作日": "2021-49/9/3",
    "离岗创业最长几年": "2021-49/7/3",
    "乡村教师有没有生活补助": "2021-49/14/2",
    "公租房非户籍能不能申请": "2021-49/17/2",
    "低保标准跟什么挂钩": "2021-49/23/1",
}
"""Questions about Fuzhou's document, and the passages that answer them: enough to learn that shared words tell."""


class ByLength:
    """An encoder whose vectors say how long a text is, and how many numbers it has."""

    name = "by length"

    def questions(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = np.asarray([[len(text), sum(map(str.isdigit, text)), 1.0] for text in texts], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    passages = questions


def words_of(text: str) -> list[str]:
    return [word for word, _ in SEGMENTER.words_with_offsets(text)]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    folder = tmp_path_factory.mktemp("held")
    shutil.copytree("documents", folder / "documents")
    shutil.copytree(CORPUS, folder / "documents", dirs_exist_ok=True)
    build(folder / "documents", folder / "clauses.db", ByLength())
    opened = ClauseStore.open(folder / "clauses.db")
    yield opened
    opened.close()


def retriever(held: ClauseStore, with_meanings: bool) -> Retriever:
    home = held.of("2021-49")
    lexicon = Lexicon(words_of)
    lexicon.fit([*TAUGHT, *(simplify(passage.text) for passage in home.passages())])
    meanings = Meanings(ByLength.name, ByLength().questions(list(TAUGHT))) if with_meanings else None
    return Retriever.fit(lexicon, home, list(TAUGHT), meanings, [[key] for key in TAUGHT.values()])


@pytest.mark.parametrize(
    ("question", "document", "clause"),
    [
        ("民宿改建一间奖补多少", "songping-2022", "songping-2022/8"),
        ("采摘园每亩补助多少", "songping-2022", "songping-2022/10"),
        ("租房补贴硕士每月多少", "lanting-2023", "lanting-2023/4"),
        ("护理人员持证率", "yanzhou-2021", "yanzhou-2021/17"),
        ("老字号带徒补贴", "xigang-2024", "xigang-2024/9"),
    ],
)
def test_the_clause_that_shares_telling_words_comes_first(
    held: ClauseStore, question: str, document: str, clause: str
) -> None:
    found = retriever(held, with_meanings=False)
    (looked,) = found.look(found.shelf(held), [question], None)
    scores = {entry.key: looked.score(entry.key) for entry in held.documents()}
    assert max(scores, key=scores.__getitem__) == document
    shares = looked.shares(document)
    assert max(shares, key=shares.__getitem__) == clause
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-4)


def test_a_heading_is_no_answer_where_a_sentence_stands_under_it(held: ClauseStore) -> None:
    found = retriever(held, with_meanings=False)
    (looked,) = found.look(found.shelf(held), ["奖补民宿建设"], None)
    passages = [key for key, _ in looked.candidates("songping-2022", 50)]
    assert passages[0].startswith("songping-2022/8/")
    assert not [key for key in passages if key.endswith("/0") and not key.startswith("songping-2022/0/")]


def test_what_was_learned_is_kept(held: ClauseStore, tmp_path: Path) -> None:
    for with_meanings in (False, True):
        found = retriever(held, with_meanings)
        found.save(tmp_path)
        kept = Retriever.load(tmp_path, words_of)
        meanings = Meanings(ByLength.name, ByLength().questions(["民宿奖补"]))
        before, after = (r.look(r.shelf(held), ["民宿奖补"], meanings)[0] for r in (found, kept))
        assert before.candidates("songping-2022", 5) == after.candidates("songping-2022", 5)
        assert before.evidence("songping-2022") == pytest.approx(after.evidence("songping-2022"))


def test_without_vectors_of_the_passages_words_alone_are_compared(held: ClauseStore, tmp_path: Path) -> None:
    found = retriever(held, with_meanings=True)
    build(Path("documents"), tmp_path / "clauses.db")
    without = ClauseStore.open(tmp_path / "clauses.db")
    meanings = Meanings(ByLength.name, ByLength().questions(["离岗创业最长几年"]))
    (looked,) = found.look(found.shelf(without), ["离岗创业最长几年"], meanings)
    assert looked.candidates("2021-49", 1)[0][0].startswith("2021-49/7/")
    (other,) = found.look(found.shelf(held), ["离岗创业最长几年"], Meanings("another encoder", meanings.vectors))
    assert other.candidates("2021-49", 1)[0][0].startswith("2021-49/7/")
