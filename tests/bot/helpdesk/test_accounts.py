"""Accounts as reviewers keep them: roles, one-time links, and that a reviewer is always left."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import AccessError
from bot.helpdesk import audit
from bot.helpdesk.audit import Actor
from bot.helpdesk.passwords import weakness
from bot.helpdesk.queue import Queue
from bot.helpdesk.staff import INVITED_FOR, Staff
from bot.mailbox.models import Message, Voice
from bot.mailbox.state import State

PASSWORD, ANOTHER = "vor dem Fenster steht ein Baum", "another horse battery"
SHELL = Actor("(command line)")
LIN, CHEN = Actor("lin", "192.0.2.1"), Actor("chen", "192.0.2.2")


@pytest.fixture
def accounts(state: State) -> Staff:
    """Two reviewers: lin and chen."""
    made = Staff(state)
    for actor in (LIN, CHEN):
        asyncio.run(made.add(actor.name, PASSWORD, "reviewer", SHELL))
    return made


async def told(state: State) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.action, entry.about) for entry in await audit.entries(state)]


@pytest.mark.asyncio
async def test_a_link_makes_one_account_with_the_role_and_the_chosen_password(accounts: Staff, state: State) -> None:
    token = await accounts.invite("wang", "staff", LIN)
    with pytest.raises(AccessError):
        await accounts.sign_in("wang", PASSWORD, "")
    assert await accounts.join(token, ANOTHER, "192.0.2.9") == "wang"
    assert (await accounts.sign_in("wang", ANOTHER, "192.0.2.9")).role == "staff"
    with pytest.raises(AccessError, match="用过"):
        await accounts.join(token, PASSWORD, "192.0.2.9")
    assert [entry for entry in await told(state) if entry[2] == "staff/wang"] == [
        ("wang", "joined", "staff/wang"),
        ("lin", "invited staff", "staff/wang"),
    ]


@pytest.mark.asyncio
async def test_of_two_who_use_a_link_at_once_one_gets_in(accounts: Staff) -> None:
    token = await accounts.invite("wang", "staff", LIN)
    tries = await asyncio.gather(
        accounts.join(token, PASSWORD, ""), accounts.join(token, ANOTHER, ""), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in tries) == ["AccessError", "str"]


@pytest.mark.asyncio
async def test_a_link_ends_after_some_days_or_when_it_is_taken_back_or_another_is_given(
    accounts: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await accounts.invite("wang", "staff", LIN)
    second = await accounts.invite("wang", "reviewer", LIN)
    assert await accounts.invitation(first) is None
    invited = await accounts.invitation(second)
    assert invited and invited.role == "reviewer"
    await accounts.withdraw("wang", CHEN)
    assert await accounts.invitation(second) is None
    third = await accounts.invite("wang", "staff", LIN)
    later = time.time() + INVITED_FOR + 1
    monkeypatch.setattr("bot.helpdesk.staff.time.time", lambda: later)
    assert await accounts.invitation(third) is None
    assert await accounts.invitations() == []


@pytest.mark.asyncio
async def test_a_link_gives_an_account_another_password_and_ends_its_sessions(accounts: Staff) -> None:
    before = await accounts.account("chen")
    token = await accounts.renew("chen", LIN)
    await accounts.join(token, ANOTHER, "")
    after = await accounts.sign_in("chen", ANOTHER, "")
    assert before and after.sessions > before.sessions
    assert after.role == "reviewer"


@pytest.mark.asyncio
async def test_nobody_locks_removes_or_changes_the_own_account(accounts: Staff) -> None:
    for change in (
        accounts.set_role("lin", "staff", LIN),
        accounts.set_active("lin", False, LIN),
        accounts.remove("lin", LIN),
    ):
        with pytest.raises(AccessError, match="另一位"):
            await change


@pytest.mark.asyncio
async def test_two_reviewers_who_remove_each_other_leave_one(accounts: Staff) -> None:
    tries = await asyncio.gather(accounts.remove("lin", CHEN), accounts.remove("chen", LIN), return_exceptions=True)
    assert sum(isinstance(one, AccessError) for one in tries) == 1
    assert [entry.role for entry in await accounts.all()] == ["reviewer"]


@pytest.mark.asyncio
async def test_another_role_ends_the_sessions_and_is_on_record(accounts: Staff, state: State) -> None:
    before = await accounts.account("chen")
    await accounts.set_role("chen", "staff", LIN)
    after = await accounts.account("chen")
    assert before and after and after.sessions > before.sessions
    assert not after.may("reviewer")
    assert (await told(state))[0] == ("lin", "made staff", "staff/chen")


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["removed", "shut out"])
async def test_what_somebody_has_of_the_queue_waits_again_when_the_account_goes(
    accounts: Staff, state: State, how: str
) -> None:
    queue = Queue(state)
    entry, _ = await queue.hand_over(Message("web", "c", "m", "問"), "問", Voice("hant", "zh"), [])
    await queue.claim(entry.id, CHEN)
    if how == "removed":
        await accounts.remove("chen", LIN)
    else:
        await accounts.set_active("chen", False, LIN)
    assert [(found.stage, found.claimed_by) for found in await queue.entries()] == [("waiting", "")]


@pytest.mark.asyncio
async def test_the_name_of_an_account_that_was_removed_is_nobodys_again(accounts: Staff) -> None:
    await accounts.remove("chen", LIN)
    with pytest.raises(AccessError, match="There was an account 'chen'"):
        await accounts.invite("chen", "staff", LIN)
    with pytest.raises(AccessError, match="There was an account 'chen'"):
        await accounts.add("chen", PASSWORD, "staff", SHELL)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "short"),
        ("x" * 257, "long"),
        ("password123456", "guessable"),
        ("qwertyuiop12", "guessable"),
        ("123456789012", "guessable"),
        ("榕城榕城榕城榕城榕城榕城", "guessable"),
        ("rongcerongce", "guessable"),
        ("chenxiaomei1", "guessable"),
        (PASSWORD, ""),
        ("我在闽江边等一只白鹭飞过", ""),
        ("correct horse battery staple " * 8, ""),
    ],
)
def test_a_password_is_long_and_none_of_those_that_are_guessed_first(password: str, why: str) -> None:
    assert weakness(password, "chenxiaomei") == why
