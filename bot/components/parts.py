"""Cuts a message into the single questions that it holds, and brings together what was understood of each."""

from __future__ import annotations

from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import scipy.sparse as sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.linear import LinearModel
from bot.answers.parts import AROUND, CUT, cut, numbered, pieces, places, vectors
from bot.components.reading import BEFORE, READING, RIVAL, add_to_reading
from bot.components.references import labelled_lines
from bot.components.tokenizer import SIMPLIFIED, PolicyTokenizer
from bot.components.trained import TrainedComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class PartCutter(TrainedComponent):
    """Puts the parts of a message behind it as messages of their own, so that each is understood like any other."""

    _places: LinearModel
    _pieces: LinearModel

    def write(self, folder: Path) -> None:
        self._places.save(folder, "places")
        self._pieces.save(folder, "pieces")

    def read(self, folder: Path) -> None:
        self._places = LinearModel.load(folder, "places")
        self._pieces = LinearModel.load(folder, "pieces")

    def learn(self, training_data: TrainingData) -> None:
        """Learn where the messages of nlu/heads/parts.yml are cut, and which pieces ask something: their parts do; of a message that is
        one question, the pieces before the last do not, unless they end in a question mark.
        """
        rows, labels, seen, asks = [], [], [], []
        for marked in (text for head, _, text in labelled_lines(training_data) if head == "parts"):
            parts = marked.split(CUT)
            text, edges = "".join(parts), set(accumulate(map(len, parts)))
            at = places(text)
            if at:
                rows.append(vectors(text, at))
                labels += ["cut" if place in edges else "whole" for place in at]
            told = [text[start:end] for start, end in pairwise([0, *at])] if len(parts) == 1 else []
            told = [piece for piece in told if not set("?？").intersection(piece)]
            seen += [*parts, *told]
            asks += ["yes"] * len(parts) + ["no"] * len(told)
        self._places = LinearModel.fit(sparse.vstack(rows, format="csr"), labels)
        self._pieces = LinearModel.fit(pieces(seen), asks)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The examples as they are: each is one question."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """The message, and behind it its parts where it has several."""
        message = messages[0]
        parts = numbered(message.get(TEXT))
        if parts:  # their numbers are no numbers of clauses
            PolicyTokenizer.simplified(message, " ".join(parts))
        else:
            parts = cut(message.get(TEXT), self._places, self._pieces)
        if len(parts) < 2:
            return messages
        parts = [part.strip(AROUND) or part for part in parts]
        found = [PolicyTokenizer.simplified(Message({TEXT: part}), part) for part in parts]
        for before, part in pairwise(found):
            part.set(BEFORE, before.get(SIMPLIFIED))
        return [message, *found]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PartGatherer(GraphComponent):
    """Puts what was understood of the parts into the message itself."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PartGatherer:
        """Called by Rasa's graph."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The message alone, with what it and its parts are about other documents in `rivals`."""
        gathered: list[Message] = []
        for message in messages:
            if not message.get(RIVAL):
                gathered.append(message)
                continue
            of = gathered[-1]
            rival = {"text": message.get(TEXT), **message.get(READING)}
            add_to_reading(of, rivals=[*of.get(READING).get("rivals", ()), rival])
        message, *parts = gathered
        parts = [] if message.get(READING).get("settled") else parts
        add_to_reading(message, parts=[{"text": part.get(TEXT), **part.get(READING)} for part in parts])
        return [message]
