"""Amounts that a sentence states one for each of several things: 省级、市级示范农场，分别奖励8万元、5万元."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.clauses.models import Amount, Passage
from bot.text.script import simplify

EACH = "分别"
BETWEEN = re.compile("[、和与及或]+|以及")
NO_MORE = re.compile("[，；。]")
LEVELS = {
    "国家": "国家|全国|中央|部级|national|state-level",
    "省": "省|provinc",
    "市": "市|municipal|city|cities",
    "县": "县|county|counties",
}
"""Levels of government, and the words for each: what an amount depends on more often than on anything else."""


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
    levels, asked = [_levels(thing)[-1:] for thing in things], _levels(question)
    if len(set(map(tuple, levels))) < len(things) or not all(levels):
        return listed, False
    meant = [amount for amount, level in zip(listed, levels, strict=True) if level[0] in asked]
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


def _levels(text: str) -> list[str]:
    """The levels of government that a text names, in its order."""
    found = [(match.start(), level) for level, words in LEVELS.items() for match in re.finditer(words, text)]
    return [level for _, level in sorted(found)]
