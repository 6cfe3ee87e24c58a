"""The things that a message enumerates: 就业、住房、子女上学分别在哪几条."""

from __future__ import annotations

import re

SEPARATORS = re.compile(r"\s*[、,;:/?!。+]\s*|以及|还有|[和跟与及]| and ")
AT_MOST = 8
"""More parts are no enumeration."""


def topics(simplified: str) -> list[str]:
    """The parts of `simplified` as its punctuation and its "and"s divide it; empty where it has a single part or too many."""
    parts = [part for part in SEPARATORS.split(simplified) if len(part.strip()) > 1]
    return parts if 1 < len(parts) <= AT_MOST else []
