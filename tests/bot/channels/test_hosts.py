"""Under which names the server answers: a page whose name was made to lead to this machine reaches nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.channels import web
from bot.errors import SettingError
from bot.server import application
from bot.settings import Settings, read_settings

REST = "/webhooks/rest/"
PUBLIC = {"host": "0.0.0.0", "rest_token": "r" * 20}


def browser(tmp_path: Path, **others: object) -> TestClient:
    settings: Settings = replace(read_settings({}), state_url=f"sqlite:///{tmp_path}/rongce.db", **others)  # type: ignore[arg-type]
    return TestClient(application(settings), raise_server_exceptions=False)


def asked(client: TestClient, host: str, path: str = REST) -> int:
    return client.get(path, headers={"host": host}).status_code


def test_on_loopback_another_name_is_refused_with_what_to_do_and_our_own_are_not(tmp_path: Path) -> None:
    client = browser(tmp_path)
    for host in ("localhost:5005", "LOCALHOST", "127.0.0.1:5005", "[::1]:5005", "192.168.1.7:5005"):
        assert asked(client, host) == 200
    for host in (
        "attacker.example",
        "attacker.example:5005",
        "127.0.0.1.attacker.example",
        "localhost.example",
        "[::1",
    ):
        for path in (REST, "/", "/chat/history", "/desk/"):
            assert asked(client, host, path) == 421
    reason = client.get(REST, headers={"host": "attacker.example"}).json()["error"]
    assert "'attacker.example'" in reason and "RONGCE_HOSTS" in reason


def test_the_names_behind_a_proxy_are_a_setting(tmp_path: Path) -> None:
    client = browser(tmp_path, hosts=("rongce.example",), telegram_webhook_url="https://hooks.example:8443/t")
    for host in ("rongce.example", "RONGCE.example.:443", "hooks.example", "localhost"):
        assert asked(client, host) == 200
    assert asked(client, "www.rongce.example") == 421
    assert asked(browser(tmp_path / "any", hosts=("*",)), "attacker.example") == 200


def test_where_every_client_needs_a_token_any_name_will_do_until_some_are_set(tmp_path: Path) -> None:
    assert asked(browser(tmp_path, **PUBLIC), "server1:5005") == 200
    assert asked(browser(tmp_path / "named", **PUBLIC, hosts=("rongce.example",)), "server1:5005") == 421


def test_machines_ask_how_it_stands_under_any_name(tmp_path: Path) -> None:
    client = browser(tmp_path)
    assert [asked(client, "server1:5005", path) for path in ("/healthz", "/metrics")] == [200, 200]


@pytest.mark.parametrize("text", ["https://rongce.example", "rongce.example:443", "a b", "*.example", "例子.cn"])
def test_what_is_no_name_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(SettingError, match="RONGCE_HOSTS"):
        read_settings({"RONGCE_HOSTS": f"localhost,{text}"})


def test_names_are_read_from_a_list() -> None:
    assert read_settings({"RONGCE_HOSTS": " Rongce.example , www.rongce.example,"}).hosts == (
        "rongce.example",
        "www.rongce.example",
    )


@pytest.mark.parametrize("kept", ["", "short", "a" * 65, "\xe9" * 20])
def test_a_cookie_of_another_form_is_replaced_and_a_good_one_stays(tmp_path: Path, kept: str) -> None:
    client = browser(tmp_path)
    header = {b"host": b"localhost", b"cookie": f"{web.COOKIE}={kept}".encode("latin-1")}
    assert web.COOKIE in client.get("/", headers=header).cookies
    good = {"host": "localhost", "cookie": f"{web.COOKIE}={'a' * 32}"}
    assert "set-cookie" not in client.get("/", headers=good).headers
