"""Documents at the desk: read, published and retired by a reviewer."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.clauses.build import build
from bot.clauses.folder import Publishing
from bot.clauses.store import ClauseStore
from bot.helpdesk import audit
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, press, signed_in, token

SONGPING = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt")


class Held(Judgement):
    """The assistant in front of the documents of a folder."""

    def __init__(self, assistant: Assistant, target: Path) -> None:
        super().__init__(assistant)
        self._target = target

    @property
    def store(self) -> ClauseStore:
        return ClauseStore.open(self._target)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree("documents", tmp_path / "documents")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    return tmp_path / "documents"


@pytest.fixture
def publishing(folder: Path) -> Publishing:
    return Publishing(folder, folder.with_name("clauses.db"), None)


@pytest.fixture
def chen(state: State, assistant: Assistant, folder: Path, publishing: Publishing) -> TestClient:
    return signed_in(state, Held(assistant, folder.with_name("clauses.db")), "chen", "reviewer", publishing)


@pytest.fixture
def lin(state: State, assistant: Assistant, folder: Path, publishing: Publishing) -> TestClient:
    return signed_in(state, Held(assistant, folder.with_name("clauses.db")), "lin", "staff", publishing)


def upload(browser: TestClient, content: bytes, name: str = "source.txt") -> str:
    """The page that shows what was read, or why not."""
    fields = {"csrf_token": token(browser)}
    return str(browser.post("/desk/documents/read", data=fields, files={"file": (name, content)}).text)


def draft_in(page: str) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_was_read_is_shown_with_every_doubt_before_anything_is_published(chen: TestClient, folder: Path) -> None:
    misnumbered = re.sub(r"(?m)^2(?=[.．、])", "9", SONGPING.read_text("utf-8"), count=1)
    page = upload(chen, misnumbered.encode())
    assert "松政发〔2022〕11号" in page
    assert "2025-12-31" in page
    assert "县人社局、县财政局、县乡村振兴局" in page
    assert "请核对" in page
    assert re.search(r"第 \d+ 行", page)
    assert [path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")] == ["2021-49"]


def test_a_document_is_published_listed_and_retired_and_the_trail_says_by_whom(
    chen: TestClient, folder: Path, state: State
) -> None:
    page = upload(chen, SONGPING.read_bytes())
    assert 'value="songping-2022-11"' in page
    fields = {"draft": draft_in(page), "key": "songping-2022-11", "nicknames": "归雁计划、回乡计划"}
    assert press(chen, "/desk/documents/publish", **fields).status_code == 303
    listed = chen.get("/desk/documents").text
    assert "松政发〔2022〕11号" in listed
    assert "归雁计划、回乡计划" in listed
    assert "已过期" in listed
    assert "客房5间以上" in chen.get("/desk/documents/songping-2022-11").text
    assert press(chen, "/desk/documents/songping-2022-11/retire").status_code == 303
    assert 'id="document-songping-2022-11"' not in chen.get("/desk/documents").text
    done = [(entry.who, entry.action, entry.about) for entry in asyncio.run(audit.entries(state))]
    assert ("chen", "published", "document/songping-2022-11") in done
    assert ("chen", "retired", "document/songping-2022-11") in done


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("今天天气晴。".encode(), "a.txt", "政策文件"),
        (b"MZ\x00", "a.exe", "只能放入"),
        (b"%PDF-1.4 broken", "a.pdf", "PDF"),
        (b"", "a.txt", "空"),
    ],
)
def test_what_is_no_document_is_refused_in_words(chen: TestClient, content: bytes, name: str, says: str) -> None:
    page = upload(chen, content, name)
    assert says in page
    assert 'name="draft"' not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"draft": "../../secret", "key": "songping"},
        {"draft": "0" * 32 + ".txt", "key": "songping"},
        {"draft": "", "key": "songping"},
    ],
)
def test_a_draft_that_is_not_there_is_not_published(chen: TestClient, folder: Path, fields: dict[str, str]) -> None:
    assert press(chen, "/desk/documents/publish", **fields, nicknames="").status_code >= 400
    assert not (folder / "songping").exists()


@pytest.mark.parametrize("key", ["2021-49", "../x", "Key", ""])
def test_a_key_that_is_taken_or_none_changes_nothing_and_the_draft_stays(
    chen: TestClient, folder: Path, key: str
) -> None:
    draft = draft_in(upload(chen, SONGPING.read_bytes()))
    assert press(chen, "/desk/documents/publish", draft=draft, key=key, nicknames="").status_code >= 400
    assert press(chen, "/desk/documents/publish", draft=draft, key="songping", nicknames="").status_code == 303


def test_the_last_document_cannot_be_retired(chen: TestClient, folder: Path) -> None:
    assert press(chen, "/desk/documents/2021-49/retire").status_code >= 400
    assert (folder / "2021-49" / "source.txt").is_file()


def test_only_a_reviewer_puts_documents_in_and_takes_them_out(lin: TestClient) -> None:
    assert 'id="upload"' not in lin.get("/desk/documents").text
    assert (
        lin.post("/desk/documents/read", data={"csrf_token": token(lin)}, files={"file": ("a.txt", b"x")}).status_code
        == 403
    )
    assert press(lin, "/desk/documents/2021-49/retire").status_code == 403


def test_a_form_of_another_site_changes_nothing(chen: TestClient) -> None:
    refused = chen.post(
        "/desk/documents/read", data={"csrf_token": "no"}, files={"file": ("a.txt", SONGPING.read_bytes())}
    )
    assert refused.status_code >= 400
    assert chen.post("/desk/documents/2021-49/retire", data={}).status_code >= 400
