"""What a person confirmed of a document beyond what its file says: document.toml, written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.clauses.labels import Labels
from bot.clauses.models import Department

DAYS = ("since", "until")
"""The days that can be confirmed, as document.toml and Document call them."""
REPLACES = "replaces"


@dataclass(frozen=True)
class Confirmed:
    """What a person says is so."""

    days: Mapping[str, date | None] = field(default_factory=dict)
    """`since` and `until`, where they were looked at; None for a day that there is none of."""
    replaces: tuple[tuple[str, str], ...] | None = None
    """Number and title of each document that it replaces or repeals; None where nobody looked at them."""
    departments: tuple[Department, ...] = ()
    """Units that no other file describes."""

    @property
    def names(self) -> tuple[str, ...]:
        """What was looked at: `since`, `until`, `replaces`."""
        return (*(day for day in DAYS if day in self.days), *([REPLACES] if self.replaces is not None else []))

    @property
    def is_in_force(self) -> bool:
        """Whether it follows that the document is in force from its day on, until its last day or another document ends it."""
        return self.days.get("since") is not None and "until" in self.days

    def __bool__(self) -> bool:
        return bool(self.names or self.departments)


def as_toml(nicknames: Sequence[str], confirmed: Confirmed, labels: Labels) -> str:
    """The text of document.toml."""
    lines = [f"nicknames = {_value(list(nicknames))}"]
    if confirmed.names:
        lines.append(f"confirmed = {_value(confirmed.names)}")
    if confirmed.is_in_force:
        lines.append('in_force = "in_force"')
    lines += [f"{name} = {_value(day.isoformat() if day else '')}" for name, day in sorted(confirmed.days.items())]
    if confirmed.replaces is not None:
        lines.append(f"{REPLACES} = {_value(confirmed.replaces)}")
    for unit in confirmed.departments:
        lines += ["", "[[department]]", f"name = {_value(unit.name)}", f"full_name = {_value(unit.full_name)}"]
        lines.append(f"aliases = {_value(unit.aliases)}")
    for name, table in (("audiences", labels.audiences), ("binding", labels.binding)):
        if table:
            lines += ["", f"[{name}]", *(f"{_value(key)} = {_value(values)}" for key, values in table.items())]
    return "\n".join(lines) + "\n"


def validity_in(table: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Document that document.toml sets about how long it is in force. Raises ValueError, TypeError for what is none."""
    found: dict[str, Any] = {name: table[name] for name in ("in_force", "replaced_by") if name in table}
    for name in DAYS:
        if name in table:
            day = table[name] if isinstance(table[name], date) or not table[name] else date.fromisoformat(table[name])
            found[name] = day.isoformat() if day else None
    if REPLACES in table:
        found[REPLACES] = tuple((str(number), str(title)) for number, title in table[REPLACES])
    if "confirmed" in table:
        found["confirmed"] = frozenset(map(str, table["confirmed"]))
    return found


def departments_in(table: Mapping[str, Any]) -> tuple[Department, ...]:
    """The units that a file describes. Raises KeyError, TypeError for one that is described otherwise."""
    return tuple(
        Department(str(entry["name"]), str(entry["full_name"]), tuple(map(str, entry["aliases"])))
        for entry in table.get("department", ())
    )


def _value(value: Any) -> str:
    """A string, a number, or lists of them, as TOML has them: as JSON has."""
    return json.dumps(value, ensure_ascii=False)
