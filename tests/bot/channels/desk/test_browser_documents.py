"""From a file on the desk to the cited answer on the chat page, in a real browser, without a restart."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import PASSWORD
from tests.browser import PHONE, RULES, WIDE, Server, chromium, pytestmark

__all__ = ["chromium", "pytestmark"]

DOCUMENT = Path("tests/bot/channels/desk/disabled_workers.docx")
QUESTION = "盲人按摩店一次性补助多少钱"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree("documents", folder / "documents")
    shutil.copyfile("build/clauses.db", folder / "clauses.db")
    started = Server(folder)
    started.environment |= {
        "RONGCE_DOCUMENTS": str(folder / "documents"),
        "RONGCE_CLAUSES": str(folder / "clauses.db"),
    }
    state = State(started.state_url)
    asyncio.run(Staff(state).add("chen", PASSWORD, "reviewer", Actor("test")))
    state.close()
    with started.running():
        yield started


def desk(chromium: Browser, server: Server) -> Page:
    page = chromium.new_context(viewport=WIDE, locale="zh-CN").new_page()
    page.goto(f"{server.url}/desk/documents")
    page.fill("[name=name]", "chen")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    return page


def test_a_docx_is_read_published_and_answers_the_next_citizen(server: Server, chromium: Browser) -> None:
    page = desk(chromium, server)
    page.set_input_files("#file", DOCUMENT)
    page.click("#upload button")
    expect(page.locator("#publish")).to_be_visible()
    expect(page.locator("#clauses > li")).not_to_have_count(0)
    page.fill("#key", "disabled-workers")
    page.fill("#nicknames", "助残若干条")
    for question in (QUESTION, "今天天气怎么样"):  # the Enter key tries, and never publishes
        page.fill("#question", question)
        page.press("#question", "Enter")
        expect(page.locator("#answers > .theirs").first).to_have_text(question, timeout=60_000)
    expect(page.locator("#answers")).to_contain_text("每店一次性补助3万元")
    expect(page.locator("#answers .from-draft")).to_have_count(1)
    expect(page.locator("#nicknames")).to_have_value("助残若干条")
    assert Axe().run(page, options=RULES).violations_count == 0
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.set_viewport_size(WIDE)
    page.click("#publish button.main")
    expect(page.locator("#document-disabled-workers")).to_be_visible()
    assert Axe().run(page, options=RULES).violations_count == 0

    citizen = chromium.new_context(viewport=PHONE, locale="zh-CN").new_page()
    citizen.goto(server.url)
    citizen.fill("#text", QUESTION)
    citizen.press("#text", "Enter")
    expect(citizen.locator("#log")).to_contain_text("每店一次性补助3万元", timeout=30_000)
    expect(citizen.locator("#log")).to_contain_text("第二部分（四）明确补贴标准")
