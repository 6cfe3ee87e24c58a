"""Tells which documents a message may be about, and looks in each for what may answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.meanings import Meanings
from bot.answers.memory import Memory
from bot.answers.names import NameFinder, department_words
from bot.answers.naming import DocumentNames, Named
from bot.answers.question import OUT_OF_SCOPE
from bot.answers.retriever import Lexicon, Looked, Retriever, Shelf
from bot.answers.which import searched
from bot.clauses.store import ClauseStore
from bot.clauses.versions import versions_of
from bot.components.featurizer import concept_words, words_with
from bot.components.practice import answering, practice_store, practised
from bot.components.ranker import answered_by
from bot.components.reading import (
    BEFORE,
    BESIDE,
    DOCUMENT,
    LOOK,
    LOOKED,
    LOOKED_AFTER,
    NAMED,
    PRACTICE,
    RIVAL,
    add_to_reading,
    intent_metadata,
)
from bot.components.references import MARKED, MAY_REFER
from bot.components.tokenizer import SIMPLIFIED, PolicyTokenizer
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import AT_HAND, clause_store, is_prepared_by, meaning, meanings
from bot.text.concepts import Concepts
from bot.text.script import simplify

MARKS = re.compile(f"(?: [{''.join(MARKED.values())}E])+$")
"""What stands behind a text that is learned from (components.references)."""
AT_MOST = 3
"""Documents that one message is read as a question about, all versions of one counted once."""
EVERY = 3
"""Of the examples that say what they ask, each of so many is looked up in training: asking the encoder about one takes 17 ms."""
FOREIGN_SHARE = 0.4
"""How many examples out of scope are looked up in training, as a share of those that ask something."""


class _Ready(NamedTuple):
    """What is made of a clause database once."""

    names: DocumentNames
    shelf: Shelf
    offices: NameFinder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class DocumentChooser(TrainedComponent):
    """Makes of each message one for each document that it may be about, the likeliest first; where one document is held, nothing changes.

    How much counts what (answers.retriever) is learned from examples about documents that nobody holds.
    """

    _retriever: Retriever

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(storage, resource)
        self._concepts: dict[str, list[str]] = {}
        self._ready: Callable[[ClauseStore], _Ready] = lru_cache(maxsize=AT_HAND)(self._made_of)

    def write(self, folder: Path) -> None:
        (folder / "concepts.json").write_text(json.dumps(self._concepts, ensure_ascii=False), "utf-8")
        self._retriever.save(folder)

    def read(self, folder: Path) -> None:
        self._concepts = json.loads((folder / "concepts.json").read_text("utf-8"))
        self._retriever = Retriever.load(folder, words_with(Concepts(self._concepts)))
        is_prepared_by(self)

    def learn(self, training_data: TrainingData) -> None:
        """Learn which figures tell that a passage answers. Raises EncoderError where the encoder cannot be reached."""
        self._concepts = concept_words(training_data)
        examples = practised(training_data)
        store = practice_store(examples, self.taught)
        lexicon = Lexicon(words_with(Concepts(self._concepts)))
        texts = [simplify(message.get(TEXT)) for message in training_data.nlu_examples]
        lexicon.fit([*texts, *(simplify(passage.text) for passage in store.passages())])
        names = DocumentNames(store)
        asked = [(message, keys) for message in examples if (keys := answering(message, store))]
        bare = [names.find(simplify(message.get(TEXT))).bare for message, _ in asked]
        taught = _answered_by_one(looked_up(training_data), store)
        vectors = meanings(list(taught)) if taught else None
        self._retriever = Retriever.fit(
            lexicon,
            store,
            bare,
            meanings(bare),
            [keys for _, keys in asked],
            (vectors, list(taught.values())) if vectors else None,
        )

    def make_ready(self, store: ClauseStore) -> None:
        """See Preparing."""
        self._ready(store)

    def _made_of(self, store: ClauseStore) -> _Ready:
        """What is held, ready to be looked through; `_ready` keeps that of the clause databases that were asked last."""
        offices = NameFinder(("department", word, name) for word, name in department_words(store).items())
        return _Ready(DocumentNames(store), self._retriever.shelf(store), offices)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Look up the examples about documents that nobody holds, and some about taught ones as if these were not taught; each example
        that the encoder is asked about is marked.
        """
        practice = practised(training_data)
        ready = self._ready(practice_store(practice, self.taught))
        examples = [*practice, *looked_up(training_data)]
        found = [ready.names.find(message.get(SIMPLIFIED)) for message in examples]
        bare = [named.bare for named in found]
        # those about taught documents are encoded once, as the heads read them (components.heads)
        said = [*bare[: len(practice)], *(message.get(TEXT) for message in examples[len(practice) :])]
        for message, named, looked in zip(
            examples, found, self._retriever.look(ready.shelf, bare, meanings(said)), strict=True
        ):
            message.set(LOOKED, looked)
            message.set(NAMED, named.documents)
            if message.get(PRACTICE) and named.text != message.get(SIMPLIFIED):
                PolicyTokenizer.simplified(message, named.text)
        return training_data

    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045  Rasa checks it
        """Each message, and behind it the same message about other documents, of those that the conversation is narrowed to."""
        store = clause_store()
        memory = Memory.from_json(tracker.get_slot("memory") if tracker else None)
        view = searched(memory, store)
        one = next(iter(view.documents())).key if len(view.documents()) == 1 else ""
        if one in self.taught and view is store:
            return list(_about(messages, one))
        names = self._ready(store).names
        whole = names.find(messages[0].get(SIMPLIFIED))
        found: list[Message] = []
        for message in messages:
            named = names.find(message.get(SIMPLIFIED))
            if not named.documents:
                named = Named(whole.documents, named.text, named.bare, whole.exactly)
            inside, outside = _divided(named.documents, view, store)
            add_to_reading(message, outside=outside)
            if one in self.taught:  # narrowed to it: it is read as if no other were held
                found += _about([message], one)
            else:
                found += self._read_as(message, Named(inside, named.text, named.bare, named.exactly), memory, view)
        return found

    def _read_as(self, message: Message, named: Named, memory: Memory, view: ClauseStore) -> Iterator[Message]:
        text = message.get(SIMPLIFIED)
        looked = self._look(named.bare, meaning(named.bare))
        after = None
        if said := message.get(BEFORE) or memory.question:
            before = f"{self._ready(clause_store()).names.find(said).bare} {named.bare}"
            after = self._look(before, meaning(before))
        keys = self._with_versions(named.documents or self._likely(text, looked, memory, view), named.exactly, view)
        if named.text != text:
            PolicyTokenizer.simplified(message, named.text)
        copies = [message, *(Message(dict(message.data), set(message.output_properties)) for _ in keys[1:])]
        for copy, key in zip(copies, keys, strict=True):
            copy.set(DOCUMENT, key)
            copy.set(LOOKED, looked)
            copy.set(LOOKED_AFTER, after)
            copy.set(LOOK, self._look_up)
            copy.set(RIVAL, copy is not message)
            versions = {version.key for version in versions_of(view).of(key)}
            copy.set(BESIDE, [other.key for other in view.documents() if other.key not in versions])
            exact = key in named.exactly
            add_to_reading(copy, document=key, named=bool(named.documents), exact=exact)
            yield copy

    @staticmethod
    def _with_versions(keys: Sequence[str], exactly: frozenset[str], view: ClauseStore) -> list[str]:
        """The first documents, each with all its versions, the newest first; of what is named exactly only that version. Which of them a
        message is answered from is decided once it is understood (answers.which).
        """
        found: list[list[str]] = []
        for key in keys:
            if not any(key in family for family in found):
                versions = (key,) if key in exactly else [entry.key for entry in versions_of(view).of(key)]
                found.append(list(reversed(versions)))
        return [key for family in found[:AT_MOST] for key in family]

    def _likely(self, text: str, looked: Looked, memory: Memory, view: ClauseStore) -> list[str]:
        """The documents of `view` that a message which names none may be about: that of the conversation, else that of the home city, then
        the likeliest; where it may refer to clauses or offices by name, those that are left besides.
        """
        documents = view.documents()
        first = memory.document if view.holds_document(memory.document) else self._at_home(view)
        scores = {
            document.key: looked.score(document.key) for document in documents if document.key in looked.documents
        }
        others = sorted((key for key in scores if key != first), key=lambda key: -scores[key])
        refers = bool(MAY_REFER.search(text) or self._ready(clause_store()).offices.find(text))
        return [first, *(key for key in others if refers or looked.may_answer(key))]

    def _at_home(self, store: ClauseStore) -> str:
        """The document that is likeliest meant where nothing tells: a taught one, else one of the home city, else the newest."""
        documents, taught = store.documents(), self.taught
        preferred = (
            [d for d in documents if d.key in taught] or [d for d in documents if d.place == store.home] or documents
        )
        return store.of(*(document.key for document in preferred)).document().key

    def _look_up(self, masked: str) -> Looked:
        """How a text that is learned from compares with everything that is held."""
        bare = self._ready(clause_store()).names.find(MARKS.sub("", masked)).bare
        return self._look(bare, meaning(bare))

    def _look(self, text: str, of_text: Meanings | None) -> Looked:
        return self._retriever.look(self._ready(clause_store()).shelf, [text], of_text)[0]


def _about(messages: list[Message], document: str) -> Iterator[Message]:
    """`messages`, read as questions about one document."""
    for message in messages:
        message.set(DOCUMENT, document)
        add_to_reading(message, document=document)
        yield message


def _divided(named: Sequence[str], view: ClauseStore, store: ClauseStore) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the documents that a message names those of `view`, and the others; a place that has one in `view` means that one."""
    inside = tuple(filter(view.holds_document, named))
    places = {place for key in inside if (place := store.document(key).place)}
    return inside, tuple(
        key for key in named if not view.holds_document(key) and store.document(key).place not in places
    )


def looked_up(training_data: TrainingData) -> list[Message]:
    """The examples that are looked up in training: of those that say what they ask, one of EVERY; as many out of scope as FOREIGN_SHARE says."""
    examples = [message for message in training_data.training_examples if message.get(TEXT)]
    asked = [message for message in examples if intent_metadata(message).get("asks")][::EVERY]
    foreign = [message for message in examples if message.get(INTENT) == OUT_OF_SCOPE]
    return [*asked, *foreign[:: max(int(len(foreign) / (FOREIGN_SHARE * len(asked) + 1)), 1)]]


def _answered_by_one(examples: list[Message], store: ClauseStore) -> dict[str, str]:
    """Of `examples` the texts that one passage of `store` answers, each with its key."""
    held = {passage.key for passage in store.passages()}
    found = ((message.get(TEXT), answered_by(message)) for message in examples)
    return {text: keys[0] for text, keys in found if len(keys) == 1 and keys[0] in held}
