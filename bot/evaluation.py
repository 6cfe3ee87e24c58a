"""Measures the assistant on the development set: over HTTP, as a client would use it, or a trained model by itself."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import re
import runpy
import shutil
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

from bot.clauses.build import build
from bot.errors import ModelError
from bot.mailbox.models import Message
from bot.mailbox.state import State
from bot.settings import Settings
from bot.text.encoder import encoder_of

FOLDER = Path("evaluation")
QUESTIONS = FOLDER / "dev.jsonl"
PATIENCE = 60.0
"""Seconds until the server must be ready."""


@dataclass(frozen=True)
class Set:
    """A set of questions: the scorer in evaluation/ that judges it, its arguments, and which of the scorer's figures are kept."""

    name: str
    scorer: str
    arguments: tuple[str, ...]
    recorded: tuple[str, ...]


FREE = ("correct", "stated", "refused", "list F1>=0.8", "whole dialogues", "departments", "verbatim", "script")
SETS = (
    Set("dev", "score.py", ("--questions=dev.jsonl", "--dialogs=dev_dialogs.jsonl"), FREE),
    Set("wild", "score.py", ("--questions=wild_dev.jsonl", "--dialogs=wild_dev_dialogs.jsonl"), FREE),
    Set("wild, fresh", "score.py", ("--questions=wild_fresh.jsonl", "--dialogs=wild_fresh_dialogs.jsonl"), FREE),
    Set("wild, unread", "score.py", ("--questions=wild_unread.jsonl", "--dialogs=wild_unread_dialogs.jsonl"), FREE),
    Set("short, unread", "score.py", ("--questions=short_unread.jsonl", "--dialogs=short_unread_dialogs.jsonl"), FREE),
    Set("structured", "structured.py", ("--cases=structured_dev.jsonl",), ("structured",)),
    Set("structured, fresh", "structured.py", ("--cases=structured_fresh.jsonl",), ("structured",)),
    Set("structured, varied", "structured.py", ("--cases=structured_varied.jsonl",), ("structured",)),
    Set("structured, varied, fresh", "structured.py", ("--cases=structured_varied_fresh.jsonl",), ("structured",)),
    Set("structured, varied, unread", "structured.py", ("--cases=structured_varied_unread.jsonl",), ("structured",)),
    Set("structured, again unread", "structured.py", ("--cases=structured_again_unread.jsonl",), ("structured",)),
    Set("structured, unread", "structured.py", ("--cases=structured_unread.jsonl",), ("structured",)),
    Set("capability", "score_capability.py", ("--questions=capability_dev.jsonl",), ("capability",)),
    Set("capability, fresh", "score_capability.py", ("--questions=capability_fresh.jsonl",), ("capability",)),
    Set("capability, unread", "score_capability.py", ("--questions=capability_unread.jsonl",), ("capability",)),
)
"""The open sets, and beside them others of the same kinds by people who had not read them (evaluation/README.md)."""


def _of_corpus(name: str) -> Set:
    held = ",".join(["2021-49", *sorted(path.name for path in (FOLDER / "corpus" / name / "documents").glob("*"))])
    arguments = (f"--questions=corpus/{name}/questions.jsonl", f"--only-documents={held}")
    return Set(f"several documents, {name}", "score_corpus.py", arguments, ("stated", "refused"))


CORPORA = FOLDER / "corpus"
"""Folders of further documents, with questions about them and the home city's."""


@dataclass(frozen=True)
class Corpus:
    """Documents that are held beside the home city's: a folder of CORPORA, or none; and what is asked while they are held."""

    name: str
    sets: tuple[Set, ...]


HELD = (
    Corpus("", SETS),
    Corpus("open", (_of_corpus("open"),)),
    Corpus("unread", (_of_corpus("unread"),)),
    Corpus(
        "fresh",
        (_of_corpus("fresh"), *(replace(entry, name=f"{entry.name}, with four other documents") for entry in SETS[:2])),
    ),
)


def score_sets(settings: Settings, details: Path, record: Path | None = None) -> int:
    """For each corpus start a server with a state of its own and ask it what belongs to it, print the figures, write each set's misses
    into the folder `details`; with `record`, write that table.

    Returns the first scorer's exit code that is not 0. Raises ModelError where a server does not get ready.
    """
    details.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[Set, str]] = []
    for corpus in HELD:
        with tempfile.TemporaryDirectory() as folder:
            held = _with_documents(settings, corpus, Path(folder))
            code = _score(held, corpus, Path(folder), details, rows)
        if code:
            return code
    if record:
        _record(record, rows)
    return 0


def _with_documents(settings: Settings, corpus: Corpus, folder: Path) -> Settings:
    """The settings with the documents of a corpus beside those that are held."""
    if not corpus.name:
        return settings
    shutil.copytree(settings.documents, folder / "documents")
    shutil.copytree(CORPORA / corpus.name / "documents", folder / "documents", dirs_exist_ok=True)
    held = replace(settings, documents=folder / "documents", clauses=folder / "clauses.db")
    shutil.copyfile(settings.clauses, held.clauses)  # its passages' vectors need not be made anew
    build(held.documents, held.clauses, encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key))
    return held


def _score(settings: Settings, corpus: Corpus, folder: Path, details: Path, rows: list[tuple[Set, str]]) -> int:
    port = _free_port()
    environment = {
        **os.environ,
        "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db",
        "RONGCE_DOCUMENTS": str(settings.documents),
        "RONGCE_CLAUSES": str(settings.clauses),
        "RONGCE_REST_TOKEN": "",
    }
    server = subprocess.Popen([sys.executable, "-m", "bot", "serve", "--port", str(port)], env=environment)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
        for entry in corpus.sets:
            print(f"── {entry.name}", flush=True)
            scored = subprocess.run(
                [sys.executable, *_scorer(entry, port, details)], stdout=subprocess.PIPE, text=True, cwd=FOLDER
            )
            sys.stdout.write(scored.stdout)
            if scored.returncode:
                return scored.returncode
            rows.append((entry, scored.stdout))
    finally:
        server.terminate()
        server.wait()
    return 0


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


def _record(table: Path, rows: list[tuple[Set, str]]) -> None:
    """Write `table`: the day, the commit, how many examples were learned from, and the figures of each set in percent."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True)  # noqa: S607
    examples = sum(
        line.startswith("    - ") and not line.startswith("    - {")
        for path in Path("nlu").rglob("*.yml")
        if path.parent != Path("nlu")  # the lexicon and the groups lie beside the folders
        for line in path.read_text("utf-8").splitlines()
    )
    lines = [
        "# The open sets, and fresh ones beside them",
        "",
        f"Written by `make evaluate` on {datetime.date.today()}, commit {commit.stdout.strip() or 'none'} (dirty: with changes on top), learned from "
        f"{examples:,} lines. Percent right, by the scorers in evaluation/. How far a fresh set lies below the open one of its kind is "
        "how much of the open figure was fitted to it.",
        "",
        f"| set | {' | '.join(FREE)} | all |",
        f"| --- |{' --- |' * (len(FREE) + 1)}",
    ]
    for entry, printed in rows:
        figures = dict(line.rsplit(": ", 1) for line in printed.splitlines() if ": " in line)
        shown = [figures.get(name, "").partition(" ")[0] if name in entry.recorded else "" for name in FREE]
        whole = re.search(r"(\d+ of \d+) right \(([\d.]+) %\)", printed)
        lines.append(f"| {entry.name} | {' | '.join(shown)} | {f'{whole[2]} ({whole[1]})' if whole else ''} |")
    table.write_text("\n".join(lines) + "\n", "utf-8")


def _scorer(entry: Set, port: int, details: Path) -> list[str]:
    source = Path("documents/2021-49/source.txt").resolve()
    misses = details.resolve() / f"{entry.name.replace(', ', '_')}.jsonl"
    document = [f"--document={source}"] if entry.scorer == "score.py" else []
    return [entry.scorer, f"--url=http://127.0.0.1:{port}", *entry.arguments, *document, f"--details={misses}"]


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
