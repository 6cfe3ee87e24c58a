"""What all tests share: a clause database built from the documents, the trained model."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest

from bot.logs import configure_logs

configure_logs("info")

from bot.assistant import Assistant  # noqa: E402
from bot.clauses.build import build  # noqa: E402
from bot.clauses.store import ClauseStore  # noqa: E402
from bot.helpdesk import staff  # noqa: E402
from bot.mailbox.mailbox import Mailbox  # noqa: E402
from bot.mailbox.state import State  # noqa: E402
from bot.mailbox.trackers import WindowedTrackerStore  # noqa: E402
from bot.settings import read_settings  # noqa: E402

DOCUMENTS = Path("documents")
pytest_plugins = ["tests.telegram_api.fixtures", "tests.postgres"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes test, those of a module go to one, which makes the module's fixtures once; the slow ones first, each by itself,
    so that none is left over at the end.
    """
    for item in items:
        if {"postgres_url", "cluster", "own_cluster"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)
        if not any(map(item.get_closest_marker, ("slow", "xdist_group"))):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Logs may be set up otherwise within the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    """The clause database of the documents, built for this run."""
    path = tmp_path_factory.mktemp("clauses") / "clauses.db"
    build(DOCUMENTS, path)
    opened = ClauseStore.open(path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state's SQLite file with its tables, which the migrations take a tenth of a second to make."""
    path = tmp_path_factory.mktemp("migrated") / "rongce.db"
    State(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    """A state's file of the test's own, without rows."""
    shutil.copyfile(migrated, tmp_path / "rongce.db")
    return f"sqlite:///{tmp_path}/rongce.db"


@pytest.fixture
def state_url(sqlite_url: str) -> str:
    """Where `state` keeps what it keeps (some folders' tests run on PostgreSQL as well: tests/postgres.py)."""
    return sqlite_url


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    """A state of its own."""
    opened = State(state_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Passwords cost a hundredth of what they cost for people: a tenth of a second each, for every clerk who signs in."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(staff, "_hasher", lambda: cheap)
        yield


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The trained assistant, loaded once; tests use conversations of their own."""
    state = State(f"sqlite:///{tmp_path_factory.mktemp('trackers')}/rongce.db")
    return Assistant.load(read_settings({}), WindowedTrackerStore.on(state))


@pytest.fixture
def mailbox(state: State, assistant: Assistant) -> Mailbox:
    """A mailbox in front of the trained assistant."""
    return Mailbox(state, assistant.answer)
