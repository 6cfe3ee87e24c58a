"""Finds what a message names and refers to outright."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.names import ASKED_OFFICE, Name, NameFinder, names_of
from bot.answers.references import References
from bot.answers.referring.reader import ReferenceReader
from bot.clauses.store import ClauseStore
from bot.components.reading import DOCUMENT, add_to_reading
from bot.components.tokenizer import SIMPLIFIED, PolicyTokenizer
from bot.components.trained import TrainedComponent
from bot.components.vocabulary import clause_store
from bot.text.script import simplify

MASKED = "masked"
"""The message property that holds the text that is learned from: references by number are replaced by a word for them."""
HEAD, LABEL = "head", "label"
"""The properties of a labelled line of nlu/heads: what is learned from it (leans, claims, …), and what it says."""
GROUPS = "groups"
"""The message property that holds the groups of people that are named, in order."""
AT_MOST_READERS = 250
"""So many documents' readers are kept."""
MAY_REFER = re.compile(
    r"[\d第条章节款项号§《(（「『“文份附]|部分|clause|article|part|section|chapter|item|annex|attachment|appendi"
)
"""What stands in every text with a reference that is masked."""
MARKED = {"department": "D", "home": "H", "mainland": "P", "abroad": "P", "authority": "A", "law": "L"}
"""What stands behind the masked text for each kind of thing that it names: capital letters, which no simplified text has."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ReferenceExtractor(TrainedComponent):
    """Names (answers.names) and references (answers.references) of the simplified text.

    Names come from the clause database (the documents, the home city) and elsewhere.toml, the words for groups of people from nlu/groups.yml
    (Rasa synonyms).
    """

    _groups: dict[str, str]
    _readers: dict[ClauseStore, tuple[NameFinder, ReferenceReader]]

    def write(self, folder: Path) -> None:
        (folder / "groups.json").write_text(json.dumps(self._groups, ensure_ascii=False), "utf-8")

    def read(self, folder: Path) -> None:
        self._groups = json.loads((folder / "groups.json").read_text("utf-8"))
        self._readers = {}

    def learn(self, training_data: TrainingData) -> None:
        """Keep the words for groups of people."""
        self._groups = {simplify(word): group for word, group in training_data.entity_synonyms.items()}
        self._readers = {}

    def _readers_of(self, message: Message) -> tuple[NameFinder, ReferenceReader]:
        """What finds names and references of the document that the message is about; an example is about those that are taught."""
        document = message.get(DOCUMENT)
        store = clause_store().of(document) if document else self.taught_store()
        if len(self._readers) > AT_MOST_READERS:  # those of databases that are gone
            self._readers.clear()
        if store not in self._readers:
            self._readers[store] = (
                NameFinder(names_of(store, self._groups), unknown_offices=True),
                ReferenceReader(store),
            )
        return self._readers[store]

    @staticmethod
    def _names(message: Message, finder: NameFinder) -> tuple[Name, ...]:
        tokens = message.get(TOKENS_NAMES[TEXT]) or ()
        return finder.find(message.get(SIMPLIFIED), {edge for token in tokens for edge in (token.start, token.end)})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give every example the text that is learned from, and add the labelled lines of nlu/heads as examples of themselves."""
        lines = [
            PolicyTokenizer.simplified(Message({TEXT: text, HEAD: head, LABEL: label}), text)
            for head, label, text in labelled_lines(training_data)
        ]
        training_data.training_examples = [*training_data.training_examples, *lines]
        for message in training_data.training_examples:
            if message.get(TEXT):
                text = message.get(SIMPLIFIED)
                finder, reader = self._readers_of(message)
                names = self._names(message, finder)
                refers = reader.read(text, names) if MAY_REFER.search(text) else References(masked=text)
                message.set(MASKED, masked(names, refers))
                message.set(GROUPS, groups_in(names))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add to each message what it names and refers to."""
        for message in messages:
            text = message.get(SIMPLIFIED)
            finder, reader = self._readers_of(message)
            names = self._names(message, finder)
            refers = reader.read(text, names)
            message.set(MASKED, masked(names, refers))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *map(_entity, names)], add_to_output=True)
            message.set(GROUPS, groups_in(names))
            authorities = any(name.kind == "authority" for name in names)
            offices = {"authorities": authorities, "office_asked": bool(ASKED_OFFICE.search(text))}
            add_to_reading(message, refers={**asdict(refers), **offices}, groups=message.get(GROUPS))
        return messages


def masked(names: Sequence[Name], refers: References) -> str:
    """The text that is learned from, with a mark for each kind of thing that it names."""
    marks = {MARKED[name.kind] for name in names if name.kind in MARKED} | ({"E"} if refers.elsewhere else set())
    return " ".join([refers.masked, *sorted(marks)])


def groups_in(names: Iterable[Name]) -> list[str]:
    """The groups of people among `names`, each once."""
    return list(dict.fromkeys(name.value for name in names if name.kind == "group"))


def labelled_lines(training_data: TrainingData) -> Iterator[tuple[str, str, str]]:
    """Head, label and text of every line of nlu/heads: Rasa's lookup tables whose names have a slash (leans/yes)."""
    for table in training_data.lookup_tables:
        head, slash, label = table["name"].partition("/")
        if slash:
            yield from ((head, label, text) for text in table["elements"])


def _entity(name: Name) -> dict[str, Any]:
    return {
        "entity": name.kind,
        "value": name.value,
        "start": name.start,
        "end": name.end,
        "extractor": ReferenceExtractor.__name__,
    }
