"""Amounts, words and bare words that are looked up in the documents, and the documents themselves."""

from __future__ import annotations

import dataclasses
import re

from bot.answers import compose, select
from bot.answers.claims import CLAIMED_FROM
from bot.answers.context import SURE, leans
from bot.answers.giving import AT_MOST_CHOICES, give, list_clauses, offer
from bot.answers.outcome import Outcome, Say
from bot.answers.question import GIVING, Question
from bot.answers.turn import FEW_CHARACTERS, SURELY, SURELY_FOREIGN, Turn, names_a_measure, shares_words
from bot.clauses.models import OPENING, Passage
from bot.clauses.store import ClauseStore

SHORT = 15
"""A message of at most so many characters that names an amount may look it up."""
MENTIONED = 0.1
"""The least probability of a passage of the heading that is quoted beside what is known of the documents."""
NARROW = 0.3
"""The probability below which the best clause of a message that names hardly anything is asked back about."""
FEW_CLAUSES = 2
"""A bare word that more clauses hold is asked back about, unless one of them is surely meant."""
TELLING = 3
"""A run of the documents' words of at least so many characters says what a message is about."""


def documents(turn: Turn) -> Outcome | None:
    """The documents themselves: in force? since when? how many clauses? which are held?"""
    refers = turn.question.refers
    names_none = not (refers.clauses or refers.chapters or refers.units.present)
    by_itself = (
        (refers.document and refers.alone) or refers.superseded or (refers.outline and turn.question.best < SURE)
    )
    if not names_none or not (turn.wanted == "document" or by_itself):
        return None
    if turn.memory.listed and leans(turn.question):  # how many? after a list
        return list_clauses(turn, [turn.store.clause(key) for key in turn.memory.given])
    best = next(iter(turn.question.candidates), None)
    in_heading = best is not None and best.probability >= MENTIONED and turn.store.clause(best.clause).number == OPENING
    passages = [turn.store.passage(best.passage)] if best is not None and in_heading else []
    passages = [passage for passage in passages if not _is_on_the_card(passage, turn.store)]
    if len(turn.view.documents()) == 1:
        passages = [*passages, *select.of_validity(turn.view)]
    return compose.documents(passages, turn.memory, turn.view, refers.superseded)


def amounts(turn: Turn) -> Outcome | None:
    """An amount is looked up by its value."""
    question, store = turn.question, turn.store
    looked_up = turn.wanted in ("citation", "list", "document") or leans(question) or len(question.simplified) <= SHORT
    if not question.refers.amounts or not looked_up:
        return None
    if question.foreign >= SURELY_FOREIGN and _says_more(question):
        return None
    if question.claims >= CLAIMED_FROM and (turn.memory.clause or names_a_measure(question, turn.view)):
        return None
    passages = select.of_amounts(question.refers.amounts, turn.view)
    probable = dict(question.clauses())
    clauses = list(dict.fromkeys(store.clause(passage.clause_key) for passage in passages))
    best = next((store.clause(key) for key, p in question.clauses()[:1] if p >= SURE and not leans(question)), None)
    if turn.wanted in GIVING - {"citation"} and best and best not in clauses and shares_words(question, best):
        return None  # 毕业三年了还能申请公租房吗
    clauses.sort(key=lambda clause: -probable.get(clause.key, 0.0))
    sure = clauses and probable.get(clauses[0].key, 0.0) >= SURE and shares_words(question, clauses[0])
    turn = dataclasses.replace(turn, question=dataclasses.replace(question, claims=0.0))
    if len(clauses) == 1 or sure:
        first = next(passage for passage in passages if passage.clause_key == clauses[0].key)
        return give(
            turn, clauses[0], first.key, turn.wanted if turn.wanted in GIVING else "answer", question.simplified
        )
    return list_clauses(turn, sorted(clauses, key=lambda clause: clause.number), passages=passages) if clauses else None


def words(turn: Turn) -> Outcome | None:
    """Words of the documents themselves are looked up: the clauses that hold them."""
    question = turn.question
    wanted = turn.wanted == "citation" or question.refers.quoted
    if not wanted and (not leans(question) or turn.memory.clause):
        return None
    asks_where = question.refers.quoted and turn.wanted in ("citation", "list") and question.best < SURE
    if asks_where and not select.quoted(question.refers.quoted, turn.view):
        return compose.no_answer(turn.memory, "not_covered", [Say("utter_no_words", {"words": question.refers.quoted})])
    if question.foreign >= SURELY_FOREIGN or question.refers.place == "elsewhere":
        return None
    quoted = select.quoted(question.refers.quoted, turn.view)
    if question.refers.in_headings:
        quoted = [passage for passage in quoted if passage.position == 0]
    if question.best >= SURE and not leans(question) and not quoted:
        return None
    run, passages = (question.refers.quoted, quoted) if quoted else select.of_words(question, turn.view)
    if not passages or (len(run) < TELLING and not quoted):
        return None
    clauses = list(dict.fromkeys(turn.store.clause(passage.clause_key) for passage in passages))
    if len(clauses) > 1:
        return list_clauses(turn, clauses, passages=passages)
    return give(
        turn, clauses[0], passages[0].key, turn.wanted if turn.wanted in GIVING else "answer", question.simplified
    )


def bare_word(turn: Turn) -> Outcome | None:
    """A word of the documents by itself that says too little: the likeliest clauses that hold it are offered."""
    question, store = turn.question, turn.store
    word = re.sub(r"\W", "", question.simplified)
    here = [clause for clause in turn.view.mentioning(word) if clause.label] if len(word) > 1 else []
    sure = question.best >= SURELY or (question.best >= SURE and len(here) <= FEW_CLAUSES)
    if turn.memory.clause or len(question.simplified) > FEW_CHARACTERS or not here or sure:
        return None
    probable = dict(question.clauses())
    here.sort(key=lambda clause: -probable.get(clause.key, 0.0))
    if len(here) == 1:
        holding = next((p.key for p in store.passages(here[0].key) if word in p.text), "")
        return give(turn, here[0], holding, "answer", question.simplified)
    return offer(turn, here[:AT_MOST_CHOICES])


def narrow(turn: Turn) -> Outcome | None:
    """A bare word that fits several clauses: they are offered."""
    question = turn.question
    probable = question.clauses()
    leaning = turn.memory.question and leans(question)
    if (
        leaning
        or turn.memory.clause
        or len(question.simplified) > FEW_CHARACTERS
        or not probable
        or probable[0][1] >= NARROW
    ):
        return None
    return offer(turn, [clause for key, _ in probable if (clause := turn.store.clause(key)).label][:AT_MOST_CHOICES])


def _is_on_the_card(passage: Passage, store: ClauseStore) -> bool:
    """Whether a passage of the heading says no more than what is said of a document anyway: its number, title, issuer or date."""
    document = store.document(passage.document)
    return "date" in passage.facts or passage.text in (document.number, document.title, document.issuer)


def _says_more(question: Question) -> bool:
    """Whether a message has words beside the amounts that it names."""
    rest = question.simplified
    for amount in question.refers.amounts:
        rest = rest.replace(amount.text, "")
    return any(char.isalnum() for char in rest)
