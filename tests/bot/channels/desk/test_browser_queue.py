"""The queue in a real browser, in front of the real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from bot.helpdesk.audit import Actor
from bot.helpdesk.queue import Queue
from bot.helpdesk.staff import Staff
from bot.mailbox.models import Message, Voice
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import PASSWORD
from tests.browser import NARROWEST, PHONE, RULES, WIDE, Server, chromium, note_complaints, pytestmark

__all__ = ["chromium", "pytestmark"]

LIN, CHEN = Actor("lin"), Actor("chen")
SOON = 8_000
"""Milliseconds in which what is new appears by itself."""


def done[T](work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to; in a thread of its own, since Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def hand_over(state: State, question: str) -> int:
    message = Message("web", question.encode().hex()[:60], "1", "轉人工")
    candidates = [("2021-49/8/2", 0.6), ("2021-49/7/1", 0.2)]
    return done(Queue(state).hand_over(message, question, Voice("hant", "zh"), candidates))[0].id


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("server")
    return made


@pytest.fixture(scope="module")
def state(folder: Path) -> Iterator[State]:
    """Accounts; one question that waits, one that lin has, one that chen has."""
    opened = State(f"sqlite:///{folder}/rongce.db")
    for name, role in (("lin", "reviewer"), ("chen", "staff")):
        done(Staff(opened).add(name, PASSWORD, role, Actor("test")))
    hand_over(opened, "我阿公的<script>alert(1)</script>老年卡怎麼辦")
    for question, actor in (("留學生創業有補助嗎", LIN), ("儿子下学期能不能读公办", CHEN)):
        number = hand_over(opened, question)
        done(Queue(opened).claim(number, actor))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(folder: Path, state: State) -> Iterator[Server]:
    started = Server(folder)
    with started.running():
        yield started


@pytest.fixture(scope="module")
def lin(chromium: Browser, server: Server) -> Iterator[Page]:
    """lin's browser; whatever it complains about fails the test."""
    page = chromium.new_context(locale="zh-CN").new_page()
    complaints: list[str] = []
    note_complaints(page, complaints)
    page.goto(f"{server.url}/desk/queue")
    page.fill("#name", "lin")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    yield page
    assert complaints == []


@pytest.mark.parametrize("path", ["/desk/queue", "/desk/queue/1", "/desk/queue/2", "/desk/queue/3"])
def test_the_pages_are_accessible_and_fit_a_telephone(lin: Page, server: Server, path: str) -> None:
    lin.goto(server.url + path)
    for _ in ("hans", "hant"):
        for size in (WIDE, PHONE, NARROWEST):
            lin.set_viewport_size(size)
            found = Axe().run(lin, options=RULES)
            assert found.violations_count == 0, found.generate_report()
            assert lin.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        lin.click("#script")
    lin.set_viewport_size(WIDE)


def test_a_new_question_appears_by_itself_is_counted_in_the_title_and_takes_no_focus(
    lin: Page, server: Server, state: State
) -> None:
    lin.goto(f"{server.url}/desk/queue")
    expect(lin).to_have_title("(1) 待答 · 榕策问答服务台")
    lin.focus("#claim-1")
    hand_over(state, "剛剛才問的問題")
    expect(lin.locator("#entries")).to_contain_text("剛剛才問的問題", timeout=SOON)
    expect(lin).to_have_title("(2) 待答 · 榕策问答服务台")
    expect(lin.locator("#claim-1")).to_be_focused()


def test_a_question_is_claimed_and_answered_by_keyboard_alone(lin: Page, server: Server, state: State) -> None:
    number = hand_over(state, f"按鍵盤答的問題 {time.time():.0f}")
    lin.goto(f"{server.url}/desk/queue/{number}")
    expect(lin.get_by_role("button", name="接手")).to_be_focused()
    lin.keyboard.press("Enter")
    expect(lin.locator("#answer")).to_be_visible()
    expect(lin.locator('input[name="passage"]:checked')).to_have_count(0)
    lin.locator('input[name="passage"]').first.focus()
    lin.keyboard.press("ArrowDown")
    expect(lin.locator('input[name="passage"]:checked')).to_have_count(1)
    lin.keyboard.press("Tab")
    for _ in range(6):
        if lin.evaluate("document.activeElement.id") == "words":
            break
        lin.keyboard.press("Tab")
    lin.keyboard.type("请带护照")
    lin.keyboard.press("Tab")
    lin.keyboard.press("Enter")
    expect(lin.locator("#preview")).to_contain_text("請帶護照")
    expect(lin.get_by_role("button", name="送出", exact=True)).to_be_focused()
    assert done(Queue(state).entry(number)).stage == "claimed"
    lin.keyboard.press("Enter")
    expect(lin.locator("main")).to_contain_text("已答复")
    assert done(Queue(state).entry(number)).words == "请带护照"


def test_a_preview_and_a_correction_are_accessible_and_fit_a_telephone(lin: Page, server: Server, state: State) -> None:
    number = hand_over(state, "要更正的問題")
    done(Queue(state).claim(number, LIN))
    lin.goto(f"{server.url}/desk/queue/{number}")
    lin.check('input[value="2021-49/8/2"]')
    lin.click("#answer button.main")
    expect(lin.locator("#preview blockquote")).to_contain_text("創業")
    _accessible(lin)
    lin.click("#send button.main")
    lin.click("#mend summary")
    lin.click("#withdraw summary")
    expect(lin.locator("#withdraw")).to_contain_text("撤回了對您的問題")
    _accessible(lin)
    lin.check('input[value="2021-49/7/1"]')
    lin.click("#answer button.main")
    expect(lin.locator("#preview")).to_contain_text("作廢")
    lin.click("#send button.main")
    expect(lin.locator("#talk")).to_contain_text("作廢")
    assert done(Queue(state).entry(number)).passage == "2021-49/7/1"


def _accessible(page: Page) -> None:
    for size in (WIDE, PHONE, NARROWEST):
        page.set_viewport_size(size)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    page.set_viewport_size(WIDE)


def test_what_the_person_adds_appears_beside_the_answer_and_what_is_being_written_stays(
    lin: Page, server: Server, state: State
) -> None:
    number = hand_over(state, "補充的問題")
    done(Queue(state).claim(number, LIN))
    lin.goto(f"{server.url}/desk/queue/{number}")
    lin.fill("#words", "写到一半")
    done(Queue(state).take_back("web", "補充的問題".encode().hex()[:60]))
    expect(lin.locator("#talk")).to_contain_text("已撤回", timeout=SOON)
    expect(lin.locator("#words")).to_have_value("写到一半")
    expect(lin.locator("#words")).to_be_focused()


def test_looking_up_another_clause_keeps_what_is_written(lin: Page, server: Server, state: State) -> None:
    number = hand_over(state, "住房的問題")
    done(Queue(state).claim(number, LIN))
    lin.goto(f"{server.url}/desk/queue/{number}")
    lin.fill("#words", "请带护照")
    lin.fill("#q", "公租房")
    lin.press("#q", "Enter")
    expect(lin.locator("#passages")).to_contain_text("（十七）")
    expect(lin.locator("#words")).to_have_value("请带护照")


def test_a_question_that_is_taken_back_offers_no_answer_any_more(lin: Page, server: Server, state: State) -> None:
    number = hand_over(state, "等不及了的問題")
    done(Queue(state).claim(number, LIN))
    lin.goto(f"{server.url}/desk/queue/{number}")
    expect(lin.locator("#answer")).to_be_visible()
    entry = done(Queue(state).entry(number))
    done(Queue(state).take_back(entry.channel, entry.conversation))
    expect(lin.locator("#answer")).to_have_count(0, timeout=SOON)


def test_a_draft_survives_a_reload_and_a_lost_session_and_goes_once_it_was_sent(
    chromium: Browser, server: Server, state: State
) -> None:
    number = hand_over(state, "寫到一半的問題")
    done(Queue(state).claim(number, LIN))
    page = chromium.new_context(locale="zh-CN").new_page()
    address = f"{server.url}/desk/queue/{number}"
    page.goto(address)
    _sign_in(page)
    page.wait_for_url(address)
    page.fill("#words", "请带护照")
    page.check('input[value="2021-49/7/1"]')
    page.click("#note summary")
    page.fill("#note-words", "打过电话")
    page.reload()
    expect(page.locator("#words")).to_have_value("请带护照")
    expect(page.locator('input[value="2021-49/7/1"]')).to_be_checked()
    expect(page.locator("#note-words")).to_be_visible()
    page.context.clear_cookies()
    page.wait_for_url("**/desk/sign-in?next=**", timeout=SOON)  # the conversation refreshes itself
    _sign_in(page)
    page.wait_for_url(address)
    expect(page.locator("#words")).to_have_value("请带护照")
    page.click("#answer button.main")
    page.route("**/queue/**", _but_forms)
    page.context.clear_cookies()
    page.click("#send button.main")
    page.wait_for_url("**/desk/sign-in?next=**")
    page.unroute("**/queue/**")
    _sign_in(page)
    page.wait_for_url(address)
    expect(page.locator("#words")).to_have_value("请带护照")
    page.click("#answer button.main")
    page.click("#send button.main")
    expect(page.locator("main")).to_contain_text("已答复")
    page.click("#mend summary")
    expect(page.locator("#words")).to_have_value("")
    expect(page.locator("#note-words")).to_have_value("打过电话")
    page.context.close()


def test_where_the_connection_is_lost_no_old_list_is_shown_and_nothing_written_is_lost(
    chromium: Browser, server: Server, state: State
) -> None:
    number = hand_over(state, "斷線時的問題")
    done(Queue(state).claim(number, LIN))
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(f"{server.url}/desk/queue")
    _sign_in(page)
    expect(page.locator("#entries")).to_contain_text("斷線時的問題")
    page.route("**/desk/queue/**", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器", timeout=SOON)
    expect(page.locator("#entries")).to_be_hidden()
    page.unroute("**/desk/queue/**")
    expect(page.locator("#entries")).to_be_visible(timeout=SOON)
    expect(page.locator("#lost")).to_be_hidden()
    page.goto(f"{server.url}/desk/queue/{number}")
    page.click("#own summary")
    page.fill("#own-words", "请到窗口")
    page.route("**/desk/queue/**", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器", timeout=SOON)
    page.click("#own button")
    expect(page.locator("#own-words")).to_have_value("请到窗口")
    page.unroute("**/desk/queue/**")
    expect(page.locator("#lost")).to_be_hidden(timeout=SOON)
    page.click("#own button")
    expect(page.locator("#preview")).to_contain_text("非文件原文")
    page.context.close()


def test_two_who_look_at_one_question_see_each_other_and_each_others_notes(
    lin: Page, chromium: Browser, server: Server, state: State
) -> None:
    number = hand_over(state, "兩個人看的問題")
    address = f"{server.url}/desk/queue/{number}"
    lin.goto(address)
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(address)
    _sign_in(page, "chen")
    page.wait_for_url(address)
    expect(page.locator("#others")).to_contain_text("lin 也在看")
    expect(lin.locator("#others")).to_contain_text("chen 也在看", timeout=SOON)
    page.click("#note summary")
    page.fill("#note-words", "昨天也问过")
    page.click("#note button")
    expect(lin.locator("#talk .inside")).to_contain_text("昨天也问过", timeout=SOON)
    _accessible(lin)
    page.context.close()


def test_how_many_wait_stands_on_every_page_and_in_its_title(lin: Page, server: Server, state: State) -> None:
    hand_over(state, "每一頁都數著的問題")
    waiting = done(Queue(state).standing())["waiting"]
    for path in ("/desk/", "/desk/documents", "/desk/teaching"):
        lin.goto(server.url + path)
        expect(lin.locator("#badge")).to_contain_text(f"{waiting} 个在等")
        assert f"({waiting}) " in lin.title()


def _but_forms(route: Route) -> None:
    """Nothing on the page refreshes itself meanwhile."""
    if route.request.method == "POST":
        route.fallback()
    else:
        route.fulfill(status=204)


def _sign_in(page: Page, name: str = "lin") -> None:
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button.main")
