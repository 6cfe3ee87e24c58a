"""What the answers teach, the figures and the audit trail in a real browser, in front of the real server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.helpdesk.audit import Actor
from bot.helpdesk.proposals import Proposals
from bot.helpdesk.staff import Staff
from bot.mailbox.models import Line, Reply
from bot.mailbox.people import Opinion, People
from bot.mailbox.state import State
from bot.mailbox.tables import handovers, messages
from tests.bot.channels.desk.clerk import PASSWORD
from tests.browser import NARROWEST, PHONE, RULES, WIDE, Server, chromium, pytestmark

__all__ = ["chromium", "pytestmark"]

DAY = 24 * 3600.0
REFUSED = ("老年卡怎么办", "我阿公的老年卡怎麼辦", "<script>alert(1)</script>明天福州下雨吗", "厦门落户要什么条件")
ANSWERED = (("2021-49/8", "returnee"), ("2021-49/2", "graduate"), ("2021-49/2", ""), ("2021-49/15", "scientist"))


def fill(state: State) -> None:
    """A month of the helpdesk: messages, answers of the staff, a 👎, proposals of both clerks."""
    now = time.time()
    asked = [
        {
            "channel": ("web", "telegram", "rest")[number % 3],
            "conversation": f"c{number}",
            "message_id": "1",
            "text": REFUSED[number % 4] if number % 3 else "问",
            "received_at": now - (number % 29) * DAY,
            "reply": Reply((Line("utter_no_service", "这份文件不管这件事。"),), {"kind": "no_answer"}).to_json(),
            "outcome": ("answer", "no_answer", "smalltalk", "answer", "no_answer", "departments")[number % 6],
            "clause": ANSWERED[number % 4][0] if number % 3 == 0 or number % 6 == 5 else "",
            "groups": ANSWERED[number % 4][1],
            "script": ("hans", "hans", "hant")[number % 3],
        }
        for number in range(140)
    ]
    ended = [
        {
            "channel": "web",
            "conversation": f"h{number}",
            "message_id": "1",
            "question": "问",
            "script": "hans",
            "language": "zh",
            "candidates": json.dumps([["2021-49/8/2", 0.6]]),
            "state": "answered",
            "claimed_by": "lin",
            "asked_at": now - DAY,
            "claimed_at": now - DAY + 600,
            "ended_at": now - DAY + 600 * number,
            "passage": f"2021-49/{8 - number % 2}/1",
            "reason": "",
            "words": "",
        }
        for number in range(2, 9)
    ]

    async def write() -> None:
        await state.run(lambda connection: connection.execute(sa.insert(messages), asked))
        await state.run(lambda connection: connection.execute(sa.insert(handovers), ended))
        answer = "「加大对留学归国创新创业人员创业担保贷款……扶持力度。」"
        opinion = Opinion("telegram", "7", "m1", "down", "", "見習補貼發幾個月", answer, "2021-49/8", "model")
        await People(state).keep_opinion(opinion)
        proposals, staff = Proposals(state), Staff(state)
        for name, role in (("lin", "staff"), ("chen", "reviewer")):
            await staff.add(name, PASSWORD, role, Actor("test"))
        await proposals.propose("own", "", "喝过洋墨水的回来创业有人管吗", "2021-49/8/1", "", Actor("lin"))
        await proposals.propose("own", "", "明天福州下雨吗", "", "offtopic", Actor("chen"))
        decided = await proposals.propose("own", "", "面试住哪里不要钱", "2021-49/2/2", "", Actor("lin"))
        await proposals.accept(decided, Actor("chen"))

    asyncio.run(write())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    state = State(f"sqlite:///{folder}/rongce.db")
    fill(state)
    state.close()
    started = Server(folder)
    with started.running():
        yield started


def sign_in(browser: Browser, server: Server, name: str, locale: str = "zh-CN", **options: Any) -> Page:
    page = browser.new_context(base_url=server.url, locale=locale, **options).new_page()
    page.goto("/desk/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/desk/")
    return page


def complaints_of(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    return heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_fit_a_telephone_and_break_no_policy(
    server: Server, chromium: Browser, scheme: str
) -> None:
    page = sign_in(chromium, server, "chen", "zh-TW" if scheme == "dark" else "zh-CN", color_scheme=scheme)
    heard = complaints_of(page)
    for path in (
        "/desk/teaching",
        "/desk/teaching/new?question=海归&passage=2021-49/8/1",
        "/desk/figures",
        "/desk/audit",
    ):
        page.set_viewport_size(WIDE)
        page.goto(path)
        if path == "/desk/teaching":
            page.click("#down a")
            page.wait_for_url("**/teaching/lesson**")
        for viewport in (WIDE, PHONE, NARROWEST):
            page.set_viewport_size(viewport)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
    page.goto("/desk/teaching")
    assert Axe().run(page, options=RULES).violations_count == 0
    assert heard == []


def test_every_picture_is_seen(server: Server, chromium: Browser) -> None:
    page = sign_in(chromium, server, "lin")
    heard = complaints_of(page)
    page.goto("/desk/figures?days=30", wait_until="networkidle")
    widths = page.eval_on_selector_all(".chart img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == 7
    assert all(width > 300 for width in widths)
    assert page.locator(".figures tbody tr").count() > 30
    assert heard == []


def test_one_clerk_proposes_and_another_accepts(server: Server, chromium: Browser) -> None:
    lin, chen = sign_in(chromium, server, "lin"), sign_in(chromium, server, "chen")
    lin.goto("/desk/teaching")
    lin.get_by_role("link", name="老年卡").first.click()
    lin.get_by_label("查别的条文").fill("离岗创业 几年")
    expect(lin.locator("#passages")).to_contain_text("离岗")
    expect(lin.locator('input[name="lessons"]:checked')).to_have_count(0)
    lin.get_by_role("button", name="看过了，全部勾上").click()
    lin.get_by_label("原因").select_option("service")
    lin.get_by_role("button", name="提议：不归我们").click()
    expect(lin.locator("#open")).to_contain_text("老年卡")
    expect(lin.get_by_role("link", name="老年卡")).to_have_count(0)
    chen.goto("/desk/teaching")
    proposal = chen.locator("#open > li", has_text="阿公").first
    proposal.get_by_role("button", name="采纳第").first.click()
    expect(chen.locator("#decided")).to_contain_text("阿公")
    expect(chen.locator("#open")).not_to_contain_text("alert")
    undone = chen.locator("#decided tr", has_text="阿公").first
    undone.get_by_role("button", name="号提议改回待审").click()
    expect(chen.locator("#open")).to_contain_text("阿公")
