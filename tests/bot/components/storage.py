"""A model's storage for a component that is trained and loaded by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rasa.engine.storage.resource import Resource


class Folder:
    """One folder, as Rasa's model storage."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def write_to(self, _: Resource) -> Iterator[Path]:
        yield self._folder

    read_from = write_to
