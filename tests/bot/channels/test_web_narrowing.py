"""A link that narrows the chat page to some documents, in a real browser: /?d=2021-49&d=songping-2022."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.clauses.build import build
from tests.browser import CHROMIUM, NARROWEST, RULES, Server, chromium, note_complaints, pytestmark
from tests.test_several_documents import SONGPING

__all__ = ["CHROMIUM", "chromium", "pytestmark"]

OURS, OTHERS = "民宿改建一间补多少", "留学生回福州创业有补助吗"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """It holds two documents."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree("documents", folder / "documents")
    shutil.copytree(SONGPING.parent, folder / "documents" / SONGPING.parent.name)
    build(folder / "documents", folder / "clauses.db")
    started = Server(folder)
    started.environment["RONGCE_CLAUSES"] = str(folder / "clauses.db")
    with started.running():
        yield started


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator[Any]:
    """Opens the page for a person who reads a script; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def reading(locale: str = "zh-CN") -> Page:
        context = chromium.new_context(viewport=NARROWEST, locale=locale, base_url=server.url)
        opened.append(context)
        page = context.new_page()
        note_complaints(page, complaints)
        return page

    yield reading
    for context in opened:
        context.close()
    assert [text for text in complaints if "ERR_CONNECTION_REFUSED" not in text] == []


def say(page: Page, text: str, answers: int) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator(".theirs:not(#hello, .typing, .note)")).to_have_count(answers)


@pytest.mark.parametrize(
    ("locale", "told", "widen"),
    [
        ("zh-CN", "只查：《松屏县支持返乡创业发展乡村旅游实施方案》（松政发〔2022〕11号）", "查所有文件"),
        ("zh-TW", "只查：《松屏縣支持返鄉創業發展鄉村旅遊實施方案》（松政發〔2022〕11號）", "查所有文件"),
    ],
)
def test_a_link_narrows_the_page_and_says_to_what_in_the_persons_script(
    people: Any, locale: str, told: str, widen: str
) -> None:
    page = people(locale)
    page.goto("/?d=songping-2022")
    expect(page.locator("#within p")).to_have_text(told)
    expect(page.locator("#within button")).to_have_text(widen)
    say(page, OURS, 1)
    expect(page.locator("blockquote")).to_contain_text("8000元")
    say(page, OTHERS, 2)
    expect(page.locator("blockquote")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(page, context="#within", options=RULES).response["violations"] == []


def test_the_narrowing_stays_over_a_reload_and_a_restart_and_the_button_lifts_it_for_good(
    people: Any, server: Server
) -> None:
    page = people()
    page.goto("/?d=songping-2022")
    expect(page.locator("#within")).to_be_visible()
    server.kill()
    server.start()
    page.goto("/")
    expect(page.locator("#within p")).to_contain_text("松政发〔2022〕11号")
    page.goto("/?d=songping-2022")
    page.click("#within button")
    expect(page.locator("#within")).to_be_hidden()
    page.reload()
    say(page, OTHERS, 1)
    expect(page.locator("blockquote")).to_contain_text("创业场地租金补助")
    expect(page.locator("#within")).to_be_hidden()


def test_a_question_about_another_document_is_refused_with_a_button_that_lifts_the_narrowing(people: Any) -> None:
    page = people()
    page.goto("/?d=songping-2022")
    expect(page.locator("#within")).to_be_visible()
    say(page, OTHERS, 1)
    page.locator(".theirs").get_by_role("button", name="查所有文件").click()
    expect(page.locator("#within")).to_be_hidden()
    say(page, OTHERS, 3)
    expect(page.locator("blockquote")).to_contain_text("创业场地租金补助")


def test_several_documents_can_be_linked_and_one_that_is_not_held_is_told_and_narrows_nothing(people: Any) -> None:
    page = people()
    page.goto("/?d=no-such")
    expect(page.locator(".note")).to_have_text("没有链接里说的文件：no-such")
    expect(page.locator("#within")).to_be_hidden()
    page.goto("/?d=2021-49&d=songping-2022")
    expect(page.locator("#within p")).to_contain_text("榕政办〔2021〕49号")
    expect(page.locator("#within p")).to_contain_text("松政发〔2022〕11号")


def test_who_deletes_the_conversation_deletes_its_narrowing(people: Any) -> None:
    page = people()
    page.goto("/?d=songping-2022")
    expect(page.locator("#hello")).to_contain_text("这份文件里")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator("#within")).to_be_hidden()
    page.reload()
    expect(page.locator("#hello")).to_contain_text("留学生回福州创业有补助吗")
    expect(page.locator("#within")).to_be_hidden()
