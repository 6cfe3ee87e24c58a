"""Who was told something that no longer holds, and telling them so once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.answers.memory import Memory
from bot.answers.outcome import answering, given_passage
from bot.clauses.store import ClauseStore
from bot.errors import ConflictError
from bot.helpdesk import audit
from bot.helpdesk.audit import Actor
from bot.helpdesk.outdated import Correcting, Outdated, Standing
from bot.helpdesk.queue import Queue
from bot.helpdesk.retention import purge
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.notices import Notices
from bot.mailbox.people import People
from bot.mailbox.state import State
from bot.mailbox.tables import quotes, slots
from tests.bot.channels.desk.amended import (
    AFTER,
    BEFORE,
    NEW,
    OLD,
    PASSAGE,
    SOURCE,
    UNCHANGED,
    database,
    in_other_words,
    successor,
)

pytestmark = pytest.mark.asyncio

CHEN = Actor("chen", "127.0.0.1")
TODAY = date(2026, 11, 29)
DAY = 24 * 3600.0
REPLY = Reply(
    (Line("utter_outdated", "更正"),), {"kind": "no_answer", "script": "hant", "language": "zh", "answers": []}
)


def quoting(store: ClauseStore, *passages: str, kind: str = "answer", **custom: Any) -> Reply:
    """A reply that quotes passages."""
    given = [given_passage(store.clause(key.rpartition("/")[0]), store.passage(key)) for key in passages]
    outcome = answering(kind, Memory(script="hant"), (), given, store)
    return Reply((Line("utter_quote", "……"),), {**outcome.custom, **custom})


async def told(state: State, reply: Reply, conversation: str = "c", name: str = "m1", channel: str = "web") -> None:
    """Somebody asks and is given `reply`."""

    async def answer(_: Message) -> Reply:
        return reply

    await Mailbox(state, answer).ask(Message(channel, conversation, name, f"{name}的问题"))


async def found(state: State, store: ClauseStore, day: date = TODAY) -> list[Outdated]:
    return await Correcting(state, 180).find(store, day)


def names(answers: Sequence[Outdated]) -> list[tuple[str, str]]:
    return [(answer.conversation, answer.name) for answer in answers]


@pytest.fixture
def amended(tmp_path: Path) -> ClauseStore:
    return database(tmp_path / "amended", _2021_49=in_other_words())


async def test_who_was_quoted_words_that_are_others_now_is_found_and_nobody_else(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE), "changed")
    await told(state, quoting(store, UNCHANGED), "as before")
    assert await found(state, store) == []
    (answer,) = await found(state, amended)
    (quoted,) = answer.quotes
    assert (answer.channel, answer.conversation, answer.name) == ("web", "changed", "m1")
    assert (quoted.clause, quoted.why.reason) == ("2021-49/8", "changed")
    assert BEFORE in quoted.quote and OLD in quoted.citation
    instead = Standing(amended, TODAY).instead(quoted)
    assert instead is not None and AFTER in instead.text


async def test_an_answer_from_a_document_that_was_taken_out_is_found(
    state: State, store: ClauseStore, tmp_path: Path
) -> None:
    await told(state, quoting(store, UNCHANGED))
    elsewhere = (
        SOURCE.read_text("utf-8").replace("福州市人民政府办公厅", "松屏县人民政府").replace(OLD, "松政发〔2026〕3号")
    )
    (answer,) = await found(state, database(tmp_path / "other", songping=elsewhere))  # the same words, of another place
    assert answer.quotes[0].why.reason == "retired"


async def test_an_answer_from_a_document_that_is_replaced_is_found_where_its_words_went_and_the_new_one_is_named(
    state: State, store: ClauseStore, tmp_path: Path
) -> None:
    await told(state, quoting(store, PASSAGE), "changed")
    await told(state, quoting(store, UNCHANGED), "taken over")
    old = SOURCE.read_text("utf-8")
    for folder, held in (("beside", {"_2021_49": old}), ("alone", {})):
        after = database(tmp_path / folder, **held, _2026_9=successor())
        (answer,) = await found(state, after)
        assert answer.conversation == "changed"
        assert (answer.quotes[0].why.reason, answer.quotes[0].why.by) == ("replaced", NEW)
        instead = Standing(after, TODAY).instead(answer.quotes[0])
        assert instead is not None and instead.document == "2026-9" and AFTER in instead.text


async def test_an_answer_is_found_from_the_day_on_after_which_its_document_is_over(
    state: State, tmp_path: Path
) -> None:
    ends = SOURCE.read_text("utf-8").replace("结合我市实际，", "结合我市实际，本工作要点有效期至2026年11月30日，", 1)
    store = database(tmp_path, _2021_49=ends)
    assert store.document().until == "2026-11-30"
    reply = quoting(store, UNCHANGED)
    for answer in reply.custom["answers"]:
        answer["document"]["in_force"] = "unverified"  # it was given before
    await told(state, reply)
    assert await found(state, store, date(2026, 11, 30)) == []
    (answer,) = await found(state, store, date(2026, 12, 1))
    assert (answer.quotes[0].why.reason, answer.quotes[0].why.until) == ("expired", "2026-11-30")
    assert Standing(store, date(2026, 12, 1)).store is None


async def test_who_was_told_with_the_quote_that_its_document_is_over_needs_not_be_told_again(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    reply = quoting(store, PASSAGE)
    for answer in reply.custom["answers"]:
        answer["document"]["in_force"] = "repealed"
    await told(state, reply)
    assert await found(state, amended) == []


async def test_words_that_stand_in_another_place_of_the_document_still_stand(
    state: State, store: ClauseStore, tmp_path: Path
) -> None:
    await told(state, quoting(store, UNCHANGED))
    text = SOURCE.read_text("utf-8")
    moved = database(tmp_path, another_key=text[: text.index("（七）")] + text[text.index("（八）") :])
    assert not moved.holds("2021-49/8") and "".join(BEFORE.split()) in "".join(
        moved.clause("another-key/7").text.split()
    )
    assert await found(state, moved) == []


async def test_of_each_part_of_a_reply_what_no_longer_stands_is_found(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    parts = [{"text": "一", "kind": "answer", "answers": [0]}, {"text": "二", "kind": "answer", "answers": [1]}]
    await told(state, quoting(store, UNCHANGED, PASSAGE, parts=parts))
    (answer,) = await found(state, amended)
    assert [quoted.quote for quoted in answer.quotes] == [store.passage(PASSAGE).text]


async def test_a_list_told_headings_and_is_found_where_a_heading_goes(
    state: State, store: ClauseStore, amended: ClauseStore, tmp_path: Path
) -> None:
    parts = [{"text": "一", "kind": "list", "answers": [0]}, {"text": "二", "kind": "answer", "answers": [1]}]
    await told(state, quoting(store, PASSAGE, kind="list"), "list")
    await told(state, quoting(store, PASSAGE, "2021-49/2/1", parts=parts), "list within parts")
    assert await found(state, amended) == []
    renamed = SOURCE.read_text("utf-8").replace("支持留学人员创新创业。", "服务留学人员。", 1)
    answers = await found(state, database(tmp_path / "renamed", _2021_49=renamed))
    assert [answer.conversation for answer in answers] == ["list", "list within parts"]
    assert {(q.quote, q.listed) for answer in answers for q in answer.quotes} == {("支持留学人员创新创业", True)}


async def test_the_same_words_said_again_in_a_conversation_are_one_row_by_its_first_question(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    for name, passages in (("m1", [PASSAGE]), ("m2", [PASSAGE]), ("m3", [PASSAGE, UNCHANGED])):
        await told(state, quoting(store, *passages), "mine", name)
    await told(state, quoting(store, PASSAGE), "other")
    assert names(await found(state, amended)) == [("mine", "m1"), ("other", "m1")]
    (mine, _) = await found(state, amended)
    await Correcting(state, 180).tell(mine, REPLY, None, CHEN)
    assert names(await found(state, amended)) == [("other", "m1")]


async def test_what_is_older_than_the_days_that_are_looked_back_is_not_there(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE))
    await state.run(lambda c: c.execute(sa.update(quotes).values(said_at=time.time() - 181 * DAY)))
    assert await found(state, amended) == []
    assert purge(state, 180, CHEN)["quotes"] == 1


async def test_a_person_is_told_once_however_often_and_by_however_many_it_is_pressed(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE))
    (answer,) = await found(state, amended)
    presses = [Correcting(state, 180).tell(answer, REPLY, {"clause": "2021-49/8"}, CHEN) for _ in range(4)]
    ended = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(type(result).__name__ for result in ended) == ["ConflictError"] * 3 + ["NoneType"]
    (notice,) = await Notices(state).of("web", "c")
    assert (notice.reply, notice.name, notice.status) == (REPLY, "m1", "waiting")
    assert await found(state, amended) == []
    done = [(entry.who, entry.action, entry.about) for entry in await audit.entries(state)]
    assert done == [("chen", "corrected", f"notice/{notice.id}")]


async def test_nothing_is_written_where_any_of_it_cannot_be(
    state: State, store: ClauseStore, amended: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(state, quoting(store, PASSAGE))
    (answer,) = await found(state, amended)

    def fail(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("bot.helpdesk.outdated.record", fail)
        await Correcting(state, 180).tell(answer, REPLY, {"clause": "2021-49/8"}, CHEN)
    assert await Notices(state).of("web", "c") == []
    assert await state.run(lambda c: c.execute(sa.select(slots)).all()) == []
    assert await found(state, amended) == [answer]


async def test_who_had_all_deleted_is_not_there_and_is_not_written_to(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE))
    (answer,) = await found(state, amended)
    await Mailbox(state, None).forget("web", "c")  # type: ignore[arg-type]
    assert await found(state, amended) == []
    assert await Correcting(state, 180).asked([answer]) == {}
    with pytest.raises(ConflictError):
        await Correcting(state, 180).tell(answer, REPLY, {"clause": "2021-49/8"}, CHEN)
    assert await Notices(state).of("web", "c") == []
    assert await state.run(lambda c: c.execute(sa.select(slots)).all()) == []


async def test_a_clerks_answer_is_found_as_well_with_the_question_that_was_handed_over(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    queue, message = Queue(state), Message("telegram", "7", "m1", "轉人工")
    entry, _ = await queue.hand_over(message, "團隊有多少錢", Voice("hant", "zh"), [])
    await queue.claim(entry.id, CHEN)
    await queue.answer(entry.id, PASSAGE, "", quoting(store, PASSAGE), CHEN)
    (answer,) = await found(state, amended)
    asked = await Correcting(state, 180).asked([answer])
    assert asked[answer.id].question == "團隊有多少錢"
    assert asked[answer.id].voice == Voice("hant", "zh")
    await Correcting(state, 180).tell(answer, REPLY, None, CHEN)
    assert [notice.name for notice in await Notices(state).of("telegram", "7")] == [f"handover-{entry.id}"] * 2


async def test_a_client_may_call_a_message_as_answers_of_the_staff_are_called(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    for name in ("handover-7", "handover-x"):
        await told(state, quoting(store, PASSAGE), name, name, "rest")
    answers = await found(state, amended)
    asked = await Correcting(state, 180).asked(answers)
    assert [asked[answer.id].question for answer in answers] == ["handover-7的问题", "handover-x的问题"]


async def test_a_correction_whose_own_words_change_is_found_again(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE))
    (answer,) = await found(state, amended)
    await Correcting(state, 180).tell(answer, quoting(amended, PASSAGE), None, CHEN)
    assert await found(state, amended) == []
    (again,) = await found(state, store)
    assert (again.name, AFTER in again.quotes[0].quote) == ("m1", True)
    assert (await Correcting(state, 180).asked([again]))[again.id].question == "m1的问题"


async def test_a_person_is_spoken_to_as_they_chose_and_else_as_they_were_answered(
    state: State, store: ClauseStore, amended: ClauseStore
) -> None:
    await told(state, quoting(store, PASSAGE), "a")
    await told(state, quoting(store, PASSAGE), "b")
    await People(state).choose_voice("web", "b", Voice("hans", "en"))
    answers = await found(state, amended)
    asked = await Correcting(state, 180).asked(answers)
    assert [asked[answer.id].voice for answer in answers] == [Voice("hant", "zh"), Voice("hans", "en")]
