"""Accounts in a real browser: the head invites a colleague, who chooses a password and comes in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import NAME, PASSWORD
from tests.browser import PHONE, WIDE, Server, chromium, pytestmark, violations

__all__ = ["chromium", "pytestmark"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    state = State(f"sqlite:///{folder}/rongce.db")
    asyncio.run(Staff(state).add(NAME, PASSWORD, "reviewer", Actor("test")))
    state.close()
    started = Server(folder)
    with started.running():
        yield started


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/desk/sign-in")
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url("**/desk/")


@pytest.mark.parametrize(
    ("viewport", "scheme", "name"), [(WIDE, "light", "wang"), (WIDE, "dark", "zhao"), (PHONE, "light", "qian")]
)
def test_the_head_invites_a_colleague_who_chooses_a_password_and_comes_in(
    server: Server, chromium: Browser, viewport: Any, scheme: Any, name: str
) -> None:
    options: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme, "base_url": server.url, "locale": "zh-CN"}
    head = chromium.new_context(**options).new_page()
    sign_in(head, NAME, PASSWORD)
    head.get_by_role("link", name="账号").click()
    assert violations(head) == []
    head.fill("#name", name)
    head.get_by_role("button", name="给一个链接").click()
    link = head.locator("#link").input_value()
    assert violations(head) == []
    assert head.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    colleague = chromium.new_context(**options).new_page()
    colleague.goto(link)
    assert violations(colleague) == []
    colleague.locator("#password").press_sequentially("password123456")
    expect(colleague.locator("#said")).to_contain_text("太容易猜中")
    colleague.fill("#password", "another horse battery")
    expect(colleague.locator("#said")).to_contain_text("可以用")
    assert violations(colleague) == []
    colleague.fill("#again", "another horse battery")
    colleague.press("#again", "Enter")
    colleague.wait_for_url("**/desk/sign-in")
    sign_in(colleague, name, "another horse battery")
    expect(colleague.get_by_role("link", name="账号")).to_have_count(0)

    head.goto("/desk/accounts")
    row = head.get_by_role("row", name=re.compile(f"^{name}"))
    row.locator("summary").click()
    row.get_by_role("button", name=f"确定移除 {name}").click()
    expect(row).to_have_count(0)
    colleague.goto("/desk/queue")
    colleague.wait_for_url("**/desk/sign-in?**")
