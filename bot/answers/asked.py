"""What kind of thing is asked, and whether a passage states it."""

from __future__ import annotations

import re

from bot.clauses.models import Passage

ASKED: tuple[tuple[str, str, frozenset[str]], ...] = (
    (
        "ratio",
        r"几成|多少成|几趴|多少趴|百分之(?:几|多少)|多少%|比例|占比|\bpercent|what share|\bratios?\b",
        frozenset({"%"}),
    ),
    (
        "duration",
        r"多久|几年|几个月|几晚|几天|几夜|多少(?:年|天|个月|晚)|多长时间|最长|年限|how long|how many (?:years|months|days|nights)",
        frozenset({"年", "工作日", "月", "天", "晚"}),
    ),
    (
        "money",
        r"多少(?:钱|元|块|万|w\b|k\b|补贴|补助|奖励)|(?:给|补|发|领|拿|奖|贷|付|开|缴|交|收|要|月|年)(?:到|个|得)?多少|"
        r"(?<![十好])几(?:万|千|百|块|元|w\b|k\b)|多少[吗呢啊呀嘛?？!！。,，]*$|"
        r"金额|额度|上限|月薪|利息|利率|每月$|how much|what amount",
        frozenset({"元", "%"}),
    ),
    (
        "names",
        r"(?:具体)?是?哪(?:几|些|九|五|六)(?:项|个|张|种|类|座|样)|对照表|名单|清单|明细|具体(?:是|有)哪",
        frozenset(),
    ),
    ("definition", r"才算|什么叫|啥叫|定义|门槛|(?:怎么|如何)认定|认定标准|what counts as|definition", frozenset()),
    ("date", r"什么时候|啥时候|几号|何时|哪天|截止|几月|when\b|deadline", frozenset()),
)
"""(what is asked, the words that ask it, the units of an amount that states it); the first that matches counts."""


def asked(simplified: str) -> str | None:
    """The kind of thing that `simplified` asks for by name: ratio, duration, money, names, date; None for anything else."""
    return next((kind for kind, words, _ in ASKED if re.search(words, simplified)), None)


def units_of(kind: str | None) -> frozenset[str] | None:
    """The units of an amount that states a thing of `kind`; None where nothing particular is asked."""
    return next((units for name, _, units in ASKED if name == kind), None)


def states(passage: Passage, kind: str | None) -> bool:
    """Whether `passage` states a thing of `kind`: an amount in a fitting unit; true where nothing particular is asked."""
    units = units_of(kind)
    return units is None or any(amount.unit in units for amount in passage.amounts)
