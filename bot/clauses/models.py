"""What a policy document is made of, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal, get_args

InForce = Literal["in_force", "unverified", "repealed", "expired", "amended", "not_yet"]
IN_FORCE: frozenset[str] = frozenset(get_args(InForce))
OPENING = 0
"""The number under which the heading, the opening paragraph and the issue data are cited."""


class Force(StrEnum):
    """How binding a passage's own words are, by a rule of words."""

    FIRM = "firm"
    ENCOURAGED = "encouraged"
    EXPLORATORY = "exploratory"


class Binding(StrEnum):
    """What a sentence binds anybody to, as readers found it; the least binding last."""

    RIGHT = "right"
    """Gives a person or a company something definite that follows from the sentence."""
    DUTY = "duty"
    """Obliges an office or institution to a definite act or rule that can be checked."""
    AIM = "aim"
    """Promises effort or a direction without a definite act."""
    ENCOURAGED = "encouraged"
    """Leaves it to somebody to act."""
    EXPLORED = "explored"
    """Explored, tried out, striven for, "in due time"."""


class Role(StrEnum):
    """What a clause's unit list makes of a department."""

    RESPONSIBLE = "responsible"
    LEAD = "lead"
    ASSISTING = "assisting"


@dataclass(frozen=True)
class Document:
    """One issued document.

    `key` is its folder's name under documents/ ("2021-49"); `issued_on` the date it bears, `printed_on` the date of print. Every text
    is as published, without line breaks; "" or None where the document does not say it.
    """

    key: str
    number: str
    title: str
    attached_title: str
    """The title of the document proper, where a notice issues it (印发…的通知)."""
    issuer: str
    issued_on: date | None
    printed_on: date | None
    approved_by: str
    disclosure: str
    addressees: str
    copied_to: str
    rests_on: tuple[str, ...]
    source_sha256: str
    place: str
    """The place whose document it is, without 市 or 县 (松屏); "" for one of no single place."""
    nicknames: tuple[str, ...]
    """What people call it; from document.toml."""
    status: str
    """Whether it is in force, as far as the maintainers of documents/ know; from document.toml."""
    audiences: dict[str, tuple[int, ...]]
    """A group of people, and the numbers of the clauses that serve it, best first; from document.toml."""
    in_force: InForce = "unverified"
    """Whether it is in force: by document.toml, or because another document that is held repeals or replaces it."""
    since: str | None = None
    """The ISO dates from and until which it is in force, and the number of the document that replaced it: by document.toml or the text."""
    until: str | None = None
    replaced_by: str | None = None
    replaced_from: str | None = None
    """The ISO date from which the document that replaces it is in force; None where that does not say."""
    replaces: tuple[tuple[str, str], ...] = ()
    """Number and title of each document that it replaces or repeals, by its own words or as a person confirmed."""
    confirmed: frozenset[str] = frozenset()
    """What a person confirmed at publishing, of `since`, `until` and `replaces`; from document.toml."""
    place_spelt: str = ""
    """The place in Latin letters, as people type it (songping)."""
    fingerprint: str = ""
    """A hash of its passages: what is learned from another fingerprint does not fit it."""

    def in_force_on(self, day: date) -> InForce:
        """Whether it is in force on `day`, as far as is known."""
        if self.in_force not in ("unverified", "in_force"):
            return self.in_force
        if self.replaced_by and (self.replaced_from is None or day >= date.fromisoformat(self.replaced_from)):
            return "repealed"
        if self.since and day < date.fromisoformat(self.since):
            return "not_yet"
        return "expired" if self.until and day > date.fromisoformat(self.until) else self.in_force


@dataclass(frozen=True)
class Chapter:
    """A chapter's number (1 …), its label as printed (三、) and its heading without that."""

    document: str
    number: int
    label: str
    heading: str


@dataclass(frozen=True)
class Department:
    """A unit. `name` is the one that answers bear ("市发改委"), `full_name` the official one, `aliases` what people write."""

    name: str
    full_name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Responsibility:
    """A department in a clause's unit list."""

    department: str
    role: Role


@dataclass(frozen=True)
class Clause:
    """A clause. `number` counts the document's clauses from 1; 0 is the opening, n + 1 the closing paragraph, where there is one. The annexes
    come last; like opening and closing they are none of the document's clauses.

    `label` is as printed （八） ("" for the opening, the closing paragraph and annexes), `printed` the number that it bears, with `sub` 1 for
    之一; where labels begin again in each chapter `printed` is `number`. `path` holds the labels from the chapter down. `text` runs from
    the heading's first character to the unit list, `unit_list` is the unit list as printed, with its brackets.
    """

    document: str
    number: int
    label: str
    printed: int
    sub: int
    path: tuple[str, ...]
    heading: str
    chapter: int | None
    text: str
    responsibilities: tuple[Responsibility, ...]
    also_carried_out_by: tuple[str, ...]
    """Units that the document adds to every clause once and for all."""
    unit_list: str
    deleted: bool = False
    """It stands as deleted in the document (删除)."""
    annex: str = ""
    """What an annex is cited by (附件1), its `heading` being its title; "" for all that is none."""

    @cached_property
    def key(self) -> str:
        """How the rest of the project names this clause: "2021-49/8"."""
        return f"{self.document}/{self.number}"

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """The names of its responsible units, in the document's order."""
        return tuple(entry.department for entry in self.responsibilities)


@dataclass(frozen=True)
class Amount:
    """A number that the document states: `low` to `high` (equal where it is one number) of `unit`, said as `text`.

    Units: 元 (万元 is multiplied out), 年, %, 工作日, 个.
    """

    low: float
    high: float
    unit: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A sentence of a clause, as published without line breaks: the least that is ever quoted.

    `position` counts from 1 within the clause; position 0 is the clause's heading.
    """

    document: str
    clause: int
    position: int
    text: str
    force: Force
    amounts: tuple[Amount, ...]
    groups: tuple[str, ...]
    facts: tuple[str, ...]
    """The kinds of facts that it states (passages.facts_of)."""
    binding: Binding | None = None
    """What it binds anybody to; from document.toml. None for headings and openings, and where no readers have labelled the document."""
    table_head: str = ""
    """Of a row of a table the names of its columns, parted by tabs as its cells are; a line each where there are several rows of them."""

    @property
    def with_head(self) -> str:
        """Its words after the names of its columns: what questions are compared with."""
        return f"{self.table_head}\n{self.text}" if self.table_head else self.text

    @property
    def key(self) -> str:
        """How the rest of the project names this passage: "2021-49/8/3"."""
        return f"{self.document}/{self.clause}/{self.position}"

    @property
    def clause_key(self) -> str:
        """The key of the clause it stands in."""
        return f"{self.document}/{self.clause}"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A simplified word that a look-up can be spelt in: its syllables without tones, and how many passages hold it. One that is not `telling`
    tells nothing of what a question is about (怎么办).
    """

    word: str
    syllables: tuple[str, ...]
    passages: int
    telling: bool = True
