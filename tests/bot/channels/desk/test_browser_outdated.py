"""A document is replaced, and who was told its old words is told so: in a real browser, at the desk and on the chat page."""

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
from tests.bot.channels.desk.amended import IN_TRADITIONAL, QUESTION, successor
from tests.bot.channels.desk.clerk import PASSWORD
from tests.browser import PHONE, RULES, WIDE, Server, chromium, pytestmark

__all__ = ["chromium", "pytestmark"]

PATIENCE = 30_000
BEFORE, AFTER = "5-50 萬元不等的創業啟動資金支持", "8-60 萬元不等的創業啟動資金支持"


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


def citizen(chromium: Browser, server: Server, locale: str, question: str, answer: str) -> Page:
    """Somebody's own browser, in which `question` was asked and got an answer with `answer` in it."""
    page = chromium.new_context(viewport=PHONE, locale=locale).new_page()
    page.goto(server.url)
    page.fill("#text", question)
    page.press("#text", "Enter")
    expect(page.locator("#log")).to_contain_text(answer, timeout=PATIENCE)
    return page


def test_a_reviewer_sees_who_was_told_the_old_words_and_tells_who_is_ticked(
    server: Server, chromium: Browser, tmp_path: Path
) -> None:
    told = citizen(chromium, server, "zh-TW", IN_TRADITIONAL, BEFORE)
    other = citizen(chromium, server, "zh-CN", QUESTION, "5-50 万元")
    (tmp_path / "new.txt").write_text(successor(), "utf-8")

    desk = chromium.new_context(viewport=WIDE, locale="zh-TW").new_page()
    desk.set_default_timeout(PATIENCE)
    desk.goto(f"{server.url}/desk/documents")
    desk.fill("[name=name]", "chen")
    desk.fill("[name=password]", PASSWORD)
    desk.click("main button[type=submit]")
    expect(desk.locator("#outdated")).to_contain_text("（0）")
    desk.set_input_files("#file", tmp_path / "new.txt")
    desk.click("#upload button")
    desk.fill("#key", "2026-9")
    desk.click("#publish button.main")
    desk.click("#outdated a")
    expect(desk.locator("li.card")).to_have_count(2)
    expect(desk.locator("#outdated input:checked")).to_have_count(0)
    assert Axe().run(desk, options=RULES).violations_count == 0
    desk.set_viewport_size(PHONE)
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    desk.set_viewport_size(WIDE)
    desk.get_by_label(IN_TRADITIONAL).check()
    desk.click("#outdated button.main")
    expect(desk.locator("[role=status]")).to_contain_text("已經告訴 1 個")
    expect(desk.locator("li.card")).to_have_count(1)
    assert Axe().run(desk, options=RULES).violations_count == 0

    for _ in range(2):
        told.reload()
        expect(told.locator("article.staff")).to_have_count(1)
    expect(told.locator("article.staff")).to_contain_text("更正：")
    expect(told.locator("article.staff blockquote")).to_contain_text(AFTER)
    other.reload()
    expect(other.locator("article.theirs")).not_to_have_count(0)
    expect(other.locator("article.staff")).to_have_count(0)
