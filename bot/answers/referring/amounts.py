"""The amount that a parsed island states."""

from __future__ import annotations

import re

from parsimonious.nodes import Node

from bot.answers.referring.grammar import each_found, find
from bot.clauses.models import Amount
from bot.text.numerals import value_of

MONEY = (("million", 1e6), ("万|w", 1e4), ("thousand|千|k", 1e3))
PERIODS = (
    ("工作日|working|business", "工作日", 1.0),
    ("月|month", "月", 1.0),
    ("年|year", "年", 1.0),
    ("周|星期|week", "天", 7.0),
    ("", "天", 1.0),
)


def amount_of(node: Node) -> Amount | None:
    """The amount that a parsed island states, in the units of clauses.models.Amount; 月, 天 and "" (a bare number) besides."""
    kind = next(found for found in each_found(node, "percent", "money", "period", "quantity"))
    try:
        values = [value_of(found.text) for found in each_found(node, "numeral")]
        unit, factor = _unit(kind)
        if not values:
            values = (
                [500_000.0]
                if kind.text.startswith("half a million")
                else [50.0 if kind.expr_name == "percent" else value_of(kind.text)]
            )
    except ValueError:
        return None  # 几十万: no number
    low, high = values[0], values[-1]
    if len(values) == 2 and factor == 1 and high >= 10_000 > low and unit == "元":
        low *= 10_000  # 5到50万
    return Amount(low * factor, high * factor, unit, node.text)


def _unit(node: Node) -> tuple[str, float]:
    text = node.text
    if node.expr_name == "percent":
        return "%", 10.0 if "成" in text else 1.0
    if text.startswith("half a million"):
        return "元", 1.0
    if re.search("分$|point", text):
        return "分", 1.0
    if node.expr_name == "money":
        return "元", next((factor for word, factor in MONEY if re.search(word, text)), 1.0)
    if node.expr_name == "period":
        return next(((unit, factor) for word, unit, factor in PERIODS if re.search(word, text)))
    return ("个", 1.0) if find(node, "numeral") is not None else ("", 1.0)
