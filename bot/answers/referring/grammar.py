"""The grammar of references (references.peg), and how one finds one's way in what it parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from parsimonious import Grammar
from parsimonious.nodes import Node, RegexNode

from bot.text.numerals import value_of

HAN_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|(?<=第 \d)\s+(?=\d)|(?<=第\d)\s+(?=\d)")
COMBINING = frozenset(
    {
        "among",
        "several",
        "a_chapter",
        "which_part",
        "same_part",
        "without",
        "all",
        "any",
        "only",
        "besides",
        "department",
    }
)
ISLANDS = COMBINING | frozenset(
    (
        "bare",
        "document",
        "annex",
        "foreign",
        "part_clause",
        "parts",
        "clauses",
        "left_out",
        "quoted",
        "step",
        "earlier",
        "of_list",
        "choice",
        "amount",
        "whole",
        "dated",
        "now",
        "corrected",
        "in_heading",
        "outline",
    )
)
"""Rules of the grammar whose finds mean something; the others only hold them."""


def plain(simplified: str) -> str:
    """`simplified` without the spaces beside characters that are not Latin: 第 十 条 becomes 第十条."""
    return HAN_SPACE.sub("", simplified)


@cache
def grammar() -> Grammar:
    """The grammar of references."""
    return Grammar(resources.files(__package__).joinpath("references.peg").read_text("utf-8"))


def islands(node: Node) -> Iterator[Node]:
    """The parsed islands, left to right."""
    if node.expr_name in ISLANDS:
        yield node
    else:
        for child in node.children:
            yield from islands(child)


def each_found(node: Node, *kinds: str) -> Iterator[Node]:
    """The outermost nodes of these kinds within `node`, left to right."""
    if node.expr_name in kinds:
        yield node
    else:
        for child in node.children:
            yield from each_found(child, *kinds)


def find(node: Node, kind: str) -> Node | None:
    """The first node of a kind within `node`."""
    return next(each_found(node, kind), None)


def first_found(node: Node, kind: str) -> Node:
    """The first node of a kind within `node`, where the grammar says that there is one."""
    return next(each_found(node, kind))


def matches(node: Node) -> Iterator[re.Match[str]]:
    """What the regular expressions of the grammar found in a node."""
    if isinstance(node, RegexNode):
        yield node.match
    for child in node.children:
        yield from matches(child)


def values_in(node: Node) -> list[int]:
    """The values of all numbers within `node`."""
    return [
        int(value_of(found.text))
        for found in each_found(
            node, "number", "roman", "english_number", "nth", "english_count", "digits", "dashed_part", "dashed_in"
        )
    ]
