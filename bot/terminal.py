"""The assistant in the terminal: a conversation, or one question."""

from __future__ import annotations

import asyncio
import uuid

from rich.console import Console

from bot.assistant import Assistant
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from bot.settings import Settings

NOT_KEPT = "sqlite://"
"""The state of a look-up: in memory, gone with the process."""


async def ask_once(settings: Settings, question: str, conversation: str) -> Reply:
    """The reply to `question` in a conversation of its own, of which nothing is kept.

    Raises ModelError and ClauseDatabaseError where the assistant cannot be used.
    """
    state = State(NOT_KEPT)
    mailbox = _mailbox(settings, state)
    try:
        return await mailbox.ask(Message("terminal", conversation, "1", question))
    finally:
        state.close()


async def converse(settings: Settings, console: Console) -> None:
    """Ask and answer until an empty line or the end of the input. The conversation is not kept."""
    state = State(NOT_KEPT)
    mailbox = _mailbox(settings, state)
    conversation = uuid.uuid4().hex
    try:
        while text := await asyncio.to_thread(_read, console):
            reply = await mailbox.ask(Message("terminal", conversation, uuid.uuid4().hex, text))
            console.print(reply.text, style="green", markup=False, highlight=False)
            console.print()
    finally:
        state.close()


def _mailbox(settings: Settings, state: State) -> Mailbox:
    return Mailbox(state, Assistant.load(settings, WindowedTrackerStore.on(state)).answer)


def _read(console: Console) -> str:
    try:
        return console.input("[bold]你：[/] ").strip()
    except EOFError:
        return ""
