"""What components share: the clause database, its words, the encoder; opened once a process, at first use."""

from __future__ import annotations

from functools import cache

from bot.answers.names import department_words
from bot.clauses.store import ClauseStore
from bot.settings import read_settings
from bot.text.encoder import Encoder, encoder_of
from bot.text.segment import Segmenter


@cache
def clause_store() -> ClauseStore:
    """The clause database that the settings name.

    Raises ClauseDatabaseError where it is missing or cannot be used.
    """
    return ClauseStore.open(read_settings().clauses)


@cache
def segmenter() -> Segmenter:
    """A segmenter that knows the departments' names."""
    return Segmenter(department_words(clause_store()))


@cache
def encoder() -> Encoder | None:
    """The encoder that the settings name. Raises SettingError for one that is not known."""
    settings = read_settings()
    return encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key)
