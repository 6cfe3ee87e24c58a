"""What each row of the table, and each mechanism beside it, is worth: switched off one by one, on questions that its writer had not read.

    python -m benchmarks.ablation [--record docs/ablation.md]

Asks the single questions of the fresh sets of evaluation/ in this process. What loses nothing on any of them is a thing to delete.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import runpy
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.answers import compose, decide
from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.rows import answering
from bot.answers.turn import Row, wanted_of
from bot.assistant import Assistant
from bot.components.vocabulary import clause_store
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from bot.settings import read_settings

FOLDER = Path("evaluation")
Judge = Callable[[dict[str, Any], str], bool]


@dataclass(frozen=True)
class Asked:
    """A question as it was understood, and what judges the reply to it."""

    question: Question
    judge: Judge


def without_row(row: Row) -> Callable[[], Any]:
    """The table without one row."""
    return lambda: patch.object(decide, "ROWS", tuple(other for other in decide.ROWS if other is not row))


def switches() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each thing that can be switched off, by its name."""
    for row in decide.ROWS[:-1]:
        yield f"row: {row.__name__}", without_row(row)
    yield "several questions in a message", lambda: patch.object(decide, "_parts", lambda *_: None)
    yield "claims", lambda: patch.object(compose, "claims_of", lambda *_: ())
    yield (
        "the person's own group first",
        lambda: patch.object(answering, "_for_the_person", lambda found, *_: list(found)),
    )
    yield "stated or not", lambda: patch.object(compose, "STATED_FROM", 0.0)


def _judges() -> Iterator[tuple[str, Judge]]:
    """The questions of the fresh sets that need no conversation, each with its judge."""
    names = ("score", "structured", "score_capability")
    score, structured, capability = (runpy.run_path(str(FOLDER / f"{name}.py")) for name in names)

    def as_score(item: dict[str, Any], custom: dict[str, Any], _: str) -> bool:
        return bool(score["judge"](item, custom)["correct"])

    def as_capability(item: dict[str, Any], custom: dict[str, Any], _: str) -> bool:
        return bool(capability["JUDGES"][item["kind"]](item["expect"], custom)["right"])

    def as_structured(item: dict[str, Any], custom: dict[str, Any], text: str) -> bool:
        return bool(structured["right"](structured["Reply"]([{"custom": custom}, {"text": text}]), item["expect"]))

    for item in _lines("wild_fresh.jsonl"):
        yield item["question"], partial(as_score, item)
    for item in _lines("capability_fresh.jsonl"):
        yield item["question"], partial(as_capability, item)
    for item in _lines("structured_fresh.jsonl"):
        if len(item["turns"]) == 1:
            yield item["turns"][0], partial(as_structured, item)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


@contextmanager
def _assistant() -> Iterator[Assistant]:
    with tempfile.TemporaryDirectory() as folder:
        state = State(f"sqlite:///{folder}/rongce.db")
        try:
            yield Assistant.load(read_settings(), WindowedTrackerStore.on(state))
        finally:
            state.close()


async def _understood(assistant: Assistant) -> list[Asked]:
    found = []
    for text, judge in _judges():
        question = await assistant.understand(text)
        if question is not None:
            found.append(Asked(question, judge))
    return found


def _right(assistant: Assistant, asked: list[Asked]) -> int:
    total = 0
    for entry in asked:
        outcome = decide.respond(entry.question, wanted_of(entry.question.act), Memory(), clause_store())
        reply = assistant.worded(outcome)
        total += entry.judge(reply.custom, "\n".join(line.text for line in reply.lines))
    return total


def main() -> None:
    """Print, and with --record write, how many questions each switch loses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    with _assistant() as assistant:
        asked = asyncio.run(_understood(assistant))
        whole = _right(assistant, asked)
        rows = []
        for name, switch in switches():
            with switch():
                lost = whole - _right(assistant, asked)
            rows.append((name, lost))
            print(f"{name}: {lost:+d} of {whole}", flush=True)
    if options.record:
        lines = [
            "# What each row and mechanism is worth",
            "",
            f"Written by `make ablate`: {len(asked)} single questions of the fresh sets (evaluation/README.md), {whole} of them right; how "
            "many fewer are right where one thing is switched off. A row that only dialogues need loses nothing here.",
            "",
            "| switched off | lost |",
            "| --- | --- |",
            *(f"| {name} | {lost} |" for name, lost in sorted(rows, key=lambda row: -row[1])),
        ]
        options.record.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
