"""A PostgreSQL of the tests' own, in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

NOBODY = "nobody"
"""Who runs the server where the tests run as root, which PostgreSQL refuses."""


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs; None where there are none on this machine."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a server without the database's name; it and its folder are gone afterwards."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="postgres") as folder:
        if as_nobody := os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(NOBODY).pw_uid, -1)

        def call(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, "-D", f"{folder}/data", *arguments],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                user=NOBODY if as_nobody else None,
            )

        call("initdb", "-U", "rongce", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
        )
        call("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql://rongce@127.0.0.1:{port}"
        finally:
            call("pg_ctl", "-m", "immediate", "stop")


def database(server: str) -> str:
    """The URL of a new, empty database."""
    name = f"of_test_{uuid.uuid4().hex[:12]}"
    with contextlib.closing(psycopg2.connect(f"{server}/postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create database {name}")
    return f"{server}/{name}"
