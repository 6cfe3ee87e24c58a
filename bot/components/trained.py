"""What all trained components share: how Rasa's graph makes, keeps and loads them, and which documents they learned about."""

from __future__ import annotations

import json
import logging
import weakref
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clauses.store import ClauseStore
from bot.components.reading import intent_metadata
from bot.components.vocabulary import clause_store

Trained = TypeVar("Trained", bound="TrainedComponent")

LEARNED_FROM = "documents.json"
"""The file beside what was learned that holds the fingerprints of the documents that were learned about."""

log = logging.getLogger(__name__)
_loaded: weakref.WeakSet[TrainedComponent] = weakref.WeakSet()


class TrainedComponent(GraphComponent, ABC):
    """Keeps what it learned in a folder of the model.

    Components learn about the documents that nlu/ has questions about, the taught ones. Any others may be held besides; and a taught one
    that has changed since is like one that was never taught.
    """

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._learned: dict[str, str] = {}

    @property
    def taught(self) -> frozenset[str]:
        """The keys of the documents that were learned about and are held in the words of then."""
        store = clause_store()
        return frozenset(
            key
            for key, fingerprint in self._learned.items()
            if store.holds_document(key) and store.document(key).fingerprint == fingerprint
        )

    @abstractmethod
    def learn(self, training_data: TrainingData) -> None:
        """Learn from the examples."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write what was learned into `folder`."""

    @abstractmethod
    def read(self, folder: Path) -> None:
        """Read what `write` wrote."""

    @classmethod
    def create(
        cls: type[Trained],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Trained:
        """Called by Rasa's graph before training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls: type[Trained],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Trained:
        """Called by Rasa's graph before answering."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._learned = json.loads((Path(folder) / LEARNED_FROM).read_text("utf-8"))
            for key in sorted(set(component._learned).difference(component.taught)):
                log.warning("%s is not held in the words that were learned about; train anew to learn it", key)
            component.read(Path(folder))
        _loaded.add(component)
        return component

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another clause database means another model."""
        return clause_store().fingerprint

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, and keep what was learned."""
        self._learned = {key: clause_store().document(key).fingerprint for key in sorted(taught_in(training_data))}
        self.learn(training_data)
        with self._storage.write_to(self._resource) as folder:
            (Path(folder) / LEARNED_FROM).write_text(json.dumps(self._learned), "utf-8")
            self.write(Path(folder))
        return self._resource

    def taught_store(self) -> ClauseStore:
        """The clause database as if it held only the taught documents; all of it where none is taught."""
        return clause_store().of(*sorted(self.taught)) if self.taught else clause_store()


def learned_elsewhere() -> tuple[str, ...]:
    """The keys of the documents that the model learned about, where none of them is held in the words that it learned; else none."""
    if any(component.taught for component in _loaded):
        return ()
    return tuple(sorted({key for component in _loaded for key in component._learned}))


def taught_in(training_data: TrainingData) -> frozenset[str]:
    """The keys of the documents that examples ask about and that are held."""
    held = {document.key for document in clause_store().documents()}
    named = {
        str(entry["clause"]).partition("/")[0]
        for message in training_data.training_examples
        for entry in intent_metadata(message).get("answered_by", ())
    }
    return frozenset(named & held)
