"""Trains the model in this process, as `rasa train` does from the command line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import rasa
from rasa.engine.exceptions import GraphComponentException

from bot.errors import ModelError, RongceError
from bot.settings import Settings

TRAINING_DATA = ("nlu", "stories")


def train_model(settings: Settings) -> None:
    """Train from config.yml, domain.yml, nlu/ and stories/ of the current folder; `settings.model` is replaced whole.

    Raises TrainingDataError for an example that cannot be used and ModelError where Rasa gives no model.
    """
    settings.model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.model.parent) as folder:
        try:
            result = rasa.train(
                domain="domain.yml",
                config="config.yml",
                training_files=list(TRAINING_DATA),
                output=folder,
                fixed_model_name="model",
                # Rasa's cache knows our components' own source, not what they call; make decides whether to train
                force_training=True,
            )
        except GraphComponentException as error:
            if isinstance(error.__cause__, RongceError):
                raise error.__cause__ from None
            raise
        if result.code or not result.model:
            raise ModelError(f"Rasa gave no model (code {result.code}); what it printed says why.")
        Path(result.model).replace(settings.model)
