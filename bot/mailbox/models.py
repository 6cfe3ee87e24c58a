"""What passes between a channel and the assistant."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.text.script import Language, Script


@dataclass(frozen=True)
class Voice:
    """The script and language that a person is answered in."""

    script: Script
    language: Language

    def to_text(self) -> str:
        """A text that `from_text` reads."""
        return f"{self.script} {self.language}"

    @classmethod
    def from_text(cls, kept: str) -> Voice:
        """The voice kept as `kept`."""
        script, language = kept.split()
        return cls(cast(Script, script), cast(Language, language))


@dataclass(frozen=True)
class Wish:
    """What a button asks for, without words to understand.

    `wanted` is a way of giving (answer, departments, citation, full_text), "more" or "list". `clause` is a clause's key
    ("2021-49/8") or a passage's ("2021-49/8/3"), `clauses` and `departments` name what a list shall hold.
    """

    wanted: str
    clause: str = ""
    clauses: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """What a person wrote.

    `conversation` is unique within `channel`; `id` is the client's name for this message within the conversation: a second
    message with the same id is the first one sent again. `voice` is how the person wishes to be answered, None where the
    text shall tell. `in_reply_to` is the id of the earlier message whose answer this one replies to, "" where it replies to none;
    `asked_in` is the conversation of that one where it is somebody else's (in a group).
    """

    channel: str
    conversation: str
    id: str
    text: str
    voice: Voice | None = None
    in_reply_to: str = ""
    asked_in: str = ""

    @property
    def sender(self) -> str:
        """The tracker's sender id: the conversation, namespaced by its channel."""
        return f"{self.channel}:{self.conversation}"

    @property
    def replied_sender(self) -> str:
        """The sender id of the conversation that holds what this message replies to."""
        return f"{self.channel}:{self.asked_in or self.conversation}"


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

    def to_json(self) -> str:
        """A text that `from_json` reads."""
        lines = [{"name": line.name, "text": line.text} for line in self.lines]
        return json.dumps({"lines": lines, "custom": self.custom}, ensure_ascii=False)

    @classmethod
    def from_json(cls, kept: str) -> Reply:
        """The reply kept as `kept`."""
        values = json.loads(kept)
        return cls(tuple(Line(**line) for line in values["lines"]), values["custom"])


@dataclass(frozen=True)
class Exchange:
    """A message as it was kept, and the reply to it, None while it waits."""

    message: Message
    received_at: float
    reply: Reply | None


Answer = Callable[[Message], Awaitable[Reply]]
"""Whatever turns a message into a reply; it may raise any RongceError."""
