"""Finds what a message names outright."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.mentions import MentionFinder
from bot.components.tokenizer import SIMPLIFIED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store, department_words
from bot.text.script import simplify


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PolicyEntityExtractor(TrainedComponent):
    """Clause and chapter numbers, departments, groups of people, which of the offered ones (answers.mentions).

    Departments come from the clause database, the words for groups from nlu/groups.yml (Rasa synonyms). Offsets refer to the
    simplified text.
    """

    _groups: dict[str, str]
    _finder: MentionFinder

    def write(self, folder: Path) -> None:
        (folder / "groups.json").write_text(json.dumps(self._groups, ensure_ascii=False), "utf-8")

    def read(self, folder: Path) -> None:
        clauses = clause_store().clauses()
        self._finder = MentionFinder(
            departments=department_words(),
            groups=json.loads((folder / "groups.json").read_text("utf-8")),
            clauses=[clause.number for clause in clauses if clause.label],
            chapters=[clause.chapter for clause in clauses if clause.chapter],
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the words for groups of people."""
        self._groups = {simplify(word): group for word, group in training_data.entity_synonyms.items()}
        return self.keep()

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
