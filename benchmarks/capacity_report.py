"""docs/capacity.md: the figures, and the arithmetic that follows from them."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MESSAGES = 5
"""Messages of a conversation."""
BUSIEST_HOUR = 0.1
"""The share of a day's messages that come in its busiest hour."""
LOADED = 0.6
"""The share of a core that may be used in the busiest hour: the rest is for its busiest seconds, and for a server that is being replaced."""
KEPT = 180
"""Days for which messages are kept (RONGCE_RETENTION_DAYS)."""
AMOUNTS = (100_000, 10_000_000)
"""Conversations a day."""
NUMBERS = 2**31
"""Numbers that a row can have while its column has 32 bits."""
HOUR, DAY = 3600, 24 * 3600
PAGE = Path(__file__).with_name("capacity.md")
"""The page without its figures."""


@dataclass(frozen=True)
class Cost:
    """What one message costs: transactions, bytes of PostgreSQL's log, rows and bytes of each table, seconds of processor."""

    transactions: float
    log_bytes: float
    rows: dict[str, float]
    sizes: dict[str, float]
    server_cpu: float
    database_cpu: float

    @property
    def kept(self) -> float:
        """The bytes that stay of a message, indexes included."""
        return sum(self.sizes.values())


@dataclass(frozen=True)
class Run:
    """So many servers, each asked by so many senders. `idle` is how many transactions a second they make while nobody asks, `busy` how many
    processes of the machine wanted a core before.
    """

    servers: int
    senders: int
    per_second: float
    p50: float
    p95: float
    megabytes: float
    asked: int
    cost: Cost
    idle: float
    busy: float


def write(runs: Sequence[Run], tables: Sequence[str]) -> str:
    """The page."""
    return PAGE.read_text("utf-8").format(
        cores=os.cpu_count(),
        senders=runs[0].senders,
        runs="\n".join(_run(run) for run in runs),
        costs="\n".join(_costs(runs)),
        tables="\n".join(_table(runs[-1].cost, name) for name in tables),
        messages=MESSAGES,
        busiest=f"{BUSIEST_HOUR:.0%}".replace("%", " %"),
        loaded=f"{LOADED:.0%}".replace("%", " %"),
        days=KEPT,
        amounts=" | ".join(f"{amount:,}" for amount in AMOUNTS),
        needs="\n".join(_needs(runs[-1])),
        events_share=f"{100 * runs[-1].cost.sizes['events'] / runs[-1].cost.kept:.0f} %",
        partitions=math.ceil(KEPT / 7) + 1,
        numbers_last=_days(runs[-1].cost, AMOUNTS[0]),
        numbers_last_large=_days(runs[-1].cost, AMOUNTS[1]),
    )


def _run(run: Run) -> str:
    figures = (
        f"{run.per_second:.0f}",
        f"{run.p50:.0f}",
        f"{run.p95:.0f}",
        f"{run.megabytes:.0f}",
        f"{run.idle:.1f}",
        f"{run.busy:.1f}",
    )
    return f"| {run.servers} | {run.asked:,} | {' | '.join(figures)} |"


def _costs(runs: Sequence[Run]) -> list[str]:
    rows = {
        "processor of the server, ms": [f"{1000 * run.cost.server_cpu:.1f}" for run in runs],
        "processor of PostgreSQL, ms": [f"{1000 * run.cost.database_cpu:.1f}" for run in runs],
        "transactions": [f"{run.cost.transactions:.1f}" for run in runs],
        "PostgreSQL's log, KiB": [f"{run.cost.log_bytes / 1024:.1f}" for run in runs],
        "kept, KiB": [f"{run.cost.kept / 1024:.1f}" for run in runs],
    }
    return [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]


def _table(cost: Cost, name: str) -> str:
    return f"| {name} | {cost.rows[name]:.1f} | {cost.sizes[name] / 1024:.2f} |"


def _needs(run: Run) -> list[str]:
    """A row for each thing that is needed, a column for each amount."""
    cost = run.cost
    day = [MESSAGES * amount for amount in AMOUNTS]
    busy = [BUSIEST_HOUR * messages / HOUR for messages in day]
    cores = [second * cost.server_cpu / LOADED for second in busy]
    kept = [messages * KEPT * cost.kept for messages in day]
    rows = {
        "messages a day": [f"{messages:,}" for messages in day],
        "messages a second, over the day": [f"{messages / DAY:.1f}" for messages in day],
        "messages a second, in the busiest hour": [f"{second:.1f}" for second in busy],
        "server processes, a core each": [f"{math.ceil(value) + 1} (one of them to spare)" for value in cores],
        "their memory, GiB": [f"{(math.ceil(value) + 1) * run.megabytes / 1024:.1f}" for value in cores],
        "transactions a second, in the busiest hour": [f"{second * cost.transactions:.0f}" for second in busy],
        "cores of PostgreSQL": [f"{second * cost.database_cpu / LOADED:.1f}" for second in busy],
        "its log, MiB a second": [f"{second * cost.log_bytes / 2**20:.1f}" for second in busy],
        "rows written a second": [f"{second * sum(cost.rows.values()):.0f}" for second in busy],
        f"size after a year ({KEPT} days are kept), GiB": [f"{size / 2**30:,.0f}" for size in kept],
        "rows that a day's purge deletes": [f"{messages * sum(cost.rows.values()):,.0f}" for messages in day],
        "size of a week, GiB": [f"{7 * messages * cost.kept / 2**30:,.1f}" for messages in day],
    }
    return [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]


def _days(cost: Cost, amount: int) -> str:
    """After how many days at `amount` conversations the table with the most rows would have used up numbers of 32 bits."""
    return f"{NUMBERS / (MESSAGES * amount * max(cost.rows.values())):.0f}"
