"""Two versions beside each other, in a real browser."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot.clauses.build import build
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests import versions
from tests.bot.channels.desk.clerk import PASSWORD
from tests.browser import PHONE, RULES, WIDE, Server, chromium, pytestmark

__all__ = ["chromium", "pytestmark"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree("documents", folder / "documents")
    versions.hold(folder / "documents")
    build(folder / "documents", folder / "clauses.db")
    started = Server(folder)
    started.environment |= {
        "RONGCE_DOCUMENTS": str(folder / "documents"),
        "RONGCE_CLAUSES": str(folder / "clauses.db"),
        "RONGCE_ENCODER": "none",
    }
    state = State(started.state_url)
    asyncio.run(Staff(state).add("lin", PASSWORD, "staff", Actor("test")))
    state.close()
    with started.running():
        yield started


def test_a_clerk_sees_what_changed_on_a_wide_screen_and_on_a_telephone(server: Server, chromium: Browser) -> None:
    page = chromium.new_context(viewport=WIDE, locale="zh-CN").new_page()
    page.goto(f"{server.url}/desk/documents")
    page.fill("[name=name]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.click(f"#document-{versions.NEWER} >> text=新旧对照")
    assert Axe().run(page, options=RULES).violations_count == 0
    rent = page.locator("li.changed", has_text="租房补贴")
    old, new = rent.locator(".sides > div").all()
    assert old.bounding_box()["y"] == new.bounding_box()["y"]  # type: ignore[index]
    struck = old.locator("del").first.evaluate("element => getComputedStyle(element).textDecorationLine")
    underlined = new.locator("ins").first.evaluate("element => getComputedStyle(element).textDecorationLine")
    assert (struck, underlined) == ("line-through", "underline")  # told apart without colours
    moved = page.locator("details", has_text="只换了条号").first
    expect(moved.locator(".words")).to_be_hidden()
    moved.locator("summary").click()
    expect(moved.locator(".words")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert old.bounding_box()["y"] < new.bounding_box()["y"]  # type: ignore[index]
    page.select_option("#with", "2021-49")
    page.click("text=对照 >> nth=-1")
    expect(page.locator("#counts")).to_contain_text("没有改动 0 条")
