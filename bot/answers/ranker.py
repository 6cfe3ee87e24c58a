"""Which passages answer a question: a model of clauses and, within them, of passages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from bot.answers.linear import LinearModel

NO_SUBJECT = "-"
"""The label of messages that name no subject of their own ("who is responsible?")."""


class PassageRanker:
    """P(passage) = P(clause) P(passage | clause), each by a linear model.

    Two models rather than one over all passages: clauses have more examples, and a question's clause matters more than its
    sentence.
    """

    def __init__(self, clauses: LinearModel, passages: LinearModel) -> None:
        self._clauses = clauses
        self._passages = passages
        of_clause = [_clause(passage) for passage in passages.labels]
        self._columns = {clause: [i for i, c in enumerate(of_clause) if c == clause] for clause in clauses.labels}

    @classmethod
    def fit(cls, vectors: sparse.csr_matrix, passages: Sequence[str]) -> PassageRanker:
        """Learn from one passage key (or NO_SUBJECT) a row of `vectors`."""
        clauses = [_clause(passage) for passage in passages]
        return cls(LinearModel.fit(vectors, clauses), LinearModel.fit(vectors, passages))

    def rank(self, vector: sparse.csr_matrix, limit: int) -> tuple[list[tuple[str, float]], float]:
        """The `limit` best passage keys with their probabilities, and the probability that there is no subject.

        `vector` has one row.
        """
        by_clause = dict(zip(self._clauses.labels, self._clauses.probabilities(vector)[0].tolist(), strict=True))
        by_passage = self._passages.probabilities(vector)[0]
        ranked: list[tuple[str, float]] = []
        for clause, columns in self._columns.items():
            inside = by_passage[columns]
            shares = by_clause[clause] * inside / max(float(inside.sum()), np.finfo(np.float32).tiny)
            ranked.extend((self._passages.labels[i], float(share)) for i, share in zip(columns, shares, strict=True))
        ranked.sort(key=lambda entry: -entry[1])
        best = [entry for entry in ranked if entry[0] != NO_SUBJECT][:limit]
        return best, by_clause.get(NO_SUBJECT, 0.0)

    def save(self, folder: Path) -> None:
        """Write both models into `folder`."""
        self._clauses.save(folder, "clauses")
        self._passages.save(folder, "passages")

    @classmethod
    def load(cls, folder: Path) -> PassageRanker:
        """What `save` wrote."""
        return cls(LinearModel.load(folder, "clauses"), LinearModel.load(folder, "passages"))


def _clause(passage: str) -> str:
    return passage if passage == NO_SUBJECT else passage.rpartition("/")[0]
