"""Vectors by an encoder, whose directions say what texts mean, and how those of questions and of passages are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.answers.linear import Floats

UNMOVED = 30.0
"""How much of the regression says that a question stays where it is."""


class Meanings(NamedTuple):
    """Vectors of texts, a row each, by an encoder."""

    encoder: str
    vectors: Floats


class Pairs(NamedTuple):
    """Vectors of questions, a row each, and in the same row of the other array the vector of the passage that answers."""

    questions: Floats
    passages: Floats


class Space(NamedTuple):
    """Where vectors by an encoder are compared: the mean of all questions and that of all passages is taken away, and questions are moved to
    where the passages lie that answer such questions.
    """

    encoder: str
    questions: Floats
    """The mean vector of questions."""
    passages: Floats
    """The mean vector of passages."""
    moves: Floats
    """A matrix by which vectors of questions are multiplied."""

    @classmethod
    def fit(cls, encoder: str, questions: Floats, passages: Floats, answered: Sequence[Pairs]) -> Space:
        """Take the means of `questions` and `passages`, and learn from questions that are `answered`, each set less its own means, how they
        are moved: by ridge regression that draws towards leaving them where they are. The more questions a passage answers, the less each
        of them counts.

        What it brings is measured in docs/adr/0010: much for questions in English, next to nothing for others.
        """
        size = questions.shape[1]
        within, across = np.eye(size) * UNMOVED, np.eye(size) * UNMOVED
        for asked, answers in answered:
            if len(np.unique(asked, axis=0)) < 2:  # nothing is left of one question without the mean of all
                continue
            _, which, counts = np.unique(answers, axis=0, return_inverse=True, return_counts=True)
            here, there = apart(asked, asked.mean(axis=0)), apart(answers, answers.mean(axis=0))
            weighed = (here / np.sqrt(counts[which.ravel()])[:, np.newaxis]).T.astype(np.float64)
            within += weighed @ here
            across += weighed @ there
        moves = np.asarray(np.linalg.solve(within, across), np.float32)
        return cls(encoder, questions.mean(axis=0), passages.mean(axis=0), moves)

    def of_questions(self, vectors: Floats) -> Floats:
        """Vectors of questions as they are compared, each of length 1."""
        return _of_length_one(apart(vectors, self.questions) @ self.moves)

    def of_passages(self, vectors: Floats) -> Floats:
        """Vectors of passages as they are compared, each of length 1; one that has no vector (zeros) is like nothing."""
        has_one = np.any(vectors, axis=1, keepdims=True)
        return np.asarray(np.where(has_one, apart(vectors, self.passages), 0.0), np.float32)


def apart(vectors: Floats, centre: Floats) -> Floats:
    """Vectors, a row each, without `centre`, which all have in common; each of length 1."""
    return _of_length_one(vectors - centre)


def _of_length_one(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths, lengths, 1.0), np.float32)
