"""The desk's page of answers that no longer hold, from the answer to what the chat page and Telegram are told, with the trained assistant."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels import web
from bot.channels.limits import middleware
from bot.helpdesk import audit
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply, Voice
from bot.mailbox.notices import Notices
from bot.mailbox.people import People
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from tests.bot.channels.desk.amended import (
    AFTER,
    BEFORE,
    IN_ENGLISH,
    IN_TRADITIONAL,
    NEW,
    QUESTION,
    in_other_words,
    successor,
)
from tests.bot.channels.desk.clerk import Judgement, press, signed_in
from tests.bot.channels.narrowing import Narrowings
from tests.held import Held, held
from tests.telegram_api.fixtures import Serve
from tests.telegram_api.server import TelegramApi

__all__ = ["held"]

PAGE, DOCUMENTS = "/desk/documents/outdated", "/desk/documents"
PERSON = "a" * 32
BEFORE_HANT, AFTER_HANT = "5-50 萬元不等的創業啟動資金支持", "8-60 萬元不等的創業啟動資金支持"


class Speaking(Judgement):
    """The assistant as the server offers it to this page; `woken` are the channels on which something waits."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self.woken: list[str] = []

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        return self._assistant.word(response, voice, fields)

    def deliver(self, channel: str) -> None:
        self.woken.append(channel)


@pytest.fixture
def talking(state: State, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The assistant, which remembers in the state in which the desk writes."""
    store, agent = WindowedTrackerStore.on(state), assistant._agent
    store.domain = agent.domain
    monkeypatch.setattr(agent, "tracker_store", store)
    monkeypatch.setattr(agent.processor, "tracker_store", store)
    return Mailbox(state, Assistant(agent, store).answer)


@pytest.fixture
def judgement(assistant: Assistant) -> Speaking:
    return Speaking(assistant)


@pytest.fixture
def chen(held: Held, state: State, judgement: Speaking) -> TestClient:
    return signed_in(state, judgement, "chen", "reviewer")


def ask(mailbox: Mailbox, *texts: str, conversation: str = PERSON, channel: str = "web") -> Reply:
    """The reply to the last of `texts`."""

    async def all_of_them() -> Reply:
        for number, text in enumerate(texts):
            reply = await mailbox.ask(Message(channel, conversation, f"m{number}", text))
        return reply

    return asyncio.run(all_of_them())


def boxes(page: str) -> list[str]:
    """The boxes to tick; none is ticked."""
    found = re.findall(r"<input type=\"checkbox\" name=\"answer\"[^>]*>", page)
    assert not any("checked" in box for box in found)
    return [re.findall(r'value="(\d+)"', box)[0] for box in found]


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="([^"]+)"', page)[0])


def tell(chen: TestClient, page: str, *answers: str) -> Any:
    """Tick `answers` of a page that was shown, and press."""
    return press(chen, PAGE, answer=list(answers), seen=seen(page), first="0")


def words(state: State, conversation: str = PERSON, channel: str = "web") -> list[str]:
    return [notice.reply.text for notice in asyncio.run(Notices(state).of(channel, conversation))]


def test_what_was_told_and_what_is_right_today_is_shown_beside_each_other_and_told_in_ones_own_script_once(
    chen: TestClient, held: Held, talking: Mailbox, state: State, judgement: Speaking
) -> None:
    assert BEFORE_HANT in ask(talking, IN_TRADITIONAL, "責任單位").text
    assert BEFORE in ask(talking, QUESTION, conversation="b" * 32).text
    assert "已经不作准的答复（0）" in chen.get(DOCUMENTS).text
    held.put("2021-49", in_other_words())
    assert "已经不作准的答复（2）" in chen.get(DOCUMENTS).text
    page = chen.get(PAGE).text
    assert page.count(BEFORE) == page.count(AFTER) == 2
    assert "这段话改了" in page
    first, second = boxes(page)
    assert tell(chen, page, first).headers["location"] == f"{PAGE}?told=1&missed=0"
    (told,) = words(state)
    assert IN_TRADITIONAL in told and BEFORE_HANT in told and AFTER_HANT in told
    assert "文件的這段話已經改了" in told and "出處：《福州市人民政府辦公廳" in told
    assert judgement.woken == ["web"]
    assert words(state, "b" * 32) == []
    assert boxes(chen.get(PAGE).text) == [second]
    assert tell(chen, page, first).headers["location"] == f"{PAGE}?told=0&missed=1"
    assert len(words(state)) == 1
    done = [(entry.who, entry.action) for entry in asyncio.run(audit.entries(state))]
    assert done.count(("chen", "corrected")) == 1
    assert done.count(("chen", "saw")) == 1
    assert "告诉对方答复已不作准" in chen.get("/desk/audit").text


def test_the_chat_page_gets_it_once_and_the_desk_shows_that_it_did(
    chen: TestClient, held: Held, talking: Mailbox, state: State
) -> None:
    ask(talking, IN_TRADITIONAL)
    held.put("2021-49", in_other_words())
    page = chen.get(PAGE).text
    tell(chen, page, *boxes(page))
    app = Starlette(routes=web.routes(talking, Narrowings(), state, lambda: "model"), middleware=middleware())
    browser = TestClient(app, cookies={web.COOKIE: PERSON})
    (notice,) = browser.get("/chat/notices").json()["notices"]
    assert notice["reply"]["custom"]["corrects"] == notice["name"] == "m0"
    assert AFTER in notice["reply"]["custom"]["answers"][0]["quote"]
    assert browser.get("/chat/notices", params={"after": notice["id"]}).json()["notices"] == []
    assert "已送达" in chen.get(PAGE).text


def test_a_new_document_that_takes_the_place_of_the_old_one_is_named_and_answers(
    chen: TestClient, held: Held, talking: Mailbox, state: State
) -> None:
    ask(talking, IN_TRADITIONAL)
    ask(talking, "海归有什么补助", "给多少", conversation="b" * 32)
    ask(talking, IN_ENGLISH, conversation="c" * 32)
    asyncio.run(People(state).choose_voice("web", "c" * 32, Voice("hans", "en")))
    held.put("2026-9", successor())
    page = chen.get(PAGE).text
    tell(chen, page, *boxes(page))
    (first,) = words(state)
    assert "取代它的是榕政辦〔2026〕9號" in first
    assert AFTER_HANT in first.partition("今天的答覆是")[2]
    assert BEFORE_HANT not in first.partition("今天的答覆是")[2]
    (english,) = words(state, "c" * 32)
    assert english.startswith("A correction. On ") and f"{NEW} takes its place" in english
    assert AFTER in english and "Source: " in english
    replied = asyncio.run(talking.ask(Message("web", PERSON, "m9", "全文", in_reply_to="m0")))
    assert [answer["key"] for answer in replied.custom["answers"]] == ["2026-9/8"]


def test_where_no_words_are_left_it_is_said_that_the_document_is_held_no_more(
    chen: TestClient, held: Held, talking: Mailbox, state: State
) -> None:
    songping = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt").read_text("utf-8")
    held.put("songping", songping.replace("2025年12月31日", "2035年12月31日"))
    ask(talking, "松屏民宿改建一间补多少")
    assert boxes(chen.get(PAGE).text) == []
    held.take_out("songping")
    page = chen.get(PAGE).text
    assert "文件已撤下" in page
    tell(chen, page, *boxes(page))
    (told,) = words(state)
    assert "我手上已经没有这份文件" in told
    assert "今天没有原文可以引用" in told


def test_nobody_is_told_what_the_reviewer_has_not_seen(
    chen: TestClient, held: Held, talking: Mailbox, state: State
) -> None:
    ask(talking, QUESTION)
    held.put("2021-49", in_other_words())
    page = chen.get(PAGE).text
    held.put("2021-49", in_other_words().replace(AFTER, "支持若干资金"))
    refused = tell(chen, page, *boxes(page))
    assert refused.status_code == 400
    assert "重新看一遍" in refused.text
    assert words(state) == []


def test_a_channel_that_cannot_deliver_is_said_to_be_one_and_nothing_is_written_for_it(
    chen: TestClient, held: Held, talking: Mailbox, state: State
) -> None:
    ask(talking, QUESTION, channel="elsewhere")
    held.put("2021-49", in_other_words())
    page = chen.get(PAGE).text
    assert "这个渠道送不到" in page and BEFORE in page
    assert boxes(page) == []
    number = re.findall(r'id="answer-(\d+)"', page)[0]
    assert tell(chen, page, number).headers["location"] == f"{PAGE}?told=0&missed=1"
    assert words(state, channel="elsewhere") == []


def test_what_a_citizen_asked_is_shown_as_text_and_nobody_is_there_who_had_it_deleted(
    chen: TestClient, held: Held, talking: Mailbox
) -> None:
    ask(talking, f"<b>{QUESTION}</b>")
    ask(talking, QUESTION, conversation="b" * 32)
    held.put("2021-49", in_other_words())
    page = chen.get(PAGE).text
    assert f"&lt;b&gt;{QUESTION}" in page and "<b>" not in page
    asyncio.run(talking.forget("web", PERSON))
    page = chen.get(PAGE).text
    assert f"&lt;b&gt;{QUESTION}" not in page
    assert len(boxes(page)) == 1


def test_more_than_a_page_is_turned_through(chen: TestClient, held: Held, talking: Mailbox) -> None:
    for number in range(12):
        ask(talking, QUESTION, conversation=f"{number}" * 20)
    held.put("2021-49", in_other_words())
    first, second = chen.get(PAGE).text, chen.get(PAGE, params={"first": "10"}).text
    assert (len(boxes(first)), len(boxes(second))) == (10, 2)
    assert not set(boxes(first)) & set(boxes(second))
    assert boxes(chen.get(PAGE, params={"first": "9" * 30}).text) == boxes(second)


def test_only_a_reviewer_sees_it_and_a_press_without_a_tick_tells_nobody(
    chen: TestClient, held: Held, talking: Mailbox, state: State, judgement: Speaking
) -> None:
    ask(talking, QUESTION)
    held.put("2021-49", in_other_words())
    lin = signed_in(state, judgement, "lin", "staff")
    assert lin.get(PAGE).status_code == 403
    assert PAGE not in lin.get(DOCUMENTS).text
    page = chen.get(PAGE).text
    assert press(lin, PAGE, answer=boxes(page), seen=seen(page)).status_code == 403
    assert tell(chen, page).status_code == 400
    assert words(state) == []


@pytest.mark.asyncio
async def test_telegram_gets_it_once_as_a_reply_to_the_question_with_buttons_that_work(
    api: TelegramApi, serve: Serve, chat: int, held: Held, state: State, judgement: Speaking
) -> None:
    async with serve() as channel:
        question = await api.say(chat, IN_TRADITIONAL)
        (answer,) = await api.shown(chat)
        assert BEFORE_HANT in answer.text
        held.put("2021-49", in_other_words())

        def pressed_twice() -> None:
            chen = signed_in(state, judgement, "chen", "reviewer")
            page = chen.get(PAGE).text
            for _ in range(2):
                tell(chen, page, *boxes(page))

        await asyncio.to_thread(pressed_twice)
        channel.deliver()
        told = (await api.shown(chat, 2))[1]
        assert told.text.startswith("更正：") and AFTER_HANT in told.quotes[0]
        assert told.replies_to == question["message_id"]
        await api.tap(chat, told, "原文")
        await api.until(lambda: "榕城杯" in told.text and "海外優秀青年" in told.text)
        channel.deliver()
        await api.say(chat, "謝謝")
        assert len(await api.shown(chat, 3)) == 3
