"""What all tests share: no TensorFlow, a clause database built from the documents, the trained model."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.lean import keep_tensorflow_out
from bot.logs import configure_logs

keep_tensorflow_out()
configure_logs("info")

from bot.assistant import Assistant  # noqa: E402
from bot.clauses.build import build  # noqa: E402
from bot.clauses.store import ClauseStore  # noqa: E402
from bot.mailbox.mailbox import Mailbox  # noqa: E402
from bot.mailbox.state import State  # noqa: E402
from bot.mailbox.tables import metadata  # noqa: E402
from bot.mailbox.trackers import WindowedTrackerStore  # noqa: E402
from bot.settings import read_settings  # noqa: E402

DOCUMENTS = Path("documents")
pytest_plugins = ["tests.telegram_api.fixtures"]


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


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state of its own: in a file, or in the emptied database that RONGCE_TEST_STATE_URL names (see CONTRIBUTING.md)."""
    url = os.environ.get("RONGCE_TEST_STATE_URL")
    if url:
        engine = sa.create_engine(url)
        metadata.drop_all(engine)
        engine.execute("drop table if exists alembic_version")
    opened = State(url or f"sqlite:///{tmp_path}/rongce.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The trained assistant, loaded once; tests use conversations of their own."""
    state = State(f"sqlite:///{tmp_path_factory.mktemp('trackers')}/rongce.db")
    return Assistant.load(read_settings({}), WindowedTrackerStore.on(state))


@pytest.fixture
def mailbox(state: State, assistant: Assistant) -> Mailbox:
    """A mailbox in front of the trained assistant."""
    return Mailbox(state, assistant.answer)
