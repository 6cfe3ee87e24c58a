"""Questions that ended, as a clerk finds them again and a reviewer exports them."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.helpdesk import audit
from bot.helpdesk.audit import Actor
from bot.helpdesk.queue import Queue
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, signed_in

REPLY = Reply((Line("utter_from_staff", "同事答覆"),), {"kind": "answer", "handover": "ended"})


@pytest.fixture(autouse=True)
def ended(state: State) -> None:
    """Three questions that ended and one that waits."""

    async def fill() -> None:
        queue = Queue(state)
        asked = (("留學生貸款", "lin"), ("=HYPERLINK(1)老年卡", "chen"), ("100%补贴吗", "chen"), ("還在等的貸款", ""))
        for question, who in asked:
            message = Message("web", question, "1", "轉人工")
            entry, _ = await queue.hand_over(message, question, Voice("hant", "zh"), [])
            if not who:
                continue
            await queue.claim(entry.id, Actor(who))
            if who == "lin":
                await queue.answer(entry.id, "2021-49/8/2", "请带毕业证", REPLY, Actor(who))
            else:
                await queue.refuse(entry.id, "service", "", REPLY, Actor(who))

    asyncio.run(fill())


@pytest.fixture
def clerk(state: State, assistant: Assistant) -> TestClient:
    return signed_in(state, Judgement(assistant), "wang", "staff")


@pytest.fixture
def reviewer(state: State, assistant: Assistant) -> TestClient:
    return signed_in(state, Judgement(assistant), "wu", "reviewer")


def found(browser: TestClient, **wanted: str) -> set[str]:
    """The questions that a search finds, by a word of each."""
    page = browser.get("/desk/ended", params=wanted).text
    return {word for word in ("留學生", "老年卡", "100%", "還在等") if word in page.partition("<tbody>")[2]}


def test_what_ended_is_found_by_words_in_either_script_and_by_clerk(clerk: TestClient) -> None:
    assert found(clerk) == {"留學生", "老年卡", "100%"}
    assert found(clerk, q="留学生") == found(clerk, q="留學生") == {"留學生"}
    assert found(clerk, q="毕业证") == {"留學生"}
    assert found(clerk, who="chen") == {"老年卡", "100%"}
    assert found(clerk, q="老年", who="lin") == set()
    assert found(clerk, q="%") == {"100%"}
    assert "没有找到" in clerk.get("/desk/ended", params={"q": "没有的事"}).text


def test_a_reviewer_exports_it_without_formulas_and_that_stands_in_the_audit_trail(
    state: State, clerk: TestClient, reviewer: TestClient
) -> None:
    assert clerk.get("/desk/ended.csv").status_code == 403
    file = reviewer.get("/desk/ended.csv", params={"q": ""})
    head, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert len(rows) == 3 and all(len(row) == len(head) for row in rows)
    questions = {row[head.index("问题")]: row for row in rows}
    assert set(questions) == {"留學生貸款", "'=HYPERLINK(1)老年卡", "100%补贴吗"}
    answered = questions["留學生貸款"]
    assert "（八）" in answered[head.index("出处")] and answered[head.index("补充")] == "请带毕业证"
    assert questions["100%补贴吗"][head.index("结果")] == "已婉拒"
    told = [entry.action for entry in asyncio.run(audit.entries(state, who="wu"))]
    assert told == ["exported", "signed in"]
