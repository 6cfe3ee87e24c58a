"""A document beside the version that it takes the place of, at the desk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.mailbox.state import State
from tests import versions
from tests.bot.channels.desk.clerk import signed_in


class Shelf:
    """All that these pages ask of the assistant: what is held, and that nothing newer was refused."""

    refused = ""

    def __init__(self, store: ClauseStore) -> None:
        self.store = store


@pytest.fixture
def lin(state: State, tmp_path: Path) -> TestClient:
    shutil.copytree("documents", tmp_path / "documents")
    versions.hold(tmp_path / "documents")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    return signed_in(state, Shelf(ClauseStore.open(tmp_path / "clauses.db")))


def bare(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub("<[^>]+>", "", page).split())


@pytest.mark.parametrize("key", [versions.NEWER, versions.OLDER])
def test_the_version_that_was_replaced_is_found_by_itself(lin: TestClient, key: str) -> None:
    page = lin.get(f"/desk/documents/{key}/changes").text
    assert "改动 4 条，新增 2 条，删去 1 条，只换条号 2 条，没有改动 1 条。" in bare(page)
    sides = re.findall(r'<strong>(.)</strong> <a href="/desk/documents/([^"]+)"', page)
    assert sides == [("旧", versions.OLDER), ("新", versions.NEWER)]


def test_the_words_that_changed_are_marked_in_either_version(lin: TestClient) -> None:
    page = lin.get(f"/desk/documents/{versions.NEWER}/changes").text
    assert "最长<del>24</del>个月" in page
    assert "最长<ins>36</ins>个月" in page
    assert "<ins>、税务局</ins>" in page
    assert "<del>企业新建人才公寓的，按每套5000元给予奖励。（责任单位：市住建局）</del>" in page
    assert page.count("新版写明这一条删除") == 1


def test_what_stayed_is_folded_away_and_a_clause_that_only_moved_says_so(lin: TestClient) -> None:
    page = lin.get(f"/desk/documents/{versions.NEWER}/changes").text
    folded = [bare(found) for found in re.findall("<details>.*?</details>", page, re.DOTALL)]
    assert folded[0].startswith("第一条 没有改动")
    assert folded[1].startswith("第五条 → 第七条 只换了条号")
    assert not any("<ins>" in found for found in re.findall("<details>.*?</details>", page, re.DOTALL))


def test_without_an_older_version_any_document_may_be_chosen(lin: TestClient) -> None:
    page = lin.get("/desk/documents/2021-49/changes").text
    assert "请在下面选一份来对照" in page
    assert set(re.findall('<option value="([^"]+)"', page)) == {versions.OLDER, versions.NEWER}
    chosen = lin.get("/desk/documents/2021-49/changes", params={"with": versions.OLDER}).text
    assert "删去 8 条" in bare(chosen)


def test_a_reader_of_traditional_gets_the_words_in_traditional(lin: TestClient) -> None:
    page = lin.get(f"/desk/documents/{versions.NEWER}/changes", headers={"accept-language": "zh-TW"}).text
    assert "發放租房補貼，最長<ins>36</ins>個月" in page


def test_a_document_that_is_not_there_is_no_page(lin: TestClient) -> None:
    assert lin.get("/desk/documents/nowhere/changes").status_code == 404
    assert lin.get("/desk/documents/2021-49/changes", params={"with": "nowhere"}).status_code == 404


def test_the_list_of_documents_leads_to_it(lin: TestClient) -> None:
    assert f'href="/desk/documents/{versions.NEWER}/changes"' in lin.get("/desk/documents").text
