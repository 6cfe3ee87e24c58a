"""What a tapped button does. Most edit the message under which it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.channels.telegram import callbacks
from bot.channels.telegram.callbacks import Tap
from bot.channels.telegram.commands import Commands, digest, published, units
from bot.channels.telegram.delivering import Delivery
from bot.channels.telegram.desk import CHANNEL, Desk
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.keyboards import EXAMPLES, LANGUAGES, REASONS, SPOKEN, Keyboards, markup, without
from bot.channels.telegram.showing import Showing, answered, calls, listed
from bot.errors import ClauseDatabaseError
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply, Wish
from bot.mailbox.notices import ABOUT
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.people import Opinion, People

WANTED = {
    callbacks.ANSWER: "answer",
    callbacks.FULL_TEXT: "full_text",
    callbacks.DEPARTMENTS: "departments",
    callbacks.CITATION: "citation",
}
OPINIONS = frozenset({callbacks.UP, callbacks.DOWN, *REASONS})
REMEMBERING = frozenset({*WANTED, callbacks.MORE, callbacks.PAGE, callbacks.UNIT, callbacks.LANGUAGE})
"""Buttons that change what a conversation is about, and ask nothing."""

Ask = Callable[[Incoming, str, str], Awaitable[Reply]]
"""Asks a question (incoming, text, id) and shows that one is thinking."""


class Boards(Protocol):
    """Makes the buttons for a tap's chat."""

    def __call__(self, incoming: Incoming, tap: Tap, asked: str) -> Keyboards: ...


class Taps:
    """Answers tapped buttons."""

    def __init__(
        self,
        desk: Desk,
        showing: Showing,
        commands: Commands,
        ask: Ask,
        boards: Boards,
        mailbox: Mailbox,
        people: People,
        outbox: Outbox,
        delivery: Delivery,
    ) -> None:
        self._desk, self._showing, self._commands, self._ask = desk, showing, commands, ask
        self._boards, self._mailbox, self._people, self._outbox = boards, mailbox, people, outbox
        self._delivery = delivery

    async def handle(self, incoming: Incoming, tap: Tap) -> list[Send]:
        """The calls that answer a tap.

        Raises StateError where it cannot be answered now; ValueError, KeyError and ClauseDatabaseError for a button that is about
        something which is gone.
        """
        if tap.action in WANTED:
            return await self._view(incoming, tap, Wish(WANTED[tap.action], tap.about))
        if tap.action in OPINIONS:
            return await self._opinion(incoming, tap)
        by_action = {
            callbacks.MORE: self._more,
            callbacks.CHOICE: self._choice,
            callbacks.PAGE: self._page,
            callbacks.EXAMPLE: self._example,
            callbacks.LANGUAGE: self._language,
            callbacks.UNITS: self._units,
            callbacks.UNIT: self._unit,
            callbacks.PERSON: self._spoken,
            callbacks.TAKE_BACK: self._spoken,
        }
        return await by_action[tap.action](incoming, tap)

    async def _view(self, incoming: Incoming, tap: Tap, wish: Wish, page: int = 0) -> list[Send]:
        message = _message(incoming, tap)
        reply = await self._desk.give(message, wish)
        shown = self._showing.reply(reply, self._boards(incoming, tap, tap.asked), page, about=wish.clause)
        return [answered(incoming), *calls(incoming, shown, message.id)]

    async def _more(self, incoming: Incoming, tap: Tap) -> list[Send]:
        message = _message(incoming, tap)
        reply = await self._desk.give(message, Wish("more", tap.about))
        if not reply.custom["answers"]:
            return [answered(incoming, reply.text, alert=True)]
        keyboards = self._boards(incoming, tap, tap.asked)
        shown = self._showing.reply(reply, keyboards)
        back = keyboards.answer(callbacks.MORE, tap.about)[0]
        return [answered(incoming), *calls(incoming, type(shown)(shown.texts, [*shown.rows, back]), message.id)]

    async def _page(self, incoming: Incoming, tap: Tap) -> list[Send]:
        clauses, page = listed(tap.about)
        return await self._view(incoming, tap, Wish("list", clauses=clauses), page)

    async def _choice(self, incoming: Incoming, tap: Tap) -> list[Send]:
        number = {"number": tap.about.rpartition("/")[2]}
        return await self._asking(incoming, tap, self._desk.word("utter_clause_named", tap.voice, number))

    async def _asking(self, incoming: Incoming, tap: Tap, text: str) -> list[Send]:
        asked = f"tap-{incoming.update}"
        reply = await self._ask(incoming, text, asked)
        shown = self._showing.reply(reply, self._boards(incoming, tap, asked))
        return [answered(incoming), *calls(incoming, shown, asked)]

    async def _example(self, incoming: Incoming, tap: Tap) -> list[Send]:
        text = self._desk.word(EXAMPLES[tap.about], tap.voice)
        return await self._asking_anew(incoming, tap, text, heading=text)

    async def _spoken(self, incoming: Incoming, tap: Tap) -> list[Send]:
        """Say what the button says. In a group anybody can tap it; only who asked has something to hand over, or to take back."""
        if await self._asker(incoming, tap.asked) != incoming.conversation:
            raise ValueError("somebody else's question")
        return await self._asking_anew(incoming, tap, self._desk.word(SPOKEN[tap.action], tap.voice))

    async def _asking_anew(self, incoming: Incoming, tap: Tap, text: str, heading: str = "") -> list[Send]:
        """Ask `text`; the reply is a message of its own."""
        asked = f"tap-{incoming.update}"
        reply = await self._ask(incoming, text, asked)
        shown = self._showing.reply(reply, self._boards(incoming, tap, asked), heading=heading)
        anew = calls(incoming, shown, asked)
        first = {name: value for name, value in anew[0].params.items() if name != "message_id"}
        if incoming.thread is not None:
            first["message_thread_id"] = incoming.thread
        as_new = Send(incoming.lane, "sendMessage", first, incoming.conversation, asked)
        return [answered(incoming), as_new, *anew[1:]]

    async def _language(self, incoming: Incoming, tap: Tap) -> list[Send]:
        _, voice = LANGUAGES[tap.about]
        await self._people.choose_voice(CHANNEL, incoming.conversation, voice)
        await self._desk.speak(Message(CHANNEL, incoming.conversation, "", "", voice))
        said = self._showing.text(self._desk.word("utter_telegram_language_set", voice))
        sends = [answered(incoming), *calls(incoming, said, "")]
        if incoming.private:
            of_chat = published(self._desk, incoming.chat, voice)
            sends += [Send(f"commands:{incoming.chat}", "setMyCommands", params) for params in of_chat]
        return sends

    async def _units(self, incoming: Incoming, tap: Tap) -> list[Send]:
        page = int(tap.about.rpartition("/")[2])
        shown = await self._commands.departments(incoming, tap.voice, self._boards(incoming, tap, tap.asked), page)
        return [answered(incoming), *calls(incoming, shown, tap.asked)]

    async def _unit(self, incoming: Incoming, tap: Tap) -> list[Send]:
        name = {digest(name): name for name in units(await self._commands.store(incoming))}[tap.about]
        return await self._view(incoming, tap, Wish("list", departments=(name,)))

    async def _opinion(self, incoming: Incoming, tap: Tap) -> list[Send]:
        await self._people.keep_opinion(await self._opinion_of(incoming, tap))
        keyboards = self._boards(incoming, tap, tap.asked)
        rows = without(incoming.markup or _fallback(keyboards, tap), OPINIONS)
        said = "utter_telegram_why" if tap.action == callbacks.DOWN else "utter_telegram_noted"
        if tap.action == callbacks.DOWN:
            rows += keyboards.reasons(tap.about)
        params = {"chat_id": incoming.chat, "message_id": incoming.message, "reply_markup": markup(rows)}
        edit = Send(incoming.lane, "editMessageReplyMarkup", params, incoming.conversation)
        return [answered(incoming, self._desk.word(said, tap.voice)), edit]

    async def _opinion_of(self, incoming: Incoming, tap: Tap) -> Opinion:
        question, answer = await self._answered(incoming, tap.asked)
        return Opinion(
            channel=CHANNEL,
            conversation=incoming.conversation,
            message=tap.asked,
            verdict="up" if tap.action == callbacks.UP else "down",
            reason=REASONS[tap.action][0] if tap.action in REASONS else "",
            question=question,
            answer=answer,
            clause=tap.about,
            model=self._desk.model,
        )

    async def _answered(self, incoming: Incoming, asked: str) -> tuple[str, str]:
        """The question `asked` and the answer to it; empty where they are gone."""
        if asked.startswith(ABOUT):
            return await self._delivery.said(asked)
        exchange = await self._mailbox.exchange(CHANNEL, await self._asker(incoming, asked), asked)
        if exchange is None:
            return "", ""
        return exchange.message.text, exchange.reply.text if exchange.reply else ""

    async def _asker(self, incoming: Incoming, asked: str) -> str:
        """Whose conversation the message `asked` belongs to; that of who taps where it is not known any more."""
        of_message = asked if asked.startswith("tap-") else asked.partition("-")[0]
        sent = await self._outbox.about(incoming.lane, of_message)
        return sent[0][1] if sent else incoming.conversation


GONE = (ValueError, KeyError, ClauseDatabaseError)
"""What Taps.handle raises for a button that is about something which is gone."""


def _message(incoming: Incoming, tap: Tap) -> Message:
    return Message(CHANNEL, incoming.conversation, f"tap-{incoming.update}", "", tap.voice)


def _fallback(keyboards: Keyboards, tap: Tap) -> list[list[dict[str, object]]]:
    """The buttons of a message that is too old for Telegram to show us."""
    if tap.about.count("/") == 2 and not tap.about.rpartition("/")[2].isdecimal():
        return []
    return [[button.to_dict() for button in row] for row in keyboards.answer("", tap.about)]
