"""What a button carries: all that is needed to answer it, signed, in 64 bytes. Nothing is looked up that a restart could lose.

1fT:2021-49/8/3:4711:Zm9vYmFyMTI
│││ │           │    └ signature, bound to the chat
│││ │           └ the message that was answered
│││ └ what it is about: a passage, a clause, a page of a list, a department
││└ the voice: T Traditional, S Simplified, E and F English with a quote in either
│└ the action
└ the version
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from telegram.constants import InlineKeyboardButtonLimit

from bot.mailbox.models import Voice

VERSION = "1"
AT_MOST = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
SIGNATURE = 10
"""Characters of the signature, six bits each."""
VOICES = {
    "T": Voice("hant", "zh"),
    "S": Voice("hans", "zh"),
    "E": Voice("hans", "en"),
    "F": Voice("hant", "en"),
}
ANSWER, FULL_TEXT, DEPARTMENTS, CITATION, MORE = "a", "f", "d", "c", "m"
CHOICE, PAGE, EXAMPLE, LANGUAGE, UNITS, UNIT = "s", "l", "q", "g", "p", "t"
UP, DOWN = "u", "n"
WRONG_CLAUSE, NO_ANSWER, HARD_TO_READ, OTHER = "w", "x", "h", "o"
PERSON, TAKE_BACK = "r", "b"
ACTIONS = frozenset("afdcmslqgptunwxhorb")


class OldButton(Exception):
    """A button of another version of this code."""


class ForgedButton(Exception):
    """Data that this bot did not put under a message of this chat."""


@dataclass(frozen=True)
class Tap:
    """A button: what it does, in which voice, about what; `asked` is the id of the person's message that was answered."""

    action: str
    voice: Voice
    about: str = ""
    asked: str = ""


class Callbacks:
    """Writes and reads what buttons carry."""

    def __init__(self, token: str) -> None:
        """`token` is the bot's; the key is made from it."""
        self._key = hashlib.sha256(f"buttons of {token}".encode()).digest()

    def write(self, tap: Tap, chat: int) -> str:
        """The data of a button in `chat`. Raises ValueError where it is longer than Telegram takes."""
        voice = next(letter for letter, voice in VOICES.items() if voice == tap.voice)
        body = f"{VERSION}{tap.action}{voice}:{tap.about}:{tap.asked}"
        data = f"{body}:{self._signature(body, chat)}"
        if len(data.encode()) > AT_MOST:
            raise ValueError(f"the button {body!r} needs more than {AT_MOST} bytes")
        return data

    def read(self, data: str, chat: int) -> Tap:
        """What a button in `chat` carries. Raises OldButton and ForgedButton."""
        body, _, signature = data.rpartition(":")
        if not hmac.compare_digest(signature.encode(), self._signature(body, chat).encode()):
            if data[:1].isdigit() and not data.startswith(VERSION):
                raise OldButton(data[:1])
            raise ForgedButton
        head, about, asked = body.split(":")
        if len(head) != 3 or head[0] != VERSION or head[1] not in ACTIONS or head[2] not in VOICES:
            raise OldButton(head)
        return Tap(head[1], VOICES[head[2]], about, asked)

    def _signature(self, body: str, chat: int) -> str:
        made = hmac.new(self._key, f"{chat}|{body}".encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode()[:SIGNATURE]
