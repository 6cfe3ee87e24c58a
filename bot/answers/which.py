"""Which of the documents that are held a message is answered from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.context import leans
from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.scope import REFUSED_FROM
from bot.clauses.store import ClauseStore

LEARNED = 10.0
"""What it adds to the fit of a taught document that a message is surely about it; the rest is the score of its words
(answers.retriever), as for every document.
"""
ENOUGH = 9.0
"""The least fit of a document that is answered from beside one that fits better."""
MAY_FIT = 5.0
"""The least fit of another document that a message which leans on the last answer is carried over to (那松屏呢)."""
NEARLY = 0.55
"""A document that fits at least so well, as a share of the best one's fit, is answered from beside it."""


def searched(memory: Memory, store: ClauseStore) -> ClauseStore:
    """What a conversation is answered from: the documents that it is narrowed to, as if no others were held; `store` itself where it is
    narrowed to none, or to none that is held any more.
    """
    held = [key for key in memory.within if store.holds_document(key)]
    return store.of(*held) if held else store


def considered(question: Question, memory: Memory) -> Sequence[Question]:
    """The message as a question about each document that it is to be answered from, the best first.

    Those that it names; the conversation's, where it leans on what was said there or refers to something by its number; all that it may
    refer to, where no conversation tells; else the one that fits best, and those that fit nearly as well.
    """
    options = (question, *question.rivals)
    if question.named or len(options) == 1:
        return options
    own = [option for option in options if option.document == memory.document]
    if own and (leans(own[0]) or own[0].refers.outright):
        return own
    outright = [option for option in options if option.refers.outright]
    if of_units := [option for option in outright if option.refers.units.present]:
        return of_units  # elsewhere there is no such department, and nothing else may be meant
    if outright:
        return outright
    best_first = sorted(options, key=lambda option: -_fit(option))
    best = next((option for option in best_first if option.foreign < REFUSED_FROM), best_first[0])
    if best.foreign >= REFUSED_FROM or best.act == "list":  # a list is of one document, and says of which
        return (best,)
    near = [option for option in best_first if option is not best and _is_near(option, best)]
    return own if own and own[0] in (best, *near) else (best, *near)


def _is_near(option: Question, best: Question) -> bool:
    return option.foreign < REFUSED_FROM and _fit(option) >= max(ENOUGH, NEARLY * _fit(best))


def _fit(option: Question) -> float:
    """How well the option's document fits: by its words, and by what was learned about it."""
    if not option.taught:
        return option.score
    sure = 1.0 if option.act == "list" else option.best  # a list has many likely clauses, and no best one
    return option.score + LEARNED * (1 - option.foreign) * sure
