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
from bot.answers.which import searched
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
        view = searched(memory, store)
        document = memory.document if view.holds_document(memory.document) else view.document().key
        found = (
            select.of_units(Units(tuple(departments)), store.of(document))
            if departments
            else [store.clause(f"{document}/{n}") for n in clauses]
        )
        if len(found) == 1:
            return grant(memory, store, "full_text", found[0].key)
        about = "、".join(departments) or memory.question
        refers = References(clauses=tuple(entry.key for entry in found))
        asking = _asking(about, "list", refers, document)
        return respond(asking, "list", dataclasses.replace(memory, offered=()), store)
    key = "/".join(clause.split("/")[:2])
    document = key.partition("/")[0]
    about = memory.question if memory.clause == key else store.clause(key).heading
    if wanted == "more":
        if memory.clause != key:  # what is remembered belongs to another subject
            memory = dataclasses.replace(memory, question=about, clause=key, given=(key,), near=(), listed=False)
        return respond(_asking(about, wanted, References(), document), wanted, memory, store)
    passage = next((entry for entry in store.passages(key) if entry.key == clause), store.passages(key)[0])
    way = "full_text" if wanted == "answer" and clause == key else wanted
    asking, memory = _asking(about, way, References(), document), dataclasses.replace(memory, document=document)
    return compose.give(asking, store.clause(key), passage, way, about, (), memory, store)


def _asking(about: str, wanted: str, refers: References, document: str) -> Question:
    """A question that is certain: it wants `wanted` of what it refers to in `document`, and names no other subject."""
    return Question(
        text=about, simplified=about, act=wanted, refers=refers, subjectless=1.0, leans=1.0, document=document
    )
