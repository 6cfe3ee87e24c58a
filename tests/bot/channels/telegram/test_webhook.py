"""Updates that Telegram brings."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.telegram import channel as channel_module
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import HEADER
from bot.errors import SettingError
from bot.mailbox.models import Line, Message, Reply
from bot.settings import read_settings
from tests.telegram_api.fixtures import Serve
from tests.telegram_api.server import TOKEN, Fault, TelegramApi

pytestmark = pytest.mark.asyncio

PUBLIC = "https://bot.example.org"


async def echo(message: Message) -> Reply:
    """Answers with what was asked."""
    return Reply((Line("utter_thanks", message.text),), {"kind": "smalltalk", "script": "hant", "answers": []})


async def bring(
    channel: TelegramChannel, api: TelegramApi, content: bytes | dict[str, object], secret: str
) -> httpx.Response:
    """Bring an update as Telegram does, to the path that it was told."""
    app = Starlette(routes=channel.routes())
    body = {"content": content} if isinstance(content, bytes) else {"json": content}
    headers = {HEADER: secret, "content-type": "application/json"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as client:
        return await client.post(api.webhook["url"].removeprefix(PUBLIC), headers=headers, **body)


async def test_an_update_is_kept_acknowledged_and_answered_and_the_webhook_stays_at_the_end(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: bool(api.webhook))
        update = {"update_id": 1, "message": api.message(chat, "brought")}
        for _ in range(2):
            assert (await bring(channel, api, update, api.webhook["secret_token"])).status_code == 200
        await api.shown(chat)
        assert api.webhook["allowed_updates"]
    assert api.webhook["url"].startswith(PUBLIC)
    assert api.count("deleteWebhook") == 0
    assert [shown.text for shown in api.chats[chat].values()] == ["brought"]


async def test_without_the_secret_nothing_is_taken(api: TelegramApi, serve: Serve, chat: int) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: bool(api.webhook))
        update = {"update_id": 1, "message": api.message(chat, "forged")}
        for secret in ("", "wrong", TOKEN):
            assert (await bring(channel, api, update, secret)).status_code == 403
        secret = api.webhook["secret_token"]
        assert (await bring(channel, api, b"{", secret)).status_code == 400
        assert (await bring(channel, api, b" " * 3_000_000, secret)).status_code == 413
        malformed = {"update_id": 2, "message": {"date": 10**18}}
        assert (await bring(channel, api, malformed, secret)).status_code == 200
        update = {"update_id": 3, "message": api.message(chat, "real")}
        assert (await bring(channel, api, update, secret)).status_code == 200
        await api.shown(chat)
    assert [shown.text for shown in api.chats[chat].values()] == ["real"]


async def test_neither_path_nor_secret_can_be_guessed_or_read_from_the_token(api: TelegramApi, serve: Serve) -> None:
    async with serve(echo, webhook_url=PUBLIC, webhook_secret="chosen-by-the-operator"):
        await api.until(lambda: bool(api.webhook))
        path = api.webhook["url"].removeprefix(PUBLIC)
        assert len(path) > 30
        assert not any(part in path for part in (*TOKEN.split(":"), "chosen"))
        assert api.webhook["secret_token"] == "chosen-by-the-operator"


async def test_polling_removes_a_webhook_that_was_left_behind(api: TelegramApi, serve: Serve, chat: int) -> None:
    api.webhook = {"url": "https://old.example.org"}
    async with serve(echo):
        await api.say(chat, "fetched")
        await api.shown(chat)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "${TOKEN}"),
        ("TELEGRAM_WEBHOOK_URL", "http://bot.example.org"),
        ("TELEGRAM_WEBHOOK_SECRET", "short"),
        ("TELEGRAM_API_URL", "ftp://api"),
    ],
)
async def test_settings_that_cannot_work_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The webhook is looked at all the time."""
    monkeypatch.setattr(channel_module, "WEBHOOK_EVERY", 0.02)


async def told(channel: TelegramChannel) -> str:
    """What is wrong with the channel, once something is."""
    for _ in range(3000):
        if (trouble := channel.trouble()) and "cannot be reached" not in trouble:
            return trouble
        await asyncio.sleep(0.01)
    raise AssertionError("nothing was told")


async def well(channel: TelegramChannel) -> None:
    """Wait until nothing is wrong with the channel."""
    for _ in range(3000):
        if channel.trouble() is None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(channel.trouble())


@pytest.mark.usefixtures("soon")
async def test_a_webhook_that_was_taken_away_or_brings_too_little_is_set_again(api: TelegramApi, serve: Serve) -> None:
    async with serve(echo, webhook_url=PUBLIC):
        await api.until(lambda: bool(api.webhook))
        ours = dict(api.webhook)
        for lost in ({}, {**ours, "allowed_updates": ["message"]}):
            api.webhook = lost
            await api.until(lambda: api.webhook == ours)


@pytest.mark.usefixtures("soon")
async def test_a_webhook_that_is_gone_is_told_as_long_as_it_cannot_be_set(api: TelegramApi, serve: Serve) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: api.count("getWebhookInfo") > 0)
        api.fail("setWebhook", *[Fault(502)] * 1000)
        api.webhook = {}
        assert "set again" in await told(channel)
        api.faults["setWebhook"].clear()
        await api.until(lambda: bool(api.webhook))
        await well(channel)


@pytest.mark.usefixtures("soon")
async def test_a_webhook_of_somebody_else_is_told_and_left_alone(api: TelegramApi, serve: Serve) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: api.count("getWebhookInfo") > 0)
        others = {"url": "https://other.example.org/their-secret-path", "allowed_updates": []}
        api.webhook = others
        trouble = await told(channel)
        assert "other.example.org" in trouble and "their-secret-path" not in trouble
        assert "a bot of its own" in trouble
        assert api.webhook == others


@pytest.mark.usefixtures("soon")
async def test_that_telegram_cannot_bring_updates_is_told_until_none_waits(api: TelegramApi, serve: Serve) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: api.count("getWebhookInfo") > 0)
        failed = {"last_error_date": int(time.time()), "last_error_message": "Connection refused"}
        api.not_brought = {**failed, "pending_update_count": 3}
        trouble = await told(channel)
        assert "3 updates (Connection refused)" in trouble and "TELEGRAM_WEBHOOK_URL" in trouble
        api.not_brought = failed
        await well(channel)


@pytest.mark.usefixtures("soon")
async def test_once_an_update_was_brought_again_nothing_is_told_though_more_wait(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: api.count("setWebhook") == 1)
        failed = {"last_error_date": int(time.time()) - 30, "last_error_message": "Connection refused"}
        api.not_brought = {**failed, "pending_update_count": 3}
        assert "3 updates" in await told(channel)
        update = {"update_id": 1, "message": api.message(chat, "brought again")}
        assert (await bring(channel, api, update, api.webhook["secret_token"])).status_code == 200
        await well(channel)


async def test_of_two_servers_one_stops_and_the_other_is_still_brought_updates(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        async with serve(echo, webhook_url=PUBLIC):
            await api.until(lambda: api.count("setWebhook") == 2)
        update = {"update_id": 1, "message": api.message(chat, "after the stop")}
        assert (await bring(channel, api, update, api.webhook["secret_token"])).status_code == 200
        await api.shown(chat)
