from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import AccessError, ConflictError, MessageError, RongceError
from bot.helpdesk import audit
from bot.helpdesk.audit import Actor
from bot.helpdesk.proposals import REASONS, Proposals
from bot.helpdesk.queue import Queue
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.people import Opinion, People
from bot.mailbox.state import State
from bot.mailbox.tables import proposals as table

LIN, CHEN = Actor("lin"), Actor("chen")
PASSAGE = "2021-49/8/2"
REFUSED = "utter_no_offtopic"


async def said_no(state: State, *questions: str, line: str = REFUSED, conversation: str = "c") -> None:
    """Messages that the assistant refused."""

    async def answer(_: Message) -> Reply:
        return Reply((Line(line, "這份文件不管這件事。"),), {"kind": "no_answer", "script": "hant", "answers": []})

    mailbox = Mailbox(state, answer)
    for question in questions:
        await mailbox.ask(Message("web", conversation, question[:8], question))


async def thumbs_down(state: State, question: str) -> None:
    opinion = Opinion("telegram", "7", "m1", "down", "", question, "「原文」", "2021-49/8", "model")
    await People(state).keep_opinion(opinion)


def test_the_reasons_are_those_that_can_be_learned() -> None:
    assert {path.stem for path in Path("nlu/out_of_scope").glob("*.yml")} == REASONS


@pytest.mark.asyncio
async def test_a_second_person_accepts_and_both_are_on_record(state: State) -> None:
    proposals = Proposals(state)
    number = await proposals.propose("own", "", "留学生有啥补助", PASSAGE, "", LIN)
    await proposals.accept(number, CHEN)
    (accepted,) = await proposals.accepted()
    assert (accepted.question, accepted.passage, accepted.clause) == ("留学生有啥补助", PASSAGE, "2021-49/8")
    assert (accepted.proposed_by, accepted.decided_by) == ("lin", "chen")
    trail = [(entry.who, entry.action) for entry in await audit.entries(state, about=f"proposal/{number}")]
    assert trail == [("chen", "accepted"), ("lin", "proposed")]


@pytest.mark.asyncio
async def test_nobody_accepts_or_rejects_ones_own(state: State) -> None:
    proposals = Proposals(state)
    number = await proposals.propose("own", "", "留学生有啥补助", PASSAGE, "", LIN)
    for decide in (proposals.accept, proposals.reject):
        with pytest.raises(AccessError, match="别人"):
            await decide(number, LIN)
    assert [entry.stage for entry in await proposals.open()] == ["open"]


@pytest.mark.asyncio
async def test_what_was_decided_stays_so(state: State) -> None:
    proposals = Proposals(state)
    number = await proposals.propose("own", "", "明天下雨吗", "", "offtopic", LIN)
    await proposals.reject(number, CHEN)
    with pytest.raises(ConflictError, match="chen"):
        await proposals.accept(number, Actor("wu"))
    with pytest.raises(ConflictError):
        await proposals.accept(number + 1, CHEN)
    assert await proposals.accepted() == []
    assert [entry.stage for entry in await proposals.decided(10)] == ["rejected"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "passage", "reason"),
    [("问", "", ""), ("问", PASSAGE, "offtopic"), ("问", "", "whatever"), ("。", PASSAGE, "")],
)
async def test_what_teaches_nothing_is_no_proposal(state: State, question: str, passage: str, reason: str) -> None:
    with pytest.raises(MessageError):
        await Proposals(state).propose("own", "", question, passage, reason, LIN)


@pytest.mark.asyncio
async def test_personal_numbers_and_line_breaks_are_not_kept(state: State) -> None:
    await Proposals(state).propose("own", "", "我电话\n13900001234，\x00留学生有啥补助", PASSAGE, "", LIN)
    (proposal,) = await Proposals(state).open()
    assert proposal.question == "我电话 〔电话〕，留学生有啥补助"


@pytest.mark.asyncio
async def test_a_refused_question_is_a_lesson_until_something_is_proposed_or_it_is_dismissed(state: State) -> None:
    proposals = Proposals(state)
    await said_no(state, "老年卡怎么办", "我阿公的老年卡怎麼辦", "明天下雨吗")
    elderly, rain = (await proposals.lessons()).refused
    assert {lesson.question for lesson in elderly.members} == {"老年卡怎么办", "我阿公的老年卡怎麼辦"}
    lesson = elderly.typical
    assert (lesson.channel, lesson.answer) == ("web", "這份文件不管這件事。")
    await proposals.propose("refused", lesson.origin_id, lesson.question, "", "service", LIN, "web", "c")
    await proposals.dismiss(rain.typical, LIN)
    (left,) = (await proposals.lessons()).refused
    assert [entry.question for entry in left.members] == [elderly.members[1].question]
    assert [entry.question for entry in await proposals.open()] == [lesson.question]
    with pytest.raises(ConflictError):
        await proposals.dismiss(lesson, CHEN)
    with pytest.raises(ConflictError):
        await proposals.propose("refused", lesson.origin_id, lesson.question, PASSAGE, "", CHEN)


@pytest.mark.asyncio
async def test_a_message_that_was_not_judged_teaches_nothing(state: State) -> None:
    await said_no(state, "怎么回事", line="utter_error")
    await said_no(state, "🙂🙂", line="utter_empty")
    assert (await Proposals(state).lessons()).refused == ()


@pytest.mark.asyncio
async def test_a_refused_question_that_went_to_the_staff_is_theirs(state: State) -> None:
    await said_no(state, "老年卡怎么办")
    await Queue(state).hand_over(Message("web", "c", "m9", "转人工"), "老年卡怎么办", Voice("hans", "zh"), [])
    assert (await Proposals(state).lessons()).refused == ()


@pytest.mark.asyncio
async def test_a_disliked_answer_is_a_lesson(state: State) -> None:
    await thumbs_down(state, "留学生有啥补助")
    (lesson,) = (await Proposals(state).lessons()).down
    assert (lesson.question, lesson.answer, lesson.channel) == ("留学生有啥补助", "「原文」", "telegram")
    await Proposals(state).dismiss(lesson, LIN)
    assert (await Proposals(state).lessons()).down == ()
    await thumbs_down(state, "另一个问题")
    (row,) = await rows(state)
    assert row.question == "留学生有啥补助"


@pytest.mark.asyncio
async def test_what_the_staff_answered_is_proposed_with_the_answer_or_not_at_all(state: State) -> None:
    queue = Queue(state)
    handover, _ = await queue.hand_over(Message("web", "c", "m1", "转人工"), "老年卡怎么办", Voice("hans", "zh"), [])
    reply = Reply((), {"kind": "no_answer", "answers": []})
    with pytest.raises(RongceError):
        await queue.refuse(handover.id, "service", "", reply, LIN, learn=True)
    assert await Proposals(state).open() == []
    await queue.claim(handover.id, LIN)
    await queue.refuse(handover.id, "service", "", reply, LIN, learn=True)
    (proposal,) = await Proposals(state).open()
    assert (proposal.origin, proposal.reason, proposal.proposed_by) == ("staff", "service", "lin")


@pytest.mark.asyncio
async def test_it_is_remembered_which_model_learned_what(state: State) -> None:
    proposals = Proposals(state)
    number = await proposals.propose("own", "", "留学生有啥补助", PASSAGE, "", LIN)
    await proposals.accept(number, CHEN)
    await proposals.trained_in([number], "abc")
    assert [entry.model for entry in await proposals.decided(1)] == ["abc"]


@pytest.mark.asyncio
async def test_refused_questions_are_counted_by_when_they_were_asked(state: State) -> None:
    before = time.time()
    await said_no(state, "明天下雨吗")
    proposals = Proposals(state)
    assert len(await proposals.refused(before, time.time() + 1)) == 1
    assert await proposals.refused(before - 10, before) == []


async def rows(state: State) -> list[Any]:
    return await state.run(lambda connection: connection.execute(sa.select(table)).all())
