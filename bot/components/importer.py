"""Reads nlu/ for Rasa, with libyaml: Rasa's own reader needs half the time of a training for it."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.practice import QUESTIONS, examples_of, without_missing
from bot.components.ranker import missing
from bot.errors import TrainingDataError

log = logging.getLogger(__name__)

KINDS = frozenset({"intent", "synonym", "lookup"})
"""What a block may hold examples of."""


class ExampleImporter(RasaFileImporter):
    """Blocks of examples with an intent, of words for a group (`synonym`), and of labelled lines and lay words (`lookup`)."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        files = [
            file for path in map(Path, given) for file in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])
        ]
        examples = [file for file in files if re.search("^nlu:", file.read_text("utf-8"), re.MULTILINE)]
        super().__init__(config_file, domain_path, [str(file) for file in files if file not in examples])
        self._practice = [file for path in map(Path, given) if path.is_dir() for file in sorted(path.rglob(QUESTIONS))]
        self._nlu_files = [str(file) for file in examples]

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples of nlu/. A block that names a clause or words that its document does not have any more teaches nothing about it; all
        those are logged together.

        Raises TrainingDataError for a file that is no YAML or a block of another form, ClauseDatabaseError where there is no clause database.
        """
        messages: list[Message] = []
        synonyms: dict[str, str] = {}
        tables: list[dict[str, Any]] = []
        gone: list[str] = []
        for path in self._nlu_files:
            for block in _blocks(Path(path)):
                lines = [
                    line.removeprefix("- ").strip() for line in str(block["examples"]).splitlines() if line.strip()
                ]
                if "intent" in block:
                    said = dict(block.get("metadata") or {})
                    if lost := missing(said.get("answered_by") or ()):
                        said["answered_by"] = []
                        gone += (f"{path}, {lines[0]!r} and the like: {words}" for words in lost)
                    metadata = {METADATA_INTENT: said} if said else None
                    for line in lines:
                        data = {TEXT: line, INTENT: block["intent"], **({METADATA: metadata} if metadata else {})}
                        messages.append(Message(data))
                elif "synonym" in block:
                    synonyms.update(dict.fromkeys(lines, block["synonym"]))
                else:
                    tables.append({"name": block["lookup"], "elements": lines})
        for file in self._practice:
            for message in examples_of(file):
                gone += (f"{file}, {message.get(TEXT)!r}: {words}" for words in without_missing(message))
                messages.append(message)
        if gone:
            log.warning(
                "%s labels are left out of what is learned. Mend them or take them out:\n%s", len(gone), "\n".join(gone)
            )
        return TrainingData(messages, synonyms, lookup_tables=tables)


def _blocks(path: Path) -> list[dict[str, Any]]:
    try:
        blocks = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]
        for block in blocks:
            if not isinstance(block["examples"], str) or not KINDS.intersection(block):
                raise TypeError(f"a block of another form: {str(block)[:80]}")
        return list(blocks)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise TrainingDataError(
            f"{path} cannot be read as training data ({error!r}). It needs blocks under `nlu:`, each with `examples: |` and one of "
            f"{', '.join(sorted(KINDS))}."
        ) from error
