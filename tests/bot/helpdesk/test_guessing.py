"""Passwords are guessed slowly, however many servers are guessed at."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import sqlalchemy as sa

from bot.errors import AccessError
from bot.helpdesk import staff as staff_module
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import FAILED, FREE_GUESSES, WRONG, Staff
from bot.mailbox.state import State
from bot.mailbox.tables import audit

pytestmark = pytest.mark.asyncio
PASSWORD = "vor dem Fenster steht ein Baum"


@pytest.fixture(autouse=True)
def long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is longer than any test."""
    monkeypatch.setattr(staff_module, "FIRST_WAIT", 600.0)


async def guess(staff: Staff, password: str, address: str) -> str:
    """What is said to a guess; "" where it was right."""
    try:
        await staff.sign_in("lin", password, address)
    except AccessError as error:
        return str(error)
    return ""


async def test_guesses_at_several_servers_at_once_are_counted_together(postgres_url: str) -> None:
    with contextlib.ExitStack() as open_ones:
        states = [open_ones.enter_context(contextlib.closing(State(postgres_url))) for _ in range(4)]
        servers = [Staff(state) for state in states]
        await servers[0].add("lin", PASSWORD, "staff", Actor("test"))
        said = await asyncio.gather(
            *(guess(server, f"wrong {turn}", f"10.0.0.{turn}") for turn in range(5) for server in servers)
        )
        tried = [words for words in said if words == WRONG]
        assert len(tried) == FREE_GUESSES["who"]
        assert all(words == WRONG or "太频繁" in words for words in said)
        assert "太频繁" in await guess(servers[1], PASSWORD, "10.0.0.9")  # even the right one has to wait now


async def test_a_right_guess_stands_as_signed_in_and_counts_as_no_failure(state: State) -> None:
    staff = Staff(state)
    await staff.add("lin", PASSWORD, "staff", Actor("test"))
    for _ in range(FREE_GUESSES["who"] + 3):
        assert await guess(staff, PASSWORD, "10.0.0.1") == ""
    failed = sa.select(sa.func.count()).where(audit.c.action == FAILED)
    assert state.within(lambda connection: connection.execute(failed).scalar()) == 0


async def test_texts_that_can_be_no_name_do_not_slow_each_other_down(state: State) -> None:
    staff = Staff(state)
    for number in range(FREE_GUESSES["who"] + 3):
        with pytest.raises(AccessError, match=WRONG):
            await staff.sign_in("My Password!", "x", f"10.0.0.{number}")
