"""`python -m benchmarks`: measure both, write docs/benchmarks.md and docs/benchmarks.png."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.load import latency_at, load
from benchmarks.report import Measured, write_report
from benchmarks.servers import Contender, memory, running, stock_project, this_project, train
from benchmarks.stock_project import questions_in, write_stock_project

SENDERS = (1, 8, 32)
TURNS = (10, 100, 1000)
FOLDER = Path("build/benchmarks").resolve()
"""Both projects, their models and their logs; made anew by each run, kept after it."""
console = Console(highlight=False)


def main(
    seconds: Annotated[float, typer.Option(help="How long each number of senders asks.")] = 15.0,
    every: Annotated[int, typer.Option(help="The stock project learns from each n-th question only.")] = 60,
    target: Annotated[Path, typer.Option(help="The folder of the table and the plot.")] = Path("docs"),
) -> None:
    """Train, start and question this project and a stock Rasa project, one after the other."""
    lines = Path("evaluation/dev.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "rongce").mkdir(parents=True)
    sampled = write_stock_project(Path("nlu"), FOLDER / "stock", every)
    learned = sum(map(len, questions_in(Path("nlu")).values()))
    console.print(f"{len(questions)} questions to ask; logs in {FOLDER}")
    contenders = (this_project(FOLDER / "rongce"), stock_project(FOLDER / "stock"))
    results = [
        _measure(contender, examples, questions, seconds)
        for contender, examples in zip(contenders, (learned, sampled), strict=True)
    ]
    write_report(target, results, len(questions))
    console.print(f"{target}/benchmarks.md, {target}/benchmarks.png")


def _measure(contender: Contender, examples: int, questions: list[str], seconds: float) -> Measured:
    with console.status(f"{contender.name}: training"):
        training = train(contender, FOLDER / f"{contender.port}-train.log")
    console.print(f"{contender.name}: trained in {training:.0f} s")
    log = FOLDER / f"{contender.port}-serve.log"
    with console.status(f"{contender.name}: asking"), running(contender, log) as (first_answer, pids):
        loads = [asyncio.run(load(contender.url, questions, senders, seconds)) for senders in SENDERS]
        megabytes = memory(pids)
        growth = asyncio.run(latency_at(contender.url, questions, TURNS))
    console.print(f"{contender.name}: first answer after {first_answer:.1f} s, {megabytes:.0f} MiB, {loads}, {growth}")
    return Measured(contender.name, examples, training, first_answer, megabytes, loads, growth)


if __name__ == "__main__":
    typer.run(main)
