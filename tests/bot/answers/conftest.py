"""What the tests of answers share."""

from __future__ import annotations

import shutil

import pytest

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from tests import versions
from tests.bot.answers.asking import Reader


@pytest.fixture(scope="session")
def reader(store: ClauseStore) -> Reader:
    """Reads names and references of the documents."""
    return Reader(store)


@pytest.fixture(scope="session")
def versions_store(tmp_path_factory: pytest.TempPathFactory) -> ClauseStore:
    """The documents, and two versions of another one."""
    folder = tmp_path_factory.mktemp("versions")
    shutil.copytree("documents", folder / "documents")
    versions.hold(folder / "documents")
    build(folder / "documents", folder / "clauses.db")
    return ClauseStore.open(folder / "clauses.db")
