"""The buttons under a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram import callbacks
from bot.channels.telegram.callbacks import Callbacks, Tap
from bot.mailbox.models import Voice

Word = Callable[[str, Voice], str]
Rows = list[list[InlineKeyboardButton]]

VIEWS = {
    callbacks.FULL_TEXT: "utter_button_full_text",
    callbacks.DEPARTMENTS: "utter_button_departments",
    callbacks.CITATION: "utter_button_citation",
    callbacks.MORE: "utter_button_more",
}
REASONS = {
    callbacks.WRONG_CLAUSE: ("wrong clause", "utter_button_wrong_clause"),
    callbacks.NO_ANSWER: ("not an answer", "utter_button_no_answer"),
    callbacks.HARD_TO_READ: ("hard to read", "utter_button_hard_to_read"),
    callbacks.OTHER: ("other", "utter_button_other"),
}
"""Why an answer was no help: what is stored, and what the button says."""
LANGUAGES = {
    "hant": ("utter_language_traditional", Voice("hant", "zh")),
    "hans": ("utter_language_simplified", Voice("hans", "zh")),
    "en": ("utter_language_english", Voice("hans", "en")),
}
EXAMPLES = {
    "returnees": "utter_example_returnees",
    "taiwan": "utter_example_taiwan",
    "lodging": "utter_example_lodging",
}
SPOKEN = {callbacks.PERSON: "utter_button_person", callbacks.TAKE_BACK: "utter_button_take_back"}
"""Buttons that say what they are called, as if the person had typed it."""
PAGE = 6
"""Buttons of a list on one page."""
UP, DOWN = "👍", "👎"


@dataclass(frozen=True)
class Entry:
    """A button of a list: what it says and what it is about."""

    label: str
    about: str


class Keyboards:
    """Makes the buttons for one chat in one voice."""

    def __init__(self, signed: Callbacks, word: Word, chat: int, voice: Voice, asked: str = "") -> None:
        """`asked` is the id of the person's message under whose answer the buttons stand."""
        self._signed, self._word, self._chat, self._voice, self._asked = signed, word, chat, voice, asked

    def answer(self, view: str, about: str) -> Rows:
        """Under an answer: the other ways to see it, `view` being the one that is seen, and what one thinks of it."""
        others = [self._named(action, name, about) for action, name in VIEWS.items() if action != view]
        if view != callbacks.ANSWER and about.count("/") == 2:
            others.insert(0, self._named(callbacks.ANSWER, "utter_button_answer", about))
        return [others, self.thumbs(about)]

    def thumbs(self, about: str) -> list[InlineKeyboardButton]:
        """What one thinks of an answer."""
        return [self._button(UP, callbacks.UP, about), self._button(DOWN, callbacks.DOWN, about)]

    def reasons(self, about: str) -> Rows:
        """Why an answer was no help."""
        buttons = [self._named(action, name, about) for action, (_, name) in REASONS.items()]
        return [buttons[:2], buttons[2:]]

    def choices(self, entries: Iterable[Entry]) -> Rows:
        """One button a clause to choose from."""
        return [[self._button(entry.label, callbacks.CHOICE, entry.about)] for entry in entries]

    def page(self, entries: Sequence[Entry], page: int, turn: str, about: str, across: int = 1) -> Rows:
        """One page of a list, with buttons to turn it.

        An entry's button sends CHOICE, or UNIT where `turn` is UNITS; `about` names the list, the page is added to it.
        """
        action = callbacks.UNIT if turn == callbacks.UNITS else callbacks.FULL_TEXT
        shown = entries[page * PAGE : (page + 1) * PAGE]
        buttons = [self._button(entry.label, action, entry.about) for entry in shown]
        rows = [buttons[start : start + across] for start in range(0, len(buttons), across)]
        last = (len(entries) - 1) // PAGE
        if last > 0:
            place = f"{page + 1}/{last + 1}"
            steps = [("◀", page - 1), (place, page), ("▶", page + 1)]
            rows.append([self._button(label, turn, f"{about}/{max(0, min(to, last))}") for label, to in steps])
        return rows

    def examples(self) -> Rows:
        """Questions to tap."""
        return [[self._named(callbacks.EXAMPLE, name, key)] for key, name in EXAMPLES.items()]

    def languages(self) -> Rows:
        """How one may be answered, each in its own words."""
        return [
            [self._button(self._word(name, voice), callbacks.LANGUAGE, key)] for key, (name, voice) in LANGUAGES.items()
        ]

    def person(self) -> Rows:
        """Under a "no": ask a person."""
        return [[self._named(callbacks.PERSON, SPOKEN[callbacks.PERSON], "")]]

    def take_back(self) -> Rows:
        """Under what is said while a person is waited for: wait no more."""
        return [[self._named(callbacks.TAKE_BACK, SPOKEN[callbacks.TAKE_BACK], "")]]

    def _named(self, action: str, response: str, about: str) -> InlineKeyboardButton:
        return self._button(self._word(response, self._voice), action, about)

    def _button(self, label: str, action: str, about: str) -> InlineKeyboardButton:
        tap = Tap(action, self._voice, about, self._asked)
        return InlineKeyboardButton(label, callback_data=self._signed.write(tap, self._chat))


def markup(rows: Iterable[Sequence[InlineKeyboardButton]]) -> dict[str, Any]:
    """Rows of buttons as the Bot API takes them."""
    return InlineKeyboardMarkup([row for row in rows if row]).to_dict()


def without(rows: Sequence[Sequence[dict[str, Any]]], actions: Iterable[str]) -> list[list[InlineKeyboardButton]]:
    """Rows that a message has, without those whose buttons do one of `actions`."""
    unwanted = frozenset(actions)
    kept = [row for row in rows if not any(button.get("callback_data", "")[1:2] in unwanted for button in row)]
    return [[button for entry in row if (button := InlineKeyboardButton.de_json(entry, None))] for row in kept]
