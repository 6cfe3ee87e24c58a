"""The documents that the trained assistant answers from, for a test that puts others in or takes some out."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.components import vocabulary
from bot.text.encoder import Floats, PackagedEncoder

CORPORA = Path("evaluation/corpus")


class Remembering(PackagedEncoder):
    """Makes no vector of a passage twice."""

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}

    def passages(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, super().passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])


class Held:
    """The documents that the assistant answers from, in a folder of their own: at first those of the project.

    Of the same files the clause database is built once a run, and what the assistant makes of it is made once as well.
    """

    _built: ClassVar[dict[tuple[tuple[str, bytes], ...], tuple[Path, ClauseStore]]] = {}
    _encoder = Remembering()
    _numbers = itertools.count(1)

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.documents = folder / "documents"
        shutil.copytree("documents", self.documents)
        self._folder, self._monkeypatch = folder, monkeypatch

    def build(self) -> None:
        """Answer from what is in the folder now."""
        files = sorted(path for path in self.documents.rglob("*") if path.is_file())
        content = tuple((str(path.relative_to(self.documents)), path.read_bytes()) for path in files)
        if content not in self._built:
            path = self._folder / f"clauses{next(self._numbers)}.db"
            build(self.documents, path, self._encoder, before=Path("build/clauses.db"))
            self._built[content] = path, ClauseStore.open(path)
        path, store = self._built[content]
        self._monkeypatch.setenv("RONGCE_CLAUSES", str(path))
        self._monkeypatch.setattr(vocabulary, "_open", vocabulary._Open(store, vocabulary._state_of(path)))

    def add(self, corpus: str) -> None:
        """Hold the documents of a corpus as well."""
        shutil.copytree(CORPORA / corpus / "documents", self.documents, dirs_exist_ok=True)
        self.build()

    def put(self, key: str, text: str, facts: str = "") -> None:
        """Hold `text` as the document of that key from now on."""
        (self.documents / key).mkdir(exist_ok=True)
        (self.documents / key / "source.txt").write_text(text, "utf-8")
        (self.documents / key / "document.toml").write_text(facts, "utf-8")
        self.build()

    def take_out(self, key: str) -> None:
        """Hold the document of that key no more."""
        shutil.rmtree(self.documents / key)
        self.build()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Held(tmp_path, monkeypatch)
