"""The chat page in a real browser, in front of the real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUESTION = "留學生回福州創業有補助嗎"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and os.environ.get("CI") != "true", reason="no Chromium: apt-get install chromium fonts-noto-cjk"
    ),
]


class Server:
    """The assistant's server as `make run` starts it, on a port and a state of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db"}

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=5)
                return
            except (urllib.error.URLError, TimeoutError):
                assert self._process.poll() is None
        raise AssertionError("the server did not get ready")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    started.start()
    yield started
    started.kill()


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """The page, freshly opened on a telephone of 320 pixels; whatever the browser complains about fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context(viewport={"width": 320, "height": 640}, locale="zh-TW").new_page()
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        opened.goto(server.url)
        opened.wait_for_selector("#hello")
        yield opened
        browser.close()
    assert [text for text in complaints if "ERR_CONNECTION_REFUSED" not in text] == []


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def test_a_question_gets_quote_units_and_citation_in_the_persons_script(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_contain_text("創業場地租金補助")
    expect(page.locator(".units")).to_have_text("責任單位：市人社局、市財政局")
    expect(page.locator(".theirs .small").first).to_contain_text("榕政辦〔2021〕49號")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_buttons_under_an_answer_ask_on(page: Page) -> None:
    say(page, QUESTION)
    page.get_by_role("button", name="原文", exact=True).click()
    expect(page.locator(".theirs").last).to_contain_text("（八）支持留學人員創新創業")


def test_an_example_can_be_tapped(page: Page) -> None:
    page.get_by_role("button", name="How much seed funding").click()
    expect(page.locator(".theirs").last).to_contain_text("Responsible units")


def test_typed_markup_is_shown_as_text_and_nothing_runs(page: Page) -> None:
    typed = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    say(page, typed)
    expect(page.locator(".mine")).to_have_text(typed)
    expect(page.locator(".theirs:not(.typing)")).to_have_count(1)
    assert page.locator("#log img, #log script").count() == 0
    assert page.title() == "榕策問答"


def test_the_conversation_is_there_after_a_reload_until_it_is_deleted(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    page.reload()
    expect(page.locator("blockquote")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator("#hello")).to_be_visible()
    page.reload()
    expect(page.locator("blockquote")).to_have_count(0)


def test_the_pages_own_words_change_script(page: Page) -> None:
    page.click("#script")
    expect(page.locator("h1")).to_have_text("榕策问答")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    page.fill("#text", "liuxuesheng")
    page.evaluate(
        "document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(page.locator(".mine")).to_have_count(0)


def test_a_message_whose_reply_was_lost_on_the_way_is_kept_once(page: Page) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort("connectionrefused")

    page.route("**/chat/messages", lose_the_first)
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    page.reload()
    expect(page.locator("blockquote")).to_have_count(1)
    expect(page.locator(".mine")).to_have_count(1)
    assert "创业场地租金补助" in lost[0]


def test_a_message_sent_while_the_server_is_down_is_delivered_once_when_it_is_back(page: Page, server: Server) -> None:
    server.kill()
    say(page, QUESTION)
    expect(page.locator(".state")).to_contain_text("重送")
    server.start()
    expect(page.locator("blockquote")).to_have_count(1, timeout=40_000)
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)
