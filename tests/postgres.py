"""PostgreSQL for the tests: a cluster of the run's own, which goes away with it, and in it an empty database for each test that wants one.

`postgres_url` is such a database. In a folder whose conftest.py imports `state_url` from here, every test of `state` runs on SQLite
and on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

MISSING = "no PostgreSQL: apt-get install postgresql"
OWNER = "postgres"
"""Who runs the cluster where we are root, which PostgreSQL refuses to be run by; the package makes this account."""
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
"""No other machine reaches it, and what is in it need not survive a power cut."""


def programs() -> Path | None:
    """Where initdb and pg_ctl of the newest PostgreSQL are; None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=lambda path: float(path.parent.name), default=None)


class Cluster:
    """A running cluster in `folder`, reached by a socket there."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self._numbers = itertools.count(1)
        self._started = False
        self._owner = OWNER if os.geteuid() == 0 else None
        if self._owner:
            shutil.chown(folder, self._owner)

    def start(self) -> None:
        self._run("initdb", "--auth=trust", "--username=rongce", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = {**SETTINGS, "unix_socket_directories": self._folder}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._folder}/log", f"--options={options}")
        self._started = True

    def stop(self) -> None:
        if self._started:
            self._started = False
            self._run("pg_ctl", "stop", "--mode=immediate", "--silent")

    def make(self, template: str = "template1") -> str:
        """The URL of a new database, which is as `template` is."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"create database {name} template {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute(f"drop database if exists {sa.engine.make_url(url).database} with (force)")

    def url(self, name: str) -> str:
        return f"postgresql://rongce@/{name}?host={self._folder}"

    def _execute(self, sql: str) -> None:
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(sql))

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self._folder}/data", *words]
        log = self._folder / "commands.log"
        with log.open("ab") as output:  # a pipe would stay open as long as the cluster runs
            done = subprocess.run(command, cwd=self._folder, user=self._owner, stdout=output, stderr=output)
        assert done.returncode == 0, log.read_text("utf-8")


@contextlib.contextmanager
def _running() -> Iterator[Cluster]:
    found = programs()
    if found is None:
        assert os.environ.get("CI") != "true", MISSING
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory(prefix="rongce-postgres-") as folder:  # pytest's own folders are closed to OWNER
        started = Cluster(Path(folder), found)
        started.start()
        try:
            yield started
        finally:
            started.stop()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The run's cluster. Skips where there is no PostgreSQL, and fails there where CI=true."""
    with _running() as started:
        yield started


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A cluster that the test may stop."""
    with _running() as started:
        yield started


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    """An empty database of the test's own."""
    url = cluster.make()
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def state_url(request: pytest.FixtureRequest) -> str:
    """Where `state` keeps what it keeps: SQLite, and in a second run of the test PostgreSQL."""
    return str(request.getfixturevalue("postgres_url" if request.param == "postgresql" else "sqlite_url"))
