"""Annexes as units that can be quoted and cited, and as none of a document's clauses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bot.answers import compose, select
from bot.answers.decide import respond
from bot.answers.memory import Memory
from bot.answers.outcome import citation, given_passage
from bot.answers.references import NoSuch
from bot.clauses.build import build
from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import Reader, question, said
from tests.bot.reading.files import cell, paragraphs, write_docx
from tests.bot.reading.papers import CLOSING, LETTER, RUNNING

Rows = Sequence[Sequence[str]]
LISTED = "附件：1.体检项目\n2.驿站名单\n3.申请表\n4.联系方式（另发）\n"
FIRST = "附件1\n\n体检项目\n\n体检每年一次，在10月31日以前预约。胃镜须自费。\n本表自2030年1月1日起施行。\n"
SECOND = [("驿站", "地址", "管理单位"), ("城东驿站", "朝阳路18号", "市人社局"), ("湖西驿站", "湖滨路5号", "市文旅局")]
FORM = "附件3\n\n申请表\n\n"
FILLED_IN = [("姓名", "", "性别", ""), ("单位", "", "电话", "")]


def in_rows(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def as_text(folder: Path) -> Path:
    text = LETTER + RUNNING + CLOSING + LISTED + FIRST + "附件2\n\n驿站名单\n\n" + in_rows(SECOND) + "\n" + FORM
    (folder / "source.txt").write_text(text, "utf-8")
    return folder


def as_docx(folder: Path) -> Path:
    def table(rows: Rows) -> str:
        drawn = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
        return f"<w:tbl>{drawn}</w:tbl>"

    body = [
        *paragraphs(LETTER + RUNNING + CLOSING + LISTED + FIRST + "附件2\n驿站名单\n"),
        table(SECOND),
        *paragraphs(FORM),
        table(FILLED_IN),
    ]
    write_docx(folder / "source.docx", body)
    return folder


def opened(folder: Path, write: Callable[[Path], Path]) -> ClauseStore:
    (folder / "documents" / "linjiang").mkdir(parents=True)
    write(folder / "documents" / "linjiang")
    build(folder / "documents", folder / "clauses.db")
    return ClauseStore.open(folder / "clauses.db")


@pytest.fixture(params=[as_text, as_docx])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClauseStore]:
    store = opened(tmp_path, request.param)
    yield store
    store.close()


def annexes(store: ClauseStore) -> list[Clause]:
    return [clause for clause in store.clauses() if clause.annex]


def test_an_annex_is_cited_by_its_label_and_title(held: ClauseStore) -> None:
    first, second = annexes(held)[:2]
    assert citation(first, held).endswith("附件1《体检项目》")
    assert citation(second, held).endswith("附件2《驿站名单》")


def test_its_sentences_and_rows_can_be_quoted(held: ClauseStore) -> None:
    first, second = annexes(held)[:2]
    assert [passage.text for passage in held.passages(first.key) if passage.position][:2] == [
        "体检每年一次，在10月31日以前预约。",
        "胃镜须自费。",
    ]
    assert [(passage.text, passage.table_head) for passage in held.passages(second.key) if passage.position] == [
        ("城东驿站\t朝阳路18号\t市人社局", "驿站\t地址\t管理单位"),
        ("湖西驿站\t湖滨路5号\t市文旅局", "驿站\t地址\t管理单位"),
    ]


def test_what_is_only_listed_and_what_is_to_be_filled_in_says_nothing(held: ClauseStore) -> None:
    texts = [passage.text for clause in annexes(held) for passage in held.passages(clause.key)]
    assert not any("姓名" in text or "联系方式" in text for text in texts)


def test_an_annex_has_the_units_that_it_names_itself(tmp_path: Path) -> None:
    def write(folder: Path) -> Path:
        rows = [("驿站", "责任单位"), ("城东驿站", "市人社局"), ("湖西驿站", "市文旅局")]
        text = LETTER + RUNNING + CLOSING + FIRST + "附件2\n\n驿站名单\n\n" + in_rows(rows) + "\n"
        (folder / "source.txt").write_text(text, "utf-8")
        return folder

    store = opened(tmp_path, write)
    assert [clause.departments for clause in annexes(store)] == [(), ("市人社局", "市文旅局")]
    assert {clause.also_carried_out_by for clause in annexes(store)} == {()}


def test_annexes_are_none_of_the_documents_clauses(held: ClauseStore) -> None:
    numbered = [clause for clause in held.clauses() if clause.label]
    assert [clause.number for clause in numbered] == [1, 2, 3, 4]
    first = annexes(held)[0]
    assert first.number > held.clauses()[5].number > numbered[-1].number  # behind the closing paragraph
    outcome = compose.documents([], Memory(), held)
    assert outcome.custom["documents"][0]["clauses"] == 4
    assert not set(annexes(held)) & set(held.select())


@pytest.mark.parametrize("number", [6, 7])
def test_a_bare_number_never_means_an_annex(held: ClauseStore, number: int) -> None:
    assert held.clause(f"linjiang/{number}").annex
    refers = Reader(held).refers(f"第{number}条讲什么")
    assert refers.clauses == ()
    assert refers.no_such is not None
    assert (refers.no_such.asked, refers.no_such.last) == (number, 4)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("附件2讲什么", [2]),
        ("附件二", [2]),
        ("附件（2）里有什么", [2]),
        ("附錄2的內容", [2]),
        ("附表1和附件2", [1, 2]),
        ("第三条和附件1谁负责", [1]),
        ("what does annex 2 say", [2]),
        ("Attachment two please", [2]),
        ("附件1和2有什么不同", [1, 2]),
        ("附件1-2都讲什么", [1, 2]),
        ("第二个附件里有什么", [2]),
        ("the second annex", [2]),
        ("2号附件", [2]),
        ("前两个附件讲什么", [1, 2]),
        ("the first two annexes", [1, 2]),
        ("附件2第3项是什么", [2]),
        ("《驿站名单》在哪", [2]),
        ("厦门那份通知的附件2", []),
        ("附件一直打不开", []),
        ("附件一样吗", []),
        ("annexes 1 and 2", [1, 2]),
        ("附件1和第三条讲什么", [1]),
        ("我把简历做成附件发邮箱可以吗", []),
        ("can I send my CV as an attachment", []),
        ("福州大学附近有驿站吗", []),
        ("医院的附属小学怎么报名", []),
        ("an appendicitis operation", []),
    ],
)
def test_an_annex_is_meant_by_its_number(held: ClauseStore, text: str, places: list[int]) -> None:
    found = Reader(held).refers(text)
    assert [annexes(held).index(held.clause(key)) + 1 for key in found.clauses if held.clause(key).annex] == places
    assert found.no_such is None


@pytest.mark.parametrize("text", ["附件里写了什么", "show me the annexes"])
def test_without_a_number_all_annexes_are_meant(held: ClauseStore, text: str) -> None:
    assert Reader(held).refers(text).clauses == tuple(clause.key for clause in annexes(held))


def test_an_annex_that_the_document_does_not_have_is_told(held: ClauseStore) -> None:
    assert Reader(held).refers("附件5讲什么").no_such == NoSuch("annex", 5, len(annexes(held)))


def test_where_there_are_no_annexes_none_is_missed(store: ClauseStore) -> None:
    found = Reader(store).refers("附件2讲什么")
    assert (found.clauses, found.no_such) == ((), None)


def test_how_long_the_document_is_in_force_is_not_read_out_of_an_annex(held: ClauseStore) -> None:
    assert held.document().since == "2022-04-01"
    assert not any(held.clause(passage.clause_key).annex for passage in select.of_validity(held))


def test_an_answer_out_of_an_annex_names_it_and_no_unit_that_it_does_not_name(held: ClauseStore) -> None:
    clause = annexes(held)[1]
    row = held.passages(clause.key)[-1]
    outcome = compose.give(question(), clause, row, "answer", "", (), Memory(), held)
    assert said(outcome)[:3] == ["utter_table_head", "utter_quote", "utter_citation"]
    (answer,) = outcome.custom["answers"]
    assert (answer["annex"], answer["label"], answer["departments"]) == ("附件2", "", [])
    assert answer["quote"] in clause.text


def test_the_whole_annex_begins_with_its_label(held: ClauseStore) -> None:
    clause = annexes(held)[0]
    outcome = compose.give(question(), clause, held.passages(clause.key)[0], "full_text", "", (), Memory(), held)
    text = "".join(outcome.says[0].fields.values())
    assert text.startswith("附件1\n体检项目\n体检每年一次")


def test_a_list_with_an_annex_counts_places_and_no_clauses(held: ClauseStore) -> None:
    def listed(clauses: list[Clause]) -> str:
        given = [given_passage(clause, held.passages(clause.key)[0]) for clause in clauses]
        return said(compose.listing(given, question(), Memory(), held))[0]

    numbered = [clause for clause in held.clauses() if clause.label]
    assert listed(numbered) == "utter_list"
    assert listed([*numbered, annexes(held)[0]]) == "utter_list_places"


def test_an_annex_with_figures_that_a_scan_spoilt_is_not_quoted(tmp_path: Path) -> None:
    def write(folder: Path) -> Path:
        text = LETTER + RUNNING + CLOSING + FIRST + "附件2\n\n标准\n\n每人l00元。\n"
        (folder / "source.txt").write_text(text, "utf-8")
        return folder

    assert [clause.annex for clause in annexes(opened(tmp_path, write))] == ["附件1"]


def test_an_annex_without_a_number_is_cited_by_its_place_in_the_list(tmp_path: Path) -> None:
    def write(folder: Path) -> Path:
        text = LETTER + RUNNING + CLOSING + LISTED + "驿站名单\n\n" + in_rows(SECOND) + "\n"
        (folder / "source.txt").write_text(text, "utf-8")
        return folder

    assert [clause.annex for clause in annexes(opened(tmp_path, write))] == ["附件2"]


def test_what_refers_to_an_annex_is_told_from_what_only_looks_so(tmp_path: Path) -> None:
    folder = Path("evaluation/annexes")

    def write(to: Path) -> Path:
        shutil.copy(folder / "source.txt", to)
        return to

    store = opened(tmp_path, write)
    number = {clause.key: place for place, clause in enumerate(annexes(store), 1)}
    right = []
    for item in map(json.loads, (folder / "fresh.jsonl").read_text("utf-8").splitlines()):
        found = Reader(store).refers(item["text"])
        meant = sorted(number[key] for key in found.clauses if key in number)
        right.append(meant == item["annexes"] and (found.no_such is not None) == item["missing"])
    assert sum(right) / len(right) >= 0.93


def test_an_annex_that_is_named_alone_is_given_whole(held: ClauseStore) -> None:
    outcome = respond(question("附件2", refers=Reader(held).refers("附件2")), "answer", Memory(), held)
    (answer,) = outcome.custom["answers"]
    assert (outcome.custom["kind"], answer["annex"]) == ("full_text", "附件2")
    assert "湖西驿站\t湖滨路5号\t市文旅局" in answer["quote"]
