"""The figures as a table and as a plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # only after the backend is chosen

from benchmarks.load import Load


@dataclass(frozen=True)
class Measured:
    """What was measured of one server: seconds, MiB, and milliseconds at turns of one conversation."""

    name: str
    examples: int
    training: float
    first_answer: float
    memory: float
    loads: Sequence[Load]
    at_turn: dict[int, float]


def write_report(folder: Path, results: Sequence[Measured], asked: int) -> None:
    """Write benchmarks.md and benchmarks.png into `folder`; the first of `results` is this project, the second stock."""
    (folder / "benchmarks.md").write_text(_page(results, asked), "utf-8")
    _plot(folder / "benchmarks.png", results)


def _page(results: Sequence[Measured], asked: int) -> str:
    names = [result.name for result in results]
    table = [["", *names, "ratio"], ["---"] * (len(names) + 2), *_rows(results)]
    lines = "\n".join("| " + " | ".join(row) + " |" for row in table)
    return f"""# Speed and size, beside a stock Rasa

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, Linux; both
servers, the stock one's action server and the load generator share the cores. Both were asked the same {asked} questions
(`evaluation/dev.jsonl`) over the REST channel; a sender asks again when it has its answer and starts a new conversation every 5 messages. The stock
project learns from a sample of this project's questions, because DIET alone takes over 100 s an epoch over all of them, and has 100: the ratio
of the training times is to its advantage. The stock project is in `benchmarks/stock`: jieba, two CountVectorsFeaturizers, DIET, ResponseSelector,
TED, SQLite, an HTTP action server. A ratio above 1 is in this project's favour. Compare the ratios; absolute figures depend on the machine.

{lines}

![Messages a second, and latency in a long conversation](benchmarks.png)
"""


def _rows(results: Sequence[Measured]) -> list[list[str]]:
    rows = [
        ["questions learned from", *(str(result.examples) for result in results), ""],
        _row("training, s", [result.training for result in results]),
        _row("start to first answer, s", [result.first_answer for result in results]),
        _row("memory after the load (with the action server), MiB", [result.memory for result in results]),
    ]
    for loads in zip(*(result.loads for result in results), strict=True):
        who = f"{loads[0].senders} sender{'s' if loads[0].senders > 1 else ''}"
        ours, stock = (load.per_second for load in loads)
        rows += [
            [f"{who}: messages a second", f"{ours:.4g}", f"{stock:.4g}", f"{ours / stock:.1f}"],
            _row(f"{who}: latency p50, ms", [load.p50 for load in loads]),
            _row(f"{who}: latency p95, ms", [load.p95 for load in loads]),
        ]
    for turn in results[0].at_turn:
        rows.append(
            _row(f"latency at turn {turn} of one conversation, ms", [result.at_turn[turn] for result in results])
        )
    return rows


def _row(title: str, values: Sequence[float]) -> list[str]:
    """A figure of which less is better, with stock's share of ours."""
    ours, stock = values
    return [title, f"{ours:.4g}", f"{stock:.4g}", f"{stock / ours:.1f}"]


def _plot(path: Path, results: Sequence[Measured]) -> None:
    figure, (speed, growth) = pyplot.subplots(1, 2, figsize=(10, 3.6))
    for number, (result, hatch, mark) in enumerate(zip(results, ("", "//"), ("o-", "s--"), strict=True)):
        places = [place + 0.4 * number for place in range(len(result.loads))]
        bars = speed.bar(
            places, [entry.per_second for entry in result.loads], 0.4, label=result.name, hatch=hatch, edgecolor="black"
        )
        speed.bar_label(bars, fmt="%.0f")
        growth.plot(list(result.at_turn), list(result.at_turn.values()), mark, label=result.name)
    speed.set_xticks(
        [place + 0.2 for place in range(len(results[0].loads))], [str(entry.senders) for entry in results[0].loads]
    )
    speed.set(xlabel="senders at once", ylabel="messages a second")
    growth.set(xlabel="turn of one conversation", ylabel="latency, ms", xscale="log", yscale="log")
    speed.margins(y=0.25)  # room for the legend above the bars
    speed.legend(loc="upper center", ncol=2)
    growth.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
