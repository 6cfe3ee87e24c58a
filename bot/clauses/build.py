"""Builds the clause database whole, out of the folders of documents/: each has a source file, and a document.toml beside it."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils

from bot.clauses.binding import labelled
from bot.clauses.confirmed import departments_in, validity_in
from bot.clauses.contents import Contents, contents_of, fingerprint
from bot.clauses.models import IN_FORCE, Clause, Department, Document, Passage
from bot.clauses.spellings import spellings_of
from bot.clauses.store import SCHEMA_VERSION, grams
from bot.clauses.taught import Taught, as_typed, read_taught
from bot.clauses.units import described, with_its_own_name
from bot.errors import DocumentError, EncoderError
from bot.reading.reader import read
from bot.reading.reading import Reading
from bot.text.encoder import Encoder, Floats
from bot.text.script import simplify
from bot.text.spelling import readings, spelt

FORMATS = (".txt", ".docx", ".pdf", ".html", ".htm")
"""Endings of a source file that is read."""
UNVERIFIED = "有效性未经核实：文件{issued}，是否修订或废止以发文机关答复为准"
VERIFIED = "施行日期和有效期已经核对"
"""What is said of a document whose dates a person confirmed."""

AT_ONCE = 64
"""Passages that the encoder is asked about at a time."""

VIEWS = {
    "clauses_with_departments": """
        select c.document, c.number, c.label, c.heading, group_concat(r.department, '、') as departments
        from clauses c left join responsibilities r on r.clause = c.key where c.annex = '' group by c.key order by c.document, c.number""",
    "departments_with_clauses": """
        select c.document, r.department, count(*) as clauses, group_concat(c.label || c.heading, '；') as headings
        from responsibilities r join clauses c on c.key = r.clause where c.annex = '' group by c.document, r.department order by clauses desc""",
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
        counts = f"{self.documents} documents, {self.clauses} clauses, {self.passages} passages, {self.departments} departments"
        return "\n".join((counts, *self.warnings))


@dataclass(frozen=True)
class City:
    """The place whose helpdesk it is, what people call it, what belongs to it, its service line, and its offices: departments.toml."""

    place: str = ""
    called: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    hotline: str = ""
    departments: tuple[Department, ...] = ()


def build(
    documents: Path,
    target: Path,
    encoder: Encoder | None = None,
    draft: Path | None = None,
    before: Path | None = None,
    taught: Path | None = None,
) -> BuildReport:
    """Build the database of every folder in `documents` that has a source file; `target` is replaced whole, or left as it was.

    `draft` is a folder elsewhere that is held as well, in place of one of the same name. With an `encoder`, each passage gets its vector;
    those of passages that the clause database `before` (by default `target`) holds already are taken from there. The questions that people may be
    shown are read in the folder `taught`, or taken over from `before` as well.
    Raises DocumentError where a source cannot be read.
    """
    city = read_city(documents)
    sources = sources_in(documents)
    if draft is not None:
        sources = [*(source for source in sources if source.parent.name != draft.name), *sources_in(draft.parent)]
    if not sources:
        words = f"{documents} has no folder with a source file (source.txt, .docx, .pdf, .html). Put a document there."
        raise DocumentError(words, "none left")
    held, warnings = [], []
    for source in sorted(sources):
        contents, doubts = read_document(source)
        held.append(contents)
        warnings += doubts
    held = _with_successors(held)
    departments = [entry for contents in held for entry in _departments_of(contents, city, held)]
    warnings += _unknown_units(held, city)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
        unfinished = Path(folder) / "clauses.db"
        _write(unfinished, held, departments, city)
        if encoder is not None:
            warnings += _write_meanings(unfinished, held, encoder, before or target)
        warnings += _write_taught(unfinished, held, before or target, taught)
        unfinished.replace(target)
    return BuildReport(
        documents=len(held),
        clauses=sum(not clause.annex for entry in held for clause in entry.clauses),
        passages=sum(len(entry.passages) for entry in held),
        departments=len({(place, entry.name) for place, entry in departments}),
        warnings=tuple(warnings),
    )


def sources_in(documents: Path) -> list[Path]:
    """The source file of each folder in `documents`."""
    found = (source for ending in FORMATS for source in documents.glob(f"*/source{ending}"))
    return [source for source in found if not source.is_symlink()]


def read_city(documents: Path) -> City:
    """What departments.toml in the folder `documents` says; nothing where there is none. Raises DocumentError where it cannot be read."""
    path = documents / "departments.toml"
    if not path.is_file():
        return City()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        called, parts = (tuple(map(str, table.get(name, ()))) for name in ("called", "parts"))
        return City(str(table["place"]), called, parts, str(table.get("hotline", "")), departments_in(table))
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(
            f"{path} cannot be read ({error!r}). It must say its place; what it is called and its parts are lists of words; each unit needs name, "
            "full_name and aliases.",
            "city",
        ) from error


def read_document(source: Path) -> tuple[Contents, list[str]]:
    """What a folder's document holds, and the doubts of its reading, with file and line. Raises DocumentError where it cannot be read."""
    try:
        reading = read(source)
    except DocumentError as error:
        raise DocumentError(f"{source}: {error}", "held", source.parent.name) from error
    if reading.questions:
        raise DocumentError(
            f"{source} explains another document (政策解读). Answers quote the documents themselves: put in the one that it explains.",
            "interpretation",
        )
    contents = contents_of(reading, source.parent.name, source.read_bytes())
    return _with_toml(contents, source.with_name("document.toml")), _doubts(reading, source)


def _doubts(reading: Reading, source: Path) -> list[str]:
    return [f"{source}{f', line {doubt.line}' if doubt.line else ''}: {doubt.message}" for doubt in reading.doubts]


def _with_toml(contents: Contents, path: Path) -> Contents:
    """`contents` with what document.toml says beyond the source; all of it may be left out."""
    key = path.parent.name
    try:
        facts = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        validity, departments = validity_in(facts), departments_in(facts)
        nicknames = tuple(map(str, facts.get("nicknames", ())))
        audiences = {str(group): tuple(map(int, numbers)) for group, numbers in facts.get("audiences", {}).items()}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DocumentError(
            f"{path} cannot be read ({error!r}). Audiences are lists of clause numbers, nicknames a list of words, since and until ISO dates; "
            "each unit needs name, full_name and aliases.",
            "settings",
            key,
        ) from error
    if validity.get("in_force", "unverified") not in IN_FORCE:
        words = f"{path}: in_force is {validity['in_force']!r}; it must be one of {', '.join(sorted(IN_FORCE))}."
        raise DocumentError(words, "settings", key)
    known = {clause.number for clause in contents.clauses}
    if unknown := {number for numbers in audiences.values() for number in numbers} - known:
        words = f"{path}: audiences name clauses that the document does not have: {sorted(unknown)}."
        raise DocumentError(words, "settings", key)
    issued = contents.document.issued_on
    status = UNVERIFIED.format(issued=f"印发于{issued.year}年{issued.month}月" if issued else "没有印发日期")
    if validity.get("in_force") == "in_force":
        status = VERIFIED
    document = replace(
        contents.document, status=str(facts.get("status", status)), audiences=audiences, nicknames=nicknames, **validity
    )
    passages = labelled(contents.passages, facts["binding"], path) if "binding" in facts else contents.passages
    document = replace(document, fingerprint=fingerprint(passages), place_spelt=spelt(document.place))
    return replace(contents, document=document, passages=passages, departments=departments)


def units_confirmed_in(folder: Path) -> tuple[Department, ...]:
    """The units that a document's document.toml describes. Raises DocumentError where it cannot be read."""
    path = folder / "document.toml"
    try:
        return departments_in(tomllib.loads(path.read_text("utf-8")) if path.is_file() else {})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DocumentError(f"{path} cannot be read ({error!r}).", "settings", folder.name) from error


def _with_successors(held: Sequence[Contents]) -> list[Contents]:
    """`held`, with what one document says of another one: that it replaces or repeals it, from the day on which it is in force itself.

    What document.toml says of a document goes before; but that it was in force when somebody looked is no more so then.
    """
    by = {number: entry.document for entry in held for number, _ in entry.document.replaces}
    found = []
    for entry in held:
        document, successor = entry.document, by.get(entry.document.number)
        open_ended = document.in_force in ("unverified", "in_force") and document.replaced_by is None
        if successor is not None and open_ended:
            name = successor.number or f"《{successor.title}》"
            document = replace(document, replaced_by=name, replaced_from=successor.since)
        found.append(replace(entry, document=document))
    return found


def _departments_of(contents: Contents, city: City, held: Iterable[Contents]) -> list[tuple[str, Department]]:
    """The units of a document's place, with the document's key: in the home city all that are described there, elsewhere those that the
    document names. What a person confirmed with a document of the place goes before the rule, what was confirmed with this one first.
    """
    key, place = contents.document.key, contents.document.place
    named = {unit.department for clause in contents.clauses for unit in clause.responsibilities}
    at_home = list(city.departments) if place == city.place else []
    described_here = {entry.name for entry in at_home}
    confirmed = confirmed_at(place, (*(entry for entry in held if entry is not contents), contents))
    others = [
        confirmed.get(name) or described(name, place, city.departments) for name in sorted(named - described_here)
    ]
    return [(key, entry) for entry in (*at_home, *others)]


def confirmed_at(place: str, held: Iterable[Contents]) -> dict[str, Department]:
    """The units of a place that a person confirmed with one of its documents, by name; of several the last one's."""
    units = (unit for entry in held if entry.document.place == place for unit in entry.departments)
    return {unit.name: with_its_own_name(unit) for unit in units}


def _unknown_units(held: Sequence[Contents], city: City) -> list[str]:
    """A warning for each unit of the home city that departments.toml does not describe and nobody confirmed."""
    known = {entry.name for entry in city.departments} | set(confirmed_at(city.place, held))
    return [
        f"{entry.document.key}: the unit {name!r} is not in departments.toml; it is known by rule as "
        f"{'、'.join(described(name, entry.document.place, city.departments).aliases) or name}. Look whether that is so, and add it there."
        for entry in held
        if entry.document.place == city.place
        for name in sorted({unit.department for clause in entry.clauses for unit in clause.responsibilities} - known)
    ]


def _write(path: Path, held: Sequence[Contents], departments: Sequence[tuple[str, Department]], city: City) -> None:
    database = sqlite_utils.Database(path)
    passages = [passage for entry in held for passage in entry.passages]
    clauses = [clause for entry in held for clause in entry.clauses]
    of_document = [("document", "documents", "key")]
    with database.atomic():
        database["documents"].insert_all((_document_row(entry.document) for entry in held), pk="key")
        _fill(
            database,
            "chapters",
            {"key": str, "document": str, "number": int, "label": str, "heading": str},
            ({"key": f"{c.document}/{c.number}", **asdict(c)} for entry in held for c in entry.chapters),
            pk="key",
            foreign_keys=of_document,
        )
        _fill(
            database,
            "departments",
            {"document": str, "name": str, "full_name": str, "aliases": str},
            (
                {
                    "document": document,
                    "name": entry.name,
                    "full_name": entry.full_name,
                    "aliases": json.dumps(entry.aliases, ensure_ascii=False),
                }
                for document, entry in departments
            ),
            pk=("document", "name"),
            foreign_keys=of_document,
        )
        _write_clauses(database, clauses)
        _write_passages(database, passages)
        _write_spellings(database, passages, _names(held, departments, city))
        about = {"place": city.place, "called": city.called, "parts": city.parts, "hotline": city.hotline}
        named = json.dumps(about, ensure_ascii=False)
        database["facts"].insert({"name": "city", "value": named}, pk="name")
        for name, sql in VIEWS.items():
            database.create_view(name, sql)
    database.execute(f"pragma user_version = {SCHEMA_VERSION}")
    database.close()


def _fill(
    database: sqlite_utils.Database, name: str, columns: dict[str, Any], rows: Iterable[dict[str, Any]], **keys: Any
) -> None:
    """A table with its rows; there is one also where there are none."""
    database[name].create(columns, **keys)
    database[name].insert_all(rows)


def _write_clauses(database: sqlite_utils.Database, clauses: Sequence[Clause]) -> None:
    database["clauses"].insert_all(
        (
            {
                "key": clause.key,
                "document": clause.document,
                "number": clause.number,
                "label": clause.label,
                "printed": clause.printed,
                "sub": clause.sub,
                "path": json.dumps(clause.path, ensure_ascii=False),
                "heading": clause.heading,
                "chapter": clause.chapter,
                "text": clause.text,
                "unit_list": clause.unit_list,
                "also_carried_out_by": json.dumps(clause.also_carried_out_by, ensure_ascii=False),
                "deleted": clause.deleted,
                "annex": clause.annex,
            }
            for clause in clauses
        ),
        pk="key",
        columns={"chapter": int},
        foreign_keys=[("document", "documents", "key")],
    )
    _fill(
        database,
        "responsibilities",
        {"clause": str, "position": int, "department": str, "role": str},
        (
            {"clause": clause.key, "position": place, "department": unit.department, "role": unit.role.value}
            for clause in clauses
            for place, unit in enumerate(clause.responsibilities)
        ),
        pk=("clause", "position"),
        foreign_keys=[("clause", "clauses", "key")],
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
                "table_head": passage.table_head,
            }
            for passage in passages
        ),
        pk="key",
        columns={"binding": str},
        foreign_keys=[("clause", "clauses", "key")],
    )
    database["passages"].create_index(["clause"])
    of_passage = [("passage", "passages", "key")]
    _fill(
        database,
        "amounts",
        {"id": int, "passage": str, "low": float, "high": float, "unit": str, "text": str},
        ({"passage": p.key, **asdict(amount)} for p in passages for amount in p.amounts),
        pk="id",
        foreign_keys=of_passage,
    )
    _fill(
        database,
        "groups",
        {"id": int, "passage": str, "name": str},
        ({"passage": p.key, "name": name} for p in passages for name in p.groups),
        pk="id",
        foreign_keys=of_passage,
    )
    database.execute("create virtual table search using fts5 (key unindexed, document unindexed, grams)")
    database["search"].insert_all(
        {"key": p.key, "document": p.document, "grams": " ".join(grams(p.text))} for p in passages
    )


def _names(held: Iterable[Contents], departments: Iterable[tuple[str, Department]], city: City) -> list[str]:
    """What the units and the places are called."""
    units = [name for _, entry in departments for name in (entry.name, entry.full_name, *entry.aliases)]
    return [*units, city.place, *city.called, *city.parts, *(entry.document.place for entry in held)]


def _write_spellings(database: sqlite_utils.Database, passages: Sequence[Passage], names: Iterable[str]) -> None:
    database["spellings"].insert_all(
        (
            {
                "word": entry.word,
                "syllables": " ".join(entry.syllables),
                "passages": entry.passages,
                "telling": entry.telling,
            }
            for entry in spellings_of(passages, names)
        ),
        pk="word",
    )
    database["readings"].insert_all(
        ({"char": char, "syllables": " ".join(found)} for char, found in readings().items()), pk="char"
    )


def _write_meanings(path: Path, held: Sequence[Contents], encoder: Encoder, before: Path) -> list[str]:
    """Keep the vector of each passage (see `_vectors`); a warning where the encoder cannot be reached."""
    passages = [passage for entry in held for passage in entry.passages]
    headings = {clause.key: clause.heading for entry in held for clause in entry.clauses}
    texts = {
        p.key: (_stands_under(headings[p.clause_key] if p.position else "", p.table_head), p.text) for p in passages
    }
    known = _known_meanings(before, encoder.name)
    new = list(dict.fromkeys(text for text in texts.values() if text not in known))
    troubles = []
    try:
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            known.update((text, vector.tobytes()) for text, vector in zip(some, _vectors(some, encoder), strict=True))
    except EncoderError as error:
        troubles.append(f"passages without a vector are compared by their words alone until the next build: {error}")
    database = sqlite_utils.Database(path)
    with database.atomic():
        database["meanings"].insert_all(
            ({"passage": key, "encoder": encoder.name, "vector": known[t]} for key, t in texts.items() if t in known),
            pk="passage",
        )
    database.close()
    return troubles


def _write_taught(path: Path, held: Sequence[Contents], before: Path, folder: Path | None) -> list[str]:
    """Keep the questions that people may be shown about each passage; a warning for each file that cannot be read."""
    passages = [passage for entry in held for passage in entry.passages]
    questions, warnings = read_taught(folder, passages) if folder else (_known_taught(before, passages), [])
    database = sqlite_utils.Database(path)
    with database.atomic():
        _fill(
            database,
            "taught",
            {"id": int, "passage": str, "language": str, "text": str, "simplified": str},
            ({**asdict(question), "simplified": as_typed(question.text)} for question in questions),
            pk="id",
            foreign_keys=[("passage", "passages", "key")],
        )
    database.close()
    return warnings


def _known_taught(path: Path, passages: Sequence[Passage]) -> list[Taught]:
    """The questions that a clause database holds about passages whose words are still the same; none where it is of another form."""
    if not path.is_file():
        return []
    texts = {passage.key: passage.text for passage in passages}
    database = sqlite_utils.Database(path)
    try:
        rows = database.execute(
            "select t.passage, t.language, t.text, p.text from taught t join passages p on p.key = t.passage order by t.id"
        ).fetchall()
    except sqlite3.DatabaseError:
        return []
    finally:
        database.close()
    return [Taught(key, language, text) for key, language, text, words in rows if texts.get(key) == words]


def _stands_under(heading: str, table_head: str) -> str:
    """The heading of a passage's clause, and behind it the names of its columns where it is a row of a table."""
    return f"{heading} {table_head}".strip()


def _vectors(texts: Sequence[tuple[str, str]], encoder: Encoder) -> Floats:
    """A row for each passage, given as what it stands under and its text: between the vector of its text and that of its text after the heading. On
    330 questions about documents that nobody taught, the right clause comes first for 78.2 %, and for 77.0 % by the second alone; among the
    first three for 93.0 and 91.5 %. Raises EncoderError where the encoder cannot be reached.
    """
    alone = encoder.passages([simplify(text) for _, text in texts])
    in_place = encoder.passages(
        [simplify(f"{heading}：{text}") if heading else simplify(text) for heading, text in texts]
    )
    return np.asarray((alone + in_place) / 2, np.float32)


def _known_meanings(path: Path, encoder: str) -> dict[tuple[str, str], bytes]:
    """The vectors that a clause database holds, by what their passages stand under and their texts; none where it is of another form."""
    if not path.is_file():
        return {}
    database = sqlite_utils.Database(path)
    try:
        if database.execute("pragma user_version").fetchone()[0] != SCHEMA_VERSION:
            return {}
        rows = database.execute(
            "select case when p.position then c.heading else '' end, p.table_head, p.text, m.vector from meanings m "
            "join passages p on p.key = m.passage join clauses c on c.key = p.clause where m.encoder = ?",
            (encoder,),
        )
        return {(_stands_under(heading, head), text): vector for heading, head, text, vector in rows.fetchall()}
    except sqlite3.DatabaseError:
        return {}
    finally:
        database.close()


def _document_row(document: Document) -> dict[str, Any]:
    return {
        **asdict(document),
        "issued_on": document.issued_on and document.issued_on.isoformat(),
        "printed_on": document.printed_on and document.printed_on.isoformat(),
        "replaces": json.dumps(document.replaces, ensure_ascii=False),
        "confirmed": json.dumps(sorted(document.confirmed)),
        "rests_on": json.dumps(document.rests_on, ensure_ascii=False),
        "nicknames": json.dumps(document.nicknames, ensure_ascii=False),
        "audiences": json.dumps(document.audiences),
    }
