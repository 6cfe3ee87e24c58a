"""The two servers that are measured: how each is trained, started and weighed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 180.0
"""Seconds until a server must have answered once."""
WEBHOOK = "/webhooks/rest/webhook"
STOCK_PYTHON = Path(".stock/bin/python")
"""An environment with everything that Rasa requires, on a Python that it supports (tools/stock.sh)."""


class NoAnswer(Exception):
    """A server that does not answer."""


@dataclass(frozen=True)
class Contender:
    """A way to answer the same questions: `train` and each of `serve` are commands, run in `folder`."""

    name: str
    folder: Path
    port: int
    train: list[str]
    serve: list[list[str]]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where its REST channel listens."""
        return f"http://127.0.0.1:{self.port}{WEBHOOK}"


def this_project(build: Path) -> Contender:
    """The checkout in the current folder, with a model and a state of its own in `build`."""
    bot = [sys.executable, "-m", "bot"]
    settings = {"RONGCE_MODEL": str(build / "model.tar.gz"), "RONGCE_STATE_URL": f"sqlite:///{build}/state.db"}
    return Contender("rongce", Path.cwd(), 5905, [*bot, "train"], [[*bot, "serve", "--port", "5905"]], settings)


def stock_project(folder: Path) -> Contender:
    """What stock_project.write_stock_project wrote into `folder`."""
    rasa = [str(STOCK_PYTHON.absolute()), "-m", "rasa"]
    settings = {"RONGCE_CLAUSES": str(Path("build/clauses.db").resolve()), "SANIC_HOST": "127.0.0.1"}
    serve = [[*rasa, "run", "-i", "127.0.0.1", "-p", "5906"], [*rasa, "run", "actions"]]
    return Contender("stock Rasa", folder, 5906, [*rasa, "train", "--force"], serve, settings)


def train(contender: Contender, log: Path) -> float:
    """Train once; the seconds that it took. Raises CalledProcessError where training fails (`log` says why)."""
    started = time.perf_counter()
    with log.open("wb") as output:
        subprocess.run(
            contender.train, cwd=contender.folder, env=_environment(contender), stdout=output, stderr=output, check=True
        )
    return time.perf_counter() - started


@contextlib.contextmanager
def running(contender: Contender, log: Path) -> Iterator[tuple[float, list[int]]]:
    """The seconds from its start to its first answer, and its processes, while it runs.

    Raises NoAnswer where it ends or does not answer in time.
    """
    started = time.perf_counter()
    with log.open("wb") as output:
        processes = [
            subprocess.Popen(
                command,
                cwd=contender.folder,
                env=_environment(contender),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            for command in contender.serve
        ]
        try:
            _wait_for_answer(contender, processes, log)
            yield time.perf_counter() - started, [process.pid for process in processes]
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()


def memory(pids: list[int]) -> float:
    """The resident memory of these processes together, in MiB."""
    status = [Path(f"/proc/{pid}/status").read_text("ascii") for pid in pids]
    return sum(int(text.partition("VmRSS:")[2].split()[0]) for text in status) / 1024


def _environment(contender: Contender) -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", **contender.environment}


def _wait_for_answer(contender: Contender, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    body = '{"sender": "first", "message": "留学人员创业有什么扶持"}'.encode()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        request = urllib.request.Request(contender.url, body, {"Content-Type": "application/json"})
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            if b'"text"' in answer.read():
                return
        time.sleep(0.05)
    raise NoAnswer(f"{contender.name} ended, or gave no answer within {PATIENCE:.0f} s; {log} says why.")
