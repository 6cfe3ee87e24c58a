"""Tells what kind of turn a message is."""

from __future__ import annotations

from pathlib import Path

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.linear import LinearModel
from bot.answers.question import GIVING, OUT_OF_SCOPE
from bot.answers.scope import SEPARATOR
from bot.components.featurizer import VECTOR
from bot.components.reading import add_to_reading, intent_metadata
from bot.components.trained import TrainedComponent

TURNS = "turns"
"""The message property that holds the probability of every label that was learned (turn_label)."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TurnClassifier(TrainedComponent):
    """Intents by a linear model. What is out of scope is learned a reason at a time (metadata `reason` in nlu/)."""

    _model: LinearModel

    def write(self, folder: Path) -> None:
        self._model.save(folder, "turns")

    def read(self, folder: Path) -> None:
        self._model = LinearModel.load(folder, "turns")

    def learn(self, training_data: TrainingData) -> None:
        """Learn the intents of the examples."""
        examples = [message for message in training_data.intent_examples if message.get(VECTOR) is not None]
        vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
        self._model = LinearModel.fit(vectors, [turn_label(message) for message in examples], balanced=True)

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent, the ranking of intents, and the reason where it is out of scope."""
        for message in messages:
            probabilities = self._model.probabilities(message.get(VECTOR))[0]
            self._mark(message, dict(zip(self._model.labels, probabilities.tolist(), strict=True)))
        return messages

    @staticmethod
    def _mark(message: Message, probabilities: dict[str, float]) -> None:
        intents: dict[str, float] = {}
        for label, probability in probabilities.items():
            intent = label.partition(SEPARATOR)[0]
            intents[intent] = intents.get(intent, 0.0) + probability
        ranking = [
            {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: probability}
            for intent, probability in sorted(intents.items(), key=lambda item: -item[1])
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[:5], add_to_output=True)
        message.set(TURNS, probabilities)
        foreign = {label: p for label, p in probabilities.items() if label.partition(SEPARATOR)[0] == OUT_OF_SCOPE}
        add_to_reading(
            message,
            act=ranking[0][INTENT_NAME_KEY],
            confidence=ranking[0][PREDICTED_CONFIDENCE_KEY],
            acts={intent: intents[intent] for intent in (*sorted(GIVING - {"answer"}), "document")},
            reason=max(foreign, key=foreign.__getitem__).partition(SEPARATOR)[2],
        )


def turn_label(message: Message) -> str:
    """What is learned of a training example: its intent, and the reason where it is out of scope for a named one."""
    intent = str(message.get(INTENT))
    reason = intent_metadata(message).get("reason")
    return f"{intent}{SEPARATOR}{reason}" if reason else intent
