"""Units that nobody has described: full name and short names by rule, with what is known of the office of the same kind in the home city."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.clauses.models import Department

LEVEL = re.compile("^(省|市|县|縣|区|區|州|盟|旗|镇|鎮|乡|鄉)(?!直|级|屬|属|级)(.{2,})")
"""A unit's name with the level that it begins with: 县人社局."""
ENDING = re.compile("(?:局|委|办|辦|会|會|厅|廳)$")


def described(name: str, place: str, known: Iterable[Department]) -> Department:
    """The unit `name` of `place` (松屏), which no file describes. `known` are units of another place that files describe: what people call
    an office there they call it here as well.
    """
    match = LEVEL.match(name)
    if match is None:
        return Department(name, name, ())
    level, core = match.groups()
    alike = next((entry for entry in known if _kind(entry.name) == _kind(name)), None)
    aliases = [core, f"{place}{core}", f"{place}{level}{core}"]
    if alike is not None:
        aliases += [alias for alias in alike.aliases if not LEVEL.match(alias)]
    return Department(name, f"{place}{level}{core}", tuple(dict.fromkeys(alias for alias in aliases if alias != name)))


def _kind(name: str) -> str:
    """What offices of the same kind have in common: 人社 of 市人社局 and 县人社局."""
    match = LEVEL.match(name)
    return ENDING.sub("", match[2] if match else name)
