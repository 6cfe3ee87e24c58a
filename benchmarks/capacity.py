"""`python -m benchmarks.capacity URL`: what a message costs a server and PostgreSQL, and what many of them need; writes docs/capacity.md.

URL names an empty database on a PostgreSQL that runs as it will: with fsync, on its own disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import psycopg2
import typer
from rich.console import Console

from benchmarks.capacity_report import Cost, Run, write
from benchmarks.load import Load, load
from benchmarks.servers import Contender, memory, running

SERVERS = (1, 2)
SENDERS = 8
"""Senders of each server."""
IDLE_FOR = 10.0
COUNTED_WITHIN = 2.0
"""Seconds after which PostgreSQL has counted what was done."""
FIRST_PORT = 5921
FOLDER = Path("build/capacity").resolve()
TABLES = ("messages", "events", "slots", "quotes")
TICKS = os.sysconf("SC_CLK_TCK")
console = Console(highlight=False)


@dataclass(frozen=True)
class Counters:
    """What PostgreSQL has counted so far."""

    transactions: int
    log_bytes: float
    messages: int
    rows: dict[str, int]
    sizes: dict[str, int]


def main(
    url: Annotated[str, typer.Argument(help="postgresql://…, an empty database.")],
    seconds: Annotated[float, typer.Option(help="How long each number of servers is asked.")] = 30.0,
    target: Annotated[Path, typer.Option(help="The page.")] = Path("docs/capacity.md"),
) -> None:
    """Ask one server, then two on the same database, and write the page."""
    lines = Path("evaluation/dev.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    FOLDER.mkdir(parents=True, exist_ok=True)
    runs = [_measure(url, number, questions, seconds) for number in SERVERS]
    target.write_text(write(runs, TABLES), "utf-8")
    console.print(f"{target}")


def _measure(url: str, number: int, questions: list[str], seconds: float) -> Run:
    busy = os.getloadavg()[0]
    with serving(url, number) as (addresses, pids):
        idle = _idle(url)
        before, used, database = _counters(url), sum(map(_cpu, pids)), _database_cpu(url)
        started = time.perf_counter()
        loads = asyncio.run(_ask(addresses, questions, seconds))
        spent, of_database = sum(map(_cpu, pids)) - used, _database_cpu(url) - database
        time.sleep(COUNTED_WITHIN)
        after, elapsed = _counters(url), time.perf_counter() - started
        megabytes = memory(pids) / number
    asked = after.messages - before.messages
    cost = Cost(
        transactions=(after.transactions - before.transactions - idle * elapsed) / asked,
        log_bytes=(after.log_bytes - before.log_bytes) / asked,
        rows={name: (after.rows[name] - before.rows[name]) / asked for name in TABLES},
        sizes={name: (after.sizes[name] - before.sizes[name]) / asked for name in TABLES},
        server_cpu=spent / asked,
        database_cpu=of_database / asked,
    )
    per_second = sum(entry.per_second for entry in loads)
    p50, p95 = max(entry.p50 for entry in loads), max(entry.p95 for entry in loads)
    result = Run(number, SENDERS, per_second, p50, p95, megabytes, asked, cost, idle, busy)
    console.print(result)
    return result


@contextlib.contextmanager
def serving(url: str, number: int) -> Iterator[tuple[list[str], list[int]]]:
    """The addresses and processes of `number` servers on one database."""
    with ExitStack() as started:
        addresses, pids = [], []
        for port in range(FIRST_PORT, FIRST_PORT + number):
            command = [[sys.executable, "-m", "bot", "serve", "--port", str(port)]]
            server = Contender(f"server {port}", Path.cwd(), port, [], command, {"RONGCE_STATE_URL": url})
            _, processes = started.enter_context(running(server, FOLDER / f"{port}.log"))
            addresses.append(server.url)
            pids += processes
        yield addresses, pids


async def _ask(addresses: list[str], questions: list[str], seconds: float) -> list[Load]:
    return list(await asyncio.gather(*(load(address, questions, SENDERS, seconds) for address in addresses)))


def _idle(url: str) -> float:
    """The transactions a second of servers that nobody asks."""
    before = _counters(url).transactions
    time.sleep(IDLE_FOR)
    return (_counters(url).transactions - before) / IDLE_FOR


def _counters(url: str) -> Counters:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True

        def one(query: str) -> Any:
            cursor.execute(query)
            row = cursor.fetchone()
            assert row is not None
            return row[0]

        return Counters(
            int(one("select xact_commit from pg_stat_database where datname = current_database()")),
            float(one("select pg_current_wal_lsn() - '0/0'::pg_lsn")),
            int(one("select count(*) from messages where reply is not null")),
            {name: int(one(f"select count(*) from {name}")) for name in TABLES},
            {name: int(one(f"select pg_total_relation_size('{name}')")) for name in TABLES},
        )


def _database_cpu(url: str) -> float:
    """The seconds of processor that PostgreSQL's processes have used: those that are connected, and its own."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where pid <> pg_backend_pid()")
        return sum(_cpu(pid) for (pid,) in cursor.fetchall())


def _cpu(pid: int) -> float:
    """The seconds of processor that a process has used; none where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    typer.run(main)
