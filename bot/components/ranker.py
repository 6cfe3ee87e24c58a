"""Ranks the passages that may answer a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import scipy.sparse as sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.question import OUT_OF_SCOPE
from bot.answers.ranker import NO_SUBJECT, SOME_PASSAGE, PassageRanker, Ranking
from bot.components.featurizer import CONTEXT_VECTOR, PASSAGE, VECTOR, VECTORS_OF
from bot.components.reading import DOCUMENT, LOOK, LOOKED, LOOKED_AFTER, add_to_reading, intent_metadata
from bot.components.tokenizer import SIMPLIFIED
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store
from bot.errors import TrainingDataError
from bot.text.script import language_of, script_of

BEST_CLAUSES = "best_clauses"
"""The message property that holds the three best clauses' probabilities."""
SUBJECTLESS = "subjectless"
"""The message property that holds the probability that the message names no subject."""
CLAUSES_OF = "clauses_of"
"""The message property that holds what gives the clauses' probabilities for further texts."""
SURELY_NOTHING = 0.95
"""A message that names no subject as surely as this (谁负责) names none, however many of its words a document has."""
KEPT = 12
"""How many candidates travel with the message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PassageRankerComponent(TrainedComponent):
    """Gives each message its candidates (answers.ranker), learned from the examples whose block names what answers them."""

    _ranker: PassageRanker

    def write(self, folder: Path) -> None:
        self._ranker.save(folder)

    def read(self, folder: Path) -> None:
        self._ranker = PassageRanker.load(folder)

    def learn(self, training_data: TrainingData) -> None:
        """Learn which passages answer which examples."""
        # what has no vector is no text: the stories' intents stand among the examples too
        examples = [message for message in training_data.training_examples if message.get(VECTOR) is not None]
        answered = [(message.get(VECTOR), keys) for message in examples if (keys := answered_by(message))]
        vectors = sparse.vstack([vector for vector, _ in answered], format="csr")
        self._ranker = PassageRanker.fit(vectors, [keys for _, keys in answered])

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its candidates, alone and after what was said before."""
        for message in messages:
            ranking = self._ranker.rank(message.get(VECTOR), KEPT)
            message.set(BEST_CLAUSES, ranking.best_clauses)
            message.set(SUBJECTLESS, ranking.subjectless)
            is_taught = message.get(DOCUMENT) in self.taught
            (self._rank if is_taught else self._look)(message, ranking)
            add_to_reading(
                message,
                simplified=message.get(SIMPLIFIED),
                script=script_of(message.get(TEXT)),
                language=language_of(message.get(TEXT)),
                words=[token.text for token in message.get(TOKENS_NAMES[TEXT])],
                subjectless=message.get(SUBJECTLESS),
                taught=is_taught,
            )
        return messages

    def _rank(self, message: Message, ranking: Ranking) -> None:
        """Give a message about a taught document what was learned about it."""
        message.set(CLAUSES_OF, lambda texts: self._ranker.clauses(message.get(VECTORS_OF)(texts)))
        context = message.get(CONTEXT_VECTOR)
        in_context = self._ranker.rank(context, KEPT).passages if context is not None else []
        add_to_reading(message, candidates=ranking.passages, in_context=in_context)

    @staticmethod
    def _look(message: Message, ranking: Ranking) -> None:
        """Give a message about another document what was found there; it names a subject where that fits well."""
        key, looked, after = message.get(DOCUMENT), message.get(LOOKED), message.get(LOOKED_AFTER)
        look = message.get(LOOK)
        message.set(CLAUSES_OF, lambda texts: [look(text).shares(key) for text in texts])
        names_it = looked.fits_well(key) and ranking.subjectless < SURELY_NOTHING
        subjectless = 0.0 if names_it else ranking.subjectless
        message.set(SUBJECTLESS, subjectless)
        candidates = [(passage, (1 - subjectless) * p) for passage, p in looked.candidates(key, KEPT)]
        in_context = after.candidates(key, KEPT) if after is not None else []
        fits_after = after is not None and after.may_answer(key)
        add_to_reading(message, candidates=candidates, in_context=in_context, fits_after=fits_after)


def answered_by(message: Message) -> list[str]:
    """The keys of the passages that answer a training example; NO_SUBJECT for one that names no subject of its own, nothing where
    nobody has said what it is about. Raises TrainingDataError for what `missing` would tell.
    """
    if message.get(PASSAGE):
        return [message.get(PASSAGE)]
    if message.get(INTENT) in (None, OUT_OF_SCOPE):
        return []
    named = intent_metadata(message).get("answered_by")
    if named is None:
        return [NO_SUBJECT]
    return [_passage(entry) for entry in _of_held_documents(named)]


def missing(named: Sequence[dict[str, str]]) -> list[str]:
    """What a block names as `answered_by` and the documents do not have (any more), in words; what is said of documents that are not held is
    passed over.
    """
    found = []
    for entry in _of_held_documents(named):
        try:
            _passage(entry)
        except TrainingDataError as error:
            found.append(str(error))
    return found


def _of_held_documents(named: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [entry for entry in named if clause_store().holds_document(str(entry["clause"]).partition("/")[0])]


def _passage(entry: dict[str, str]) -> str:
    passages = clause_store().passages(entry["clause"])
    if not passages:
        raise TrainingDataError(f"there is no clause {entry['clause']}")
    if "words" not in entry:
        return f"{entry['clause']}/{SOME_PASSAGE}"
    found = [passage.key for passage in reversed(passages) if entry["words"] in passage.text]
    if not found:
        raise TrainingDataError(f"clause {entry['clause']} has no words {entry['words']!r}")
    return found[0] if len(found) == 1 else next((key for key in found if not key.endswith("/0")), found[0])
