"""The clause database: built whole from documents/, opened read-only when answering.

Full-text search runs over single characters and pairs of characters, each a token: SQLite's own tokenizers either cut no Chinese
words (unicode61) or find none of two characters (trigram).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import sqlite_utils
import tomli

from bot.clauses.binding import labelled
from bot.clauses.models import (
    IN_FORCE,
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
)
from bot.clauses.parser import ParsedDocument, parse, read_text
from bot.errors import ClauseDatabaseError, DocumentError

VALIDITY = ("in_force", "since", "until", "replaced_by")
"""What document.toml may say of how long a document is in force, and what replaced it."""
Match = Literal["all", "any"]

SCHEMA_VERSION = 4
AT_MOST_TOKENS = 32
"""Tokens of a search; more make a query slow (a message of repeated characters held one for 87 s)."""
SEARCH_DEADLINE = 0.2
"""Seconds after which a search is given up with what it has, which is nothing."""
AT_MOST_REMEMBERED = 2048
"""Words whose passages and clauses are remembered."""

VIEWS = {
    "clauses_with_departments": """
        select c.document, c.number, c.label, c.heading, group_concat(r.department, '、') as departments
        from clauses c left join responsibilities r on r.clause = c.key group by c.key order by c.document, c.number""",
    "departments_with_clauses": """
        select r.department, count(*) as clauses, group_concat(c.label || c.heading, '；') as headings
        from responsibilities r join clauses c on c.key = r.clause group by r.department order by clauses desc""",
}


@dataclass(frozen=True)
class BuildReport:
    """What a build put in; `warnings` name file and line."""

    documents: int
    clauses: int
    passages: int
    departments: int
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        counts = f"{self.documents} document, {self.clauses} clauses, {self.passages} passages, {self.departments} departments"
        return "\n".join((counts, *self.warnings))


def build(documents: Path, target: Path) -> BuildReport:
    """Build the database of every folder in `documents` that has a source.txt; `target` is replaced whole, or left as it was.

    Raises DocumentError where a source cannot be read.
    """
    departments = _read_departments(documents / "departments.toml")
    parsed = [_read_document(source, departments) for source in sorted(documents.glob("*/source.txt"))]
    if not parsed:
        raise DocumentError(f"{documents} has no folder with a source.txt. Put a document there.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
        unfinished = Path(folder) / "clauses.db"
        _write(unfinished, parsed, departments)
        unfinished.replace(target)
    return BuildReport(
        documents=len(parsed),
        clauses=sum(len(entry.clauses) for entry in parsed),
        passages=sum(len(entry.passages) for entry in parsed),
        departments=len(departments),
        warnings=tuple(warning for entry in parsed for warning in entry.warnings),
    )


class ClauseStore:
    """Reads a clause database. Documents, clauses and passages are read once, and lists are made of them; searches go to SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
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
        return str(self._rows("select value from facts where name = 'fingerprint'")[0]["value"])

    def document(self, key: str | None = None) -> Document:
        """The document of that key; the newest where None."""
        try:
            return self._newest if key is None else self._documents[key]
        except KeyError:
            raise ClauseDatabaseError(f"The clause database has no document {key!r}.") from None

    def documents(self) -> tuple[Document, ...]:
        """All documents."""
        return tuple(self._documents.values())

    def chapters(self) -> tuple[Chapter, ...]:
        """All chapters, in order."""
        return self._chapters

    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, in the documents' order, with openings (0) and closing paragraphs."""
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

    def search(self, text: str, limit: int = 10) -> tuple[tuple[Passage, float], ...]:
        """Passages that share characters and pairs of characters with `text`, best first, with a positive score.

        Any text may be given. One that takes too long finds nothing.
        """
        tokens = sorted(_grams(text), key=len, reverse=True)[:AT_MOST_TOKENS]
        if not tokens:
            return ()
        query = " OR ".join(f'"{token}"' for token in tokens)
        rows = self._within_deadline(
            "select key, -rank as score from search where search match ? order by rank limit ?", (query, limit)
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
        """Every clause whose text has `words`, in the documents' order, with openings and closing paragraphs."""
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

        `departments` are names (市人社局), of which any or all must be responsible, and none of `without`; `group` is a name of
        passages.GROUPS; of `units` (see Amount) the clause states an amount in one, of `mentions` it holds one.
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
        """The clauses of the newest document that serve a group of people, best first; those that speak of it where nobody has
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
        return max(self._documents.values(), key=lambda entry: entry.issued_on)

    @cached_property
    def _chapters(self) -> tuple[Chapter, ...]:
        rows = self._rows("select document, number, heading from chapters order by document, number")
        return tuple(Chapter(**row) for row in rows)

    @cached_property
    def _departments(self) -> tuple[Department, ...]:
        rows = self._rows("select name, full_name, aliases from departments")
        return tuple(Department(row["name"], row["full_name"], tuple(json.loads(row["aliases"]))) for row in rows)

    @cached_property
    def _in_order(self) -> tuple[Passage, ...]:
        return tuple(passage for inside in self._passages.values() for passage in inside)

    @cached_property
    def _labelled(self) -> frozenset[str]:
        return frozenset(passage.document for passage in self._in_order if passage.binding)

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {passage.key: place for place, passage in enumerate(self._in_order)}

    @cached_property
    def _place_of_row(self) -> dict[int, int]:
        return {row["rowid"]: self._place_of[row["key"]] for row in self._rows("select rowid, key from search")}

    @cached_property
    def _of_department(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for clause in self._clauses.values():
            for name in clause.departments:
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
        grams = _grams(word)
        tokens = ([gram for gram in grams if len(gram) > 1] or grams)[:AT_MOST_TOKENS]
        query = " AND ".join(f'"{token}"' for token in tokens)
        rows = self._within_deadline("select rowid from search where search match ?", (query,)) if query else []
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
                heading=row["heading"],
                chapter=row["chapter"],
                text=row["text"],
                responsibilities=tuple(units.get(row["key"], ())),
                also_carried_out_by=tuple(json.loads(row["also_carried_out_by"])),
                unit_list=row["unit_list"],
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
                ),
            )
        return found

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


def _read_departments(path: Path) -> tuple[Department, ...]:
    try:
        entries = tomli.loads(path.read_text("utf-8"))["department"]
        return tuple(Department(entry["name"], entry["full_name"], tuple(entry["aliases"])) for entry in entries)
    except (OSError, KeyError, tomli.TOMLDecodeError) as error:
        raise DocumentError(
            f"{path} cannot be read ({error!r}). Each unit needs name, full_name and aliases."
        ) from error


def _read_document(source: Path, departments: tuple[Department, ...]) -> ParsedDocument:
    path = source.with_name("document.toml")
    try:
        facts = tomli.loads(path.read_text("utf-8"))
        status = str(facts["status"])
        validity = {name: facts[name] for name in VALIDITY if name in facts}
        audiences = {str(group): tuple(map(int, numbers)) for group, numbers in facts.get("audiences", {}).items()}
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise DocumentError(
            f"{path} cannot be read ({error!r}). It must say the document's status; audiences are lists of clause numbers."
        ) from error
    parsed = parse(read_text(source), source, source.parent.name, status, audiences, departments)
    if validity.get("in_force", "unverified") not in IN_FORCE:
        raise DocumentError(
            f"{path}: in_force is {validity['in_force']!r}; it must be one of {', '.join(sorted(IN_FORCE))}."
        )
    parsed = replace(parsed, document=replace(parsed.document, **validity))
    known = {clause.number for clause in parsed.clauses}
    if unknown := {number for numbers in audiences.values() for number in numbers} - known:
        raise DocumentError(f"{path}: audiences name clauses that the document does not have: {sorted(unknown)}.")
    if "binding" in facts:
        parsed = replace(parsed, passages=labelled(parsed.passages, facts["binding"], path))
    return parsed


def _write(path: Path, parsed: Sequence[ParsedDocument], departments: Sequence[Department]) -> None:
    database = sqlite_utils.Database(path)
    passages = [passage for entry in parsed for passage in entry.passages]
    clauses = [clause for entry in parsed for clause in entry.clauses]
    named = {unit.department for clause in clauses for unit in clause.responsibilities}
    unknown = [Department(name, "", ()) for name in sorted(named - {entry.name for entry in departments})]
    with database.conn:
        database["documents"].insert_all((_document_row(entry.document) for entry in parsed), pk="key")
        database["chapters"].insert_all(
            ({"key": f"{c.document}/{c.number}", **asdict(c)} for entry in parsed for c in entry.chapters),
            pk="key",
            foreign_keys=[("document", "documents", "key")],
        )
        database["departments"].insert_all(
            (
                {"name": d.name, "full_name": d.full_name, "aliases": json.dumps(d.aliases, ensure_ascii=False)}
                for d in (*departments, *unknown)
            ),
            pk="name",
        )
        _write_clauses(database, clauses)
        _write_passages(database, passages)
        fingerprint = hashlib.sha256("\n".join(f"{p.key} {p.text}" for p in passages).encode()).hexdigest()
        database["facts"].insert({"name": "fingerprint", "value": fingerprint}, pk="name")
        for name, sql in VIEWS.items():
            database.create_view(name, sql)
    database.execute(f"pragma user_version = {SCHEMA_VERSION}")
    database.close()


def _write_clauses(database: sqlite_utils.Database, clauses: Sequence[Clause]) -> None:
    database["clauses"].insert_all(
        (
            {
                "key": clause.key,
                "document": clause.document,
                "number": clause.number,
                "label": clause.label,
                "heading": clause.heading,
                "chapter": clause.chapter,
                "text": clause.text,
                "unit_list": clause.unit_list,
                "also_carried_out_by": json.dumps(clause.also_carried_out_by, ensure_ascii=False),
            }
            for clause in clauses
        ),
        pk="key",
        columns={"chapter": int},
        foreign_keys=[("document", "documents", "key")],
    )
    database["responsibilities"].insert_all(
        (
            {"clause": clause.key, "position": place, "department": unit.department, "role": unit.role.value}
            for clause in clauses
            for place, unit in enumerate(clause.responsibilities)
        ),
        pk=("clause", "position"),
        foreign_keys=[("clause", "clauses", "key"), ("department", "departments", "name")],
    )
    database["responsibilities"].create_index(["department"])


def _write_passages(database: sqlite_utils.Database, passages: Sequence[Passage]) -> None:
    database["passages"].insert_all(
        (
            {
                "key": passage.key,
                "clause": passage.clause_key,
                "document": passage.document,
                "number": passage.clause,
                "position": passage.position,
                "text": passage.text,
                "force": passage.force.value,
                "facts": json.dumps(passage.facts),
                "binding": passage.binding and passage.binding.value,
            }
            for passage in passages
        ),
        pk="key",
        columns={"binding": str},
        foreign_keys=[("clause", "clauses", "key")],
    )
    database["passages"].create_index(["clause"])
    of_passage = [("passage", "passages", "key")]
    database["amounts"].insert_all(
        ({"passage": p.key, **asdict(amount)} for p in passages for amount in p.amounts),
        columns={"id": int},
        pk="id",
        foreign_keys=of_passage,
    )
    database["groups"].insert_all(
        ({"passage": p.key, "name": name} for p in passages for name in p.groups),
        columns={"id": int},
        pk="id",
        foreign_keys=of_passage,
    )
    database.execute("create virtual table search using fts5 (key unindexed, grams)")
    database["search"].insert_all({"key": p.key, "grams": " ".join(_grams(p.text))} for p in passages)


def _grams(text: str) -> list[str]:
    """The characters and pairs of neighbouring characters of `text`, each once; Latin words and numbers whole."""
    words = re.findall(
        r"[a-z0-9]+|[^\W_a-z0-9]+", unicodedata.normalize("NFKC", text).lower().encode("utf-8", "ignore").decode()
    )
    found: dict[str, None] = {}
    for word in words:
        parts = [word] if word[0].isascii() else [*word, *map("".join, pairwise(word))]
        found.update(dict.fromkeys(parts))
    return list(found)


def _document_row(document: Document) -> dict[str, Any]:
    row = asdict(document)
    row["issued_on"] = document.issued_on.isoformat()
    row["printed_on"] = document.printed_on and document.printed_on.isoformat()
    row["rests_on"] = json.dumps(document.rests_on, ensure_ascii=False)
    row["audiences"] = json.dumps(document.audiences)
    return row


def _document(row: dict[str, Any]) -> Document:
    printed = row["printed_on"]
    return Document(
        **{
            **row,
            "issued_on": date.fromisoformat(row["issued_on"]),
            "printed_on": date.fromisoformat(printed) if printed else None,
            "rests_on": tuple(json.loads(row["rests_on"])),
            "audiences": {group: tuple(numbers) for group, numbers in json.loads(row["audiences"]).items()},
        }
    )
