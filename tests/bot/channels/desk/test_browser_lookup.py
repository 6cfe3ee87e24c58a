"""The look-up, a clause and the document in a real browser, in front of the real server: by keyboard, on a telephone, on paper."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import NAME, PASSWORD
from tests.browser import NARROWEST, PHONE, RULES, WIDE, Server, chromium, note_complaints, pytestmark

__all__ = ["chromium", "pytestmark"]

PAGES = (
    "/desk/",
    "/desk/?q=离岗创业 几年",
    "/desk/?q=创业&binding=aim&department=市人社局",
    "/desk/?q=厦门 人才补贴",
    "/desk/?q=市财政局 市人社局",
    "/desk/?q=luohu",
    "/desk/?q=罗湖",
    "/desk/?q=低保&department=市公安局",
    "/desk/lookup/in-chat?q=低保",
    "/desk/clauses/2021-49/15",
    "/desk/clauses/2021-49/0",
    "/desk/documents/2021-49",
)
A4 = (595, 842)
"""Points."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    state = State(f"sqlite:///{folder}/rongce.db")
    asyncio.run(Staff(state).add(NAME, PASSWORD, "staff", Actor("test")))
    state.close()
    started = Server(folder)
    with started.running():
        yield started


@pytest.fixture
def contexts(server: Server, chromium: Browser) -> Iterator[Any]:
    """Opens browsers that a clerk has signed in with; whatever they complain about fails the test."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def signed_in(viewport: dict[str, int], locale: str = "zh-CN", **options: Any) -> Page:
        context = chromium.new_context(viewport=viewport, locale=locale, base_url=server.url, **options)  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        note_complaints(page, complaints)
        page.goto("/desk/sign-in")
        page.fill("#name", NAME)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/desk/")
        expect(page.locator("#q")).to_be_focused()
        return page

    yield signed_in
    for context in opened:
        context.close()
    assert complaints == []


def look_up(page: Page, text: str, first: str) -> None:
    page.keyboard.type(text)
    expect(page.locator(".hit .open").first).to_have_text(re.compile(re.escape(first)))


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_axe_finds_nothing_against_wcag_2_2_aa(contexts: Any, viewport: dict[str, int], locale: str) -> None:
    page = contexts(viewport, locale)
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(path, entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found] == []
    page.click("#keys-open")
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_axe_finds_nothing_in_the_dark(contexts: Any) -> None:
    page = contexts(WIDE, color_scheme="dark")
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(path, entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found] == []


def test_what_is_typed_before_the_page_is_ready_is_looked_up(contexts: Any) -> None:
    page = contexts(WIDE)
    page.route(
        "**/htmx.min.js",
        lambda route: (page.evaluate("document.querySelector('#q').value = '榕城杯'"), route.continue_()),
    )
    page.goto("/desk/", wait_until="load")
    expect(page.locator(".hit .open").first).to_have_text("（八）支持留学人员创新创业")


def test_a_clerk_finds_opens_and_copies_by_keyboard_alone(contexts: Any) -> None:
    page = contexts(WIDE, permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#q")).to_be_focused()
    look_up(page, "创业", "（六）")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit .open").nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".hit .open").nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(page.locator(".hit .open").nth(1)).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("#copied")).to_have_text("已复制")
    assert "第三部分（八）支持留学人员创新创业" in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/clauses/2021-49/8*")
    page.keyboard.press("c")
    expect(page.locator("#copied")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").startswith("「支持留学人员创新创业。")
    page.keyboard.press("Shift+C")
    expect(page.locator("#copied")).to_have_text("已复制")
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('「支持留學人員'))")
    page.keyboard.press("j")
    page.wait_for_url("**/desk/clauses/2021-49/9")
    page.keyboard.press("/")
    page.wait_for_url("**/desk/")


def test_enter_goes_to_the_first_hit_and_escape_comes_back_and_clears(contexts: Any) -> None:
    page = contexts(WIDE)
    page.keyboard.type("榕城杯")
    page.keyboard.press("Enter")
    expect(page.locator(".hit .open").first).to_be_focused()
    expect(page.locator(".hit .open").first).to_have_text("（八）支持留学人员创新创业")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#count")).to_contain_text("24")


def test_single_keys_do_nothing_while_one_types(contexts: Any) -> None:
    page = contexts(WIDE)
    page.keyboard.type("j k c t / ?")
    expect(page.locator("#q")).to_have_value("j k c t / ?")
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_single_keys_can_be_switched_off_for_good(contexts: Any) -> None:
    page = contexts(WIDE)
    page.keyboard.press("Escape")
    page.locator("#q").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("快捷键")
    page.get_by_label("用单个字母的快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.locator("#q").blur()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_t_changes_the_script_and_keeps_what_is_looked_up(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "离岗创业", "（七）")
    page.wait_for_url("**q=*")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("#q")).to_have_value("离岗创业")
    expect(page.locator(".hit mark").first).to_have_text("離崗")


def test_the_address_holds_what_is_typed_and_chosen_and_back_goes_back(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "创业", "（六）")
    page.get_by_role("link", name=re.compile("^工作方向")).click()
    page.wait_for_url("**binding=aim*")
    expect(page.locator("#filters [aria-current]")).to_contain_text("工作方向")
    expect(page.locator("#how-narrow")).to_contain_text("已选")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" 台湾")
    page.wait_for_url(re.compile("binding=aim"))
    expect(page.locator(".hit .open").first).to_contain_text("（四）")
    sent = page.url
    page.go_back()
    expect(page.locator("#q")).to_have_value("创业")
    expect(page.locator("#how-narrow")).not_to_contain_text("已选")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit .open").first).to_be_focused()
    page.goto(sent)
    expect(page.locator("#q")).to_have_value("创业 台湾")
    expect(page.locator("#filters [aria-current]")).to_contain_text("工作方向")


def test_a_screen_reader_is_told_how_many_there_are(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "榕城杯", "（八）")
    expect(page.locator("#said")).to_have_text(re.compile("共 1 条"))


def test_on_a_telephone_the_first_hit_is_seen_whole_and_the_choices_are_folded(contexts: Any) -> None:
    page = contexts(PHONE)
    look_up(page, "建园奖励", "（十五）")
    box = page.locator(".hit").first.bounding_box()
    assert box
    assert box["y"] + box["height"] <= PHONE["height"]
    expect(page.locator("#filters")).not_to_be_visible()
    page.locator("#narrow > summary").click()
    expect(page.locator("#filters")).to_be_visible()


def test_nothing_scrolls_sideways_at_320_pixels(contexts: Any) -> None:
    page = contexts(NARROWEST, "zh-TW")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"], path


def test_without_script_a_look_up_is_a_form(contexts: Any) -> None:
    page = contexts(WIDE, java_script_enabled=False)
    page.fill("#q", "低保")
    page.click("#ask button[type=submit]")
    expect(page.locator(".hit .open").first).to_contain_text("（二十三）")
    expect(page.locator(".hit mark").first).to_have_text("低保")


@pytest.mark.parametrize(("path", "most"), [("/desk/documents/2021-49", 6), ("/desk/clauses/2021-49/15", 1)])
def test_on_paper_it_is_a4_and_no_longer_than_it_must_be(contexts: Any, path: str, most: int) -> None:
    page = contexts(WIDE)
    page.goto(path)
    printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", printed)
    assert {tuple(round(float(side)) for side in size) for size in sizes} == {A4}
    assert len(re.findall(rb"/Type ?/Page\b(?!s)", printed)) <= most
    page.emulate_media(media="print")
    expect(page.locator("header.top")).not_to_be_visible()
    expect(page.locator("#keys-open")).not_to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).breakAfter") == "avoid"


def test_the_focus_stays_with_what_one_narrows_by(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "补贴", "（十四）")
    expect(page.locator("#count")).to_have_text("共 3 条")
    choice = page.get_by_role("link", name=re.compile("^市财政局"))
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#filters [aria-current]")).to_contain_text("市财政局")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#filters [aria-current]")).to_have_count(0)
    expect(choice).to_be_focused()


def test_escape_on_a_clause_comes_back_to_what_was_looked_up(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "离岗创业", "（七）")
    page.wait_for_url("**q=*")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/**")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("离岗创业")


def test_a_hit_and_a_passage_lead_to_a_proposal(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "离岗创业 几年", "（七）")
    page.locator(".hit .propose").first.click()
    expect(page.locator("#question")).to_have_value("离岗创业 几年")
    expect(page.locator("#passages :checked")).to_have_value("2021-49/7/1")
    page.goto("/desk/clauses/2021-49/8")
    page.locator("#p3 .propose").click()
    expect(page.locator("#passages :checked")).to_have_value("2021-49/8/3")
    page.fill("#question", "留学回来有贷款吗")
    page.fill("#q", "离岗创业")
    page.press("#q", "Enter")
    expect(page.locator("#passages")).to_contain_text("（七）")
    expect(page.locator("#question")).to_have_value("留学回来有贷款吗")


@pytest.mark.parametrize("key", ["x", "Escape"])
def test_a_look_up_that_is_narrowed_to_a_document_says_so_and_one_key_lifts_it(contexts: Any, key: str) -> None:
    page = contexts(WIDE)
    page.goto("/desk/?document=2021-49")
    expect(page.locator(".only")).to_contain_text("只查《福州市促进劳动力和人才社会性流动体制机制改革的工作要点》")
    if key == "x":
        page.locator(".hit .open").first.focus()
    else:
        page.locator("#q").focus()
    page.keyboard.press(key)
    expect(page.locator(".only")).to_have_count(0)
    page.wait_for_url(lambda url: "document=" not in url)


def compose(page: Page, letters: str, words: str) -> None:
    """Type `letters` with an input method that turns them into `words`."""
    client = page.context.new_cdp_session(page)
    for end in range(1, len(letters) + 1):
        client.send("Input.imeSetComposition", {"text": letters[:end], "selectionStart": end, "selectionEnd": end})
        page.wait_for_timeout(100)  # more than a key waits before it is looked up
    client.send("Input.insertText", {"text": words})


def test_nothing_is_looked_up_while_an_input_method_composes(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "创业", "（六）")
    page.keyboard.press("Control+A")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote(urlsplit(request.url).query)))
    compose(page, "luohu", "落户")
    expect(page.locator(".hit .open").first).to_have_text(re.compile("（十七）"))
    assert [query for query in asked if query.startswith("q=")] == ["q=落户"]


@pytest.mark.parametrize("typed", ["luohu", "落护"])
def test_what_is_spelt_in_pinyin_or_sounds_the_same_finds_what_is_meant_and_says_so(contexts: Any, typed: str) -> None:
    page = contexts(WIDE)
    look_up(page, typed, "（十七）")
    expect(page.locator(".taken")).to_contain_text(f"「{typed}」当作「落户」来查")
    page.get_by_role("link", name="照打的字查").press("Enter")
    expect(page.locator(".taken")).to_have_count(0)
    expect(page.locator(".suggested")).to_contain_text("你是不是要找：落户")
    page.locator(".suggested a").first.press("Enter")
    expect(page.locator("#q")).to_have_value("落户")


def test_a_word_that_is_not_typed_to_its_end_in_pinyin_is_suggested(contexts: Any) -> None:
    page = contexts(WIDE)
    page.keyboard.type("luoh")
    expect(page.locator(".suggested")).to_contain_text("你是不是要找：落户")


def test_the_assistants_own_words_are_there_for_the_asking_and_stay(contexts: Any) -> None:
    page = contexts(WIDE)
    look_up(page, "离岗创业 几年", "（七）")
    page.locator("#in-chat summary").click()
    expect(page.locator("#in-chat blockquote").first).to_contain_text("最长可延至6年")
    page.fill("#q", "厦门 人才补贴")
    expect(page.locator("#in-chat summary")).to_contain_text("助手会说「不」：这是别的地方的政策")
    expect(page.locator("#in-chat blockquote").first).to_contain_text("别处的规定")
    page.locator("#in-chat summary").click()
    page.fill("#q", "低保")
    expect(page.locator(".hit .open").first).to_have_text(re.compile("（二十三）"))
    expect(page.locator("#in-chat blockquote")).to_have_count(0)


@pytest.mark.parametrize("by", ["back", "Escape"])
def test_who_comes_back_from_a_clause_finds_the_hit_where_it_was(contexts: Any, by: str) -> None:
    page = contexts(WIDE)
    page.goto("/desk/?department=市人社局")
    link = page.locator(".hit .open").nth(12)
    link.click()
    page.wait_for_url("**/clauses/**")
    if by == "back":
        page.go_back()
    else:
        page.keyboard.press("Escape")
    page.wait_for_url("**department=*")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()


def test_where_a_choice_hides_everything_it_is_said_and_one_key_lifts_it(contexts: Any) -> None:
    page = contexts(WIDE)
    page.goto("/desk/?department=市公安局")
    page.locator("#q").focus()
    page.keyboard.type("低保")
    expect(page.locator(".hidden-by")).to_contain_text("选定的范围里一条也没有；不缩小有 1 条")
    page.keyboard.press("Escape")
    expect(page.locator(".hit .open").first).to_have_text(re.compile("（二十三）"))
    expect(page.locator("#q")).to_have_value("低保")
    page.wait_for_url(lambda url: "department=" not in url)
