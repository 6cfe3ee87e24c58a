"""The page of the accounts, and the page that a one-time link opens."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.clauses.store import ClauseStore
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import PASSWORD, desk, press, signed_in, token

ANOTHER = "another horse battery"


class Clauses:
    """A judgement of which these pages need nothing but the clause database."""

    model = "none"

    def __init__(self, store: ClauseStore) -> None:
        self.store = store


@pytest.fixture
def judgement(store: ClauseStore) -> Any:
    return Clauses(store)


@pytest.fixture
def head(state: State, judgement: Any) -> TestClient:
    return signed_in(state, judgement, "lin", "reviewer")


def invited(head: TestClient, name: str = "wang", role: str = "staff") -> str:
    """The path of the link that `head` gets for somebody."""
    page = press(head, "/desk/accounts/invite", name=name, role=role).text
    found = re.search(r'id="link" readonly value="http://testserver(/desk/join/[^"]+)"', page)
    assert found, page
    return found[1]


def choose(browser: TestClient, link: str, password: str, again: str) -> Any:
    return browser.post(link, data={"csrf_token": token(browser, link), "password": password, "again": again})


def test_a_colleague_gets_in_by_a_link_alone(head: TestClient, state: State, judgement: Any) -> None:
    link = invited(head)
    browser = desk(state, judgement)
    assert "wang" in browser.get(link).text
    assert choose(browser, link, ANOTHER, ANOTHER).headers["location"] == "/desk/sign-in"
    fields = {"csrf_token": token(browser, "/desk/sign-in"), "name": "wang", "password": ANOTHER}
    assert browser.post("/desk/sign-in", data=fields).status_code == 303
    assert browser.get("/desk/accounts").status_code == 403
    assert browser.get("/desk/queue").status_code == 200


def test_a_link_that_was_used_leads_to_the_sign_in_which_says_so(
    head: TestClient, state: State, judgement: Any
) -> None:
    link = invited(head)
    browser = desk(state, judgement)
    choose(browser, link, ANOTHER, ANOTHER)
    assert browser.get(link).headers["location"] == "/desk/sign-in?link=used"
    assert "已经用过、收回或过期了" in browser.get("/desk/sign-in?link=used").text


def test_a_weak_password_is_told_before_it_is_typed_again(head: TestClient, state: State, judgement: Any) -> None:
    link = invited(head)
    browser = desk(state, judgement)
    fields = {"csrf_token": token(browser, link), "password": "password123456"}
    assert "太容易猜中" in browser.post(f"{link}/password", data=fields).text
    assert "可以用" in browser.post(f"{link}/password", data={**fields, "password": ANOTHER}).text
    assert "太容易猜中" in choose(browser, link, "password123456", "password123456").text
    assert "两次打的密码不一样" in choose(browser, link, ANOTHER, f"{ANOTHER}!").text
    assert asyncio.run(Staff(state).account("wang")) is None


def test_a_role_is_changed_an_account_locked_let_in_and_removed(head: TestClient, state: State, judgement: Any) -> None:
    wang = signed_in(state, judgement, "wang")
    press(head, "/desk/accounts/wang/role", role="reviewer")
    assert wang.get("/desk/queue").status_code == 303
    account = asyncio.run(Staff(state).account("wang"))
    assert account and account.role == "reviewer"
    press(head, "/desk/accounts/wang/shut-out")
    assert "已停用" in head.get("/desk/accounts").text
    press(head, "/desk/accounts/wang/let-in")
    assert "已停用" not in head.get("/desk/accounts").text
    press(head, "/desk/accounts/wang/remove")
    assert asyncio.run(Staff(state).account("wang")) is None
    trail = head.get("/desk/audit").text
    for words in ("改为审核员", "停用账号", "恢复账号", "移除账号"):
        assert words in trail
    assert press(head, "/desk/accounts/wang/shut-out").status_code == 400


@pytest.mark.parametrize("action", ["role", "shut-out", "remove"])
def test_the_own_account_cannot_be_changed(head: TestClient, action: str) -> None:
    answer = press(head, f"/desk/accounts/lin/{action}", role="staff")
    assert answer.status_code == 403
    assert "另一位审核员" in answer.text


def test_a_name_that_cannot_be_or_is_taken_is_told(head: TestClient, state: State) -> None:
    assert "第一个是字母" in press(head, "/desk/accounts/invite", name="王小明", role="staff").text
    assert "请换一个" in press(head, "/desk/accounts/invite", name="lin", role="staff").text


def test_a_link_stands_on_the_page_once_and_can_be_taken_back(head: TestClient, state: State, judgement: Any) -> None:
    link = invited(head)
    again = head.get("/desk/accounts").text
    assert "还没用的链接" in again and link not in again
    press(head, "/desk/accounts/wang/withdraw")
    assert desk(state, judgement).get(link).status_code == 303


def test_only_reviewers_see_the_accounts(state: State, judgement: Any) -> None:
    clerk = signed_in(state, judgement, "chen")
    assert clerk.get("/desk/accounts").status_code == 403
    assert "/desk/accounts" not in clerk.get("/desk/queue").text
    assert press(clerk, "/desk/accounts/invite", name="wang", role="reviewer").status_code == 403


def test_the_sign_in_says_how_the_first_account_is_made_while_there_is_none(state: State, judgement: Any) -> None:
    browser = desk(state, judgement)
    assert "python -m bot staff add NAME --role reviewer" in browser.get("/desk/sign-in").text
    asyncio.run(Staff(state).add("lin", PASSWORD, "staff", Actor("test")))
    page = browser.get("/desk/sign-in").text
    assert "staff add" not in page and "用链接邀请" in page
