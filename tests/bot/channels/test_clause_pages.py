"""The public pages of documents and clauses."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.clause_pages.pages import ClausePages
from bot.channels.limits import middleware
from bot.clauses.store import ClauseStore
from tests.held import Held, held

__all__ = ["held"]

WORDS = "加大对留学归国创新创业人员创业担保贷款、创业场地租金补助、创业辅导以及一站式服务等扶持力度。"


def browser(store: ClauseStore, indexed: bool = False) -> TestClient:
    app = Starlette(routes=ClausePages(lambda: store, indexed).routes(), middleware=middleware())
    return TestClient(app, raise_server_exceptions=False)


def page(store: ClauseStore, address: str, indexed: bool = False) -> str:
    answer = browser(store, indexed).get(address)
    assert answer.status_code == 200
    return answer.text


def test_a_clause_stands_there_word_for_word_with_units_dates_and_citation(store: ClauseStore) -> None:
    shown = page(store, "/c/2021-49/8")
    for passage in store.passages("2021-49/8"):
        assert passage.text in shown
    for words in (
        '<html lang="zh-Hans">',
        WORDS,
        "市人社局",
        "福州市人力资源和社会保障局",
        "2021年5月26日",
        "有效性未经核实",
    ):
        assert words in shown
    assert "第三部分（八）支持留学人员创新创业" in shown
    assert "单凭这句还不能当作承诺" in shown


def test_the_address_says_in_which_script_it_is_and_the_links_keep_it(store: ClauseStore) -> None:
    shown = page(store, "/c/2021-49/8?script=hant")
    assert '<html lang="zh-Hant">' in shown
    assert "加大對留學歸國創新創業人員創業擔保貸款" in shown and WORDS not in shown
    for address in ("/c/2021-49?script=hant", "/c/2021-49/7?script=hant", "/c/2021-49/9?script=hant"):
        assert f'href="{address}"' in shown
    assert page(store, "/c/2021-49/8?script=klingon") == page(store, "/c/2021-49/8")


def test_a_link_that_is_sent_to_somebody_has_a_preview(store: ClauseStore) -> None:
    shown = page(store, "/c/2021-49/8?script=hant")
    previews = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', shown))
    assert previews["title"] == "（八）支持留學人員創新創業 · 榕政辦〔2021〕49號"
    assert previews["description"].startswith("支持留學人員創新創業")
    assert previews["url"] == "http://testserver/c/2021-49/8?script=hant"
    assert "og:image" not in shown


def test_search_engines_list_the_pages_only_where_a_setting_says_so(store: ClauseStore) -> None:
    for address in ("/c", "/c/2021-49", "/c/2021-49/8"):
        answer = browser(store).get(address)
        assert answer.headers["x-robots-tag"] == "noindex" and 'content="noindex"' in answer.text
        answer = browser(store, indexed=True).get(address)
        assert "x-robots-tag" not in answer.headers and "noindex" not in answer.text
    assert browser(store, indexed=True).get("/c/2021-49/99").headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "address", ["/c/2021-49/99", "/c/2021-49/08", "/c/2021-49/8/1", "/c/1999-1", "/c/1999-1/3", "/c/a%2Fb/<b>"]
)
def test_a_clause_that_does_not_exist_is_told_so_with_what_is_there_instead(store: ClauseStore, address: str) -> None:
    answer = browser(store).get(address)
    assert answer.status_code == 404
    assert "没有这一条" in answer.text and 'href="/c/2021-49"' in answer.text and "<b>" not in answer.text


def test_a_documents_page_leads_to_every_clause(store: ClauseStore) -> None:
    shown = page(store, "/c/2021-49")
    for clause in store.clauses():
        assert f'href="/c/{clause.key}"' in shown
    assert "一、" in shown
    for clause in store.clauses():
        page(store, f"/c/{clause.key}")


def test_a_clause_of_another_document_is_asked_about_under_its_number(held: Held) -> None:
    held.add("fresh")
    from bot.components.vocabulary import clause_store

    store = clause_store()
    for clause in store.clauses():
        page(store, f"/c/{clause.key}?script=hant")
    assert "%E6%9D%BE" in page(store, "/c/songping-2022/1")
    assert "松政发〔2022〕11号" in page(store, "/c")
