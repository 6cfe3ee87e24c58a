"""What the channel survives, over real HTTP with the real client."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from telegram.error import TimedOut

from bot.channels.telegram import sending
from bot.channels.telegram.callbacks import Callbacks, Tap
from bot.channels.telegram.flood import AT_MOST
from bot.errors import StateError
from bot.mailbox.inbox import Inbox
from bot.mailbox.leases import Lease
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.outbox import Outbox, Send, Waiting
from bot.mailbox.state import State
from tests.telegram_api.fixtures import Serve
from tests.telegram_api.server import TOKEN, Fault, TelegramApi, flood

pytestmark = pytest.mark.asyncio

QUESTION = "留學生回福州創業有補助嗎"


async def echo(message: Message) -> Reply:
    """Answers with what was asked."""
    return Reply((Line("utter_thanks", message.text),), {"kind": "smalltalk", "script": "hant", "answers": []})


def texts(api: TelegramApi, chat: int) -> list[str]:
    return [shown.text for shown in api.chats[chat].values()]


async def test_a_429_is_waited_for_and_nothing_is_lost_or_out_of_order(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    api.fail("sendMessage", flood(1))
    async with serve(echo):
        for number in range(5):
            await api.say(chat, f"question {number}")
        await api.shown(chat, 5)
    assert texts(api, chat) == [f"question {number}" for number in range(5)]
    first, second = [call.at for call in api.calls if call.method == "sendMessage"][:2]
    assert second - first >= 1


async def test_one_chat_that_must_wait_does_not_delay_another(
    api: TelegramApi, serve: Serve, chat: int, group: int
) -> None:
    other = chat + 500_000
    api.fail("sendMessage", flood(2))
    async with serve(echo):
        await api.say(chat, "first")
        await api.until(lambda: api.count("sendMessage") == 1)
        await api.say(other, "other")
        await api.shown(other)
        assert texts(api, chat) == []
        await api.shown(chat)


@pytest.mark.parametrize(
    "fault", [Fault(502), Fault(500), Fault(401), Fault(404), Fault(drop=True), Fault(silence=True)], ids=repr
)
async def test_a_failing_call_is_repeated_until_it_succeeds_and_nobody_is_told_twice(
    api: TelegramApi, serve: Serve, chat: int, fault: Fault
) -> None:
    api.fail("sendMessage", fault, fault)
    async with serve(echo, patience=0.3):
        await api.say(chat, "once")
        await api.shown(chat)
        await api.say(chat, "after")
        await api.shown(chat, 2)
    assert texts(api, chat) == ["once", "after"]


@pytest.mark.parametrize(
    "fault", [Fault(502), Fault(401), Fault(404), Fault(409), Fault(drop=True), Fault(silence=True), flood(1)], ids=repr
)
async def test_polling_goes_on_whatever_getupdates_answers(
    api: TelegramApi, serve: Serve, chat: int, fault: Fault
) -> None:
    api.fail("getUpdates", fault, fault)
    async with serve(echo, patience=0.5):
        await api.say(chat, "still there")
        await api.shown(chat)


async def test_telegram_that_is_away_at_the_start_is_tried_until_it_is_there(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    api.fail("getMe", Fault(drop=True), Fault(502), Fault(drop=True))
    await api.say(chat, "early")
    async with serve(echo) as channel:
        assert channel.trouble() == "Telegram cannot be reached yet"
        await api.shown(chat)
        assert channel.trouble() is None


async def test_a_revoked_token_is_said_once_and_the_token_is_in_no_line(
    api: TelegramApi, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "110201543:revoked"
    async with serve(echo, token=wrong) as channel:
        await api.until(lambda: api.count("getMe") >= 3)
        assert channel.trouble() == "Telegram refuses the bot's token"
    refusals = [record for record in caplog.records if "refuses the bot's token" in record.getMessage()]
    assert len(refusals) == 1


async def test_the_same_update_twice_is_answered_once(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve(echo):
        update = {"update_id": 900, "message": api.message(chat, "once")}
        await api.update(**update)
        await api.shown(chat)
        api.repeat = [update, update]
        await api.say(chat, "after")
        await api.shown(chat, 2)
    assert texts(api, chat) == ["once", "after"]


async def test_updates_out_of_order_are_all_answered(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve(echo):
        for number in (905, 902, 904):
            await api.update(update_id=number, message=api.message(chat, f"{number}"))
            await api.until(lambda number=number: f"{number}" in texts(api, chat))  # type: ignore[misc]
    assert texts(api, chat) == ["905", "902", "904"]


async def test_a_person_who_blocked_the_bot_stops_nobody(api: TelegramApi, serve: Serve, chat: int) -> None:
    other = chat + 500_000
    api.blocked.add(chat)
    async with serve(echo):
        await api.say(chat, "blocked")
        await api.say(other, "other")
        await api.shown(other)
        await api.until(lambda: any(call.method == "sendMessage" and "blocked" in call.outcome for call in api.calls))
        api.blocked.clear()
        await api.say(chat, "back")
        await api.shown(chat)
    assert texts(api, chat) == ["back"]


@pytest.mark.parametrize(
    "data",
    [
        "1fT:2021-49/8/3:1:AAAAAAAAAA",
        "/restart",
        '/greet{"memory": null}',
        "",
        "1",
        ":::",
        "1fT:../../etc:1",
        "\ud83d" + "x" * 60,
        "9" * 64,
    ],
)
async def test_forged_callback_data_is_answered_politely_and_obeyed_never(
    api: TelegramApi, serve: Serve, chat: int, data: str
) -> None:
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        before = answer.text
        assert "失效" in await api.ended(await api.tap_data(chat, answer, data.encode("utf-8", "replace").decode()))
        assert answer.text == before


async def test_callback_data_of_an_older_version_is_answered_kindly(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        assert "請把問題再問一次" in await api.ended(await api.tap_data(chat, answer, "0:full:8"))


async def test_a_button_of_another_chat_does_nothing_here(api: TelegramApi, serve: Serve, chat: int) -> None:
    stolen = Callbacks(TOKEN).write(Tap("f", Voice("hant", "zh"), "2021-49/9", "1"), chat + 1)
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        assert "失效" in await api.ended(await api.tap_data(chat, answer, stolen))


async def test_a_button_about_a_clause_that_is_gone_is_answered_kindly(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    gone = Callbacks(TOKEN).write(Tap("f", Voice("hant", "zh"), "1999-1/8", "1"), chat)
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        assert "失效" in await api.ended(await api.tap_data(chat, answer, gone))


async def test_buttons_work_after_a_restart_and_a_week_later(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        await api.say(chat, "註冊公司要幾天")
        await api.shown(chat, 2)
    async with serve():
        await api.tap_data(chat, answer, answer.buttons["原文"], old=True)
        await api.until(lambda: "榕城杯" in answer.text)
        await api.tap_data(chat, answer, answer.buttons["👎"], old=True)
        await api.until(lambda: "看不懂" in answer.buttons)


async def test_a_tap_whose_query_is_too_old_still_changes_the_message(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        await api.tap_data(chat, answer, answer.buttons["原文"], id="gone")
        await api.until(lambda: "榕城杯" in answer.text)


async def test_a_tap_that_changes_nothing_is_no_error(
    api: TelegramApi, serve: Serve, chat: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve():
        await api.say(chat, QUESTION)
        (answer,) = await api.shown(chat)
        whole = answer.buttons["原文"]
        await api.ended(await api.tap_data(chat, answer, whole))
        await api.ended(await api.tap_data(chat, answer, whole))
        await api.say(chat, "/help")
        await api.shown(chat, 2)
    assert "not modified" in "".join(call.outcome for call in api.calls)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "補貼" * 500_000,
        "😂" * 5000,
        "\u200b\u200c\u2060" * 10,
        "\u202e\u2066創業\u2069",
        "\ufdfd" * 200,
        "<b>&amp;</i>",
        "{quote} %s",
        "/ restart",
        "／start",
    ],
    ids=["1 MB", "1 MB Han", "emoji", "zero width", "right to left", "wide", "HTML", "fields", "slash", "wide slash"],
)
async def test_any_text_gets_one_visible_answer(api: TelegramApi, serve: Serve, chat: int, text: str) -> None:
    async with serve():
        await api.say(chat, text)
        await api.say(chat, "/clause 8")
        first, second = await api.shown(chat, 2)
    assert first.text.strip()
    assert "（八）" in second.text


async def test_a_flood_by_one_person_is_limited_politely_and_others_are_answered(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    other = chat + 500_000
    async with serve(echo):
        for number in range(AT_MOST + 10):
            await api.say(chat, f"flood {number}")
        await api.say(other, "other")
        await api.shown(other)
        shown = await api.shown(chat, AT_MOST + 1)
        await api.say(other, "another")
        await api.shown(other, 2)
    assert "太快" in shown[-1].text
    assert len(texts(api, chat)) == AT_MOST + 1


async def test_one_malformed_update_is_set_aside_and_the_rest_of_its_batch_is_answered(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    await api.say(chat, "before")
    await api.update(message={**api.message(chat, "never"), "date": 10**18})
    await api.update(message="no object")
    await api.update(message={**api.message(chat, "never"), "chat": []})
    await api.update(something_new={"unknown": True})
    await api.say(chat, "after")
    async with serve(echo):
        await api.shown(chat, 2)
        await api.until(lambda: not api.pending)
    assert texts(api, chat) == ["before", "after"]
    rows = await state.run(
        lambda connection: connection.exec_driver_sql("select payload, reason from updates where status='aside'").all()
    )
    assert len(rows) == 3
    assert all(payload is None and reason for payload, reason in rows)


async def test_what_cannot_be_kept_is_not_acknowledged(
    api: TelegramApi, serve: Serve, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Inbox.keep
    failures: list[int] = []

    async def failing(self: Inbox, incoming: Any) -> list[str]:
        if len(failures) < 2:
            failures.append(1)
            raise StateError("the disk is full")
        return await original(self, incoming)

    monkeypatch.setattr(Inbox, "keep", failing)
    async with serve(echo):
        await api.say(chat, "kept")
        await api.shown(chat)
    assert len(failures) == 2


async def test_what_cannot_be_answered_now_is_answered_later(
    api: TelegramApi, serve: Serve, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.lanes.AGAIN_AFTER", 0.01)
    failures: list[int] = []

    async def sometimes(message: Message) -> Reply:
        if len(failures) < 2:
            failures.append(1)
            raise StateError("the model is being loaded")
        return await echo(message)

    async with serve(sometimes):
        await api.say(chat, "patient")
        await api.shown(chat)
    assert texts(api, chat) == ["patient"]


async def test_what_was_sent_is_not_sent_again_because_that_could_not_be_written_down(
    api: TelegramApi, serve: Serve, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Outbox.sent
    failures: list[int] = []

    async def failing(self: Outbox, waiting: Waiting, message: int | None, held: Lease | None) -> bool:
        if waiting.send.method == "sendMessage" and len(failures) < 2:
            failures.append(1)
            raise StateError("the database is locked")
        return await original(self, waiting, message, held)

    monkeypatch.setattr(Outbox, "sent", failing)
    async with serve(echo):
        await api.say(chat, "once")
        await api.say(chat, "after")
        await api.shown(chat, 2)
    assert texts(api, chat) == ["once", "after"]
    assert len(failures) == 2


async def test_an_answer_that_breaks_becomes_an_apology(api: TelegramApi, serve: Serve, chat: int) -> None:
    async def broken(_: Message) -> Reply:
        raise RuntimeError("broken on purpose")

    async with serve(broken):
        await api.say(chat, "x")
        assert "抱歉" in (await api.shown(chat))[0].text


async def test_html_that_telegram_cannot_read_goes_out_as_plain_text(
    api: TelegramApi, serve: Serve, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.rendering.Block.html", lambda block: f"<nonsense>{block.text}")
    async with serve(echo):
        await api.say(chat, "words")
        assert (await api.shown(chat))[0].text == "<nonsense>words"


async def test_an_edit_whose_message_was_deleted_is_sent_anew(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve():
        typed = await api.say(chat, "/clause 8")
        await api.shown(chat)
        api.chats[chat].clear()
        await api.edit(typed, "/clause 9")
        assert "（九）" in (await api.shown(chat))[0].text


async def test_only_one_message_is_under_way_at_a_time(api: TelegramApi, serve: Serve, chat: int) -> None:
    """So that a kill can leave only one whose fate is unknown."""
    under_way: list[int] = []
    original = api._send_message

    async def counted(params: dict[str, Any]) -> dict[str, Any]:
        under_way.append(len(under_way) + 1)
        most.append(len(under_way))
        await asyncio.sleep(0)
        under_way.pop()
        return await original(params)

    most: list[int] = []
    api._send_message = counted  # type: ignore[method-assign]
    async with serve(echo):
        for number in range(20):
            await api.say(chat + 500_000 + number, "hello")
        await asyncio.gather(*(api.shown(chat + 500_000 + number) for number in range(20)))
    assert max(most) == 1


async def test_a_long_clause_is_split_at_the_ends_of_sentences(api: TelegramApi, chat: int, serve: Serve) -> None:
    sentences = [f"第{number}句" + "甲" * 150 + "。" for number in range(60)]
    answer = {
        "document": {"number": "榕政办〔2021〕49号", "issuer": "市政府", "in_force": "unverified"},
        "key": "2021-49/8",
        "clause": 8,
        "citation": "榕政办〔2021〕49号（八）",
        "label": "（八）",
        "heading": "支持",
        "quote": "".join(sentences),
        "departments": [],
    }

    async def long_answer(_: Message) -> Reply:
        custom = {"kind": "full_text", "script": "hans", "language": "zh", "answers": [answer], "choices": []}
        return Reply((Line("utter_full_text", "".join(sentences)),), custom)

    async with serve(long_answer):
        await api.say(chat, "长")
        parts = await api.shown(chat, 3)
    assert "".join(part.text for part in parts) == "".join(sentences)
    assert all(part.text.endswith("。") for part in parts)
    assert [bool(part.buttons) for part in parts] == [False, False, True]


async def test_a_group_that_becomes_a_supergroup_gets_its_answer_there(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    moved = chat + 700_000
    api.fail("sendMessage", Fault(400, parameters={"migrate_to_chat_id": moved}))
    async with serve(echo):
        await api.say(chat, "moved")
        await api.shown(moved)
    assert texts(api, moved) == ["moved"]
    assert texts(api, chat) == []


async def test_what_cannot_be_sent_for_a_day_is_given_up_and_the_next_message_goes_out(
    api: TelegramApi, serve: Serve, chat: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.GIVE_UP_AFTER", -1.0)
    api.fail("sendMessage", Fault(502))
    async with serve(echo):
        await api.say(chat, "too late")
        await api.say(chat, "in time")
        await api.shown(chat)
    assert texts(api, chat) == ["in time"]
    assert await Outbox(state, "telegram").waiting() == []


async def test_what_is_to_be_sent_again_is_not_once_its_person_had_all_deleted(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    class Client:
        async def call(self, method: str, params: dict[str, object]) -> None:
            called.append(method)
            await Mailbox(state, echo).forget("telegram", "7")
            raise TimedOut

    monkeypatch.setattr(sending, "SURELY_HELD", -1.0)
    outbox = Outbox(state, "telegram")
    await outbox.write(Send("7", "sendMessage", {"chat_id": 7, "text": "an answer"}, "7"))
    await sending.Sender(Client(), outbox, 0.01).drain("7")  # type: ignore[arg-type]
    assert called == ["sendMessage"]
    assert await state.run(state.leases.held) == 0
