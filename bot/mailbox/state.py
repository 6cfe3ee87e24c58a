"""Where conversations are kept: one database behind one SQLAlchemy URL.

SQLite runs in WAL mode with synchronous=NORMAL: what was committed survives the kill of the process; only a power cut can take the
last moments. What is deleted is overwritten (secure_delete), and `State.wipe` clears what lies about besides.
Every call blocks for at most a few seconds and is made off the event loop (`State.run`).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine, make_url

from bot.errors import StateError
from bot.mailbox.leases import Leases
from bot.mailbox.migrating import upgrade

T = TypeVar("T")

BUSY = 2.0
"""Seconds that a write waits for another writer."""
PATIENCE = 4.0
"""Seconds after which a call counts as failed."""
QUEUE = 20.0
"""Seconds that a call waits for the calls before it; only then it has failed."""
THREADS = 4
AT_MOST_REWRITTEN = 100 * 2**20
"""Bytes of a file that is written anew while people wait, which takes about a second."""

LIMITS = {
    "connect_timeout": 2,
    "options": "-c statement_timeout=3000 -c idle_in_transaction_session_timeout=2000",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
}
"""How long PostgreSQL, in milliseconds, and the network, in seconds (the last in milliseconds), are waited for; and for how long PostgreSQL waits
for a server that began a transaction and was suspended: others wait for what it locked.
"""

logger = logging.getLogger(__name__)


class State:
    """A database that conversations are kept in."""

    def __init__(self, url: str, alone: bool = False) -> None:
        """Opens it, and brings its tables to this version; `alone` means to answer messages, which one process may on a SQLite file.

        Raises StateError where it cannot be used.
        """
        self._alone = contextlib.ExitStack()
        try:
            self._engine = _engine(url)
            if alone:
                self._alone.enter_context(_the_only_one(self._engine))
            upgrade(self._engine)
        except CommandError as error:
            raise StateError(
                f"The database at {make_safe(url)} was made by a later version ({error}). Run that version, or restore a copy from before."
            ) from error
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise StateError(
                f"Conversations cannot be kept at {make_safe(url)} ({type(error).__name__}: {_reason(error)}). "
                "Look whether RONGCE_STATE_URL names a database that may be written; a file that is none must be moved away."
            ) from error
        self.leases = Leases(self._engine)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="state")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """`work` within a transaction, off the event loop. Raises StateError where it fails or takes too long."""
        asked, begun = time.monotonic(), [0.0]

        def begin() -> T:
            begun[0] = time.monotonic()
            return self.within(work)

        working = asyncio.get_running_loop().run_in_executor(self._threads, begin)
        while True:
            until = begun[0] + PATIENCE if begun[0] else asked + QUEUE
            # wait_for of Python 3.10 swallows a cancellation that comes together with the result; a task would then never end
            done, _ = await asyncio.wait({working}, timeout=min(PATIENCE, max(0.0, until - time.monotonic())))
            if done:
                return working.result()
            if time.monotonic() >= until:
                working.cancel()
                raise StateError(f"The conversations' database did not answer within {PATIENCE:.0f} s.")

    async def wiped(self) -> None:
        """`wipe`, off the event loop."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.wipe)

    def wipe(self, whole: bool = False) -> None:
        """Leave nothing of what was deleted in SQLite's files. Where somebody else is writing, a warning is logged, and the next call does it.

        SQLite overwrites what it deletes, but not the copies that it leaves where it moved a row, and the log keeps old pages: the file
        is written anew (one of more than AT_MOST_REWRITTEN bytes only where `whole` is said, as others wait meanwhile) and the log emptied.
        Other databases see to this themselves.
        """
        path = self.file
        if path is None:
            return
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if whole or path.stat().st_size <= AT_MOST_REWRITTEN:
                    connection.exec_driver_sql("vacuum")
                busy = connection.exec_driver_sql("pragma wal_checkpoint(truncate)").scalar()
        except sa.exc.SQLAlchemyError as error:
            busy, reason = 1, _reason(error)
        else:
            reason = "somebody reads it"
        if busy:
            logger.warning(
                "what was deleted may still lie in the free space of %s (%s); `python -m bot purge` clears it",
                path,
                reason,
            )

    @property
    def url(self) -> str:
        """Where it is, without the password."""
        return str(self._engine.url.render_as_string(hide_password=True))

    @property
    def file(self) -> Path | None:
        """SQLite's file; None where there is none."""
        path = self._engine.url.database
        return None if self._engine.url.get_backend_name() != "sqlite" or path in (None, "", ":memory:") else Path(path)

    def close(self) -> None:
        """Let the connections go."""
        self._threads.shutdown(wait=False)
        self.leases.close()
        self._engine.dispose()
        self._alone.close()

    def within(self, work: Callable[[Connection], T]) -> T:
        """`work` within a transaction, here and now: for the command line. Raises StateError where it fails."""
        try:
            try:
                return self._once(work)
            except sa.exc.DBAPIError as error:
                # a connection that was closed meanwhile is noticed at its first statement; where it broke at the commit, nobody knows
                if not (error.connection_invalidated and error.statement):
                    raise
                return self._once(work)
        except sa.exc.SQLAlchemyError as error:
            raise StateError(f"Conversations cannot be read or written now ({_reason(error)}).") from error

    def _once(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


def is_there(url: str) -> bool:
    """Whether `url` names a database that exists; one on a server is taken to, and what is no URL is left to State to refuse."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        return True
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).is_file()


def make_safe(url: str) -> str:
    """`url` without its password."""
    try:
        return str(make_url(url).render_as_string(hide_password=True))
    except sa.exc.ArgumentError:
        return "(no SQLAlchemy URL)"


def _reason(error: Exception) -> str:
    """Why it failed, in one line: those that follow may hold the row."""
    told = str(getattr(error, "orig", None) or "").strip()
    return told.splitlines()[0] if told else type(error).__name__


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # several rows in one round trip, also of a statement that is text
        return sa.create_engine(url, connect_args=LIMITS, hide_parameters=True, executemany_mode="values_plus_batch")
    if parsed.database in (None, "", ":memory:"):
        return sa.create_engine(
            "sqlite://",
            poolclass=sa.pool.StaticPool,
            connect_args={"check_same_thread": False, "timeout": BUSY},
            hide_parameters=True,
        )
    path = Path(str(parsed.database))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # SQLAlchemy opens a file anew for every call unless told to keep connections; closing the last one rewrites the file.
    keep = {"poolclass": sa.pool.QueuePool, "pool_size": THREADS}
    # what somebody wrote is a parameter, and a failure that names its parameters ends in the log
    engine = sa.create_engine(
        url, connect_args={"check_same_thread": False, "timeout": BUSY}, hide_parameters=True, **keep
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


@contextlib.contextmanager
def _the_only_one(engine: Engine) -> Iterator[None]:
    """Be the only server of a SQLite file until the end, or that of this process. Raises StateError where another process is."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path in (None, "", ":memory:"):
        yield
        return
    lock = Path(f"{Path(path).resolve()}.lock")
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(
                f"Another server answers from {path} already ({lock} is locked); a SQLite file has one server. End the other one, or let "
                "RONGCE_STATE_URL name a PostgreSQL database, which any number may share."
            ) from None
        yield


def _prepare(connection: Any, _: Any) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma secure_delete = on")
