"""A question that a person answers, on Telegram, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.channels.telegram.channel import TelegramChannel
from bot.clauses.store import ClauseStore
from bot.errors import StateError
from bot.helpdesk.queue import Handover, Queue
from bot.mailbox.notices import Notice, Notices
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.people import People
from bot.mailbox.state import State
from tests.bot.helpdesk import clerk
from tests.telegram_api.fixtures import Serve
from tests.telegram_api.server import PATIENCE, Fault, Shown, TelegramApi, flood

pytestmark = pytest.mark.asyncio

NOT_OURS = "福州明天天氣怎麼樣"
OWN = "請帶畢業證 <b>正本</b>。"


async def handed_over(api: TelegramApi, chat: int, button: str = "轉人工", question: str = NOT_OURS) -> Shown:
    """What is said after a question was refused and the button under the refusal was tapped."""
    await api.say(chat, question)
    (refusal,) = await api.shown(chat)
    await api.tap(chat, refusal, button)
    return (await api.shown(chat, 2))[1]


async def answer(state: State, store: ClauseStore, words: str = "") -> Handover:
    """A clerk claims the newest question and answers it."""
    queue = Queue(state)
    entry = (await queue.entries())[-1]
    await queue.claim(entry.id, clerk.LIN)
    return await queue.answer(entry.id, clerk.PASSAGE, words, clerk.answer(entry, store, words), clerk.LIN)


async def until(state: State, entry: Handover, holds: Callable[[Notice], bool]) -> Notice:
    """The answer to `entry`, once it `holds`."""

    async def look() -> Notice:
        while True:
            (notice,) = await Notices(state).of_handover(entry.id)
            if holds(notice):
                return notice

    return await asyncio.wait_for(look(), PATIENCE)


@pytest.mark.parametrize(
    ("question", "button", "passed", "quote"),
    [
        (NOT_OURS, "轉人工", "已經轉給服務台的同事", "創業場地租金補助"),
        ("福州明天天气怎么样", "转人工", "已经转给服务台的同事", "创业场地租金补助"),
    ],
)
async def test_a_refused_question_is_handed_over_by_a_tap_and_the_answer_comes_in_the_same_script(
    api: TelegramApi,
    serve: Serve,
    chat: int,
    state: State,
    store: ClauseStore,
    question: str,
    button: str,
    passed: str,
    quote: str,
) -> None:
    async with serve() as channel:
        waiting = await handed_over(api, chat, button, question)
        assert passed in waiting.text and question in waiting.text
        assert waiting.labels == [["取消人工"]]
        assert button in api.chats[chat][min(api.chats[chat])].buttons  # the refusal itself stays as it was
        entry = await answer(state, store, OWN)
        assert entry.question == question
        channel.deliver()
        told = (await api.shown(chat, 3))[2]
        assert told.text.startswith(clerk.FROM_STAFF[entry.voice.script])
        assert quote in told.quotes[0]
        assert OWN in told.text
        assert told.replies_to == waiting.id
        await until(state, entry, lambda notice: notice.status == "delivered")
        await api.tap(chat, told, "原文")
        await api.until(lambda: "榕城杯" in told.text)


async def test_a_withdrawal_replies_to_the_answer_that_does_not_hold(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        entry = await answer(state, store)
        channel.deliver()
        told = (await api.shown(chat, 3))[2]
        await Queue(state).withdraw(entry.id, clerk.withdrawal(entry), clerk.LIN)
        channel.deliver()
        gone = (await api.shown(chat, 4))[3]
        assert "撤回了答覆" in gone.text and gone.replies_to == told.id
        assert gone.labels == [["取消人工"]]


async def test_a_clerk_asks_back_and_what_the_person_replies_reaches_the_clerk(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        queue = Queue(state)
        (entry,) = await queue.entries()
        await queue.claim(entry.id, clerk.LIN)
        await queue.say(entry.id, clerk.question_back(entry, "您的戶籍在哪裡？"), clerk.LIN, "asked back")
        channel.deliver()
        asked = (await api.shown(chat, 3))[2]
        assert asked.text == "您的戶籍在哪裡？" and asked.labels == [["取消人工"]]
        assert await queue.unheard([entry.id]) == {}
        await api.say(chat, "在寧德")
        assert (await api.shown(chat, 4))[3].text.startswith("同事正在處理您的問題")
        assert await queue.unheard([entry.id]) == {entry.id: 1}


async def test_who_asks_in_english_is_told_in_english(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve():
        waiting = await handed_over(api, chat, "Ask a person", "How much does a passport cost in Fuzhou?")
        assert "has been passed to a person" in waiting.text
        await api.tap(chat, waiting, "No person, thanks")
        assert "Taken back" in (await api.shown(chat, 3))[2].text


async def test_the_assistant_goes_on_while_the_question_waits_and_is_quiet_while_a_clerk_has_it(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve():
        await handed_over(api, chat)
        await api.say(chat, "留學生回福州創業有補助嗎")
        assert (await api.shown(chat, 3))[2].quotes
        (entry,) = await Queue(state).entries()
        await Queue(state).claim(entry.id, clerk.LIN)
        await api.say(chat, "留學生回福州創業有補助嗎")
        quiet = (await api.shown(chat, 4))[3]
        assert quiet.text.startswith("同事正在處理您的問題")
        assert not quiet.quotes
        await api.tap(chat, quiet, "取消人工")
        await api.shown(chat, 5)
        await api.say(chat, "留學生回福州創業有補助嗎")
        assert (await api.shown(chat, 6))[5].quotes


async def test_commands_ask_for_a_person_and_take_it_back(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve():
        await api.say(chat, NOT_OURS)
        await api.shown(chat)
        await api.say(chat, "/person")
        assert f"已經轉給服務台的同事：「{NOT_OURS}」" in (await api.shown(chat, 2))[1].text
        await api.say(chat, "/cancel")
        gone = (await api.shown(chat, 3))[2]
        assert "已經撤回" in gone.text
        assert gone.labels == []
        assert await Queue(state).entries() == []
        await api.say(chat, "/cancel")
        assert "沒有在等" in (await api.shown(chat, 4))[3].text


async def test_what_is_typed_after_the_command_is_the_question_handed_over(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve():
        asked = await api.say(chat, "/person 公積金怎麼提取")
        (waiting,) = await api.shown(chat)
        assert "已經轉給服務台的同事：「公積金怎麼提取」" in waiting.text
        (entry,) = await Queue(state).entries()
        assert (entry.question, entry.message) == ("公積金怎麼提取", str(asked["message_id"]))


async def test_in_a_group_the_answer_is_a_reply_to_who_asked_and_nobody_else_can_tap_for_them(
    api: TelegramApi, serve: Serve, group: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await api.say(group, f"@rongce_bot {NOT_OURS}", person=71, message_thread_id=7, is_topic_message=True)
        (refusal,) = await api.shown(group)
        assert "失效" in await api.ended(await api.tap(group, refusal, "轉人工", person=72))
        assert await Queue(state).entries() == []
        asked = await api.say(group, "@rongce_bot 轉人工", person=71)
        await api.shown(group, 2)
        entry = await answer(state, store)
        assert (entry.question, entry.conversation) == (NOT_OURS, f"{group}.71")
        channel.deliver()
        told = (await api.shown(group, 3))[2]
        assert told.replies_to == asked["message_id"]
        assert "林" not in told.text  # everybody's first name here


async def test_an_answer_to_somebody_who_blocked_the_bot_failed_with_the_reason_until_it_is_tried_again(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        api.blocked.add(chat)
        entry = await answer(state, store)
        channel.deliver()
        failed = await until(state, entry, lambda notice: notice.status == "failed")
        assert "bot was blocked by the user" in failed.trouble
        api.blocked.clear()
        assert await Notices(state).again(entry.id)
        channel.deliver()
        await api.shown(chat, 3)
        delivered = await until(state, entry, lambda notice: notice.status == "delivered")
        assert delivered.trouble == ""


async def test_an_answer_that_must_be_tried_again_says_so_meanwhile(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        api.fail("sendMessage", flood(1))
        entry = await answer(state, store)
        channel.deliver()
        troubled = await until(state, entry, lambda notice: notice.trouble != "")
        assert (troubled.status, troubled.trouble) == ("sending", "RetryAfter")
        await api.shown(chat, 3)
        delivered = await until(state, entry, lambda notice: notice.status == "delivered")
        assert delivered.trouble == ""


async def test_an_answer_that_was_being_sent_at_a_kill_is_sent_once_after_the_restart(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.GOODBYE", 0.05)
    async with serve() as channel:
        await handed_over(api, chat)
        before = api.count("sendMessage")
        api.fail("sendMessage", Fault(silence=True))
        entry = await answer(state, store)
        channel.deliver()
        await api.until(lambda: api.count("sendMessage") > before)
    (notice,) = await Notices(state).of_handover(entry.id)
    assert notice.status == "sending"
    async with serve():
        await api.shown(chat, 3)
        await until(state, entry, lambda notice: notice.status == "delivered")
        await api.say(chat, "/help")
        await api.shown(chat, 4)
    assert sum(shown.text.startswith("服務台同事") for shown in api.chats[chat].values()) == 1


async def test_an_answer_that_was_written_on_another_server_is_found(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.LOOK_EVERY", 0.01)
    async with serve():
        await handed_over(api, chat)
        await answer(state, store)
        await api.shown(chat, 3)


async def test_an_answer_that_was_written_while_nobody_served_is_sent_at_the_start(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve():
        await handed_over(api, chat)
    await answer(state, store)
    async with serve():
        await api.shown(chat, 3)


async def test_of_two_servers_one_sends_an_answer(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve():
        await handed_over(api, chat)
    entry = await answer(state, store)
    (notice,) = await Notices(state).of_handover(entry.id)
    send = Send(str(chat), "sendMessage", {}, notice=notice.id)
    taken = await asyncio.gather(*(Outbox(state, "telegram").write_notice(notice.id, [send]) for _ in range(2)))
    assert sorted(taken) == [False, True]


async def test_an_answer_that_cannot_be_shown_fails_and_the_others_arrive(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    other = chat + 500_000
    async with serve() as channel:
        await handed_over(api, chat)
        entry = (await Queue(state).entries())[0]
        await Queue(state).claim(entry.id, clerk.LIN)
        broken = clerk.answer(entry, store)
        broken.custom["answers"][0]["key"] = "a document that is gone/8"
        await Queue(state).answer(entry.id, clerk.PASSAGE, "", broken, clerk.LIN)
        await handed_over(api, other)
        await answer(state, store)
        channel.deliver()
        await api.shown(other, 3)
        await until(state, entry, lambda notice: notice.status == "failed" and notice.trouble != "")


async def test_a_database_that_is_away_for_a_moment_loses_no_answer(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.lanes.AGAIN_AFTER", 0.01)
    original = Outbox.write_notice
    failures: list[int] = []

    async def failing(self: Outbox, notice: int, new: list[Send]) -> bool:
        if not failures:
            failures.append(1)
            raise StateError("the database is locked")
        return await original(self, notice, new)

    monkeypatch.setattr(Outbox, "write_notice", failing)
    async with serve() as channel:
        await handed_over(api, chat)
        await answer(state, store)
        channel.deliver()
        await api.shown(chat, 3)


async def test_an_answer_that_was_written_down_though_the_database_seemed_away_is_sent(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.lanes.AGAIN_AFTER", 0.01)
    original = Outbox.write_notice

    async def late(self: Outbox, notice: int, new: list[Send]) -> bool:
        await original(self, notice, new)
        raise StateError("the database did not answer in time")

    monkeypatch.setattr(Outbox, "write_notice", late)
    async with serve() as channel:
        await handed_over(api, chat)
        await answer(state, store)
        channel.deliver()
        await api.shown(chat, 3)


async def test_what_people_think_of_an_answer_from_staff_is_kept_with_their_question(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        await answer(state, store)
        channel.deliver()
        told = (await api.shown(chat, 3))[2]
        await api.ended(await api.tap(chat, told, "👎"))
    (opinion,) = await People(state).opinions()
    assert opinion.question == NOT_OURS
    assert "創業場地租金補助" in opinion.answer
    assert opinion.clause == clerk.PASSAGE


async def test_a_refusal_from_staff_offers_no_person_again(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        (entry,) = await Queue(state).entries()
        await Queue(state).claim(entry.id, clerk.LIN)
        await Queue(state).refuse(entry.id, "own_file", "", clerk.refusal(entry), clerk.LIN)
        channel.deliver()
        assert (await api.shown(chat, 3))[2].labels == []


async def test_forgetting_deletes_the_question_the_answer_and_what_waits_to_be_sent(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve() as channel:
        await handed_over(api, chat)
        await answer(state, store, OWN)
        await api.say(chat, "/forget")
        assert "刪除了" in (await api.shown(chat, 3))[2].text
        channel.deliver()
        await api.say(chat, "/help")
        await api.shown(chat, 4)
    kept = await state.run(everything)
    assert NOT_OURS not in kept
    assert "正本" not in kept


def everything(connection: sa.engine.Connection) -> str:
    """All that is written anywhere in the state."""
    tables = sa.inspect(connection).get_table_names()
    return repr([[tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")] for table in tables])


async def test_only_one_question_of_a_person_waits_however_often_the_button_is_tapped(
    api: TelegramApi, serve: Serve, chat: int, state: State
) -> None:
    async with serve():
        await api.say(chat, NOT_OURS)
        (refusal,) = await api.shown(chat)
        for number in range(3):
            await api.tap(chat, refusal, "轉人工")
            await api.shown(chat, 2 + number)
    assert len(await Queue(state).entries()) == 1


async def test_a_channel_that_telegram_has_not_answered_yet_keeps_what_waits(
    api: TelegramApi, serve: Serve, chat: int, state: State, store: ClauseStore
) -> None:
    async with serve():
        await handed_over(api, chat)
    await answer(state, store)
    api.fail("getMe", Fault(502))
    async with serve() as channel:
        assert isinstance(channel, TelegramChannel)
        channel.deliver()
        await api.shown(chat, 3)
