"""How much a visitor, and an address, may send to the chat page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels import limits, web
from bot.channels.limits import Limit, Rates, Refused
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State
from tests.bot.channels.narrowing import Narrowings

Clock = list[float]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the time is; it stands still."""
    now = [1000.0]
    monkeypatch.setattr("bot.channels.limits.time.monotonic", lambda: now[0])
    return now


@pytest.fixture
def visitor(state: State, clock: Clock) -> Callable[..., TestClient]:
    """A browser with a conversation of its own, from an address; a visitor may send 2, an address 3."""

    async def answer(message: Message) -> Reply:
        return Reply((Line("utter_quote", message.text),), {"kind": "answer"})

    rates = Rates(Limit(2), Limit(3))
    app = Starlette(routes=web.routes(Mailbox(state, answer), Narrowings(), state, lambda: "model", rates))

    def opened(conversation: str, address: str = "192.0.2.1") -> TestClient:
        return TestClient(app, cookies={web.COOKIE: conversation * 32}, client=(address, 5000))

    return opened


def send(browser: TestClient, number: int) -> Any:
    return browser.post("/chat/messages", json={"id": str(number), "text": "落户"})


def test_a_visitor_who_sends_too_much_is_told_when_to_go_on(visitor: Callable[..., TestClient], clock: Clock) -> None:
    lin = visitor("a")
    assert [send(lin, number).status_code for number in range(2)] == [200, 200]
    refused = send(lin, 2)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "请 60 秒后再发" in refused.json()["error"]
    clock[0] += 60
    assert send(lin, 2).status_code == 200


def test_a_visitor_from_elsewhere_is_not_concerned(visitor: Callable[..., TestClient]) -> None:
    for number in range(3):
        send(visitor("a"), number)
    assert send(visitor("b", "192.0.2.2"), 0).status_code == 200


def test_ever_new_conversations_from_one_address_are_too_many_together(visitor: Callable[..., TestClient]) -> None:
    answers = [send(visitor(name), 0).status_code for name in "abcd"]
    assert answers == [200, 200, 200, 429]


def test_what_a_client_says_of_its_address_counts_for_nothing(visitor: Callable[..., TestClient]) -> None:
    for name in "abc":
        send(visitor(name), 0)
    other = visitor("d")
    other.headers["x-forwarded-for"] = "198.51.100.7"
    assert send(other, 0).status_code == 429


def test_0_is_no_limit(clock: Clock) -> None:
    without = Limit(0)
    for _ in range(1000):
        without.check("a")


def test_who_came_in_earlier_minutes_is_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AT_MOST_COUNTED", 2)
    limit = Limit(1)
    for name in "abc":
        limit.check(name)
    clock[0] += 61
    limit.check("d")
    assert list(limit._times) == ["d"]
    with pytest.raises(Refused):
        limit.check("d")
