"""Look-ups from any chat: @bot 離崗創業."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import TelegramError

from bot.answers.outcome import in_columns
from bot.channels.telegram.client import Client
from bot.channels.telegram.desk import Desk, voice_of
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.rendering import inline_message
from bot.channels.telegram.showing import Showing
from bot.errors import RongceError
from bot.mailbox.models import Voice
from bot.text.script import language_of, script_of, to_script

logger = logging.getLogger(__name__)

AT_MOST = 10
CACHE = 300
"""Seconds for which Telegram answers the same query itself."""
DESCRIPTION = 120
"""Characters of a result's description."""


class InlineLookUp:
    """Answers inline queries: at once or not at all, for the next letter is typed already. So nothing of them is kept."""

    def __init__(self, client: Client, desk: Desk, showing: Showing) -> None:
        self._client, self._desk, self._showing = client, desk, showing
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, incoming: Incoming) -> None:
        """Answer a query in the background."""
        task = asyncio.create_task(self._answer(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let all queries go."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, incoming: Incoming) -> None:
        try:
            await self._desk.ready()
            await self._client.call("answerInlineQuery", await self.results(incoming))
        except (TelegramError, RongceError) as error:
            logger.warning("an inline query was not answered (%s)", type(error).__name__)
        except Exception:  # the log has the reason, without the query
            logger.exception("an inline query failed")

    async def results(self, incoming: Incoming) -> dict[str, Any]:
        """What answerInlineQuery is called with. Raises RongceError where nothing can be looked up now."""
        voice = _voice(incoming)
        answers = await self._desk.look_up(incoming.text, AT_MOST)
        results = [self._article(answer, voice).to_dict() for answer in answers]
        button = InlineQueryResultsButton(self._desk.word("utter_inline_open", voice), start_parameter="inline")
        return {
            "inline_query_id": incoming.query,
            "results": results,
            "cache_time": CACHE,
            "is_personal": script_of(incoming.text) is None,
            "button": button.to_dict(),
        }

    def _article(self, answer: dict[str, Any], voice: Voice) -> InlineQueryResultArticle:
        words = {"citation": self._desk.word("utter_citation", voice, {"citation": answer["citation"]})}
        if answer["departments"]:
            words["units"] = self._desk.word("utter_units", voice, {"units": "、".join(answer["departments"])})
        if head := answer["table_head"]:
            words["columns"] = self._desk.word("utter_table_head", voice, {"names": in_columns(head)})
        link = self._showing.link(answer)
        open_button = InlineKeyboardButton(self._desk.word("utter_inline_open", voice), url=link) if link else None
        shown = [f"{answer['label'] or answer['annex']}{answer['heading']}", in_columns(answer["quote"])[:DESCRIPTION]]
        title, description = (to_script(text, "hant") if voice.script == "hant" else text for text in shown)
        return InlineQueryResultArticle(
            id=self._showing.about(answer),
            title=title,
            description=description,
            input_message_content=InputTextMessageContent(
                inline_message(answer, words, voice.script, link),
                parse_mode="HTML",
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            reply_markup=InlineKeyboardMarkup([[open_button]]) if open_button else None,
        )


def _voice(incoming: Incoming) -> Voice:
    """The voice of what is typed, and where that does not tell, of the person's Telegram."""
    own = voice_of(incoming.language_code)
    if script := script_of(incoming.text):
        return Voice(script, "zh")
    return Voice(own.script, language_of(incoming.text) or own.language)
