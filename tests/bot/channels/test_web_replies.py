"""What the chat page sends of a reply to an earlier answer, and finds again when it is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels import web
from bot.channels.limits import middleware
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.notices import write
from bot.mailbox.state import State
from tests.bot.channels.narrowing import Narrowings

asked: list[Message] = []


async def answer(message: Message) -> Reply:
    asked.append(message)
    return Reply((Line("utter_quote", message.text),), {"kind": "answer"})


@pytest.fixture
def page(state: State) -> Iterator[TestClient]:
    asked.clear()
    app = Starlette(
        routes=web.routes(Mailbox(state, answer), Narrowings(), state, lambda: "model"), middleware=middleware()
    )
    yield TestClient(app, cookies={web.COOKIE: "a" * 32}, raise_server_exceptions=False)


def send(page: TestClient, **body: Any) -> int:
    return page.post("/chat/messages", json={"id": "m2", "text": "歸誰管", **body}).status_code


def test_a_message_names_the_one_whose_answer_it_replies_to_also_after_a_reload(page: TestClient) -> None:
    assert send(page, id="m1") == 200
    assert send(page, in_reply_to="m1") == 200
    assert [message.in_reply_to for message in asked] == ["", "m1"]
    shown = page.get("/chat/history").json()["messages"]
    assert [message["in_reply_to"] for message in shown] == ["", "m1"]


@pytest.mark.parametrize("named", [1, None, "", "a" * 65, ["m1"], "\x00"])
def test_what_names_no_message_is_refused_and_not_kept(page: TestClient, named: Any) -> None:
    assert send(page, in_reply_to=named) == 400
    assert page.get("/chat/history").json()["messages"] == []


def test_nobody_names_the_conversation_of_another(page: TestClient) -> None:
    send(page, in_reply_to="m1", asked_in="b" * 32)
    assert [message.asked_in for message in asked] == [""]


def test_an_answer_of_the_staff_has_a_name_to_reply_to(page: TestClient, state: State) -> None:
    reply = Reply((Line("utter_from_staff", "同事答覆"),), {"kind": "answer", "handover": "ended"})
    asyncio.run(state.run(lambda connection: write(connection, "web", "a" * 32, 7, reply)))
    (notice,) = page.get("/chat/notices").json()["notices"]
    assert notice["name"] == "handover-7"


def test_names_that_look_like_personal_data_are_kept_as_letters_and_found_again(page: TestClient) -> None:
    sent = page.post("/chat/messages", json={"id": "lin.xy@example.com", "text": "补贴"}).json()
    assert sent["id"] == "lin.xy@example.com"
    send(page, in_reply_to="lin.xy@example.com")
    first, second = page.get("/chat/history").json()["messages"]
    assert first["id"].isalpha() and second["in_reply_to"] == first["id"]
    for name in ("lin.xy@example.com", first["id"]):
        assert page.post("/chat/opinions", json={"id": name, "verdict": "up"}).status_code == 200
    page.cookies.set(web.COOKIE, "lin.xiaoyu@example.com")
    send(page)
    assert asked[-1].conversation.isalpha()
