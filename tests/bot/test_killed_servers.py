"""Three servers that people ask over REST and Telegram while one after the other is killed: nobody notices more than that an answer takes longer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import socket
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.channels.telegram.webhook import HEADER
from bot.mailbox.models import Reply
from bot.mailbox.tables import events, messages
from tests.telegram_api.server import TOKEN, TelegramApi

pytestmark = [pytest.mark.asyncio, pytest.mark.slow, pytest.mark.xdist_group("takes all cores")]

KILLS = 30
SERVING = 3
"""Servers that serve when one of them is killed; the one that was killed before is still starting then."""
TALKING, CHATTING = 4, 3
"""People who ask over REST, two things at once, and on Telegram, one message ahead of the replies."""
CLAUSES = range(1, 25)
CLAUSE, WHO = "第{}條", "歸哪個單位管"
"""A question, and one that only who remembers the one before it can answer."""
PUBLIC = "https://bot.example.org"
AWAY = (httpx.TransportError, AttributeError)
"""What a request to a server that is killed meanwhile raises; AttributeError where anyio looks at a socket that was closed since."""


class Server:
    """A server's process, and each one that takes its place."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.ready = False
        self._command = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
        self._log, self._environment = log, environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, client: httpx.AsyncClient) -> None:
        """Start it; it is ready once it says so."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=log, stderr=log
            )
        while True:
            assert self._process.returncode is None, self._log.read_text("utf-8")
            with contextlib.suppress(*AWAY):
                if (await client.get(f"{self.url}/readyz")).status_code == 200:
                    self.ready = True
                    return  # at once: it may be killed as soon as it is ready
            await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """Kill it, as the machine may."""
        self.ready = False
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Crowd:
    """People who ask whichever server there is, and again where that one dies; what they asked, and what they got."""

    def __init__(self, servers: list[Server], client: httpx.AsyncClient, api: TelegramApi) -> None:
        self._servers, self._client, self._api = servers, client, api
        self._dice = random.Random(7)
        self._chats, self._updates = itertools.count(1), itertools.count(1)
        self.goes_on = True
        self.got: list[str] = []
        self.refused: list[tuple[int, str]] = []
        self.brought: dict[int, list[str]] = defaultdict(list)

    @property
    def answered(self) -> int:
        """How many answers there are so far."""
        return len(self.got) + sum(map(len, self._api.chats.values()))

    async def until(self, answered: int) -> None:
        """Wait for so many answers."""
        until = time.monotonic() + 60
        while self.answered < answered:
            assert time.monotonic() < until, "nobody is answered any more"
            await asyncio.sleep(0.01)

    async def talk(self) -> None:
        """Over REST: conversations in which a clause is asked for, and beside that for the departments of the last one."""
        while self.goes_on:
            sender, (first, *others) = uuid.uuid4().hex, self._dice.sample(CLAUSES, 6)
            await self._ask(sender, CLAUSE.format(first))
            for clause in others:
                await asyncio.gather(*(self._ask(sender, text) for text in (CLAUSE.format(clause), WHO)))

    async def chat(self) -> None:
        """On Telegram: chats in which each message is brought when all but one before it are answered."""
        while self.goes_on:
            chat = next(self._chats)
            for clause, text in itertools.product(self._dice.sample(CLAUSES, 10), (CLAUSE, WHO)):
                await self._bring(chat, text.format(clause))
                self.brought[chat].append(f"{text.format(clause)} {clause}")
                await self._api.until(lambda chat=chat: len(self.shown(chat)) >= len(self.brought[chat]) - 1)  # type: ignore[misc]

    def shown(self, chat: int) -> list[str]:
        """The texts in a chat, those that came twice in a row once."""
        return [text for text, _ in itertools.groupby(shown.text for shown in self._api.chats[chat].values())]

    async def _ask(self, sender: str, text: str) -> None:
        asked = {"sender": sender, "message": text, "message_id": uuid.uuid4().hex}
        while (response := await self._post("/webhooks/rest/webhook", asked)).status_code != 200:
            self.refused.append((response.status_code, response.text))
        self.got.append(response.json()[0]["text"])

    async def _bring(self, chat: int, text: str) -> None:
        """Bring an update until it is acknowledged, as Telegram does."""
        update = {"update_id": next(self._updates), "message": self._api.message(chat, text)}
        path, secret = self._api.webhook["url"].removeprefix(PUBLIC), self._api.webhook["secret_token"]
        while (await self._post(path, update, {HEADER: secret})).status_code != 200:
            pass  # a server that is only starting, or cannot keep it

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
        """What a server answers, also one that is only starting; where that one dies, another."""
        while True:
            with contextlib.suppress(*AWAY):
                return await self._client.post(self._dice.choice(self._servers).url + path, json=body, headers=headers)
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(url: str, api: TelegramApi, folder: Path, client: httpx.AsyncClient) -> AsyncIterator[list[Server]]:
    """One server more than serve at a kill."""
    environment = {
        **os.environ,
        "RONGCE_STATE_URL": url,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "TELEGRAM_WEBHOOK_URL": PUBLIC,
    }
    started = [Server(folder / f"{number}.log", environment) for number in range(SERVING + 1)]
    try:
        await asyncio.gather(*(server.start(client) for server in started))
        yield started
    finally:
        await asyncio.gather(*(server.kill() for server in started))


async def kill(started: list[Server], crowd: Crowd, client: httpx.AsyncClient) -> None:
    """Kill one of three that serve, at any moment, and start it again; thirty times."""
    dice, starting = random.Random(3), set[asyncio.Task[None]]()
    for _ in range(KILLS):
        while sum(server.ready for server in started) < SERVING:
            for task in [task for task in starting if task.done()]:
                starting.discard(task)
                task.result()
            await asyncio.sleep(0.05)
        await crowd.until(crowd.answered + dice.randrange(1, 6))
        victim = dice.choice([server for server in started if server.ready])
        await victim.kill()
        starting.add(asyncio.create_task(victim.start(client)))
    await asyncio.gather(*starting)


def read(url: str, found: sa.sql.Select[Any]) -> list[Any]:
    """Rows, however long that takes: no server's limits."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return list(connection.execute(found))


def kept(url: str) -> dict[str, list[Any]]:
    """The messages of each conversation, in the order in which they were written down."""
    by_sender: dict[str, list[Any]] = defaultdict(list)
    for row in read(url, sa.select(messages).order_by(messages.c.id)):
        by_sender[f"{row.channel}:{row.conversation}"].append(row)
    return by_sender


def done(url: str) -> dict[str, list[str]]:
    """The ids of the messages of which turns were done, by sender, in their order."""
    by_sender: dict[str, list[str]] = defaultdict(list)
    for row in read(url, sa.select(events).order_by(events.c.id)):
        event = json.loads(row.event)
        if event["event"] == "user":
            by_sender[row.sender].append(event["message_id"])
    return by_sender


def about(asked: list[str]) -> list[int]:
    """Which clause each answer of a conversation is about, if it was remembered what was asked before."""
    clauses: list[int] = []
    for text in asked:
        clauses.append(clauses[-1] if text == WHO else int(text[1:-1]))
    return clauses


async def test_over_thirty_kills_nothing_is_lost_doubled_overtaken_forgotten_or_refused(
    api: TelegramApi, postgres_url: str, tmp_path: Path
) -> None:
    async with httpx.AsyncClient(timeout=60) as client, running(postgres_url, api, tmp_path, client) as started:
        crowd = Crowd(started, client, api)
        people = [*(crowd.talk() for _ in range(TALKING)), *(crowd.chat() for _ in range(CHATTING))]
        asking = asyncio.gather(*people)
        begun = time.monotonic()
        await kill(started, crowd, client)
        print(f"{KILLS} kills in {time.monotonic() - begun:.0f} s")
        crowd.goes_on = False
        await asking
        await api.until(lambda: all(len(crowd.shown(chat)) >= len(asked) for chat, asked in crowd.brought.items()))
        by_sender, turns = kept(postgres_url), done(postgres_url)
        rows = [row for found in by_sender.values() for row in found]

        assert crowd.refused == []
        # what people got is what is kept, and everything that was asked is
        replies = [Reply.from_json(row.reply) for row in rows]
        assert Counter(crowd.got) == Counter(
            r.text for r, row in zip(replies, rows, strict=True) if row.channel == "rest"
        )
        assert sum(map(len, crowd.brought.values())) == sum(row.channel == "telegram" for row in rows)
        # each has one turn, in the order in which they were written down, which knows the ones before
        assert {sender: [row.message_id for row in found] for sender, found in by_sender.items()} == turns
        for found in by_sender.values():
            told = [Reply.from_json(row.reply).custom["answers"][0]["clause"] for row in found]
            assert told == about([row.text for row in found])

        # each chat shows its replies in order, at most one a kill twice
        def of(text: str) -> str:
            (clause,) = re.findall(r"\?start=c(\d+)", text)
            return f"{WHO if '單位負責' in text else CLAUSE.format(clause)} {clause}"

        assert {chat: list(map(of, crowd.shown(chat))) for chat in crowd.brought} == crowd.brought
        twice = sum(map(len, api.chats.values())) - sum(map(len, crowd.brought.values()))
        print(
            f"{len(crowd.got)} answers over REST, {sum(map(len, crowd.brought.values()))} on Telegram, {twice} sent twice"
        )
        assert twice <= KILLS
