"""Units that nobody has described: full name and short names by rule, with what is known of the office of the same kind in the home city."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.clauses.models import Department

LEVEL = re.compile("^(省|市|县|縣|区|區|州|盟|旗|镇|鎮|乡|鄉)(?!直|级|屬|属|级)(.{2,})")
"""A unit's name with the level that it begins with: 县人社局."""
ENDING = re.compile("(?:局|委|办|辦|会|會|厅|廳)$")
BRANCH = re.compile("(?:支行|分行|分局|分公司|支公司|公司)$")
"""What a unit is named by its parent before: 人民银行松屏县支行."""
PARTY = re.compile("^([省市县縣区區州盟旗])委(.{2,})")
"""An office of the Party's committee: 县委台办."""
SEVERAL = re.compile("^(?:各|有关|有關|相关|相關|其他|属地|屬地|所有)")
"""Words for many units, which no short name stands for."""
SHORTEST = 2
"""Characters of a short name."""


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


def with_its_own_name(unit: Department) -> Department:
    """A unit that a person described, known as well by its name without the level: people put a place before that (松屏县供销社)."""
    match = LEVEL.match(unit.name)
    return replace(unit, aliases=tuple(dict.fromkeys((*unit.aliases, match[2])))) if match else unit


def is_known_by_rule(name: str, known: Iterable[Department]) -> bool:
    """Whether `described` knows what people call the unit `name`: because an office of the same kind in another place is called so."""
    return bool(LEVEL.match(name)) and any(_kind(entry.name) == _kind(name) for entry in known)


def proposed(name: str, place: str, known: Iterable[Department]) -> Department:
    """What the unit `name` of `place` may be called, for a person to confirm: as `described` has it, and short names of units whose level
    stands elsewhere (县委台办, 团县委, 人民银行松屏县支行), which a rule alone may get wrong.
    """
    known = tuple(known)
    if SEVERAL.match(name):
        return Department(name, name, ())
    if alike := _of_another_level(name, known):
        return Department(name, name if place in name else f"{place}{name}", _here(alike, name, place))
    if office := PARTY.match(name):
        level, core = office.groups()
        return _called(name, f"{place}{name}", [core, f"{place}{core}", f"{place}{level}委{core}"])
    whole = re.match(f"^(.*?){re.escape(place)}([省市县縣区區州盟旗]?)(.{{2,}})$", name) if place else None
    if whole:
        parent, level, core = whole.groups()
        if parent and BRANCH.search(core):
            return _called(name, name, [f"{parent}{core}", f"{place}{parent}", parent])
        return _called(name, name, [core, f"{place}{core}", f"{level}{core}"])
    found = described(name, place, known)
    return found if found.aliases or not place else _called(name, name, [f"{place}{name}"])


def _of_another_level(name: str, known: Iterable[Department]) -> Department | None:
    """The unit that is called alike but for its level: 团市委 for 团县委."""
    shape = re.sub("[省市县縣区區州盟旗]", "·", name)
    found = (entry for entry in known if re.sub("[省市县縣区區州盟旗]", "·", entry.name) == shape)
    return next(found, None) if "·" in shape and not LEVEL.match(name) else None


def _here(alike: Department, name: str, place: str) -> tuple[str, ...]:
    """What people call a unit here, by what they call it elsewhere: no names of another place or level, nor in another language."""
    plain = [alias for alias in alike.aliases if not re.search("[省市县縣区區州盟旗a-z]", alias)]
    return tuple(dict.fromkeys(alias for alias in [*plain, f"{place}{name}"] if alias != name))


def _called(name: str, full_name: str, aliases: Iterable[str]) -> Department:
    return Department(name, full_name, tuple(dict.fromkeys(a for a in aliases if a != name and len(a) >= SHORTEST)))


def _kind(name: str) -> str:
    """What offices of the same kind have in common: 人社 of 市人社局 and 县人社局."""
    match = LEVEL.match(name)
    return ENDING.sub("", match[2] if match else name)
