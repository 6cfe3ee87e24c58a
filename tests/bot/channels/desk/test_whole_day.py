"""A whole day: a citizen is refused and asks for a person; a clerk answers; it is reviewed and learned; the next citizen is answered.

The project that this happens in is this checkout with its model; the new model is trained on every tenth of its questions, in half a minute.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.components.practice import QUESTIONS
from tests.browser import Server, chromium, pytestmark

EVERY = 10
PRACTISED = {"luting-2024-11", "heling-2023-6"}
LINKED = ("bot", "actions", "stories", "domain.yml", "config.yml", "endpoints.yml", "documents", "evaluation")
PASSWORD = "correct horse battery"
QUESTION = "閩都小窩計畫怎麼預約"
"""A name that people have for the free lodging; no document has it."""
CLERKS_WORDS = "求职短期住宿"
PASSAGE = "常态化开展高校毕业生来榕求职就业短期免费住宿"
PATIENCE = 30_000

__all__ = ["chromium", "pytestmark"]


class Project:
    """A checkout with fewer questions, the model, a state and a server of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in LINKED:
            (folder / name).symlink_to(Path(name).resolve())
        for path in Path("nlu").rglob("*.yml"):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8")
            target.write_text(text if path.parent == Path("nlu") else _thinned(text), "utf-8")
        _practice(folder / "nlu" / "practice" / "a")
        (folder / "build").mkdir()
        for name in ("clauses.db", "model.tar.gz"):  # the day begins with what `make` built
            shutil.copyfile(Path("build") / name, folder / "build" / name)
        self._server = Server(folder, checkout=folder)
        self.url, self.start, self.kill = self._server.url, self._server.start, self._server.kill

    def run(self, *words: str, typed: str = "") -> str:
        """What `python -m bot …` prints; fails where it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self._folder,
            env=self._server.environment,
            input=typed,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _practice(folder: Path) -> None:
    """Two of the documents that nobody holds, and the questions about them alone."""
    there = Path("nlu/practice/a")
    for name in PRACTISED:
        shutil.copytree(there / name, folder / name)
    lines = (there / QUESTIONS).read_text("utf-8").splitlines()
    about = [line for line in lines if {e["document"] for e in json.loads(line)["answers"]} <= PRACTISED]
    (folder / QUESTIONS).write_text("\n".join(about), "utf-8")


def _thinned(text: str) -> str:
    """A file of nlu/ with the first of every EVERY examples of a block."""
    kept, seen = [], 0
    for line in text.splitlines():
        example = line.startswith("    - ") and not line.startswith("    - {")
        seen = seen + 1 if example else 0 if line.lstrip().startswith("examples:") else seen
        if not example or seen % EVERY == 1:
            kept.append(line)
    return "\n".join(kept) + "\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = Project(tmp_path_factory.mktemp("project"))
    for name, role in (("lin", "staff"), ("chen", "staff"), ("wu", "reviewer")):
        made.run("staff", "add", name, "--role", role, typed=f"{PASSWORD}\n")
    made.start()
    yield made
    made.kill()


def visitor(chromium: Browser, url: str, locale: str) -> Page:
    """A person's own browser, opened on `url`."""
    page = chromium.new_context(locale=locale).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    return page


def clerk(chromium: Browser, project: Project, name: str) -> Page:
    page = visitor(chromium, f"{project.url}/desk/queue", "zh-CN")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    expect(page).to_have_url(f"{project.url}/desk/queue")
    return page


def ask(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


@pytest.mark.xdist_group("takes all cores")
@pytest.mark.slow
def test_a_question_goes_from_a_citizen_to_a_clerk_to_a_reviewer_to_the_next_citizen(
    project: Project, chromium: Browser
) -> None:
    # a citizen asks, is refused, and asks for a person
    citizen = visitor(chromium, project.url, "zh-TW")
    lin, chen = clerk(chromium, project, "lin"), clerk(chromium, project, "chen")
    expect(lin.locator("#entries")).to_contain_text("现在没有人在等")
    ask(citizen, QUESTION)
    citizen.get_by_label("沒幫助").click()
    citizen.get_by_role("button", name="沒回答到").click()
    expect(citizen.locator(".opinions")).to_contain_text("記下了")
    citizen.click("article .ask-person")
    expect(citizen.locator("#log")).to_contain_text("您的問題已經轉給服務台的同事")

    # both clerks see it come by itself; one claims it, the other is too late
    expect(lin.locator("#entries")).to_contain_text(QUESTION, timeout=PATIENCE)
    expect(chen.locator("#entries")).to_contain_text(QUESTION, timeout=PATIENCE)
    chen.route("**/queue/entries", lambda route: route.fulfill(status=204))  # chen's page stays as it was
    lin.click("#claim-1")
    chen.click("#claim-1")
    expect(chen.locator("main")).to_contain_text("lin 正在处理")

    # the assistant does not talk over the clerk; what the citizen adds reaches the clerk
    ask(citizen, "是給外地來面試的人住的")
    expect(citizen.locator("#log")).to_contain_text("同事正在處理您的問題")
    expect(lin.locator("#talk")).to_contain_text("是給外地來面試的人住的", timeout=PATIENCE)

    # the clerk looks the passage up and answers; the citizen reads it, in Traditional, after a reload too
    lin.fill("#q", CLERKS_WORDS)
    choice = lin.locator(".option", has_text=PASSAGE).locator("input")
    choice.check()
    lin.fill("#words", "就是免费住宿的俗名")
    lin.click("#answer button.main")
    expect(lin.locator("#preview")).to_contain_text("同事補充（不是文件原文）：就是免費住宿的俗名")
    lin.check("#learn")
    lin.click("#send button.main")
    expect(lin.locator("main")).to_contain_text("已答复")
    answer = citizen.locator("article.staff")
    expect(answer).to_contain_text("常態化開展高校畢業生來榕求職就業短期免費住宿")
    expect(answer).to_contain_text("同事補充（不是文件原文）：就是免費住宿的俗名")
    expect(answer).to_contain_text("責任單位")
    citizen.reload()
    expect(citizen.locator("article.staff")).to_have_count(1)
    lin.reload()
    expect(lin.locator("#talk")).to_contain_text("已送达")

    # whoever answered cannot accept what shall be learned; a reviewer can
    lin.goto(f"{project.url}/desk/teaching")
    expect(lin.locator("main")).to_contain_text(QUESTION)
    wu = clerk(chromium, project, "wu")
    wu.goto(f"{project.url}/desk/teaching")
    wu.locator("#open > li", has_text=QUESTION).get_by_role("button", name=re.compile("^采纳第")).click()
    expect(wu.locator("#decided")).to_contain_text("照着答，还没学")

    # it is trained, and the next citizen gets it from the assistant
    printed = " ".join(project.run("train", "--anyway").split())  # half a minute's model wins and loses some by chance
    assert "1 of 1 accepted proposals are learned from." in printed
    assert re.search(r"Right of \d+ questions: \d+ before, \d+ after", printed)
    project.kill()
    project.start()
    next_citizen = visitor(chromium, project.url, "zh-CN")
    ask(next_citizen, "闽都小窝计划怎么预约？")
    expect(next_citizen.locator("blockquote")).to_contain_text(PASSAGE)
    expect(next_citizen.locator("article.staff")).to_have_count(0)
