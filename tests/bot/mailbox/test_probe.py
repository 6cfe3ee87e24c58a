"""What is wrong with the state is found out before somebody's message is lost, and said."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StateError
from bot.mailbox.probe import Probe
from bot.mailbox.state import State
from bot.mailbox.tables import messages, probes
from tests.postgres import Cluster


@contextlib.contextmanager
def kept_in(file: Path) -> Iterator[State]:
    state = State(f"sqlite:///{file}")
    try:
        yield state
    finally:
        state.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rongce.db"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of a few MiB."""
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("a disk of its own can only be mounted by root")
        pytest.skip("NOT TESTED: a full and a read-only disk, as only root can mount one")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["/bin/umount", "-l", str(disk)], check=True)


def write_a_message(state: State) -> None:
    row = {
        "channel": "web",
        "conversation": "c",
        "message_id": os.urandom(8).hex(),
        "text": "?" * 500,
        "received_at": 1.0,
    }
    state.within(lambda connection: connection.execute(sa.insert(messages).values(**row)))


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as written:
        while True:
            written.write(b"\0" * 4096)
    return filler


def test_a_sound_state_is_told_to_be_sound_and_keeps_nothing_of_it(state: State) -> None:
    probe = Probe(state)
    probe.look()
    probe.look()
    assert (
        state.within(lambda connection: connection.execute(sa.select(sa.func.count()).select_from(probes)).scalar())
        == 0
    )


def test_a_full_disk_is_told_and_so_is_that_there_is_room_again(small_disk: Path) -> None:
    with kept_in(small_disk / "rongce.db") as state:
        probe = Probe(state)
        probe.look()
        filler = fill(small_disk)
        with pytest.raises(StateError, match=r"disk is full.*free some space"):
            probe.look()
        filler.unlink()
        probe.look()


def test_a_disk_that_fills_up_is_told_although_the_log_of_sqlite_has_room_still(small_disk: Path) -> None:
    with kept_in(small_disk / "rongce.db") as state:
        for _ in range(200):
            write_a_message(state)
        state.within(lambda connection: connection.exec_driver_sql("pragma wal_checkpoint(restart)"))
        fill(small_disk)
        write_a_message(state)
        with pytest.raises(StateError, match="disk is full"):
            Probe(state).look()


def test_a_disk_that_was_made_read_only_is_told(small_disk: Path) -> None:
    with kept_in(small_disk / "rongce.db") as state:
        probe = Probe(state)
        probe.look()
        subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=False)
        if os.access(
            small_disk, os.W_OK
        ):  # Linux does that to a disk that fails, but lets nobody do it while a file is open
            subprocess.run(["/bin/mount", "--bind", str(small_disk), str(small_disk)], check=True)
            subprocess.run(["/bin/mount", "-o", "remount,ro,bind", str(small_disk)], check=True)
        try:
            with pytest.raises(StateError, match=r"read-only.*let the server write"):
                probe.look()
        finally:
            subprocess.run(["/bin/umount", "-l", str(small_disk)], check=False)


@pytest.mark.parametrize("what", ["", "-wal"])
def test_a_file_that_was_deleted_under_the_server_is_told(file: Path, what: str) -> None:
    with kept_in(file) as state:
        probe = Probe(state)
        probe.look()
        Path(f"{file}{what}").unlink()
        with pytest.raises(StateError, match="restore a copy"):
            probe.look()
        write_a_message(state)  # the server itself notices nothing


def test_another_file_in_the_place_of_the_one_that_is_open_is_told(file: Path, tmp_path: Path) -> None:
    with kept_in(file) as state:
        probe = Probe(state)
        copy = shutil.copy(file, tmp_path / "copy")
        Path(copy).replace(file)
        with pytest.raises(StateError, match="Another file"):
            probe.look()


@pytest.mark.parametrize("damage", ["beginning", "middle", "emptied"])
def test_a_damaged_file_is_told(file: Path, damage: str) -> None:
    with kept_in(file) as state:
        for _ in range(300):
            write_a_message(state)
        state.within(lambda connection: connection.exec_driver_sql("pragma wal_checkpoint(truncate)"))
        probe = Probe(state)
        probe.look()
        probe._look_through_at = 0.0
        with file.open("r+b") as opened:
            if damage == "emptied":
                opened.truncate(0)
            else:
                opened.seek(0 if damage == "beginning" else 40_000)
                opened.write(os.urandom(60_000))
        with pytest.raises(StateError, match="damaged: stop the servers"):
            probe.look()


def test_a_database_server_that_takes_no_writes_is_told(postgres_url: str) -> None:
    state = State(postgres_url)
    with contextlib.closing(state):
        probe = Probe(state)
        probe.look()
        name = sa.engine.make_url(postgres_url).database
        state.within(lambda c: c.exec_driver_sql(f"alter database {name} set default_transaction_read_only = on"))
        state._engine.dispose()  # that counts for new connections
        with pytest.raises(StateError, match=r"read-only.*let the server write"):
            probe.look()


@pytest.mark.slow
def test_a_database_server_that_is_gone_is_told(own_cluster: Cluster) -> None:
    state = State(own_cluster.make())
    probe = Probe(state)
    probe.look()
    own_cluster.stop()
    with contextlib.closing(state), pytest.raises(StateError, match="database server runs and can be reached"):
        probe.look()
