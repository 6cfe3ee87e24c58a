from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels import rest
from bot.channels.limits import MAX_BODY, middleware
from bot.errors import StateError
from bot.mailbox.mailbox import Also
from bot.mailbox.models import Exchange, Message, Reply
from bot.mailbox.models import Line as ReplyLine
from bot.mailbox.notices import Notices, write
from bot.mailbox.state import State
from tests.bot.channels.narrowing import Narrowings

PATH = "/webhooks/rest/webhook"
NOTICES = "/webhooks/rest/notices"


class FakeMailbox:
    def __init__(self, state: State | None = None) -> None:
        self._state = state
        self.asked: list[Message] = []

    async def ask(self, message: Message, *, also: Also | None = None) -> Reply:
        self.asked.append(message)
        if message.text == "fail":
            raise StateError("the state is away")
        choices = [{"clause": 8, "title": "（八）", "payload": "第8条"}] if message.text == "choose" else []
        reply = Reply((ReplyLine("utter_quote", "「原文」"),), {"kind": "answer", "answers": [], "choices": choices})
        if also and self._state:
            await self._state.run(also(reply))
        return reply

    async def history(self, channel: str, conversation: str, limit: int = 50) -> tuple[Exchange, ...]:
        return ()

    async def exchange(self, channel: str, conversation: str, message_id: str) -> Exchange | None:
        return None

    async def forget(self, channel: str, conversation: str) -> int:
        return 0


def client(
    mailbox: FakeMailbox, token: str = "", state: State | None = None, narrowings: Narrowings | None = None
) -> TestClient:
    routes = rest.routes(mailbox, narrowings or Narrowings(), state or State("sqlite://"), token)
    app = Starlette(routes=routes, middleware=middleware())
    return TestClient(app, raise_server_exceptions=False)


def test_a_message_gets_its_text_and_its_machine_readable_part_in_rasas_shape() -> None:
    reply = client(FakeMailbox()).post(PATH, json={"sender": "me", "message": "补贴"}).json()
    assert reply == [
        {"recipient_id": "me", "text": "「原文」"},
        {"recipient_id": "me", "custom": {"kind": "answer", "answers": [], "choices": []}},
    ]


@pytest.mark.parametrize(
    ("metadata", "replied"),
    [
        ({"in_reply_to": "m1"}, "m1"),
        ({"in_reply_to": None}, ""),
        ({"their": "own"}, ""),
        ({}, ""),
        (None, ""),
        ("theirs", ""),
    ],
)
def test_a_message_may_name_the_one_whose_answer_it_replies_to(metadata: Any, replied: str) -> None:
    mailbox = FakeMailbox()
    client(mailbox).post(PATH, json={"sender": "me", "message": "归谁管", "metadata": metadata})
    client(mailbox).post(PATH, json={"sender": "me", "message": "归谁管"})
    assert [(message.in_reply_to, message.asked_in) for message in mailbox.asked] == [(replied, ""), ("", "")]


def test_choices_are_buttons() -> None:
    reply = client(FakeMailbox()).post(PATH, json={"sender": "me", "message": "choose"}).json()
    assert reply[0]["buttons"] == [{"title": "（八）", "payload": "第8条"}]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "JSON object"),
        ({"message": "补贴"}, "'sender' must be text; it is missing"),
        ({"sender": 8, "message": "补贴"}, "'sender' must be text; it is int"),
        ({"sender": "", "message": "补贴"}, "'sender' must have 1 to 200"),
        ({"sender": "a" * 201, "message": "补贴"}, "'sender' must have 1 to 200"),
        ({"sender": "\x00", "message": "补贴"}, "printable"),
        ({"sender": "\ud800", "message": "补贴"}, "printable"),
        ({"sender": "me"}, "'message' must be text; it is missing"),
        ({"sender": "me", "message": None}, "'message' must be text; it is missing"),
        ({"sender": "me", "message": ["补贴"]}, "'message' must be text; it is list"),
        ({"sender": "me", "message": "补贴", "message_id": 1}, "'message_id' must be text"),
        ({"sender": "me", "message": "补贴", "metadata": {"in_reply_to": 1}}, "'in_reply_to' must be text"),
        (
            {"sender": "me", "message": "补贴", "metadata": {"in_reply_to": "a" * 129}},
            "'in_reply_to' must have 1 to 128",
        ),
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(body: Any, reason: str) -> None:
    mailbox = FakeMailbox()
    response = client(mailbox).post(PATH, content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert reason in response.json()["error"]
    assert mailbox.asked == []


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b"\xff", {"content-type": "application/json"}, 400),
        (b"[" * 100_000, {"content-type": "application/json"}, 400),
        (b"sender=me&message=x", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-type": "application/json", "content-encoding": "deflate"}, 415),
        (b" " * (MAX_BODY + 1), {"content-type": "application/json"}, 413),
    ],
)
def test_bodies_are_bounded_and_plain_json(content: bytes, headers: dict[str, str], status: int) -> None:
    response = client(FakeMailbox()).post(PATH, content=content, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]


def test_a_stream_is_declined_at_once() -> None:
    assert client(FakeMailbox()).post(f"{PATH}?stream=true", json={}).status_code == 400


def test_a_state_that_is_away_is_said_politely() -> None:
    response = client(FakeMailbox()).post(PATH, json={"sender": "me", "message": "fail"})
    assert response.status_code == 503
    assert "稍后" in response.json()["error"]


def test_with_a_token_only_its_bearers_are_answered_and_their_senders_are_their_own() -> None:
    mailbox = FakeMailbox()
    guarded = client(mailbox, "secret")
    body = {"sender": "me", "message": "补贴"}
    assert guarded.post(PATH, json=body).status_code == 401
    assert guarded.post(PATH, json=body, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert guarded.post(PATH, json=body, headers={"authorization": "Bearer secret"}).status_code == 200
    client(mailbox).post(PATH, json=body)
    assert len({message.conversation for message in mailbox.asked}) == 2


def test_every_response_carries_strict_headers() -> None:
    headers = client(FakeMailbox()).get("/webhooks/rest/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def say_as_staff(state: State, conversation: str, text: str) -> None:
    """A clerk answers in a conversation."""
    reply = Reply((ReplyLine("utter_from_staff", text),), {"kind": "answer", "handover": "ended"})
    asyncio.run(state.run(lambda connection: write(connection, "rest", conversation, 1, reply)))


def test_what_staff_said_comes_once_after_the_next_reply_and_counts_as_delivered(state: State) -> None:
    mailbox = FakeMailbox(state)
    rasa = client(mailbox, state=state)
    body = {"sender": "me", "message": "补贴"}
    assert len(rasa.post(PATH, json=body).json()) == 2
    say_as_staff(state, mailbox.asked[0].conversation, "同事答复")
    other = rasa.post(PATH, json={**body, "sender": "somebody else"}).json()
    assert len(other) == 2
    _, _, text, custom = rasa.post(PATH, json=body).json()
    assert text == {"recipient_id": "me", "text": "同事答复"}
    assert custom["custom"] == {"kind": "answer", "handover": "ended", "notice": 1}
    assert len(rasa.post(PATH, json=body).json()) == 2
    (notice,) = asyncio.run(Notices(state).of_handover(1))
    assert notice.status == "delivered"


def test_what_staff_said_is_given_without_asking_and_again_after_a_lost_response(state: State) -> None:
    mailbox = FakeMailbox()
    rasa = client(mailbox, state=state)
    rasa.post(PATH, json={"sender": "me", "message": "补贴"})
    say_as_staff(state, mailbox.asked[0].conversation, "同事答复")
    assert rasa.get(NOTICES, params={"sender": "you"}).json() == []
    assert [entry.get("text") for entry in rasa.get(NOTICES, params={"sender": "me"}).json()] == ["同事答复", None]
    assert rasa.get(NOTICES, params={"sender": "me"}).json() == []
    again = rasa.get(NOTICES, params={"sender": "me", "after": "0"}).json()
    assert again[1]["custom"]["notice"] == 1
    assert rasa.get(NOTICES, params={"sender": "me", "after": "1"}).json() == []


@pytest.mark.parametrize(
    "params", [{}, {"sender": ""}, {"sender": "me", "after": "-1"}, {"sender": "me", "after": "x"}]
)
def test_notices_need_a_sender_and_a_number(params: dict[str, str]) -> None:
    response = client(FakeMailbox()).get(NOTICES, params=params)
    assert response.status_code == 400
    assert response.json()["error"]


def test_notices_need_the_token_too() -> None:
    guarded = client(FakeMailbox(), "secret")
    assert guarded.get(NOTICES, params={"sender": "me"}).status_code == 401
    assert guarded.get(NOTICES, params={"sender": "me"}, headers={"authorization": "Bearer secret"}).json() == []


def test_a_request_narrows_its_conversation_from_its_message_on_and_lifts_that() -> None:
    narrowings = Narrowings()
    here = client(FakeMailbox(), narrowings=narrowings)
    here.post(PATH, json={"sender": "me", "message": "补贴", "documents": ["2021-49"]})
    here.post(PATH, json={"sender": "me", "message": "补贴"})
    assert list(narrowings.keys.values()) == [("2021-49",)]
    here.post(PATH, json={"sender": "me", "message": "补贴", "documents": []})
    assert list(narrowings.keys.values()) == [()]


@pytest.mark.parametrize("documents", [["no-such"], ["2021-49", "no-such"], "2021-49", [49], ["x" * 65], ["a"] * 21])
def test_a_request_that_names_no_documents_of_ours_is_refused_and_narrows_nothing(documents: Any) -> None:
    mailbox, narrowings = FakeMailbox(), Narrowings()
    body = {"sender": "me", "message": "补贴", "documents": documents}
    response = client(mailbox, narrowings=narrowings).post(PATH, json=body)
    assert response.status_code == 400
    assert "'documents'" in response.json()["error"]
    assert not mailbox.asked and not narrowings.keys


@pytest.mark.parametrize("name", ["13950212345", "lin.xy@example.com", "id-350102199003077513"])
def test_a_message_id_that_looks_like_personal_data_is_kept_as_letters_and_is_still_that_messages(name: str) -> None:
    mailbox = FakeMailbox()
    rasa = client(mailbox)
    rasa.post(PATH, json={"sender": "me", "message": "补贴", "message_id": name})
    rasa.post(PATH, json={"sender": "me", "message": "归谁管", "message_id": "m2", "metadata": {"in_reply_to": name}})
    rasa.post(PATH, json={"sender": "you", "message": "补贴", "message_id": name})
    first, second, of_another = mailbox.asked
    assert first.id.isalpha() and name not in first.id
    assert (second.id, second.in_reply_to) == ("m2", first.id)
    assert of_another.id != first.id


SITE = "https://www.city.example"


@pytest.mark.parametrize(("origin", "allowed"), [(SITE, SITE), ("https://elsewhere.example", None)])
def test_scripts_of_the_sites_that_are_set_may_be_clients_and_others_may_not(origin: str, allowed: str | None) -> None:
    routes = rest.routes(FakeMailbox(), Narrowings(), State("sqlite://"), "", sites=(SITE,))
    browser = TestClient(Starlette(routes=routes, middleware=middleware()))
    asks = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    first = browser.options(PATH, headers=asks)
    assert first.headers.get("access-control-allow-origin") == allowed
    assert (first.status_code == 200) == bool(allowed)
    answer = browser.post(PATH, json={"sender": "me", "message": "补贴"}, headers={"origin": origin})
    assert answer.headers.get("access-control-allow-origin") == allowed


def test_where_no_site_is_set_no_script_of_another_site_is_a_client() -> None:
    browser = client(FakeMailbox())
    asks = {"origin": SITE, "access-control-request-method": "POST"}
    assert browser.options(PATH, headers=asks).status_code == 405
    answer = browser.post(PATH, json={"sender": "me", "message": "补贴"}, headers={"origin": SITE})
    assert "access-control-allow-origin" not in answer.headers
