"""What passes between a channel and the assistant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    """What a person wrote.

    `conversation` is unique within `channel`; `id` is the client's name for this message within the conversation: a second
    message with the same id is the first one sent again.
    """

    channel: str
    conversation: str
    id: str
    text: str

    @property
    def sender(self) -> str:
        """The tracker's sender id: the conversation, namespaced by its channel."""
        return f"{self.channel}:{self.conversation}"


@dataclass(frozen=True)
class Line:
    """One part of a reply: `name` is the response in domain.yml that words it, `text` what a person reads."""

    name: str
    text: str


@dataclass(frozen=True)
class Reply:
    """What the assistant says to one message: the lines a person reads and the machine-readable part."""

    lines: tuple[Line, ...]
    custom: dict[str, Any]

    @property
    def text(self) -> str:
        """The readable reply as plain text."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Exchange:
    """A message as it was kept, and the reply to it, None while it waits."""

    message: Message
    received_at: float
    reply: Reply | None


Answer = Callable[[Message], Awaitable[Reply]]
"""Whatever turns a message into a reply; it may raise any RongceError."""
