"""The commands that a person may type, and how they are published."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from telegram import BotCommandScopeChat

from bot.answers.outcome import documents_in_words
from bot.channels.telegram import callbacks
from bot.channels.telegram.desk import CHANNEL, Desk
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.keyboards import LANGUAGES, Entry, Keyboards
from bot.channels.telegram.showing import Showing, Shown
from bot.clauses.store import ClauseStore
from bot.mailbox.models import Message, Voice, Wish
from bot.text.numerals import value_of

SPOKEN = {"person": "utter_button_person", "cancel": "utter_button_take_back"}
"""Commands that say what a button says."""
NAMES = ("start", "help", "clause", "departments", "language", *SPOKEN, "forget")
COMMAND = re.compile(r"/([a-z]+)\s*(.*)", re.DOTALL | re.IGNORECASE)
NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十廿]{1,3}")
LINK = re.compile(r"c(?:([A-Za-z0-9-]+)_)?(\d{1,3})")
NARROWING = re.compile(r"d_([A-Za-z0-9_-]+)")
"""What a link to a conversation that is narrowed to a document says to /start (https://t.me/<bot>?start=d_<key>)."""


def command_in(text: str) -> tuple[str, str] | None:
    """The command that `text` is, and what follows it; None for anything that is no command. A name that we do not have is kept."""
    match = COMMAND.fullmatch(text)
    return (match[1].lower(), match[2].strip()) if match else None


def published(desk: Desk, chat: int | None = None, voice: Voice | None = None) -> list[dict[str, Any]]:
    """What setMyCommands is called with: for everybody, or for a chat in its voice.

    Telegram tells languages apart by two letters only (zh), so that everybody who reads Chinese gets Traditional until their chat's own
    list is set, which /start and /language do.
    """
    if chat is not None and voice is not None:
        return [{"commands": _described(desk, voice), "scope": BotCommandScopeChat(chat).to_dict()}]
    voices = [("", "en"), ("zh", "hant"), ("en", "en")]
    return [
        {"commands": _described(desk, LANGUAGES[name][1]), **({"language_code": code} if code else {})}
        for code, name in voices
    ]


class Commands:
    """Answers commands."""

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk, self._showing = desk, showing

    async def start(self, incoming: Incoming, argument: str, voice: Voice, keyboards: Keyboards) -> Shown:
        """A greeting with questions to tap; with a link's clause, that clause; with a link's document, the conversation is narrowed to it.
        Without either, all documents are searched.
        """
        conversation = Message(CHANNEL, incoming.conversation, "", "", voice)
        await self._desk.speak(conversation)
        if (match := LINK.fullmatch(argument)) and (key := _opened(self._desk.store, match[1], int(match[2]))):
            return await self._give(incoming, Wish("full_text", key), voice, keyboards)
        if match := NARROWING.fullmatch(argument):
            return await self._narrow(conversation, match[1], voice)
        await self._desk.narrow(conversation, ())
        return self._showing.text(self._desk.word("utter_telegram_start", voice), keyboards.examples())

    async def clause(self, incoming: Incoming, argument: str, voice: Voice, keyboards: Keyboards) -> Shown:
        """The clause of that number; without a number the list of all."""
        number, store = NUMBER.search(argument), await self.store(incoming)
        if number is None:
            return await self._give(incoming, Wish("list", clauses=numbered(store)), voice, keyboards)
        value = _value(number[0])
        if value in numbered(store):
            key = f"{store.document().key}/{value}"
            return await self._give(incoming, Wish("full_text", key), voice, keyboards)
        last = str(max(numbered(store)))
        return self._showing.text(self._desk.word("utter_no_such_clause", voice, {"last": last}))

    async def departments(self, incoming: Incoming, voice: Voice, keyboards: Keyboards, page: int = 0) -> Shown:
        """The departments, to tap."""
        named = units(await self.store(incoming))
        names = [(name, self._desk.word("utter_choice", voice, {"clause": name})) for name in named]
        entries = [Entry(label, digest(name)) for name, label in names]
        rows = keyboards.page(entries, page, callbacks.UNITS, "", across=2)
        text = self._desk.word("utter_telegram_departments", voice, {"count": str(len(entries))})
        return self._showing.text(text, rows)

    async def store(self, incoming: Incoming) -> ClauseStore:
        """The documents that a conversation is answered from."""
        narrowed = await self._desk.narrowed(Message(CHANNEL, incoming.conversation, "", ""))
        return self._desk.store.of(*(document.key for document in narrowed)) if narrowed else self._desk.store

    async def _narrow(self, conversation: Message, key: str, voice: Voice) -> Shown:
        if not self._desk.store.holds_document(key):
            return self._showing.text(self._desk.word("utter_no_such_document", voice, {"document": key}))
        narrowed = documents_in_words(await self._desk.narrow(conversation, [key]))
        return self._showing.text(self._desk.word("utter_telegram_narrowed", voice, {"documents": narrowed}))

    async def _give(self, incoming: Incoming, wish: Wish, voice: Voice, keyboards: Keyboards) -> Shown:
        asked = Message(CHANNEL, incoming.conversation, str(incoming.message), "", voice)
        reply = await self._desk.give(asked, wish)
        return self._showing.reply(reply, keyboards)


def _opened(store: ClauseStore, document: str | None, number: int) -> str | None:
    """The key of the clause or annex that a link names; None where there is none."""
    key = f"{document or store.document().key}/{number}"
    named = store.holds(key) and (store.clause(key).label or store.clause(key).annex)
    return key if named else None


def numbered(store: ClauseStore) -> tuple[int, ...]:
    """The numbers of the clauses of the home city's document."""
    return tuple(c.number for c in store.clauses() if c.label and c.document == store.document().key)


def units(store: ClauseStore) -> list[str]:
    """The departments that are responsible for a clause of the home city's document, those of most clauses first."""
    names = [name for clause in store.of(store.document().key).clauses() for name in clause.departments]
    return sorted(dict.fromkeys(names), key=lambda name: -names.count(name))


def digest(department: str) -> str:
    """A short name for a department, which does not change when others come and go."""
    return hashlib.sha256(department.encode()).hexdigest()[:10]


def _value(number: str) -> int:
    try:
        return int(value_of(number))
    except ValueError:
        return -1


def _described(desk: Desk, voice: Voice) -> list[dict[str, str]]:
    return [{"command": name, "description": desk.word(f"utter_command_{name}", voice)} for name in NAMES]
