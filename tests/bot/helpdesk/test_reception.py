"""What a person gets who asks for a person, from the trained assistant behind its reception."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.answers.outcome import Say as Saying
from bot.assistant import Assistant
from bot.errors import StateError
from bot.helpdesk.hours import OfficeHours
from bot.helpdesk.queue import Handover, Queue
from bot.helpdesk.reception import Reception
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.state import State
from bot.text.script import Script
from tests.bot.helpdesk import clerk

pytestmark = pytest.mark.asyncio

NOT_OURS = "福州明天天氣怎麼樣"
ANSWERED = "留學生回福州創業有補助嗎"
ALWAYS = "24/7"
CONVERSATIONS, NUMBERS = itertools.count(), itertools.count()

Say = Callable[..., Awaitable[Reply]]


@pytest.fixture
def conversation() -> str:
    """A conversation of its own: the assistant is shared by all tests."""
    return f"reception-{next(CONVERSATIONS)}"


def received(state: State, assistant: Assistant) -> Mailbox:
    """A mailbox in front of a reception in front of the assistant."""
    reception = Reception(state, OfficeHours(ALWAYS, "Asia/Shanghai"))

    async def answer(message: Message) -> Reply:
        return await reception.answer(message, assistant)

    return Mailbox(state, answer)


@pytest.fixture
def say(state: State, assistant: Assistant, conversation: str) -> Say:
    """Says something in the conversation."""
    mailbox = received(state, assistant)

    async def saying(text: str, voice: Voice | None = None) -> Reply:
        return await mailbox.ask(Message("web", conversation, str(next(NUMBERS)), text, voice))

    return saying


async def waiting(state: State) -> list[str]:
    """The questions in the queue."""
    return [entry.question for entry in await Queue(state).entries()]


async def claimed(state: State) -> Handover:
    """The only question in the queue, which a clerk has claimed."""
    (entry,) = await Queue(state).entries()
    await Queue(state).claim(entry.id, clerk.LIN)
    return entry


async def test_the_refused_question_before_the_button_is_handed_over_with_the_assistants_candidates(
    say: Say, state: State, conversation: str
) -> None:
    refused = await say("我的居住證辦到哪一步了")
    assert refused.custom["kind"] == "no_answer"
    reply = await say("轉人工")
    assert (reply.custom["kind"], reply.custom["handover"]) == ("handoff", "waiting")
    (entry,) = await Queue(state).entries()
    assert (entry.channel, entry.conversation) == ("web", conversation)
    assert entry.question == "我的居住證辦到哪一步了"
    assert entry.voice == Voice("hant", "zh")
    assert 1 <= len(entry.candidates) <= 3
    probabilities = [probability for _, probability in entry.candidates]
    assert probabilities == sorted(probabilities, reverse=True)


@pytest.mark.parametrize("asked", ["我想找真人", "轉人工", "转人工。", "人工客服"])
async def test_a_bare_request_is_about_the_last_matter_whatever_was_chatted_since(
    say: Say, state: State, asked: str
) -> None:
    await say(ANSWERED)
    await say(NOT_OURS)
    await say("謝謝")
    await say(asked)
    assert await waiting(state) == [NOT_OURS]


async def test_a_request_that_replies_to_an_earlier_question_hands_that_one_over(
    state: State, assistant: Assistant, conversation: str
) -> None:
    mailbox = received(state, assistant)
    await mailbox.ask(Message("web", conversation, "first", NOT_OURS))
    await mailbox.ask(Message("web", conversation, "second", ANSWERED))
    await mailbox.ask(Message("web", conversation, "third", "轉人工", in_reply_to="first"))
    assert await waiting(state) == [NOT_OURS]


async def test_a_question_that_was_answered_can_be_handed_over_too(say: Say, state: State) -> None:
    await say(ANSWERED)
    await say("轉人工")
    assert await waiting(state) == [ANSWERED]


async def test_the_matter_that_is_named_with_the_request_is_handed_over(say: Say, state: State) -> None:
    await say(NOT_OURS)
    asked = "我要找真人客服問留學生創業補助"
    reply = await say(asked)
    assert reply.custom["handover"] == "waiting"
    assert await waiting(state) == [asked]


@pytest.mark.parametrize("asked", [f"轉人工，{NOT_OURS}", f"转人工：{NOT_OURS}", f"Ask a person: {NOT_OURS}"])
async def test_what_follows_the_buttons_words_in_one_message_is_the_question(
    say: Say, state: State, asked: str
) -> None:
    await say(ANSWERED)
    assert (await say(asked)).custom["handover"] == "waiting"
    assert await waiting(state) == [NOT_OURS]


async def test_a_person_asked_for_before_anything_else_asks_what_it_is_about_and_the_next_question_is_it(
    say: Say, state: State
) -> None:
    reply = await say("轉人工")
    assert reply.custom["handover"] == "waiting"
    assert reply.lines[0].name == "utter_handed_over_unnamed"
    assert await waiting(state) == [""]
    await say("謝謝")
    assert await waiting(state) == [""]
    await say(ANSWERED)
    (entry,) = await Queue(state).entries()
    assert entry.question == ANSWERED
    assert entry.candidates
    await say(NOT_OURS)
    assert await waiting(state) == [ANSWERED]


async def test_what_is_said_with_a_second_request_names_the_question_that_waits(say: Say, state: State) -> None:
    await say("轉人工")
    reply = await say(f"轉人工，{NOT_OURS}")
    assert await waiting(state) == [NOT_OURS]
    assert NOT_OURS in reply.text


async def test_where_too_many_wait_nobody_is_promised_an_answer(
    say: Say, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.helpdesk.queue.AT_MOST_WAITING", 0)
    reply = await say("轉人工")
    assert [line.name for line in reply.lines] == ["utter_queue_full"]
    assert "handover" not in reply.custom
    assert await waiting(state) == []


@pytest.mark.parametrize(
    ("question", "asks", "passed", "takes_back", "gone", "script"),
    [
        (NOT_OURS, "轉人工", "已經轉給服務台的同事", "取消人工", "已經撤回", "hant"),
        ("福州明天天气怎么样", "转人工", "已经转给服务台的同事", "取消人工。", "已经撤回", "hans"),
        ("How much does a passport cost?", "Ask a person", "has been passed to", "no person, thanks", "Taken back", ""),
        (
            "How much does a passport cost?",
            "ask a person.",
            "has been passed to",
            "No person, thanks!",
            "Taken back",
            "",
        ),
    ],
)
async def test_it_is_said_and_taken_back_in_the_persons_own_script_and_language(
    say: Say, state: State, question: str, asks: str, passed: str, takes_back: str, gone: str, script: str
) -> None:
    await say(question)
    reply = await say(asks)
    assert passed in reply.text and question in reply.text
    assert await waiting(state) == [question]
    assert reply.custom["language"] == ("zh" if script else "en")
    taken = await say(takes_back)
    assert gone in taken.text
    assert (taken.custom["kind"], taken.custom["handover"]) == ("handoff", "taken back")
    assert await waiting(state) == []


async def test_what_was_said_to_be_typed_to_take_it_back_does(say: Say, state: State) -> None:
    await say(NOT_OURS)
    told = (await say("轉人工")).text
    assert "回一句「取消人工」就撤回" in told
    await say("取消人工")
    assert await waiting(state) == []


@pytest.mark.parametrize(
    ("text", "reply", "language"),
    [
        ("Ask a person", "will answer. Please write here", "en"),
        ("轉人工", "請直接在這裡寫", "zh"),
        ("No person, thanks", "You have no question", "en"),
        ("取消人工", "没有在等", "zh"),
    ],
)
async def test_a_button_that_is_the_first_thing_said_is_answered_in_its_own_language(
    say: Say, text: str, reply: str, language: str
) -> None:
    said = await say(text)
    assert reply in said.text
    assert said.custom["language"] == language


async def test_taking_back_nothing_is_said_and_harms_nothing(say: Say) -> None:
    reply = await say("取消人工")
    assert "没有在等人工答复的问题" in reply.text
    assert reply.custom["handover"] == "taken back"


async def test_the_assistant_goes_on_answering_while_the_question_waits(say: Say, state: State) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    reply = await say(ANSWERED)
    assert reply.custom["kind"] == "answer"
    assert "handover" not in reply.custom
    assert await waiting(state) == [NOT_OURS]


async def test_asking_for_a_person_again_keeps_the_one_question_in_its_place(say: Say, state: State) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    await say(ANSWERED)
    again = await say("轉人工")
    assert NOT_OURS in again.text
    assert again.custom["handover"] == "waiting"
    assert await waiting(state) == [NOT_OURS]


@pytest.mark.parametrize("text", [ANSWERED, "您好", "轉人工", "我要找真人", "x" * 5000, "?"])
async def test_the_assistant_is_silent_while_a_clerk_has_the_question(say: Say, state: State, text: str) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    await claimed(state)
    reply = await say(text)
    assert [line.name for line in reply.lines] == ["utter_with_staff"]
    assert (reply.custom["kind"], reply.custom["handover"]) == ("handoff", "claimed")
    assert reply.custom["answers"] == []


async def test_what_is_taken_back_from_a_clerk_is_answered_by_the_assistant_again(say: Say, state: State) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    await claimed(state)
    await say("取消人工")
    assert (await say(ANSWERED)).custom["kind"] == "answer"
    assert await waiting(state) == []


async def test_what_was_said_while_a_clerk_had_the_question_is_no_new_matter(say: Say, state: State) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    await claimed(state)
    await say("還在嗎")
    await say("取消人工")
    await say("轉人工")
    assert await waiting(state) == [NOT_OURS]


async def test_after_the_clerks_answer_the_assistant_goes_on_and_another_question_can_be_handed_over(
    say: Say, state: State
) -> None:
    await say(NOT_OURS)
    await say("轉人工")
    entry = await claimed(state)
    await Queue(state).refuse(entry.id, "offtopic", "", clerk.refusal(entry), clerk.LIN)
    assert (await say(ANSWERED)).custom["kind"] == "answer"
    await say("轉人工")
    assert await waiting(state) == [ANSWERED]


async def test_personal_numbers_are_masked_in_the_queue_and_in_what_is_said(say: Say, state: State) -> None:
    await say("我的身份證350102199003071234，電話13805911234，居住證辦到哪一步了")
    reply = await say("轉人工")
    (question,) = await waiting(state)
    for number in ("350102199003071234", "13805911234"):
        assert number not in question
        assert number not in reply.text
    assert "居住證辦到哪一步了" in question


async def test_how_many_wait_before_it_is_said(state: State, assistant: Assistant, conversation: str) -> None:
    mailbox = received(state, assistant)
    told = []
    for number in range(3):
        for text in (NOT_OURS, "轉人工"):
            reply = await mailbox.ask(Message("web", f"{conversation}-{number}", text, text))
        told.append(reply.text)
    assert "個問題在等" not in told[0]
    assert "前面還有 1 個問題在等" in told[1]
    assert "前面還有 2 個問題在等" in told[2]


class OfficeHoursAt(OfficeHours):
    """Office hours at a moment."""

    def __init__(self, moment: str) -> None:
        super().__init__("Mo-Fr 08:30-12:00,14:30-17:30", "Asia/Shanghai")
        self._moment = datetime.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))

    def opens(self, now: datetime.datetime | None = None) -> datetime.datetime | None:
        return super().opens(self._moment)


@pytest.mark.parametrize(
    ("moment", "asks", "says", "not_said"),
    [
        ("2026-11-20T11:59:00", "轉人工", "現在是上班時間，答覆會出現在這裡", "現在不是"),
        ("2026-11-20T12:01:00", "轉人工", "同事要到 11月20日（週五）14:30 才上班", "現在是上班"),
        ("2026-11-20T17:31:00", "轉人工", "同事要到 11月23日（週一）08:30 才上班", "現在是上班"),
        ("2026-11-20T17:31:00", "转人工", "同事要到 11月23日（周一）08:30 才上班", "现在是上班"),
    ],
)
async def test_what_happens_now_depends_on_the_office_hours(
    state: State, assistant: Assistant, conversation: str, moment: str, asks: str, says: str, not_said: str
) -> None:
    reception = Reception(state, OfficeHoursAt(moment))
    reply = await reception.answer(Message("web", conversation, "1", asks), assistant)
    assert says in reply.text
    assert not_said not in reply.text


async def test_who_asks_in_english_outside_the_office_hours_is_told_when_they_begin(
    state: State, assistant: Assistant, conversation: str
) -> None:
    reception = Reception(state, OfficeHoursAt("2026-11-20T17:31:00"))
    asked = Message("web", conversation, "1", "Ask a person", Voice("hans", "en"))
    assert "opens on Monday 23 November, 08:30" in (await reception.answer(asked, assistant)).text


async def test_a_message_that_is_answered_again_after_a_kill_is_handed_over_once(
    state: State, assistant: Assistant, conversation: str
) -> None:
    reception = Reception(state, OfficeHours(ALWAYS, "Asia/Shanghai"))
    killed: list[int] = []

    async def answer(message: Message) -> Reply:
        reply = await reception.answer(message, assistant)
        if message.text == "轉人工" and not killed:
            killed.append(1)
            raise StateError("killed before the reply was kept")
        return reply

    mailbox = Mailbox(state, answer)
    await mailbox.ask(Message("web", conversation, "1", NOT_OURS))
    with pytest.raises(StateError):
        await mailbox.ask(Message("web", conversation, "2", "轉人工"))
    assert await mailbox.resume() == 1
    assert await waiting(state) == [NOT_OURS]
    again = await mailbox.ask(Message("web", conversation, "2", "轉人工"))
    assert again.custom["handover"] == "waiting"
    assert await waiting(state) == [NOT_OURS]


async def test_what_was_answered_meanwhile_is_not_handed_over_again_by_the_message_that_a_kill_left(
    state: State, assistant: Assistant, conversation: str
) -> None:
    mailbox = received(state, assistant)
    await mailbox.ask(Message("web", conversation, "1", NOT_OURS))
    asked = Message("web", conversation, "2", "轉人工")
    await mailbox.ask(asked)
    entry = await claimed(state)
    await Queue(state).refuse(entry.id, "offtopic", "", clerk.refusal(entry), clerk.LIN)
    await Reception(state, OfficeHours(ALWAYS, "Asia/Shanghai")).answer(asked, assistant)
    assert await waiting(state) == []


@pytest.mark.parametrize("script", ["hant", "hans"])
async def test_a_voice_that_was_chosen_is_kept_to(say: Say, state: State, script: Script) -> None:
    voice = Voice(script, "zh")
    await say(NOT_OURS, voice)
    reply = await say("轉人工", voice)
    assert reply.custom["script"] == script
    assert (await Queue(state).entries())[0].voice == voice
    assert (await say("取消人工", replace(voice, language="en"))).custom["language"] == "en"


async def test_people_do_not_see_each_others_questions(state: State, assistant: Assistant, conversation: str) -> None:
    mailbox = received(state, assistant)
    await mailbox.ask(Message("web", conversation, "1", NOT_OURS))
    await mailbox.ask(Message("web", conversation, "2", "轉人工"))
    await claimed(state)
    other = await mailbox.ask(Message("rest", conversation, "1", ANSWERED))
    assert other.custom["kind"] == "answer"
    await mailbox.ask(Message("rest", conversation, "2", "取消人工"))
    assert await waiting(state) == [NOT_OURS]


async def test_where_too_many_wait_people_are_told_the_service_line_and_nothing_counts_as_unanswered(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.helpdesk.queue.AT_MOST_WAITING", 0)
    reply = await Reception(state, OfficeHours(ALWAYS, "Asia/Shanghai"), lambda: "12345").answer(
        Message("web", "full", "1", "轉人工"), OnlyWords()
    )
    assert [(line.name, line.text) for line in reply.lines] == [
        ("utter_queue_full", "{}"),
        ("utter_hotline", "{'hotline': '12345'}"),
    ]
    assert reply.custom["kind"] == "handoff"
    assert "handover" not in reply.custom


class OnlyWords:
    """An assistant that understands nothing, and says the fields of its responses."""

    async def answer(self, message: Message) -> Reply:
        raise AssertionError(message)

    async def understand(self, text: str) -> None:
        return None

    async def voice(self, message: Message) -> Voice:
        return Voice("hant", "zh")

    async def say(self, message: Message, *says: Saying, kind: str = "no_answer") -> Reply:
        return Reply(tuple(Line(say.response, str(dict(say.fields))) for say in says), {"kind": kind})

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        return {"utter_button_person": "轉人工"}.get(response, "取消人工")
