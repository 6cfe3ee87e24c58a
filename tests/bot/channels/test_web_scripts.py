"""In which script and language the chat page is, and that everybody can read it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser import (
    CHROMIUM,
    NARROWEST,
    WIDE,
    Server,
    chromium,
    note_complaints,
    pytestmark,
    say,
    server,
    violations,
)

__all__ = ["CHROMIUM", "chromium", "pytestmark", "server"]

QUESTION = "留學生回福州創業有補助嗎"
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[Any]:
    """Opens the page for a person who reads a language; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def reading(locale: str = "zh-TW", viewport: ViewportSize = NARROWEST, **options: Any) -> Page:
        context = chromium.new_context(viewport=viewport, locale=locale, base_url=server.url, **options)
        opened.append(context)
        page = context.new_page()
        note_complaints(page, complaints)
        page.goto("/")
        page.wait_for_selector("#hello")
        return page

    yield reading
    for context in opened:
        context.close()
    assert complaints == []


def test_the_switch_changes_what_stands_there_and_the_choice_stays(open_page: Any) -> None:
    page = open_page()
    say(page, QUESTION)
    say(page, "市人社局負責哪些", 2)
    page.click("#script")
    expect(page.locator("blockquote")).to_contain_text("创业场地租金补助")
    expect(page.locator(".units").first).to_have_text("责任单位：市人社局、市财政局")
    expect(page.locator(".theirs").first.get_by_role("button", name="责任单位", exact=True)).to_be_visible()
    expect(page.locator(".entries").first).to_contain_text("（一）壮大流动经济基础")
    expect(page.locator(".mine").first).to_have_text(QUESTION)
    assert page.locator(".theirs").first.get_attribute("lang") == "zh-Hans"
    page.reload()
    expect(page.locator("blockquote")).to_contain_text("创业场地租金补助")
    say(page, "臺灣青年來福州就業有什麼優惠", 3)
    expect(page.locator("blockquote").last).to_contain_text("台湾")
    page.click("#script")
    expect(page.locator("blockquote").first).to_contain_text("創業場地租金補助")


@pytest.mark.parametrize(("locale", "told"), [("zh-TW", "責任單位"), ("zh-CN", "责任单位")])
def test_a_message_that_tells_no_script_is_answered_in_the_pages(open_page: Any, locale: str, told: str) -> None:
    page = open_page(locale)
    say(page, "海归")  # 归 tells Simplified
    expect(page.locator(".units")).to_contain_text("责任单位")
    page = open_page(locale)
    say(page, "§8")
    expect(page.locator(".units")).to_contain_text(told)


def test_who_writes_simplified_on_a_traditional_page_is_answered_in_simplified_until_the_switch_is_pressed(
    open_page: Any,
) -> None:
    page = open_page()
    say(page, "留学生回福州创业有补助吗")
    expect(page.locator(".units")).to_contain_text("责任单位")
    page.click("#script")
    page.click("#script")
    expect(page.locator(".units")).to_contain_text("責任單位")


def test_an_english_browser_gets_an_english_page_and_a_chinese_one_at_a_press(open_page: Any) -> None:
    page = open_page("en-GB")
    expect(page.locator("header")).to_contain_text("the units have the last word")
    expect(page.locator("#held")).to_have_text("From: 榕政辦〔2021〕49號 (issued on 26 May 2021)")
    expect(page.locator("#send")).to_have_text("Send")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="How much seed funding").click()
    expect(page.locator(".theirs").last).to_contain_text("Responsible units")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("#language")
    expect(page.locator("#send")).to_have_text("送出")
    page.reload()
    expect(page.locator("#send")).to_have_text("送出")


def test_a_telephone_too_says_what_this_is_of_which_date_and_who_has_the_last_word(open_page: Any) -> None:
    page = open_page()
    for text in ("用政策文件的原文回答", "以責任單位的答覆為準", "依據：榕政辦〔2021〕49號（2021年5月26日印發）"):
        expect(page.locator("header").get_by_text(text)).to_be_in_viewport(ratio=1)


def test_the_entries_of_a_list_are_a_list_and_each_can_be_tapped(open_page: Any) -> None:
    page = open_page()
    say(page, "市人社局負責哪些")
    expect(page.get_by_role("listitem")).to_have_count(6)
    page.get_by_role("button", name="全部顯示").click()
    expect(page.get_by_role("listitem")).to_have_count(18)
    page.get_by_role("listitem").get_by_role("button", name="第三部分（八）支持留學人員創新創業").click()
    expect(page.locator(".mine").last).to_have_text("第8條")
    expect(page.locator(".theirs:not(.typing)")).to_have_count(2)
    page.click("#script")
    expect(page.get_by_role("listitem")).to_have_count(18)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROWEST, TELEPHONE, WIDE], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("locale", ["zh-TW", "en-GB"])
def test_everybody_can_read_and_use_the_page(
    open_page: Any, locale: str, viewport: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(locale, viewport, color_scheme=scheme)
    assert violations(page) == []
    say(page, QUESTION)
    say(page, "市人社局負責哪些", 2)
    say(page, "福州明天天氣怎麼樣", 3)
    page.get_by_role("button", name="沒幫助").last.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize("viewport", [NARROWEST, WIDE], ids=lambda size: str(size["width"]))
def test_at_twice_the_size_of_text_nothing_is_lost(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("zh-TW", viewport)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    say(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for place in ("#forget", "#send", ".reply"):
        page.locator(place).scroll_into_view_if_needed()
        expect(page.locator(place)).to_be_in_viewport(ratio=0.9)
    box = page.locator("#log").bounding_box()
    assert box and box["height"] > 200
