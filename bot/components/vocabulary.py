"""The clause database's words, as components need them: opened once a process, at first use."""

from __future__ import annotations

import re
from functools import cache

from bot.answers.coverage import Coverage
from bot.answers.signs import squeeze
from bot.clauses.store import ClauseStore
from bot.settings import read_settings
from bot.text.script import simplify
from bot.text.segment import Segmenter

CITY = re.compile("^(?:中共)?福州市(?:人民政府)?")
"""What a department's full name begins with and people leave out."""


@cache
def clause_store() -> ClauseStore:
    """The clause database that the settings name.

    Raises ClauseDatabaseError where it is missing or cannot be used.
    """
    return ClauseStore.open(read_settings().clauses)


@cache
def segmenter() -> Segmenter:
    """A segmenter that knows the departments' names."""
    return Segmenter(department_words())


@cache
def department_words() -> dict[str, str]:
    """What people write for a department (simplified), and the name that answers bear."""
    return {
        simplify(word): department.name
        for department in clause_store().departments()
        for word in (department.name, department.full_name, _without_city(department.full_name), *department.aliases)
        if word
    }


def _without_city(full_name: str) -> str:
    return CITY.sub("", full_name)


@cache
def wording() -> str:
    """All that the documents say, simplified, without punctuation and spaces."""
    return squeeze(simplify("".join(passage.text for passage in clause_store().passages())))


@cache
def coverage() -> Coverage:
    """What tells how much of a question the documents cover."""
    texts = [simplify(passage.text) for passage in clause_store().passages()]
    return Coverage(texts, lambda text: [word for word, _ in segmenter().words_with_offsets(text)])
