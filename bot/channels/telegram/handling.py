"""What is done about an update."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging

from telegram import User
from telegram.error import TelegramError

from bot.channels.telegram.callbacks import Callbacks, ForgedButton, OldButton, Tap
from bot.channels.telegram.client import Client
from bot.channels.telegram.commands import NAMES, SPOKEN, Commands, command_in, published
from bot.channels.telegram.delivering import Delivery
from bot.channels.telegram.desk import CHANNEL, Desk, voice_of
from bot.channels.telegram.flood import verdict
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.keyboards import Keyboards
from bot.channels.telegram.showing import Showing, Shown, answered, calls, keyboards_for
from bot.channels.telegram.taps import GONE, REMEMBERING, Taps
from bot.errors import StateError
from bot.mailbox.inbox import End
from bot.mailbox.mailbox import Also, Mailbox
from bot.mailbox.models import Message, Reply, Voice
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.people import People
from bot.mailbox.turns import Work
from bot.text.clean import clean

logger = logging.getLogger(__name__)

TYPING = 1.0
"""Seconds that an answer waits for "typing…" to be shown."""
REMEMBERED = frozenset({"start", "clause", "language"})
"""Commands that change what a conversation is about."""
ALBUMS = 200
"""Albums that are remembered: the second picture of one is not answered again."""


class Handler:
    """Makes of each update the calls that answer it. It does nothing twice that shows: the calls are written down with the update's end."""

    def __init__(
        self,
        client: Client,
        me: User,
        desk: Desk,
        mailbox: Mailbox,
        people: People,
        outbox: Outbox,
        delivery: Delivery,
    ) -> None:
        self._client, self._desk, self._mailbox, self._people, self._outbox = client, desk, mailbox, people, outbox
        self._signed = Callbacks(client.token)
        self._showing = Showing(desk, me)
        self._commands = Commands(desk, self._showing)
        self._taps = Taps(
            desk, self._showing, self._commands, self._ask, self._boards, mailbox, people, outbox, delivery
        )
        self._albums: dict[str, None] = {}

    def remembers(self, incoming: Incoming) -> bool:
        """Whether an update changes what its conversation is about, without anything being asked: that, and what comes of it, belong into
        one turn (Mailbox.turn). What is asked has a turn of its own.
        """
        if incoming.kind != "tap":
            command = command_in(incoming.text)
            return command is not None and command[0] in REMEMBERED
        try:
            return self._signed.read(incoming.data, incoming.chat).action in REMEMBERING
        except (OldButton, ForgedButton):
            return False

    async def handle(self, incoming: Incoming, end: End) -> list[Send]:
        """The calls that answer an update. Where that is answered by a reply, its `end` is written with the reply, and is `written` then.

        Raises StateError where it cannot be answered now.
        """
        if not incoming.is_for_us:
            return []
        if self._mailbox.late(incoming.since) and not _seen_to_by_mailbox(incoming):
            return await self._saying(incoming, "utter_error")
        found = verdict(incoming.nth)
        if found != "fine":
            return await self._too_much(incoming, say_so=found == "say so")
        try:
            if incoming.kind == "tap":
                return await self._tap(incoming)
            return await self._message(incoming, end)
        except StateError:
            raise
        except Exception:  # whatever failed, the person gets a reply; the log has the reason without the text
            logger.exception("update %s could not be answered", incoming.update)
            return await self._saying(incoming, "utter_error")

    async def _message(self, incoming: Incoming, end: End) -> list[Send]:
        if incoming.kind == "other":
            return [] if self._seen(incoming.album) else await self._saying(incoming, "utter_telegram_only_text")
        command = command_in(incoming.text)
        if command and command[0] in SPOKEN:
            return await self._spoken(incoming, *command, end)
        if command:
            return await self._command(incoming, *command)
        return await self._question(incoming, incoming.text, end)

    async def _spoken(self, incoming: Incoming, name: str, argument: str, end: End) -> list[Send]:
        """Say what a button says; what is typed after /person is asked first, so that it is the question handed over."""
        if name == "person" and argument:
            await self._ask(incoming, argument, f"before-{incoming.update}")
            incoming = dataclasses.replace(incoming, replies_to=0)  # not what it replies to is handed over
        return await self._question(incoming, self._desk.word(SPOKEN[name], await self._voice(incoming)), end)

    async def _question(self, incoming: Incoming, text: str, end: End) -> list[Send]:
        asked, earlier = str(incoming.message), []
        if incoming.edited:
            earlier = [number for number, _ in await self._outbox.about(incoming.lane, asked)]
            before = await self._mailbox.exchange(CHANNEL, incoming.conversation, asked)
            if before and before.message.text == clean(text):
                return []
            asked = f"{asked}-{incoming.update}"

        sends: list[Send] = []

        def also(reply: Reply) -> Work:
            voice = Voice(reply.custom["script"], reply.custom.get("language", "zh"))
            shown = self._showing.reply(reply, self._keyboards(incoming, voice, asked))
            sends[:] = calls(incoming, shown, asked if earlier else str(incoming.message), earlier)
            return end.work_if_held(sends)

        await self._ask(incoming, text, asked, also)
        return sends

    async def _command(self, incoming: Incoming, name: str, argument: str) -> list[Send]:
        voice = await self._voice(incoming)
        keyboards = self._keyboards(incoming, voice, str(incoming.message))
        more: list[Send] = []
        if name == "start":
            shown = await self._commands.start(incoming, argument, voice, keyboards)
            if incoming.private:
                of_chat = published(self._desk, incoming.chat, voice)
                more = [Send(f"commands:{incoming.chat}", "setMyCommands", params) for params in of_chat]
        elif name == "clause":
            shown = await self._commands.clause(incoming, argument, voice, keyboards)
        elif name == "departments":
            shown = await self._commands.departments(incoming, voice, keyboards)
        elif name == "language":
            shown = self._showing.text(self._desk.word("utter_telegram_language", voice), keyboards.languages())
        elif name == "forget":
            return await self._forget(incoming, voice)
        elif incoming.private or name in NAMES:
            shown = self._showing.text(self._desk.word("utter_telegram_help", voice))
        else:
            return []  # a command for another bot of the group
        return [*self._edited_or_new(incoming, shown, await self._earlier(incoming)), *more]

    async def _forget(self, incoming: Incoming, voice: Voice) -> list[Send]:
        count = await self._mailbox.forget(CHANNEL, incoming.conversation)
        logger.info("a person's conversation of %s messages was deleted", count)
        shown = self._showing.text(self._desk.word("utter_telegram_forgotten", voice))
        return [Send(send.lane, send.method, send.params) for send in calls(incoming, shown, "")]

    async def _tap(self, incoming: Incoming) -> list[Send]:
        try:
            tap = self._signed.read(incoming.data, incoming.chat)
            return await self._taps.handle(incoming, tap)
        except (OldButton, ForgedButton, *GONE):
            voice = await self._voice(incoming)
            return [answered(incoming, self._desk.word("utter_telegram_old_button", voice), alert=True)]

    async def _ask(self, incoming: Incoming, text: str, asked: str, also: Also | None = None) -> Reply:
        """The reply to a question, while the person sees that it is thought about."""
        typing = asyncio.create_task(self._typing(incoming))
        try:
            replied, asked_in = await self._replied_to(incoming)
            message = Message(CHANNEL, incoming.conversation, asked, text, None, replied, asked_in)
            return await self._mailbox.ask(message, incoming.since, also)
        finally:
            await asyncio.wait({typing}, timeout=TYPING)  # it should not come after the answer
            typing.cancel()

    async def _replied_to(self, incoming: Incoming) -> tuple[str, str]:
        """The id of the message whose answer a message replies to, and the conversation of that one where it is not the same; empty
        where it replies to nothing of ours. Who replies to a question of one's own means the answer to it.
        """
        if not incoming.replies_to:
            return "", ""
        shown = await self._outbox.shown_in(incoming.lane, incoming.replies_to)
        if shown is None:
            answer = await self._outbox.shown_as(incoming.lane, str(incoming.replies_to))
            shown = await self._outbox.shown_in(incoming.lane, answer) if answer else None
            if shown and shown[1] != incoming.conversation:
                return "", ""  # somebody else's question
        about, conversation = shown or ("", "")
        return about, conversation if conversation != incoming.conversation else ""

    async def _typing(self, incoming: Incoming) -> None:
        params = {"chat_id": incoming.chat, "action": "typing", "message_thread_id": incoming.thread}
        with contextlib.suppress(TelegramError):  # an ornament
            await self._client.call("sendChatAction", params)

    async def _too_much(self, incoming: Incoming, say_so: bool) -> list[Send]:
        if incoming.kind == "tap":
            word = self._desk.word("utter_telegram_flood", await self._voice(incoming)) if say_so else ""
            return [answered(incoming, word, alert=say_so)]
        return await self._saying(incoming, "utter_telegram_flood") if say_so else []

    async def _saying(self, incoming: Incoming, response: str) -> list[Send]:
        text = self._desk.word(response, await self._voice(incoming))
        if incoming.kind == "tap":
            return [answered(incoming, text, alert=True)]
        return self._edited_or_new(incoming, self._showing.text(text), await self._earlier(incoming))

    def _edited_or_new(self, incoming: Incoming, shown: Shown, earlier: list[int]) -> list[Send]:
        return calls(incoming, shown, str(incoming.message), earlier)

    async def _earlier(self, incoming: Incoming) -> list[int]:
        if not incoming.edited:
            return []
        return [number for number, _ in await self._outbox.about(incoming.lane, str(incoming.message))]

    async def _voice(self, incoming: Incoming) -> Voice:
        chosen = await self._people.voice(CHANNEL, incoming.conversation)
        return chosen or voice_of(incoming.language_code)

    def _keyboards(self, incoming: Incoming, voice: Voice, asked: str) -> Keyboards:
        return keyboards_for(self._desk, self._signed, incoming, voice, asked)

    def _boards(self, incoming: Incoming, tap: Tap, asked: str) -> Keyboards:
        return self._keyboards(incoming, tap.voice, asked)

    def _seen(self, album: str) -> bool:
        if not album:
            return False
        seen = album in self._albums
        self._albums[album] = None
        while len(self._albums) > ALBUMS:
            del self._albums[next(iter(self._albums))]
        return seen


def _seen_to_by_mailbox(incoming: Incoming) -> bool:
    """Whether the mailbox sees to it that what is late is not acted on: it knows what was answered in time. A wish that all be deleted is
    never too late.
    """
    command = command_in(incoming.text)
    return incoming.kind == "text" and (command is None or command[0] in (*SPOKEN, "forget"))
