"""Who is at what, over all servers of a database: a thing that has a name is one server's at a time, and free when that server dies.

A server says once a second that it lives. What it is at is a row of `leases`, which goes with the transaction that ends it. Another server
may take the row over once the first has been silent for SILENT_FOR; whoever writes what came of it says in the same transaction that the row
is still the own one (`still`, `end`), so that a server that was only slow writes nothing (docs/adr/0011).

What a server is at and does not know of, it lets go with its sign of life: what claimed it failed, though the database had done it, or nobody
in the process holds the Lease any more.

A SQLite file has one server, and nothing need be said there: whatever another one was at is free. Within one process `here` keeps order.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.errors import TakenOverError
from bot.mailbox.tables import leases, servers

logger = logging.getLogger(__name__)

BEAT = 1.0
"""Seconds between two signs of life."""
SILENT_FOR = 4.0
"""Seconds without one after which a server counts as dead."""
FORGOTTEN_AFTER = 3600.0
"""Seconds after which a dead server's row goes away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.25
"""Seconds between two looks whether another server is still at something; each pause is twice the one before."""
NOW = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Float)
"""The time by PostgreSQL's clock, which all servers share."""

# written out, as are all statements that each message needs: SQLAlchemy takes longer to build one than a database to do it
CLAIM = sa.text(
    "insert into leases (name, server, term) values (:name, :server, :term)"
    " on conflict (name) do update set server = excluded.server, term = excluded.term"
)
# what another living server has is not inserted at all: an insert that conflicts locks the row, and its owner would wait to end it
CLAIM_OF_DEAD = sa.text(
    "insert into leases (name, server, term) select :name, :server, :term where not exists (select 1 from leases"
    " join servers on servers.id = leases.server where leases.name = :name and leases.server <> :server"
    " and servers.seen > extract(epoch from clock_timestamp()) - :silent_for)"
    " on conflict (name) do update set server = excluded.server, term = excluded.term where leases.server = excluded.server"
    " or not exists (select 1 from servers where servers.id = leases.server"
    " and servers.seen > extract(epoch from clock_timestamp()) - :silent_for)"
)
HOLD = sa.text("update leases set term = :term where name = :name and term = :term")
END = sa.text("delete from leases where name = :name and term = :term")
MINE = sa.text("select name, term from leases where server = :server")
SAY = sa.text(
    "insert into servers (id, seen) values (:id, extract(epoch from clock_timestamp()))"
    " on conflict (id) do update set seen = excluded.seen"
)


@dataclass(frozen=True)
class Lease:
    """That this server, and no other, is at the thing called `name`."""

    name: str
    term: str


@dataclass
class _Queue:
    """Those in this process who want to be at the same thing."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Leases:
    """What one server is at."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._alone = engine, engine.dialect.name == "sqlite"
        self._server = uuid.uuid4().hex
        self._living = threading.Lock()
        self._ended = threading.Event()
        self._beats: threading.Thread | None = None
        self._known: WeakValueDictionary[str, Lease] = WeakValueDictionary()
        self._here: dict[str, _Queue] = {}

    @contextlib.asynccontextmanager
    async def here(self, name: str) -> AsyncIterator[None]:
        """Be the only one in this process at `name`, after those who came before."""
        queue = self._here.setdefault(name, _Queue())
        queue.length += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1
            if not queue.length:
                del self._here[name]

    def busy(self, name: str) -> bool:
        """Whether somebody in this process is at `name`, or waits to be."""
        return name in self._here

    def claim(self, connection: Connection, name: str) -> Lease | None:
        """Be at `name` from the end of this transaction on; None where another server is. What this one is at it may claim anew."""
        self._live()
        row = {"name": name, "server": self._server, "term": uuid.uuid4().hex}
        lease = self._known[row["term"]] = Lease(name, row["term"])  # known before it is there
        claimed = connection.execute(
            *((CLAIM, row) if self._alone else (CLAIM_OF_DEAD, {**row, "silent_for": SILENT_FOR}))
        )
        return lease if claimed.rowcount else None

    def take[T](
        self, connection: Connection, name: str, held: Lease | None, read: Callable[[], list[T]]
    ) -> tuple[Lease | None, list[T]]:
        """What is to be done at `name`, which `read` reads, and the lease to do it: `held`, or a new one; None where another server is at it,
        or nothing is to be done, and then nobody is. Raises TakenOverError where `held` is another server's by now.
        """
        if held:
            self.still(connection, held)
        lease = held or self.claim(connection, name)  # before reading: what another server was at may be done by now
        work = read()
        if lease and not work:
            self.end(connection, lease)
            lease = None
        return lease, work

    def unclaimed(self, name: Any) -> Any:
        """The condition that no other living server is at the thing called `name`, an expression."""
        others = sa.and_(leases.c.name == name, leases.c.server != self._server, self._lives())
        return sa.not_(sa.exists(sa.select(leases.c.name).where(others)))

    def still(self, connection: Connection, lease: Lease) -> None:
        """Make sure that nobody took `lease` over before this transaction, or can before its end. Raises TakenOverError."""
        if not self.has(connection, lease):
            raise _taken_over(lease)

    def has(self, connection: Connection, lease: Lease) -> bool:
        """Whether nobody took `lease` over before this transaction; then nobody can before its end."""
        return bool(connection.execute(HOLD, vars(lease)).rowcount)

    def end(self, connection: Connection, lease: Lease) -> None:
        """Be at it no more. Raises TakenOverError where another server took it over: what this transaction did is then undone."""
        if not self.ended(connection, lease):
            raise _taken_over(lease)

    def ended(self, connection: Connection, lease: Lease) -> bool:
        """Be at it no more; False where another server took it over."""
        return bool(connection.execute(END, vars(lease)).rowcount)

    def leave(self, lease: Lease) -> None:
        """Be at it no more, within a second, whoever is at it by now, and whether or not the database can be reached now."""
        self._known.pop(lease.term, None)

    def held(self, connection: Connection) -> int:
        """How many things this server is at."""
        mine = sa.select(sa.func.count()).where(leases.c.server == self._server)
        return int(connection.execute(mine).scalar_one())

    def silent_for(self, connection: Connection) -> float:
        """For how many seconds this server has not said that it lives; 0 where it need not, and infinity where nobody knows it any more."""
        if self._beats is None:
            return 0.0
        seen = connection.execute(sa.select(NOW - servers.c.seen).where(servers.c.id == self._server)).scalar()
        return float("inf") if seen is None else float(seen)

    def close(self) -> None:
        """Let everything go that this server is at."""
        with self._living:
            self._ended.set()
        if self._beats is None and not self._alone:
            return
        if self._beats:
            self._beats.join(BEAT)
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(leases).where(leases.c.server == self._server))
                connection.execute(sa.delete(servers).where(servers.c.id == self._server))
        except sa.exc.SQLAlchemyError as error:
            logger.warning("what this server was at is free in %.0f s only (%s)", SILENT_FOR, type(error).__name__)

    def _live(self) -> None:
        """Begin to say that this server lives, at the first thing that it is at."""
        with self._living:
            if self._beats is not None or self._alone or self._ended.is_set():
                return
            self._say()
            self._beats = threading.Thread(target=self._beat, name="signs of life", daemon=True)
            self._beats.start()

    def _beat(self) -> None:
        said = True
        while not self._ended.wait(BEAT):
            try:
                self._say()
                said = True
            except sa.exc.SQLAlchemyError as error:  # said again in a second
                if said:
                    logger.warning("that this server lives could not be said (%s)", type(error).__name__)
                said = False

    def _say(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(SAY, {"id": self._server})
            connection.execute(sa.delete(servers).where(servers.c.seen < NOW - FORGOTTEN_AFTER))
            connection.execute(sa.delete(leases).where(leases.c.server.not_in(sa.select(servers.c.id))))
            # first what stands there, then what is known: what is claimed meanwhile is known before it stands there
            for row in connection.execute(MINE, {"server": self._server}).all():
                if row.term not in self._known:
                    connection.execute(END, {"name": row.name, "term": row.term})

    def _lives(self) -> Any:
        """The condition that the server of a lease lives."""
        if self._alone:
            return sa.false()
        seen = servers.c.seen > NOW - SILENT_FOR
        return sa.exists(sa.select(servers.c.id).where(servers.c.id == leases.c.server, seen))


def _taken_over(lease: Lease) -> TakenOverError:
    return TakenOverError(f"another server went on with {lease.name}")


def pauses() -> Iterator[float]:
    """How long to wait before each look at what another server is at."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
