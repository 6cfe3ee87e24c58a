"""The queue of questions handed over: every step once, all of it or nothing, whoever else does something at the same time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.clauses.store import ClauseStore
from bot.errors import ConflictError, StateError
from bot.helpdesk import proposals, queue
from bot.helpdesk.audit import Actor, Entry, entries
from bot.helpdesk.looking import look
from bot.helpdesk.queue import Handover, Queue
from bot.helpdesk.staff import Staff
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.notices import Notices
from bot.mailbox.state import State
from bot.mailbox.tables import handovers
from tests.bot.helpdesk import clerk
from tests.bot.helpdesk.clerk import LIN, WANG

pytestmark = pytest.mark.asyncio

HANT = Voice("hant", "zh")
PASSWORD = "vor dem Fenster steht ein Baum"
CHEF = Actor("chef", "127.0.0.1")


async def hand_over(
    state: State, conversation: str = "c", message: str = "1", question: str = "居住證怎麼辦"
) -> Handover:
    """A question in the queue."""
    asked = Message("web", conversation, message, "轉人工")
    found, _ = await Queue(state).hand_over(asked, question, HANT, [("2021-49/8/3", 0.25), ("2021-49/9/1", 0.125)])
    return found


@pytest_asyncio.fixture
async def entry(state: State) -> Handover:
    return await hand_over(state)


async def standing(state: State, entry: Handover) -> tuple[str, str]:
    """How it stands with a question, and who has it."""
    found = await Queue(state).entry(entry.id)
    return found.stage, found.claimed_by


async def trail(state: State, entry: Handover) -> list[tuple[str, str]]:
    """Who did what with a question, oldest first."""
    found: list[Entry] = await entries(state)
    return [(line.who, line.action) for line in reversed(found) if line.about.split(" ")[0] == entry.about]


async def test_what_is_handed_over_is_kept_as_it_was(state: State, entry: Handover) -> None:
    (found,) = await Queue(state).entries()
    assert found == entry
    assert (found.stage, found.claimed_by, found.claimed_at, found.ended_at) == ("waiting", "", None, None)
    assert (found.question, found.voice) == ("居住證怎麼辦", HANT)
    assert found.candidates == (("2021-49/8/3", 0.25), ("2021-49/9/1", 0.125))


async def test_of_many_clerks_at_once_exactly_one_gets_a_question(state: State, entry: Handover) -> None:
    clerks = [Actor(f"clerk {number}") for number in range(8)]
    ended = await asyncio.gather(*(Queue(state).claim(entry.id, by) for by in clerks), return_exceptions=True)
    winners = [by for by, result in zip(clerks, ended, strict=True) if result is None]
    refused = [result for result in ended if isinstance(result, ConflictError)]
    assert len(winners) == 1 and len(refused) == 7
    assert await standing(state, entry) == ("claimed", winners[0].name)
    assert await trail(state, entry) == [(winners[0].name, "claimed")]
    assert {str(error) for error in refused} == {f"{winners[0].name} 正在处理这个问题。"}


async def test_two_clerks_on_two_servers_do_not_get_the_same_question(state: State, state_url: str) -> None:
    other = State(state_url)
    try:
        entry = await hand_over(other)
        states = [state, other]
        claims = [Queue(one).claim(entry.id, by) for one, by in zip(states, (LIN, WANG), strict=True)]
        ended = await asyncio.gather(*claims, return_exceptions=True)
    finally:
        other.close()
    assert sorted(type(result).__name__ for result in ended) == ["ConflictError", "NoneType"]


async def test_who_claims_twice_is_told_so_and_has_it_still(state: State, entry: Handover) -> None:
    await Queue(state).claim(entry.id, LIN)
    with pytest.raises(ConflictError, match="您已经在处理"):
        await Queue(state).claim(entry.id, LIN)
    assert await standing(state, entry) == ("claimed", "lin")


async def test_a_question_that_is_put_back_waits_in_its_old_place_for_everybody(state: State, entry: Handover) -> None:
    later = await hand_over(state, "d")
    await Queue(state).claim(entry.id, LIN)
    with pytest.raises(ConflictError):
        await Queue(state).put_back(entry.id, WANG)
    await Queue(state).put_back(entry.id, LIN)
    assert [found.id for found in await Queue(state).entries()] == [entry.id, later.id]
    assert (await Queue(state).entry(entry.id)).claimed_at is None
    await Queue(state).claim(entry.id, WANG)
    assert await trail(state, entry) == [("lin", "claimed"), ("lin", "put back"), ("wang", "claimed")]


async def test_a_question_is_passed_on_to_a_colleague_and_answered_by_no_other(
    state: State, store: ClauseStore, entry: Handover
) -> None:
    await Staff(state).add("wang", PASSWORD, "staff", CHEF)
    await Queue(state).claim(entry.id, LIN)
    await Queue(state).pass_on(entry.id, "wang", LIN)
    assert await standing(state, entry) == ("claimed", "wang")
    reply = clerk.answer(entry, store)
    with pytest.raises(ConflictError, match="wang 正在处理"):
        await Queue(state).answer(entry.id, clerk.PASSAGE, "", reply, LIN)
    assert await Notices(state).of_handover(entry.id) == []
    await Queue(state).answer(entry.id, clerk.PASSAGE, "", reply, WANG)
    assert [action for _, action in await trail(state, entry)] == ["claimed", "passed on", "answered"]


@pytest.mark.parametrize("to", ["nobody", "gone", "lin", ""])
async def test_a_question_is_passed_on_to_nobody_who_cannot_answer_it(state: State, entry: Handover, to: str) -> None:
    await Staff(state).add("lin", PASSWORD, "staff", CHEF)
    await Staff(state).add("gone", PASSWORD, "staff", CHEF)
    await Staff(state).set_active("gone", False, CHEF)
    await Queue(state).claim(entry.id, LIN)
    with pytest.raises(ConflictError, match="不能转给"):
        await Queue(state).pass_on(entry.id, to, LIN)
    assert await standing(state, entry) == ("claimed", "lin")
    assert [action for _, action in await trail(state, entry)] == ["claimed"]


async def test_a_reviewer_frees_a_question_that_somebody_left_lying(
    state: State, store: ClauseStore, entry: Handover
) -> None:
    with pytest.raises(ConflictError, match="还没有人接手"):
        await Queue(state).free(entry.id, CHEF)
    await Queue(state).claim(entry.id, LIN)
    await Queue(state).free(entry.id, CHEF)
    assert await standing(state, entry) == ("waiting", "")
    with pytest.raises(ConflictError, match="还没有人接手"):
        await Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN)
    assert await trail(state, entry) == [("lin", "claimed"), ("chef", "freed")]


async def test_a_claim_ends_after_a_while_without_anything_done_and_not_before(
    state: State, entry: Handover, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = await hand_over(state, "d")
    await Queue(state).claim(entry.id, LIN)
    assert await Queue(state).free_left(30) == 0
    start = time.time()
    monkeypatch.setattr("bot.helpdesk.queue.time.time", lambda: start + 29 * 60)
    assert await Queue(state).free_left(30) == 0
    await Queue(state).note(entry.id, "在查", LIN)
    monkeypatch.setattr("bot.helpdesk.queue.time.time", lambda: start + 31 * 60)
    await Queue(state).stir(entry.id, WANG)  # who only looks on keeps nothing
    assert await Queue(state).free_left(30) == 0
    monkeypatch.setattr("bot.helpdesk.queue.time.time", lambda: start + 60 * 60)
    assert await Queue(state).free_left(30) == 1
    assert await standing(state, entry) == ("waiting", "")
    assert await standing(state, waits) == ("waiting", "")
    assert (await trail(state, entry))[-1] == (queue.EXPIRING.name, "expired")
    with pytest.raises(ConflictError, match="还没有人接手"):
        await Queue(state).put_back(entry.id, LIN)


async def test_what_the_person_writes_is_unheard_until_the_staff_say_something(state: State, entry: Handover) -> None:
    async def answer(message: Message) -> Reply:
        return Reply((), {"kind": "handoff"})

    async def write(text: str, conversation: str = "c") -> None:
        await Mailbox(state, answer).ask(Message("web", conversation, text, text))

    await write("還沒人接手")
    await Queue(state).claim(entry.id, LIN)
    assert await Queue(state).unheard([entry.id]) == {}
    await write("在嗎")
    await write("是我家的事")
    await write("別人說的", "d")
    assert await Queue(state).unheard([entry.id]) == {entry.id: 2}
    reply = Reply((Line("utter_staff_asks", "哪一年？"),), {"kind": "handoff", "handover": "claimed"})
    await Queue(state).say(entry.id, reply, LIN, "asked back")
    assert await Queue(state).unheard([entry.id]) == {}
    with pytest.raises(ConflictError, match="lin 正在处理"):
        await Queue(state).say(entry.id, reply, WANG, "asked back")
    assert len(await Notices(state).of_handover(entry.id)) == 1


async def test_what_was_passed_on_is_unseen_until_it_is_opened(state: State, entry: Handover) -> None:
    await Staff(state).add("wang", PASSWORD, "staff", CHEF)
    await Queue(state).look_at(entry.id, WANG)
    await Queue(state).claim(entry.id, LIN)
    await Queue(state).pass_on(entry.id, "wang", LIN, "你熟")
    assert await Queue(state).unseen(WANG) == await Queue(state).news_for(WANG) == {entry.id}
    assert await Queue(state).news_for(LIN) == set()
    await Queue(state).look_at(entry.id, WANG)
    assert await Queue(state).unseen(WANG) == set()


async def test_who_has_a_question_open_is_named_to_the_others(state: State, entry: Handover) -> None:
    assert await look(state, entry.id, "lin") == []
    assert await look(state, entry.id, "lin") == []
    assert await look(state, entry.id, "wang") == ["lin"]
    assert await look(state, entry.id, "lin") == ["wang"]


async def test_an_answer_is_said_proposed_and_recorded(state: State, store: ClauseStore, entry: Handover) -> None:
    await Queue(state).claim(entry.id, LIN)
    reply = clerk.answer(entry, store, "请带毕业证。")
    ended = await Queue(state).answer(entry.id, clerk.PASSAGE, "请带毕业证。", reply, LIN, learn=True)
    assert (ended.stage, ended.passage, ended.words, ended.claimed_by) == (
        "answered",
        clerk.PASSAGE,
        "请带毕业证。",
        "lin",
    )
    assert ended.ended_at is not None
    (notice,) = await Notices(state).of_handover(entry.id)
    assert (notice.channel, notice.conversation, notice.status) == ("web", "c", "waiting")
    assert notice.reply == reply
    (proposal,) = await proposals.Proposals(state).open()
    assert (proposal.origin, proposal.origin_id) == ("staff", entry.about)
    assert (proposal.question, proposal.passage, proposal.proposed_by) == (entry.question, clerk.PASSAGE, "lin")
    assert await trail(state, entry) == [("lin", "claimed"), ("lin", "answered")]
    assert await Queue(state).entries() == []
    assert [found.id for found in await Queue(state).ended()] == [entry.id]


async def test_a_refusal_is_said_proposed_and_recorded(state: State, entry: Handover) -> None:
    await Queue(state).claim(entry.id, LIN)
    ended = await Queue(state).refuse(entry.id, "own_file", "", clerk.refusal(entry), LIN, learn=True)
    assert (ended.stage, ended.reason, ended.passage) == ("refused", "own_file", "")
    assert len(await Notices(state).of_handover(entry.id)) == 1
    (proposal,) = await proposals.Proposals(state).open()
    assert (proposal.passage, proposal.reason) == ("", "own_file")
    assert await trail(state, entry) == [("lin", "claimed"), ("lin", "refused")]


@pytest.mark.parametrize("broken", ["notices.write", "proposals.write", "record"])
async def test_of_an_answer_that_fails_half_way_nothing_remains(
    state: State, store: ClauseStore, entry: Handover, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    await Queue(state).claim(entry.id, LIN)

    def fail(*_: Any) -> None:
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(f"{queue.__name__}.{broken}", fail)
        with pytest.raises(RuntimeError):
            await Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN, learn=True)
    assert await standing(state, entry) == ("claimed", "lin")
    assert await Notices(state).of_handover(entry.id) == []
    assert await proposals.Proposals(state).open() == []
    await Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN, learn=True)


async def test_an_answer_that_is_sent_twice_at_once_is_said_once(
    state: State, store: ClauseStore, entry: Handover
) -> None:
    await Queue(state).claim(entry.id, LIN)
    answers = [Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN) for _ in range(3)]
    ended = await asyncio.gather(*answers, return_exceptions=True)
    assert sum(isinstance(result, ConflictError) for result in ended) == 2
    assert len(await Notices(state).of_handover(entry.id)) == 1


async def test_what_the_person_took_back_is_answered_no_more(state: State, store: ClauseStore, entry: Handover) -> None:
    await Queue(state).claim(entry.id, LIN)
    assert await Queue(state).take_back("web", "c")
    assert not await Queue(state).take_back("web", "c")
    with pytest.raises(ConflictError, match="撤回"):
        await Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN)
    assert await Notices(state).of_handover(entry.id) == []


async def test_taking_back_and_answering_at_once_ends_in_one_of_both(
    state: State, store: ClauseStore, entry: Handover
) -> None:
    await Queue(state).claim(entry.id, LIN)
    answered, taken = await asyncio.gather(
        Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN),
        Queue(state).take_back("web", "c"),
        return_exceptions=True,
    )
    stage, _ = await standing(state, entry)
    said = len(await Notices(state).of_handover(entry.id))
    assert (stage, said, taken) in (("answered", 1, False), ("taken back", 0, True))
    assert isinstance(answered, ConflictError) == (stage == "taken back")


async def test_one_message_on_many_servers_at_once_is_handed_over_once(state: State) -> None:
    found = await asyncio.gather(*(hand_over(state) for _ in range(5)), return_exceptions=True)
    (entry,) = await Queue(state).entries()
    # who was slower is told to ask again with the same id, and then gets the same
    assert all(isinstance(result, StateError) or result == entry for result in found)
    assert await hand_over(state) == entry


async def test_the_oldest_question_comes_first_and_it_is_known_how_many_wait_before_a_new_one(state: State) -> None:
    for number in range(3):
        await hand_over(state, f"c{number}")
    oldest = (await Queue(state).entries())[0]
    await Queue(state).claim(oldest.id, LIN)
    _, ahead = await Queue(state).hand_over(Message("web", "c9", "1", ""), "居住證", HANT, [])
    assert ahead == 2
    assert [entry.conversation for entry in await Queue(state).entries()] == ["c0", "c1", "c2", "c9"]


async def test_looking_at_a_question_stands_in_the_audit_trail(state: State, entry: Handover) -> None:
    await Queue(state).look_at(entry.id, WANG)
    assert await trail(state, entry) == [("wang", "saw")]


async def test_a_question_that_is_gone_is_a_conflict_whatever_is_done_with_it(state: State) -> None:
    steps = (Queue(state).claim, Queue(state).put_back, Queue(state).free, Queue(state).look_at)
    for step in steps:
        with pytest.raises(ConflictError, match="不在了"):
            await step(4711, LIN)


async def test_a_restart_loses_nothing(state: State, store: ClauseStore, entry: Handover, state_url: str) -> None:
    waiting = await hand_over(state, "waits")
    claimed = await hand_over(state, "claimed")
    await Queue(state).claim(claimed.id, WANG)
    await Queue(state).claim(entry.id, LIN)
    await Queue(state).answer(entry.id, clerk.PASSAGE, "", clerk.answer(entry, store), LIN)
    before = [await Queue(state).entry(found.id) for found in (entry, waiting, claimed)]
    said = await Notices(state).of_handover(entry.id)
    state.close()
    again = State(state_url)
    try:
        assert [await Queue(again).entry(found.id) for found in (entry, waiting, claimed)] == before
        assert await Notices(again).of_handover(entry.id) == said
        await Queue(again).put_back(claimed.id, WANG)
    finally:
        again.close()


async def test_a_number_is_never_given_again(state: State, entry: Handover) -> None:
    await state.run(lambda connection: connection.execute(sa.delete(handovers)))
    assert (await hand_over(state, "another")).id > entry.id


async def test_the_database_itself_forbids_a_second_open_question_of_a_conversation(
    state: State, entry: Handover
) -> None:
    def copy(connection: Any) -> None:
        row = dict(connection.execute(sa.select(handovers)).mappings().one())
        connection.execute(sa.insert(handovers).values(**{**row, "id": 99, "message_id": "another"}))

    with pytest.raises(StateError, match=r"(?i)unique"):
        await state.run(copy)
