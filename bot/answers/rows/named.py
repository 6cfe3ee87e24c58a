"""Clauses, chapters and departments that are named."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answers import compose, select
from bot.answers.claims import CLAIMED_FROM
from bot.answers.context import SURE, leans
from bot.answers.giving import NEAR, UNRELATED, give, list_clauses, with_chapter
from bot.answers.outcome import Outcome
from bot.answers.question import GIVING, Question
from bot.answers.scope import REFUSED_FROM
from bot.answers.turn import SURELY_FOREIGN, Turn
from bot.clauses.models import Clause

AT_MOST_APART = 3
"""So many clauses are given one by one; more are listed."""


def one_clause(turn: Turn) -> Outcome | None:
    """A clause is named: all of it, or what is wanted of it."""
    question, memory, store = turn.question, turn.memory, turn.store
    if len(question.refers.clauses) != 1:
        return None
    clause = store.clause(question.refers.clauses[0])
    wanted = turn.wanted if turn.wanted in GIVING else "answer"
    if (question.refers.again or question.act == "correct") and memory.wanted in ("departments", "citation"):
        return give(turn, clause, "", memory.wanted, question.simplified)
    if question.refers.alone or question.refers.again:
        return give(turn, clause, "", "full_text", question.simplified)
    if question.refers.which_part and clause.chapter:
        return with_chapter(give(turn, clause, "", "citation", question.simplified), clause, store)
    if question.refers.chapters:
        wanted = "citation"
    if _asks_for_units(question):
        wanted = "departments"
    inside = [entry for entry in question.candidates if entry.clause == clause.key and entry.probability > NEAR]
    passage = inside[0].passage if inside and not leans(question) else ""
    return give(
        turn, clause, passage, "full_text" if wanted == "answer" and not passage else wanted, question.simplified
    )


def several_clauses(turn: Turn) -> Outcome | None:
    """Several clauses are named, or all of them: each on its own where they are few and something is wanted of them, else a list."""
    keys, store = turn.question.refers.clauses, turn.store
    if turn.question.refers.every:
        return list_clauses(turn, [clause for clause in turn.view.clauses() if clause.label])
    if len(keys) < 2:
        return None
    clauses = [store.clause(key) for key in keys]
    units_named = turn.question.refers.units.present
    if units_named and (turn.wanted == "list" or len(keys) > AT_MOST_APART):  # 前十条里教育局负责的
        return list_clauses(
            turn, [clause for clause in select.of_units(turn.question.refers.units, turn.view) if clause.key in keys]
        )
    if turn.wanted in ("departments", "full_text") and len(clauses) <= AT_MOST_APART:
        return each_of(turn, clauses, turn.wanted)
    return list_clauses(turn, clauses)


def each_of(turn: Turn, clauses: Sequence[Clause], way: str) -> Outcome:
    """What is wanted of several clauses, one under the other."""
    memory, outcomes = turn.memory, []
    for clause in clauses:
        one = dataclasses.replace(turn, memory=memory)
        outcomes.append(give(one, clause, "", way, turn.question.simplified))
        memory = outcomes[-1].memory
    return compose.together([clause.label for clause in clauses], outcomes)


def chapters(turn: Turn) -> Outcome | None:
    """Chapters are named: all their clauses, or those of them that departments carry out which are named as well."""
    refers, store = turn.question.refers, turn.store
    if refers.same_part and turn.memory.clause and leans(turn.question) and not refers.clauses:
        last = store.clause(turn.memory.clause)
        refers = dataclasses.replace(refers, chapters=(f"{last.document}/{last.chapter}",) if last.chapter else ())
    if refers.clauses or not refers.chapters:
        return None
    inside = select.of_chapters(refers.chapters, store)
    if refers.among and turn.memory.listed:  # of the list before those of the chapter
        return list_clauses(turn, [clause for clause in inside if clause.key in turn.memory.given])
    if refers.units.present or refers.units.absent:  # 第四部分里卫健委参与的
        return list_clauses(turn, [clause for clause in select.of_units(refers.units, turn.view) if clause in inside])
    return list_clauses(turn, inside, refers.chapters)


def departments(turn: Turn) -> Outcome | None:
    """Departments are named and no other subject: their clauses, as they are put together."""
    question, memory = turn.question, turn.memory
    units = question.refers.units
    if len(question.refers.clauses) > 1:
        return None
    if not (units.present or units.absent):
        others = question.refers.authorities and (turn.wanted == "list" or _asks_what_it_does(turn))
        lists = others or (turn.wanted in ("list", "departments") and units.alone)
        return list_clauses(turn, [] if others else select.of_units(units, turn.view)) if lists else None
    has_subject = not leans(question) and question.best >= SURE
    unrelated = question.foreign >= REFUSED_FROM and question.reason in UNRELATED
    lists_theirs = turn.wanted == "list" and question.subjectless >= SURE  # what has this office? is never foreign
    if not lists_theirs and (unrelated or (question.foreign >= SURELY_FOREIGN and not leans(question))):
        return None
    of_these = question.refers.among and memory.given
    if memory.listed and memory.units and units.present and not of_these and leans(question):
        return list_clauses(turn, select.of_units(units, turn.view), units=units.present)  # the same for another one
    if turn.wanted == "departments" and memory.clause and not memory.listed:
        return None  # is it theirs? of the last answer
    if turn.wanted != "list" and (has_subject or (memory.clause and question.claims >= CLAIMED_FROM)):
        return None
    found = select.of_units(units, turn.view)
    if of_these:
        found = [clause for clause in found if clause.key in memory.given]
    return list_clauses(turn, found, units=units.present)


def _asks_what_it_does(turn: Turn) -> bool:
    """Whether a message asks what the office that it names has to do, and not whether the last answer is its matter."""
    names_nothing_else = turn.question.subjectless >= SURE and turn.wanted in GIVING
    outright = turn.question.refers.office_asked
    return names_nothing_else and (outright or turn.memory.listed or not turn.memory.clause)


def _asks_for_units(question: Question) -> bool:
    """Whether a message names departments beside a clause: is it theirs, and whose else?"""
    return bool(question.refers.units.present or question.refers.units.absent)
