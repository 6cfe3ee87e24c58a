"""Whether a state takes what is written, gives it back, and is still the file that was opened."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.errors import StateError
from bot.mailbox.state import State
from bot.mailbox.tables import probes

SIZE = 16 * 1024
"""Characters that are written, as many as a message takes with its answer: a disk may have room for a word and none for that."""
LEFT = 2**20
"""Bytes below which a disk counts as full: SQLite can go on for a while in the space of its log, and then fails in the midst of a message."""
FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after which what a killed server wrote is deleted."""
SHARE = 0.005
"""The share of the time that looking through a whole file may take: a small one is looked through every time, one of 10 GB each hour or so."""
ADVICE = {
    "Its disk is full: free some space there.": ("full", "no space left", "could not extend"),
    "It can only be read: let the server write there, or look why its disk was made read-only.": (
        "readonly",
        "read-only",
    ),
    "It is damaged: stop the servers and restore a copy (docs/operations.md).": (
        "malformed",
        "not a database",
        "corrupt",
        "no such table",
        "unable to open",
        "disk i/o",
    ),
    "Another process holds it: look which one, and end it.": ("locked",),
    "Look whether the database server runs and can be reached.": ("connect", "terminating", "closed", "shutting down"),
}
"""What to do about a failure whose reason has one of these words in it."""


class Probe:
    """Looks after one state. What is wrong with it is raised as StateError, whose text says what to do."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._opened = _identity(state.file)
        self._look_through_at = 0.0

    def look(self) -> None:
        """Write, read back, and look at the file; for a thread beside the event loop. Raises StateError."""
        try:
            file = self._state.file
            if file:
                self._check_file(file)
            self._write_and_read(file)
        except StateError as error:
            raise StateError(f"The state at {self._state.url}: {error} {_advice(str(error))}".strip()) from error

    def _check_file(self, file: Path) -> None:
        """Whoever has a file open goes on writing into it, whatever becomes of its name: all that would be lost at the next start."""
        restore = (
            "What is written now is lost at the next start: stop the servers, and restore a copy (docs/operations.md)."
        )
        if _identity(file) is None:
            raise StateError(f"The file was deleted while it was used. {restore}")
        if _identity(file) != self._opened:
            raise StateError(f"Another file was put into its place while it was used. {restore}")
        if not _may_be_written(file):
            raise StateError("The file is read-only.")
        if shutil.disk_usage(file.parent).free < LEFT:
            raise StateError(f"Less than {LEFT // 2**20} MiB is left; the disk is full.")

    def _write_and_read(self, file: Path | None) -> None:
        name, value = secrets.token_hex(16), secrets.token_hex(SIZE // 2)
        row = {"name": name, "value": value, "written_at": time.time()}
        self._state.within(lambda connection: connection.execute(sa.insert(probes).values(**row)))
        found = self._read_file(file, name) if file else self._state.within(lambda connection: _read(connection, name))
        self._state.within(lambda connection: _delete(connection, name))
        if found != value:
            raise StateError("What was written does not come back; the database is corrupt.")

    def _read_file(self, file: Path, name: str) -> str | None:
        """What is kept under a name, by a connection of its own: those in use remember pages of a file that is damaged by now."""
        started = time.monotonic()
        try:
            with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                if started >= self._look_through_at:
                    _look_through(connection)
                    ended = time.monotonic()
                    self._look_through_at = ended + (ended - started) / SHARE
                row = connection.execute("select value from probes where name = ?", (name,)).fetchone()
        except sqlite3.Error as error:
            raise StateError(f"What was written cannot be read back ({error}).") from error
        return row[0] if row else None


def _look_through(connection: sqlite3.Connection) -> None:
    found = connection.execute("pragma quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StateError(f"The file is corrupt ({found}).")


def _identity(file: Path | None) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None where there is none."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _may_be_written(file: Path) -> bool:
    """Whether a file and its folder, in which SQLite keeps its log, may be written now."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def _read(connection: Connection, name: str) -> str | None:
    found = connection.execute(sa.select(probes.c.value).where(probes.c.name == name)).scalar()
    return None if found is None else str(found)


def _delete(connection: Connection, name: str) -> None:
    """Delete what is kept under a name, and what killed servers left."""
    forgotten = probes.c.written_at < time.time() - FORGOTTEN_AFTER
    connection.execute(sa.delete(probes).where(sa.or_(probes.c.name == name, forgotten)))


def _advice(reason: str) -> str:
    lower = reason.lower()
    return next((advice for advice, words in ADVICE.items() if any(word in lower for word in words)), "")
