"""Whether a question is the document's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.answers.question import Mentions, Question
from bot.answers.scope import ScopeModel, evidence, reason_to_refuse

TURNS = {"measure": 0.7, "out_of_scope/price": 0.2, "out_of_scope/place": 0.1}


def test_a_kept_model_judges_as_before(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(2000, 4)).tolist()
    model = ScopeModel.fit(rows, [row[0] > 0 for row in rows])
    model.save(tmp_path)
    kept = ScopeModel.load(tmp_path)
    assert [kept.probability(row) for row in rows] == pytest.approx([model.probability(row) for row in rows])
    assert np.mean([(kept.probability(row) > 0.5) == (row[0] > 0) for row in rows]) > 0.9


def test_evidence_has_the_same_length_for_every_text() -> None:
    short = evidence("低保", [], [1.0, 1.0, 0.1], TURNS, [0.9, 0.05, 0.01], 0.0)
    long = evidence("低保" * 50, ["place", "amount"], [0.0, 0.0, 0.0], TURNS, [0.1, 0.1, 0.1], 1.0)
    assert len(short) == len(long)
    assert short != long


def question(
    foreign: float, signs: tuple[str, ...] = (), reason: str | None = None, clause: int | None = None
) -> Question:
    mentions = Mentions(clauses=(clause,) if clause else ())
    return Question("", "", "measure", 1.0, reason, mentions, foreign=foreign, signs=signs)


def test_what_is_likelier_foreign_is_refused_for_its_reason() -> None:
    assert reason_to_refuse(question(0.9, reason="price")) == "price"
    assert reason_to_refuse(question(0.9, signs=("authority",))) == "document"
    assert reason_to_refuse(question(0.9)) == "answer"


def test_another_place_is_the_reason_that_is_named() -> None:
    assert reason_to_refuse(question(0.9, signs=("place", "form"), reason="form")) == "place"


def test_a_question_that_names_no_place_is_not_said_to_be_about_another_place() -> None:
    assert reason_to_refuse(question(0.9, reason="place")) == "answer"
    assert reason_to_refuse(question(0.9, signs=("abroad",), reason="place")) == "place"


def test_what_is_likelier_the_documents_or_names_a_clause_is_not_refused() -> None:
    assert reason_to_refuse(question(0.4, signs=("place",), reason="place")) is None
    assert reason_to_refuse(question(0.9, reason="fact", clause=8)) is None
