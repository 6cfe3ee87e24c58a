"""What the chat page fetches of what staff said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels import web
from bot.channels.limits import middleware
from bot.helpdesk.queue import Queue
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.notices import Notices, write
from bot.mailbox.state import State
from tests.bot.channels.narrowing import Narrowings
from tests.bot.helpdesk import clerk

MINE, OTHERS = "a" * 32, "b" * 32
NOTICES, HISTORY = "/chat/notices", "/chat/history"


async def echo(message: Message) -> Reply:
    return Reply((Line("utter_thanks", message.text),), {"kind": "smalltalk"})


@pytest.fixture
def page(state: State) -> Iterator[TestClient]:
    """The page's own requests."""
    app = Starlette(
        routes=web.routes(Mailbox(state, echo), Narrowings(), state, lambda: "model"), middleware=middleware()
    )
    yield TestClient(app, cookies={web.COOKIE: MINE}, raise_server_exceptions=False)


def say_as_staff(state: State, text: str, conversation: str = MINE, handover: int = 1) -> None:
    """A clerk answers."""
    reply = Reply((Line("utter_from_staff", text),), {"kind": "answer", "handover": "ended"})
    asyncio.run(state.run(lambda connection: write(connection, "web", conversation, handover, reply)))


def status(state: State, handover: int = 1) -> str:
    (notice,) = asyncio.run(Notices(state).of_handover(handover))
    return notice.status


def hand_over(state: State, conversation: str = MINE) -> int:
    """Put a question into the queue; its number."""
    asked = Message("web", conversation, "1", "轉人工")
    return asyncio.run(Queue(state).hand_over(asked, "居住證", Voice("hant", "zh"), []))[0].id


def test_nothing_said_is_nothing_given(page: TestClient) -> None:
    assert page.get(NOTICES).json() == {"handover": None, "notices": []}
    assert page.get(HISTORY).json() == {"messages": [], "handover": None, "notices": []}


def test_how_it_stands_with_the_question_is_told(page: TestClient, state: State) -> None:
    hand_over(state, OTHERS)
    assert page.get(NOTICES).json()["handover"] is None
    number = hand_over(state)
    assert page.get(NOTICES).json()["handover"] == "waiting"
    asyncio.run(Queue(state).claim(number, clerk.LIN))
    assert page.get(HISTORY).json()["handover"] == "claimed"
    asyncio.run(Queue(state).take_back("web", MINE))
    assert page.get(NOTICES).json()["handover"] is None


@pytest.mark.parametrize("path", [NOTICES, HISTORY])
def test_what_staff_said_is_delivered_by_giving_it_out(page: TestClient, state: State, path: str) -> None:
    say_as_staff(state, "同事答覆")
    say_as_staff(state, "不給別人看", OTHERS, handover=2)
    (notice,) = page.get(path).json()["notices"]
    assert notice["reply"]["text"] == "同事答覆"
    assert notice["written_at"] > 0
    assert (status(state), status(state, 2)) == ("delivered", "waiting")


def test_only_news_is_given_to_who_knows_the_rest_and_all_to_who_opens_the_page(page: TestClient, state: State) -> None:
    say_as_staff(state, "first")
    (first,) = page.get(NOTICES).json()["notices"]
    say_as_staff(state, "second", handover=2)
    known = {"after": first["id"]}
    assert [notice["reply"]["text"] for notice in page.get(NOTICES, params=known).json()["notices"]] == ["second"]
    assert [notice["reply"]["text"] for notice in page.get(HISTORY).json()["notices"]] == ["first", "second"]


def test_what_is_older_than_the_messages_shown_is_left_out_unless_it_is_new(page: TestClient, state: State) -> None:
    say_as_staff(state, "read long ago")
    page.get(NOTICES)
    say_as_staff(state, "not read yet", handover=2)
    for number in range(51):
        page.post("/chat/messages", json={"id": str(number), "text": "hello"})
    assert [notice["reply"]["text"] for notice in page.get(HISTORY).json()["notices"]] == ["not read yet"]


@pytest.mark.parametrize("after", ["", "-1", "x", "1e3", "٣", "9" * 40])
def test_what_is_no_number_is_refused(page: TestClient, after: str) -> None:
    assert page.get(NOTICES, params={"after": after}).status_code == 400


def test_without_the_conversations_cookie_nothing_is_told(page: TestClient) -> None:
    page.cookies.clear()
    assert page.get(NOTICES).status_code == 400
