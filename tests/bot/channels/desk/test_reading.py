"""Clauses and documents to read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.desk.reading import cited_in, foot
from bot.clauses.store import ClauseStore
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, desk, signed_in


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant) -> Iterator[TestClient]:
    state = State(f"sqlite:///{tmp_path_factory.mktemp('state')}/rongce.db")
    yield signed_in(state, Judgement(assistant))
    state.close()


@pytest.mark.parametrize("path", ["/desk/clauses/2021-49/8", "/desk/documents/2021-49", "/desk/clauses.csv"])
def test_nothing_is_read_without_signing_in(state: State, assistant: Assistant, path: str) -> None:
    response = desk(state, Judgement(assistant)).get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/desk/sign-in?next=")


@pytest.mark.parametrize("number", range(26))
def test_every_clause_has_a_page_with_its_whole_text_and_an_anchor_for_each_passage(
    browser: TestClient, store: ClauseStore, number: int
) -> None:
    response = browser.get(f"/desk/clauses/2021-49/{number}")
    assert response.status_code == 200
    for passage in store.passages(f"2021-49/{number}"):
        assert passage.text.rstrip("。") in response.text
        if passage.position:
            assert f'<li id="p{passage.position}">' in response.text


def test_a_clauses_page_has_units_with_their_other_clauses_amounts_groups_what_it_binds_to_and_what_it_cites(
    browser: TestClient,
) -> None:
    page = browser.get("/desk/clauses/2021-49/15").text
    assert "福州市人力资源和社会保障局" in page
    units = page[page.index('<dl class="units">') : page.index("</dl>")]
    assert re.findall(r'href="/desk/clauses/2021-49/(\d+)"', units)[-6:] == ["2", "7", "8", "14", "16", "21"]
    assert '<a href="#p2">50 万元</a>' in page
    assert "/desk/?group=company" in page
    assert re.findall(r'class="tag (\w+)">([^<]*)<', page) == [("aim", "工作方向"), *[("right", "明确权益")] * 3]
    assert "<li>《福建省人力资源市场条例》</li>" in page


def test_the_original_stands_around_a_clause_with_links(browser: TestClient) -> None:
    page = browser.get("/desk/clauses/2021-49/8").text
    assert "不纳入本单位工资总额基数。" in page
    assert "打造一流营商环境。深化商事制度集成化改革。" in page
    assert 'rel="prev" href="/desk/clauses/2021-49/7"' in page
    assert 'rel="next" href="/desk/clauses/2021-49/9"' in page


def test_the_first_and_the_last_clause_end_the_row(browser: TestClient) -> None:
    assert 'rel="prev"' not in browser.get("/desk/clauses/2021-49/0").text
    assert 'rel="next"' not in browser.get("/desk/clauses/2021-49/25").text


def test_a_clause_is_copied_whole_with_citation_in_either_script(browser: TestClient) -> None:
    page = browser.get("/desk/clauses/2021-49/23").text
    own, other = re.findall(r'<template id="copy-[a-z]+">(.*?)</template>', page, re.DOTALL)
    assert own.startswith("「推进城乡低保统筹发展")
    assert "责任单位：市民政局" in own
    assert own.endswith("第八部分（二十三）推进城乡低保统筹发展，提高困难群众流动能力")
    assert other.startswith("「推進城鄉低保統籌發展")
    assert "責任單位：市民政局" in other


@pytest.mark.parametrize(
    "path", ["/desk/clauses/2021-49/26", "/desk/clauses/1999-1/8", "/desk/documents/1999-1", "/desk/clauses/2021-49/x"]
)
def test_what_is_not_there_is_said_to_be_missing(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_text_cites_documents_by_title_and_by_number(store: ClauseStore) -> None:
    document = store.document()
    opening = [entry.words for entry in cited_in(store.clause("2021-49/0").text, document, store)]
    assert opening[-1].endswith(
        "〈关于促进劳动力和人才社会性流动体制机制改革的若干措施〉的通知》（闽委办发〔2020〕16号）"
    )
    assert len(opening) == 2
    by_number = cited_in("按照闽政办〔2019〕5号办理，见榕政办〔2021〕49号", document, store)
    assert [entry.words for entry in by_number] == ["闽政办〔2019〕5号"]


def test_a_document_is_a_page_with_anchors_for_chapters_and_clauses_and_all_its_words(
    browser: TestClient, store: ClauseStore
) -> None:
    page = browser.get("/desk/documents/2021-49").text
    for chapter in store.chapters():
        assert f'<h2 id="b{chapter.number}">' in page
        assert f'href="#b{chapter.number}"' in page
    for clause in store.clauses():
        assert f'<article id="c{clause.number}">' in page
        assert clause.text.removeprefix(f"{clause.heading}。") in page
        assert clause.unit_list in page


def test_the_foot_of_a_printed_page_is_a_style_that_nothing_in_a_title_can_leave(store: ClauseStore) -> None:
    title = 'a"; } body { display: none } \\22 </style>\n'
    sheet = foot(dataclasses.replace(store.document(), title=title), "hans")
    content = re.search(r'^@page { @bottom-left { content: "([^"{}<>]*)"; [^"]*\n$', sheet)
    assert content
    words = re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), content[1])
    assert words == f"《{title}》（榕政办〔2021〕49号，福州市人民政府办公厅，2021年5月26日）"


def test_a_page_that_is_printed_has_its_foot(browser: TestClient) -> None:
    for path in ("/desk/documents/2021-49", "/desk/clauses/2021-49/8"):
        assert '/desk/documents/2021-49/foot.css?script=hans" media="print"' in browser.get(path).text
    response = browser.get("/desk/documents/2021-49/foot.css")
    assert response.headers["content-type"].startswith("text/css")


def test_tables_of_clauses_and_departments_are_whole(browser: TestClient, store: ClauseStore) -> None:
    clauses = browser.get("/desk/clauses.csv").text
    assert clauses.count("/desk/clauses/2021-49/") == len(store.clauses())
    assert "市妇联,福州市妇女联合会" in browser.get("/desk/departments.csv").text
