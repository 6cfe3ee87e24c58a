"""Whether a question is this document's: a decision of its own, learned beside the ranking of passages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from bot.answers.linear import LinearModel
from bot.answers.question import Question
from bot.answers.signs import ALL_SIGNS

OUT_OF_SCOPE = "out_of_scope"
ANSWERABLE = "answerable"
REFUSED_FROM = 0.44
"""From this probability on, a question is refused. A refusal is right with this probability p; an answer with (1 - p) times the share of
clauses that are right, 80 % in cross-validation (docs/understanding.md): the two are equal here."""
SMALLEST = 1e-4
NAMED_BY = {
    "place": "place",
    "form": "form",
    "own_file": "own_file",
    "price": "price",
    "forecast": "forecast",
    "document": "document",
    "authority": "document",
    "quoted": "document",
}
"""The sign that names a reason to refuse where the classifier of turns gave none."""
UNNAMED = "answer"


class ScopeModel:
    """P(out of scope) by logistic regression over what the other models came to and over the signs in the words.

    On five-fold cross-validation over 7,500 questions of nlu/, set to answer 96 % of the answerable, it refused 68 % of the others;
    the classifier of turns alone 57 %, a binary classifier of texts 56 %, gradient boosting over more of such evidence 72 %.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model

    @classmethod
    def fit(cls, features: Sequence[Sequence[float]], foreign: Sequence[bool]) -> ScopeModel:
        """Learn from `evidence` of questions and whether they are out of scope.

        The evidence must come from models that had not seen these questions.
        """
        labels = [OUT_OF_SCOPE if entry else ANSWERABLE for entry in foreign]
        return cls(LinearModel.fit(_rows(features), labels))

    def probability(self, features: Sequence[float]) -> float:
        """How probably a question with this `evidence` is out of scope."""
        probabilities = self._model.probabilities(_rows([features]))[0]
        return float(probabilities[self._model.labels.index(OUT_OF_SCOPE)])

    def save(self, folder: Path) -> None:
        """Write the model into `folder`."""
        self._model.save(folder, "scope")

    @classmethod
    def load(cls, folder: Path) -> ScopeModel:
        """What `save` wrote."""
        return cls(LinearModel.load(folder, "scope"))


def evidence(signs: Sequence[str], turn: float, best: Sequence[float]) -> list[float]:
    """What the decision rests on: `signs` (answers.signs); `turn`, the classifier's probability of "out of scope"; `best`, the
    probabilities of the two best clauses.
    """
    return [_log_odds(turn), *map(_log_odds, best), *(float(sign in signs) for sign in ALL_SIGNS)]


def reason_to_refuse(question: Question) -> str | None:
    """Why the document cannot answer: a reason that domain.yml has words for; None where it may answer.

    A question that names a clause by its number is never refused.
    """
    if question.mentions.clauses or question.foreign < REFUSED_FROM:
        return None
    named = [NAMED_BY[sign] for sign in question.signs if sign in NAMED_BY]
    return named[0] if named[:1] == ["place"] else question.reason or (named[0] if named else UNNAMED)


def _log_odds(probability: float) -> float:
    return math.log((probability + SMALLEST) / (1 - probability + SMALLEST))


def _rows(features: Sequence[Sequence[float]]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.asarray(features, np.float32))
