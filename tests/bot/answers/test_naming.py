"""Which of several documents a message names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers.names import NameFinder, names_of
from bot.answers.naming import DocumentNames
from bot.answers.referring.reader import ReferenceReader
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

CORPUS = Path("evaluation/corpus/fresh/documents")
LANTING, SONGPING, XIGANG, YANZHOU = "lanting-2023", "songping-2022", "xigang-2024", "yanzhou-2021"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    """Fuzhou's document and four of other places."""
    folder = tmp_path_factory.mktemp("held")
    shutil.copytree("documents", folder / "documents")
    shutil.copytree(CORPUS, folder / "documents", dirs_exist_ok=True)
    build(folder / "documents", folder / "clauses.db")
    opened = ClauseStore.open(folder / "clauses.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("澜亭租房补贴多少", [LANTING]),
        ("瀾亭市那邊怎麼辦", [LANTING]),
        ("How much is it in Lanting?", [LANTING]),
        ("澜亭二十条第三条", [LANTING]),
        ("二十条里的第三条讲什么", [LANTING]),
        ("澜政办〔2023〕18号第五条", [LANTING]),
        ("澜政办2023年18号文", [LANTING]),
        ("汐政办12号第三条", [XIGANG]),
        ("榕政办49号文第十五条", ["2021-49"]),
        ("砚洲养老服务补贴管理办法第17条", [YANZHOU]),
        ("《砚洲市养老服务补贴管理办法》", [YANZHOU]),
        ("松屏和汐港哪个多", [SONGPING, XIGANG]),
        ("榕城有没有", ["2021-49"]),
        ("福州跟松屏比呢", ["2021-49", SONGPING]),
        ("租房补贴多少", []),
        ("二十条鱼多少钱", []),
        ("厦门的人才补贴", []),
    ],
)
def test_documents_are_named_by_place_number_title_and_nickname(
    held: ClauseStore, text: str, documents: list[str]
) -> None:
    assert list(DocumentNames(held).find(simplify(text)).documents) == documents


def test_a_name_is_replaced_by_what_the_models_know_and_left_out_of_what_is_looked_for(held: ClauseStore) -> None:
    names = DocumentNames(held)
    of_place = names.find("松屏民宿补多少")
    assert (of_place.text, of_place.bare) == ("福州民宿补多少", "民宿补多少")
    of_document = names.find("海归去归雁计划里找什么")
    assert (of_document.text, of_document.bare) == ("海归去本文件里找什么", "海归去里找什么")


@pytest.mark.parametrize(
    "text",
    [
        "榕政办〔2021〕49号(十五)",
        "榕政办49号文第十五条",
        "榕政办2021 49号第15条",
        "《福州市促进劳动力和人才社会性流动体制机制改革的工作要点》第十五条",
    ],
)
def test_a_place_inside_a_number_or_a_title_is_left_there(held: ClauseStore, text: str) -> None:
    found = DocumentNames(held).find(text)
    assert (found.documents, found.text) == (("2021-49",), text)
    view = held.of("2021-49")
    refers = ReferenceReader(view).read(found.text, NameFinder(names_of(view, {})).find(found.text))
    assert (refers.clauses, refers.elsewhere) == (("2021-49/15",), "")


@pytest.mark.parametrize("text", ["泉政办〔2021〕49号第3条", "莆政办49号第三条", "渝政办〔2021〕49号文件第三条"])
def test_another_citys_document_of_the_same_number_is_another_document(held: ClauseStore, text: str) -> None:
    view = held.of("2021-49")
    refers = ReferenceReader(view).read(text, NameFinder(names_of(view, {})).find(text))
    assert refers.elsewhere == "other_document"
    assert DocumentNames(held).find(text).documents == ()


def test_a_document_that_is_replaced_leads_to_the_one_that_replaces_it(held: ClauseStore) -> None:
    found = DocumentNames(held).find("澜政办〔2019〕7号还有效吗")
    assert found.documents == (LANTING,)
    view = held.of(LANTING)
    refers = ReferenceReader(view).read(found.text, NameFinder(names_of(view, {})).find(found.text))
    assert (refers.superseded, refers.elsewhere) == ("澜政办〔2019〕7号", "")


@pytest.mark.parametrize(
    ("document", "text", "clauses"),
    [
        (YANZHOU, "第17条", [17]),
        (SONGPING, "第三部分第2条", [9]),
        (SONGPING, "保障措施第3条", [16]),
        (XIGANG, "第十一条", [11]),
        (XIGANG, "最后一条", [12]),
        (XIGANG, "第13条", []),
        (XIGANG, "第二部分", []),
        (XIGANG, "最后一部分", []),
    ],
)
def test_clauses_are_counted_as_each_document_counts(
    held: ClauseStore, document: str, text: str, clauses: list[int]
) -> None:
    view = held.of(document)
    refers = ReferenceReader(view).read(text, NameFinder(names_of(view, {})).find(text))
    assert [held.clause(key).number for key in refers.clauses] == clauses
    assert bool(refers.no_such) is (not clauses)


def test_of_a_places_two_documents_the_words_of_a_title_name_one(held: ClauseStore, tmp_path: Path) -> None:
    shutil.copytree("documents", tmp_path / "documents")
    shutil.copytree(CORPUS / YANZHOU, tmp_path / "documents" / YANZHOU)
    second = tmp_path / "documents" / "yanzhou-2022"
    second.mkdir()
    for file in (CORPUS / SONGPING).iterdir():
        text = (
            file.read_text(encoding="utf-8").replace("松屏县", "砚洲市").replace("松屏", "砚洲").replace("松政", "砚政")
        )
        (second / file.name).write_text(text, encoding="utf-8")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    store = ClauseStore.open(tmp_path / "clauses.db")
    names = DocumentNames(store)
    assert names.find("砚洲养老服务补贴管理办法怎么申请").documents == (YANZHOU,)
    assert names.find("砚洲的乡村旅游实施方案怎么申请").documents == ("yanzhou-2022",)
    assert set(names.find("砚洲怎么申请").documents) == {YANZHOU, "yanzhou-2022"}
    store.close()


def test_an_office_names_no_document(held: ClauseStore) -> None:
    assert DocumentNames(held).find("招商局负责什么").documents == ()
