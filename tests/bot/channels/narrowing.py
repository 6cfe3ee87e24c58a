"""What channels narrow a conversation by, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.components.vocabulary import clause_store
from bot.mailbox.models import Message


class Narrowings:
    """What each conversation is narrowed to, over the documents of the checkout."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, ...]] = {}

    @property
    def store(self) -> ClauseStore:
        return clause_store()

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]:
        self.keys[message.sender] = tuple(documents)
        return await self.narrowed(message)

    async def narrowed(self, message: Message) -> tuple[Document, ...]:
        keys = self.keys.get(message.sender, ())
        return tuple(document for document in clause_store().documents() if document.key in keys)
