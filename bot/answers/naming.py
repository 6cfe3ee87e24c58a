"""Which of the documents that are held a message names: by number, title, nickname, or the place whose document it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answers.names import NameFinder
from bot.answers.references import ReferenceReader
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

OWN = "本文件"
"""What stands for a document's name in the text that is read as a question about it."""
MAY_NAME = re.compile(r"[《号\d]")
"""What stands in every text with a document's number or title."""
LEVELS = ("省", "市", "县", "区")


@dataclass(frozen=True)
class Named:
    """The documents that a message names, in its order; `text` is the message with each name replaced by what the models know: a nickname by
    本文件, another place's name by that of the home city; `bare` is the message without these names.
    """

    documents: tuple[str, ...]
    text: str
    bare: str


class DocumentNames:
    """Finds the names of the documents of a store, in simplified text."""

    def __init__(self, store: ClauseStore) -> None:
        documents = store.documents()
        self._places: dict[str, list[str]] = {}
        for document in documents:
            self._places.setdefault(document.place, []).append(document.key)
        self._home = store.home
        self._finder = NameFinder([*_nicknames(documents), *_places(documents, store)])
        self._reader = ReferenceReader(store)

    def find(self, text: str) -> Named:
        """The documents that `text` names; of a place all."""
        found: dict[str, None] = {}
        read, bare, end = [], [], 0
        for name in self._finder.find(text):
            keys = [name.value] if name.kind == "nickname" else self._places[name.value]
            found.update(dict.fromkeys(keys))
            between = text[end : name.start]
            read += [between, OWN if name.kind == "nickname" else self._home or text[name.start : name.end]]
            bare.append(between)
            end = name.end
        if MAY_NAME.search(text):
            found = {**dict.fromkeys(self._reader.documents_named(text)), **found}
        rest = "".join([*bare, text[end:]]).strip()
        return Named(tuple(found), "".join([*read, text[end:]]), rest or text)


def _nicknames(documents: Iterable[Document]) -> Iterable[tuple[str, str, str]]:
    for document in documents:
        yield from (("nickname", simplify(name), document.key) for name in document.nicknames)


def _places(documents: Sequence[Document], store: ClauseStore) -> Iterable[tuple[str, str, str]]:
    for place in dict.fromkeys(document.place for document in documents if document.place):
        words = [*(f"{place}{level}" for level in LEVELS), place, *(store.home_names if place == store.home else ())]
        yield from (("place", simplify(word), place) for word in words)
