"""Stands before the assistant: hands questions over to a person, and keeps the assistant quiet while a person has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.answers.outcome import Say
from bot.answers.question import Question
from bot.errors import ConflictError
from bot.helpdesk.hours import OfficeHours
from bot.helpdesk.queue import Queue
from bot.mailbox.mailbox import exchanges, replied_to
from bot.mailbox.models import Message, Reply, Voice
from bot.mailbox.state import State
from bot.text.script import language_of, simplify, to_script

AT_MOST_CANDIDATES = 3
LOOKED_BACK = 10
"""Messages among which the question is looked for that "a person, please" is about."""
TALK = frozenset({"smalltalk", "handoff"})
ASKS, TAKES_BACK = "utter_button_person", "utter_button_take_back"
"""Buttons that speak for themselves: what they say is never left to the models."""
AFTER_BUTTON = re.compile(r"[,，:：。;；\n]")
"""What stands between a button's words and a question in one message."""
VOICES = (Voice("hant", "zh"), Voice("hant", "en"))

NAMED_BELOW = 0.95
"""A message that names no subject with less than this probability says what the question for a person is: of bare wishes for a person it
is 0.99 and more, of wishes with a subject (轉人工，問落戶) up to 0.91."""


class Answering(Protocol):
    """What the reception needs of the assistant."""

    async def answer(self, message: Message) -> Reply:
        """The assistant's own reply."""

    async def understand(self, text: str) -> Question | None:
        """A text, as the models understand it by itself."""

    async def voice(self, message: Message) -> Voice:
        """How `message`'s conversation is answered."""

    async def say(self, message: Message, *says: Say, kind: str = "no_answer") -> Reply:
        """A reply of responses of domain.yml."""

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of a response of domain.yml."""


class Reception:
    """Answers messages as the assistant does, whom it asks."""

    def __init__(self, state: State, hours: OfficeHours, hotline: Callable[[], str] = str) -> None:
        """`hotline` gives the telephone number at which people are helped who cannot be handed over; "" where there is none."""
        self._state, self._hours, self._hotline = state, hours, hotline
        self._queue = Queue(state)

    async def answer(self, message: Message, assistant: Answering) -> Reply:
        """The reply to `message`. Raises StateError where it cannot be read or kept now."""
        if _says(message, TAKES_BACK, assistant):
            return await self._take_back(await _in_its_language(message, assistant), assistant)
        open_one = await self._queue.open_of(message.channel, message.conversation)
        if open_one and open_one.stage == "claimed":
            button = assistant.word(TAKES_BACK, await assistant.voice(message))
            said = Say("utter_with_staff", {"button": button})
            return _standing(await assistant.say(message, said, kind="handoff"), "claimed")
        asked = _asked_with_button(message, assistant)
        if asked is not None:
            return await self._hand_over(await _in_its_language(message, assistant), asked, assistant)
        reply = await assistant.answer(message)
        if open_one and not open_one.question and reply.custom.get("kind") not in TALK:
            await self._queue.name_question(open_one.id, message.text, await _candidates(message.text, assistant))
        if reply.custom.get("kind") == "handoff":
            understood = await assistant.understand(message.text)
            named = understood is not None and understood.subjectless < NAMED_BELOW
            return await self._hand_over(message, message.text if named else "", assistant)
        return reply

    async def _hand_over(self, message: Message, asked: str, assistant: Answering) -> Reply:
        """Put the question into the queue: what was `asked` with the request, else the last matter before it."""
        question = asked or await self._last_question(message)
        voice = await assistant.voice(message)
        candidates = await _candidates(question, assistant)
        try:
            handover, ahead = await self._queue.hand_over(message, question, voice, candidates)
        except ConflictError:
            # a wish for a person, and none of the questions that the assistant could not answer
            return await assistant.say(message, *self._full(), kind="handoff")
        named = handover.question
        if question and not named:  # it was handed over before the person said what it is about
            await self._queue.name_question(handover.id, question, candidates)
            named = question
        opens = to_script(self._hours.spoken(voice.language), voice.script)
        says: Sequence[Say] = (
            Say("utter_handed_over", {"question": named}) if named else Say("utter_handed_over_unnamed"),
            *((Say("utter_ahead", {"count": str(ahead)}),) if ahead else ()),
            Say("utter_closed_until", {"opens": opens}) if opens else Say("utter_open_now"),
            Say("utter_how_to_take_back", {"button": assistant.word(TAKES_BACK, voice)}),
        )
        return _standing(await assistant.say(message, *says, kind="handoff"), handover.stage)

    def _full(self) -> Sequence[Say]:
        """What is said where the queue takes no more."""
        hotline = self._hotline()
        return (Say("utter_queue_full"), *((Say("utter_hotline", {"hotline": hotline}),) if hotline else ()))

    async def _last_question(self, message: Message) -> str:
        """The message that `message` replies to, else the last one before it, that was no talk; "" where there is none."""
        replied = await self._state.run(lambda connection: replied_to(connection, message))
        if replied and replied.reply and replied.reply.custom.get("kind") not in TALK:
            return replied.message.text
        before = await self._state.run(
            lambda connection: exchanges(connection, message.channel, message.conversation, LOOKED_BACK)
        )
        asked = [
            exchange.message.text
            for exchange in before
            if exchange.reply and exchange.reply.custom.get("kind") not in TALK and exchange.message.id != message.id
        ]
        return asked[-1] if asked else ""

    async def _take_back(self, message: Message, assistant: Answering) -> Reply:
        taken = await self._queue.take_back(message.channel, message.conversation)
        said = Say("utter_taken_back" if taken else "utter_nothing_handed_over")
        return _standing(await assistant.say(message, said, kind="handoff"), "taken back")


async def _candidates(question: str, assistant: Answering) -> list[tuple[str, float]]:
    """The passages that the assistant would give for `question`, best first, with their probabilities."""
    understood = await assistant.understand(question) if question else None
    candidates = understood.candidates[:AT_MOST_CANDIDATES] if understood else ()
    return [(candidate.passage, candidate.probability) for candidate in candidates]


def _says(message: Message, button: str, assistant: Answering) -> bool:
    """Whether a message says what a button says, in whichever language and script."""
    words = {simplify(assistant.word(button, voice)) for voice in VOICES}
    return simplify(message.text).strip("。.!！ ") in words


def _asked_with_button(message: Message, assistant: Answering) -> str | None:
    """What follows "a person, please" in a message that begins so, "" where nothing does; None for any other message."""
    if _says(message, ASKS, assistant):
        return ""
    beginning, *rest = AFTER_BUTTON.split(message.text, maxsplit=1)
    return rest[0].strip() if rest and _says(replace(message, text=beginning), ASKS, assistant) else None


async def _in_its_language(message: Message, assistant: Answering) -> Message:
    """What an English button says, to be answered in English where the person chose no voice: no model has looked at it."""
    if message.voice or language_of(message.text) != "en":
        return message
    return replace(message, voice=replace(await assistant.voice(message), language="en"))


def _standing(reply: Reply, stage: str) -> Reply:
    """`reply`, which tells clients how it stands with the question that was handed over."""
    return replace(reply, custom={**reply.custom, "handover": stage})
