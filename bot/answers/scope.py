"""Whether a question is this document's: a decision of its own, learned beside the ranking of passages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.answers.linear import Floats
from bot.answers.question import OUT_OF_SCOPE

SEPARATOR = "/"
"""Stands in a turn's label between OUT_OF_SCOPE and the reason."""
REFUSED_FROM = 0.5
"""From this probability on, a question is refused: where a refusal is likelier to be right than an answer."""
SMALLEST = 1e-4
HIDDEN_UNITS = 16
DECAY = 1.0
"""The strength of the regularisation (scikit-learn's alpha)."""
MARKS = "ADEHLP"
"""Kinds of names and references that a text may be marked with (components.references)."""


class ScopeModel:
    """P(out of scope) by a small neural network over what the other models came to and the signs in the words.

    On five-fold cross-validation over 18,000 questions of nlu/, set to answer 96 % of the answerable, it refused 82.7 % of the others; logistic
    regression over the same evidence 81.6 %, boosted trees 83.1 % (docs/adr/0004).
    """

    def __init__(self, mean: Floats, scale: Floats, layers: Sequence[tuple[Floats, Floats]]) -> None:
        """`mean` and `scale` have the shape (evidence,); each of `layers` is (weights, bias)."""
        self._mean, self._scale, self._layers = mean, scale, tuple(layers)

    @classmethod
    def fit(cls, features: Sequence[Sequence[float]], foreign: Sequence[bool]) -> ScopeModel:
        """Learn from `evidence` of questions and whether they are out of scope.

        The evidence must come from models that had not seen these questions.
        """
        from sklearn.neural_network import MLPClassifier  # only training needs it

        rows = np.asarray(features, np.float32)
        mean, scale = rows.mean(axis=0), rows.std(axis=0) + SMALLEST
        model = MLPClassifier((HIDDEN_UNITS,), alpha=DECAY, max_iter=60, random_state=0)
        model.fit((rows - mean) / scale, np.asarray(foreign))
        return cls(mean, scale, list(zip(model.coefs_, model.intercepts_, strict=True)))

    def probability(self, features: Sequence[float]) -> float:
        """How probably a question with this `evidence` is out of scope."""
        (first, first_bias), (last, last_bias) = self._layers
        hidden = np.maximum(((np.asarray(features, np.float32) - self._mean) / self._scale) @ first + first_bias, 0)
        return float(1 / (1 + np.exp(-(hidden @ last + last_bias)))[0])

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.npz."""
        (first, first_bias), (last, last_bias) = self._layers
        np.savez_compressed(
            folder / f"{name}.npz",
            mean=self._mean,
            scale=self._scale,
            first=first,
            first_bias=first_bias,
            last=last,
            last_bias=last_bias,
        )

    @classmethod
    def load(cls, folder: Path, name: str) -> ScopeModel:
        """What `save` wrote."""
        with np.load(folder / f"{name}.npz") as kept:
            layers = [(kept["first"], kept["first_bias"]), (kept["last"], kept["last_bias"])]
            return cls(kept["mean"], kept["scale"], layers)


def evidence(masked: str, turns: Mapping[str, float], clauses: Sequence[float], subjectless: float) -> list[float]:
    """What the decision rests on: the length of the text that is learned from and what it is marked to name; the probabilities of all
    kinds of `turns`, of the three best `clauses`, and that the text names no subject.
    """
    return [*map(log_odds, (subjectless, *clauses)), *signs(masked, turns)]


def signs(masked: str, turns: Mapping[str, float]) -> list[float]:
    """What tells whether a message is out of scope, whatever the documents hold: its length, the probabilities of all kinds of `turns`, and
    what the text that is learned from is marked to name.
    """
    probabilities = [foreign_turn(turns), *(turns[label] for label in sorted(turns))]
    return [
        math.log(len(masked) + 1),
        *map(log_odds, probabilities),
        *(float(mark in masked) for mark in MARKS),
    ]


def about_another_place(signs: Sequence[float]) -> list[float]:
    """The signs of the same message if it named another place."""
    place = len(signs) - len(MARKS) + MARKS.index("P")
    return [*signs[:place], 1.0, *signs[place + 1 :]]


def foreign_turn(turns: Mapping[str, float]) -> float:
    """The probability that the turn is out of scope, for whatever reason."""
    return sum(probability for label, probability in turns.items() if label.partition(SEPARATOR)[0] == OUT_OF_SCOPE)


def log_odds(probability: float) -> float:
    """The logarithm of how much likelier than not; never infinite."""
    return math.log((probability + SMALLEST) / (1 - probability + SMALLEST))
