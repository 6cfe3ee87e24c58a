"""Several servers of one database, to any of which Telegram brings updates."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg2
import pytest
import sqlalchemy as sa

from bot.channels.telegram import channel, sending
from bot.channels.telegram.channel import Access, TelegramChannel
from bot.clauses.store import ClauseStore
from bot.errors import TakenOverError
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Answer, Line, Message, Reply, Voice
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.state import State
from bot.mailbox.tables import rates, servers
from tests.telegram_api.server import TOKEN, TelegramApi

pytestmark = pytest.mark.asyncio

PUBLIC = "https://bot.example.org"
CHATS = 6


class Desk:
    """Words, and nothing to look up."""

    model = "none"

    def __init__(self, store: ClauseStore) -> None:
        self.store = store

    async def ready(self) -> None:
        """It is."""

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        return response


class Server:
    """One of several: its channel, and its death."""

    def __init__(self, url: str, api: TelegramApi, store: ClauseStore, answer: Answer) -> None:
        self._state = State(url)
        access = Access(TOKEN, api.url, webhook_url=PUBLIC, patience=3.0, pause=0.02)
        self._channel = TelegramChannel(access, self._state, Mailbox(self._state, answer), Desk(store))  # type: ignore[arg-type]
        self._running = asyncio.create_task(self._channel.run())

    async def take(self, number: int, api: TelegramApi, chat: int, text: str) -> None:
        """Take an update as the webhook does: it is acknowledged then."""
        await self._channel._take([{"update_id": number, "message": api.message(chat, text)}])

    async def die(self) -> None:
        """Do nothing more, and say nothing more, as a process that is killed."""
        for lanes in (self._channel._dealing, self._channel._sending, self._channel._telling):
            lanes._work = _nothing
            await lanes.close()
        self._state.leases._ended.set()
        await self._state.run(lambda connection: connection.execute(sa.update(servers).values(seen=0.0)))

    async def end(self) -> None:
        """Stop."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._state.close()


async def _nothing(_: str) -> None:
    await asyncio.Event().wait()


async def echo(message: Message) -> Reply:
    """Answers with what was asked."""
    await asyncio.sleep(0.01)
    return Reply((Line("utter_thanks", message.text),), {"kind": "smalltalk", "script": "hant", "answers": []})


async def stuck(_: Message) -> Reply:
    """Does not answer."""
    await asyncio.Event().wait()
    raise AssertionError


Start = Callable[[Answer], Awaitable[Server]]


@contextlib.asynccontextmanager
async def starting(url: str, api: TelegramApi, store: ClauseStore) -> AsyncIterator[Start]:
    """What starts servers, all of which are stopped at the end."""
    started: list[Server] = []

    async def start(answer: Answer) -> Server:
        started.append(Server(url, api, store, answer))
        count = len(started)
        await api.until(lambda: api.count("setWebhook") >= count)
        return started[-1]

    try:
        yield start
    finally:
        await asyncio.gather(*(server.end() for server in started))


def shown(api: TelegramApi) -> dict[int, list[str]]:
    return {chat: [message.text for message in messages.values()] for chat, messages in api.chats.items()}


async def test_what_comes_to_either_server_is_answered_once_and_in_order(
    api: TelegramApi, postgres_url: str, store: ClauseStore
) -> None:
    async with starting(postgres_url, api, store) as start:
        both = [await start(echo), await start(echo)]
        for number in range(60):
            await both[number % 2].take(number, api, 1 + number // 2 % CHATS, str(number))
        await api.until(lambda: sum(map(len, shown(api).values())) >= 60)
    expected = {chat + 1: [str(n) for n in range(60) if n // 2 % CHATS == chat] for chat in range(CHATS)}
    assert shown(api) == expected


async def test_a_question_costs_six_transactions(
    api: TelegramApi, postgres_url: str, store: ClauseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOK_EVERY", "WEBHOOK_EVERY"):  # what is looked for now and then costs more, and is no question's
        monkeypatch.setattr(channel, name, 3600.0)
    committed: list[str] = []
    async with starting(postgres_url, api, store) as start:
        server = await start(echo)
        sa.event.listen(server._state._engine, "commit", lambda _: committed.append(threading.current_thread().name))
        for number in range(2):  # the first one also begins to say that the server lives
            committed.clear()
            await server.take(number, api, 1, str(number))
            await api.shown(1, number + 1)
            await nobody_at_anything(postgres_url)
    # kept; its lane taken; written down, and the turn begun; answered, with all that came of it; the send taken; sent
    assert sum(name.startswith("state") for name in committed) == 6
    assert shown(api) == {1: ["0", "1"]}


async def test_who_asked_how_often_is_forgotten_after_the_minute(
    api: TelegramApi, postgres_url: str, store: ClauseStore
) -> None:
    with contextlib.closing(State(postgres_url)) as state:
        long_ago = sa.insert(rates).values(channel="telegram", person="7", minute=1, count=3)
        state.within(lambda connection: connection.execute(long_ago))
        async with starting(postgres_url, api, store) as start:
            await start(echo)
            left = sa.select(sa.func.count()).select_from(rates)
            await api.until(lambda: state.within(lambda connection: connection.execute(left).scalar()) == 0)


async def nobody_at_anything(url: str) -> None:
    """Until no server is at anything."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for _ in range(2000):
            cursor.execute("select count(*) from leases")
            if cursor.fetchone() == (0,):
                return
            await asyncio.sleep(0.01)
    pytest.fail("a server is still at something")


async def test_what_a_server_acknowledged_before_it_died_is_answered_by_another_in_order(
    api: TelegramApi, postgres_url: str, store: ClauseStore
) -> None:
    async with starting(postgres_url, api, store) as start:
        dying, living = await start(stuck), await start(echo)
        for number in range(12):
            await dying.take(number, api, 1 + number % 3, str(number))
        await living.take(12, api, 1, "12")
        await dying.die()
        await api.until(lambda: sum(map(len, shown(api).values())) >= 13)
    assert shown(api) == {1: ["0", "3", "6", "9", "12"], 2: ["1", "4", "7", "10"], 3: ["2", "5", "8", "11"]}


async def test_what_waited_for_its_turn_while_another_server_took_over_is_not_sent(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    class Client:
        async def call(self, method: str, params: dict[str, object]) -> None:
            called.append(method)

    monkeypatch.setattr(sending, "SURELY_HELD", -1.0)
    with contextlib.closing(State(postgres_url)) as one, contextlib.closing(State(postgres_url)) as other:
        outbox = Outbox(one, "telegram")
        await outbox.write(Send("7", "sendMessage", {"chat_id": 7, "text": "once"}))
        sender = sending.Sender(Client(), outbox)  # type: ignore[arg-type]
        async with sender._turn:  # another message is on its way
            waits = asyncio.create_task(sender.drain("7"))
            for _ in range(1000):
                if await one.run(one.leases.held):
                    break
                await asyncio.sleep(0.01)
            one.leases._ended.set()
            await other.run(lambda connection: connection.execute(sa.update(servers).values(seen=0.0)))
            held, waiting = await Outbox(other, "telegram").take("7", None)
            assert held and waiting
        with pytest.raises(TakenOverError):
            await waits
    assert called == []
