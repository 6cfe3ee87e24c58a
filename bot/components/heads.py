"""Learns what kind of thing is asked, whether a message leans on what was said before, whether it states something as a fact, and whether it
asks for the rules of an earlier time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.linear import Floats, LinearModel, LogisticModel
from bot.answers.meanings import apart
from bot.answers.question import GIVING
from bot.answers.stated import Asked, Beyond, between, comparison, learned, of_any_document
from bot.clauses.models import Passage
from bot.clauses.store import ClauseStore
from bot.components.featurizer import VECTOR, WORDS_OF
from bot.components.practice import answering, practice_store, practised
from bot.components.ranker import answered_by
from bot.components.reading import LOOKED, PRACTICE, READING, add_to_reading, intent_metadata
from bot.components.references import GROUPS, HEAD, LABEL, MASKED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store, encoder, meaning, meanings
from bot.text.script import simplify

LEARNED_ALONE = ("leans", "claims", "past")
YES, NO = "yes", "no"
FOLDS = 5
COMPARED = 0.01
"""The least probability of a passage that is compared with what is asked; a less likely one is not quoted."""
BESIDE_WORDS = 1.5
"""How long the vector of a message's meaning is beside that of its words, which has the length 1 in each space."""
AT_MOST_REMEMBERED = 20_000
"""Passages whose words are remembered."""
OTHERS_PER_LABELLED = 2
"""How many examples of nlu/ beside each labelled line teach what does not lean and states nothing."""
UNSURE = (0.2, 0.8)
"""Between these probabilities of "the passage states it" the meaning of the whole message is looked at as well. In cross-validation
over 3,151 questions that asks the encoder for 19 % of what people ask, and finds as much as asking it always: of what is stated 97.2 %
instead of 96.2, of what is not 69.0 % instead of 65.9."""


class Opinion:
    """What kind of thing a message asks, and whether a passage states it: learned from vectors of messages."""

    def __init__(
        self, asks: LinearModel, beyond: Beyond, stated: LogisticModel, stated_anywhere: LogisticModel
    ) -> None:
        """`stated` is learned for the taught documents, `stated_anywhere` for any other."""
        self._asks, self._beyond, self._stated, self._stated_anywhere = asks, beyond, stated, stated_anywhere

    @classmethod
    def fit(
        cls,
        asked: Sequence[Message],
        vectors: sparse.csr_matrix,
        practice: Sequence[tuple[Message, Passage]],
        of_practice: sparse.csr_matrix,
        practised_in: ClauseStore,
    ) -> Opinion:
        """Learn from examples that say what they ask, and from those about documents that nobody holds (`practised_in` does) with the passages
        that answer them; a row of `vectors` and of `of_practice` for each.
        """
        kinds = [str(intent_metadata(message)["asks"]) for message in asked]
        passages = {passage.key: passage for passage in clause_store().passages()}
        answered = {
            row: Asked(kinds[row], message.get(GROUPS), passages[key], intent_metadata(message).get("stated", True))
            for row, message in enumerate(asked)
            for key in answered_by(message)[:1]
            if key in passages
        }

        def fitted(rows: Sequence[int]) -> Opinion:
            rows_answered = [row for row in rows if row in answered]
            asks = LinearModel.fit(vectors[rows], [kinds[row] for row in rows])
            beyond = Beyond.fit(vectors[rows_answered], [answered[row] for row in rows_answered])
            nothing = LogisticModel(np.zeros(0, np.float32), 0.0)
            return cls(asks, beyond, nothing, nothing)

        compared: list[list[float]] = []
        stated: list[bool] = []
        anywhere: list[list[float]] = []
        for fold, (known, unknown) in enumerate(KFold(FOLDS, shuffle=True, random_state=0).split(vectors)):
            opinion = fitted(known)
            for row in unknown:
                if row in answered:
                    here = [answered[row].passage]
                    compared += opinion._comparisons(asked[row], vectors[row], here, clause_store()).values()
                    stated.append(answered[row].stated)
            for row, (message, passage) in enumerate(practice if fold == 0 else ()):
                anywhere += opinion._comparisons(message, of_practice[row], [passage], practised_in).values()
        of_all = fitted(range(len(asked)))
        everything = sparse.vstack([vectors, of_practice], format="csr")
        asks = LinearModel.fit(everything, [*kinds, *(message.get(PRACTICE)["asks"] for message, _ in practice)])
        stated_anywhere = [*stated, *(message.get(PRACTICE)["stated"] for message, _ in practice)]
        for_any = learned([*map(of_any_document, [*compared, *anywhere])], stated_anywhere)
        return cls(asks, of_all._beyond, learned(compared, stated), for_any)

    def judge(
        self, message: Message, vector: sparse.csr_matrix, passages: Sequence[Passage]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The probability of each kind of thing that may be asked, and of each passage, by its key, that it states what is asked."""
        asks = self._kinds(vector)
        compared = self._comparisons(message, vector, passages, clause_store())
        rows = list(compared.values())
        if not rows:
            return asks, {}
        is_taught = message.get(READING).get("taught", True)
        stated = (
            self._stated.probabilities(rows)
            if is_taught
            else self._stated_anywhere.probabilities([*map(of_any_document, rows)])
        )
        return asks, dict(zip(compared, stated, strict=True))

    def _kinds(self, vector: sparse.csr_matrix) -> dict[str, float]:
        """The probability of each kind of thing that may be asked."""
        return dict(zip(self._asks.labels, self._asks.probabilities(vector)[0].tolist(), strict=True))

    def _comparisons(
        self, message: Message, vector: sparse.csr_matrix, passages: Iterable[Passage], store: ClauseStore
    ) -> dict[str, list[float]]:
        """What a message asks beside what each of `passages` of `store` states, by the passage's key."""
        words_of = message.get(WORDS_OF)
        words, groups, asks = words_of(message.get(MASKED)), message.get(GROUPS), self._kinds(vector)
        return {
            passage.key: comparison(
                asks,
                groups,
                passage,
                self._beyond.probability(vector, passage.key),
                words,
                _words_there(_with_heading(passage, store), words_of),
            )
            for passage in passages
        }

    def save(self, folder: Path, name: str) -> None:
        """Write what was learned."""
        self._asks.save(folder, f"{name}-asks")
        self._beyond.save(folder, f"{name}-beyond")
        self._stated.save(folder, f"{name}-stated")
        self._stated_anywhere.save(folder, f"{name}-stated-anywhere")

    @classmethod
    def load(cls, folder: Path, name: str) -> Opinion:
        """What `save` wrote."""
        asks, beyond = LinearModel.load(folder, f"{name}-asks"), Beyond.load(folder, f"{name}-beyond")
        stated, anywhere = (LogisticModel.load(folder, f"{name}-{of}") for of in ("stated", "stated-anywhere"))
        return cls(asks, beyond, stated, anywhere)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Heads(TrainedComponent):
    """One linear model a head over the shared vector, and the comparison of what is asked with what a passage states.

    `asks` is learned from the blocks of nlu/ that say it in their metadata, LEARNED_ALONE from the lines of nlu/heads. Where the
    first opinion is unsure whether a passage states what is asked, a second one also looks at the encoder's vector of the message, and the
    truth is taken to lie between them.
    """

    _models: dict[str, LinearModel]
    _by_words: Opinion
    _by_meaning: Opinion | None = None
    _encoder = ""
    _centre: Floats

    def write(self, folder: Path) -> None:
        for head, model in self._models.items():
            model.save(folder, head)
        self._by_words.save(folder, "words")
        if self._by_meaning:
            self._by_meaning.save(folder, "meaning")
            kept = {"encoder": self._encoder, "centre": self._centre.tolist()}
            (folder / "meaning.json").write_text(json.dumps(kept), "utf-8")

    def read(self, folder: Path) -> None:
        self._models = {head: LinearModel.load(folder, head) for head in LEARNED_ALONE}
        self._by_words = Opinion.load(folder, "words")
        here = encoder()
        kept = folder / "meaning.json"
        if here and kept.is_file() and (learned_with := json.loads(kept.read_text("utf-8")))["encoder"] == here.name:
            self._encoder, self._centre = here.name, np.asarray(learned_with["centre"], np.float32)
            self._by_meaning = Opinion.load(folder, "meaning")
            meaning("")  # the packaged encoder is read now; a server may come up later

    def learn(self, training_data: TrainingData) -> None:
        """Learn every head. Raises EncoderError where the encoder cannot be reached."""
        examples = [message for message in training_data.training_examples if message.get(VECTOR) is not None]
        asked = [message for message in examples if intent_metadata(message).get("asks")]
        vectors = sparse.vstack([message.get(VECTOR) for message in asked], format="csr")
        self._models = {head: _fit(*_yes_or_no(examples, head)) for head in LEARNED_ALONE}
        practice = [message for message in practised(training_data) if message.get(PRACTICE)["answers"]]
        store = practice_store(practice, self.taught)
        passages = {passage.key: passage for passage in store.passages()}
        answered = [(message, passages[answering(message, store)[0]]) for message in practice]
        of_practice = sparse.vstack([message.get(VECTOR) for message in practice], format="csr")
        self._by_words = Opinion.fit(asked, vectors, answered, of_practice, store)
        sample = [message for message in asked if message.get(LOOKED) is not None]
        if found := meanings([message.get(TEXT) for message in [*sample, *practice]]):
            self._encoder, self._centre = found.encoder, found.vectors.mean(axis=0)
            rows = sparse.vstack([*(message.get(VECTOR) for message in sample), of_practice], format="csr")
            both = sparse.hstack([rows, self._apart(found.vectors)], format="csr")
            self._by_meaning = Opinion.fit(sample, both[: len(sample)], answered, both[len(sample) :], store)

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message what the heads say, and for each of its likely passages whether it states what is asked."""
        for message in messages:
            reading = message.get(READING)
            both = [*reading["candidates"], *reading["in_context"]]
            keys = dict.fromkeys(key for key, probability in both if probability >= COMPARED)
            likely = list(map(clause_store().passage, keys))
            asks, stated = self._by_words.judge(message, message.get(VECTOR), likely)
            wants_an_answer = reading["act"] not in GIVING - {"answer"}
            if self._by_meaning and wants_an_answer and stated and UNSURE[0] < next(iter(stated.values())) < UNSURE[1]:
                asks, stated = self._second_opinion(message, likely, (asks, stated))
            alone = {head: self._of(head, message) for head in LEARNED_ALONE}
            add_to_reading(message, stated=stated, asks=asks, **alone)
        return messages

    def _second_opinion(
        self, message: Message, likely: Sequence[Passage], first: tuple[dict[str, float], dict[str, float]]
    ) -> tuple[dict[str, float], dict[str, float]]:
        found = meaning(message.get(TEXT))
        if found is None or self._by_meaning is None or found.vectors.shape[1] != len(self._centre):
            return first
        vector = sparse.hstack([message.get(VECTOR), self._apart(found.vectors)], format="csr")
        asks, stated = self._by_meaning.judge(message, vector, likely)
        return asks, {key: between(first[1][key], probability) for key, probability in stated.items()}

    def _apart(self, vectors: Floats) -> sparse.csr_matrix:
        """Vectors of meanings without what all have in common."""
        return sparse.csr_matrix(BESIDE_WORDS * apart(vectors, self._centre))

    def _of(self, head: str, message: Message) -> float:
        model = self._models[head]
        return float(model.probabilities(message.get(VECTOR))[0, model.labels.index(YES)])


def _fit(examples: Sequence[Message], labels: Sequence[str]) -> LinearModel:
    vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
    return LinearModel.fit(vectors, labels, balanced=True)


def _yes_or_no(examples: Sequence[Message], head: str) -> tuple[list[Message], list[str]]:
    """The lines that are labelled for `head`, and ordinary questions, which are neither: a fixed sample of them."""
    labelled = [message for message in examples if message.get(HEAD) == head]
    ordinary = [message for message in examples if message.get(INTENT) == "measure"]
    step = max(len(ordinary) // (OTHERS_PER_LABELLED * len(labelled) + 1), 1)
    others = ordinary[::step]
    return [*labelled, *others], [*(str(message.get(LABEL)) for message in labelled), *([NO] * len(others))]


def _with_heading(passage: Passage, store: ClauseStore) -> str:
    return f"{store.clause(passage.clause_key).heading} {passage.with_head}"


@lru_cache(maxsize=AT_MOST_REMEMBERED)
def _words_there(text: str, words_of: Callable[[str], list[str]]) -> frozenset[str]:
    return frozenset(words_of(simplify(text)))
