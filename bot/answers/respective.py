"""Amounts that a sentence states one for each of several things: 省级、市级示范农场，分别奖励8万元、5万元."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.clauses.models import Amount, Passage
from bot.text.script import simplify

EACH = "分别"
BETWEEN = re.compile("[、和与及或]+|以及")
NO_MORE = re.compile("[，；。]")
LEVELS_OF_GOVERNMENT = (("国家", "national"), ("省", "provincial"), ("市", "municipal"), ("县", "county"))
"""Levels of government, and the words for each: what an amount depends on more often than on anything else."""
SAID = "(?<![城都上]){}(?:级|里)|(?<![a-z]){}(?![a-z])"
"""How a question says a level; 福州市, 城市 and 上市 say none."""


def amounts_meant(question: str, passage: Passage) -> tuple[Sequence[Amount], bool]:
    """The amounts of `passage` that a question (simplified) may be about, and whether it tells which: where the passage states one for each of
    several levels of government, that of the level which the question names; one for each of several other things, all of these.
    """
    text = simplify(passage.text)
    before, each, after = text.partition(EACH)
    listed = _listed(after, passage.amounts) if each else []
    things = BETWEEN.split(before)[-len(listed) :] if len(listed) > 1 else []
    if len(things) < 2 or len(things) != len(listed):
        return passage.amounts, True
    levels = list(map(_last_level, things))
    asked = {zh for zh, en in LEVELS_OF_GOVERNMENT if re.search(SAID.format(zh, en), question)}
    if len(set(levels)) < len(things) or not all(levels):
        return listed, False
    meant = [amount for amount, level in zip(listed, levels, strict=True) if level in asked]
    return (meant, len(meant) == 1) if meant else (listed, False)


def _listed(after: str, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts that follow one another at once."""
    found: list[Amount] = []
    place = 0
    for amount in amounts:
        at = after.find(simplify(amount.text), place)
        if at < 0 or (found and (NO_MORE.search(after[place:at]) or at - place > 2)):
            if found:
                break
            continue
        found.append(amount)
        place = at + len(amount.text)
    return found


def _last_level(thing: str) -> str:
    """The level of government that a thing names last (经我市申报入选省级…: 省); "" where it names none."""
    named = [(thing.rfind(level), level) for level, _ in LEVELS_OF_GOVERNMENT if level in thing]
    return max(named)[1] if named else ""
