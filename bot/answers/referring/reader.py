"""Reads what a message refers to, and the documents that it names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.names import Name
from bot.answers.references import References
from bot.answers.referring.documents import Outlines, number_in
from bot.answers.referring.grammar import find, grammar, islands
from bot.answers.referring.reading import Reading
from bot.clauses.store import ClauseStore


class ReferenceReader:
    """Reads references to the documents of a store."""

    def __init__(self, store: ClauseStore) -> None:
        self._outlines = Outlines(store)

    def read(self, text: str, names: Sequence[Name], document: str = "") -> References:
        """What `text` (see `plain`) refers to, with the `names` in it; bare numbers belong to `document`, else to the newest."""
        reading = Reading(self._outlines, text, names, document or self._outlines.newest)
        return reading.references()

    def documents_named(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """The keys of the documents that `text` names by number or title, and where; "" for one that is not held."""
        found = []
        for node in islands(grammar().parse(text)):
            numbered, title = find(node, "number_of_document"), find(node, "title_of")
            key = None
            if numbered is not None:
                parts = number_in(text, numbered)
                key = self._outlines.held(*parts) or next(iter(self._outlines.superseded(*parts) or ()), None)
            if title is not None:
                words = title.text.strip("《》")
                key = self._outlines.titled(words) or self._outlines.numbered(words)
            named = numbered if numbered is not None else title
            if named is not None:
                found.append((key or "", named.start, named.end))
        return tuple(found)
