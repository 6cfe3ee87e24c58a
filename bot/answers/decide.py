"""What happens with a message: a table of rows, the first that holds gives the outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answers import compose
from bot.answers.context import SURE, leans
from bot.answers.memory import AT_MOST_EARLIER, Memory
from bot.answers.outcome import Outcome, Say
from bot.answers.question import GIVING, OUT_OF_SCOPE, Question
from bot.answers.rows.answering import answer, listed
from bot.answers.rows.changes import what_changed
from bot.answers.rows.going_on import again, all_of_them, back, beside, chosen, more, names_nothing
from bot.answers.rows.looking_up import amounts, bare_word, documents, narrow, words
from bot.answers.rows.named import chapters, departments, one_clause, several_clauses
from bot.answers.rows.refusing import elsewhere, foreign, no_such
from bot.answers.rows.talking import person, talk
from bot.answers.then import of_its_time
from bot.answers.turn import SURELY, SURELY_FOREIGN, TALK, Row, Turn, rather_asks, wanted_of
from bot.answers.which import asks_of_the_past, considered, searched
from bot.clauses.store import ClauseStore

PATIENCE = 2
"""After so many turns that brought nothing the next one offers a person."""


def respond(question: Question, wanted: str, memory: Memory, store: ClauseStore) -> Outcome:
    """The outcome for a message. Raises ClauseDatabaseError where the database cannot be read."""
    held, store = store, searched(memory, store)
    memory = memory.still_held(store.holds)
    memory = dataclasses.replace(
        memory, script=question.script or memory.script, language=question.language or memory.language
    )
    outcome = _parts(question, memory, store) or _about(question, wanted, memory, store)
    if outcome.custom["kind"] != "no_answer":
        outcome = dataclasses.replace(outcome, memory=dataclasses.replace(outcome.memory, misses=0))
    elif memory.misses >= PATIENCE:
        outcome = dataclasses.replace(outcome, says=(*outcome.says, Say("utter_offer_person")))
    if store is not held:
        outcome = compose.narrowed(outcome, bool(question.outside), store)
    return dataclasses.replace(outcome, custom={**outcome.custom, "groups": list(question.groups)})


def _about(question: Question, wanted: str, memory: Memory, store: ClauseStore) -> Outcome:
    """The outcome for a message or a part: from each document that it is to be answered from, one under the other."""
    options = considered(question, memory, store)
    if wanted in TALK or wanted == "hand_over":
        options = options[:1]
    elif question.outside and not question.named:
        return compose.no_answer(memory, compose.OUTSIDE, [Say("utter_outside")])
    if wanted == "changes":  # whose, the row tells
        options = (question,)
    of_all = wanted == "document" and question.rivals and not (question.named or memory.document)
    if of_all:  # which documents are held?
        options = (dataclasses.replace(question, document=""),)
    outcomes: list[Outcome] = []
    for option in options:
        option = dataclasses.replace(option, script=question.script, language=question.language)
        way = _way_anywhere(option, wanted if option.document == question.document else wanted_of(option.act))
        before = memory if way == "changes" else memory.about(option.document)
        if asks_of_the_past(option) and leans(option):  # 那2019年呢 asks for no date, but what was asked before
            option = dataclasses.replace(option, asks={}, stated={})
        outcome = decide(Turn(option, way, before, store, moved=before is not memory))
        earlier = outcome.memory.earlier if before is memory else (*memory.earlier, *outcome.memory.earlier)
        about = outcome.memory.document if way == "changes" else option.document or outcome.memory.document
        memory_of = dataclasses.replace(outcome.memory, document=about, earlier=earlier[-AT_MOST_EARLIER:])
        outcomes.append(of_its_time(dataclasses.replace(outcome, memory=memory_of), option, store))
    answering = [outcome for outcome in outcomes if outcome.given or outcome.custom.get("documents")] or outcomes[:1]
    outcome = answering[0] if len(answering) == 1 else compose.beside(answering, store)
    left = len(store.documents()) - len(question.rivals) - 1
    if left > 0 and question.refers.outright and not (question.named or memory.document):
        outcome = dataclasses.replace(outcome, says=(*outcome.says, Say("utter_more_documents", {"count": str(left)})))
    return outcome


def _way_anywhere(option: Question, wanted: str) -> str:
    """What is wanted; of an untaught document, whose questions are easily taken for none of ours, what kind of thing is asked tells."""
    if option.taught or option.act != OUT_OF_SCOPE:
        return wanted
    ways = {"unit": "departments", "citation": "citation"}
    return next((way for kind, way in ways.items() if option.asks.get(kind, 0.0) >= SURE), wanted)


def decide(turn: Turn) -> Outcome:
    """The outcome of the first row that holds; of clauses or chapters of which some do not exist, for those that do."""
    turn = as_asked(turn)
    refers = turn.question.refers
    if refers.no_such and (refers.clauses or refers.chapters):
        there = dataclasses.replace(turn.question, refers=dataclasses.replace(refers, no_such=None))
        outcome = decide(dataclasses.replace(turn, question=there))
        custom = {**outcome.custom, "no_such": dataclasses.asdict(refers.no_such)}
        return dataclasses.replace(outcome, says=(compose.missing_said(refers.no_such), *outcome.says), custom=custom)
    return next(found for row in ROWS if (found := row(turn)) is not None)


def as_asked(turn: Turn) -> Turn:
    """The turn with a list wanted where the message asks for several clauses."""
    if turn.question.refers.several and turn.wanted in GIVING:
        return dataclasses.replace(turn, wanted="list")
    return turn


def _parts(question: Question, memory: Memory, store: ClauseStore) -> Outcome | None:
    """The parts of a message, each decided on its own and in order; None for a message that is one question after all."""
    if question.refers.several and (_enumerates(question) or question.refers.quoted):
        return None
    asked = [part for part in question.parts if wanted_of(part.act) not in TALK or rather_asks(part)]
    if len(asked) == 1 and wanted_of(question.act) in TALK:  # what stands around the question is only polite
        return _about(asked[0], wanted_of(asked[0].act), memory, store)
    if len(asked) < 2 or _is_subject_and_wish(asked):
        return None
    outcomes: dict[str, Outcome] = {}
    for part in asked:
        part = dataclasses.replace(part, script=question.script, language=question.language)
        outcome = _about(part, wanted_of(part.act), memory, store)
        if not _stands(part, outcome, question.foreign, bool(outcomes)):
            return None
        alike = next((text for text, earlier in outcomes.items() if _says_the_same(outcome, earlier)), part.text)
        if alike == part.text or not outcome.given[0].stated:  # of two things asked of a sentence it may state one
            outcomes[alike] = outcome
            memory = outcome.memory
    if not any(outcome.given for outcome in outcomes.values()) or not _refer_alike(question, asked):
        return None
    if len(outcomes) == 1:
        return next(iter(outcomes.values()))
    return compose.together(list(outcomes), list(outcomes.values()))


def _is_subject_and_wish(parts: Sequence[Question]) -> bool:
    """Whether the parts are one question: a subject that goes on from what was said before, and what is wanted of it (那公租房呢，谁负责)."""
    subject, *wishes = parts
    bare = all(part.act in GIVING - {"answer"} and leans(part) and not part.refers.outright for part in wishes)
    return bare and subject.act in ("follow_up", "another_group")


def _says_the_same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes quote the same words in the same way."""
    quotes = [[(given.clause.key, given.quote) for given in outcome.given] for outcome in (one, other)]
    return bool(one.given) and one.custom["kind"] == other.custom["kind"] and quotes[0] == quotes[1]


def _stands(part: Question, outcome: Outcome, foreign: float, follows: bool) -> bool:
    """Whether a part is a question of its own: one that refers to something, surely names its subject or is surely not ours, or one that
    `follows` another part and leans on it. Where the whole message is surely `foreign`, a part must name its subject all the more.
    """
    kind = outcome.custom["kind"]
    if kind in ("clarify", "smalltalk") or outcome.custom.get("reason") == "no_subject":
        return False
    if part.refers.outright or part.refers.elsewhere or part.outside or kind == "document":
        return True
    if kind == "no_answer":
        return part.foreign >= SURELY_FOREIGN
    if kind == "list" and part.subjectless >= SURE:
        return False
    if part.best >= (SURELY if foreign >= SURELY_FOREIGN else SURE):
        return True
    return follows and foreign < SURELY_FOREIGN and (kind in GIVING - {"answer"} or leans(part))


def _refer_alike(question: Question, parts: Sequence[Question]) -> bool:
    """Whether the parts refer to what the whole message refers to: none was cut through a list of clauses or departments."""
    whole, of_parts = question.refers, [part.refers for part in parts]
    return (
        not (whole.besides or whole.among)
        and set(whole.clauses) == {key for refers in of_parts for key in refers.clauses}
        and set(whole.chapters) == {key for refers in of_parts for key in refers.chapters}
        and len(whole.units.present + whole.units.absent)
        <= max(len(r.units.present + r.units.absent) for r in of_parts)
    )


ROWS: tuple[Row, ...] = (
    elsewhere,
    talk,
    person,
    no_such,
    what_changed,
    all_of_them,
    chosen,
    beside,
    one_clause,
    chapters,
    departments,
    several_clauses,
    amounts,
    documents,
    words,
    bare_word,
    foreign,
    more,
    listed,
    back,
    again,
    names_nothing,
    narrow,
    answer,
)


def _enumerates(question: Question) -> bool:
    """Whether a message that wants a list names several things, each with a clause of its own."""
    return len(set(question.topics)) > 1
