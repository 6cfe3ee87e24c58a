"""The folder of documents: what is put in and taken out."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from pypinyin import lazy_pinyin

from bot.clauses.build import FORMATS, BuildReport, build
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError
from bot.reading.reader import read
from bot.reading.reading import Reading
from bot.text.encoder import Encoder
from bot.text.script import simplify

RETIRED = ".retired"
"""The folder inside the folder of documents that keeps those that were taken out."""
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


def key_for(reading: Reading) -> str:
    """The key that a document gets where nobody says one: its place, and year and number (songping-2023-11); "" where it has neither."""
    number = re.search(r"(\d{4})\D{1,3}(\d+)", reading.facts.number or "")
    parts = ["".join(lazy_pinyin(simplify(reading.facts.place))), *(number.groups() if number else ())]
    found = "-".join(part for part in parts if part)
    return found if KEY.fullmatch(found) else ""


def put_in(documents: Path, file: Path, key: str, nicknames: Sequence[str] = ()) -> Path:
    """Put a file into the folder `documents` as the document `key`; the folder that it stands in then.

    Raises DocumentError where the key cannot be one or is taken, or the file's format is none that is read.
    """
    if not KEY.fullmatch(key):
        raise DocumentError(
            f"{key!r} cannot be a document's key: lower-case letters, digits, - and _ only, such as songping-2023-11."
        )
    if file.suffix.lower() not in FORMATS:
        raise DocumentError(f"{file} is none of {', '.join(FORMATS)}.")
    folder = documents / key
    if folder.exists():
        raise DocumentError(f"There is a document {key} already. Retire it first, or choose another key.")
    documents.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=documents, prefix=".new-") as made:
        unfinished = Path(made) / key
        unfinished.mkdir()
        shutil.copyfile(file, unfinished / f"source{file.suffix.lower()}")
        # a list of strings is written alike in JSON and TOML
        named = f"nicknames = {json.dumps(list(nicknames), ensure_ascii=False)}\n"
        (unfinished / "document.toml").write_text(named, "utf-8")
        unfinished.rename(folder)
    return folder


def take_out(documents: Path, key: str) -> Path:
    """Take the document `key` out of the folder `documents`; where it is kept then.

    Raises DocumentError where there is none.
    """
    folder = documents / key
    if not KEY.fullmatch(key) or not folder.is_dir():
        raise DocumentError(f"{documents} has no document {key!r}.")
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
        self._documents, self._target, self._encoder = documents, target, encoder

    def keep_draft(self, name: str, content: bytes) -> str:
        """Keep an uploaded file, called `name`, to be looked at; what it is called from now on. Older drafts than a day are deleted.

        Raises DocumentError for a format that is not read, OSError where the folder cannot be written.
        """
        suffix = Path(name).suffix.lower()
        if suffix not in FORMATS:
            raise DocumentError(f"只能放入 {'、'.join(FORMATS)} 文件，这是 {suffix or name!r}。")
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
        return read(self._draft(draft))

    def publish(self, draft: str, key: str, nicknames: Sequence[str]) -> BuildReport:
        """Answer from a draft as the document `key` from now on. Raises DocumentError, and changes nothing, where that cannot be."""
        kept, names = self._draft(draft), [name.strip() for name in nicknames]
        with self._alone():
            self._check_names(names)
            folder = put_in(self._documents, kept, key, names)
            try:
                report = build(self._documents, self._target, self._encoder)
            except BaseException:
                shutil.rmtree(folder)
                raise
        kept.unlink(missing_ok=True)
        return report

    def retire(self, key: str) -> Path:
        """Answer from the document `key` no more; where its file is kept. Raises DocumentError where there is none, or no other."""
        with self._alone():
            kept = take_out(self._documents, key)
            try:
                build(self._documents, self._target, self._encoder)
            except BaseException:
                kept.rename(self._documents / key)
                raise
        return kept

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One change at a time, whichever process of this machine makes it."""
        with (self._documents / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _check_names(self, names: Sequence[str]) -> None:
        """Raise DocumentError for a nickname that would be found in other questions, or that another document has."""
        held = ClauseStore.open(self._target).documents() if self._target.is_file() else ()
        taken = {name for document in held for name in document.nicknames}
        for name in names:
            if len(name) < SHORTEST or GENERIC.fullmatch(name):
                raise DocumentError(f"“{name}”太短或太平常，会被当成别的意思。请写得具体一些，比如松屏十二条。")
            if name in taken:
                raise DocumentError(f"“{name}”已经是另一份文件的叫法。")

    def _draft(self, draft: str) -> Path:
        path = self._documents / DRAFTS / draft
        if not DRAFT.fullmatch(draft) or not path.is_file():
            raise DocumentError("这份草稿已经不在了，请重新上传。")
        return path
