"""Tells whether the document deals with what a message asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.linear import LinearModel
from bot.answers.ranker import NO_SUBJECT, best_two, clause_of
from bot.answers.scope import OUT_OF_SCOPE, ScopeModel, evidence
from bot.answers.signs import signs
from bot.components.featurizer import VECTOR
from bot.components.ranker import BEST_CLAUSES, answered_by
from bot.components.reading import add_to_reading
from bot.components.tokenizer import SIMPLIFIED
from bot.components.trained import TrainedComponent
from bot.components.turns import FOREIGN_TURN, SEPARATOR, turn_label
from bot.components.vocabulary import wording

FOLDS = 5
Rows = npt.NDArray[np.int64]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeClassifier(TrainedComponent):
    """Adds the probability that a message is out of scope (answers.scope).

    It learns how far the classifier of turns and the ranker are to be believed, so it needs what they say of questions that they
    have not seen: both are fitted again without each fifth of the examples.
    """

    _model: ScopeModel

    def write(self, folder: Path) -> None:
        self._model.save(folder)

    def read(self, folder: Path) -> None:
        self._model = ScopeModel.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has a subject or is out of scope."""
        examples = [message for message in training_data.intent_examples if message.get(VECTOR) is not None]
        vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
        features, foreign = [], []
        for known, unknown in KFold(FOLDS, shuffle=True, random_state=0).split(vectors):
            turns = self._foreign_turns(examples, vectors, known, unknown)
            clauses = self._best_clauses(examples, vectors, known, unknown)
            for row, turn, best in zip(unknown, turns, clauses, strict=True):
                out_of_scope = examples[row].get(INTENT) == OUT_OF_SCOPE
                if out_of_scope or answered_by(examples[row]) != [NO_SUBJECT]:
                    features.append(evidence(signs(examples[row].get(SIMPLIFIED), wording()), turn, best))
                    foreign.append(out_of_scope)
        self._model = ScopeModel.fit(features, foreign)
        return self.keep()

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message the probability that it is out of scope."""
        for message in messages:
            hinted = signs(message.get(SIMPLIFIED), wording())
            found = evidence(hinted, message.get(FOREIGN_TURN), message.get(BEST_CLAUSES))
            add_to_reading(message, signs=hinted, foreign=self._model.probability(found))
        return messages

    @staticmethod
    def _foreign_turns(
        examples: Sequence[Message], vectors: sparse.csr_matrix, known: Rows, unknown: Rows
    ) -> list[float]:
        model = LinearModel.fit(vectors[known], [turn_label(examples[row]) for row in known], balanced=True)
        columns = [i for i, label in enumerate(model.labels) if label.partition(SEPARATOR)[0] == OUT_OF_SCOPE]
        sums: list[float] = model.probabilities(vectors[unknown])[:, columns].sum(axis=1).tolist()
        return sums

    @staticmethod
    def _best_clauses(
        examples: Sequence[Message], vectors: sparse.csr_matrix, known: Rows, unknown: Rows
    ) -> list[list[float]]:
        pairs = [(row, clause_of(passage)) for row in known for passage in answered_by(examples[row])]
        model = LinearModel.fit(vectors[[row for row, _ in pairs]], [clause for _, clause in pairs])
        return best_two(model.labels, model.probabilities(vectors[unknown]))
