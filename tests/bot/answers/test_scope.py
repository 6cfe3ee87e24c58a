"""Whether a question is the document's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.answers.scope import ScopeModel, evidence, foreign_turn

TURNS = {"measure": 0.7, "out_of_scope/price": 0.2, "out_of_scope/place": 0.1}


def test_a_kept_model_judges_as_before(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(2000, 4)).tolist()
    model = ScopeModel.fit(rows, [row[0] > 0 for row in rows])
    model.save(tmp_path, "taught")
    kept = ScopeModel.load(tmp_path, "taught")
    assert [kept.probability(row) for row in rows] == pytest.approx([model.probability(row) for row in rows])
    assert np.mean([(kept.probability(row) > 0.5) == (row[0] > 0) for row in rows]) > 0.9


def test_evidence_has_the_same_length_for_every_text() -> None:
    short = evidence("低保", TURNS, [0.9, 0.05, 0.01], 0.0)
    long = evidence("低保" * 50 + " D P", TURNS, [0.1, 0.1, 0.1], 1.0)
    assert len(short) == len(long)
    assert short != long


def test_what_a_text_names_is_evidence() -> None:
    assert evidence("补贴 P", TURNS, [0.9], 0.0) != evidence("补贴 L", TURNS, [0.9], 0.0)


def test_certain_probabilities_are_no_infinite_evidence() -> None:
    assert all(np.isfinite(evidence("", {"measure": 0.0, "out_of_scope": 1.0}, [0.0, 1.0], 1.0)))


def test_every_reason_to_refuse_counts_as_out_of_scope() -> None:
    assert foreign_turn(TURNS) == pytest.approx(0.3)
    assert foreign_turn({"out_of_scope": 0.4, "measure": 0.6}) == pytest.approx(0.4)
