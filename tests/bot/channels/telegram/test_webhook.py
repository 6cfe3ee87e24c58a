"""Updates that Telegram brings."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import HEADER
from bot.errors import SettingError
from bot.mailbox.models import Line, Message, Reply
from bot.settings import read_settings
from tests.telegram_api.fixtures import Serve
from tests.telegram_api.server import TOKEN, TelegramApi

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


async def test_an_update_is_kept_acknowledged_and_answered_and_the_webhook_is_removed_at_the_end(
    api: TelegramApi, serve: Serve, chat: int
) -> None:
    async with serve(echo, webhook_url=PUBLIC) as channel:
        await api.until(lambda: bool(api.webhook))
        update = {"update_id": 1, "message": api.message(chat, "brought")}
        for _ in range(2):
            assert (await bring(channel, api, update, api.webhook["secret_token"])).status_code == 200
        await api.shown(chat)
        assert api.webhook["allowed_updates"]
    assert api.webhook == {}
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
