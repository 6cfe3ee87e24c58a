"""Documents that nobody holds, and questions about them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.nlu.constants import TEXT

from bot.answers.stated import KINDS
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.components.importer import ExampleImporter
from bot.components.practice import QUESTIONS, answering, beside, examples_of, practised
from bot.components.reading import PRACTICE
from bot.errors import TrainingDataError

SHELVES = sorted(Path("nlu/practice").glob(f"*/{QUESTIONS}"))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseStore]:
    folder = tmp_path_factory.mktemp("practice")
    shutil.copytree("documents", folder / "documents")
    for questions in SHELVES:
        shutil.copytree(questions.parent, folder / "documents", dirs_exist_ok=True)
    build(folder / "documents", folder / "clauses.db")
    opened = ClauseStore.open(folder / "clauses.db")
    yield opened
    opened.close()


def test_each_question_is_answered_by_sentences_of_documents_that_stand_beside_it(practice: ClauseStore) -> None:
    for message in (message for file in SHELVES for message in examples_of(file)):
        said = message.get(PRACTICE)
        assert said["asks"] in KINDS, message.get(TEXT)
        assert isinstance(said["stated"], bool)
        assert {key.partition("/")[0] for key in answering(message, practice)} <= set(beside(message, ["2021-49"]))


def test_they_are_examples_of_no_intent() -> None:
    examples = practised(ExampleImporter(training_data_paths="nlu").get_nlu_data())
    assert len(examples) == sum(len(examples_of(file)) for file in SHELVES) > 300
    assert not [message for message in examples if message.get("intent")]


@pytest.mark.parametrize("line", ["no object", json.dumps({"answers": []})])
def test_a_line_that_is_no_question_is_told_with_its_file(tmp_path: Path, line: str) -> None:
    (tmp_path / QUESTIONS).write_text(line, "utf-8")
    with pytest.raises(TrainingDataError, match=QUESTIONS):
        examples_of(tmp_path / QUESTIONS)


def test_words_that_no_sentence_has_are_told(practice: ClauseStore) -> None:
    (message, *_) = examples_of(SHELVES[0])
    message.get(PRACTICE)["answers"] = [{"document": "2021-49", "words": "没有这样一句话"}]
    with pytest.raises(TrainingDataError, match="没有这样一句话"):
        answering(message, practice)
