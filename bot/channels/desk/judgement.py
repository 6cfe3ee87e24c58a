"""What the desk needs of the rest of the assistant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.answers.question import Question
from bot.clauses.store import ClauseStore
from bot.mailbox.models import Message, Reply, Voice, Wish


class Judgement(Protocol):
    """Understanding, clauses and words. Its methods raise StateError where they cannot be had now."""

    @property
    def model(self) -> str:
        """Which trained model answers."""

    @property
    def store(self) -> ClauseStore:
        """The clause database."""

    async def look_again(self) -> None:
        """The clause database was built anew: answer from it, where it can be used."""

    @property
    def refused(self) -> str:
        """Why the clause database that was built last is not answered from; "" where it is."""

    async def understand(self, text: str, documents: Sequence[str] = ()) -> Question | None:
        """What somebody types, as the models understand it where only `documents` are searched or, without any, all; None for what is no
        question.
        """

    async def try_out(self, text: str, store: ClauseStore, documents: Sequence[str] = ()) -> Reply:
        """The reply that somebody would get who begins with this, if `store` were what is held, in a conversation that is narrowed to
        `documents`, or to none; nothing is kept.
        """

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of a response of domain.yml."""

    async def give(self, message: Message, wish: Wish) -> Reply:
        """The cited answer that a button would bring in `message`'s conversation, which is about it from then on."""

    async def preview(self, message: Message, wish: Wish) -> Reply:
        """What `give` would bring; nothing is kept, and the conversation goes on being about what it was."""

    def deliver(self, channel: str) -> None:
        """Something waits to be said to somebody on `channel`."""
