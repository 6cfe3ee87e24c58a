"""How much one person may ask is one number over all servers of a database."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import sqlalchemy as sa

from bot.channels.telegram.flood import AT_MOST, verdict
from bot.mailbox import rates as rates_module
from bot.mailbox.inbox import Inbox, Update
from bot.mailbox.state import State
from bot.mailbox.tables import rates

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute does not end in the midst of a test."""
    monkeypatch.setattr(rates_module, "MINUTE", 10**9)


async def test_what_comes_in_by_two_servers_counts_together(postgres_url: str) -> None:
    with contextlib.closing(State(postgres_url)) as one, contextlib.closing(State(postgres_url)) as other:
        inboxes = [Inbox(one, "telegram"), Inbox(other, "telegram")]
        updates = [Update(number, "lane", "{}", counted="7") for number in range(AT_MOST + 10)]
        await asyncio.gather(*(inboxes[update.id % 2].keep([update]) for update in updates))
        kept = (await inboxes[0].take("lane", None))[1]
        assert sorted(update.nth for update in kept) == list(range(1, AT_MOST + 11))
        told = [verdict(update.nth) for update in kept]
    assert [told.count(entry) for entry in ("fine", "say so", "silent")] == [AT_MOST, 1, 9]


async def test_the_same_update_again_another_person_and_what_is_for_nobody_do_not_count(state: State) -> None:
    inbox = Inbox(state, "telegram")
    for _ in range(2):
        await inbox.keep([Update(1, "lane", "{}", counted="7")])
    await inbox.keep([Update(2, "lane", "{}", counted="8"), Update(3, "lane", "{}")])
    await inbox.keep([Update(4, "lane", "{}", counted="7")])
    assert [update.nth for update in (await inbox.take("lane", None))[1]] == [1, 1, 0, 2]


async def test_a_new_minute_begins_anew_and_who_asked_in_an_older_one_is_forgotten(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(state, "telegram")
    await inbox.keep([Update(number, "lane", "{}", counted="7") for number in range(3)])
    await inbox.keep([Update(3, "lane", "{}", counted="8")])
    monkeypatch.setattr(rates_module, "MINUTE", 10**8)
    await inbox.keep([Update(4, "lane", "{}", counted="7")])
    assert (await inbox.take("lane", None))[1][-1].nth == 1
    await inbox.forget_counts()
    left = state.within(lambda connection: connection.execute(sa.select(rates.c.person)).scalars().all())
    assert left == ["7"]
