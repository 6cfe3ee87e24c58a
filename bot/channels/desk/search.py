"""A search of the desk: what is typed, and where nothing answers that, what is meant by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answers.lookup import SPOKEN_TO, Found, look_up
from bot.answers.meant import AT_MOST_SUGGESTED, Taken, sounds_of
from bot.answers.narrowing import Narrowing
from bot.answers.question import Question
from bot.channels.desk.judgement import Judgement


@dataclass(frozen=True)
class Searched:
    """What is found for `text`, as it was understood; what of it was `taken` for something else than was typed, and what else may be meant."""

    text: str
    found: Found
    question: Question | None
    taken: tuple[Taken, ...] = ()
    suggested: tuple[str, ...] = ()


async def search(
    text: str,
    judgement: Judgement,
    narrowing: Narrowing | None = None,
    limit: int = 20,
    first: int = 0,
    as_typed: bool = False,
) -> Searched:
    """What is found for `text` (see look_up). Where nothing surely answers it and it is spelt in Latin letters or with other characters of
    the same sound, what is meant is looked up in its place, unless all shall be `as_typed`; where it is nothing but such characters, in any
    case.

    Raises StateError where nothing can be understood now, ClauseDatabaseError where the database cannot be read.
    """
    narrowing = narrowing or Narrowing()
    typed = await _search(text, judgement, narrowing, limit, first)
    found = typed.found
    if typed.question is None or found.kind in SPOKEN_TO:
        return typed
    sounds = sounds_of(judgement.store)
    meant = sounds.meant(text)
    if meant is None:
        return typed if found.judged else replace(typed, suggested=sounds.suggested(text))
    # of characters that make no word and stand alone (档按) the models have nothing to go by but each character
    is_no_word = meant.taken[0].typed == text.strip() and not text.isascii()
    is_answered = found.judged and found.in_chat != "clarify" and not is_no_word
    if not (is_answered or as_typed):
        instead = await _search(meant.text, judgement, narrowing, limit, first)
        if instead.found.anywhere:
            return replace(instead, taken=meant.taken, suggested=meant.alternatives)
    return replace(typed, suggested=(meant.text, *meant.alternatives)[:AT_MOST_SUGGESTED])


async def _search(text: str, judgement: Judgement, narrowing: Narrowing, limit: int, first: int) -> Searched:
    question = await judgement.understand(text, [narrowing.document] if narrowing.document else ())
    return Searched(text, look_up(question, judgement.store, narrowing, limit, first), question)
