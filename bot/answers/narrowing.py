"""Narrowing a look-up: which clauses fit what is chosen, and how many would fit each other choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.clauses.models import Binding, Clause, Force, Passage
from bot.clauses.store import ClauseStore

type Marks = npt.NDArray[np.bool_]
type Value = str | int | bool


@dataclass(frozen=True)
class Narrowing:
    """What a look-up is narrowed to; None and False where it is not.

    `department` and `group` are names, `chapter` a number, `document` a key; a clause fits a `binding`, a `force` or an `amount` where one
    of its passages does, and a `group` where it speaks of it or serves it.
    """

    document: str | None = None
    chapter: int | None = None
    department: str | None = None
    group: str | None = None
    binding: Binding | None = None
    force: Force | None = None
    amount: bool = False

    def chosen(self) -> dict[str, Value]:
        """What is chosen, by the field's name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, False)}

    def fits(self, passage: Passage) -> bool:
        """Whether `passage` is one that the clause fits for."""
        return (
            self.binding in (None, passage.binding)
            and self.force in (None, passage.force)
            and (not self.amount or bool(passage.amounts))
        )


@dataclass(frozen=True)
class Option:
    """A choice, and how many of the clauses found fit it beside all that is chosen elsewhere."""

    value: Value
    count: int
    chosen: bool


class Choices:
    """Which clauses fit which choice, computed once for a store."""

    def __init__(self, store: ClauseStore) -> None:
        self._place = {clause.key: place for place, clause in enumerate(store.clauses())}
        served = _served(store)
        fitting: dict[str, dict[Value, list[int]]] = {field.name: {} for field in fields(Narrowing)}
        for clause in store.clauses():
            for name, value in _values(clause, store.passages(clause.key), served.get(clause.key, frozenset())):
                fitting[name].setdefault(value, []).append(self._place[clause.key])
        self._fields = {name: _Field.of(choices) for name, choices in fitting.items()}

    def narrow(self, keys: Sequence[str], narrowing: Narrowing) -> list[str]:
        """Those of the clauses `keys` that fit, in their order."""
        chosen = narrowing.chosen()
        if not chosen:
            return list(keys)
        fitting = self._fitting(chosen)
        return [key for key in keys if fitting[self._place[key]]]

    def options(self, keys: Iterable[str], narrowing: Narrowing) -> dict[str, tuple[Option, ...]]:
        """For each field of Narrowing its choices, with the number of the clauses `keys` that fit each beside what is chosen elsewhere;
        those of none only where they are chosen.
        """
        found = np.zeros(len(self._place), np.bool_)
        found[[self._place[key] for key in keys]] = True
        chosen = narrowing.chosen()
        result = {}
        for name, field in self._fields.items():
            elsewhere = {other: value for other, value in chosen.items() if other != name}
            counts = field.count(found & self._fitting(elsewhere) if elsewhere else found)
            result[name] = tuple(
                Option(value, count, value == chosen.get(name))
                for value, count in zip(field.values, counts, strict=True)
                if count or value == chosen.get(name)
            )
        return result

    def _fitting(self, chosen: Mapping[str, Value]) -> Marks:
        fitting = np.ones(len(self._place), np.bool_)
        for name, value in chosen.items():
            fitting &= self._fields[name].fitting(value, len(fitting))
        return fitting


@dataclass(frozen=True)
class _Field:
    """One way to narrow: pairs of a clause's place and the number of a value that it fits."""

    values: tuple[Value, ...]
    places: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]

    @classmethod
    def of(cls, choices: Mapping[Value, Sequence[int]]) -> _Field:
        """From the places of the clauses that fit each value."""
        pairs = [(place, number) for number, places in enumerate(choices.values()) for place in places]
        columns = np.asarray(pairs, np.int64).reshape(-1, 2)
        return cls(tuple(choices), columns[:, 0], columns[:, 1])

    def count(self, found: Marks) -> list[int]:
        """How many of the clauses that are marked fit each value."""
        counts: list[int] = np.bincount(self.numbers[found[self.places]], minlength=len(self.values)).tolist()
        return counts

    def fitting(self, value: Value, clauses: int) -> Marks:
        """Which of so many clauses fit `value`; none where no clause does."""
        marks = np.zeros(clauses, np.bool_)
        if value in self.values:
            marks[self.places[self.numbers == self.values.index(value)]] = True
        return marks


def _served(store: ClauseStore) -> dict[str, set[str]]:
    """The groups of people that each clause serves."""
    served: dict[str, set[str]] = {}
    for document in store.documents():
        for group, numbers in document.audiences.items():
            for number in numbers:
                served.setdefault(f"{document.key}/{number}", set()).add(group)
    return served


def _values(clause: Clause, passages: Sequence[Passage], served: Iterable[str]) -> Iterable[tuple[str, Value]]:
    """Every (field of Narrowing, value) that `clause` fits."""
    yield "document", clause.document
    if clause.chapter is not None:
        yield "chapter", clause.chapter
    yield from (("department", name) for name in clause.departments)
    yield from (("group", group) for group in {*served, *(group for p in passages for group in p.groups)})
    yield from (("binding", binding) for binding in {passage.binding for passage in passages if passage.binding})
    yield from (("force", force) for force in {passage.force for passage in passages if passage.position})
    if any(passage.amounts for passage in passages):
        yield "amount", True


@lru_cache(maxsize=2)
def choices_of(store: ClauseStore) -> Choices:
    """The choices that `store` offers."""
    return Choices(store)
