"""What the tests of several servers share: a PostgreSQL, and an empty database in it for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.mailbox import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """PostgreSQL, for this run."""
    with postgres.running() as url:
        yield url


@pytest.fixture
def shared_url(postgres_server: str) -> str:
    """The URL of an empty database that several servers may share."""
    return postgres.database(postgres_server)
