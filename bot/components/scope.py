"""Tells whether the document deals with what a message asks."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from joblib import Parallel, delayed
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.context import SURE
from bot.answers.linear import LinearModel
from bot.answers.question import OUT_OF_SCOPE
from bot.answers.ranker import NO_SUBJECT, best_three, clause_of, fit_clauses
from bot.answers.scope import ScopeModel, evidence, signs
from bot.components.featurizer import VECTOR
from bot.components.ranker import BEST_CLAUSES, SUBJECTLESS, answered_by
from bot.components.reading import DOCUMENT, LOOKED, add_to_reading
from bot.components.references import MARKED, MASKED
from bot.components.trained import TrainedComponent
from bot.components.turns import TURNS, turn_label

FOLDS = 3
DEALS_WITH, ONE_CLAUSE = 15.0, 0.9
"""From this score (answers.retriever) on, an untaught document deals with a message, where one clause has so much of the probability."""
HARDLY_FOREIGN = 0.2
UNTAUGHT = {True: "untaught", False: "untaught-by-words"}
ELSEWHERE = MARKED["mainland"]
"""The mark of a text that names another place."""
Rows = npt.NDArray[np.int64]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeClassifier(TrainedComponent):
    """Adds the probability that a message is out of scope (answers.scope).

    It learns how far the classifier of turns and the ranker are to be believed, so it needs what they say of questions that they
    have not seen: both are fitted again without a part of the examples. About a document that nobody taught it has a model of its own,
    learned from what the classifier of turns says of questions about clauses that it never saw a question of, and from how the
    questions compare with the document's words (answers.retriever).
    """

    _model: ScopeModel
    _untaught: dict[bool, ScopeModel]
    """For messages whose meanings were compared with the documents' as well, and for those whose words alone were."""

    def write(self, folder: Path) -> None:
        self._model.save(folder, "taught")
        for with_meanings, name in UNTAUGHT.items():
            self._untaught[with_meanings].save(folder, name)

    def read(self, folder: Path) -> None:
        self._model = ScopeModel.load(folder, "taught")
        self._untaught = {with_meanings: ScopeModel.load(folder, name) for with_meanings, name in UNTAUGHT.items()}

    def learn(self, training_data: TrainingData) -> None:
        """Learn from every example that has a subject or is out of scope."""
        examples = [message for message in training_data.intent_examples if message.get(VECTOR) is not None]
        vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
        passages = [answered_by(message) for message in examples]
        features, foreign = [], []
        splits = list(KFold(FOLDS, shuffle=True, random_state=0).split(vectors))
        # threads: fitting is done in C, without Python's lock
        unseen = Parallel(n_jobs=-1, backend="threading")(
            delayed(_unseen)(examples, passages, vectors, known, unknown) for known, unknown in splits
        )
        for (_, unknown), evidences in zip(splits, unseen, strict=True):
            for row, found in zip(unknown, evidences, strict=True):
                out_of_scope = examples[row].get(INTENT) == OUT_OF_SCOPE
                if out_of_scope or (passages[row] and passages[row] != [NO_SUBJECT]):
                    features.append(found)
                    foreign.append(out_of_scope)
        self._model = ScopeModel.fit(features, foreign)
        with_meanings, by_words = self._learn_untaught(examples, passages, vectors)
        self._untaught = {True: with_meanings, False: by_words}

    def _learn_untaught(
        self, examples: Sequence[Message], passages: Sequence[list[str]], vectors: sparse.csr_matrix
    ) -> tuple[ScopeModel, ScopeModel]:
        looked = np.asarray([message.get(LOOKED) is not None for message in examples])
        groups = np.asarray([_half(message, keys) for message, keys in zip(examples, passages, strict=True)])
        labels = [turn_label(message) for message in examples]
        features: list[list[float]] = []
        by_words: list[list[float]] = []
        foreign: list[bool] = []
        halves = [np.flatnonzero(groups == half) for half in (0, 1)]
        fitted = Parallel(n_jobs=-1, backend="threading")(
            delayed(LinearModel.fit)(vectors[rows], [labels[row] for row in rows], balanced=True) for rows in halves
        )
        for turns, rows in zip(fitted, reversed(halves), strict=True):
            rows = rows[looked[rows]]
            for row, probabilities in zip(rows, turns.probabilities(vectors[rows]).tolist(), strict=True):
                by_label = dict(zip(turns.labels, probabilities, strict=True))
                document, looked_up = self._document_of(passages[row]), examples[row].get(LOOKED)
                found = signs(examples[row].get(MASKED), by_label)
                features.append([*looked_up.evidence(document), *found])
                by_words.append([*looked_up.by_words.evidence(document), *found])
                foreign.append(examples[row].get(INTENT) == OUT_OF_SCOPE)
        return ScopeModel.fit(features, foreign), ScopeModel.fit(by_words, foreign)

    def _document_of(self, passages: list[str]) -> str:
        return passages[0].partition("/")[0] if passages and passages != [NO_SUBJECT] else min(self.taught)

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message the probability that it is out of scope."""
        for message in messages:
            if (
                message.get(DOCUMENT) in self.taught or message.get(SUBJECTLESS) >= SURE
            ):  # 谁负责 belongs to any document
                found = evidence(
                    message.get(MASKED), message.get(TURNS), message.get(BEST_CLAUSES), message.get(SUBJECTLESS)
                )
                add_to_reading(message, foreign=self._model.probability(found))
            else:
                looked = message.get(LOOKED)
                found = [*looked.evidence(message.get(DOCUMENT)), *signs(message.get(MASKED), message.get(TURNS))]
                foreign = self._untaught[looked.has_meanings].probability(found)
                add_to_reading(message, foreign=min(foreign, HARDLY_FOREIGN) if _fits(message) else foreign)
        return messages


def _fits(message: Message) -> bool:
    """Whether one clause of the untaught document, and no other, has so much of the message that it deals with it; not where another place
    is named.
    """
    looked, document = message.get(LOOKED), message.get(DOCUMENT)
    one_clause = max(looked.shares(document).values(), default=0.0) >= ONE_CLAUSE
    elsewhere = ELSEWHERE in message.get(MASKED).split()
    return one_clause and looked.score(document) >= DEALS_WITH and not elsewhere


def _half(message: Message, passages: Sequence[str]) -> int:
    """Which half an example belongs to: all that are about one clause to the same."""
    about = clause_of(passages[0]) if passages and passages != [NO_SUBJECT] else message.get(TEXT)
    return zlib.crc32(about.encode()) % 2


def _unseen(
    examples: Sequence[Message], passages: Sequence[list[str]], vectors: sparse.csr_matrix, known: Rows, unknown: Rows
) -> list[list[float]]:
    """The evidence of each of the rows `unknown`, by models fitted to the rows `known`."""
    turns = LinearModel.fit(vectors[known], [turn_label(examples[row]) for row in known], balanced=True)
    answered = [row for row in known if passages[row]]
    clauses = fit_clauses(vectors[answered], [passages[row] for row in answered])
    of_turns, of_clauses = turns.probabilities(vectors[unknown]), clauses.probabilities(vectors[unknown])
    best = best_three(clauses.labels, of_clauses)
    subjectless = of_clauses[:, clauses.labels.index(NO_SUBJECT)].tolist()
    found = []
    for i, row in enumerate(unknown):
        by_label = dict(zip(turns.labels, of_turns[i].tolist(), strict=True))
        found.append(evidence(examples[row].get(MASKED), by_label, best[i], subjectless[i]))
    return found
