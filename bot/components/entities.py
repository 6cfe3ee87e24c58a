"""Finds what a message names outright."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.mentions import MentionFinder
from bot.components.tokenizer import SIMPLIFIED
from bot.components.vocabulary import clause_store, department_words
from bot.text.script import simplify


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PolicyEntityExtractor(GraphComponent):
    """Clause and chapter numbers, departments, groups of people, which of the offered ones (answers.mentions).

    Departments come from the clause database, the words for groups from nlu/groups.yml (Rasa synonyms). Offsets refer to the
    simplified text.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, groups: dict[str, str]) -> None:
        self._storage = storage
        self._resource = resource
        self._groups = groups
        clauses = clause_store().clauses()
        self._finder = MentionFinder(
            departments=department_words(),
            groups=groups,
            clauses=[clause.number for clause in clauses if clause.label],
            chapters=[clause.chapter for clause in clauses if clause.chapter],
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PolicyEntityExtractor:
        """Called by Rasa's graph before training."""
        return cls(model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PolicyEntityExtractor:
        """Called by Rasa's graph before answering."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((Path(folder) / "groups.json").read_text("utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the words for groups of people."""
        self._groups = {simplify(word): group for word, group in training_data.entity_synonyms.items()}
        with self._storage.write_to(self._resource) as folder:
            (Path(folder) / "groups.json").write_text(json.dumps(self._groups, ensure_ascii=False), "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what each message names to its entities."""
        for message in messages:
            found = [
                {
                    "entity": mention.kind,
                    "value": mention.value,
                    "start": mention.start,
                    "end": mention.end,
                    "extractor": type(self).__name__,
                }
                for mention in self._finder.find(message.get(SIMPLIFIED))
            ]
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages
