"""Who may see the desk, and how hard it is to get in otherwise."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from typing import Any

import argon2
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.channels.desk import access, application
from bot.clauses.store import ClauseStore
from bot.errors import AccessError
from bot.helpdesk import audit
from bot.helpdesk import staff as passwords
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import FREE_GUESSES, Staff, secret
from bot.mailbox.state import State
from bot.mailbox.tables import staff
from tests.bot.channels.desk.clerk import NAME, NOWHERE, PASSWORD, desk, signed_in, token

BY = Actor("test")


class OnlyClauses:
    """A judgement that understands nothing: what these tests need of it is the clause database."""

    model = "none"

    def __init__(self, store: ClauseStore) -> None:
        self.store = store

    async def understand(self, _: str) -> None:
        return None


@pytest.fixture
def judgement(store: ClauseStore) -> Any:
    return OnlyClauses(store)


@pytest.fixture
def browser(state: State, judgement: Any) -> TestClient:
    return signed_in(state, judgement)


def try_to_sign_in(browser: TestClient, name: str, password: str) -> Any:
    fields = {"csrf_token": token(browser, "/desk/sign-in"), "name": name, "password": password}
    return browser.post("/desk/sign-in", data=fields)


def every_route(state: State, judgement: Any) -> list[tuple[str, str]]:
    """(method, path) of everything under /desk but its static files and the sign-in."""
    mounted = application.mount(state, judgement, NOWHERE, "Asia/Shanghai", False, 180)
    found = []
    for route in mounted.routes:
        assert isinstance(route, (Route, Mount))
        if isinstance(route, Mount) or route.path == "/sign-in":
            continue
        path = re.sub(r"\{(\w+):int\}", "1", route.path)
        path = re.sub(r"\{\w+(:path)?\}", "2021-49", path)
        found += [(method, f"/desk{path}") for method in route.methods or () if method != "HEAD"]
    return found


def test_nothing_of_the_desk_is_served_without_signing_in(state: State, judgement: Any) -> None:
    browser = desk(state, judgement)
    routes = every_route(state, judgement)
    assert len(routes) > 15
    for method, path in routes:
        answer = browser.request(method, path)
        if path.endswith(".json"):
            assert answer.status_code == 401, path
        else:
            assert (answer.status_code, answer.headers["location"][:13]) == (303, "/desk/sign-in"), path
        assert "2021" not in answer.text, path


def test_who_has_signed_in_gets_to_the_page_that_was_wanted(state: State, judgement: Any, browser: TestClient) -> None:
    other = desk(state, judgement)
    assert other.get("/desk/queue?x=1").headers["location"] == "/desk/sign-in?next=%2Fdesk%2Fqueue%3Fx%3D1"
    fields = {"csrf_token": token(other, "/desk/sign-in"), "name": NAME, "password": PASSWORD}
    answer = other.post("/desk/sign-in?next=%2Fdesk%2Fqueue%3Fx%3D1", data=fields)
    assert answer.headers["location"] == "/desk/queue?x=1"
    assert other.get("/desk/queue").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/desk/", "/desk\\evil", "/", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(state: State, judgement: Any, browser: TestClient, elsewhere: str) -> None:
    other = desk(state, judgement)
    fields = {"csrf_token": token(other, "/desk/sign-in"), "name": NAME, "password": PASSWORD}
    answer = other.post("/desk/sign-in", params={"next": elsewhere}, data=fields)
    assert answer.headers["location"] == "/desk/"


@pytest.mark.parametrize("later", [access.IDLE + 1, access.LONGEST_SESSION + 1])
def test_a_session_ends_by_itself(browser: TestClient, monkeypatch: pytest.MonkeyPatch, later: float) -> None:
    assert browser.get("/desk/queue").status_code == 200
    now = time.time() + later
    monkeypatch.setattr("bot.channels.desk.access.time.time", lambda: now)
    assert browser.get("/desk/queue").status_code == 303


def test_a_page_that_refreshes_itself_keeps_no_session_alive(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    for share in (0.4, 0.8):
        monkeypatch.setattr("bot.channels.desk.access.time.time", lambda share=share: start + share * access.IDLE)
        assert browser.get("/desk/queue/entries", headers={access.BY_ITSELF: "yes"}).status_code == 200
    monkeypatch.setattr("bot.channels.desk.access.time.time", lambda: start + 1.1 * access.IDLE)
    assert browser.get("/desk/queue/entries", headers={access.BY_ITSELF: "yes"}).status_code == 303


def test_a_session_that_is_used_lasts(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.time()
    for share in (0.8, 1.6):
        monkeypatch.setattr("bot.channels.desk.access.time.time", lambda share=share: start + share * access.IDLE)
        assert browser.get("/desk/queue").status_code == 200


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(
    state: State, judgement: Any, browser: TestClient
) -> None:
    copied = browser.cookies["desk"]
    browser.post("/desk/sign-out", data={"csrf_token": token(browser)})
    assert browser.get("/desk/queue").status_code == 303
    thief = desk(state, judgement)
    thief.cookies.set("desk", copied, path="/desk")
    assert thief.get("/desk/queue").status_code == 303


@pytest.mark.parametrize("change", ["shut out", "another password"])
def test_an_account_that_changes_loses_its_sessions(state: State, browser: TestClient, change: str) -> None:
    accounts = Staff(state)
    if change == "shut out":
        asyncio.run(accounts.set_active(NAME, False, BY))
    else:
        asyncio.run(accounts.change_password(NAME, "another horse battery", BY))
    assert browser.get("/desk/queue").status_code == 303


def test_a_cookie_that_was_changed_opens_nothing(state: State, judgement: Any, browser: TestClient) -> None:
    payload, _, rest = browser.cookies["desk"].partition(".")
    forged = desk(state, judgement)
    forged.cookies.set("desk", f"{payload[:-4]}AAAA.{rest}", path="/desk")
    assert forged.get("/desk/queue").status_code == 303


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(
    state: State, judgement: Any, browser: TestClient
) -> None:
    asyncio.run(Staff(state).add("chen", PASSWORD, "staff", BY))
    cookie = try_to_sign_in(desk(state, judgement), "chen", PASSWORD).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/desk" in cookie
    assert "; secure" not in cookie


def test_the_session_cookie_travels_over_https_only_where_others_can_reach_the_server(
    state: State, judgement: Any, browser: TestClient
) -> None:
    app = Starlette(routes=[application.mount(state, judgement, NOWHERE, "Asia/Shanghai", True, 180)])
    strict = TestClient(app, base_url="https://desk.example", follow_redirects=False)
    assert "; secure" in try_to_sign_in(strict, NAME, PASSWORD).headers["set-cookie"].lower()


def test_a_form_without_the_sessions_token_does_nothing(state: State, judgement: Any, browser: TestClient) -> None:
    asyncio.run(Staff(state).add("chen", PASSWORD, "staff", BY))
    other = desk(state, judgement)
    try_to_sign_in(other, "chen", PASSWORD)
    for method, path in every_route(state, judgement):
        if method == "POST":
            for data in ({}, {"csrf_token": "forged"}, {"csrf_token": token(other)}):
                assert browser.post(path, data=data).status_code in (400, 403), path
    assert browser.get("/desk/queue").status_code == 200, "and nobody was signed out"


def test_a_form_that_is_too_long_is_not_read(browser: TestClient) -> None:
    answer = browser.post("/desk/sign-out", data={"csrf_token": token(browser), "x": "a" * access.AT_MOST_FORM})
    assert answer.status_code == 400
    assert browser.get("/desk/queue").status_code == 200


def test_guesses_are_slowed_down_for_an_account(state: State, judgement: Any, browser: TestClient) -> None:
    other = desk(state, judgement)
    for _ in range(FREE_GUESSES["who"]):
        assert "账号或密码不对" in try_to_sign_in(other, NAME, "wrong wrong wrong").text
    slowed = try_to_sign_in(other, NAME, PASSWORD)
    assert slowed.status_code == 401
    assert re.search(r"请 [1-4] 秒后再试", slowed.text)


@pytest.mark.asyncio
async def test_guesses_are_slowed_down_for_an_address_whatever_account_they_try(state: State) -> None:
    accounts = Staff(state)
    await accounts.add(NAME, PASSWORD, "staff", BY)
    for number in range(FREE_GUESSES["address"]):
        with pytest.raises(AccessError, match="不对"):
            await accounts.sign_in(f"nobody{number}", "wrong wrong wrong", "192.0.2.1")
    with pytest.raises(AccessError, match="太频繁"):
        await accounts.sign_in(NAME, PASSWORD, "192.0.2.1")
    assert (await accounts.sign_in(NAME, PASSWORD, "192.0.2.2")).name == NAME


@pytest.mark.asyncio
async def test_the_wait_grows_with_each_guess_and_ends(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = Staff(state)
    await accounts.add(NAME, PASSWORD, "staff", BY)
    clock = [time.time()]
    monkeypatch.setattr("bot.helpdesk.staff.time.time", lambda: clock[0])
    monkeypatch.setattr("bot.helpdesk.audit.time.time", lambda: clock[0])
    for _ in range(FREE_GUESSES["who"]):
        with pytest.raises(AccessError):
            await accounts.sign_in(NAME, "wrong wrong wrong", "192.0.2.1")
    for wait in (4, 8, 16):
        clock[0] += wait - 1
        with pytest.raises(AccessError, match="太频繁"):
            await accounts.sign_in(NAME, "wrong wrong wrong", "192.0.2.1")
        clock[0] += 2
        with pytest.raises(AccessError, match="不对"):
            await accounts.sign_in(NAME, "wrong wrong wrong", "192.0.2.1")
    clock[0] += 1000
    assert (await accounts.sign_in(NAME, PASSWORD, "192.0.2.1")).name == NAME


@pytest.mark.asyncio
async def test_passwords_are_kept_as_argon2_that_costs_a_thief_something_and_short_ones_refused(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", argon2.PasswordHasher)  # the tests' own is cheap
    accounts = Staff(state)
    await accounts.add(NAME, PASSWORD, "staff", BY)
    kept = await state.run(lambda connection: connection.execute(sa.select(staff.c.password)).scalar_one())
    assert kept.startswith("$argon2id$") and PASSWORD not in kept
    assert argon2.extract_parameters(kept) == argon2.profiles.RFC_9106_LOW_MEMORY
    with pytest.raises(AccessError, match="12 to 256"):
        await accounts.add("chen", "elevenchars", "staff", BY)
    with pytest.raises(AccessError, match="already"):
        await accounts.add(NAME, PASSWORD, "staff", BY)


def test_every_page_forbids_foreign_content_and_framing(browser: TestClient) -> None:
    for path in ("/desk/", "/desk/queue", "/desk/sign-in", "/desk/nowhere", "/desk/static/desk.css"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy, path
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy, path
    assert browser.get("/desk/queue").headers["cache-control"] == "no-store"


def test_no_page_has_a_script_or_a_style_of_its_own_within(browser: TestClient) -> None:
    for path in ("/desk/", "/desk/queue", "/desk/sign-in", "/desk/documents/2021-49", "/desk/clauses/2021-49/8"):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on", text), path


@pytest.mark.asyncio
async def test_the_audit_trail_tells_who_came_in_and_who_failed(state: State) -> None:
    accounts = Staff(state)
    await accounts.add(NAME, PASSWORD, "reviewer", BY)
    with pytest.raises(AccessError):
        await accounts.sign_in(NAME, "wrong wrong wrong", "192.0.2.1")
    await accounts.sign_in(NAME, PASSWORD, "192.0.2.1")
    told = [(entry.who, entry.address, entry.action, entry.about) for entry in await audit.entries(state)]
    assert told == [
        (NAME, "192.0.2.1", "signed in", ""),
        (NAME, "192.0.2.1", "sign-in failed", ""),
        ("test", "", "added reviewer", f"staff/{NAME}"),
    ]


def test_what_only_reviewers_may_do_is_refused_to_staff(browser: TestClient) -> None:
    answer = browser.post("/desk/queue/1/free", data={"csrf_token": token(browser)})
    assert answer.status_code == 403
    assert "审核员" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\n\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b"no part"),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b"{}"),
    ],
)
def test_what_is_none_of_our_forms_is_refused_with_a_reason(
    state: State, judgement: Any, kind: str, body: bytes
) -> None:
    answer = desk(state, judgement).post("/desk/sign-in", content=body, headers={"content-type": kind})
    assert answer.status_code == 401
    assert "不是本页的表单" in answer.text


@pytest.mark.parametrize("path", ["/desk/queue/{}", "/desk/queue/{}/conversation", "/desk/queue/{}/passages"])
def test_a_number_that_no_row_can_have_is_no_page(browser: TestClient, path: str) -> None:
    answer = browser.get(path.format(10**30))
    assert answer.status_code == 404


@pytest.mark.parametrize("action", ["queue/{}/claim", "queue/{}/put-back"])
def test_nothing_is_done_with_a_number_that_no_row_can_have(browser: TestClient, action: str) -> None:
    answer = browser.post(f"/desk/{action.format(10**30)}", data={"csrf_token": token(browser)})
    assert answer.status_code == 404


@pytest.mark.asyncio
async def test_a_password_that_is_typed_as_a_name_is_not_on_record(state: State) -> None:
    accounts = Staff(state)
    for _ in range(FREE_GUESSES["who"] + 1):  # nor is anybody slowed down for what is nobody's name
        with pytest.raises(AccessError, match="不对"):
            await accounts.sign_in(PASSWORD, "wrong wrong wrong", "192.0.2.1")
    told = [(entry.who, entry.action) for entry in await audit.entries(state)]
    assert set(told) == {("(no name)", "sign-in failed")}


def test_two_servers_that_start_at_once_share_one_key(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(_: int) -> str:
        """Another server makes the key after this one looked for it."""
        with sqlite3.connect(str(state.within(lambda connection: connection.engine.url.database))) as other:
            other.execute("insert into secrets (name, value) values ('desk', 'of the other server')")
        return "of this server"

    monkeypatch.setattr("bot.helpdesk.staff.random.token_urlsafe", meanwhile)
    assert state.within(lambda connection: secret(connection, "desk")) == "of the other server"


def test_who_sends_no_cookie_back_is_told_why_nobody_gets_in(state: State, judgement: Any, browser: TestClient) -> None:
    other = desk(state, judgement)
    fields = {"csrf_token": token(other, "/desk/sign-in"), "name": NAME, "password": PASSWORD}
    other.cookies.clear()
    answer = other.post("/desk/sign-in", data=fields)
    assert answer.status_code == 401
    assert "https" in answer.text
