"""What staff say to a person without their having just asked: from a notice to the calls that show it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable

from bot.channels.telegram.callbacks import Callbacks
from bot.channels.telegram.desk import CHANNEL, Desk
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.showing import Showing, calls, keyboards_for
from bot.errors import ConflictError, StateError
from bot.helpdesk.queue import Queue
from bot.mailbox.models import Voice
from bot.mailbox.notices import ABOUT, Notice, Notices
from bot.mailbox.outbox import Outbox, Send
from bot.mailbox.state import State

logger = logging.getLogger(__name__)


class Delivery:
    """Takes the notices that wait."""

    def __init__(self, state: State, outbox: Outbox, desk: Desk, showing: Showing, signed: Callbacks) -> None:
        self._notices, self._queue = Notices(state), Queue(state)
        self._outbox, self._desk, self._showing, self._signed = outbox, desk, showing, signed

    async def take(self, wake: Callable[[str], None]) -> None:
        """Write the calls down that show what waits to be said, and `wake` each lane in which they wait then.

        Raises StateError where that cannot be read or kept now; what was taken before has been woken.
        """
        for notice in await self._notices.waiting(CHANNEL):
            try:
                sends = await self._sends(notice)
            except StateError:
                raise
            except Exception as error:  # one that cannot be shown must not hold the others up; staff see that it failed
                logger.exception("notice %s cannot be shown", notice.id)
                await self._notices.failed(notice.id, type(error).__name__)
                continue
            try:
                taken = await self._outbox.write_notice(notice.id, sends)
            except StateError:
                wake(sends[0].lane)  # it may be written down even so, and would not be found waiting again
                raise
            if taken:
                wake(sends[0].lane)

    async def said(self, asked: str) -> tuple[str, str]:
        """The question and the answer that buttons under an answer from staff name `asked`; empty where they are gone."""
        number = int(asked.removeprefix(ABOUT))
        said = await self._notices.of_handover(number)
        try:
            question = (await self._queue.entry(number)).question
        except ConflictError:
            return "", ""
        return question, said[-1].reply.text if said else ""

    async def _sends(self, notice: Notice) -> list[Send]:
        """The calls that show a notice: an answer to the message that asked, where that is known."""
        about = notice.name
        to = Incoming(0, "text", chat=int(notice.conversation.partition(".")[0]))
        voice = Voice(notice.reply.custom["script"], notice.reply.custom["language"])
        shown = self._showing.reply(notice.reply, keyboards_for(self._desk, self._signed, to, voice, about))
        first, *others = calls(to, shown, about)
        if asking := await self._asking(notice, to.lane):
            reply_to = {"message_id": asking, "allow_sending_without_reply": True}
            first = dataclasses.replace(first, params={**first.params, "reply_parameters": reply_to})
        return [
            dataclasses.replace(send, conversation=notice.conversation, notice=notice.id) for send in (first, *others)
        ]

    async def _asking(self, notice: Notice, lane: str) -> int | None:
        """Telegram's number of the message that asked for a person, or asked what is corrected; or of ours that answered it, where a button
        was tapped or a person answered, and this takes the place of that answer.
        """
        if notice.handover and "corrects" in notice.reply.custom:
            before = [said.id for said in await self._notices.of_handover(notice.handover) if said.id < notice.id]
            return await self._outbox.shown_of(before)
        try:
            asked = notice.corrects or (await self._queue.entry(notice.handover)).message
        except ConflictError:
            return None
        number = asked.partition("-")[0]
        return int(number) if number.isdecimal() else await self._outbox.shown_as(lane, asked)
