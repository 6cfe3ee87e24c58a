"""Which of the documents that are held a message names: by number, title, nickname, or the place whose document it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answers.names import LEVELS, Name, NameFinder
from bot.answers.referring.reader import ReferenceReader
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

OWN = "本文件"
"""What stands for a document's name in the text that is read as a question about it."""
MAY_NAME = re.compile(r"[《号\d]")
"""What stands in every text with a document's number or title."""
KIND = "办法|措施|意见|方案|规划|纲要|要点|通知|规定|细则|条例|计划|文件|政策"
"""What kind of document it is, as titles end and as people say."""
CALLED = re.compile(rf"(?:的|那|这|个|份|部|发)*([\u4e00-\u9fff]{{0,14}}?)(?:的|那|这|个|份|部)*({KIND})")
"""What may follow a place's name and names its document together with it: 砚洲养老服务补贴管理办法, 松屏那个方案."""
TITLED = 4
"""So many characters of a title, at least, stand for it."""
COUNTED = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})条(?=(?:里面?|中|的|之)*第|措施)")
"""A document by the number of its clauses: 二十条里的第三条."""
COUNTED_NAME = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})条")
"""The number of clauses in a nickname: 二十条."""


@dataclass(frozen=True)
class Named:
    """The documents that a message names, in its order; `text` is the message with each name replaced by what the models know: a document's by
    本文件, another place's by that of the home city; `bare` is the message without these names. Those that it names by their number or a nickname
    are meant `exactly`, whatever other versions of them are held.
    """

    documents: tuple[str, ...]
    text: str
    bare: str
    exactly: frozenset[str] = frozenset()


class DocumentNames:
    """Finds the names of the documents of a store, in simplified text."""

    def __init__(self, store: ClauseStore) -> None:
        documents = store.documents()
        self._of_place: dict[str, list[Document]] = {}
        for document in documents:
            self._of_place.setdefault(document.place, []).append(document)
        self._home = store.home
        self._finder = NameFinder([*_nicknames(documents), *_places(documents, store)])
        self._reader = ReferenceReader(store)
        self._counted = {name: d.key for d in documents for nick in d.nicknames for name in COUNTED_NAME.findall(nick)}

    def find(self, text: str) -> Named:
        """The documents that `text` names; of a place all."""
        found: dict[str, None] = {}
        read, bare, end = [], [], 0
        outright = self._reader.documents_named(text) if MAY_NAME.search(text) else ()
        found.update(dict.fromkeys(key for key, _, _ in outright if key))
        exactly = {key for key, start, _ in outright if text[start] != "《"}
        for name in self._names(text):
            # 榕 in 榕政办 and 澜亭 in 《澜亭市…》 are parts of a number and of a title
            if name.start < end or any(start - 1 <= name.start < stop for _, start, stop in outright):
                continue
            keys, end_of_name = self._meant(name, text)
            found.update(dict.fromkeys(keys))
            exactly.update(keys if name.kind == "nickname" else ())
            stands_for = OWN if end_of_name > name.end or name.kind == "nickname" else self._home
            between = text[end : name.start]
            read += [between, stands_for or text[name.start : name.end]]
            bare.append(between)
            end = end_of_name
        rest = "".join([*bare, text[end:]])
        for _, start, stop in outright:
            rest = rest.replace(text[start:stop], "", 1)
        return Named(tuple(found), "".join([*read, text[end:]]), rest.strip() or text, frozenset(exactly))

    def _names(self, text: str) -> list[Name]:
        counted = [
            Name("nickname", self._counted[match[0]], *match.span())
            for match in COUNTED.finditer(text)
            if match[0] in self._counted
        ]
        return sorted([*self._finder.find(text), *counted], key=lambda name: name.start)

    def _meant(self, name: Name, text: str) -> tuple[list[str], int]:
        """The keys of the documents that a name stands for, and where it ends: a place's may go on into the title of its document."""
        if name.kind == "nickname":
            return [name.value], name.end
        documents = self._of_place[name.value]
        if match := CALLED.match(text, name.end):
            words = set(match[1])
            titled = [d for d in documents if words <= set(simplify(d.title + d.attached_title))]
            if titled and (not words or len(match[1]) >= TITLED):
                return [document.key for document in titled], match.end()
        return [document.key for document in documents], name.end


def _nicknames(documents: Iterable[Document]) -> Iterable[tuple[str, str, str]]:
    for document in documents:
        yield from (("nickname", simplify(name), document.key) for name in document.nicknames)


def _places(documents: Sequence[Document], store: ClauseStore) -> Iterable[tuple[str, str, str]]:
    for place, in_latin in {document.place: document.place_spelt for document in documents if document.place}.items():
        words = [
            *(f"{place}{level}" for level in LEVELS),
            place,
            in_latin,
            *(store.home_names if place == store.home else ()),
        ]
        yield from (("place", simplify(word), place) for word in words)
