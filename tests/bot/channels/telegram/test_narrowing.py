"""A link that narrows a chat to one document: https://t.me/<bot>?start=d_<key>."""

from __future__ import annotations

import shutil

import pytest

from tests.held import Held, held
from tests.telegram_api.server import TelegramApi
from tests.test_several_documents import SONGPING

__all__ = ["held"]
pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("held", "two_documents", "channel")]

OTHERS = "留學生回福州創業有補助嗎"


@pytest.fixture
def two_documents(held: Held) -> None:
    """Songping's document is held besides."""
    shutil.copytree(SONGPING.parent, held.documents / SONGPING.parent.name)
    held.build()


async def test_a_link_narrows_the_chat_to_its_document_and_says_so(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/start d_songping-2022")
    (hello,) = await api.shown(chat)
    assert "松政發〔2022〕11號" in hello.text
    assert "查所有文件" in hello.text
    await api.say(chat, OTHERS)
    _, refused = await api.shown(chat, 2)
    assert "您問的是另一份文件" in refused.text
    assert not refused.quotes


@pytest.mark.parametrize("lifting", ["/start", "查所有文件"])
async def test_a_plain_start_or_words_lift_it(api: TelegramApi, chat: int, lifting: str) -> None:
    await api.say(chat, "/start d_songping-2022")
    await api.say(chat, lifting)
    await api.say(chat, OTHERS)
    answer = (await api.shown(chat, 3))[-1]
    assert "創業場地租金補助" in answer.quotes[0]


async def test_a_link_to_what_is_not_held_says_so_and_narrows_nothing(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/start d_no-such_thing")
    (hello,) = await api.shown(chat)
    assert "no-such_thing" in hello.text
    await api.say(chat, OTHERS)
    assert (await api.shown(chat, 2))[-1].quotes


async def test_commands_are_about_the_document_that_the_chat_is_narrowed_to(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/start d_songping-2022")
    await api.say(chat, "/clause 3")
    await api.say(chat, "/departments")
    _, clause, departments = await api.shown(chat, 3)
    assert "發放創業補貼" in clause.text
    assert "縣人社局" in [label for row in departments.labels for label in row]
    await api.tap(chat, departments, "縣人社局")
    await api.until(lambda: "發放創業補貼" in departments.text)


async def test_a_link_to_a_clause_leaves_the_narrowing_as_it_is(api: TelegramApi, chat: int) -> None:
    await api.say(chat, "/start d_songping-2022")
    await api.say(chat, "/start c2021-49_8")
    await api.say(chat, OTHERS)
    _, clause, refused = await api.shown(chat, 3)
    assert "支持留學人員創新創業" in clause.text
    assert "您問的是另一份文件" in refused.text
