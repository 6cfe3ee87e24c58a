"""`python -m benchmarks.telegram`: how fast people are answered on Telegram, and a transcript; writes the end of docs/telegram.md.

The server is started as `make run` starts it, and talks with a Bot API server on loopback (tests/telegram_api), so that the network to Telegram
is not in the figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.telegram_api.server import TOKEN, Shown, TelegramApi

PEOPLE = (1, 8, 32)
TURNS = 20
"""After so many questions somebody else takes the place of a person: nobody may ask more than 30 a minute."""
TYPED = ("離", "離崗", "離崗創業", "第八條", "市人社局", "落戶", "社保", "seed funding", "台湾青年", "找工作住哪里")
PORT = 5907
MARK = "<!-- from here on written by make bench -->"
console = Console(highlight=False)


@dataclass(frozen=True)
class Speed:
    """What so many people at once got: updates a second, and the milliseconds from update to reply."""

    people: int
    per_second: float
    p50: float
    p95: float


@contextlib.asynccontextmanager
async def serving(api: TelegramApi, folder: Path) -> AsyncIterator[None]:
    """The server with Telegram, while it runs."""
    settings = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "RONGCE_STATE_URL": f"sqlite:///{folder}/state.db",
        "RONGCE_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "bot", "serve", "--port", str(PORT)]
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings})
    try:
        await api.say(1, "/help")
        await api.shown(1)
        yield
    finally:
        process.terminate()
        await process.wait()


async def speed(api: TelegramApi, questions: Sequence[str], people: int, seconds: float, chats: Iterator[int]) -> Speed:
    """`people` ask `questions`, each again when the reply is there, for `seconds`."""
    latencies: list[float] = []
    started = time.perf_counter()

    async def ask_on(offset: int) -> None:
        chat = next(chats)
        for turn, question in enumerate(itertools.islice(itertools.cycle(questions), offset, None)):
            if time.perf_counter() - started > seconds:
                return
            if turn % TURNS == 0:
                chat = next(chats)
            before, asked = len(api.chats[chat]), time.perf_counter()
            await api.say(chat, question)
            await api.shown(chat, before + 1)
            latencies.append((time.perf_counter() - asked) * 1000)

    await asyncio.gather(*(ask_on(number * 7) for number in range(people)))
    elapsed = time.perf_counter() - started
    return Speed(people, len(latencies) / elapsed, statistics.median(latencies), _p95(latencies))


async def inline_latencies(api: TelegramApi, rounds: int) -> list[float]:
    """Milliseconds from an inline query to its results."""
    latencies = []
    for number, typed in enumerate(itertools.islice(itertools.cycle(TYPED), rounds)):
        asked = time.perf_counter()
        await api.type_inline(typed, person=number)
        latencies.append((time.perf_counter() - asked) * 1000)
    return latencies


async def conversation(api: TelegramApi, chat: int) -> list[str]:
    """A Taiwanese student's conversation, as she sees it."""
    lines: list[str] = []

    async def says(text: str) -> Shown:
        count = len(api.chats[chat])
        lines.append(f"**她：** {text}")
        await api.say(chat, text)
        shown = (await api.shown(chat, count + 1))[-1]
        lines.append(_as_seen(shown))
        return shown

    async def taps(shown: Shown, label: str) -> None:
        lines.append(f"*她按「{label}」，同一則訊息變成：*")
        before = shown.text
        await api.tap(chat, shown, label)
        await api.until(lambda: shown.text != before)
        lines.append(_as_seen(shown))

    await says("/start")
    answer = await says("我是台灣的大學生，畢業後去福州工作有什麼優惠？")
    await taps(answer, "原文")
    await says("這歸哪個單位管？")
    await says("那面試的時候有地方住嗎")
    await says("創業啟動資金最多給多少？")
    query = await api.tap(chat, answer, "👎")
    lines.append(f"*她按「👎」，看到：* {await api.ended(query)}")
    await api.until(lambda: "沒回答到" in answer.buttons)
    query = await api.tap(chat, answer, "沒回答到")
    lines.append(f"*她按「沒回答到」，看到：* {await api.ended(query)}")
    return lines


async def look_up(api: TelegramApi, typed: str) -> list[str]:
    """One inline look-up: what is offered, and what choosing the first posts."""
    results = (await api.type_inline(typed))["results"]
    offered = [f"- {result['title']}：{result['description']}" for result in results]
    posted = results[0]["input_message_content"]["message_text"]
    return [
        f"**在任何聊天裡：** @rongce_bot {typed}",
        "\n".join(offered),
        f"*選第一個，送出：*\n\n```html\n{posted}\n```",
    ]


def _as_seen(shown: Shown) -> str:
    text = shown.text
    for quote in shown.quotes:
        text = text.replace(quote, f"❝{quote}❞")
    quoted = "\n".join(f"> {line}  " for line in text.splitlines())
    buttons = " ".join(f"`{label}`" for row in shown.labels for label in row)
    return f"{quoted}\n>\n> {buttons}" if buttons else quoted


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _page(speeds: Sequence[Speed], inline: Sequence[float], talk: Sequence[str], looked_up: Sequence[str]) -> str:
    rows = "\n".join(f"| {s.people} | {s.per_second:.0f} | {s.p50:.0f} | {s.p95:.0f} |" for s in speeds)
    return f"""## Figures

Written by `python -m benchmarks.telegram` (part of `make bench`), on {os.cpu_count()} cores which the server shares with the Bot API
server on loopback that it talks to; questions of the development set. The way to Telegram itself is not in the figures.

| people at once | updates a second | update to reply, p50 ms | p95 ms |
| --- | --- | --- | --- |
{rows}

An inline query is answered in {statistics.median(inline):.0f} ms (p50), {_p95(inline):.0f} ms (p95), of {len(inline)}; Telegram keeps the
results of a query for 300 s.

## A conversation

{chr(10).join(f"{line}{chr(10)}" for line in talk)}
## A look-up from another chat

{chr(10).join(f"{line}{chr(10)}" for line in looked_up)}"""


async def measure(questions: Sequence[str], seconds: float) -> str:
    """Run everything once; the page."""
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramApi() as api, serving(api, Path(folder)):
            talk = await conversation(api, 2)
            looked_up = await look_up(api, "離崗創業")
            inline = await inline_latencies(api, 200)
            chats = itertools.count(1000)
            speeds = [await speed(api, questions, people, seconds, chats) for people in PEOPLE]
    console.print(f"{speeds}; inline p95 {_p95(inline):.1f} ms")
    return _page(speeds, inline, talk, looked_up)


def main(
    seconds: Annotated[float, typer.Option(help="How long each number of people asks.")] = 15.0,
    target: Annotated[Path, typer.Option(help="The page whose end is written anew.")] = Path("docs/telegram.md"),
) -> None:
    """Start the server with Telegram, question it, and write the page."""
    lines = Path("evaluation/dev.jsonl").read_text("utf-8").splitlines()
    figures = asyncio.run(measure([json.loads(line)["question"] for line in lines], seconds))
    by_hand = target.read_text("utf-8").partition(MARK)[0]
    target.write_text(f"{by_hand}{MARK}\n\n{figures}", "utf-8")
    console.print(str(target))


if __name__ == "__main__":
    typer.run(main)
