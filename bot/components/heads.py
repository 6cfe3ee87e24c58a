"""Learns what kind of thing is asked, whether a message leans on what was said before, and whether it states something as a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.linear import Floats, LinearModel, LogisticModel
from bot.answers.stated import comparison, learned
from bot.clauses.models import Passage
from bot.components.featurizer import VECTOR, WORDS_OF
from bot.components.ranker import answered_by
from bot.components.reading import READING, add_to_reading, intent_metadata
from bot.components.references import GROUPS, HEAD, LABEL, MASKED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store
from bot.text.script import simplify

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
    _stated: LogisticModel

    def write(self, folder: Path) -> None:
        for head, model in self._models.items():
            model.save(folder, head)
        self._stated.save(folder, "stated")

    def read(self, folder: Path) -> None:
        self._models = {head: LinearModel.load(folder, head) for head in HEADS}
        self._stated = LogisticModel.load(folder, "stated")

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
            compared = _comparisons(message, likely, of["asks"], of["more"][YES])
            stated = self._stated.probabilities(list(compared.values())) if compared else []
            add_to_reading(
                message,
                stated=dict(zip(compared, stated, strict=True)),
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


def _comparisons(
    message: Message, passages: Iterable[Passage], asks: dict[str, float], asks_for_more: float
) -> dict[str, list[float]]:
    """What a message asks beside what each of `passages` states, by the passage's key."""
    words_of = message.get(WORDS_OF)
    words, groups = words_of(message.get(MASKED)), message.get(GROUPS)
    return {
        passage.key: comparison(asks, groups, passage, asks_for_more, words, _words_there(passage.key, words_of))
        for passage in passages
    }


@cache
def _words_there(passage: str, words_of: Callable[[str], list[str]]) -> frozenset[str]:
    """The words of a passage and of its clause's heading."""
    found = clause_store().passage(passage)
    return frozenset(words_of(simplify(f"{clause_store().clause(found.clause_key).heading} {found.text}")))


def _stated_model(asked: Sequence[Message], kinds: Sequence[str]) -> LogisticModel:
    """Learn the comparison from what `asks` says of examples that it has not seen."""
    vectors = sparse.vstack([message.get(VECTOR) for message in asked], format="csr")
    passages = {passage.key: passage for passage in clause_store().passages()}
    compared: list[list[float]] = []
    stated: list[bool] = []
    for known, unknown in KFold(FOLDS, shuffle=True, random_state=0).split(vectors):
        model = LinearModel.fit(vectors[known], [kinds[row] for row in known])
        more = LinearModel.fit(vectors[known], [_asks_for_more(asked[row]) for row in known], balanced=True)
        probabilities: Floats = model.probabilities(vectors[unknown])
        beyond = more.probabilities(vectors[unknown])[:, more.labels.index(YES)].tolist()
        for row, found, asks_for_more in zip(unknown, probabilities.tolist(), beyond, strict=True):
            message, of_kind = asked[row], dict(zip(model.labels, found, strict=True))
            known_passages = [passages[key] for key in answered_by(message) if key in passages][:1]
            compared += _comparisons(message, known_passages, of_kind, asks_for_more).values()
            stated += [bool(intent_metadata(message).get("stated", True))] * len(known_passages)
    return learned(compared, stated)
