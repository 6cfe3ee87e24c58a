"""What people get on Telegram, over real HTTP, from the trained assistant."""

from __future__ import annotations

from typing import Any

import pytest

from bot.assistant import Assistant
from bot.channels.telegram.channel import TelegramChannel
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.people import People
from bot.mailbox.state import State
from tests.telegram_api.server import TelegramApi

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("channel")]

QUESTION = "留學生回福州創業有補助嗎"
LINK = "https://t.me/rongce_bot?start=c8"


@pytest.mark.parametrize(
    ("language", "greeting", "question"),
    [
        ("zh-hant", "您好，我是榕策問答", "面試期間有免費住的地方嗎？"),
        ("zh-TW", "您好，我是榕策問答", "面試期間有免費住的地方嗎？"),
        ("zh-hans", "您好，我是榕策问答", "面试期间有免费住的地方吗？"),
        ("zh", "您好，我是榕策问答", "面试期间有免费住的地方吗？"),
        ("en", "Hello, this is", "Is there free lodging while I go to job interviews?"),
        ("ja", "Hello, this is", "Is there free lodging while I go to job interviews?"),
    ],
)
async def test_start_greets_in_the_persons_script_with_three_questions_to_tap(
    api: TelegramApi, chat: int, language: str, greeting: str, question: str
) -> None:
    await api.say(chat, "/start", language=language)
    (hello,) = await api.shown(chat)
    assert hello.text.startswith(greeting)
    assert len(hello.buttons) == 3
    await api.tap(chat, hello, question)
    _, answer = await api.shown(chat, 2)
    assert answer.text.startswith(question)
    assert answer.quotes


async def test_a_question_gets_a_block_quote_the_units_the_citation_and_a_link_to_the_clause(
    api: TelegramApi, chat: int
) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    assert "創業場地租金補助" in answer.quotes[0]
    assert "責任單位：市人社局、市財政局" in answer.text
    assert "榕政辦〔2021〕49號" in answer.text
    assert LINK in answer.text
    assert answer.labels == [["原文", "責任單位", "出處", "還有"], ["👍", "👎"]]


async def test_typing_is_shown_while_it_thinks_and_before_the_answer(api: TelegramApi, chat: int) -> None:
    await api.say(chat, QUESTION)
    await api.shown(chat)
    mine = [call.method for call in api.calls if call.params.get("chat_id") == str(chat)]
    assert mine == ["sendChatAction", "sendMessage"]


async def test_the_buttons_change_the_message_and_send_none(api: TelegramApi, chat: int) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    first = answer.text
    await api.tap(chat, answer, "原文")
    await api.until(lambda: "榕城杯" in answer.text)
    assert "（八）支持留學人員創新創業" in answer.text
    assert answer.labels[0] == ["回到答案", "責任單位", "出處", "還有"]
    await api.tap(chat, answer, "責任單位")
    await api.until(lambda: "由下列 2 個單位負責" in answer.text)
    assert "市人社局、市財政局" in answer.text
    await api.tap(chat, answer, "出處")
    await api.until(lambda: "寫在這裡" in answer.text)
    assert "2021年5月26日" in answer.text
    assert LINK in answer.text
    await api.tap(chat, answer, "回到答案")
    await api.until(lambda: "回到答案" not in answer.buttons)
    assert answer.text in first
    await api.tap(chat, answer, "還有")
    await api.until(lambda: "一共有" in answer.text)
    assert len(api.chats[chat]) == 1


async def test_more_lists_other_clauses_to_open(api: TelegramApi, chat: int) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    await api.tap(chat, answer, "還有")
    await api.until(lambda: "一共有" in answer.text)
    other = next(label for label in answer.buttons if label.startswith("（"))
    assert "（八）" not in other
    await api.tap(chat, answer, other)
    await api.until(lambda: "一共有" not in answer.text)
    assert other[:3] in answer.quotes[0]


async def test_what_is_asked_next_is_about_what_a_button_showed(api: TelegramApi, chat: int) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    await api.say(chat, "註冊公司要幾天")
    await api.shown(chat, 2)
    await api.tap(chat, answer, "原文")
    await api.until(lambda: "榕城杯" in answer.text)
    await api.say(chat, "歸誰管")
    assert "市人社局、市財政局" in (await api.shown(chat, 3))[2].text


async def test_a_choice_is_one_button_a_clause_with_its_heading(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "機制")
    (offer,) = await api.shown(chat)
    assert "您問的是哪一條？" in offer.text
    assert all(label.startswith("（") and len(label) > 4 for label in offer.buttons)
    label = next(iter(offer.buttons))
    await api.tap(chat, offer, label)
    await api.until(lambda: bool(offer.quotes))
    assert label in offer.text
    assert len(api.chats[chat]) == 1


async def test_each_of_two_questions_gets_its_own_quote_units_citation_and_clause_to_open(
    api: TelegramApi, chat: int
) -> None:
    await api.say(chat, "留學生創業給多少？面試免費住幾天")
    (answer,) = await api.shown(chat)
    first, second = answer.text.split("【2】面試免費住幾天")
    assert first.startswith("【1】留學生創業給多少？")
    for part, unit, clause in ((first, "市財政局", "8"), (second, "市退役軍人事務局", "2")):
        assert unit in part and "榕政辦〔2021〕49號" in part
        assert f"start=c{clause}\n" in f"{part}\n"
    assert len(answer.quotes) == 2
    assert answer.labels == [["（八）支持留學人員創新創業"], ["（二）強化公共就業服務"], ["👍", "👎"]]
    await api.tap(chat, answer, "（八）支持留學人員創新創業")
    await api.until(lambda: "榕城杯" in answer.text)


async def test_a_part_that_is_refused_offers_a_person(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "留學生創業給多少？廈門人才補貼呢？")
    (answer,) = await api.shown(chat)
    assert "這是別的地方的政策" in answer.text
    assert "轉人工" in answer.buttons


async def test_a_question_about_the_document_gets_its_card(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "這份文件還有效嗎")
    (answer,) = await api.shown(chat)
    assert "共8個部分、24條" in answer.text and "未經核實" in answer.text
    assert answer.labels == [["👍", "👎"]]


async def test_a_part_about_the_document_can_be_opened_too(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "這份文件還有效嗎？免費住宿歸誰管")
    (answer,) = await api.shown(chat)
    assert "未經核實" in answer.text.split("【2】")[0]
    assert all(answer.buttons) and "（二）強化公共就業服務" in answer.buttons


async def test_a_list_has_pages_to_turn(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "市人社局負責哪幾條")
    (answer,) = await api.shown(chat)
    pages = next(label for label in answer.buttons if label.startswith("1/"))
    assert len([label for label in answer.buttons if label.startswith("（")]) == 6
    first = answer.text
    await api.tap(chat, answer, "▶")
    await api.until(lambda: "2/" + pages[2:] in answer.buttons)
    assert answer.text != first
    await api.tap(chat, answer, "◀")
    await api.until(lambda: pages in answer.buttons)
    listed = [line for line in answer.text.splitlines() if line.startswith("第")]
    assert listed == [line for line in first.splitlines() if line.startswith("第")]
    opened = next(label for label in answer.buttons if label.startswith("（"))
    await api.tap(chat, answer, opened)
    await api.until(lambda: bool(answer.quotes))
    assert opened in answer.text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("/clause 8", "（八）支持留學人員創新創業"),
        ("/clause 第8條", "（八）支持留學人員創新創業"),
        ("/clause 第八條", "（八）支持留學人員創新創業"),
        ("/clause", "一共有 24 條"),
        ("/clause 99", "只有第1條到第24條"),
        ("/clause 十十", "只有第1條到第24條"),
        ("第8條", "（八）支持留學人員創新創業"),
        ("/help", "/forget"),
        ("/nothing", "/forget"),
        ("/start c8", "（八）支持留學人員創新創業"),
        ("/start c2021-49_8", "（八）支持留學人員創新創業"),
        ("/start c77", "您好，我是榕策問答"),
        ("/start x'; drop table", "您好，我是榕策問答"),
    ],
)
async def test_commands(api: TelegramApi, chat: int, said: str, expected: str) -> None:
    await api.say(chat, said)
    (answer,) = await api.shown(chat)
    assert expected in answer.text


async def test_departments_are_tapped_to_see_their_clauses(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/departments")
    (answer,) = await api.shown(chat)
    assert "個責任單位" in answer.text
    await api.tap(chat, answer, "▶")
    await api.until(lambda: any(label.startswith("2/") for label in answer.buttons))
    await api.tap(chat, answer, "◀")
    await api.until(lambda: "市人社局" in answer.buttons)
    await api.tap(chat, answer, "市人社局")
    await api.until(lambda: "一共有" in answer.text)
    assert "市人社局" in answer.text


async def test_language_is_kept_to_whatever_is_typed(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/language")
    (question,) = await api.shown(chat)
    assert list(question.buttons) == ["繁體中文", "简体中文", "English"]
    await api.tap(chat, question, "简体中文")
    await api.until(lambda: question.text.startswith("好，以后"))
    await api.say(chat, QUESTION)
    answer = (await api.shown(chat, 2))[1]
    assert "责任单位：市人社局、市财政局" in answer.text
    assert "原文" in answer.buttons
    await api.say(chat, "/language")
    again = (await api.shown(chat, 3))[2]
    await api.tap(chat, again, "English")
    await api.until(lambda: again.text.startswith("All right"))
    await api.say(chat, QUESTION)
    assert "Responsible units" in (await api.shown(chat, 4))[3].text
    assert api.commands[str(chat)][0]["description"] == "Start, with questions to tap"


async def test_commands_are_published_in_traditional_simplified_and_english(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/start", language="zh-hans")
    await api.until(lambda: {"", "zh", "en", str(chat)} <= set(api.commands))
    named = {code: [command["command"] for command in commands] for code, commands in api.commands.items()}
    assert named["zh"] == ["start", "help", "clause", "departments", "language", "person", "cancel", "forget"]
    assert len({tuple(names) for names in named.values()}) == 1
    described = {code: commands[-1]["description"] for code, commands in api.commands.items()}
    assert described["zh"] == "刪除我的紀錄"
    assert described[str(chat)] == "删除我的纪录"
    assert described["en"] == described[""] == "Delete what is kept of me"


async def test_forget_deletes_what_is_kept_and_says_so(
    api: TelegramApi, chat: int, state: State, assistant: Assistant
) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    await api.ended(await api.tap(chat, answer, "👎"))
    await api.say(chat, "/forget")
    assert "刪除了" in (await api.shown(chat, 2))[1].text
    assert await Mailbox(state, assistant.answer).history("telegram", str(chat)) == ()
    assert await People(state).opinions() == []
    kept = await state.run(
        lambda connection: [
            [tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")]
            for table in ("messages", "events", "slots", "sends", "updates", "feedback", "voices")
        ]
    )
    assert QUESTION not in repr(kept)
    assert "創業" not in repr(kept)


async def test_a_thumb_down_asks_why_and_is_kept_with_question_answer_and_model(
    api: TelegramApi, chat: int, state: State
) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    assert "哪裡沒答好" in await api.ended(await api.tap(chat, answer, "👎"))
    await api.until(lambda: "看不懂" in answer.buttons)
    assert answer.labels[1:] == [["不是這一條", "沒回答到"], ["看不懂", "其他原因"]]
    assert "記下了" in await api.ended(await api.tap(chat, answer, "不是這一條"))
    await api.until(lambda: "看不懂" not in answer.buttons)
    (opinion,) = await People(state).opinions()
    assert (opinion.verdict, opinion.reason) == ("down", "wrong clause")
    assert opinion.question == QUESTION
    assert "創業場地租金補助" in opinion.answer
    assert opinion.clause == "2021-49/8/3"
    assert opinion.model == "model of the test"


async def test_a_thumb_up_is_kept(api: TelegramApi, chat: int, state: State) -> None:
    await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    await api.ended(await api.tap(chat, answer, "👍"))
    assert [opinion.verdict for opinion in await People(state).opinions()] == ["up"]
    await api.until(lambda: "👍" not in answer.buttons)
    assert "原文" in answer.buttons


async def test_an_edited_message_is_answered_as_edited_and_not_twice(api: TelegramApi, chat: int) -> None:
    typed = await api.say(chat, QUESTION)
    (answer,) = await api.shown(chat)
    await api.edit(typed, "註冊公司要幾天")
    await api.until(lambda: "（九）" in answer.text)
    assert answer.quotes
    await api.edit(typed, QUESTION)
    await api.say(chat, "/help")
    assert len(await api.shown(chat, 2)) == 2


async def test_an_edited_command_changes_its_answer(api: TelegramApi, chat: int) -> None:
    typed = await api.say(chat, "/clause 8")
    (answer,) = await api.shown(chat)
    await api.edit(typed, "/clause 9")
    await api.until(lambda: "（九）" in answer.text)
    assert len(api.chats[chat]) == 1


async def test_an_edit_that_changed_no_word_changes_nothing(api: TelegramApi, chat: int) -> None:
    typed = await api.say(chat, QUESTION)
    await api.shown(chat)
    await api.edit(typed, QUESTION)
    await api.say(chat, "/help")
    await api.shown(chat, 2)
    assert api.count("editMessageText") == 0


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "a", "duration": 1}},
        {"location": {"latitude": 26.07, "longitude": 119.3}},
        {
            "sticker": {
                "file_id": "a",
                "file_unique_id": "a",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
    ],
    ids=["photo", "voice", "location", "sticker"],
)
async def test_what_is_no_text_gets_a_kind_sentence(api: TelegramApi, chat: int, content: dict[str, Any]) -> None:
    await api.say(chat, **content)
    (answer,) = await api.shown(chat)
    assert "我只讀得懂文字" in answer.text


async def test_an_album_gets_one_sentence_and_a_caption_is_read(api: TelegramApi, chat: int) -> None:
    photo: dict[str, Any] = {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]}
    for _ in range(3):
        await api.say(chat, media_group_id="album", **photo)
    await api.say(chat, caption=QUESTION, **photo)
    _, answer = await api.shown(chat, 2)
    assert "創業場地租金補助" in answer.quotes[0]


async def test_talk_in_a_group_is_left_alone_unless_the_bot_is_meant(api: TelegramApi, group: int) -> None:
    await api.say(group, QUESTION, person=31)
    await api.say(group, "/kick", person=31)
    await api.say(group, "/help@other_bot", person=31)
    await api.say(group, person=31, voice={"file_id": "a", "file_unique_id": "a", "duration": 1})
    asked = await api.say(group, f"@rongce_bot {QUESTION}", person=31)
    (answer,) = await api.shown(group)
    assert "創業場地租金補助" in answer.quotes[0]
    assert answer.replies_to == asked["message_id"]


async def test_in_a_group_a_reply_to_the_bot_and_a_command_are_answered(api: TelegramApi, group: int) -> None:
    await api.say(group, "/clause@rongce_bot 8", person=41)
    (first,) = await api.shown(group)
    assert "（八）" in first.text
    told = {"message_id": first.id, "date": 1, "chat": {"id": group, "type": "supergroup"}, "from": api.me, "text": "…"}
    await api.say(group, "歸誰管", person=41, reply_to_message=told)
    assert "市人社局、市財政局" in (await api.shown(group, 2))[1].text


async def test_people_in_a_group_do_not_share_a_conversation(api: TelegramApi, group: int) -> None:
    await api.say(group, f"@rongce_bot {QUESTION}", person=51)
    await api.shown(group)
    await api.say(group, "@rongce_bot 歸誰管", person=52)
    assert "市人社局" not in (await api.shown(group, 2))[1].text


async def test_an_answer_in_a_topic_stays_in_it(api: TelegramApi, group: int) -> None:
    await api.say(group, f"@rongce_bot {QUESTION}", person=61, message_thread_id=7, is_topic_message=True)
    assert (await api.shown(group))[0].thread == 7


async def test_an_inline_query_offers_up_to_ten_cited_clauses(api: TelegramApi, chat: int) -> None:
    offered = await api.type_inline("離崗創業")
    assert 1 <= len(offered["results"]) <= 10
    assert int(offered["cache_time"]) > 0
    first = offered["results"][0]
    posted = first["input_message_content"]["message_text"]
    assert "<blockquote>" in posted and "離崗" in posted
    assert "榕政辦〔2021〕49號" in posted and "責任單位" in posted
    assert "https://t.me/rongce_bot?start=c" in posted


async def test_an_inline_query_for_a_clause_offers_that_clause(api: TelegramApi) -> None:
    (only,) = (await api.type_inline("第八條"))["results"]
    assert only["title"] == "（八）支持留學人員創新創業"


async def test_an_inline_query_for_a_unit_offers_its_clauses(api: TelegramApi) -> None:
    results = (await api.type_inline("市人社局"))["results"]
    assert len(results) == 10
    assert all("市人社局" in result["input_message_content"]["message_text"] for result in results)


@pytest.mark.parametrize("typed", ["", "   ", "😂" * 50, "\u202e\u200b", "<b>", "a" * 256, "'; drop table"])
async def test_any_inline_query_is_answered(api: TelegramApi, typed: str) -> None:
    assert len((await api.type_inline(typed, language="en"))["results"]) <= 10


async def test_nothing_of_an_inline_query_is_kept(api: TelegramApi, state: State) -> None:
    await api.type_inline("離崗創業")
    rows = await state.run(lambda connection: connection.exec_driver_sql("select * from updates").all())
    assert rows == []


async def test_the_channel_is_well(channel: TelegramChannel, api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/help")
    await api.shown(chat)
    assert channel.trouble() is None
