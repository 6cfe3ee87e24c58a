"""What all trained components share: how Rasa's graph makes, keeps and loads them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.components.vocabulary import clause_store
from bot.errors import ModelError

Trained = TypeVar("Trained", bound="TrainedComponent")

LEARNED_FROM = "clauses.sha256"
"""The file beside what was learned that holds the clause database's fingerprint."""


class TrainedComponent(GraphComponent, ABC):
    """Keeps what it learned in a folder of the model. All of them learn from the clause database as well as from nlu/."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource

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
        """Called by Rasa's graph before answering.

        Raises ModelError where it was trained with another clause database.
        """
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            if (Path(folder) / LEARNED_FROM).read_text("ascii") != clause_store().fingerprint:
                raise ModelError("The model was trained with another clause database. Run `python -m bot train`.")
            component.read(Path(folder))
        return component

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another clause database means another model."""
        return clause_store().fingerprint

    def keep(self) -> Resource:
        """Write what was learned where Rasa keeps it."""
        with self._storage.write_to(self._resource) as folder:
            (Path(folder) / LEARNED_FROM).write_text(clause_store().fingerprint, "ascii")
            self.write(Path(folder))
        return self._resource
