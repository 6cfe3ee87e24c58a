"""Whether a passage states what is asked: a comparison of the kind of thing that is asked with the facts that the passage holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.answers.linear import Floats
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
)
"""The kinds of things that people ask for (nlu/README.md says what each means); all but open, unit and citation are facts as well."""
ALWAYS_STATED = frozenset({"open", "unit", "citation"})
"""What an answer gives by itself: what there is, who is responsible, where it is written."""
QUANTITIES = frozenset({"money", "ratio", "duration", "count", "tenure"})
"""Kinds that are stated by an amount: "how much?" may ask for any of them."""
STATED_FROM = 0.5
STATED_SHARE = 0.8
"""The share of questions about a measure whose answer states what is asked, of those that people wrote without looking for gaps. The
labelled examples were written half for what the documents leave open, and are weighed accordingly."""


class StatedModel:
    """P(stated) by logistic regression over `comparison`."""

    def __init__(self, weights: Floats, bias: float) -> None:
        """`weights` has the length of a comparison."""
        self._weights, self._bias = weights, bias

    @classmethod
    def fit(cls, comparisons: Sequence[Sequence[float]], stated: Sequence[bool]) -> StatedModel:
        """Learn from comparisons of questions with the passages that answer them."""
        from sklearn.linear_model import LogisticRegression  # only training needs it

        share = sum(stated) / len(stated)
        weights = [STATED_SHARE / share if held else (1 - STATED_SHARE) / (1 - share) for held in stated]
        model = LogisticRegression(C=1.0, max_iter=1000)
        model.fit(np.asarray(comparisons), np.asarray(stated), sample_weight=weights)
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def probability(self, compared: Sequence[float]) -> float:
        """How probably a passage states what is asked."""
        return float(1 / (1 + np.exp(-(np.asarray(compared, np.float32) @ self._weights + self._bias))))

    def save(self, folder: Path) -> None:
        """Write the model into `folder`."""
        np.savez(folder / "stated.npz", weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Path) -> StatedModel:
        """What `save` wrote."""
        with np.load(folder / "stated.npz") as kept:
            return cls(kept["weights"], float(kept["bias"]))


def comparison(
    asks: Mapping[str, float], groups: Collection[str], passage: Passage, asks_for_more: float
) -> list[float]:
    """For each kind of thing the probability that it is asked and the passage holds such a fact, and that it is asked and the passage
    holds none. A group that is asked about must be one that the passage speaks of.
    """
    facts = set(passage.facts) | ALWAYS_STATED
    if groups and not set(groups).intersection(passage.groups):
        facts.discard("group")
    held = [asks.get(kind, 0.0) * (kind in facts) for kind in KINDS]
    missing = [asks.get(kind, 0.0) * (kind not in facts) for kind in KINDS]
    how_much = sum(asks.get(kind, 0.0) for kind in QUANTITIES)
    return [*held, *missing, how_much * bool(passage.amounts), how_much * (not passage.amounts), asks_for_more]


def asked(asks: Mapping[str, float]) -> str:
    """The kind of thing that is likeliest asked; "open" where nothing is known."""
    return max(asks, key=asks.__getitem__) if asks else "open"
