"""The page of the audit trail."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.clauses.store import ClauseStore
from bot.helpdesk.audit import Actor, note
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import PASSWORD, desk, signed_in

FORMULA = "=1+1"


@pytest.fixture
def judgement(store: ClauseStore) -> Any:
    """The trail needs the clauses only."""
    return SimpleNamespace(store=store)


@pytest.fixture
def chen(state: State, judgement: Any) -> TestClient:
    """A reviewer."""
    asyncio.run(Staff(state).add("chen", PASSWORD, "reviewer", Actor("test")))
    browser = desk(state, judgement)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk/sign-in").text)
    assert token
    browser.post("/desk/sign-in", data={"csrf_token": token[1], "name": "chen", "password": PASSWORD})
    asyncio.run(note(state, Actor(FORMULA, "10.0.0.7"), "saw", "handover/12"))
    return browser


def test_a_reviewer_sees_who_did_what_from_where(chen: TestClient) -> None:
    page = chen.get("/desk/audit").text
    assert "看了" in page
    assert '<a href="/desk/queue/12">handover/12</a>' in page
    assert "10.0.0.7" in page
    assert "登录" in page


def test_it_can_be_narrowed_to_somebody_or_something(chen: TestClient) -> None:
    assert "10.0.0.7" not in chen.get("/desk/audit", params={"who": "chen"}).text
    page = chen.get("/desk/audit", params={"about": "handover/12"}).text
    assert page.count("<tr>") == 2


def test_it_comes_as_csv_without_formulas(chen: TestClient) -> None:
    answer = chen.get("/desk/audit.csv", params={"about": "handover/12"})
    _, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[1:] == [f"'{FORMULA}", "看了", "handover/12", "10.0.0.7"]


@pytest.mark.parametrize("path", ["/desk/audit", "/desk/audit.csv"])
def test_staff_do_not_see_it(state: State, judgement: Any, path: str) -> None:
    lin = signed_in(state, judgement)
    assert lin.get(path).status_code == 403
    assert desk(state, judgement).get(path).status_code == 303
