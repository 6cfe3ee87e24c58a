"""Tells whether the document deals with what a message asks."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from joblib import Parallel, delayed
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.context import SURE
from bot.answers.linear import LinearModel, LogisticModel
from bot.answers.question import OUT_OF_SCOPE
from bot.answers.ranker import NO_SUBJECT, best_three, fit_clauses
from bot.answers.retriever import Looked
from bot.answers.scope import ScopeModel, about_another_place, evidence, log_odds, signs
from bot.components.featurizer import VECTOR
from bot.components.practice import SHELF, beside, practised
from bot.components.ranker import BEST_CLAUSES, SUBJECTLESS, answered_by
from bot.components.reading import BESIDE, DOCUMENT, LOOKED, NAMED, PRACTICE, READING, add_to_reading, intent_metadata
from bot.components.references import MASKED
from bot.components.trained import TrainedComponent
from bot.components.turns import TURNS, turn_label

FOLDS = 3
OF_NOBODY = frozenset({"own_file", "forecast", "opinion", "offtopic", "injection", "gibberish", "place"})
"""Reasons for which no document deals with a question, whatever it is about."""
UNTAUGHT = {True: "untaught", False: "untaught-by-words"}
Rows = npt.NDArray[np.int64]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeClassifier(TrainedComponent):
    """Adds the probability that a message is out of scope (answers.scope).

    It learns how far the classifier of turns and the ranker are to be believed, so it needs what they say of questions that they
    have not seen: both are fitted again without a part of the examples. About a document that nobody taught it has a model of its own,
    learned from questions about documents that nobody holds: from what the classifier of turns says of them, and from how they compare
    with a document and with those that are held beside it (answers.retriever). So is how far a taught document is to be believed beside others.
    """

    _model: ScopeModel
    _among: LogisticModel
    """For messages that were compared with several documents: whether one that looks like a taught document's is another one's."""
    _untaught: dict[bool, ScopeModel]
    """For messages whose meanings were compared with the documents' as well, and for those whose words alone were."""

    def write(self, folder: Path) -> None:
        self._model.save(folder, "taught")
        self._among.save(folder, "among-others")
        for with_meanings, name in UNTAUGHT.items():
            self._untaught[with_meanings].save(folder, name)

    def read(self, folder: Path) -> None:
        self._model = ScopeModel.load(folder, "taught")
        self._among = LogisticModel.load(folder, "among-others")
        self._untaught = {with_meanings: ScopeModel.load(folder, name) for with_meanings, name in UNTAUGHT.items()}

    def learn(self, training_data: TrainingData) -> None:
        """Learn from every example that has a subject or is out of scope, and from those about documents that nobody holds."""
        examples = [message for message in training_data.intent_examples if message.get(VECTOR) is not None]
        vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
        passages = [answered_by(message) for message in examples]
        practice = practised(training_data)
        of_practice = sparse.vstack([message.get(VECTOR) for message in practice], format="csr")
        splits = list(KFold(FOLDS, shuffle=True, random_state=0).split(vectors))
        # threads: fitting is done in C, without Python's lock
        unseen = Parallel(n_jobs=-1, backend="threading")(
            delayed(_unseen)(
                examples,
                passages,
                vectors,
                known,
                [*(examples[row] for row in unknown), *(practice if number == 0 else ())],
                sparse.vstack([vectors[unknown], *([of_practice] if number == 0 else [])], format="csr"),
            )
            for number, (known, unknown) in enumerate(splits)
        )
        seen: list[tuple[Message, bool, Seen]] = []
        for (_, unknown), found in zip(splits, unseen, strict=True):
            for row, entry in zip(unknown, found, strict=False):
                out_of_scope = examples[row].get(INTENT) == OUT_OF_SCOPE
                if out_of_scope or (passages[row] and passages[row] != [NO_SUBJECT]):
                    seen.append((examples[row], out_of_scope, entry))
        about_others = list(zip(practice, unseen[0][-len(practice) :], strict=True))
        seen += (
            (m, not m.get(PRACTICE).get("also"), e) for m, e in about_others if not m.get(PRACTICE).get("doubtful")
        )
        self._model = ScopeModel.fit([entry.evidence for _, _, entry in seen], [foreign for _, foreign, _ in seen])
        of_none = [
            (message, entry) for message, _, entry in seen if intent_metadata(message).get("reason") in OF_NOBODY
        ]
        self._untaught = {
            with_meanings: ScopeModel.fit(*self._of_untaught([*about_others, *of_none], with_meanings))
            for with_meanings in UNTAUGHT
        }
        self._among = LogisticModel.fit(*self._of_taught(seen))

    def _of_untaught(
        self, questions: Sequence[tuple[Message, Seen]], with_meanings: bool
    ) -> tuple[list[list[float]], list[bool]]:
        """Of each question about documents that nobody holds, and of each document that it may be about, the evidence and whether the
        document does not deal with it. What no document deals with is laid beside the one that fits best. A question that names no document
        is also taken as if it named one that answers it, and one that does not.
        """
        rows: list[list[float]] = []
        foreign: list[bool] = []
        shelves = itertools.cycle(_shelves([message for message, _ in questions], self.taught))
        for message, entry in questions:
            looked = message.get(LOOKED)
            if looked is None:
                continue
            looked, said, named = (
                looked if with_meanings else looked.by_words,
                message.get(PRACTICE),
                message.get(NAMED),
            )
            held = beside(message, self.taught) if said else next(shelves)
            others = [key for key in held if key not in self.taught]
            right = {answer["document"] for answer in said["answers"]} if said else set()
            for document in named or (others if said else [max(others, key=looked.score)]):
                rows.append([*looked.evidence(document, () if named else held), *entry.signs])
                foreign.append(document not in right)
            if named or not right:
                continue
            unlikely = [key for key in others if key not in right and not said.get("doubtful")]
            # the same question if it named a document
            for document in (*sorted(right), *([max(unlikely, key=looked.score)] if unlikely else [])):
                rows.append([*looked.evidence(document, ()), *entry.signs])
                foreign.append(document not in right)
            for document in sorted(right):  # the same about another place is none of this one's
                rows.append([*looked.evidence(document, held), *about_another_place(entry.signs)])
                foreign.append(True)
        return rows, foreign

    def _of_taught(self, seen: Sequence[tuple[Message, bool, Seen]]) -> tuple[list[list[float]], list[bool]]:
        """Of each question that was looked up and names no document, what tells beside others whether it is about a taught document, and
        whether it is not; of those about taught documents each is asked among the documents of one shelf.
        """
        rows: list[list[float]] = []
        foreign: list[bool] = []
        among = itertools.cycle(_shelves([message for message, _, _ in seen], self.taught))
        for message, out_of_scope, entry in seen:
            looked = message.get(LOOKED)
            if looked is None or message.get(NAMED):
                continue
            held = beside(message, self.taught) if message.get(PRACTICE) else next(among)
            rows += (
                self._beside_others(self._model.probability(entry.evidence), looked, key, held) for key in self.taught
            )
            foreign += (out_of_scope for _ in self.taught)
        return rows, foreign

    @staticmethod
    def _beside_others(foreign: float, looked: Looked, document: str, held: Collection[str]) -> list[float]:
        return [log_odds(foreign), *looked.ahead(document, held)]

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message the probability that it is out of scope."""
        for message in messages:
            document, looked = message.get(DOCUMENT), message.get(LOOKED)
            alone = looked is None or message.get(READING)["named"] or message.get(READING)["leans"] >= SURE
            held = () if alone else message.get(BESIDE)
            if document in self.taught or message.get(SUBJECTLESS) >= SURE:  # 谁负责 belongs to any document
                found = evidence(
                    message.get(MASKED), message.get(TURNS), message.get(BEST_CLAUSES), message.get(SUBJECTLESS)
                )
                foreign = self._model.probability(found)
                add_to_reading(message, foreign_alone=foreign)
                if held and message.get(SUBJECTLESS) < SURE:
                    foreign = self._among.probabilities([self._beside_others(foreign, looked, document, held)])[0]
            else:
                found = [*looked.evidence(document, held), *signs(message.get(MASKED), message.get(TURNS))]
                foreign = self._untaught[looked.has_meanings].probability(found)
            add_to_reading(message, foreign=foreign)
        return messages


def _shelves(messages: Sequence[Message], taught: Collection[str]) -> list[list[str]]:
    """The documents of each shelf that `messages` are about, with those that are taught."""
    shelves = {m.get(PRACTICE)[SHELF]: beside(m, taught) for m in messages if m.get(PRACTICE)}
    return list(shelves.values())


class Seen(NamedTuple):
    """What models say of a question that they have not seen: the evidence for the taught documents, and what tells for any."""

    evidence: list[float]
    signs: list[float]


def _unseen(
    examples: Sequence[Message],
    passages: Sequence[list[str]],
    vectors: sparse.csr_matrix,
    known: Rows,
    unknown: Sequence[Message],
    of_unknown: sparse.csr_matrix,
) -> list[Seen]:
    """What is known of each of the questions `unknown`, whose vectors are `of_unknown`, by models fitted to the rows `known`."""
    turns = LinearModel.fit(vectors[known], [turn_label(examples[row]) for row in known], balanced=True)
    answered = [row for row in known if passages[row]]
    clauses = fit_clauses(vectors[answered], [passages[row] for row in answered])
    of_turns, of_clauses = turns.probabilities(of_unknown), clauses.probabilities(of_unknown)
    best = best_three(clauses.labels, of_clauses)
    subjectless = of_clauses[:, clauses.labels.index(NO_SUBJECT)].tolist()
    found = []
    for i, message in enumerate(unknown):
        by_label = dict(zip(turns.labels, of_turns[i].tolist(), strict=True))
        masked = message.get(MASKED)
        found.append(Seen(evidence(masked, by_label, best[i], subjectless[i]), signs(masked, by_label)))
    return found
