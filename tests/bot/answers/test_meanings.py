"""How vectors of questions and of passages are compared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.answers.linear import Floats
from bot.answers.meanings import Pairs, Space

RANDOM = np.random.default_rng(0)
PASSAGES = RANDOM.normal(size=(12, 6)).astype(np.float32)
TURNED = np.roll(np.eye(6, dtype=np.float32), 1, axis=1)
"""People speak of everything in a way that lies beside the documents' words: their vectors are turned."""
WHICH = RANDOM.integers(0, 12, size=600)
QUESTIONS = (PASSAGES[WHICH] @ TURNED + 0.1 * RANDOM.normal(size=(600, 6))).astype(np.float32)


def nearest(space: Space, questions: Floats) -> npt.NDArray[np.int64]:
    likeness = space.of_questions(questions) @ space.of_passages(PASSAGES).T
    return np.asarray(likeness.argmax(axis=1))


def test_questions_are_moved_to_the_passages_that_answer_such_questions() -> None:
    learned = Space.fit("e", QUESTIONS[:400], PASSAGES, [Pairs(QUESTIONS[:400], PASSAGES[WHICH[:400]])])
    unmoved = learned._replace(moves=np.eye(6, dtype=np.float32))
    right = [np.mean(nearest(space, QUESTIONS[400:]) == WHICH[400:]) for space in (learned, unmoved)]
    assert right[0] > right[1] + 0.1


def test_what_nothing_was_learned_about_stays_where_it_is() -> None:
    space = Space.fit("e", QUESTIONS, PASSAGES, [])
    assert np.allclose(space.moves, np.eye(6))


def test_a_passage_without_a_vector_is_like_nothing() -> None:
    without = np.zeros((1, 6), np.float32)
    assert not Space.fit("e", QUESTIONS, PASSAGES, []).of_passages(without).any()


def test_a_single_question_teaches_nothing() -> None:
    space = Space.fit("e", QUESTIONS, PASSAGES, [Pairs(QUESTIONS[:1], PASSAGES[:1])])
    assert np.allclose(space.moves, np.eye(6))


def test_a_passage_that_many_questions_ask_about_counts_less_for_each() -> None:
    first, second = np.eye(6, dtype=np.float32)[:2]
    asked = np.concatenate([np.tile(first + 0.1 * second, (99, 1)), [second], [-first - second]]).astype(np.float32)
    answers = np.concatenate([np.tile(second, (99, 1)), [first], [-second]]).astype(np.float32)
    pairs = Pairs(asked, answers)
    often = Space.fit("e", asked, PASSAGES, [pairs])
    assert np.linalg.norm(often.moves - np.eye(6)) < np.linalg.norm(_unweighed(pairs) - np.eye(6))


def _unweighed(pairs: Pairs) -> Floats:
    """The moves if every question counted the same: each answer is made another one by next to nothing."""
    noise = 1e-4 * np.arange(len(pairs.passages), dtype=np.float32)[:, np.newaxis]
    apart = Pairs(pairs.questions, pairs.passages + noise)
    return Space.fit("e", pairs.questions, PASSAGES, [apart]).moves
