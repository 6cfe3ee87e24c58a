"""What is learned about documents that nobody taught: which rows a question about practice documents gives."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.answers.scope import MARKS
from bot.components.practice import SHELF
from bot.components.reading import LOOKED, NAMED, PRACTICE
from bot.components.scope import ScopeClassifier, Seen
from tests.bot.components.storage import Folder

SCORES = {"answers": 3.0, "near": 2.0, "far": 1.0}


class Looked:
    """Compares by fixed scores; its evidence says which document is looked at, and beside how many."""

    def score(self, document: str) -> float:
        return SCORES[document]

    def evidence(self, document: str, beside: Collection[str] = ()) -> list[float]:
        return [SCORES[document], float(len(beside))]


def rows_of(folder: Path, named: tuple[str, ...] = (), doubtful: bool = False) -> list[tuple[float, float, bool]]:
    """For each row that a question answered by one of three documents gives: the document's score, beside how many, whether foreign. Rows about
    another place are left out.
    """
    for key in SCORES:
        (folder / key).mkdir(exist_ok=True)
    said = {"answers": [{"document": "answers"}], "doubtful": doubtful, SHELF: str(folder)}
    message = Message({TEXT: "补贴多少", PRACTICE: said, LOOKED: Looked(), NAMED: named})
    component = ScopeClassifier(Folder(Path()), Resource("scope"))
    rows, foreign = component._of_untaught([(message, Seen([], [0.0] * len(MARKS)))], with_meanings=True)
    place = 2 + MARKS.index("P")
    return [(row[0], row[1], held) for row, held in zip(rows, foreign, strict=True) if not row[place]]


def test_a_question_that_names_no_document_is_also_taken_as_if_it_named_one_that_answers_and_one_that_does_not(
    tmp_path: Path,
) -> None:
    as_if_named = [row for row in rows_of(tmp_path) if not row[1]]
    assert as_if_named == [(SCORES["answers"], 0.0, False), (SCORES["near"], 0.0, True)]


def test_where_another_document_may_answer_too_it_is_not_taken_for_foreign(tmp_path: Path) -> None:
    as_if_named = [row for row in rows_of(tmp_path, doubtful=True) if not row[1]]
    assert as_if_named == [(SCORES["answers"], 0.0, False)]


def test_a_document_that_is_named_is_looked_at_alone(tmp_path: Path) -> None:
    assert rows_of(tmp_path, named=("far",)) == [(SCORES["far"], 0.0, True)]
