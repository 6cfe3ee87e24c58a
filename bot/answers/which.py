"""Which of the documents that are held a message is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answers.context import SURE, leans
from bot.answers.memory import Memory
from bot.answers.question import Question
from bot.answers.scope import REFUSED_FROM
from bot.clauses.store import ClauseStore
from bot.clauses.versions import Versions, versions_of


def searched(memory: Memory, store: ClauseStore) -> ClauseStore:
    """What a conversation is answered from: the documents that it is narrowed to, as if no others were held; `store` itself where it is
    narrowed to none, or to none that is held any more.
    """
    held = [key for key in memory.within if store.holds_document(key)]
    return store.of(*held) if held else store


def considered(question: Question, memory: Memory, store: ClauseStore) -> Sequence[Question]:
    """The message as a question about each document that it is to be answered from, the best first.

    Those that it names; the conversation's, where it leans on what was said there or refers to something by its number; all that it may
    refer to, where no conversation tells; else those that likelier deal with it than not. Of a document of which several versions are held, the
    version of the time that it asks about.
    """
    versions = versions_of(store)
    options = _of_the_time((question, *question.rivals), memory, versions)
    if question.named or len(options) == 1:
        return options
    spoken_of = {memory.document, *(version.key for version in versions.of(memory.document))}
    own = [option for option in options if option.document in spoken_of]
    if own and (leans(own[0]) or own[0].refers.outright):
        return own
    outright = [option for option in options if option.refers.outright]
    if of_units := [option for option in outright if option.refers.units.present or option.refers.units.absent]:
        return of_units  # elsewhere there is no such department, and nothing else may be meant
    if outright:
        return outright
    dealing = [option for option in options if option.foreign < REFUSED_FROM]
    if not dealing:  # what no other document deals with may be the taught one's after all
        likeliest = min(options, key=lambda option: min(option.foreign, option.foreign_alone))
        return (replace(likeliest, foreign=min(likeliest.foreign, likeliest.foreign_alone)),)
    best, *others = sorted(dealing, key=lambda option: option.foreign)
    if best.act == "list":  # a list is of one document, and says of which
        return (best,)
    return own if own and own[0] in dealing else (best, *others)


def _of_the_time(options: Sequence[Question], memory: Memory, versions: Versions) -> Sequence[Question]:
    """Of each document the versions that are asked about: those in force at the time that the message asks about, the one before today's
    where it says no time, and today's where it asks about none; what goes on about an older version stays with that.
    """

    def goes_on(option: Question) -> bool:
        another_time = asks_of_the_past(option) or option.refers.now
        return option.document == memory.document and not another_time and (leans(option) or option.refers.outright)

    gone_on = {version.key for option in options if goes_on(option) for version in versions.of(option.document)}

    def is_meant(option: Question) -> bool:
        if option.exact or not option.document or goes_on(option):
            return True
        return option.document not in gone_on and option.document in asked_about(option, versions)

    return [option for option in options if is_meant(option)] or options


def asks_of_the_past(question: Question) -> bool:
    """Whether a message asks for the rules of an earlier time."""
    return question.past >= SURE


def asked_about(question: Question, versions: Versions) -> list[str]:
    """The keys of the versions that a message asks about, of the document that it is read as a question about; the oldest where none of
    the time that it names is held.
    """
    family, today = versions.of(question.document), date.today()
    if len(family) < 2:
        return [question.document]
    current = versions.within(question.document, today, today) or family[:1]
    if not asks_of_the_past(question):
        return [version.key for version in current]
    if not question.refers.when:
        before = [older for version in current for older in versions.before(version.key)]
        return [version.key for version in before or current]
    first, last = map(date.fromisoformat, (question.refers.first, question.refers.last))
    return [version.key for version in versions.within(question.document, first, min(last, today)) or family[:1]]
