"""What the browser tests share: Chromium, the server as `make run` starts it, and what accessible means."""

from __future__ import annotations

import contextlib
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
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

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
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
"""What axe-core checks."""
READY_WITHIN = 180
"""Seconds that a server may take to start on a machine that has other work; alone it takes some three."""
expect.set_options(timeout=15_000)  # of a page too, on a machine that has other work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and os.environ.get("CI") != "true", reason="no Chromium: apt-get install chromium fonts-noto-cjk"
    ),
]


GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx writes of a request that was given up because the page was left meanwhile; one that failed writes more."""


def note_complaints(page: Page, complaints: list[str]) -> None:
    """Add to `complaints` what the browser says of a page from now on: errors of scripts, and what is written to the console as one."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(GIVEN_UP):
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note)


def say(page: Page, text: str, answers: int = 1) -> None:
    """Ask something on the chat page; so many `answers` stand there then."""
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator(".theirs:not(#hello, .typing)")).to_have_count(answers)


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds: the rule, and the first place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(entry["id"], entry["nodes"][0]["html"]) for entry in found]


class Server:
    """The assistant's server as `make run` starts it, on a port and a state of its own; `checkout` is where it runs."""

    def __init__(self, folder: Path, checkout: Path = Path()) -> None:
        self._checkout = checkout
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.state_url = f"sqlite:///{folder}/rongce.db"
        self.environment = {**os.environ, "RONGCE_STATE_URL": self.state_url}

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, cwd=self._checkout, env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=5)
                return
            except (urllib.error.URLError, TimeoutError):
                assert self._process.poll() is None
        self.kill()
        raise AssertionError(f"the server did not get ready within {READY_WITHIN} s")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """It runs within."""
        self.start()
        yield self
        self.kill()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of a module, from the checkout's model and documents."""
    with Server(tmp_path_factory.mktemp("server")).running() as running:
        yield running
