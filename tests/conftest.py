"""What all tests share: no TensorFlow, a clause database built from the documents, the trained model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.lean import keep_tensorflow_out

keep_tensorflow_out()

from bot.assistant import Assistant  # noqa: E402
from bot.clauses.store import ClauseStore, build  # noqa: E402
from bot.mailbox.mailbox import Mailbox  # noqa: E402
from bot.mailbox.state import State  # noqa: E402
from bot.mailbox.trackers import WindowedTrackerStore  # noqa: E402
from bot.settings import read_settings  # noqa: E402

DOCUMENTS = Path("documents")


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
    """A state of its own, in a file."""
    opened = State(f"sqlite:///{tmp_path}/rongce.db")
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def mailbox(state: State) -> AsyncIterator[Mailbox]:
    """A mailbox in front of the trained assistant."""
    yield Mailbox(state, Assistant.load(read_settings({}), WindowedTrackerStore.on(state)).answer)
