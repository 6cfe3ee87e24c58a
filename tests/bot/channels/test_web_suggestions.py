"""What the chat page offers to ask, to take away and to say about an answer, and a second tab, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.clauses.build import build
from tests.browser import CHROMIUM, NARROWEST, Server, chromium, note_complaints, pytestmark, say, violations
from tests.conftest import DOCUMENTS

__all__ = ["CHROMIUM", "chromium", "pytestmark"]

QUESTION = "留學生回福州創業有補助嗎"
NOT_OURS = "福州明天天氣怎麼樣"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    build(DOCUMENTS, folder / "clauses.db", taught=DOCUMENTS.parent / "nlu")
    started = Server(folder)
    started.environment["RONGCE_CLAUSES"] = str(folder / "clauses.db")
    with started.running():
        yield started


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    """A telephone of 320 pixels; whatever the browser complains about fails the test."""
    context = chromium.new_context(viewport=NARROWEST, locale="zh-TW", base_url=server.url)
    opened = context.new_page()
    complaints: list[str] = []
    note_complaints(opened, complaints)
    opened.goto("/")
    opened.wait_for_selector("#hello")
    yield opened
    context.close()
    assert complaints == []


def test_what_people_ask_next_about_the_clause_is_offered_and_stays(page: Page) -> None:
    chips = page.locator("#next button")
    expect(chips).to_have_count(0)
    say(page, QUESTION)
    expect(chips).to_have_count(3)
    offered = chips.all_inner_texts()
    chips.first.click()
    expect(page.locator(".mine").last).to_have_text(offered[0])
    expect(page.locator(".units")).to_have_count(2)
    expect(page.locator(".theirs a").last).to_contain_text("（八）支持留學人員創新創業")
    expect(chips).to_have_count(3)
    say(page, NOT_OURS, 3)
    expect(chips).to_have_count(3)
    page.click("#script")
    expect(page.locator("#next")).to_have_attribute("lang", "zh-Hans")
    page.reload()
    expect(chips).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_questions_and_clauses_are_offered_while_one_types_and_chosen_with_the_keyboard(page: Page) -> None:
    page.fill("#text", "檔案")
    typed = page.locator("#typed button")
    expect(typed.first).to_have_text("（十六）推進檔案服務信息化便利化")
    expect(typed).to_have_count(5)
    assert violations(page) == []
    page.press("#text", "ArrowUp")
    expect(typed.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#typed")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("檔案")
    page.locator("#text").press_sequentially("服")
    expect(typed.first).to_be_visible()
    page.press("#text", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".mine")).to_have_text("第16條")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#typed")).to_be_hidden()


def test_letters_that_are_being_composed_are_not_looked_up(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/chat/suggestions" in request.url else None)
    page.evaluate(
        """() => {
            const text = document.getElementById('text');
            text.value = 'dang';
            text.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true}));
        }"""
    )
    page.fill("#text", "檔案")
    expect(page.locator("#typed button").first).to_be_visible()
    assert all("dang" not in url for url in asked)


def test_a_quote_is_copied_with_units_and_citation(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, QUESTION)
    page.get_by_role("button", name="複製原句和出處").click()
    expect(page.get_by_role("button", name="已複製")).to_be_visible()
    quote, units, source = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert quote.startswith("「加大對留學歸國") and units == "責任單位：市人社局、市財政局"
    assert source.startswith("出處：《") and source.endswith("（八）支持留學人員創新創業")


def test_a_verdict_stays_seen_and_no_help_is_asked_why(page: Page) -> None:
    say(page, QUESTION)
    page.get_by_role("button", name="沒幫助").click()
    expect(page.get_by_text("哪裡沒答好")).to_be_visible()
    assert violations(page) == []
    with page.expect_request("**/chat/opinions") as sent:
        page.get_by_role("button", name="看不懂").click()
    assert json.loads(sent.value.post_data or "")["reason"] == "hard to read"
    expect(page.get_by_text("記下了")).to_be_visible()
    page.click("#script")
    page.reload()
    expect(page.get_by_role("button", name="没帮助")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="看不懂")).to_have_count(0)


def test_a_second_tab_sees_what_is_asked_and_answered_and_what_is_deleted(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/")
    other.wait_for_selector("#hello")
    say(page, QUESTION)
    expect(other.locator(".mine")).to_have_text(QUESTION)
    expect(other.locator("blockquote")).to_have_count(1)
    page.get_by_role("button", name="有幫助").click()
    expect(other.get_by_role("button", name="有幫助")).to_have_attribute("aria-pressed", "true")
    say(other, "歸誰管", 2)
    expect(page.locator(".units")).to_have_count(2)
    other.reload()
    expect(other.locator(".mine")).to_have_count(2)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(other.locator("#hello")).to_be_visible()
    expect(other.locator("blockquote")).to_have_count(0)


def test_on_paper_there_is_the_conversation_and_nothing_to_press(page: Page) -> None:
    say(page, "市人社局負責哪些")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#printed")).to_contain_text("榕策問答的對話記錄，列印於")
    expect(page.locator(".mine")).to_be_visible()
    for entry in (page.locator(".entries > li").first, page.locator(".entries > li").last):
        expect(entry).to_be_visible()
    for hidden in ("#text", "#next", ".tools", ".aside"):
        expect(page.locator(hidden)).to_be_hidden()
