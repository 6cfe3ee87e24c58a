"""What a button asks for: a clause that is known, in a way that is known, so that nothing has to be understood."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answers import compose, select
from bot.answers.decide import respond
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import Question
from bot.answers.references import References, Units
from bot.clauses.store import ClauseStore


def grant(
    memory: Memory,
    store: ClauseStore,
    wanted: str,
    clause: str = "",
    clauses: Sequence[int] = (),
    departments: Sequence[str] = (),
) -> Outcome:
    """The outcome for `wanted` (see `respond`) of a clause, several clauses or departments.

    `clause` is a clause's key or that of the passage which answered. Raises ClauseDatabaseError where there is no such clause.
    """
    if not clause:
        found = (
            select.of_units(Units(tuple(departments)), store)
            if departments
            else [store.clause(f"{store.document().key}/{n}") for n in clauses]
        )
        if len(found) == 1:
            return grant(memory, store, "full_text", found[0].key)
        about = "、".join(departments) or memory.question
        refers = References(clauses=tuple(entry.key for entry in found))
        return respond(_asking(about, "list", refers), "list", dataclasses.replace(memory, offered=()), store)
    key = "/".join(clause.split("/")[:2])
    about = memory.question if memory.clause == key else store.clause(key).heading
    if wanted == "more":
        if memory.clause != key:  # what is remembered belongs to another subject
            memory = dataclasses.replace(memory, question=about, clause=key, given=(key,), near=(), listed=False)
        return respond(_asking(about, wanted, References()), wanted, memory, store)
    passage = next((entry for entry in store.passages(key) if entry.key == clause), store.passages(key)[0])
    way = "full_text" if wanted == "answer" and clause == key else wanted
    return compose.give(_asking(about, way, References()), store.clause(key), passage, way, about, (), memory, store)


def _asking(about: str, wanted: str, refers: References) -> Question:
    """A question that is certain: it wants `wanted` of what it refers to, and names no other subject."""
    return Question(text=about, simplified=about, act=wanted, refers=refers, subjectless=1.0, leans=1.0)
