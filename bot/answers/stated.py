"""Whether a passage states what is asked: a comparison of the kind of thing that is asked with the facts that the passage holds."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse

from bot.answers.linear import Floats, LogisticModel, regression
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


class Asked(NamedTuple):
    """What kind of thing a question asks, the groups that it names, the passage that answers it, and whether that states the thing."""

    kind: str
    groups: Collection[str]
    passage: Passage
    stated: bool


class Beyond:
    """How probably a question asks for more than a passage says: by its own words, and by the passage, of which people ask one thing or
    another.
    """

    def __init__(self, words: Floats, passages: Mapping[str, float], bias: float) -> None:
        """`words` has a weight for each feature of a question, `passages` one for each passage's key."""
        self._words, self._passages, self._bias = words, dict(passages), bias

    @classmethod
    def fit(cls, vectors: sparse.csr_matrix, asked: Sequence[Asked]) -> Beyond:
        """Learn from questions, a row of `vectors` each. Those that ask for the same kind of thing, where a passage holds such a fact or
        none, count as much together whether it is stated or not: the kind of thing must not tell, for the comparison knows it.
        """
        cells = [(entry.kind, _holds(entry.kind, entry.passage, entry.groups)) for entry in asked]
        counted = Counter((cell, entry.stated) for cell, entry in zip(cells, asked, strict=True))
        counts = np.asarray(
            [
                min(1.0, counted[cell, not entry.stated] / counted[cell, entry.stated])
                for cell, entry in zip(cells, asked, strict=True)
            ]
        )
        keys = sorted({entry.passage.key for entry in asked})
        column = {key: place for place, key in enumerate(keys)}
        places = [column[entry.passage.key] for entry in asked]
        which = sparse.csr_matrix((np.ones(len(asked)), (range(len(asked)), places)), shape=(len(asked), len(keys)))
        rows = sparse.hstack([vectors, which], format="csr")
        tells = np.flatnonzero(counts)
        model = regression().fit(rows[tells], [not asked[row].stated for row in tells], sample_weight=counts[tells])
        weights = model.coef_[0].astype(np.float32)
        of_passages = dict(zip(keys, weights[vectors.shape[1] :].tolist(), strict=True))
        return cls(weights[: vectors.shape[1]], of_passages, float(model.intercept_[0]))

    def probability(self, vector: sparse.csr_matrix, passage: str) -> float:
        """How probably the question with this vector asks for more than the passage of that key says."""
        score = float(vector.data @ self._words[vector.indices]) + self._passages.get(passage, 0.0) + self._bias
        return 1 / (1 + math.exp(-score))

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.json and `name`.npz."""
        (folder / f"{name}.json").write_text(json.dumps(self._passages), "utf-8")
        np.savez_compressed(folder / f"{name}.npz", words=self._words, bias=self._bias)

    @classmethod
    def load(cls, folder: Path, name: str) -> Beyond:
        """What `save` wrote."""
        passages = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz") as kept:
            return cls(kept["words"], passages, float(kept["bias"]))


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
    facts = _facts(passage, groups)
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


def _facts(passage: Passage, groups: Collection[str]) -> set[str]:
    """The kinds of things that a passage states to one who asks about `groups`."""
    facts = set(passage.facts) | ALWAYS_STATED
    return facts - {"group"} if groups and not set(groups).intersection(passage.groups) else facts


def _holds(kind: str, passage: Passage, groups: Collection[str]) -> bool:
    """Whether a passage states something of that kind."""
    return kind in _facts(passage, groups) or (kind in QUANTITIES and bool(passage.amounts))


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
