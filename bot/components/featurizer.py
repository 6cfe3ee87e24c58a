"""Turns a message, and the message after what was said before, into vectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Optional

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.features import TextFeatures
from bot.answers.memory import Memory
from bot.components.reading import BEFORE
from bot.components.references import MASKED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import segmenter
from bot.text.concepts import Concepts
from bot.text.script import simplify

VECTOR = "vector"
CONTEXT, CONTEXT_VECTOR = "context", "context_vector"
"""The message properties that hold the text after what was said before, and its vector."""
VECTORS_OF = "vectors_of"
"""The message property that holds what makes the vectors of further texts."""
WORDS_OF = "words_of"
"""The message property that holds what gives the words and concepts of a simplified text."""
PASSAGE = "passage"
"""The key of the passage whose own text a training example is."""


CONCEPTS = "concepts.json"


def words_with(concepts: Concepts) -> Callable[[str], list[str]]:
    """What gives the words of a simplified text, and after them the concepts that it speaks of."""

    def words_of(text: str) -> list[str]:
        return [*(word for word, _ in segmenter().words_with_offsets(text)), *concepts.of(text)]

    return words_of


def concept_words(training_data: TrainingData) -> dict[str, list[str]]:
    """Each concept's words: Rasa's lookup tables, in nlu/concepts.yml."""
    return {table["name"]: table["elements"] for table in training_data.lookup_tables if "/" not in table["name"]}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(TrainedComponent):
    """TF-IDF of characters and words (answers.features), shared by the classifier of turns and the ranker of passages.

    Where the conversation has a subject already, the message gets a second vector: that of the earlier question followed by
    this message, so that "and for graduates?" can be ranked. What a part of a message goes on from is the part before it.
    """

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(storage, resource)
        self._concepts: dict[str, list[str]] = {}
        self._words_of = words_with(Concepts({}))
        self._features = TextFeatures(self._words_of)

    def write(self, folder: Path) -> None:
        (folder / CONCEPTS).write_text(json.dumps(self._concepts, ensure_ascii=False), "utf-8")
        self._features.save(folder)

    def read(self, folder: Path) -> None:
        self._concepts = json.loads((folder / CONCEPTS).read_text("utf-8"))
        self._words_of = words_with(Concepts(self._concepts))
        self._features = TextFeatures.load(folder, self._words_of)

    def learn(self, training_data: TrainingData) -> None:
        """Keep the concepts, learn the vocabulary of the examples and of the documents' passages."""
        self._concepts = concept_words(training_data)
        self._words_of = words_with(Concepts(self._concepts))
        self._features = TextFeatures(self._words_of)
        examples = [message.get(MASKED) or simplify(message.get(TEXT)) for message in training_data.nlu_examples]
        self._features.fit([*examples, *(simplify(passage.text) for passage in self.taught_store().passages())])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give every example its vector, and add the documents' passages as examples of themselves."""
        passages = [Message({TEXT: passage.text, PASSAGE: passage.key}) for passage in self.taught_store().passages()]
        messages = [*(message for message in training_data.training_examples if message.get(TEXT)), *passages]
        matrix = self._features.vectors(message.get(MASKED) or simplify(message.get(TEXT)) for message in messages)
        for row, message in enumerate(messages):
            self._give(message, matrix[row])
        training_data.training_examples = [*training_data.training_examples, *passages]
        return training_data

    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045  Rasa checks it
        """Give each message its vector, and one with what was said before where anything was."""
        said = Memory.from_json(tracker.get_slot("memory")).question if tracker else ""
        texts = [message.get(MASKED) for message in messages]
        before = [message.get(BEFORE) or said for message in messages]
        after = [f"{earlier} {text}" for earlier, text in zip(before, texts, strict=True) if earlier]
        vectors = self._features.vectors_of_few([*texts, *after])
        in_context = iter(zip(after, vectors[len(texts) :], strict=True))
        for message, vector, earlier in zip(messages, vectors, before, strict=False):
            self._give(message, vector)
            if earlier:
                context, of_context = next(in_context)
                message.set(CONTEXT, context)
                message.set(CONTEXT_VECTOR, of_context)
        return messages

    def _give(self, message: Message, vector: sparse.csr_matrix) -> None:
        message.set(VECTOR, vector)
        message.set(VECTORS_OF, self._features.vectors_of_few)
        message.set(WORDS_OF, self._words_of)
