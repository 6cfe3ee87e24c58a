"""One question to decide, and what every row of the table asks of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bot.answers.context import SURE, leans
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import GIVING, Question
from bot.answers.scope import REFUSED_FROM
from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

TALK = frozenset({"greet", "thanks", "goodbye", "capabilities", "insult", "chitchat"})
ANSWERED_BY = {
    "list": "list",
    "human": "hand_over",
    "more": "more",
    "choose": "choose",
    "document": "document",
    "changes": "changes",
    "step": "step",
}
"""What an act wants that is none of GIVING or TALK; any other wants an answer."""
SURELY_FOREIGN = 0.8
"""From this probability on, even a message that leans on the last answer is not about it, and a part of a message is refused by itself."""
SURELY = 0.9
"""A clause as probable as this is surely meant."""
FEW_CHARACTERS = 6
"""A message of at most so many characters names hardly anything beside one word or a document."""
WISHED = 0.1
"""The least probability of a wish that is said beside something else ("the next one, in full")."""


@dataclass(frozen=True)
class Turn:
    """One question to decide: what it wants (one of GIVING or TALK or a value of ANSWERED_BY), and what is known."""

    question: Question
    wanted: str
    memory: Memory
    store: ClauseStore
    """All that is held."""
    moved: bool = False
    """Whether another document was spoken of before."""

    @cached_property
    def view(self) -> ClauseStore:
        """The document that the question is about, as if no other were held."""
        return self.store.of(self.question.document) if self.question.document else self.store


Row = Callable[[Turn], "Outcome | None"]


def wanted_of(act: str) -> str:
    """What an act wants."""
    return act if act in GIVING | TALK else ANSWERED_BY.get(act, "answer")


def rather_asks(question: Question) -> bool:
    """Whether what looks like talk asks something: it names what is surely the document's, or is hardly talk."""
    names = not leans(question) and question.foreign < REFUSED_FROM
    return names and (question.confidence < SURE or question.best >= SURE)


def names_a_measure(question: Question, store: ClauseStore) -> bool:
    """Whether a message has words of the documents beside the amounts that it names and the home city's name."""
    here = {simplify(name) for name in (store.home, *store.home_names, *store.home_parts)}
    rest = dataclasses.replace(question, words=tuple(word for word in question.words if word not in here))
    return any(shares_words(rest, clause) for clause in store.clauses())


def shares_words(question: Question, clause: Clause) -> bool:
    """Whether a message has words of `clause` beside the amounts that it names."""
    amounts = "".join(amount.text for amount in question.refers.amounts)
    return any(len(word) > 1 and word in clause.text and word not in amounts for word in question.words)
