"""From the chat page to a clause's public page and back, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, NARROWEST, Server, chromium, note_complaints, pytestmark, server, violations

__all__ = ["CHROMIUM", "chromium", "pytestmark", "server"]


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    """A telephone of 320 pixels; whatever the browser complains about fails the test."""
    context = chromium.new_context(viewport=NARROWEST, locale="zh-TW", base_url=server.url)
    opened = context.new_page()
    complaints: list[str] = []
    note_complaints(opened, complaints)
    yield opened
    context.close()
    assert [text for text in complaints if "404" not in text] == []


def test_a_citation_leads_to_its_clause_and_the_clause_back_to_the_chat(page: Page) -> None:
    page.goto("/")
    page.fill("#text", "留學生回福州創業有補助嗎")
    page.press("#text", "Enter")
    page.locator(".theirs a").click()
    expect(page).to_have_url(f"{page.url.partition('/c/')[0]}/c/2021-49/8?script=hant")
    expect(page.locator("h1")).to_have_text("（八）支持留學人員創新創業")
    expect(page.locator(".passage").first).to_contain_text("學術交流計劃")
    page.get_by_role("link", name="問問這一條").click()
    expect(page.locator(".mine")).to_have_count(2)
    expect(page.locator(".mine").last).to_have_text("第8條")
    expect(page.locator(".theirs").last).to_contain_text("支持留學人員創新創業")


def test_a_question_in_the_address_is_asked_once(page: Page) -> None:
    page.goto("/?q=%E5%B1%85%E4%BD%8F%E8%AD%89")
    expect(page.locator(".mine")).to_have_text("居住證")
    expect(page.locator(".theirs:not(.typing)")).to_have_count(1)
    assert "?" not in page.url
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)
    page.goto("/?q=%20")
    expect(page.locator(".mine")).to_have_count(1)


def test_a_question_in_the_address_keeps_what_it_is_narrowed_to(page: Page) -> None:
    page.goto("/?d=2021-49&q=%E5%B1%85%E4%BD%8F%E8%AD%89")
    expect(page.locator("#within")).to_be_visible()
    expect(page.locator(".mine")).to_have_text("居住證")
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?d=2021-49")


def test_the_script_changes_the_page_and_its_link_can_be_shared(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/c/2021-49/8?script=hant")
    page.get_by_role("link", name="简体").click()
    expect(page.locator("h1")).to_have_text("（八）支持留学人员创新创业")
    page.evaluate("navigator.share = undefined")
    page.get_by_role("button", name="分享链接").click()
    expect(page.get_by_role("status")).to_have_text("链接已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_on_paper_there_is_nothing_to_press(page: Page) -> None:
    page.goto("/c/2021-49/8?script=hant")
    page.emulate_media(media="print")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator(".passage").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/c", "/c/2021-49?script=hant", "/c/2021-49/8?script=hant", "/c/2021-49/99"])
def test_everybody_can_read_the_pages(page: Page, address: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
