"""The assistant in a frame of another site, in a real browser: the demo page of docs/, served from another address."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from bot.errors import SettingError
from bot.settings import read_settings
from tests.browser import CHROMIUM, NARROWEST, RULES, Server, chromium, pytestmark

__all__ = ["CHROMIUM", "chromium", "pytestmark"]

QUESTION = "留學生回福州創業有補助嗎"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of another site, whose pages stand in `folder`."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, site: str, folder: Path) -> Iterator[Server]:
    """It is reached as localhost, which for a browser is another site than 127.0.0.1."""
    started = Server(tmp_path_factory.mktemp("server"))
    started.environment["RONGCE_SITES"] = site
    demo = Path("docs/embed-demo.html").read_text("utf-8")
    assert "http://localhost:5005/" in demo
    (folder / "index.html").write_text(demo.replace("localhost:5005", f"localhost:{started.port}"), "utf-8")
    with started.running():
        yield started


@pytest.fixture
def page(chromium: Browser, server: Server, site: str) -> Iterator[Page]:
    context = chromium.new_context(viewport=NARROWEST, locale="zh-TW")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(site)
    yield opened
    context.close()
    assert complaints == []


def frame(page: Page) -> FrameLocator:
    page.get_by_role("button", name="問政策").click()
    return page.frame_locator("iframe")


def ask(chat: FrameLocator) -> None:
    chat.locator("#text").fill(QUESTION)
    chat.locator("#text").press("Enter")


def test_one_line_puts_the_chat_into_another_site_where_the_conversation_stays(page: Page) -> None:
    chat = frame(page)
    ask(chat)
    expect(chat.locator("blockquote")).to_contain_text("創業場地租金補助")
    expect(chat.locator(".theirs a")).to_have_attribute("target", "_blank")
    page.reload()
    chat = frame(page)
    expect(chat.locator("blockquote")).to_have_count(1)
    chat.locator("#forget").click()
    chat.get_by_role("button", name="清除對話").last.click()
    expect(chat.locator("#hello")).to_be_visible()
    expect(chat.locator("blockquote")).to_have_count(0)


def test_it_is_opened_and_closed_with_the_keyboard_and_loaded_only_when_it_is_wanted(page: Page) -> None:
    assert [one.url for one in page.frames[1:]] == ["about:blank"]
    opener = page.get_by_role("button", name="問政策")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").locator("#hello")).to_be_visible()
    page.get_by_role("button", name="關閉").focus()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()
    opener.click()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found] == []


def test_a_site_that_is_not_set_gets_no_frame(chromium: Browser, server: Server, site: str) -> None:
    context = chromium.new_context(locale="zh-TW")
    page = context.new_page()
    page.goto(site.replace("127.0.0.1", "localhost"))
    page.get_by_role("button", name="問政策").click()
    expect(page.locator("iframe")).to_be_visible()
    expect(page.frame_locator("iframe").locator("#text")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("text", ["www.city.example", "https://city.example/chat", "*", "https://*.city.example"])
def test_what_is_no_sites_address_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(SettingError, match="RONGCE_SITES"):
        read_settings({"RONGCE_SITES": text})
