"""The folder of documents: what is put in and taken out."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.clauses.build import (
    FORMATS,
    BuildReport,
    build,
    read_city,
    read_document,
    sources_in,
    units_confirmed_in,
)
from bot.clauses.confirmed import Confirmed, as_toml
from bot.clauses.contents import contents_of
from bot.clauses.labels import CarriedOver, Labels, carried_over
from bot.clauses.models import Department
from bot.clauses.store import ClauseStore
from bot.clauses.units import SHORTEST as SHORTEST_UNIT
from bot.clauses.units import described, is_known_by_rule, proposed
from bot.errors import DocumentError
from bot.reading.reader import read
from bot.reading.reading import Reading
from bot.text.encoder import Encoder, Floats
from bot.text.spelling import spelt

RETIRED = ".retired"
"""The folder inside the folder of documents that keeps those that were taken out."""
TAKEN_OUT = "retired.json"
"""The file beside a source that was taken out: when that was, and which document it is."""
LOCK = ".lock"
"""The file inside it that is locked while something is changed."""
SHORTEST = 3
"""Characters of a nickname."""
GENERIC = re.compile(
    "(?:这|那|本|新|该)?(?:个|份|项)?(?:惠民|便民|优惠|补贴|扶持|政府)?"
    "(?:办法|措施|意见|方案|规划|纲要|要点|通知|规定|细则|条例|计划|文件|政策)"
)
"""What every document is called."""
DRAFTS = ".drafts"
"""The folder inside it that keeps what was uploaded and not published yet."""
DRAFT = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")
KEPT_FOR = 24 * 3600.0
"""Seconds for which a draft is kept."""
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
KEPT = re.compile(rf"({KEY.pattern})(?:\.[1-9][0-9]{{0,5}})?")
"""What a document is called in RETIRED: its key, and a number where that was taken there."""
AT_MOST_REMEMBERED = 5_000
"""Passages whose vectors are remembered."""
AT_MOST_READ, AT_MOST_TRIED = 8, 2
"""So many drafts' readings, and so many databases that they were tried in, are kept at hand."""


def key_for(reading: Reading) -> str:
    """The key that a document gets where nobody says one: its place, and year and number (songping-2023-11); "" where it has neither."""
    number = re.search(r"(\d{4})\D{1,3}(\d+)", reading.facts.number or "")
    parts = [spelt(reading.facts.place), *(number.groups() if number else ())]
    found = "-".join(part for part in parts if part)
    return found if KEY.fullmatch(found) else ""


@dataclass(frozen=True)
class Retired:
    """A document that was taken out: what it is called in RETIRED, its key there and then, when that was (0.0: nobody knows)."""

    name: str
    key: str
    at: float
    number: str
    title: str


@dataclass(frozen=True)
class Units:
    """The units of a draft that no file describes: those whose names a rule knows, and new ones as they may be called, with the labels of
    the clauses that name them.
    """

    by_rule: tuple[Department, ...]
    new: tuple[tuple[Department, tuple[str, ...]], ...]


def put_in(
    documents: Path,
    file: Path,
    key: str,
    nicknames: Sequence[str] = (),
    confirmed: Confirmed | None = None,
    labels: Labels | None = None,
) -> Path:
    """Put a file into the folder `documents` as the document `key`; the folder that it stands in then.

    Raises DocumentError where the key cannot be one or is taken, or the file's format is none that is read.
    """
    if not KEY.fullmatch(key):
        raise DocumentError(
            f"{key!r} cannot be a document's key: lower-case letters, digits, - and _ only, such as songping-2023-11.",
            "key",
        )
    if file.suffix.lower() not in FORMATS:
        raise DocumentError(f"{file} is none of {', '.join(FORMATS)}.", "format", file.suffix)
    folder = documents / key
    if folder.exists():
        raise _taken(key)
    documents.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=documents, prefix=".new-") as made:
        _lay_out(Path(made) / key, file, nicknames, confirmed or Confirmed(), labels or Labels()).rename(folder)
    return folder


def _taken(key: str) -> DocumentError:
    return DocumentError(f"There is a document {key} already. Retire it first, or choose another key.", "taken", key)


def _lay_out(folder: Path, file: Path, nicknames: Sequence[str], confirmed: Confirmed, labels: Labels) -> Path:
    """The new folder of a document."""
    folder.mkdir()
    shutil.copyfile(file, folder / f"source{file.suffix.lower()}")
    (folder / "document.toml").write_text(as_toml(nicknames, confirmed, labels), "utf-8")
    return folder


def take_out(documents: Path, key: str) -> Path:
    """Take the document `key` out of the folder `documents`; where it is kept then.

    Raises DocumentError where there is none.
    """
    folder = documents / key
    if not KEY.fullmatch(key) or not folder.is_dir():
        raise DocumentError(f"{documents} has no document {key!r}.", "unknown", key)
    kept = documents / RETIRED / key
    number = 1
    while kept.exists():
        number += 1
        kept = kept.with_name(f"{key}.{number}")
    kept.parent.mkdir(exist_ok=True)
    folder.rename(kept)
    return kept


class Publishing:
    """Puts documents into the folder that is answered from and takes them out, each time with a new clause database; keeps what is
    uploaded until somebody has looked at it.
    """

    def __init__(self, documents: Path, target: Path, encoder: Encoder | None) -> None:
        """`target` is the clause database that is built of the folder `documents`, with vectors by `encoder`."""
        self._documents, self._target = documents, target
        self._encoder = encoder and _Remembering(encoder)
        self._read: dict[str, Reading] = {}
        self._tried: dict[tuple[object, ...], ClauseStore] = {}
        self._trying = threading.Lock()

    def keep_draft(self, name: str, content: bytes) -> str:
        """Keep an uploaded file, called `name`, to be looked at; what it is called from now on. Older drafts than a day are deleted.

        Raises DocumentError for a format that is not read, OSError where the folder cannot be written.
        """
        suffix = Path(name).suffix.lower()
        if suffix not in FORMATS:
            words = f"只能放入 {'、'.join(FORMATS)} 文件，这是 {suffix or name!r}。"
            raise DocumentError(words, "format", suffix or name)
        folder = self._documents / DRAFTS
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > KEPT_FOR:
                old.unlink()
        draft = f"{uuid.uuid4().hex}{suffix}"
        (folder / draft).write_bytes(content)
        return draft

    def read_draft(self, draft: str) -> Reading:
        """What is understood of a draft. Raises DocumentError where it is no policy document or is not kept any more."""
        path = self._draft(draft)
        if draft not in self._read:
            _keep(self._read, draft, read(path), AT_MOST_READ)
        return self._read[draft]

    def units_of(self, reading: Reading) -> Units:
        """The units of a draft that neither departments.toml nor another document of its place describes.

        Raises DocumentError where departments.toml cannot be read.
        """
        city, place = read_city(self._documents), reading.facts.place
        at_home = place == city.place
        known = {entry.name for entry in city.departments} if at_home else set()
        held = ClauseStore.open(self._target).documents() if self._target.is_file() else ()
        beside = [entry.key for entry in held if entry.place == place]
        known |= {unit.name for key in beside for unit in units_confirmed_in(self._documents / key)}
        named: dict[str, dict[str, None]] = {}
        lists = [*((clause.label, clause.units) for clause in reading.clauses)]
        lists += [("", reading.closing.units)] if reading.closing else []
        lists += [(annex.label, annex.units) for annex in reading.annexes]
        for label, units in lists:
            for unit in units:
                named.setdefault(unit.name, {})[label] = None
        by_rule = [n for n in named if n not in known and not at_home and is_known_by_rule(n, city.departments)]
        return Units(
            tuple(described(name, place, city.departments) for name in by_rule),
            tuple(
                (proposed(name, place, city.departments), tuple(filter(None, clauses)))
                for name, clauses in named.items()
                if name not in known and name not in by_rule
            ),
        )

    def try_out(
        self, draft: str, key: str, nicknames: Sequence[str], confirmed: Confirmed, instead: bool = False
    ) -> tuple[ClauseStore, str]:
        """A clause database as there would be once a draft were published, which nobody else gets to see, and the draft's key in it: `key`,
        or another where that is none or belongs to a document that the draft does not stand `instead` of.

        Raises DocumentError as `publish` does.
        """
        kept, names = self._draft(draft), [name.strip() for name in nicknames]
        taken = (self._documents / key).exists() if KEY.fullmatch(key) else True
        if not KEY.fullmatch(key) or (taken and not instead):
            key = f"draft-{draft[:8]}"
        built = self._target.stat() if self._target.is_file() else None
        state = (draft, key, *names, repr(confirmed), built and (built.st_ino, built.st_mtime_ns))
        with self._trying:
            if state not in self._tried:
                self._check_names(names, key)
                self._check_units(confirmed.departments)
                with tempfile.TemporaryDirectory(dir=self._target.parent, prefix=".trial-") as made:
                    folder = Path(made) / "documents" / key
                    folder.parent.mkdir()
                    labels = self.carried_over(draft, key).labels
                    _lay_out(folder, kept, names, self._with_known_units(key, confirmed), labels)
                    target = Path(made) / "clauses.db"
                    build(self._documents, target, self._encoder, folder, self._target)
                    # an open file can be read when its name is gone, and leaves nothing behind
                    _keep(self._tried, state, ClauseStore.open(target), AT_MOST_TRIED)
            return self._tried[state], key

    def publish(
        self,
        draft: str,
        key: str,
        nicknames: Sequence[str],
        confirmed: Confirmed | None = None,
        instead: bool = False,
    ) -> BuildReport:
        """Answer from a draft as the document `key` from now on; where `instead`, in place of the one that has that key, which is retired;
        its units and labels are kept as far as they fit.

        Raises DocumentError, and changes nothing, where that cannot be.
        """
        kept, names, confirmed = self._draft(draft), [name.strip() for name in nicknames], confirmed or Confirmed()
        with self._alone():
            if not instead and (self._documents / key).is_dir() and KEY.fullmatch(key):
                raise _taken(key)
            self._check_names(names, key if instead else "")
            self._check_units(confirmed.departments)
            labels = Labels()
            with contextlib.ExitStack() as back:
                if instead and KEY.fullmatch(key) and (self._documents / key).is_dir():
                    confirmed = self._with_known_units(key, confirmed)
                    labels = self.carried_over(draft, key).labels
                    self._take_out(key, back)
                folder = put_in(self._documents, kept, key, names, confirmed, labels)
                back.callback(shutil.rmtree, folder)
                report = build(self._documents, self._target, self._encoder)
                back.pop_all()
        kept.unlink(missing_ok=True)
        return report

    def retire(self, key: str) -> Path:
        """Answer from the document `key` no more; where its file is kept. Raises DocumentError where there is none, or no other."""
        with self._alone(), contextlib.ExitStack() as back:
            kept = self._take_out(key, back)
            build(self._documents, self._target, self._encoder)
            back.pop_all()
        return kept

    def retired(self) -> tuple[Retired, ...]:
        """The documents that were taken out and are kept, the last one first."""
        folder = self._documents / RETIRED
        entries = [path for path in folder.iterdir() if KEPT.fullmatch(path.name)] if folder.is_dir() else []
        return tuple(sorted(map(_retired, entries), key=lambda entry: (-entry.at, entry.name)))

    def put_back(self, name: str) -> str:
        """Answer again from a document that was taken out and is called `name` in RETIRED; the one that has its key now is retired. Its key.

        Raises DocumentError, and changes nothing, where there is none.
        """
        match = KEPT.fullmatch(name)
        kept = self._documents / RETIRED / name
        with self._alone(), contextlib.ExitStack() as back:
            if match is None or not kept.is_dir():
                raise DocumentError(f"{self._documents / RETIRED} has no document {name!r}.", "unknown", name)
            key = match[1]
            folder = self._documents / key
            if folder.exists():
                self._take_out(key, back)
            kept.rename(folder)
            back.callback(folder.rename, kept)
            build(self._documents, self._target, self._encoder)
            back.pop_all()
            (folder / TAKEN_OUT).unlink(missing_ok=True)
        return key

    def carried_over(self, draft: str, key: str) -> CarriedOver:
        """What a draft keeps of the labels of the document `key` if it takes its place, and what it loses; nothing where there is none.

        Raises DocumentError where either cannot be read.
        """
        source = next((path for path in sources_in(self._documents) if path.parent.name == key), None)
        if source is None:
            return CarriedOver()
        return carried_over(read_document(source)[0], contents_of(self.read_draft(draft), key, b""))

    def _with_known_units(self, key: str, confirmed: Confirmed) -> Confirmed:
        """`confirmed`, with the units that were confirmed with the document `key`, which is replaced: nobody is asked about them again."""
        before = units_confirmed_in(self._documents / key)
        new = {unit.name for unit in confirmed.departments}
        return replace(confirmed, departments=(*confirmed.departments, *(u for u in before if u.name not in new)))

    def _take_out(self, key: str, back: contextlib.ExitStack) -> Path:
        """Take a document out; `back` puts it in again."""
        known = ClauseStore.open(self._target).documents() if self._target.is_file() else ()
        document = next((entry for entry in known if entry.key == key), None)
        kept = take_out(self._documents, key)
        back.callback(kept.rename, self._documents / key)
        said = (
            {"at": time.time(), "number": document.number, "title": document.title} if document else {"at": time.time()}
        )
        (kept / TAKEN_OUT).write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        back.callback((kept / TAKEN_OUT).unlink)
        return kept

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One change at a time, whichever process of this machine makes it."""
        with (self._documents / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _check_names(self, names: Sequence[str], instead_of: str) -> None:
        """Raise DocumentError for a nickname that would be found in other questions, or that another document has."""
        held = ClauseStore.open(self._target).documents() if self._target.is_file() else ()
        taken = {name for document in held if document.key != instead_of for name in document.nicknames}
        for name in names:
            if len(name) < SHORTEST or GENERIC.fullmatch(name):
                words = f"“{name}”太短或太平常，会被当成别的意思。请写得具体一些，比如松屏十二条。"
                raise DocumentError(words, "name too common", name)
            if name in taken:
                raise DocumentError(f"“{name}”已经是另一份文件的叫法。", "name taken", name)

    @staticmethod
    def _check_units(units: Sequence[Department]) -> None:
        """Raise DocumentError for a short name that tells no unit, or not which."""
        owners: dict[str, str] = {}
        for unit in units:
            for alias in (unit.name, unit.full_name, *unit.aliases):
                if len(alias) < SHORTEST_UNIT:
                    raise DocumentError(f"“{alias}”太短，不能当作{unit.name}的简称。", "unit too short", alias)
                if owners.setdefault(alias, unit.name) != unit.name:
                    words = f"“{alias}”同时是{owners[alias]}和{unit.name}的简称。"
                    raise DocumentError(words, "unit twice", alias)

    def _draft(self, draft: str) -> Path:
        path = self._documents / DRAFTS / draft
        if not DRAFT.fullmatch(draft) or not path.is_file():
            raise DocumentError("这份草稿已经不在了，请重新上传。", "gone")
        return path


class _Remembering:
    """An encoder that is not asked twice about a passage: a draft's are wanted each time that it is tried, and when it is published."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    @property
    def name(self) -> str:
        """See Encoder."""
        return self._encoder.name

    def questions(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        return self._encoder.questions(texts)

    def passages(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        found = {text: self._known[text] for text in texts if text in self._known}
        if new := [text for text in dict.fromkeys(texts) if text not in found]:
            found.update(zip(new, self._encoder.passages(new), strict=True))
        for text in new:
            _keep(self._known, text, found[text], AT_MOST_REMEMBERED)
        return np.stack([found[text] for text in texts])


def _retired(path: Path) -> Retired:
    """What is kept at `path` in RETIRED; what was taken out before that was written down has no number and title."""
    match = KEPT.fullmatch(path.name)
    assert match is not None
    try:
        said = json.loads((path / TAKEN_OUT).read_text("utf-8"))
    except (OSError, ValueError):
        said = {}
    return Retired(
        path.name, match[1], float(said.get("at", 0.0)), str(said.get("number", "")), str(said.get("title", ""))
    )


def _keep[T](kept: dict[Any, T], name: Any, value: T, at_most: int) -> None:
    """Add to what is kept at hand; the oldest goes."""
    while len(kept) >= at_most:
        del kept[next(iter(kept))]
    kept[name] = value
