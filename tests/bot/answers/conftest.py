"""What the tests of answers share."""

from __future__ import annotations

import pytest

from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import Reader


@pytest.fixture(scope="session")
def reader(store: ClauseStore) -> Reader:
    """Reads names and references of the documents."""
    return Reader(store)
