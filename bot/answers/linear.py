"""Linear models that can be kept as plain arrays."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from joblib import Parallel, delayed

STRENGTH = 20.0
"""The inverse of the regularisation (scikit-learn's C)."""
TOLERANCE = 1.0
"""How exactly the weights are fitted, in the dual: no probability of 8,300 unseen examples was more than 0.03 from that of an exact fit, in
two fifths of its time. In the primal, liblinear counts exactness by the rarer class: at 0.03 it left a common label after three steps."""

Floats = npt.NDArray[np.float32]


class LinearModel:
    """One-against-the-rest logistic regression; at answering time a sparse product and a sigmoid."""

    def __init__(self, labels: Sequence[str], weights: Floats, bias: Floats, sharpness: float = 1.0) -> None:
        """`labels` has n entries, `weights` the shape (features, n), `bias` (n,); probabilities are raised to the power of `sharpness`
        before they are divided by their sum.
        """
        self.labels = tuple(labels)
        self._weights = weights
        self._bias = bias
        self._sharpness = sharpness

    @classmethod
    def fit(
        cls, vectors: sparse.csr_matrix, labels: Sequence[str], balanced: bool = False, sharpness: float = 1.0
    ) -> LinearModel:
        """Learn `labels`, one for each row of `vectors`; `balanced` where rare labels shall count as much as frequent ones."""
        names = sorted(set(labels))
        of_rows = np.asarray(labels)
        if len(names) > 2:
            counts = np.asarray([(of_rows == name).sum() for name in names])
            weights = (len(labels) / (len(names) * counts)).tolist() if balanced else [1.0] * len(names)
            return cls._fit_each(vectors, names, [of_rows == name for name in names], weights, sharpness)
        model = regression("balanced" if balanced else None).fit(vectors, of_rows)
        weights, bias = np.vstack([-model.coef_, model.coef_]), np.concatenate([-model.intercept_, model.intercept_])
        return cls(names, np.ascontiguousarray(weights.T, np.float32), bias.astype(np.float32), sharpness)

    @classmethod
    def fit_sets(
        cls, vectors: sparse.csr_matrix, labels: Sequence[Collection[str]], sharpness: float = 1.0
    ) -> LinearModel:
        """Learn any number of labels for each row of `vectors`."""
        names = sorted({label for row in labels for label in row})
        held = [np.asarray([name in row for row in labels]) for name in names]
        return cls._fit_each(vectors, names, held, [1.0] * len(names), sharpness)

    @classmethod
    def _fit_each(
        cls,
        vectors: sparse.csr_matrix,
        names: Sequence[str],
        held: Sequence[npt.NDArray[np.bool_]],
        weights: Sequence[float],
        sharpness: float,
    ) -> LinearModel:
        """Learn each label against the rest: which rows it holds for, and how much each of these counts beside one of the rest."""
        # threads: fitting is done in C, without Python's lock
        fitted = Parallel(n_jobs=-1, backend="threading")(
            delayed(regression({True: weight, False: 1.0}).fit)(vectors, rows)
            for rows, weight in zip(held, weights, strict=True)
        )
        columns = np.ascontiguousarray(np.vstack([model.coef_ for model in fitted]).T, np.float32)
        bias = np.concatenate([model.intercept_ for model in fitted])
        return cls(names, columns, bias.astype(np.float32), sharpness)

    @property
    def weights(self) -> Floats:
        """A row for each feature, a column for each label."""
        return self._weights

    @property
    def bias(self) -> Floats:
        """What is added for each label."""
        return self._bias

    def probabilities(self, vectors: sparse.csr_matrix) -> Floats:
        """Shape (rows, labels); each row sums to one."""
        if vectors.shape[0] == 1:  # the few columns that a message has
            products = (vectors.data.astype(np.float32) @ self._weights[vectors.indices])[np.newaxis]
        else:  # in the weights' own type: otherwise all of them are converted
            products = vectors.astype(np.float32) @ self._weights
        scores = 1 / (1 + np.exp(-(products + self._bias))) ** self._sharpness
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.json and `name`.npz."""
        (folder / f"{name}.json").write_text(json.dumps(self.labels, ensure_ascii=False), "utf-8")
        np.savez_compressed(folder / f"{name}.npz", weights=self._weights, bias=self._bias, sharpness=self._sharpness)

    @classmethod
    def load(cls, folder: Path, name: str) -> LinearModel:
        """What `save` wrote."""
        labels = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz") as arrays:
            return cls(labels, arrays["weights"], arrays["bias"], float(arrays["sharpness"]))


class LogisticModel:
    """Logistic regression over a few figures."""

    def __init__(self, weights: Floats, bias: float) -> None:
        """`weights` has a weight for each figure."""
        self._weights, self._bias = weights, bias

    @classmethod
    def fit(
        cls, rows: Sequence[Sequence[float]], holds: Sequence[bool], weights: Sequence[float] | None = None
    ) -> LogisticModel:
        """Learn from rows of figures whether something holds; `weights` say how much each row counts."""
        from sklearn.linear_model import LogisticRegression  # only training needs it

        model = LogisticRegression(max_iter=2000)
        model.fit(np.asarray(rows), np.asarray(holds), sample_weight=weights)
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """How probably it holds, for each of `rows`."""
        products = np.asarray(rows, np.float32) @ self._weights + self._bias
        found: list[float] = (1 / (1 + np.exp(-products))).tolist()
        return found

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.npz."""
        np.savez(folder / f"{name}.npz", weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Path, name: str) -> LogisticModel:
        """What `save` wrote."""
        with np.load(folder / f"{name}.npz") as kept:
            return cls(kept["weights"], float(kept["bias"]))


def regression(weights: Any = None) -> Any:
    """A logistic regression that is not fitted yet; `weights` by class, as scikit-learn takes them."""
    from sklearn.linear_model import LogisticRegression  # only training needs it

    # the dual is solved in an order that is drawn: always the same one
    return LogisticRegression(
        C=STRENGTH, tol=TOLERANCE, solver="liblinear", dual=True, class_weight=weights, random_state=0
    )
