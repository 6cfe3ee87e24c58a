"""Senders that ask and wait for the answer before they ask again."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

TURNS = 5
"""After so many messages a sender starts a new conversation."""
AROUND = 10
"""The latency at a turn is the median of so many turns that end with it."""


@dataclass(frozen=True)
class Load:
    """What so many senders got: messages a second, and the latency in milliseconds."""

    senders: int
    per_second: float
    p50: float
    p95: float


async def load(url: str, questions: Sequence[str], senders: int, seconds: float) -> Load:
    """`senders` ask `questions` in turn for `seconds`.

    Raises ClientResponseError for an error, ValueError for a reply without text: silence is fast, but no answer.
    """
    latencies: list[float] = []
    started = time.perf_counter()
    async with aiohttp.ClientSession(raise_for_status=True) as session:

        async def ask_on(offset: int) -> None:
            for turn, question in enumerate(itertools.islice(itertools.cycle(questions), offset, None)):
                if time.perf_counter() - started > seconds:
                    return
                if turn % TURNS == 0:
                    sender = uuid.uuid4().hex
                latencies.append(await _ask(session, url, sender, question))

        await asyncio.gather(*(ask_on(number * 7) for number in range(senders)))
    elapsed = time.perf_counter() - started
    cuts = statistics.quantiles(latencies, n=20)
    return Load(senders, len(latencies) / elapsed, statistics.median(latencies), cuts[-1])


async def latency_at(url: str, questions: Sequence[str], turns: Sequence[int]) -> dict[int, float]:
    """One conversation of max(turns) messages: the latency in milliseconds at each of `turns`."""
    sender = uuid.uuid4().hex
    asked = itertools.islice(itertools.cycle(questions), max(turns))
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        latencies = [await _ask(session, url, sender, question) for question in asked]
    return {turn: statistics.median(latencies[turn - AROUND : turn]) for turn in turns}


async def _ask(session: aiohttp.ClientSession, url: str, sender: str, question: str) -> float:
    started = time.perf_counter()
    async with session.post(url, json={"sender": sender, "message": question}) as answer:
        reply = await answer.json()
    elapsed = (time.perf_counter() - started) * 1000
    if not any(entry.get("text") for entry in reply):
        raise ValueError(f"{url} answered {question!r} with {reply!r}, which nobody can read.")
    return elapsed
