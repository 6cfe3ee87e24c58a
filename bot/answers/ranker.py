"""Which passages answer a question: a model of clauses and, within them, of passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse

from bot.answers.linear import Floats, LinearModel

NO_SUBJECT = "-"
"""The label of messages that name no subject of their own ("who is responsible?")."""
SOME_PASSAGE = "*"
"""Stands instead of a passage's position where only the clause is known."""
SHARPNESS = 1.3
"""Makes the clauses' probabilities true: in cross-validation over 7,900 questions they lie 1.2 points from the share that is right, on
average, instead of 8.6 (docs/understanding.md has the plot)."""
TINY = float(np.finfo(np.float32).tiny)


class Ranking(NamedTuple):
    """The best passages' keys with their probabilities, the three best clauses' probabilities, and the probability that the text
    names no subject.
    """

    passages: list[tuple[str, float]]
    best_clauses: list[float]
    subjectless: float


class PassageRanker:
    """P(passage) = P(clause) P(passage | clause), each by a linear model.

    A model of clauses and one of passages rather than one over all passages: clauses have more examples, and a question's clause matters more
    than its sentence.
    """

    def __init__(self, clauses: LinearModel, passages: PassageModel) -> None:
        self._clauses = clauses
        self._passages = passages
        place = {clause: column for column, clause in enumerate(clauses.labels)}
        self._clause_of = np.asarray([place[clause_of(passage)] for passage in passages.labels])

    @classmethod
    def fit(cls, vectors: sparse.csr_matrix, passages: Sequence[Sequence[str]]) -> PassageRanker:
        """Learn from the keys of the passages that answer each row of `vectors`: NO_SUBJECT among them, or a clause's key with SOME_PASSAGE."""
        return cls(fit_clauses(vectors, passages), PassageModel.fit(vectors, passages))

    def rank(self, vector: sparse.csr_matrix, limit: int) -> Ranking:
        """The ranking of a text whose `vector` has one row; `limit` passages are kept."""
        of_clauses = self._clauses.probabilities(vector)
        by_clause = dict(zip(self._clauses.labels, of_clauses[0].tolist(), strict=True))
        inside = self._passages.probabilities(vector)
        sums = np.maximum(np.bincount(self._clause_of, weights=inside), TINY)
        shares = of_clauses[0, self._clause_of] * inside / sums[self._clause_of]
        likeliest = np.argsort(-shares, kind="stable")[: limit + 1].tolist()  # NO_SUBJECT may be among them
        ranked = [(self._passages.labels[column], float(shares[column])) for column in likeliest]
        best = [entry for entry in ranked if entry[0] != NO_SUBJECT][:limit]
        return Ranking(best, best_three(self._clauses.labels, of_clauses)[0], by_clause.get(NO_SUBJECT, 0.0))

    def clauses(self, vectors: sparse.csr_matrix) -> list[dict[str, float]]:
        """For each row of `vectors` the probability of each clause, NO_SUBJECT left out."""
        return clause_shares(self._clauses, vectors)

    def save(self, folder: Path) -> None:
        """Write both models into `folder`."""
        self._clauses.save(folder, "clauses")
        self._passages.save(folder)

    @classmethod
    def load(cls, folder: Path) -> PassageRanker:
        """What `save` wrote."""
        return cls(LinearModel.load(folder, "clauses"), PassageModel.load(folder))


class PassageModel:
    """P(passage | clause) by logistic regression of each passage against the others of its clause.

    In cross-validation 0.1 points fewer passages are right than with each against all passages of all clauses, learned in an eighth of the
    time. Only a ninth of the weights is not zero, so they are kept sparse: 17 MB instead of 78.
    """

    def __init__(self, labels: Sequence[str], weights: sparse.csr_matrix, bias: Floats) -> None:
        """`labels` are n passages' keys, `weights` has the shape (features, n), `bias` (n,)."""
        self.labels = tuple(labels)
        self._weights, self._bias = weights, bias

    @classmethod
    def fit(cls, vectors: sparse.csr_matrix, passages: Sequence[Sequence[str]]) -> PassageModel:
        """Learn from the keys of the passages that answer each row of `vectors`; those of which only the clause is known do not count."""
        known: dict[str, list[tuple[int, str]]] = {}
        for row, keys in enumerate(passages):
            for passage in keys:
                if not passage.endswith(SOME_PASSAGE):
                    known.setdefault(clause_of(passage), []).append((row, passage))
        labels: list[str] = []
        columns: list[sparse.csc_matrix] = []
        bias: list[Floats] = []
        for answered in known.values():
            rows, inside = zip(*answered, strict=True)
            if len(set(inside)) > 1:
                model = LinearModel.fit(vectors[list(rows)], inside, balanced=True)
                labels += model.labels
                columns.append(sparse.csc_matrix(model.weights))
                bias.append(model.bias)
            else:  # nothing to choose from
                labels.append(inside[0])
                columns.append(sparse.csc_matrix((vectors.shape[1], 1), dtype=np.float32))
                bias.append(np.zeros(1, np.float32))
        return cls(labels, sparse.hstack(columns, format="csr"), np.concatenate(bias))

    def probabilities(self, vector: sparse.csr_matrix) -> Floats:
        """For a text whose `vector` has one row how much speaks for each passage; to be divided by the sum of its clause's."""
        products = (vector.astype(np.float32) @ self._weights).toarray()[0] + self._bias
        return np.asarray(1 / (1 + np.exp(-products)), np.float32)

    def save(self, folder: Path) -> None:
        """Write the model into `folder`."""
        (folder / "passages.json").write_text(json.dumps(self.labels), "utf-8")
        sparse.save_npz(folder / "passages.npz", self._weights)
        np.save(folder / "passages-bias.npy", self._bias)

    @classmethod
    def load(cls, folder: Path) -> PassageModel:
        """What `save` wrote."""
        labels = json.loads((folder / "passages.json").read_text("utf-8"))
        weights = sparse.load_npz(folder / "passages.npz").tocsr()
        return cls(labels, weights, np.load(folder / "passages-bias.npy"))


def fit_clauses(vectors: sparse.csr_matrix, passages: Sequence[Sequence[str]]) -> LinearModel:
    """The model of clauses, from the keys of the passages that answer each row of `vectors`."""
    return LinearModel.fit_sets(vectors, [{clause_of(key) for key in keys} for keys in passages], SHARPNESS)


def clause_shares(clauses: LinearModel, vectors: sparse.csr_matrix) -> list[dict[str, float]]:
    """For each row of `vectors` how `clauses` divides 1 among all clauses, NO_SUBJECT left out."""
    found = []
    for row in clauses.probabilities(vectors).tolist():
        named = {
            label: probability for label, probability in zip(clauses.labels, row, strict=True) if label != NO_SUBJECT
        }
        total = sum(named.values())
        found.append({label: probability / total for label, probability in named.items()})
    return found


def clause_of(passage: str) -> str:
    """The key of the clause of a passage key; NO_SUBJECT as it is."""
    return passage if passage == NO_SUBJECT else passage.rpartition("/")[0]


def best_three(clauses: Sequence[str], probabilities: Floats) -> list[list[float]]:
    """The three greatest of each row of `probabilities` (rows, clauses), NO_SUBJECT left out."""
    named = np.asarray([clause != NO_SUBJECT for clause in clauses])
    three: list[list[float]] = np.sort(probabilities[:, named], axis=1)[:, :-4:-1].tolist()
    return three
