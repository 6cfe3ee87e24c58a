"""What the chat page offers while somebody types: questions that were taught, and clauses."""

from __future__ import annotations

import re
from typing import Any

from bot.answers.outcome import reference, title
from bot.channels.both_scripts import in_both
from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from bot.clauses.taught import as_typed

LONGEST_TYPED, SHORTEST_TYPED = 40, 2
"""Characters of what is typed that are looked at, and from how many on."""
QUESTIONS, CLAUSES = 4, 2
"""So many are offered."""
NUMBERED = re.compile(r"第?([0-9]{1,3})条?")


def suggested(typed: str, store: ClauseStore) -> dict[str, Any]:
    """Questions and clauses for what is `typed` so far, in both scripts; nothing for too little of it."""
    wanted = as_typed(typed)
    if len(wanted) < SHORTEST_TYPED:
        return {"questions": [], "clauses": []}
    questions = [in_both(question.text) for question in store.taught_like(typed, QUESTIONS)]
    clauses = [
        {"title": in_both(_named(clause, store)), "ask": in_both(reference(clause, store))}
        for clause in _clauses(wanted, store)[:CLAUSES]
    ]
    return {"questions": questions, "clauses": clauses}


def _named(clause: Clause, store: ClauseStore) -> str:
    """What a clause is called; where several documents are searched, with its document's number."""
    number = store.document(clause.document).number if len(store.documents()) > 1 else ""
    return f"{number}{title(clause)}"


def _clauses(wanted: str, store: ClauseStore) -> list[Clause]:
    """The clauses with a number or a heading like that."""
    numbered = NUMBERED.fullmatch(wanted)
    number = int(numbered[1]) if numbered else 0
    return [
        clause
        for clause in store.clauses()
        if clause.label and (clause.printed == number or (clause.heading and wanted in as_typed(clause.heading)))
    ]
