"""An update as the rest of the package sees it: what is needed and no more, so that nothing else is ever kept."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from telegram import CallbackQuery, InlineQuery, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.mailbox.inbox import Update as Kept
from bot.mailbox.mailbox import AT_MOST_READ
from bot.text.mask import mask

ALLOWED = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
"""The kinds of update that are asked for."""
NOBODY = "none"
"""The lane of updates that belong to no chat."""
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, OSError)
"""What python-telegram-bot raises for an update with a wrong type or an impossible value in it."""

Kind = Literal["text", "other", "tap", "inline", "nothing"]


@dataclass(frozen=True)
class Incoming:
    """What a person did: wrote a `text`, sent something `other`, pressed a button (`tap`), typed an `inline` query.

    `message` is Telegram's number of the message within the chat, `replies_to` that of the message there that it replies to, if any;
    `asked_of_us` says whether a message in a group is for the bot;
    `query` is the id under which a tap or an inline query is answered, `data` what the button carries, `markup` the buttons
    under the message of a tap; `album` is shared by pictures that were sent together; `since` is when it was kept, `nth` which of its
    person's it was within a minute.
    """

    update: int
    kind: Kind
    chat: int = 0
    private: bool = True
    thread: int | None = None
    person: int = 0
    language_code: str = ""
    message: int = 0
    replies_to: int = 0
    text: str = ""
    edited: bool = False
    asked_of_us: bool = True
    album: str = ""
    query: str = ""
    data: str = ""
    markup: Sequence[Sequence[dict[str, Any]]] = ()
    since: float | None = None
    nth: int = 0

    @property
    def lane(self) -> str:
        """Where order counts."""
        return str(self.chat) if self.chat else NOBODY

    @property
    def conversation(self) -> str:
        """Whose conversation it is: people in one group do not share one."""
        return str(self.chat) if self.private else f"{self.chat}.{self.person}"

    @property
    def is_for_us(self) -> bool:
        """Whether it asks the bot for anything."""
        return self.kind != "nothing" and self.asked_of_us

    def kept(self) -> Kept:
        """How it is written down."""
        counted = str(self.person) if self.is_for_us else ""
        return Kept(self.update, self.lane, json.dumps(dataclasses.asdict(self), ensure_ascii=False), counted=counted)

    @classmethod
    def from_kept(cls, kept: Kept) -> Incoming:
        """What `kept` wrote down."""
        return cls(**{**json.loads(kept.payload), "since": kept.since, "nth": kept.nth})


def read(raw: Any, me: User) -> Incoming | Kept | None:
    """The update in `raw`; a Kept with a reason for a malformed one; None for one without a number.

    `me` is the bot itself.
    """
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        return None
    try:
        update = Update.de_json(raw, None)
        if query := update.inline_query:
            return _inline(update.update_id, query)
        if tap := update.callback_query:
            return _tap(update.update_id, tap)
        if message := update.message or update.edited_message:
            return _message(update, message, me)
    except MALFORMED as error:
        return Kept(number, NOBODY, "", f"{type(error).__name__} in {', '.join(map(str, raw))}"[:200])
    return Incoming(number, "nothing")


def _inline(number: int, query: InlineQuery) -> Incoming:
    who = query.from_user
    return Incoming(
        number, "inline", person=who.id, language_code=who.language_code or "", text=query.query, query=query.id
    )


def _tap(number: int, tap: CallbackQuery) -> Incoming:
    message, who = tap.message, tap.from_user
    about = Incoming(
        number,
        "tap",
        person=who.id,
        language_code=who.language_code or "",
        query=str(tap.id),
        data=(tap.data or "")[:256],
    )
    if message is None:  # a button under a message that was posted in another chat: ours have none there
        return about
    markup = message.reply_markup if isinstance(message, Message) else None
    return dataclasses.replace(
        about,
        chat=int(message.chat.id),
        private=message.chat.type == ChatType.PRIVATE,
        thread=_thread(message) if isinstance(message, Message) else None,
        message=int(message.message_id),
        markup=markup.to_dict()["inline_keyboard"] if markup else (),
    )


def _message(update: Update, message: Message, me: User) -> Incoming:
    who, private = message.from_user, message.chat.type == ChatType.PRIVATE
    if who is None or who.is_bot or message.via_bot or message.chat.type == ChatType.CHANNEL:
        return Incoming(update.update_id, "nothing")
    text = message.text or message.caption or ""
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    attached = message.effective_attachment is not None
    return Incoming(
        update.update_id,
        "text" if text else "other" if attached else "nothing",
        chat=int(message.chat.id),
        private=private,
        thread=_thread(message),
        person=int(who.id),
        language_code=str(who.language_code or ""),
        message=int(message.message_id),
        replies_to=int(message.reply_to_message.message_id) if message.reply_to_message else 0,
        text=mask(_without_name(text[:AT_MOST_READ], me)),
        edited=update.edited_message is not None,
        asked_of_us=private or _for_us(message, text, entities, me),
        album=message.media_group_id or "",
    )


def _for_us(message: Message, text: str, entities: dict[MessageEntity, str], me: User) -> bool:
    """Whether a message in a group mentions the bot, replies to it, or commands it."""
    if text.startswith("/"):
        name = text.split()[0].partition("@")[2]
        return not name or name.lower() == str(me.username).lower()
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == me.id:
        return True
    return any(
        (entity.type == MessageEntity.MENTION and part.lower() == f"@{me.username}".lower())
        or (entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id)
        for entity, part in entities.items()
    )


def _without_name(text: str, me: User) -> str:
    """`text` without the bot's own name in it."""
    place = text.lower().find(f"@{me.username}".lower())
    if place < 0 or not me.username:
        return text
    return (text[:place] + " " + text[place + len(me.username) + 1 :]).strip()


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None
