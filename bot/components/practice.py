"""Documents that nobody holds, with questions about them (nlu/practice): what holds for every document that nobody taught is learned from
these.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.components.reading import PRACTICE
from bot.components.vocabulary import clause_store, encoder
from bot.errors import TrainingDataError
from bot.settings import read_settings

QUESTIONS = "questions.jsonl"
"""The file of questions in a folder of documents that a helpdesk might hold side by side."""
SHELF = "shelf"
BUILT = "practice.db"
"""The clause database of practice documents, beside the one that answers; kept, so that the next training need not make its vectors anew."""


def examples_of(file: Path) -> list[Message]:
    """The questions of a file as examples without an intent. Raises TrainingDataError for a line that is none."""
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return [Message({TEXT: line.pop("question"), PRACTICE: {**line, SHELF: str(file.parent)}}) for line in lines]
    except (KeyError, ValueError) as error:
        raise TrainingDataError(
            f"{file} cannot be read ({error!r}). Each line must be a JSON object with question, answers, asks and stated."
        ) from error


def without_missing(message: Message) -> list[str]:
    """Take from a question about documents that nobody holds what it says of taught ones (`also`) and they do not have; whether they deal
    with it is in doubt then. What that was, in words; what is said of documents that are not held is passed over.
    """
    said, store = message.get(PRACTICE), clause_store()
    kept, lost = [], []
    for entry in said.get("also", ()):
        if store.holds_document(entry["document"]):
            try:
                _passage(entry, store)
                kept.append(entry)
            except TrainingDataError as error:
                lost.append(str(error))
    if "also" in said:
        said["also"] = kept
    if lost:
        said["doubtful"] = True
    return lost


def practised(training_data: TrainingData) -> list[Message]:
    """The examples about documents that nobody holds. Raises TrainingDataError where there are none."""
    found = [message for message in training_data.training_examples if message.get(PRACTICE)]
    if not found:
        raise TrainingDataError(
            f"There is no {QUESTIONS} in nlu/practice. What holds for untaught documents is learned from it: put at least one there."
        )
    return found


def practice_store(messages: Iterable[Message], taught: Iterable[str]) -> ClauseStore:
    """A clause database of the documents that `messages` ask about, and of those that are `taught`.

    Raises EncoderError where the encoder cannot be reached, DocumentError where a document cannot be read.
    """
    return _built(tuple(sorted({message.get(PRACTICE)[SHELF] for message in messages})), tuple(sorted(taught)))


def beside(message: Message, taught: Iterable[str]) -> list[str]:
    """The keys of the documents that a helpdesk which is asked this might hold: those of the same shelf, and those that are `taught`."""
    return [*sorted(path.name for path in Path(message.get(PRACTICE)[SHELF]).iterdir() if path.is_dir()), *taught]


def answering(message: Message, store: ClauseStore) -> list[str]:
    """The keys of the passages that answer; where words stand in several, the first. Raises TrainingDataError for words that no passage has."""
    said = message.get(PRACTICE)
    return [_passage(entry, store) for entry in (*said["answers"], *said.get("also", ()))]


def _passage(entry: dict[str, str], store: ClauseStore) -> str:
    words = "".join(entry["words"].split())
    view = store.of(entry["document"])
    for passage in view.passages():
        if words in "".join(passage.text.split()):
            return passage.key
    raise TrainingDataError(
        f"{entry['document']} has no sentence with the words {entry['words']!r}. Copy them from its source, without line breaks."
    )


@cache
def _built(shelves: tuple[str, ...], taught: tuple[str, ...]) -> ClauseStore:
    settings = read_settings()
    target = settings.clauses.with_name(BUILT)
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder)
        for source in (*(settings.documents / key for key in taught), *(p for s in shelves for p in Path(s).iterdir())):
            if source.is_dir():
                shutil.copytree(source, documents / source.name)
        if (settings.documents / "departments.toml").is_file():
            shutil.copy(settings.documents / "departments.toml", documents)
        built = target.with_name(f".{os.getpid()}-{BUILT}")
        build(documents, built, encoder(), before=target if target.is_file() else settings.clauses)
    store = ClauseStore.open(built)  # and not what another training may put there meanwhile
    built.replace(target)
    return store
