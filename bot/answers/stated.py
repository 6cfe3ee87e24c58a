"""Whether a passage states what is asked: a comparison of the kind of thing that is asked with the facts that the passage holds."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from bot.answers.linear import LogisticModel
from bot.clauses.models import Passage

KINDS = (
    "open",
    "money",
    "ratio",
    "duration",
    "count",
    "date",
    "place",
    "names",
    "age",
    "household",
    "education",
    "income",
    "tenure",
    "points",
    "group",
    "procedure",
    "definition",
    "unit",
    "citation",
    "explored",
    "encouraged",
)
"""The kinds of things that people ask for (nlu/README.md says what each means)."""
ALWAYS_STATED = frozenset({"open", "unit", "citation", "explored", "encouraged"})
"""What an answer gives by itself: what there is, who is responsible, where it is written, how binding it is. The others are facts."""
QUANTITIES = frozenset({"money", "ratio", "duration", "count", "tenure"})
"""Kinds that are stated by an amount: "how much?" may ask for any of them."""
HARDLY_ANY = 1e-3
MANY = 10
"""More words that a passage does not have count no more."""
ASKS_FOR_MORE = 2 * len(KINDS) + 2
"""The place in a comparison where it begins to say how probably the question asks for more than a passage says."""
STATED_FROM = 0.5
STATED_SHARE = 0.8
"""The share of questions about a measure whose answer states what is asked, of those that people wrote without looking for gaps. The
labelled examples were written half for what the documents leave open, and are weighed accordingly."""


def learned(comparisons: Sequence[Sequence[float]], stated: Sequence[bool]) -> LogisticModel:
    """The model of P(stated), from comparisons of questions with the passages that answer them."""
    share = sum(stated) / len(stated)
    return LogisticModel.fit(
        comparisons, stated, [STATED_SHARE / share if held else (1 - STATED_SHARE) / (1 - share) for held in stated]
    )


def comparison(
    asks: Mapping[str, float],
    groups: Collection[str],
    passage: Passage,
    asks_for_more: float,
    words: Collection[str] = (),
    words_there: Collection[str] = (),
) -> list[float]:
    """For each kind of thing the probability that it is asked and the passage holds such a fact, and that it is asked and the passage
    holds none; how probably the question asks for more than a passage says, by its own words; how many of its `words` are not among the
    passage's. A group that is asked about must be one that the passage speaks of.
    """
    facts = set(passage.facts) | ALWAYS_STATED
    if groups and not set(groups).intersection(passage.groups):
        facts.discard("group")
    held = [asks.get(kind, 0.0) * (kind in facts) for kind in KINDS]
    missing = [asks.get(kind, 0.0) * (kind not in facts) for kind in KINDS]
    how_much = sum(asks.get(kind, 0.0) for kind in QUANTITIES)
    said = {word for word in words if len(word) > 1}
    beyond = said.difference(words_there)
    return [
        *held,
        *missing,
        how_much * bool(passage.amounts),
        how_much * (not passage.amounts),
        asks_for_more,
        _log_odds(asks_for_more),
        len(beyond) / max(len(said), 1),
        min(len(beyond), MANY) / MANY,
    ]


def of_any_document(comparison: Sequence[float]) -> list[float]:
    """The part of a comparison that holds for every document: what questions ask for beyond a taught one is learned for that one only."""
    return [*comparison[:ASKS_FOR_MORE], *comparison[ASKS_FOR_MORE + 2 :]]


def between(one: float, other: float) -> float:
    """The probability halfway between two opinions, by their log-odds."""
    return 1 / (1 + math.exp(-(_log_odds(one) + _log_odds(other)) / 2))


def asked(asks: Mapping[str, float]) -> str:
    """The kind of thing that is likeliest asked; "open" where nothing is known."""
    return max(asks, key=asks.__getitem__) if asks else "open"


def _log_odds(probability: float) -> float:
    return math.log((probability + HARDLY_ANY) / (1 - probability + HARDLY_ANY))
