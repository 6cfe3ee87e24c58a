"""Finds the passages of any document that may answer a question, without a single question having been taught about it.

A question and a clause are compared by figures that know neither by name: shared runs of characters and shared words, weighed by how
telling they are, in the whole clause and in its best passage, and the likeness of their meanings by an encoder. How much each
figure counts is learned from questions about documents that nobody holds (nlu/practice), and holds for every other one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from bot.answers.linear import Floats
from bot.answers.meanings import Meanings, Pairs, Space
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

SPACES: tuple[str, ...] = ("characters", "words")
COLUMNS = 2**18
"""Of a space. Terms share columns by chance; a term of a new document finds one that nobody has counted, and is as telling as can be."""
OF_MEANING = 2
"""So many figures of a clause compare meanings."""
STRENGTH = 0.03
"""The inverse of the regularisation of the weights."""
LOWEST = -100.0
"""The score of a document that has no numbered clause."""
SMALLEST = 1e-6
MOST = 0.95
Places = npt.NDArray[np.int64]


class Lexicon:
    """TF-IDF of an open vocabulary: what no training text had counts most."""

    def __init__(self, words_of: Callable[[str], list[str]], idf: dict[str, Floats] | None = None) -> None:
        shared = {"n_features": COLUMNS, "alternate_sign": False, "norm": None, "lowercase": False, "dtype": np.float32}
        self._hash = {
            "characters": HashingVectorizer(analyzer="char", ngram_range=(1, 3), **shared),
            "words": HashingVectorizer(analyzer=words_of, **shared),
        }
        self._idf = idf or {}

    def fit(self, texts: Sequence[str]) -> None:
        """Count in how many of `texts` (simplified) each term stands."""
        for space in SPACES:
            counted = self._hash[space].transform(texts)
            self._idf[space] = TfidfTransformer().fit(counted).idf_.astype(np.float32)

    def vectors(self, space: str, texts: Sequence[str]) -> sparse.csr_matrix:
        """A row of length 1 for each of `texts`."""
        found = self._hash[space].transform(texts).tocsr()
        found.data = (1 + np.log(found.data)) * self._idf[space][found.indices]
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
        found.data *= np.repeat(1 / np.maximum(lengths, 1e-9), np.diff(found.indptr))
        return found.astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write what was counted."""
        np.savez_compressed(folder / "lexicon.npz", **self._idf)

    @classmethod
    def load(cls, folder: Path, words_of: Callable[[str], list[str]]) -> Lexicon:
        """What `save` wrote."""
        with np.load(folder / "lexicon.npz") as kept:
            return cls(words_of, {space: kept[space] for space in SPACES})


class Shelf:
    """The clauses and passages of documents, ready to be compared with questions."""

    def __init__(self, store: ClauseStore, lexicon: Lexicon, meanings: Floats | None) -> None:
        """`meanings` are the passages' vectors by an encoder, a row for each of the store's passages; None: words alone are compared."""
        passages = store.passages()
        keys = list(dict.fromkeys(passage.clause_key for passage in passages))
        place = {key: number for number, key in enumerate(keys)}
        clauses = [store.clause(key) for key in keys]
        self.clauses = tuple(keys)
        self.passages = tuple(passage.key for passage in passages)
        self.clause_of: Places = np.asarray([place[passage.clause_key] for passage in passages], np.int64)
        self.starts: Places = np.searchsorted(self.clause_of, np.arange(len(keys)))
        self.of_document = {
            document.key: np.asarray([n for n, c in enumerate(clauses) if c.document == document.key], np.int64)
            for document in store.documents()
        }
        number = {key: place for place, key in enumerate(self.of_document)}
        self.document_of: Places = np.asarray([number[clause.document] for clause in clauses], np.int64)
        self.telling = np.asarray([bool(clause.label or clause.annex) for clause in clauses])
        self.meanings = meanings
        texts = [simplify(passage.with_head) for passage in passages]
        whole = [simplify(f"{clause.heading} {clause.text}") for clause in clauses]
        self.of_passages = {space: _by_term(lexicon.vectors(space, texts)) for space in SPACES}
        self.of_clauses = {space: _by_term(lexicon.vectors(space, whole)) for space in SPACES}
        self.held = {space: (matrix > 0).astype(np.float32) for space, matrix in self.of_clauses.items()}
        self.is_heading = np.asarray([passage.position == 0 for passage in passages], np.float32)


def _by_term(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows of texts as rows of terms: what a question has in common with all texts is then found in the rows of its own terms alone."""
    return vectors.T.tocsr()


def figures(shelf: Shelf, lexicon: Lexicon, texts: Sequence[str], meanings: Floats | None) -> tuple[Floats, Floats]:
    """What compares each question with each clause, shape (questions, clauses, figures), and with each passage, shape (questions, passages,
    figures).

    `texts` are simplified, `meanings` their vectors by the encoder, a row each; None where there are none, or the shelf has none. Figures of
    meanings come last, so that those of words are the same with and without.
    """
    of_clauses, of_passages = [], [np.repeat(shelf.is_heading[:, np.newaxis], len(texts), axis=1)]
    for space in SPACES:
        questions = lexicon.vectors(space, texts)
        there = (questions @ shelf.of_passages[space]).toarray().T
        weights = np.maximum(np.asarray(questions.sum(axis=1)).T, SMALLEST)
        of_passages.append(there)
        of_clauses += [
            np.maximum.reduceat(there, shelf.starts),
            (questions @ shelf.of_clauses[space]).toarray().T,
            (questions @ shelf.held[space]).toarray().T / weights,
        ]
    if meanings is not None and shelf.meanings is not None:
        likeness = shelf.meanings @ meanings.T
        sums, counts = np.add.reduceat(likeness, shelf.starts), np.bincount(shelf.clause_of)[:, np.newaxis]
        of_clauses += [np.maximum.reduceat(likeness, shelf.starts), sums / counts]
        of_passages.append(likeness)
    return tuple(np.stack(found, axis=2).swapaxes(0, 1).astype(np.float32) for found in (of_clauses, of_passages))  # type: ignore[return-value]


@dataclass(frozen=True)
class Choice:
    """Conditional logit: of several, which? P(one) is proportional to exp(weights · figures)."""

    mean: Floats
    scale: Floats
    weights: Floats

    @classmethod
    def fit(cls, sets: Sequence[Floats], right: Sequence[Sequence[int]]) -> Choice:
        """Learn from sets of rows of figures and the places of those that are right, any of which will do."""
        from scipy.optimize import minimize  # only training needs it

        rows = np.concatenate(sets).astype(np.float64)
        mean, scale = rows.mean(axis=0), rows.std(axis=0) + SMALLEST
        rows = (rows - mean) / scale
        lengths = np.asarray([len(entry) for entry in sets])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        of_set = np.repeat(np.arange(len(sets)), lengths)
        holds = np.zeros(len(rows))
        for start, places in zip(starts, right, strict=True):
            holds[[start + place for place in places]] = 1.0

        def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
            scores = rows @ weights
            scores -= np.maximum.reduceat(scores, starts)[of_set]
            shares = np.exp(scores)
            shares /= np.add.reduceat(shares, starts)[of_set]
            hit = np.maximum(np.add.reduceat(shares * holds, starts), 1e-12)
            slope = ((shares * holds) / hit[of_set] - shares) @ rows
            size = weights @ weights / (2 * STRENGTH)
            return float(size - np.log(hit).sum()), weights / STRENGTH - slope

        found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
        return cls(mean.astype(np.float32), scale.astype(np.float32), found.x.astype(np.float32))

    def scaled(self, rows: Floats) -> Floats:
        """`rows` as they are weighed."""
        return np.asarray((rows - self.mean) / self.scale, np.float32)

    def scores(self, rows: Floats) -> Floats:
        """A score for each of `rows`."""
        return np.asarray(self.scaled(rows) @ self.weights, np.float32)


class Weights(NamedTuple):
    """How much each figure counts among clauses, and among the passages of one; and two scores of documents: most that answer have
    `reached`, few that do not answer have `seldom`.
    """

    clauses: Choice
    passages: Choice
    reached: float
    seldom: float


class Looked:
    """How a question compares with everything on a shelf."""

    def __init__(
        self, shelf: Shelf, weights: Weights, of_clauses: Floats, of_passages: Floats, by_words: Looked | None = None
    ) -> None:
        """`by_words` is the same by words alone, where meanings are compared as well."""
        self._shelf, self._weights, self._by_words = shelf, weights, by_words
        self._scaled = weights.clauses.scaled(of_clauses)
        self._scores = weights.clauses.scores(of_clauses)
        self._passages = weights.passages.scores(of_passages)

    @property
    def by_words(self) -> Looked:
        """How it compares by words alone."""
        return self._by_words or self

    @property
    def has_meanings(self) -> bool:
        """Whether meanings are compared as well."""
        return self._by_words is not None

    @property
    def documents(self) -> Collection[str]:
        """The keys of the documents that it is compared with."""
        return self._shelf.of_document

    def may_answer(self, document: str) -> bool:
        """Whether a document fits as well as most do that answer."""
        return self.score(document) >= self._weights.reached

    def fits_well(self, document: str) -> bool:
        """Whether a document fits better than most that do not answer."""
        return self.score(document) >= self._weights.seldom

    def score(self, document: str) -> float:
        """How well the best numbered clause or annex of a document fits; the same question's scores of several documents can be compared."""
        return self._of_documents[document]

    @cached_property
    def _of_documents(self) -> dict[str, float]:
        best = np.full(len(self._shelf.of_document), LOWEST, np.float32)
        telling = self._shelf.telling
        np.maximum.at(best, self._shelf.document_of[telling], self._scores[telling])
        return dict(zip(self._shelf.of_document, best.tolist(), strict=True))

    def shares(self, document: str) -> dict[str, float]:
        """The probability of each clause of a document, if it answers at all."""
        inside = self._shelf.of_document[document]
        shares = _shares(self._scores[inside])
        return {self._shelf.clauses[place]: float(share) for place, share in zip(inside, shares, strict=True)}

    def candidates(self, document: str, limit: int) -> list[tuple[str, float]]:
        """The likeliest passages of a document with their probabilities, best first; a heading only where nothing stands under it."""
        found: list[tuple[str, float]] = []
        ends = [*self._shelf.starts[1:], len(self._shelf.passages)]
        for clause, share in zip(self._shelf.of_document[document], self.shares(document).values(), strict=True):
            start = int(self._shelf.starts[clause])
            has_sentences = ends[clause] - start > 1
            places = range(start + int(has_sentences and self._shelf.is_heading[start] > 0), ends[clause])
            inside = _shares(self._passages[places.start : places.stop])
            found += [(self._shelf.passages[p], share * float(s)) for p, s in zip(places, inside, strict=True)]
        return sorted(found, key=lambda entry: -entry[1])[:limit]

    def evidence(self, document: str, beside: Collection[str] = ()) -> list[float]:
        """What tells whether a document deals with the question: how its best clause compares, how far ahead it is of the others and of the
        best clause of the documents `beside`.
        """
        inside = self._shelf.of_document[document]
        scores = self._scores[inside]
        best, second = np.argmax(scores), np.partition(scores, -2)[-2] if len(scores) > 1 else scores[0]
        crowd = float(np.log(np.exp(scores - scores[best]).sum()))
        ahead = [float(scores[best]), float(scores[best] - second), crowd]
        return [
            *self._scaled[inside][best].tolist(),
            *self._scaled[inside].max(axis=0).tolist(),
            *ahead,
            *self.ahead(document, beside),
        ]

    def ahead(self, document: str, beside: Collection[str]) -> tuple[float, float]:
        """How far the document's score is ahead of the best of those `beside`, and that score; zeros where there are none."""
        others = [self.score(other) for other in beside if other != document]
        return (self.score(document) - max(others), max(others)) if others else (0.0, 0.0)


class Retriever:
    """Looks for the clauses and passages that may answer; by words alone where there are no meanings."""

    def __init__(self, lexicon: Lexicon, by_words: Weights, by_meaning: Weights | None, space: Space | None) -> None:
        """`space` is where meanings are compared."""
        self._lexicon, self._by_words, self._by_meaning, self._space = lexicon, by_words, by_meaning, space

    @classmethod
    def fit(
        cls,
        lexicon: Lexicon,
        store: ClauseStore,
        texts: Sequence[str],
        meanings: Meanings | None,
        passages: Sequence[Sequence[str]],
        taught: tuple[Meanings, Sequence[str]] | None = None,
    ) -> Retriever:
        """Learn from questions (simplified), their vectors by an encoder, and the keys of the passages that answer each; how meanings are
        compared also from the vectors of `taught` questions and the key of the passage that answers each.
        """
        there = store.meanings(meanings.encoder) if meanings is not None else None
        if meanings is None or there is None:
            shelf = Shelf(store, lexicon, None)
            return cls(lexicon, _fit(shelf, *figures(shelf, lexicon, texts, None), passages), None, None)
        row_of = {passage.key: row for row, passage in enumerate(store.passages())}
        answered = [Pairs(meanings.vectors, there[[row_of[keys[0]] for keys in passages]])]
        if taught is not None:
            answered.append(Pairs(taught[0].vectors, there[[row_of[key] for key in taught[1]]]))
        space = Space.fit(meanings.encoder, meanings.vectors, there, answered)
        shelf = Shelf(store, lexicon, space.of_passages(there))
        of_clauses, of_passages = figures(shelf, lexicon, texts, space.of_questions(meanings.vectors))
        by_words = _fit(shelf, of_clauses[..., :-OF_MEANING], of_passages[..., :-1], passages)
        return cls(lexicon, by_words, _fit(shelf, of_clauses, of_passages, passages), space)

    def shelf(self, store: ClauseStore) -> Shelf:
        """The passages of `store`, ready to be looked through."""
        there = store.meanings(self._space.encoder) if self._space else None
        return Shelf(
            store, self._lexicon, self._space.of_passages(there) if self._space and there is not None else None
        )

    def look(self, shelf: Shelf, texts: Sequence[str], meanings: Meanings | None) -> list[Looked]:
        """How each of `texts` (simplified), whose vectors are the rows of `meanings`, compares with everything on `shelf`."""
        weights, vectors, space = self._by_words, None, self._space
        if meanings and space and self._by_meaning and shelf.meanings is not None and meanings.encoder == space.encoder:
            weights, vectors = self._by_meaning, space.of_questions(meanings.vectors)
        both = zip(*figures(shelf, self._lexicon, texts, vectors), strict=True)
        if vectors is None:
            return [Looked(shelf, weights, of_clauses, of_passages) for of_clauses, of_passages in both]
        return [
            Looked(
                shelf,
                weights,
                of_clauses,
                of_passages,
                Looked(shelf, self._by_words, of_clauses[:, :-OF_MEANING], of_passages[:, :-1]),
            )
            for of_clauses, of_passages in both
        ]

    def save(self, folder: Path) -> None:
        """Write what was learned."""
        self._lexicon.save(folder)
        kept = {"words": self._by_words, **({"meaning": self._by_meaning} if self._by_meaning else {})}
        arrays = {
            f"{name}-{of}-{part}": getattr(getattr(weights, of), part)
            for name, weights in kept.items()
            for of in ("clauses", "passages")
            for part in ("mean", "scale", "weights")
        }
        arrays |= {
            f"{name}-{of}": np.asarray(getattr(w, of)) for name, w in kept.items() for of in ("reached", "seldom")
        }
        if self._space:
            arrays |= {name: np.asarray(part) for name, part in self._space._asdict().items()}
        np.savez(folder / "retriever.npz", **arrays)

    @classmethod
    def load(cls, folder: Path, words_of: Callable[[str], list[str]]) -> Retriever:
        """What `save` wrote."""
        with np.load(folder / "retriever.npz") as kept:

            def weights(name: str) -> Weights:
                of = {
                    part: Choice(*(kept[f"{name}-{part}-{array}"] for array in ("mean", "scale", "weights")))
                    for part in ("clauses", "passages")
                }
                return Weights(
                    of["clauses"], of["passages"], float(kept[f"{name}-reached"]), float(kept[f"{name}-seldom"])
                )

            lexicon = Lexicon.load(folder, words_of)
            if "encoder" not in kept:
                return cls(lexicon, weights("words"), None, None)
            space = Space(str(kept["encoder"]), *(kept[name] for name in Space._fields[1:]))
            return cls(lexicon, weights("words"), weights("meaning"), space)


def _fit(shelf: Shelf, of_clauses: Floats, of_passages: Floats, passages: Sequence[Sequence[str]]) -> Weights:
    clause_at = {key: place for place, key in enumerate(shelf.clauses)}
    passage_at = {key: place for place, key in enumerate(shelf.passages)}
    sets: list[Floats] = []
    right: list[list[int]] = []
    inside: list[Floats] = []
    right_inside: list[list[int]] = []
    for row, keys in enumerate(passages):
        answering = {clause_at[key.rpartition("/")[0]] for key in keys}
        for document in dict.fromkeys(key.partition("/")[0] for key in keys):
            places = shelf.of_document[document]
            sets.append(of_clauses[row][places])
            right.append([at for at, place in enumerate(places) if place in answering])
        for key in keys:
            places = np.flatnonzero(shelf.clause_of == shelf.clause_of[passage_at[key]])
            inside.append(of_passages[row][places])
            right_inside.append([int(passage_at[key] - places[0])])
    clauses = Choice.fit(sets, right)
    best = {
        document: np.max(clauses.scores(of_clauses[:, places][:, shelf.telling[places]]), axis=1)
        for document, places in shelf.of_document.items()
    }
    of_right: list[float] = []
    of_others: list[float] = []
    for row, keys in enumerate(passages):
        for document, scores in best.items():
            (of_right if any(key.partition("/")[0] == document for key in keys) else of_others).append(scores[row])
    reached = float(np.quantile(of_right, 1 - MOST))
    return Weights(clauses, Choice.fit(inside, right_inside), reached, float(np.quantile(of_others or of_right, MOST)))


def _shares(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), np.float32)
