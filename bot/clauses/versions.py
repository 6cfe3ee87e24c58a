"""Which of the documents that are held are versions of one another: one takes the place of the other."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from bot.clauses.models import Document
from bot.clauses.store import ClauseStore


class Versions:
    """The versions that are held of each document. A notice that only repeals others, and has no clauses, is no version of them."""

    def __init__(self, store: ClauseStore) -> None:
        with_clauses = {clause.document for clause in store.clauses() if clause.label}
        documents = [document for document in store.documents() if document.key in with_clauses]
        named: dict[str, str] = {}
        for document in documents:
            named |= {name: document.key for name in (f"《{document.title}》", document.number) if name.strip("《》")}
        self._documents = {document.key: document for document in store.documents()}
        self._newer = {
            document.key: named[document.replaced_by]
            for document in documents
            if document.replaced_by and named.get(document.replaced_by, document.key) != document.key
        }

    def of(self, key: str) -> tuple[Document, ...]:
        """All versions of a document, itself among them, the oldest first; none of one that is not held. Where one took the place of several
        documents, each of them is a version of it.
        """
        newest, seen = key, {key}
        while (newer := self._newer.get(newest)) and newer not in seen:
            newest = newer
            seen.add(newer)
        family, new = [newest], [newest]
        while new:
            new = [old for old, newer in self._newer.items() if newer in new and old not in family]
            family += new
        found = [self._documents[member] for member in reversed(family) if member in self._documents]
        return tuple(sorted(found, key=lambda document: begins(document) or date.min))

    def before(self, key: str) -> tuple[Document, ...]:
        """The versions that a document took the place of, the oldest first."""
        older = [self._documents[old] for old, newer in self._newer.items() if newer == key]
        return tuple(sorted(older, key=lambda document: (begins(document) or date.min, document.key)))

    def after(self, key: str) -> Document | None:
        """The version that took the place of a document; None where none is held."""
        newer = self._newer.get(key)
        return self._documents[newer] if newer else None

    def pair(self, key: str) -> tuple[Document, Document] | None:
        """A document and the version before it (the latest, where it took the place of several), the older first; of the oldest, it and the one
        after it. None where no other is held.
        """
        document = self._documents.get(key)
        if document is None:
            return None
        if older := self.before(key):
            return older[-1], document
        newer = self.after(key)
        return (document, newer) if newer else None

    def compared(self) -> tuple[Document, ...]:
        """Each newest version of which an older one is held."""
        newest = [key for key in dict.fromkeys(self._newer.values()) if key not in self._newer]
        return tuple(self._documents[key] for key in newest)

    def within(self, key: str, first: date, last: date) -> tuple[Document, ...]:
        """The versions of a document that were in force at some time from `first` to `last`, the oldest first; also one that had expired by
        then, where no other took its place.
        """
        newer = {document.key: self.after(document.key) for document in self.of(key)}
        return tuple(
            document
            for document in self.of(key)
            if _begun(document, last) and not ((then := newer[document.key]) and _begun(then, first))
        )

    def ended(self, document: Document) -> date | None:
        """The last day on which a document was in force, as far as is known."""
        newer = self.after(document.key)
        begun = (date.fromisoformat(document.replaced_from) if document.replaced_from else None) or (
            newer and begins(newer)
        )
        days = [begun - timedelta(days=1)] if begun else []
        return min([*days, *([date.fromisoformat(document.until)] if document.until else [])], default=None)


def begins(document: Document) -> date | None:
    """The day from which a document is in force: by its own words, else the one it was issued on."""
    return date.fromisoformat(document.since) if document.since else document.issued_on


def _begun(document: Document, day: date) -> bool:
    return document.in_force != "not_yet" and (begins(document) or date.min) <= day


@lru_cache(maxsize=2)
def versions_of(store: ClauseStore) -> Versions:
    """The versions of the documents of a store."""
    return Versions(store)
