"""What Telegram needs of the rest of the assistant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.mailbox.models import Message, Reply, Voice, Wish

CHANNEL = "telegram"
"""The channel's name in the mailbox."""


class Desk(Protocol):
    """Words, clauses, and what needs no understanding. Its methods raise StateError where they cannot be answered now."""

    async def ready(self) -> None:
        """Wait until the assistant can answer."""

    @property
    def model(self) -> str:
        """Which trained model answers."""

    @property
    def store(self) -> ClauseStore:
        """The clause database."""

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of a response of domain.yml."""

    async def give(self, message: Message, wish: Wish) -> Reply:
        """What a button asks for."""

    async def speak(self, message: Message) -> None:
        """Speak to a conversation in its message's voice."""

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]:
        """Answer a conversation from some documents alone, from all where none is named; what it is narrowed to then."""

    async def narrowed(self, message: Message) -> tuple[Document, ...]:
        """The documents that a conversation is narrowed to; none where all are searched."""

    async def look_up(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Cited answers for what somebody types."""


def voice_of(language_code: str) -> Voice:
    """The voice for a Telegram client's language (IETF: zh-hant, zh-TW, zh-hans, en, ja …)."""
    code = language_code.lower()
    if code.startswith("zh"):
        return Voice("hant" if any(part in code for part in ("hant", "tw", "hk", "mo")) else "hans", "zh")
    return Voice("hans", "en" if code else "zh")
