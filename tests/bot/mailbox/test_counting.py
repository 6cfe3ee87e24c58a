"""What is kept of a reply to be counted."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import messages


async def counted(mailbox: Mailbox, state: State, text: str) -> Any:
    await mailbox.ask(Message("web", text[:20], "1", text))
    found = sa.select(messages).where(messages.c.text == text)
    return await state.run(lambda connection: connection.execute(found).one())


@pytest.mark.asyncio
async def test_an_answer_is_counted_with_its_clause_group_and_script(mailbox: Mailbox, state: State) -> None:
    row = await counted(mailbox, state, "留學生回福州創業有補助嗎")
    assert (row.outcome, row.clause, row.groups, row.script) == ("answer", "2021-49/8", "returnee", "hant")


@pytest.mark.asyncio
async def test_a_refusal_is_counted_without_a_clause(mailbox: Mailbox, state: State) -> None:
    row = await counted(mailbox, state, "明天福州下雨吗")
    assert (row.outcome, row.clause, row.groups, row.script) == ("no_answer", "", "", "hans")


@pytest.mark.asyncio
async def test_of_a_long_list_as_many_clauses_as_fit_are_kept_none_of_them_cut(state: State) -> None:
    answers = [{"key": f"2021-49/{number}"} for number in range(1, 25)]

    async def answer(message: Message) -> Reply:
        return Reply((Line("utter_list", message.text),), {"kind": "list", "answers": answers})

    row = await counted(Mailbox(state, answer), state, "全部")
    kept = row.clause.split(",")
    assert kept == [f"2021-49/{number}" for number in range(1, len(kept) + 1)]
    assert 5 <= len(kept) < 24
