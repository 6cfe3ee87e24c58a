"""Answers a question that the staff settled as they settled it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.question import OUT_OF_SCOPE
from bot.answers.turn import TALK
from bot.components.ranker import answered_by
from bot.components.reading import DOCUMENT, READING, add_to_reading, intent_metadata
from bot.components.tokenizer import SIMPLIFIED
from bot.components.trained import TrainedComponent
from bot.text.script import simplify

SETTLED = "settled"
"""The key in a block's metadata that says: two of the staff agreed on its examples."""
SURE = 0.99
"""How probable a settled answer is."""
NO_QUESTION = frozenset({OUT_OF_SCOPE, "human", *TALK})
"""Kinds of turn for which a settled question may have been taken."""
_since_training: dict[str, dict[str, Any]] = {}
"""What was agreed on since, by what is heard of each question."""


def settle(agreed: Iterable[tuple[str, str, str]]) -> None:
    """Answer these questions as they were agreed on from now on: each with the key of the passage that answers it, or the reason for which it
    is refused. Of two on the same question the later one counts; what was settled so before is forgotten.
    """
    _since_training.clear()
    for question, passage, reason in agreed:
        _since_training[heard(simplify(question))] = {"passages": [passage] if passage else [], "reason": reason}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SettledQuestions(TrainedComponent):
    """Knows the settled questions by heart: the same words again, in whichever script, get what was agreed upon.

    One example among thousands need not change what the models say of it; what is merely like it is left to them.
    """

    _settled: dict[str, dict[str, Any]]

    def write(self, folder: Path) -> None:
        (folder / "settled.json").write_text(json.dumps(self._settled, ensure_ascii=False), "utf-8")

    def read(self, folder: Path) -> None:
        self._settled = json.loads((folder / "settled.json").read_text("utf-8"))

    def learn(self, training_data: TrainingData) -> None:
        """Keep the examples of the blocks that are marked."""
        self._settled = {}
        for message in training_data.intent_examples:
            metadata = intent_metadata(message)
            if not metadata.get(SETTLED):
                continue
            known = {"passages": answered_by(message), "reason": metadata.get("reason")}
            if known["passages"] or known["reason"]:  # not where the passage is gone
                self._settled[heard(simplify(message.get(TEXT)))] = known

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrule what the models came to where a message is a settled question."""
        for message in messages:
            words = heard(message.get(SIMPLIFIED))
            known = _since_training.get(words) or self._known(words)
            if known and known["passages"] and _document_of(known["passages"]) != message.get(DOCUMENT):
                known = None
            add_to_reading(message, settled=known is not None)
            if known and known["passages"]:
                self._answer(message, known["passages"])
            elif known:
                _set_turn(message, OUT_OF_SCOPE)
                add_to_reading(message, foreign=SURE, reason=known["reason"])
        return messages

    def _known(self, words: str) -> dict[str, Any] | None:
        """What was learned of a question; of a document that was amended since, nothing."""
        known = self._settled.get(words)
        gone = known and known["passages"] and _document_of(known["passages"]) not in self.taught
        return None if gone else known

    @staticmethod
    def _answer(message: Message, passages: list[str]) -> None:
        others = [(p, (1 - SURE) * q) for p, q in message.get(READING)["candidates"] if p not in passages]
        candidates = [(passage, SURE / len(passages)) for passage in passages]
        add_to_reading(
            message, candidates=[*candidates, *others], foreign=1 - SURE, subjectless=1 - SURE, leans=1 - SURE
        )
        if message.get(INTENT)[INTENT_NAME_KEY] in NO_QUESTION:
            _set_turn(message, "measure")


def _document_of(passages: list[str]) -> str:
    return passages[0].partition("/")[0]


def _set_turn(message: Message, turn: str) -> None:
    message.set(INTENT, {INTENT_NAME_KEY: turn, PREDICTED_CONFIDENCE_KEY: SURE}, add_to_output=True)
    add_to_reading(message, act=turn, confidence=SURE)


def heard(simplified: str) -> str:
    """A text without what nobody hears: punctuation and spaces. What stands between two digits is heard: 1.5 is not 15."""
    return re.sub(r"(?<!\d)\W|\W(?!\d)", "", simplified)
