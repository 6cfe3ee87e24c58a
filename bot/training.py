"""Trains the model in this process, as `rasa train` does from the command line."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

import rasa
from rasa.engine.exceptions import GraphComponentException
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ModelError, RongceError
from bot.settings import Settings

EXAMPLES = Path("nlu")
STORIES = "stories"
HEAD = 'version: "3.1"\nnlu:\n'


def train_model(settings: Settings) -> None:
    """Train from config.yml, domain.yml, nlu/ and stories/ of the current folder; `settings.model` is replaced whole.

    Raises TrainingDataError for an example that cannot be used and ModelError where Rasa gives no model.
    """
    settings.model.parent.mkdir(parents=True, exist_ok=True)
    # Rasa hashes every example before and after each component, for a cache that is not asked (force_training): a fifth of the time
    TrainingData.fingerprint = lambda _: uuid.uuid4().hex
    with tempfile.TemporaryDirectory(dir=settings.model.parent) as folder:
        try:
            result = rasa.train(
                domain="domain.yml",
                config="config.yml",
                training_files=[str(_in_one_file(Path(folder))), STORIES],
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


def _in_one_file(folder: Path) -> Path:
    """All of nlu/ as one file: Rasa merges file by file, and hashes every example anew for each."""
    whole = folder / "nlu.yml"
    blocks = (path.read_text("utf-8").partition("nlu:\n")[2] for path in sorted(EXAMPLES.rglob("*.yml")))
    whole.write_text(HEAD + "\n".join(blocks), "utf-8")
    return whole
