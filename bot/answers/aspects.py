"""The parts of a question that asks about several things at once."""

from __future__ import annotations

import re

ITEM = r"[^、,，;；/?？!！。\s]+"
ENUMERATION = re.compile(rf"{ITEM}(?:(?:\s*[、/]\s*|和|跟|与|及|以及|还有|还是|\+| and )\s*{ITEM})+")
BETWEEN = re.compile(r"\s*[、/]\s*|以及|还有|还是|[和跟与及+]| and ")
AT_MOST = 6
"""More parts are no question."""


def aspects(simplified: str) -> list[str]:
    """What is enumerated in `simplified`, each item after what stands before the enumeration ("migrants: residence, schools" gives
    "migrants: residence" and "migrants: schools"); empty where nothing is, or too much.
    """
    runs = [*ENUMERATION.finditer(simplified)]
    if not runs:
        return []
    longest = max(runs, key=lambda run: len(BETWEEN.findall(run[0])))
    items = [item for item in BETWEEN.split(longest[0]) if item.strip()]
    before = simplified[: longest.start()].strip()
    return [f"{before} {item}".strip() for item in items] if 1 < len(items) <= AT_MOST else []
