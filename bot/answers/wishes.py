"""What a button asks for: a clause that is known, in a way that is known, so that nothing has to be understood."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import Candidate, Mentions, Question
from bot.answers.respond import respond
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
        found = [entry.number for entry in store.select(departments=departments)] if departments else clauses
        if len(found) == 1:
            return grant(memory, store, "full_text", f"{store.document().key}/{found[0]}")
        about = "、".join(departments) or memory.question
        memory = dataclasses.replace(memory, offered=())  # several are wanted, not one of those offered before
        return respond(_asking(about, wanted, Mentions(clauses=tuple(found))), wanted, memory, store)
    passage = clause
    key = "/".join(clause.split("/")[:2])
    about = memory.question if memory.clause == key else store.clause(key).heading
    if wanted == "more":
        if memory.clause != key:  # what is remembered belongs to another subject
            memory = dataclasses.replace(memory, question=about, clause=key, given=(key,), near=())
        return respond(_asking(about, wanted, Mentions()), wanted, memory, store)
    way = "full_text" if wanted == "answer" and passage == key else wanted
    only = (key,)  # there is one to choose from
    memory = dataclasses.replace(memory, question=about, wanted=way, offered=only)
    question = _asking(about, "choose", Mentions(clauses=(store.clause(key).number,)))
    question = dataclasses.replace(question, in_context=(Candidate(passage, 1.0),) if passage != key else ())
    return respond(question, "choose", memory, store)


def _asking(about: str, wanted: str, mentions: Mentions) -> Question:
    """A question that is certain: it wants `wanted` of what it mentions, and names no other subject."""
    return Question(text=about, simplified=about, turn=wanted, confidence=1.0, mentions=mentions, subjectless=1.0)
