"""`python -m benchmarks.understanding`: cross-validates what nlu/ teaches, writes docs/understanding.md and docs/understanding.png."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
import typer
from matplotlib import pyplot
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rich.console import Console
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold

from bot.answers.features import TextFeatures
from bot.answers.linear import LinearModel
from bot.answers.question import OUT_OF_SCOPE
from bot.answers.ranker import NO_SUBJECT, SOME_PASSAGE, PassageRanker, clause_of
from bot.answers.scope import REFUSED_FROM, ScopeModel, evidence
from bot.components.featurizer import concept_words, words_with
from bot.components.importer import ExampleImporter
from bot.components.ranker import answered_by
from bot.components.references import MASKED, ReferenceExtractor
from bot.components.tokenizer import PolicyTokenizer
from bot.components.turns import turn_label
from bot.components.vocabulary import clause_store
from bot.text.concepts import Concepts
from bot.text.script import simplify

FOLDS = 5
NEAR_COPY = 0.7
"""Two questions whose words are so alike (cosine of TF-IDF) never stand on two sides of a split."""
SHARES = (0.125, 0.25, 0.5, 1.0)
BINS = np.linspace(0, 1, 11)
Split = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
console = Console(highlight=False)


@dataclass(frozen=True)
class Judged:
    """One question that the models had not seen: what they found, and what was right.

    `first`, `among_three` and `passage` (is it right?) are None for a question that is out of scope, `passage` besides where only the clause
    is known that answers.
    """

    out_of_scope: bool
    evidence: list[float]
    probability: float
    first: bool | None
    among_three: bool | None
    passage: bool | None


@cache
def _training_data() -> TrainingData:
    return ExampleImporter(training_data_paths="nlu").get_nlu_data()


@cache
def words() -> Callable[[str], list[str]]:
    """What gives the words and concepts of a text, as training has it."""
    return words_with(Concepts(concept_words(_training_data())))


def questions() -> list[Message]:
    """The examples in nlu/ that have an intent, with the text that is learned from."""
    data = _training_data()
    examples = TrainingData(
        [PolicyTokenizer.simplified(message, message.get(TEXT)) for message in data.intent_examples],
        data.entity_synonyms,
    )
    with tempfile.TemporaryDirectory() as folder:
        extractor = ReferenceExtractor(LocalModelStorage.create(Path(folder)), Resource("references"))
        extractor.train(examples)
        return list(extractor.process_training_data(examples).training_examples)


def splits(examples: Sequence[Message]) -> list[Split]:
    """FOLDS splits into known and unknown rows of `examples`, near-copies on one side."""
    vectors = TfidfVectorizer(analyzer=words()).fit_transform(message.get(MASKED) for message in examples)
    alike = sparse.vstack([_alike(vectors[start : start + 1000], vectors) for start in range(0, len(examples), 1000)])
    _, groups = connected_components(alike, directed=False)
    return list(GroupKFold(FOLDS).split(vectors, groups=groups))


def judge(examples: Sequence[Message], known: npt.NDArray[np.int64], unknown: npt.NDArray[np.int64]) -> list[Judged]:
    """Learn from the rows `known` as training does, and judge what comes out for the rows `unknown` that have a subject or are
    out of scope.
    """
    passages = clause_store().passages()
    features = TextFeatures(words())
    texts = [examples[row].get(MASKED) for row in known]
    vectors = features.fit([*texts, *(simplify(passage.text) for passage in passages)])
    turns = LinearModel.fit(vectors[: len(known)], [turn_label(examples[row]) for row in known], balanced=True)
    answered = [(i, keys) for i, row in enumerate(known) if (keys := answered_by(examples[row]))]
    answered += [(len(known) + i, [passage.key]) for i, passage in enumerate(passages)]
    ranker = PassageRanker.fit(vectors[[row for row, _ in answered]], [keys for _, keys in answered])
    return [_judged(examples[row], features, turns, ranker) for row in unknown if _counts(examples[row])]


def scope_probabilities(judged: Sequence[Judged]) -> npt.NDArray[np.float64]:
    """P(out of scope) of each question, learned from the others' evidence (every FOLDS-th is left out in turn)."""
    found = np.zeros(len(judged))
    for part in range(FOLDS):
        known = [entry for i, entry in enumerate(judged) if i % FOLDS != part]
        model = ScopeModel.fit([entry.evidence for entry in known], [entry.out_of_scope for entry in known])
        for i in range(part, len(judged), FOLDS):
            found[i] = model.probability(judged[i].evidence)
    return found


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Shares of right decisions: clause, first three, passage, refused, answered."""
    foreign = np.asarray([entry.out_of_scope for entry in judged])
    refused = scope_probabilities(judged) >= REFUSED_FROM
    return {
        "clause": _share(entry.first for entry in judged),
        "first three": _share(entry.among_three for entry in judged),
        "passage": _share(entry.passage for entry in judged),
        "refused": float(refused[foreign].mean()),
        "answered": float(1 - refused[~foreign].mean()),
    }


def main(target: Annotated[Path, typer.Option(help="The folder of the table and the plot.")] = Path("docs")) -> None:
    """Cross-validate over nlu/, and show what more questions bring and how far the probabilities can be believed."""
    examples = questions()
    folds = splits(examples)
    judged: list[Judged] = []
    for number, (known, unknown) in enumerate(folds, 1):
        with console.status(f"fold {number} of {FOLDS}"):
            judged += judge(examples, known, unknown)
    result = figures(judged)
    console.print(result)
    curve = []
    for share in SHARES:
        with console.status(f"{share:.0%} of the questions"):
            known, unknown = folds[0]
            some = np.random.default_rng(0).permutation(known)[: int(len(known) * share)]
            curve.append((len(some), figures(judge(examples, np.sort(some), unknown))))
        console.print(curve[-1])
    _plot(target / "understanding.png", judged, curve)
    (target / "understanding.md").write_text(_page(judged, result, curve), "utf-8")


def _alike(some: sparse.csr_matrix, everything: sparse.csr_matrix) -> sparse.csr_matrix:
    products = some @ everything.T
    products.data[products.data < NEAR_COPY] = 0
    products.eliminate_zeros()
    return products


def _counts(message: Message) -> bool:
    return message.get(INTENT) == OUT_OF_SCOPE or answered_by(message) not in ([], [NO_SUBJECT])


def _judged(message: Message, features: TextFeatures, turns: LinearModel, ranker: PassageRanker) -> Judged:
    text = message.get(MASKED)
    vector = features.vectors([text])
    by_turn = dict(zip(turns.labels, turns.probabilities(vector)[0].tolist(), strict=True))
    ranking = ranker.rank(vector, len(clause_store().passages()))
    hints = evidence(text, by_turn, ranking.best_clauses, ranking.subjectless)
    if message.get(INTENT) == OUT_OF_SCOPE:
        return Judged(True, hints, ranking.best_clauses[0], None, None, None)
    right = answered_by(message)
    clauses: dict[str, float] = {}
    for passage, probability in ranking.passages:
        clauses[clause_of(passage)] = clauses.get(clause_of(passage), 0.0) + probability
    best = sorted(clauses, key=lambda clause: -clauses[clause])[:3]
    wanted = {clause_of(passage) for passage in right}
    first_passage = next(passage for passage, _ in ranking.passages if clause_of(passage) == best[0])
    known = [passage for passage in right if not passage.endswith(SOME_PASSAGE)]
    return Judged(
        False,
        hints,
        ranking.best_clauses[0],
        best[0] in wanted,
        bool(wanted & set(best)),
        first_passage in known if known else None,
    )


def _share(values: Iterator[bool | None]) -> float:
    return float(np.mean([value for value in values if value is not None]))


def _reliability(
    probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> list[tuple[float, float, int]]:
    """(mean probability, share that is right, how many) of each tenth of the scale that holds any."""
    place = np.clip(np.digitize(probabilities, BINS) - 1, 0, len(BINS) - 2)
    return [
        (float(probabilities[place == i].mean()), float(right[place == i].mean()), int((place == i).sum()))
        for i in range(len(BINS) - 1)
        if (place == i).any()
    ]


def _both_reliabilities(judged: Sequence[Judged]) -> dict[str, list[tuple[float, float, int]]]:
    answerable = [entry for entry in judged if entry.first is not None]
    return {
        "best clause is right": _reliability(
            np.asarray([entry.probability for entry in answerable]), np.asarray([entry.first for entry in answerable])
        ),
        "out of scope": _reliability(scope_probabilities(judged), np.asarray([entry.out_of_scope for entry in judged])),
    }


def _plot(path: Path, judged: Sequence[Judged], curve: Sequence[tuple[int, dict[str, float]]]) -> None:
    figure, (learning, reliability) = pyplot.subplots(1, 2, figsize=(10, 3.8))
    for name, mark in (("clause", "o-"), ("passage", "s--"), ("refused", "^:")):
        learning.plot(
            [count for count, _ in curve], [100 * (1 - shares[name]) for _, shares in curve], mark, label=name
        )
    learning.set(xlabel="training questions", ylabel="error, %", xscale="log", ylim=(0, None))
    learning.legend()
    for (name, points), mark in zip(_both_reliabilities(judged).items(), ("o-", "s--"), strict=True):
        reliability.plot([p for p, _, _ in points], [share for _, share, _ in points], mark, label=name)
    reliability.plot([0, 1], [0, 1], color="grey", linewidth=0.7)
    reliability.set(xlabel="probability given", ylabel="share that is right")
    reliability.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _page(judged: Sequence[Judged], result: dict[str, float], curve: Sequence[tuple[int, dict[str, float]]]) -> str:
    foreign = sum(entry.out_of_scope for entry in judged)
    names = list(result)
    lines = [
        "# What is understood",
        "",
        f"Written by `make validate` on {datetime.date.today()}: {FOLDS}-fold cross-validation over {len(judged) - foreign} answerable",
        f'questions and {foreign} others of `nlu/`; questions whose words are nearly the same stand on one side. "refused" and "answered" are',
        f"decided at a probability of {REFUSED_FROM}. The lexicon of concepts was written with these questions in view: a little of this is",
        "optimistic (docs/adr/0003 has what it brings on questions that its writer had not read).",
        "",
        "| " + " | ".join(names) + " |",
        "|" + " --- |" * len(names),
        "| " + " | ".join(f"{100 * result[name]:.1f} %" for name in names) + " |",
        "",
        "What more questions bring (the first fold, learned from a share of the others):",
        "",
        "| questions | " + " | ".join(names) + " |",
        "|" + " --- |" * (len(names) + 1),
        *(f"| {count} | " + " | ".join(f"{100 * s[name]:.1f} %" for name in names) + " |" for count, s in curve),
        "",
        "How far the probabilities can be believed (mean probability given: share that is right, of how many):",
        "",
    ]
    for name, points in _both_reliabilities(judged).items():
        lines.append(f"- {name}: " + ", ".join(f"{p:.2f}: {share:.2f} of {count}" for p, share, count in points))
    pictures = ["![Learning curve and reliability](understanding.png)", "", "Rasa's own test (`make confusion`):", ""]
    return "\n".join([*lines, "", *pictures, "![Which intents are taken for which](confusion.png)", ""])


if __name__ == "__main__":
    typer.run(main)
