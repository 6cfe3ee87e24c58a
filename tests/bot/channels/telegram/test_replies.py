"""What people get who reply to an earlier message, over real HTTP, from the trained assistant."""

from __future__ import annotations

import pytest

from bot.helpdesk.queue import Queue
from bot.mailbox.state import State
from tests.telegram_api.server import Shown, TelegramApi

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("channel")]

RETURNEE, COMPANY, WEATHER = "留學生回福州創業有補助嗎", "註冊公司要幾天", "福州明天天氣怎麼樣"
ITS_UNITS, COMPANYS_UNITS = "責任單位：市人社局、市財政局", "市營商辦"


async def last(api: TelegramApi, chat: int, count: int) -> Shown:
    return (await api.shown(chat, count))[count - 1]


def second_of(listed: Shown) -> str:
    """The number of the second clause of a list, in Chinese."""
    places = [line for line in listed.text.splitlines() if line.startswith("第")]
    return places[1].partition("（")[2].partition("）")[0]


async def test_a_reply_to_an_earlier_answer_is_about_that_one(api: TelegramApi, chat: int) -> None:
    await api.say(chat, RETURNEE)
    first = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, first, "歸誰管")
    assert ITS_UNITS in (await last(api, chat, 3)).text
    await api.say(chat, "原文")
    assert "榕城杯" in (await last(api, chat, 4)).text


async def test_a_quoted_part_changes_nothing_about_what_is_replied_to(api: TelegramApi, chat: int) -> None:
    await api.say(chat, RETURNEE)
    first = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, first, "歸誰管", quote={"text": "創業場地租金補助", "position": 9, "is_manual": True})
    assert ITS_UNITS in (await last(api, chat, 3)).text


async def test_a_reply_to_ones_own_question_means_the_answer_to_it(api: TelegramApi, chat: int) -> None:
    typed = await api.say(chat, RETURNEE)
    await api.shown(chat)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, typed, "歸誰管")
    assert ITS_UNITS in (await last(api, chat, 3)).text


async def test_a_reply_that_names_a_subject_of_its_own_is_about_that(api: TelegramApi, chat: int) -> None:
    await api.say(chat, RETURNEE)
    first = await last(api, chat, 1)
    await api.reply(chat, first, COMPANY)
    assert COMPANYS_UNITS in (await last(api, chat, 2)).text


async def test_a_reply_to_a_list_chooses_from_it(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "市國資委負責哪幾條")
    listed = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, listed, "第二個")
    assert "（十）" in (await last(api, chat, 3)).text


async def test_a_reply_is_about_what_a_command_showed(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/clause 8")
    clause = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, clause, "歸誰管")
    assert ITS_UNITS in (await last(api, chat, 3)).text


async def test_a_reply_is_about_what_a_button_made_of_the_message(api: TelegramApi, chat: int) -> None:
    await api.say(chat, RETURNEE)
    message = await last(api, chat, 1)
    await api.tap(chat, message, "還有")
    await api.until(lambda: "一共有" in message.text)
    second = second_of(message)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, message, "第二個")
    assert f"（{second}）" in (await last(api, chat, 3)).text


async def test_a_reply_chooses_from_the_list_that_a_departments_button_opened(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/departments")
    message = await last(api, chat, 1)
    await api.tap(chat, message, "市人社局")
    await api.until(lambda: "一共有" in message.text)
    second = second_of(message)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, message, "第二個")
    assert f"（{second}）" in (await last(api, chat, 3)).text


async def test_a_reply_to_an_answer_that_changed_with_its_question_is_about_the_new_one(
    api: TelegramApi, chat: int
) -> None:
    typed = await api.say(chat, COMPANY)
    answer = await last(api, chat, 1)
    await api.edit(typed, RETURNEE)
    await api.until(lambda: "（八）" in answer.text)
    await api.say(chat, "低保歸哪個局管")
    await api.shown(chat, 2)
    await api.reply(chat, answer, "歸誰管")
    assert ITS_UNITS in (await last(api, chat, 3)).text
    await api.say(chat, "低保歸哪個局管")
    await api.shown(chat, 4)
    await api.reply(chat, typed, "歸誰管")
    assert ITS_UNITS in (await last(api, chat, 5)).text


@pytest.mark.parametrize("number", [999_999_999, 1])
async def test_a_reply_to_what_is_not_known_any_more_is_about_the_last_answer(
    api: TelegramApi, chat: int, state: State, number: int
) -> None:
    await api.say(chat, COMPANY)
    await api.shown(chat)
    await api.reply(chat, {**api.message(chat, "…"), "message_id": number, "from": api.me}, "歸誰管")
    assert COMPANYS_UNITS in (await last(api, chat, 2)).text


async def test_a_reply_to_a_message_of_another_chat_is_about_the_last_answer(api: TelegramApi, chat: int) -> None:
    await api.say(chat, RETURNEE)
    first = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "某人"}
    await api.say(chat, "歸誰管", external_reply={"origin": origin, "message_id": first.id})
    assert COMPANYS_UNITS in (await last(api, chat, 3)).text


async def test_a_request_for_a_person_that_replies_to_a_question_hands_that_one_over(
    api: TelegramApi, chat: int, state: State
) -> None:
    await api.say(chat, WEATHER)
    refused = await last(api, chat, 1)
    await api.say(chat, COMPANY)
    await api.shown(chat, 2)
    await api.reply(chat, refused, "/person")
    assert WEATHER in (await last(api, chat, 3)).text
    assert [entry.question for entry in await Queue(state).entries()] == [WEATHER]


async def test_what_is_typed_after_the_command_is_handed_over_whatever_it_replies_to(
    api: TelegramApi, chat: int, state: State
) -> None:
    await api.say(chat, WEATHER)
    await api.reply(chat, await last(api, chat, 1), "/person 公積金怎麼提取")
    await api.shown(chat, 2)
    assert [entry.question for entry in await Queue(state).entries()] == ["公積金怎麼提取"]


async def test_in_a_group_a_reply_to_the_answer_to_somebody_else_is_about_that_answer(
    api: TelegramApi, group: int, state: State
) -> None:
    await api.say(group, f"@rongce_bot 我妻子是{RETURNEE}", person=71)
    theirs = await last(api, group, 1)
    await api.say(group, f"@rongce_bot {COMPANY}", person=72)
    await api.shown(group, 2)
    await api.reply(group, theirs, "歸誰管", person=72)
    assert ITS_UNITS in (await last(api, group, 3)).text
    await api.say(group, "/forget@rongce_bot", person=71)
    await api.shown(group, 4)
    rows = await state.run(
        lambda connection: [
            tuple(row)
            for table in ("messages", "sends")
            for row in connection.exec_driver_sql(f"select * from {table}")
        ]
    )
    assert "妻子" not in repr(rows)
    await api.say(group, f"@rongce_bot {COMPANY}", person=72)
    await api.shown(group, 5)
    await api.reply(group, theirs, "歸誰管", person=72)
    assert COMPANYS_UNITS in (await last(api, group, 6)).text


async def test_in_a_group_a_reply_to_somebody_elses_question_is_about_ones_own_last_answer(
    api: TelegramApi, group: int
) -> None:
    theirs = await api.say(group, f"@rongce_bot {RETURNEE}", person=81)
    await api.shown(group)
    await api.say(group, f"@rongce_bot {COMPANY}", person=82)
    await api.shown(group, 2)
    await api.reply(group, theirs, "@rongce_bot 歸誰管", person=82)
    assert COMPANYS_UNITS in (await last(api, group, 3)).text
