"""Which numbers a parsed reference to clauses or chapters names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsimonious.nodes import Node

from bot.answers.referring.grammar import each_found, find, first_found, values_in
from bot.text.numerals import value_of

AT_MOST_LISTED = 60
"""Clauses that one range or enumeration may name."""


def numbers_to_an_end(node: Node, from_end: Node | None, every: Sequence[int]) -> list[int]:
    """第五条到最后一条, 从头到第五条."""
    edges = [*values_in(node), *(numbers_counted_back(from_end, every)[-1:] if from_end is not None else [])]
    return list(range(1 if len(edges) == 1 else edges[0], edges[-1] + 1))


def numbers_of_run(node: Node) -> list[int]:
    """第十五条起的三条, three clauses from clause 15."""
    first = values_in(find(node, "one_clause") or first_found(node, "english"))[0]
    count = int(
        value_of((find(node, "count") or find(node, "english_count") or [*each_found(node, "number")][-1]).text)
    )
    return list(range(first, first + min(count, AT_MOST_LISTED)))


def numbers_beyond(node: Node, every: Sequence[int]) -> list[int]:
    """第五条之后的, 第五条以前的, 第五条起; the edge itself, or the number after it, where nothing lies there."""
    after, edge = find(node, "after"), values_in(find(node, "one_clause") or node)[0]
    if after is None:
        return [number for number in every if number < edge] or [edge]
    first = edge if after.text.startswith("起") else edge + 1
    return [number for number in every if number >= first] or [first]


def numbers_beside(node: Node, every: Sequence[int]) -> list[int]:
    """The clause before clause 5, clauses after 5."""
    (edge,) = values_in(node)[:1]
    step = 1 if re.search("after|follow", node.text) else -1
    if re.match(r"(?:clause|article|item|paragraph|provision|point)s ", node.text):
        return [number for number in every if (number > edge if step > 0 else number < edge)]
    return [edge + step]


def numbers_enumerated(node: Node) -> list[int]:
    """三、五两条, 第3-5条, 3, 5-7."""
    values = values_in(node)
    if re.search("十[一二三四五六七八九]、?[一二三四五六七八九][两三]?条", node.text):
        values = _carried(values)
    if len(values) > 1 and (find(node, "through") is not None or _ranges(node)):
        *before, first, last = values
        return [*before, *range(first, min(last, first + AT_MOST_LISTED) + 1)]
    return values


def _carried(values: list[int]) -> list[int]:
    """十七、八 is 17 and 18: a unit after a larger number with a unit of its own counts in the same ten."""
    found: list[int] = []
    for value in values:
        ten = found[-1] - found[-1] % 10 if found else 0
        found.append(ten + value if ten and value < 10 and found[-1] % 10 and ten + value > found[-1] else value)
    return found


def _ranges(node: Node) -> bool:
    """Whether an English enumeration ends in a range."""
    return any(re.search(r"-|to|through|until", found.text) for found in each_found(node, "english_list"))


def numbers_counted_back(node: Node, every: Sequence[int]) -> list[int]:
    """What 最后两条, 倒数第二条, the last clause name of `every`; 1, which is none, of nothing."""
    if not every:
        return [1]
    if find(node, "backwards") is not None or "from the" in node.text:
        back = values_in(node)[0]
        return list(every[-back : len(every) - back + 1]) if back <= len(every) else [len(every) + 1]
    if second := re.search("second|third|penultimate", node.text):
        back = 3 if second[0] == "third" else 2
        return [every[-back]] if back <= len(every) else [len(every) + 1]
    count = find(node, "count") or find(node, "english_count")
    return list(every[-int(value_of(count.text)) :]) if count is not None else [every[-1]]
