"""What a citizen thinks of an answer on the chat page, and that the desk learns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels import web
from bot.channels.limits import middleware
from bot.channels.telegram import keyboards
from bot.helpdesk.proposals import Proposals
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.people import REASONS, People
from bot.mailbox.state import State
from bot.mailbox.tables import messages
from tests.bot.channels.narrowing import Narrowings

MINE, OTHERS = "a" * 32, "b" * 32


async def answer(message: Message) -> Reply:
    custom = {"kind": "answer", "script": "hant", "answers": [{"key": "2021-49/8", "clause": 8}]}
    return Reply((Line("utter_quote", f"答 {message.text}"),), custom)


@pytest.fixture
def page(state: State) -> Iterator[TestClient]:
    app = Starlette(
        routes=web.routes(Mailbox(state, answer), Narrowings(), state, lambda: "model 1"), middleware=middleware()
    )
    browser = TestClient(app, cookies={web.COOKIE: MINE}, raise_server_exceptions=False)
    browser.post("/chat/messages", json={"id": "m1", "text": "留學生創業"})
    yield browser


def think(page: TestClient, verdict: str, message: str = "m1") -> int:
    return page.post("/chat/opinions", json={"id": message, "verdict": verdict}).status_code


def test_an_answer_that_was_no_help_is_shown_to_the_staff_with_question_answer_and_model(
    page: TestClient, state: State
) -> None:
    assert think(page, "down") == 200
    [opinion] = asyncio.run(People(state).opinions())
    assert (opinion.question, opinion.answer) == ("留學生創業", "答 留學生創業")
    assert (opinion.clause, opinion.model, opinion.verdict) == ("2021-49/8", "model 1", "down")
    [lesson] = asyncio.run(Proposals(state).lessons()).down
    assert lesson.question == "留學生創業"


def test_the_last_opinion_counts(page: TestClient, state: State) -> None:
    think(page, "down")
    think(page, "up")
    assert [opinion.verdict for opinion in asyncio.run(People(state).opinions())] == ["up"]


@pytest.mark.parametrize(("verdict", "message", "status"), [("sideways", "m1", 400), ("up", "m2", 404)])
def test_what_is_no_opinion_on_ones_own_answer_is_refused(
    page: TestClient, state: State, verdict: str, message: str, status: int
) -> None:
    assert think(page, verdict, message) == status
    assert asyncio.run(People(state).opinions()) == []


def test_nobody_judges_anothers_answers(page: TestClient, state: State) -> None:
    page.cookies.set(web.COOKIE, OTHERS)
    assert think(page, "down") == 404
    assert asyncio.run(People(state).opinions()) == []


def test_an_answer_from_before_clauses_had_keys_can_be_judged(page: TestClient, state: State) -> None:
    old = Reply((Line("utter_quote", "答"),), {"kind": "answer", "script": "hant", "answers": [{"clause": 8}]})
    changed = sa.update(messages).where(messages.c.message_id == "m1").values(reply=old.to_json())
    state.within(lambda connection: connection.execute(changed))
    assert think(page, "down") == 200


def test_a_verdict_is_there_when_the_page_is_opened_again(page: TestClient) -> None:
    assert page.get("/chat/history").json()["messages"][0]["verdict"] is None
    think(page, "down")
    assert page.get("/chat/history").json()["messages"][0]["verdict"] == "down"
    page.cookies.set(web.COOKIE, OTHERS)
    assert page.get("/chat/history").json()["messages"] == []


def test_why_an_answer_was_no_help_is_kept_as_on_telegram(page: TestClient, state: State) -> None:
    assert [reason for reason, _ in keyboards.REASONS.values()] == list(REASONS)
    for reason, status in (("wrong clause", 200), ("because", 400), ("", 400)):
        body = {"id": "m1", "verdict": "down", "reason": reason}
        assert page.post("/chat/opinions", json=body).status_code == status
    assert page.post("/chat/opinions", json={"id": "m1", "verdict": "up", "reason": "other"}).status_code == 400
    [opinion] = asyncio.run(People(state).opinions())
    assert opinion.reason == "wrong clause"
