"""`python -m benchmarks.documents`: answer and look up with ever more documents held, write docs/documents.md.

The server is the one that `serve` starts; only its clause database is larger than the one that the model learned from.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import platform
import shutil
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
from rich.console import Console

from benchmarks.invented import place, write_documents
from benchmarks.load import Load, load
from benchmarks.lookup import LIMIT, NAME, PASSWORD, PATIENCE, TYPED, get, keys, sign_in
from benchmarks.servers import Contender, memory, running

SIZES = (1, 10, 100)
FOLDER = Path("build/benchmarks-documents").resolve()
PORT = 5907
EVERY = 4
"""Of the development set's questions each of so many is asked."""
NAMED = ("{}创业担保贷款给多少", "{}第三条", "{}职称评审谁负责")
"""Questions that name an invented document by its place."""
console = Console(highlight=False)


@dataclass(frozen=True)
class Measured:
    """What was measured with so many documents: MiB, milliseconds, and the load of the machine meanwhile."""

    documents: int
    passages: int
    started: float
    megabytes: float
    unnamed: Load
    named: Load | None
    looked_up: Sequence[float]
    load: float


def main(
    seconds: Annotated[float, typer.Option(help="How long each kind of question is asked.")] = 20.0,
    target: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/documents.md"),
) -> None:
    """Measure each number of documents, one after the other; the vectors of passages are made at first, which takes some minutes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for documents in reversed(SIZES):  # what the largest has need not be made anew for the others
        with console.status(f"{documents} documents: building"):
            _build(documents)
    results = []
    for documents in SIZES:
        with console.status(f"{documents} documents: asking"):
            results.append(_measure(documents, seconds))
        console.print(_row(results[-1], results[0]))
    target.write_text(_page(results), "utf-8")
    console.print(str(target))


def _build(documents: int) -> None:
    from bot.clauses.build import build
    from bot.clauses.store import ClauseStore
    from bot.text.encoder import PackagedEncoder

    folder = FOLDER / str(documents)
    built = folder / "clauses.db"
    folder.mkdir(exist_ok=True)
    for other in (*(FOLDER / str(size) / "clauses.db" for size in SIZES), Path("build/clauses.db")):
        if not built.exists() and other.exists():
            shutil.copyfile(other, built)
    shutil.rmtree(folder / "documents", ignore_errors=True)
    write_documents(Path("documents"), ClauseStore.open(Path("build/clauses.db")), folder / "documents", documents)
    build(folder / "documents", built, PackagedEncoder())


def _measure(documents: int, seconds: float) -> Measured:
    folder = FOLDER / str(documents)
    for old in folder.glob("state.db*"):
        old.unlink()
    environment = {"RONGCE_CLAUSES": str(folder / "clauses.db"), "RONGCE_STATE_URL": f"sqlite:///{folder}/state.db"}
    bot = [sys.executable, "-m", "bot"]
    _add_clerk(environment["RONGCE_STATE_URL"])
    server = Contender(
        f"{documents} documents", Path.cwd(), PORT, [], [[*bot, "serve", "--port", str(PORT)]], environment
    )
    before = os.getloadavg()[0]
    with running(server, folder / "serve.log") as (started, pids):
        unnamed = asyncio.run(load(server.url, _questions(), 1, seconds))
        named = asyncio.run(load(server.url, _named(documents), 1, seconds)) if documents > 1 else None
        looked_up = _look_up()
        megabytes = memory(pids)
    return Measured(documents, _passages(folder), started, megabytes, unnamed, named, looked_up, before)


def _questions() -> list[str]:
    lines = Path("evaluation/dev.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines[::EVERY]]


def _named(documents: int) -> list[str]:
    return [question.format(place(number)) for number in range(documents - 1) for question in NAMED]


def _look_up() -> list[float]:
    """Milliseconds of each key at the desk."""
    cookie = sign_in(PORT)
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
    get(connection, f"/desk/?{urlencode({'q': '福州'})}", cookie, in_place=True)
    return [get(connection, f"/desk/?{urlencode({'q': text})}", cookie, in_place=True) for text in keys()]


def _add_clerk(state_url: str) -> None:
    from bot.helpdesk.audit import Actor
    from bot.helpdesk.staff import Staff
    from bot.mailbox.state import State

    state = State(state_url)
    asyncio.run(Staff(state).add(NAME, PASSWORD, "staff", Actor("benchmark")))
    state.close()


def _passages(folder: Path) -> int:
    with sqlite3.connect(folder / "clauses.db") as database:
        return int(database.execute("select count(*) from passages").fetchone()[0])


def _row(result: Measured, first: Measured) -> str:
    cuts = statistics.quantiles(result.looked_up, n=100)
    named = f"{result.named.p50:.0f} | {result.named.p95:.0f}" if result.named else "– | –"
    return (
        f"| {result.documents} | {result.passages:,} | {result.megabytes:.0f} | {result.megabytes / first.megabytes:.2f} | "
        f"{result.started:.0f} | {result.unnamed.p50:.0f} | {result.unnamed.p95:.0f} | {result.unnamed.p50 / first.unnamed.p50:.1f} | "
        f"{named} | {cuts[49]:.0f} | {cuts[94]:.0f} | {result.load:.1f} |"
    )


def _page(results: Sequence[Measured]) -> str:
    rows = "\n".join(_row(result, results[0]) for result in results)
    return f"""# With many documents

Written by `python -m benchmarks.documents` (part of `make bench`) on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python
{platform.python_version()}, Linux. One document is 榕政办〔2021〕49号; the others are invented ones of cities that do
not exist, of twelve clauses each, out of its sentences with other places, units and numbers (`benchmarks/invented.py`): so many
documents that say nearly the same are the hardest case. One sender asks each {EVERY}th question of the development set over REST,
which name no document ("unnamed"), and questions that name one by its place ("named"); {len(TYPED)} look-ups are typed key by key at
the desk, as in `docs/lookup.md`; the aim is under {LIMIT:.0f} at the 95th percentile. Milliseconds, MiB (resident), seconds from the
start to the first answer; "load" is the machine's load average (1 minute) before the server was started. Compare the ratios to the
first row ("×"); absolute figures depend on the machine.

| documents | passages | MiB | × | start, s | unnamed, p50 | p95 | p50, × | named, p50 | p95 | look-up, p50 | p95 | load |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}
"""


if __name__ == "__main__":
    typer.run(main)
