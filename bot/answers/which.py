"""Which of the documents that are held a message is answered from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.context import leans
from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.scope import REFUSED_FROM
from bot.clauses.store import ClauseStore


def searched(memory: Memory, store: ClauseStore) -> ClauseStore:
    """What a conversation is answered from: the documents that it is narrowed to, as if no others were held; `store` itself where it is
    narrowed to none, or to none that is held any more.
    """
    held = [key for key in memory.within if store.holds_document(key)]
    return store.of(*held) if held else store


def considered(question: Question, memory: Memory) -> Sequence[Question]:
    """The message as a question about each document that it is to be answered from, the best first.

    Those that it names; the conversation's, where it leans on what was said there or refers to something by its number; all that it may
    refer to, where no conversation tells; else those that likelier deal with it than not.
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
    best, *others = sorted(options, key=lambda option: option.foreign)
    if best.act == "list":  # a list is of one document, and says of which
        return (best,)
    dealing = [best, *(option for option in others if option.foreign < REFUSED_FROM)]
    return own if own and own[0] in dealing else dealing
