"""What is not answered: another document's or place's, what does not exist, what the documents do not deal with."""

from __future__ import annotations

from bot.answers import compose
from bot.answers.context import SURE, leaning, leans
from bot.answers.giving import UNRELATED, refuse
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import GIVING, OUT_OF_SCOPE, Question
from bot.answers.scope import REFUSED_FROM
from bot.answers.turn import SURELY_FOREIGN, Turn
from bot.answers.which import asks_of_the_past

FACT_OF_THEN = 0.9
"""From this probability on, a question about an earlier time that surely names a clause asks for a fact of then (落户了多少人), and not for the rules
of then (落户要什么条件), which look much like it.
"""
BARE = 0.7
"""From this much leaning on, a message that looks foreign asks about the last answer what the document does not state."""
NEVER_ASKED = frozenset({"injection", "gibberish", "opinion"})
"""Reasons for which a message is about no answer, however much it leans."""


def elsewhere(turn: Turn) -> Outcome | None:
    """A clause of another document or of another place's is named, or the same is asked about another place ("and in Xiamen?")."""
    question, memory = turn.question, turn.memory
    if question.refers.elsewhere:
        return refuse(turn, "place" if question.refers.elsewhere == "other_place" else "document")
    the_same_there = question.refers.place == "elsewhere" and leans(question) and memory.question
    return refuse(turn, "place") if the_same_there and not question.groups else None


def no_such(turn: Turn) -> Outcome | None:
    """A clause or chapter is named that the document does not have."""
    missing = turn.question.refers.no_such
    return compose.no_such(missing, turn.memory) if missing else None


def foreign(turn: Turn) -> Outcome | None:
    """The documents do not deal with it; the nearest clause is offered where one is near, and never given."""
    question, memory = turn.question, turn.memory
    if not question.taught and turn.moved and leans(question) and not question.fits_after:  # 那汐港呢
        return refuse(turn, "answer")
    of_then = asks_of_the_past(question) and question.best >= SURE
    if (
        question.foreign < (FACT_OF_THEN if of_then else REFUSED_FROM)
        or turn.wanted == "choose"
        or (turn.wanted == "more" and leans(question))
    ):
        return None
    the_same_here = memory.refused == "place" and question.refers.place == "home"  # and here?
    if leans(question) and (the_same_here or _asks_on(question, memory)):
        return None
    if leans(question) and not memory.question and question.act != OUT_OF_SCOPE:
        return None
    return refuse(turn, question.reason or "answer")


def _asks_on(question: Question, memory: Memory) -> bool:
    """Whether a message that leans on what was said before is about that, though it looks foreign."""
    if memory.refused or not memory.question:
        return False
    if memory.clause and leaning(question) >= BARE and question.reason not in NEVER_ASKED:
        return True
    if question.foreign >= SURELY_FOREIGN:
        return False
    # the reason is the likeliest one if it were out of scope; a wish for the last answer's offices is not
    return question.act in GIVING - {"answer"} or question.reason not in UNRELATED
