from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clauses.build import build
from bot.clauses.models import Document, Force
from bot.clauses.passages import facts_of
from bot.clauses.store import ClauseStore
from bot.errors import ClauseDatabaseError, DocumentError


def numbers(clauses: tuple) -> list[int]:  # type: ignore[type-arg]
    return [clause.number for clause in clauses]


def test_lists_are_proved_by_query(store: ClauseStore) -> None:
    assert numbers(store.select(departments=["市卫健委"])) == [5, 12, 13, 14, 16, 17]
    assert numbers(store.select(without=["市人社局"])) == [3, 9, 21, 22, 23, 24]
    assert numbers(store.select(departments=["市人社局", "市财政局"], match="all")) == [2, 7, 8, 14, 15, 16]
    assert numbers(store.select(units=["元"])) == [8, 15]
    assert numbers(store.select(chapter=3)) == [6, 7, 8, 9]
    assert numbers(store.select(mentions=["台湾"])) == [4]
    assert numbers(store.select(group="graduate", departments=["市人社局"])) == [2, 4]


def test_amounts_are_numbers_with_units(store: ClauseStore) -> None:
    found = {(p.clause, a.low, a.high, a.unit) for p in store.passages() for a in p.amounts}
    assert found == {
        (7, 6, 6, "年"),
        (8, 10, 10, "个"),
        (8, 50_000, 500_000, "元"),
        (9, 1, 1, "工作日"),
        (9, 30, 30, "%"),
        (11, 30, 30, "%"),
        (12, 15, 15, "%"),
        (13, 25, 25, "年"),
        (15, 500_000, 500_000, "元"),
        (15, 1_000_000, 1_000_000, "元"),
        (15, 3, 3, "年"),
        (15, 50, 50, "%"),
    }


@pytest.mark.parametrize(
    ("words", "force"),
    [
        ("探索支出型贫困", Force.EXPLORATORY),
        ("争取实施重点高校", Force.EXPLORATORY),
        ("适时提高人才储备", Force.EXPLORATORY),
        ("对台职业技能等级认定试点", Force.EXPLORATORY),
        ("年薪制和股权期权", Force.EXPLORATORY),
        ("鼓励有条件的地区开展随迁子女", Force.ENCOURAGED),
        ("支持医师多点执业", Force.ENCOURAGED),
        ("给予每个团队", Force.FIRM),
        ("一次性建园奖励", Force.FIRM),
        ("最长可延至6年", Force.FIRM),
        ("应拿出不低于", Force.FIRM),
    ],
)
def test_a_passage_is_as_binding_as_its_own_words(store: ClauseStore, words: str, force: Force) -> None:
    assert [passage.force for passage in store.passages() if words in passage.text] == [force]


def test_two_characters_find_the_passage_that_has_them(store: ClauseStore) -> None:
    assert "离岗" in store.search("离岗")[0][0].text


def test_a_word_is_held_by_the_passages_that_have_it(store: ClauseStore) -> None:
    for word in ("离岗", "补贴", "台", "25", "榕城杯"):
        assert [store.passages()[place] for place in store.holding(word)] == [
            p for p in store.passages() if word in p.text
        ]
    assert store.holding("") == store.holding("没有这个词") == ()


def test_clauses_that_mention_words_include_the_closing_paragraph(store: ClauseStore) -> None:
    assert [clause.number for clause in store.mentioning("仲裁")] == [25]


@given(st.text(max_size=200))
def test_no_text_breaks_a_search(store: ClauseStore, text: str) -> None:
    store.search(text)


@pytest.mark.parametrize("text", ["卡" * 4000, '"\nnosuch:x\n"', "NEAR(a b)", "a* OR", "\x00\ud800", '""'])
def test_hostile_searches_find_something_or_nothing(store: ClauseStore, text: str) -> None:
    assert isinstance(store.search(text), tuple)


def test_a_build_that_fails_leaves_the_old_database_as_it_was(tmp_path: Path) -> None:
    documents, target = tmp_path / "documents", tmp_path / "clauses.db"
    shutil.copytree("documents", documents)
    build(documents, target)
    before = target.read_bytes()
    (documents / "2021-49" / "source.txt").write_text("no document", "utf-8")
    with pytest.raises(DocumentError):
        build(documents, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clauses.db", "documents"]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A copy of documents/ to change."""
    copy = tmp_path / "documents"
    shutil.copytree("documents", copy)
    return copy


def validity(documents: Path, *lines: str) -> Document:
    """The document after document.toml says `lines` of how long it is in force."""
    path = documents / "2021-49" / "document.toml"
    rest = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("in_force")]
    path.write_text("\n".join([*lines, *rest]), "utf-8")
    build(documents, documents.with_name("clauses.db"))
    store = ClauseStore.open(documents.with_name("clauses.db"))
    found = store.document()
    store.close()
    return found


def test_nothing_is_claimed_of_a_documents_validity_that_nobody_has_looked_up(documents: Path) -> None:
    found = validity(documents)
    assert (found.in_force, found.since, found.until, found.replaced_by) == ("unverified", None, None, None)


def test_the_maintainers_say_how_long_a_document_is_in_force_and_what_replaced_it(documents: Path) -> None:
    said = (
        'in_force = "repealed"',
        'since = "2021-05-26"',
        'until = "2024-12-31"',
        'replaced_by = "榕政办〔2025〕1号"',
    )
    found = validity(documents, *said)
    assert (found.in_force, found.since, found.until) == ("repealed", "2021-05-26", "2024-12-31")
    assert found.replaced_by == "榕政办〔2025〕1号"


def test_a_validity_that_nobody_could_read_is_refused_with_what_may_be_said(documents: Path) -> None:
    with pytest.raises(DocumentError, match=r"document\.toml.*'valid'.*in_force.*repealed.*unverified"):
        validity(documents, 'in_force = "valid"')


def test_the_facts_of_a_passage_are_kept(store: ClauseStore) -> None:
    assert {p.key: p.facts for p in store.passages()} == {p.key: facts_of(p.text) for p in store.passages()}


def test_the_database_cannot_be_written_while_serving(store: ClauseStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store._connection.execute("delete from clauses")


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 100])
def test_a_missing_or_damaged_database_says_what_to_do(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "clauses.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClauseDatabaseError, match=r"python -m bot build"):
        ClauseStore.open(path)


def test_views_read_like_a_table_of_contents(store: ClauseStore) -> None:
    rows = store._rows("select * from departments_with_clauses where department = '市妇联'")
    assert rows == [
        {
            "document": "2021-49",
            "department": "市妇联",
            "clauses": 1,
            "headings": "（二十四）关爱留守妇女儿童，减少流动后顾之忧",
        }
    ]
    assert store._rows("select departments from clauses_with_departments where number = 8") == [
        {"departments": "市人社局、市财政局"}
    ]


def test_the_citys_service_line_is_known(store: ClauseStore) -> None:
    assert store.hotline == "12345"
