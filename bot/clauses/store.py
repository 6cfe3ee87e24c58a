"""The clause database, read-only: documents, clauses, passages, lists of them, and searches. bot/clauses/build.py makes it.

Full-text search runs over single characters and pairs of characters, each a token: SQLite's own tokenizers either cut no Chinese
words (unicode61) or find none of two characters (trigram).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from bot.clauses.models import (
    Amount,
    Binding,
    Chapter,
    Clause,
    Department,
    Document,
    Force,
    Passage,
    Responsibility,
    Role,
    Spelling,
)
from bot.clauses.taught import Taught, as_typed
from bot.errors import ClauseDatabaseError
from bot.text.script import Language

Floats = npt.NDArray[np.float32]
Match = Literal["all", "any"]

SCHEMA_VERSION = 15
AT_MOST_TOKENS = 32
"""Tokens of a search; more make a query slow (a message of repeated characters held one for 87 s)."""
SEARCH_DEADLINE = 0.2
"""Seconds after which a search is given up with what it has, which is nothing."""
AT_MOST_VIEWS = 512
"""Views (ClauseStore.of) that are remembered: one of each document, and those that people's links narrow to."""
AT_MOST_REMEMBERED = 2048
"""Words whose passages and clauses are remembered."""


class ClauseStore:
    """Reads a clause database. Documents, clauses and passages are read once, and lists are made of them; searches go to SQLite."""

    def __init__(self, connection: sqlite3.Connection, only: frozenset[str] | None = None) -> None:
        """`only` are the keys of the documents that are seen; None: all."""
        self._connection = connection
        self._only = only
        self._views: dict[frozenset[str], ClauseStore] = {}
        self._holding: dict[str, tuple[int, ...]] = {}
        self._mentioning: dict[str, tuple[Clause, ...]] = {}

    @classmethod
    def open(cls, path: Path) -> ClauseStore:
        """The database at `path`, read-only. Raises ClauseDatabaseError where it cannot be used."""
        if not path.is_file():
            raise ClauseDatabaseError(f"There is no clause database at {path}. Run `python -m bot build`.")
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        store = cls(connection)
        try:
            version = connection.execute("pragma user_version").fetchone()[0]
            sound = connection.execute("pragma quick_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError as error:
            connection.close()
            raise ClauseDatabaseError(f"{path} is no clause database ({error}). Run `python -m bot build`.") from error
        if version != SCHEMA_VERSION or not sound:
            connection.close()
            raise ClauseDatabaseError(
                f"{path} is damaged or of version {version}; version {SCHEMA_VERSION} is needed. Run `python -m bot build`."
            )
        return store

    def of(self, *documents: str) -> ClauseStore:
        """The same database as if it held only these documents; itself where it holds no others.

        Raises ClauseDatabaseError for a document that it does not hold.
        """
        keys = frozenset(self.document(key).key for key in documents)
        if keys == frozenset(self._documents):
            return self
        if keys not in self._views:
            if len(self._views) >= AT_MOST_VIEWS:
                self._views.clear()
            view = ClauseStore(self._connection, keys)
            view._documents = {key: entry for key, entry in self._documents.items() if key in keys}
            view._clauses = {key: clause for key, clause in self._clauses.items() if clause.document in keys}
            view._passages = {key: self._passages[key] for key in view._clauses}
            view._chapters = tuple(chapter for chapter in self._chapters if chapter.document in keys)
            self._views[keys] = view
        return self._views[keys]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def check(self) -> None:
        """Raise ClauseDatabaseError where the database cannot be read now."""
        try:
            self._connection.execute("select count(*) from clauses").fetchone()
        except sqlite3.Error as error:
            raise ClauseDatabaseError(
                f"The clause database cannot be read ({error}). Run `python -m bot build`."
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """A hash of every passage: what is learned from another fingerprint does not fit this database."""
        hashes = "".join(document.fingerprint for document in self._documents.values())
        return hashlib.sha256(hashes.encode()).hexdigest()

    def document(self, key: str | None = None) -> Document:
        """The document of that key; where None, the newest of the home city, or of all where there is none of it."""
        try:
            return self._newest if key is None else self._documents[key]
        except KeyError:
            raise ClauseDatabaseError(f"The clause database has no document {key!r}.") from None

    def documents(self) -> tuple[Document, ...]:
        """All documents."""
        return tuple(self._documents.values())

    def holds_document(self, key: str) -> bool:
        """Whether there is a document of that key."""
        return key in self._documents

    def chapters(self) -> tuple[Chapter, ...]:
        """All chapters, in order."""
        return self._chapters

    @cached_property
    def home(self) -> str:
        """The place whose helpdesk it is, without 市 or 县; "" where nobody said."""
        return str(self._city["place"])

    @cached_property
    def home_names(self) -> tuple[str, ...]:
        """What people call that place besides."""
        return tuple(self._city["called"])

    @cached_property
    def home_parts(self) -> tuple[str, ...]:
        """The names of what belongs to that place: districts, counties, towns."""
        return tuple(self._city["parts"])

    @cached_property
    def hotline(self) -> str:
        """The telephone number at which that place helps everybody; "" where nobody said."""
        return str(self._city["hotline"])

    @cached_property
    def _city(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._rows("select value from facts where name = 'city'")[0]["value"])
        return found

    def chapter(self, clause: Clause) -> Chapter | None:
        """The chapter that a clause stands in."""
        return next((c for c in self._chapters if (c.document, c.number) == (clause.document, clause.chapter)), None)

    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, in the documents' order, with openings (0), closing paragraphs and annexes."""
        return tuple(self._clauses.values())

    def clause(self, key: str) -> Clause:
        """The clause of that key ("2021-49/8"). Raises ClauseDatabaseError where there is none."""
        try:
            return self._clauses[key]
        except KeyError:
            raise ClauseDatabaseError(f"The clause database has no clause {key!r}.") from None

    def holds(self, key: str) -> bool:
        """Whether there is a clause of that key."""
        return key in self._clauses

    def passages(self, clause_key: str | None = None) -> tuple[Passage, ...]:
        """The passages of a clause, in order; all of them where None."""
        if clause_key is None:
            return self._in_order
        return self._passages.get(clause_key, ())

    def holds_passage(self, key: str) -> bool:
        """Whether there is a passage of that key."""
        return key in self._place_of

    def passage(self, key: str) -> Passage:
        """The passage of that key ("2021-49/8/3"). Raises ClauseDatabaseError where there is none."""
        try:
            return self._in_order[self._place_of[key]]
        except KeyError:
            raise ClauseDatabaseError(f"The clause database has no passage {key!r}.") from None

    def departments(self) -> tuple[Department, ...]:
        """All units that are known by name."""
        return self._departments

    def is_labelled(self, document: str) -> bool:
        """Whether readers have said how binding the sentences of a document are."""
        return document in self._labelled

    def meanings(self, encoder: str) -> Floats | None:
        """The passages' vectors by that encoder, a row for each of `passages()`, of zeros for one that has none; None where none has."""
        try:
            rows = self._rows("select passage, vector from meanings where encoder = ?", (encoder,))
        except sqlite3.OperationalError:
            return None
        vectors = {row["passage"]: np.frombuffer(row["vector"], np.float32) for row in rows}
        if not vectors:
            return None
        nothing = np.zeros_like(next(iter(vectors.values())))
        return np.stack([vectors.get(passage.key, nothing) for passage in self._in_order])

    def spellings(self) -> tuple[Spelling, ...]:
        """The words that a look-up can be spelt in, of all documents, whichever of them are seen."""
        rows = self._connection.execute("select word, syllables, passages, telling from spellings")
        return tuple(
            Spelling(word, tuple(map(intern, syllables.split())), passages, bool(telling))
            for word, syllables, passages, telling in rows
        )

    def readings(self) -> dict[str, tuple[str, ...]]:
        """How each simplified character may be spelt without tones, the usual way first."""
        rows = self._connection.execute("select char, syllables from readings")
        return {char: tuple(map(intern, syllables.split())) for char, syllables in rows}

    def taught(self, clause_key: str, language: Language) -> tuple[Taught, ...]:
        """The questions about a clause that people may be shown, the plainest first; none where none were taught."""
        found = self._taught.get(clause_key, ())
        return tuple(question for question in found if question.language == language)

    def taught_like(self, typed: str, limit: int) -> tuple[Taught, ...]:
        """Questions that have what somebody typed so far, the shortest first: its characters in their order, at best side by side."""
        wanted = as_typed(typed)[:AT_MOST_TOKENS]
        if not wanted:
            return ()
        scattered = "%".join(re.sub(r"([%_\\])", r"\\\1", character) for character in wanted)
        within, keys = self._within()
        sql = (
            "select t.passage, t.language, t.text from taught t join passages p on p.key = t.passage "
            f"where t.simplified like ? escape '\\' and {within} order by instr(t.simplified, ?) = 0, length(t.text), t.id limit ?"
        )
        rows = self._rows(sql, (f"%{scattered}%", *keys, wanted, limit)) if self._taught else []
        return tuple(Taught(**row) for row in rows)

    def search(self, text: str, limit: int = 10) -> tuple[tuple[Passage, float], ...]:
        """Passages that share characters and pairs of characters with `text`, best first, with a positive score.

        Any text may be given. One that takes too long finds nothing.
        """
        tokens = sorted(grams(text), key=len, reverse=True)[:AT_MOST_TOKENS]
        if not tokens:
            return ()
        query = " OR ".join(f'"{token}"' for token in tokens)
        within, keys = self._within()
        rows = self._within_deadline(
            f"select key, -rank as score from search where search match ? and {within} order by rank limit ?",
            (query, *keys, limit),
        )
        return tuple((self._in_order[self._place_of[row["key"]]], float(row["score"])) for row in rows)

    def holding(self, word: str) -> tuple[int, ...]:
        """Which of `passages()` hold `word`, by their places among them: its characters where it has one, else all pairs of them.

        Any text may be given.
        """
        if word not in self._holding:
            if len(self._holding) >= AT_MOST_REMEMBERED:
                self._holding.clear()
            self._holding[word] = self._find(word)
        return self._holding[word]

    def mentioning(self, words: str) -> tuple[Clause, ...]:
        """Every clause whose text has `words`, in the documents' order, with openings, closing paragraphs and annexes."""
        if words not in self._mentioning:
            if len(self._mentioning) >= AT_MOST_REMEMBERED:
                self._mentioning.clear()
            self._mentioning[words] = tuple(clause for clause in self._clauses.values() if words in clause.text)
        return self._mentioning[words]

    def select(
        self,
        *,
        departments: Sequence[str] = (),
        match: Match = "any",
        without: Sequence[str] = (),
        sole_department: bool = False,
        chapter: int | None = None,
        group: str | None = None,
        units: Sequence[str] = (),
        mentions: Sequence[str] = (),
    ) -> tuple[Clause, ...]:
        """Every numbered clause that fits all that is given, in the document's order.

        `departments` are names (市人社局), of which any or all must be responsible or carry every clause out, and none of `without`; `group` is a
        name of passages.GROUPS; of `units` (see Amount) the clause states an amount in one, of `mentions` it holds one.
        """
        kept = set(self._clauses)
        if sets := [self._clauses_of(name) for name in dict.fromkeys(departments)]:
            kept &= sets[0].intersection(*sets) if match == "all" else sets[0].union(*sets)
        if mentions:
            kept &= {clause.key for word in mentions for clause in self.mentioning(word)}
        kept = kept.difference(*map(self._clauses_of, without))

        found = [clause for key, clause in self._clauses.items() if clause.label and key in kept]
        if sole_department:
            found = [clause for clause in found if len(clause.responsibilities) == 1]
        if chapter is not None:
            found = [clause for clause in found if clause.chapter == chapter]
        if group is not None:
            found = [clause for clause in found if group in self._speaks_of[clause.key]]
        if units:
            found = [clause for clause in found if not self._states[clause.key].isdisjoint(units)]
        return tuple(found)

    def audience(self, group: str) -> tuple[Clause, ...]:
        """The clauses of the home city's document that serve a group of people, best first; those that speak of it where nobody has
        said which do.
        """
        document = self.document()
        numbers = document.audiences.get(group)
        return (
            tuple(self.clause(f"{document.key}/{number}") for number in numbers)
            if numbers
            else self.select(group=group)
        )

    @cached_property
    def _documents(self) -> dict[str, Document]:
        return {row["key"]: _document(row) for row in self._rows("select * from documents order by key")}

    @cached_property
    def _newest(self) -> Document:
        documents = self._documents.values()
        at_home = [entry for entry in documents if entry.place == self.home] or documents
        return max(at_home, key=lambda entry: (entry.issued_on or date.min, entry.key))

    @cached_property
    def _chapters(self) -> tuple[Chapter, ...]:
        rows = self._rows("select * from chapters order by document, number")
        return tuple(Chapter(row["document"], row["number"], row["label"], row["heading"]) for row in rows)

    @cached_property
    def _departments(self) -> tuple[Department, ...]:
        rows = {row["name"]: row for row in reversed(self._of("departments"))}
        return tuple(
            Department(row["name"], row["full_name"], tuple(json.loads(row["aliases"])))
            for row in reversed(rows.values())
        )

    @cached_property
    def _in_order(self) -> tuple[Passage, ...]:
        return tuple(passage for inside in self._passages.values() for passage in inside)

    @cached_property
    def _taught(self) -> dict[str, tuple[Taught, ...]]:
        """The questions about each clause; a database that was built before there were any has none."""
        try:
            rows = self._rows("select passage, language, text from taught order by id")
        except sqlite3.OperationalError:
            return {}
        found: dict[str, tuple[Taught, ...]] = {}
        for row in rows:
            key = row["passage"].rpartition("/")[0]
            found[key] = (*found.get(key, ()), Taught(**row))
        return found

    @cached_property
    def _labelled(self) -> frozenset[str]:
        return frozenset(passage.document for passage in self._in_order if passage.binding)

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {passage.key: place for place, passage in enumerate(self._in_order)}

    @cached_property
    def _place_of_row(self) -> dict[int, int]:
        rows = self._of("search")
        return {row["rowid"]: self._place_of[row["key"]] for row in rows}

    @cached_property
    def _of_department(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for clause in self._clauses.values():
            for name in (*clause.departments, *(clause.also_carried_out_by if clause.label else ())):
                found.setdefault(name, set()).add(clause.key)
        return found

    @cached_property
    def _speaks_of(self) -> dict[str, set[str]]:
        """The groups of people that each clause speaks of."""
        return {
            key: {group for passage in inside for group in passage.groups} for key, inside in self._passages.items()
        }

    @cached_property
    def _states(self) -> dict[str, set[str]]:
        """The units of the amounts that each clause states."""
        return {
            key: {amount.unit for passage in inside for amount in passage.amounts}
            for key, inside in self._passages.items()
        }

    def _clauses_of(self, department: str) -> set[str]:
        return self._of_department.get(department, set())

    def _find(self, word: str) -> tuple[int, ...]:
        found = grams(word)
        tokens = ([gram for gram in found if len(gram) > 1] or found)[:AT_MOST_TOKENS]
        query = " AND ".join(f'"{token}"' for token in tokens)
        within, keys = self._within()
        sql = f"select rowid from search where search match ? and {within}"
        rows = self._within_deadline(sql, (query, *keys)) if query else []
        return tuple(sorted(self._place_of_row[row["rowid"]] for row in rows))

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        units: dict[str, list[Responsibility]] = {}
        for row in self._rows("select * from responsibilities order by clause, position"):
            units.setdefault(row["clause"], []).append(Responsibility(row["department"], Role(row["role"])))
        return {
            row["key"]: Clause(
                document=row["document"],
                number=row["number"],
                label=row["label"],
                printed=row["printed"],
                sub=row["sub"],
                path=tuple(json.loads(row["path"])),
                heading=row["heading"],
                chapter=row["chapter"],
                text=row["text"],
                responsibilities=tuple(units.get(row["key"], ())),
                also_carried_out_by=tuple(json.loads(row["also_carried_out_by"])),
                unit_list=row["unit_list"],
                deleted=bool(row["deleted"]),
                annex=row["annex"],
            )
            for row in self._rows("select * from clauses order by document, number")
        }

    @cached_property
    def _passages(self) -> dict[str, tuple[Passage, ...]]:
        amounts: dict[str, list[Amount]] = {}
        for row in self._rows("select * from amounts order by id"):
            amounts.setdefault(row["passage"], []).append(Amount(row["low"], row["high"], row["unit"], row["text"]))
        groups: dict[str, list[str]] = {}
        for row in self._rows("select * from groups order by id"):
            groups.setdefault(row["passage"], []).append(row["name"])
        found: dict[str, tuple[Passage, ...]] = dict.fromkeys(self._clauses, ())
        for row in self._rows("select * from passages order by document, number, position"):
            found[row["clause"]] += (
                Passage(
                    row["document"],
                    row["number"],
                    row["position"],
                    row["text"],
                    Force(row["force"]),
                    tuple(amounts.get(row["key"], ())),
                    tuple(groups.get(row["key"], ())),
                    tuple(json.loads(row["facts"])),
                    Binding(row["binding"]) if row["binding"] else None,
                    row["table_head"],
                ),
            )
        return found

    def _within(self) -> tuple[str, list[str]]:
        """The condition that a row is of a document that is seen, and its values."""
        if self._only is None:
            return "true", []
        return f"document in ({', '.join('?' * len(self._only))})", sorted(self._only)

    def _of(self, table: str) -> list[dict[str, Any]]:
        """The rows of the documents that are seen."""
        within, keys = self._within()
        return self._rows(f"select rowid, * from {table} where {within} order by rowid", keys)

    def _rows(self, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _within_deadline(self, sql: str, values: Iterable[Any]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + SEARCH_DEADLINE
        self._connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 1000)
        try:
            return self._rows(sql, values)
        except sqlite3.OperationalError:
            return []
        finally:
            self._connection.set_progress_handler(None, 0)


def grams(text: str) -> list[str]:
    """What a text is searched by: the characters and pairs of neighbouring characters of `text`, each once; Latin words and numbers whole."""
    words = re.findall(
        r"[a-z0-9]+|[^\W_a-z0-9]+", unicodedata.normalize("NFKC", text).lower().encode("utf-8", "ignore").decode()
    )
    found: dict[str, None] = {}
    for word in words:
        parts = [word] if word[0].isascii() else [*word, *map("".join, pairwise(word))]
        found.update(dict.fromkeys(parts))
    return list(found)


def _document(row: dict[str, Any]) -> Document:
    issued, printed = row["issued_on"], row["printed_on"]
    return Document(
        **{
            **row,
            "issued_on": date.fromisoformat(issued) if issued else None,
            "printed_on": date.fromisoformat(printed) if printed else None,
            "replaces": tuple((number, title) for number, title in json.loads(row["replaces"])),
            "confirmed": frozenset(json.loads(row["confirmed"])),
            "rests_on": tuple(json.loads(row["rests_on"])),
            "nicknames": tuple(json.loads(row["nicknames"])),
            "audiences": {group: tuple(numbers) for group, numbers in json.loads(row["audiences"]).items()},
        }
    )
