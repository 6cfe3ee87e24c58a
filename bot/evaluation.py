"""Measures the assistant on the development set: over HTTP, as a client would use it, or a trained model by itself."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import ModelError
from bot.mailbox.models import Message
from bot.mailbox.state import State
from bot.settings import Settings

FOLDER = Path("evaluation")
QUESTIONS = FOLDER / "dev.jsonl"
PATIENCE = 60.0
"""Seconds until the server must be ready."""


RECORDED = (
    "answered",
    "clause@1",
    "quote",
    "stated",
    "refused",
    "list F1>=0.8",
    "dialogue turns",
    "whole dialogues",
    "departments",
    "verbatim",
    "script",
    "correct",
)
"""The figures of a run that are kept, as the scorer names them."""


def score_development_set(settings: Settings, details: Path, record: Path | None = None) -> int:
    """Start a server with a state of its own, ask it everything in evaluation/, print the figures, write the misses; with
    `record`, add them to that table.

    Returns the scorer's exit code. Raises ModelError where the server does not get ready.
    """
    details.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {**os.environ, "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db", "RONGCE_REST_TOKEN": ""}
        server = subprocess.Popen([sys.executable, "-m", "bot", "serve", "--port", str(port)], env=environment)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            scored = subprocess.run(
                [sys.executable, *_scorer(port, settings, details)], stdout=subprocess.PIPE, text=True
            )
        finally:
            server.terminate()
            server.wait()
    sys.stdout.write(scored.stdout)
    if record and not scored.returncode:
        _record(record, scored.stdout)
    return scored.returncode


@dataclass(frozen=True)
class Judged:
    """A question of the development set, whether it was answered right, and what was answered, in a few words."""

    question: str
    right: bool
    answered: str


def judge_model(settings: Settings, model: Path) -> dict[str, Judged]:
    """How the trained model at `model` answers each question of the development set, by its id; the judge is the scorer's.

    Raises ModelError where the model is missing or cannot be used.
    """
    return asyncio.run(_judge(replace(settings, model=model)))


async def _judge(settings: Settings) -> dict[str, Judged]:
    from bot.assistant import Assistant  # only this needs Rasa
    from bot.mailbox.trackers import WindowedTrackerStore

    score = runpy.run_path(str(FOLDER / "score.py"))["judge"]
    judged = {}
    with tempfile.TemporaryDirectory() as folder:
        state = State(f"sqlite:///{folder}/rongce.db")
        try:
            assistant = Assistant.load(settings, WindowedTrackerStore.on(state))
            for line in QUESTIONS.read_text("utf-8").splitlines():
                item = json.loads(line)
                reply = await assistant.answer(Message("evaluation", item["id"], "1", item["question"]))
                right = bool(score(item, reply.custom)["correct"])
                judged[item["id"]] = Judged(item["question"], right, _in_few_words(reply.custom))
        finally:
            state.close()
    return judged


def _in_few_words(custom: dict[str, Any]) -> str:
    """The kind of a reply, and the clauses that it gives."""
    clauses = "、".join(answer["label"] or str(answer["clause"]) for answer in custom.get("answers", ()))
    return f"{custom.get('kind', '')} {clauses}".strip()


def _record(table: Path, printed: str) -> None:
    """Add a row to `table`: the day, the commit, how many examples were learned from, and each figure in percent."""
    figures = dict(line.rsplit(": ", 1) for line in printed.splitlines() if ": " in line)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True)  # noqa: S607
    examples = sum(
        line.startswith("    - ") and not line.startswith("    - {")
        for path in Path("nlu").glob("*/*.yml")  # the lexicon and the groups lie beside the folders
        for line in path.read_text("utf-8").splitlines()
    )
    if not table.is_file():
        heads = ["day", "commit", "examples", *RECORDED]
        table.write_text(
            '# The development set, run by run\n\nWritten by `make evaluate`: percent right, by `evaluation/score.py`; "dirty" is a commit '
            f"with changes on top.\n\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n",
            "utf-8",
        )
    row = [str(datetime.date.today()), commit.stdout.strip() or "none", str(examples)]
    row += [figures.get(name, "").partition(" ")[0] for name in RECORDED]
    with table.open("a", encoding="utf-8") as file:
        file.write(f"| {' | '.join(row)} |\n")


def _scorer(port: int, settings: Settings, details: Path) -> list[str]:
    source = next(iter(sorted(settings.documents.glob("*/source.txt"))))
    return [
        str(FOLDER / "score.py"),
        f"--url=http://127.0.0.1:{port}",
        f"--questions={QUESTIONS}",
        f"--dialogs={FOLDER / 'dev_dialogs.jsonl'}",
        f"--document={source}",
        f"--details={details}",
    ]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise ModelError(f"The server at {url} did not get ready within {PATIENCE:.0f} s; its log above says why.")
