"""What components share: the clause database, its words, the encoder; opened once a process, at first use."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from bot.answers.meanings import Meanings
from bot.answers.names import department_words
from bot.clauses.store import ClauseStore
from bot.errors import EncoderError
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


log = logging.getLogger(__name__)
_instead: ContextVar[ClauseStore | None] = ContextVar("instead", default=None)
"""The clause database that one task, and nobody else, is to see in place of the one that is open."""
_open = _Open()
_known: dict[str, Floats] = {}


def clause_store() -> ClauseStore:
    """The clause database that the settings name; a new one from LOOKED_AT_EVERY seconds after it was built anew.

    Raises ClauseDatabaseError where it is missing or cannot be used.
    """
    if (instead := _instead.get()) is not None:
        return instead
    now = time.monotonic()
    if _open.store is None or now - _open.looked_at >= LOOKED_AT_EVERY:
        path = read_settings().clauses
        try:
            built = path.stat()
            state = (built.st_ino, built.st_mtime_ns)
        except OSError:
            state = (0, 0)
        if _open.store is None or (state != _open.state and state[0]):
            _open.store, _open.state = ClauseStore.open(path), state
        _open.looked_at = now
    return _open.store


@contextlib.contextmanager
def as_if_held(store: ClauseStore) -> Iterator[None]:
    """What this task does within sees `store` in place of the clause database; every other task goes on as before."""
    before = _instead.set(store)
    try:
        yield
    finally:
        _instead.reset(before)


def look_again() -> None:
    """The clause database was built anew in this process: the next to ask for it gets it."""
    _open.looked_at = -LOOKED_AT_EVERY


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
