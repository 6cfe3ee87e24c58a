"""Tells which clauses belong to the list that a message wants."""

from __future__ import annotations

from pathlib import Path

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import KFold

from bot.answers.context import SURE
from bot.answers.linear import LogisticModel
from bot.answers.members import ClauseWords, best_set, membership
from bot.answers.ranker import NO_SUBJECT, clause_of, clause_shares, fit_clauses
from bot.answers.topics import topics
from bot.clauses.store import ClauseStore
from bot.components.featurizer import CONTEXT, VECTOR, VECTORS_OF, WORDS_OF
from bot.components.ranker import CLAUSES_OF, answered_by
from bot.components.reading import DOCUMENT, READING, add_to_reading
from bot.components.references import MASKED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store
from bot.text.script import simplify

FOLDS = 4
AT_MOST_HELD = 250
"""So many documents' words are kept."""
MAY_BELONG = 0.1
"""The least probability of a clause that is given as "anything else?"."""
LIKELY = 0.25
"""The least probability of the best clause of a thing that a message enumerates."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ListMembers(TrainedComponent):
    """P(clause belongs to the list) from answers.members, learned from the blocks of nlu/<document>/lists, which name all their clauses."""

    _model: LogisticModel

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(storage, resource)
        self._held: dict[ClauseStore, ClauseWords] = {}

    def write(self, folder: Path) -> None:
        self._model.save(folder, "members")

    def read(self, folder: Path) -> None:
        self._model = LogisticModel.load(folder, "members")

    def learn(self, training_data: TrainingData) -> None:
        """Learn from what the model of clauses says of lists that it has not seen."""
        examples = [message for message in training_data.training_examples if message.get(VECTOR) is not None]
        answers = [answered_by(message) for message in examples]
        lists = [
            row
            for row, message in enumerate(examples)
            if message.get(INTENT) == "list" and answers[row] not in ([], [NO_SUBJECT])
        ]
        others = [row for row in set(range(len(examples))).difference(lists) if answers[row]]
        vectors = sparse.vstack([message.get(VECTOR) for message in examples], format="csr")
        rows: list[list[float]] = []
        belongs: list[bool] = []
        for known, unknown in KFold(FOLDS, shuffle=True, random_state=0).split(lists):
            seen = [*others, *(lists[place] for place in known)]
            clauses = fit_clauses(vectors[seen], [answers[row] for row in seen])
            for row in (lists[place] for place in unknown):
                message, right = examples[row], {clause_of(key) for key in answers[row]}
                things = topics(message.get(MASKED))
                found = clause_shares(clauses, message.get(VECTORS_OF)([message.get(MASKED), *things]))
                figures = self._figures(message, found)
                rows += figures.values()
                belongs += (key in right for key in figures)
        self._model = LogisticModel.fit(rows, belongs)

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message that wants a list the clauses that belong to it, and the likeliest one of each thing that it enumerates; one
        that wants more on a subject all clauses that may belong to it, on what was said before where it names none.
        """
        for message in messages:
            reading = message.get(READING)
            wants_more = reading["act"] == "more"
            if reading["act"] != "list" and not reading["refers"]["several"] and not wants_more:
                continue
            after = message.get(CONTEXT) if wants_more and reading["subjectless"] >= SURE else None
            things = [] if wants_more else topics(message.get(MASKED))
            found = message.get(CLAUSES_OF)([message.get(MASKED), *things] if after is None else [after])
            figures = self._figures(message, found)
            belongs = dict(zip(figures, self._model.probabilities(list(figures.values())), strict=True))
            likeliest = [max(shares, key=shares.__getitem__) for shares in found[1:]]
            add_to_reading(
                message,
                members=[key for key in sorted(belongs, key=lambda key: -belongs[key]) if belongs[key] >= MAY_BELONG]
                if wants_more
                else best_set(belongs),
                topics=[key for key, shares in zip(likeliest, found[1:], strict=True) if shares[key] >= LIKELY],
            )
        return messages

    def _figures(self, message: Message, found: list[dict[str, float]]) -> dict[str, list[float]]:
        likely, *of_topics = found
        return membership(likely, of_topics, self._words(message).shared(message.get(WORDS_OF)(message.get(MASKED))))

    def _words(self, message: Message) -> ClauseWords:
        document, words_of = message.get(DOCUMENT), message.get(WORDS_OF)
        store = clause_store().of(document) if document else self.taught_store()
        if len(self._held) > AT_MOST_HELD:  # those of databases that are gone
            self._held.clear()
        if store not in self._held:
            words = {clause.key: words_of(simplify(clause.text)) for clause in store.clauses()}
            self._held[store] = ClauseWords(words)
        return self._held[store]
