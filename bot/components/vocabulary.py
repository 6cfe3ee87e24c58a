"""What components share: the clause database, its words, the encoder; opened once a process, at first use."""

from __future__ import annotations

import contextlib
import logging
import time
import weakref
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.answers.meanings import Meanings
from bot.answers.names import department_words
from bot.clauses.store import ClauseStore
from bot.errors import ClauseDatabaseError, EncoderError
from bot.metrics import encoding
from bot.settings import read_settings
from bot.text.encoder import Encoder, Floats, encoder_of
from bot.text.segment import Segmenter

AT_MOST_REMEMBERED = 20_000
"""Texts whose vectors are remembered: more than a training has, and 30 MB."""

AT_HAND = 3
"""So many clause databases are ready to be asked at once: the one that is held, the one before it, one that a draft is tried in."""
LOOKED_AT_EVERY = 1.0
"""Seconds after which it is looked whether the clause database was built anew."""


@dataclass
class _Open:
    """The clause database that is open, the file that it was opened from (inode, time of change), and when that was looked at last."""

    store: ClauseStore | None = None
    state: tuple[int, int] = (0, 0)
    looked_at: float = 0.0
    kept_up: bool = False
    """Whether somebody calls `newer` and `take`."""
    refused: tuple[int, int] = (0, 0)
    """The file that could not be used."""
    refused_for: str = ""
    """Why not."""


@dataclass(frozen=True)
class Newer:
    """A clause database that is prepared, and its file."""

    store: ClauseStore
    state: tuple[int, int]


class Preparing(Protocol):
    """What makes something of a clause database before it can answer from it."""

    def make_ready(self, store: ClauseStore) -> None:
        """Make it, in a thread beside those that answer from another one."""


log = logging.getLogger(__name__)
_instead: ContextVar[ClauseStore | None] = ContextVar("instead", default=None)
"""The clause database that one task, and nobody else, is to see in place of the one that is open."""
_open = _Open()
_preparing: weakref.WeakSet[Preparing] = weakref.WeakSet()
_known: dict[str, Floats] = {}


def clause_store() -> ClauseStore:
    """The clause database that the settings name; a new one from LOOKED_AT_EVERY seconds after it was built anew, or once it was prepared
    where that is done beside (`kept_up`).

    Raises ClauseDatabaseError where it is missing or cannot be used.
    """
    if (instead := _instead.get()) is not None:
        return instead
    now = time.monotonic()
    if _open.store is None or (not _open.kept_up and now - _open.looked_at >= LOOKED_AT_EVERY):
        path = read_settings().clauses
        state = _state_of(path)
        if _open.store is None or (state != _open.state and state[0]):
            _open.store, _open.state = ClauseStore.open(path), state
        _open.looked_at = now
    return _open.store


def _state_of(path: Path) -> tuple[int, int]:
    """The inode and the time of change of a file; zeros where there is none."""
    try:
        built = path.stat()
    except OSError:
        return 0, 0
    return built.st_ino, built.st_mtime_ns


@contextlib.contextmanager
def kept_up() -> Iterator[None]:
    """Within, the clause database is another one only after `take`, which somebody has to call: no message waits for what is made of it."""
    _open.kept_up = True
    try:
        yield
    finally:
        _open.kept_up = False


def is_prepared_by(component: Preparing) -> None:
    """Let `newer` prepare clause databases by `component` for as long as that is in use."""
    _preparing.add(component)


def newer() -> Newer | None:
    """The clause database that was built since, if any was, prepared; for a thread beside the one that answers, one at a time.

    Raises ClauseDatabaseError where it cannot be used. After that, as after whatever a preparation raises, the same file is not tried again.
    """
    path = read_settings().clauses
    state = _state_of(path)
    if state in (_open.state, _open.refused) or not state[0]:
        return None
    try:
        store = ClauseStore.open(path)
        with as_if_held(store):  # its own departments tell how words are cut
            for component in list(_preparing):
                component.make_ready(store)
    except Exception as error:
        _open.refused, _open.refused_for = state, str(error) or type(error).__name__
        raise
    return Newer(store, state)


def refused() -> str:
    """Why the clause database that was built last is not answered from, but the one before; "" where it is answered from."""
    return _open.refused_for if _open.refused == _state_of(read_settings().clauses) != (0, 0) else ""


def check_clauses() -> None:
    """Raise ClauseDatabaseError where the clause database's file is gone, damaged or not answered from, though the one that is open answers."""
    if why := refused():
        raise ClauseDatabaseError(
            f"The clause database that was built last cannot be used; the one before answers. {why} Look at the log."
        )
    ClauseStore.open(read_settings().clauses).close()


def take(found: Newer) -> None:
    """Let everybody answer from a clause database from now on; for the thread that answers, so that none changes in the midst of an answer."""
    _open.store, _open.state = found.store, found.state


@contextlib.contextmanager
def as_if_held(store: ClauseStore) -> Iterator[None]:
    """What this task does within sees `store` in place of the clause database; every other task goes on as before."""
    before = _instead.set(store)
    try:
        yield
    finally:
        _instead.reset(before)


def segmenter() -> Segmenter:
    """A segmenter that knows the names of the home city's departments: words are cut alike, whichever other documents are held."""
    return _segmenter_of(clause_store())


@lru_cache(maxsize=AT_HAND)
def _segmenter_of(store: ClauseStore) -> Segmenter:
    at_home = [document.key for document in store.documents() if document.place == store.home]
    return _segmenter_knowing(tuple(department_words(store.of(*at_home))) if at_home else ())


@lru_cache(maxsize=AT_HAND)
def _segmenter_knowing(words: tuple[str, ...]) -> Segmenter:
    """A segmenter takes a second to make, and another clause database has the same words nearly always."""
    return Segmenter(words)


def meanings(texts: Sequence[str]) -> Meanings | None:
    """The encoder's vectors of texts, a row each; None where there is no encoder. Raises EncoderError where it cannot be reached."""
    here = encoder()
    if here is None:
        return None
    new = [text for text in dict.fromkeys(texts) if text not in _known]
    if new:
        if len(_known) + len(new) > AT_MOST_REMEMBERED:
            _known.clear()
            new = list(dict.fromkeys(texts))
        with encoding():
            _known.update(zip(new, here.questions(new), strict=True))
    return Meanings(here.name, np.stack([_known[text] for text in texts]))


def meaning(text: str) -> Meanings | None:
    """The encoder's vector of a text as one row; None where there is no encoder or it cannot be reached now."""
    try:
        return meanings([text])
    except EncoderError as error:
        log.warning("documents are compared by their words alone: %s", error)
        return None


@cache
def encoder() -> Encoder | None:
    """The encoder that the settings name. Raises SettingError for one that is not known."""
    settings = read_settings()
    return encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key)
