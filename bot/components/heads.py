"""Learns what kind of thing is asked, whether a message leans on what was said before, and whether it states something as a fact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.linear import Floats, LinearModel
from bot.answers.stated import StatedModel, comparison
from bot.components.featurizer import VECTOR
from bot.components.ranker import answered_by
from bot.components.reading import READING, add_to_reading, intent_metadata
from bot.components.references import GROUPS, HEAD, LABEL
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store

HEADS = ("asks", "leans", "claims", "more")
YES, NO = "yes", "no"
FOLDS = 5
COMPARED = 0.01
"""The least probability of a passage that is compared with what is asked; a less likely one is not quoted."""
OTHERS_PER_LABELLED = 2
"""How many examples of nlu/ beside each labelled line teach what does not lean and states nothing."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Heads(TrainedComponent):
    """One linear model a head over the shared vector, and the comparison of what is asked with what a passage states.

    `asks` is learned from the blocks of nlu/ that say it in their metadata, `leans` and `claims` from the lines of nlu/heads.
    """

    _models: dict[str, LinearModel]
    _stated: StatedModel

    def write(self, folder: Path) -> None:
        for head, model in self._models.items():
            model.save(folder, head)
        self._stated.save(folder)

    def read(self, folder: Path) -> None:
        self._models = {head: LinearModel.load(folder, head) for head in HEADS}
        self._stated = StatedModel.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every head."""
        examples = [message for message in training_data.training_examples if message.get(VECTOR) is not None]
        asked = [message for message in examples if intent_metadata(message).get("asks")]
        kinds = [str(intent_metadata(message)["asks"]) for message in asked]
        self._models = {
            "asks": _fit(asked, kinds, balanced=False),
            "leans": _fit(*_yes_or_no(examples, "leans")),
            "claims": _fit(*_yes_or_no(examples, "claims")),
            "more": _fit(asked, [_asks_for_more(message) for message in asked]),
        }
        self._stated = _stated_model(asked, kinds)
        return self.keep()

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message what the heads say, and for each of its likely passages whether it states what is asked."""
        for message in messages:
            of = {head: self._of(head, message) for head in HEADS}
            reading = message.get(READING)
            both = [*reading["candidates"], *reading["in_context"]]
            keys = dict.fromkeys(key for key, probability in both if probability >= COMPARED)
            likely = map(clause_store().passage, keys)
            stated = {
                passage.key: self._stated.probability(
                    comparison(of["asks"], message.get(GROUPS), passage, of["more"][YES])
                )
                for passage in likely
            }
            add_to_reading(
                message,
                stated=stated,
                asks=of["asks"],
                leans=of["leans"][YES],
                claims=of["claims"][YES],
            )
        return messages

    def _of(self, head: str, message: Message) -> dict[str, float]:
        model = self._models[head]
        return dict(zip(model.labels, model.probabilities(message.get(VECTOR))[0].tolist(), strict=True))


def _fit(examples: Sequence[Message], labels: Sequence[str], balanced: bool = True) -> LinearModel:
    vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
    return LinearModel.fit(vectors, labels, balanced)


def _yes_or_no(examples: Sequence[Message], head: str) -> tuple[list[Message], list[str]]:
    """The lines that are labelled for `head`, and ordinary questions, which are neither: a fixed sample of them."""
    labelled = [message for message in examples if message.get(HEAD) == head]
    ordinary = [message for message in examples if message.get(INTENT) == "measure"]
    step = max(len(ordinary) // (OTHERS_PER_LABELLED * len(labelled) + 1), 1)
    others = ordinary[::step]
    return [*labelled, *others], [*(str(message.get(LABEL)) for message in labelled), *([NO] * len(others))]


def _asks_for_more(message: Message) -> str:
    """Whether an example asks for what the passage that answers it does not state."""
    return NO if intent_metadata(message).get("stated", True) else YES


def _stated_model(asked: Sequence[Message], kinds: Sequence[str]) -> StatedModel:
    """Learn the comparison from what `asks` says of examples that it has not seen."""
    vectors = sparse.vstack([message.get(VECTOR) for message in asked], format="csr")
    passages = {passage.key: passage for passage in clause_store().passages()}
    compared, stated = [], []
    for known, unknown in KFold(FOLDS, shuffle=True, random_state=0).split(vectors):
        model = LinearModel.fit(vectors[known], [kinds[row] for row in known])
        more = LinearModel.fit(vectors[known], [_asks_for_more(asked[row]) for row in known], balanced=True)
        probabilities: Floats = model.probabilities(vectors[unknown])
        beyond = more.probabilities(vectors[unknown])[:, more.labels.index(YES)].tolist()
        for row, found, asks_for_more in zip(unknown, probabilities.tolist(), beyond, strict=True):
            message, of_kind = asked[row], dict(zip(model.labels, found, strict=True))
            known_passages = [key for key in answered_by(message) if key in passages]
            for key in known_passages[:1]:
                compared.append(comparison(of_kind, message.get(GROUPS), passages[key], asks_for_more))
                stated.append(bool(intent_metadata(message).get("stated", True)))
    return StatedModel.fit(compared, stated)
