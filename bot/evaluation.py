"""Measures the assistant on the development set, over HTTP, as a client would use it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.errors import ModelError
from bot.settings import Settings

FOLDER = Path("evaluation")
PATIENCE = 60.0
"""Seconds until the server must be ready."""


def score_development_set(settings: Settings, details: Path) -> int:
    """Start a server with a state of its own, ask it everything in evaluation/, print the figures, write the misses.

    Returns the scorer's exit code. Raises ModelError where the server does not get ready.
    """
    details.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {**os.environ, "RONGCE_STATE_URL": f"sqlite:///{folder}/rongce.db", "RONGCE_REST_TOKEN": ""}
        server = subprocess.Popen([sys.executable, "-m", "bot", "serve", "--port", str(port)], env=environment)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            return subprocess.call([sys.executable, *_scorer(port, settings, details)])
        finally:
            server.terminate()
            server.wait()


def _scorer(port: int, settings: Settings, details: Path) -> list[str]:
    source = next(iter(sorted(settings.documents.glob("*/source.txt"))))
    return [
        str(FOLDER / "score.py"),
        f"--url=http://127.0.0.1:{port}",
        f"--questions={FOLDER / 'dev.jsonl'}",
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
