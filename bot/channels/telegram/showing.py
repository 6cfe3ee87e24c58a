"""A reply with its buttons, as calls of the Bot API."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, User
from telegram.helpers import create_deep_linked_url

from bot.channels.telegram import callbacks
from bot.channels.telegram.desk import Desk
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.keyboards import PAGE, Entry, Keyboards, markup
from bot.channels.telegram.rendering import Block, blocks, messages
from bot.clauses.models import OPENING
from bot.mailbox.models import Reply, Voice
from bot.mailbox.outbox import Send
from bot.text.script import to_script

VIEW_OF = {
    "full_text": callbacks.FULL_TEXT,
    "departments": callbacks.DEPARTMENTS,
    "citation": callbacks.CITATION,
}
"""Which button leads to a reply of this kind; to any other that gives one clause, ANSWER does."""

Rows = Sequence[Sequence[InlineKeyboardButton]]


@dataclass(frozen=True)
class Shown:
    """What a person sees: messages in HTML, and the buttons under the last one."""

    texts: list[str]
    rows: Rows = ()


class Showing:
    """Turns replies into what is shown."""

    def __init__(self, desk: Desk, me: User) -> None:
        self._desk, self._me = desk, me

    def text(self, text: str, rows: Rows = ()) -> Shown:
        """Words of our own."""
        return Shown(messages([Block(text)]), rows)

    def reply(self, reply: Reply, keyboards: Keyboards, page: int = 0, heading: str = "", about: str = "") -> Shown:
        """A reply; `page` is the page of a list, `heading` stands above it, `about` is the passage that answered at first."""
        answers, choices = reply.custom.get("answers", []), reply.custom.get("choices", [])
        parts, documents = reply.custom.get("parts", []), reply.custom.get("documents", [])
        refused = any(part["kind"] == "no_answer" for part in [reply.custom, *parts])
        rows: Rows = ()
        if parts:
            rows = self._of_parts(reply, keyboards)
        elif documents:
            rows = [keyboards.thumbs(f"{documents[0]['key']}/{OPENING}")]
        elif len(answers) > 1 or (answers and reply.custom["kind"] == "list"):
            reply, rows = self._page(reply, keyboards, page)
        elif answers:
            rows = keyboards.answer(
                VIEW_OF.get(reply.custom["kind"], callbacks.ANSWER), about or self.about(answers[0])
            )
        elif choices:
            rows = keyboards.choices(self._choice(choice, reply) for choice in choices)
        stage = reply.custom.get("handover")
        if stage in ("waiting", "claimed"):
            rows = [*rows, *keyboards.take_back()]
        elif refused and not stage:
            rows = [*rows, *keyboards.person()]
        links = {answer["clause"]: self.link(answer) for answer in answers}
        above = [Block(heading, "note")] if heading else []
        return Shown(messages([*above, *blocks(reply, links)]), rows)

    def about(self, answer: dict[str, Any]) -> str:
        """The key of the passage that an answer quotes, or of its clause where it quotes no single passage."""
        passages = self._desk.store.passages(answer["key"])
        return next((passage.key for passage in passages if passage.text == answer["quote"]), answer["key"])

    def link(self, answer: dict[str, Any]) -> str:
        """The address that opens an answer's clause in this bot; empty where its name is not known."""
        if not self._me.username:
            return ""
        key = document_of(answer)
        newest = key == self._desk.store.document().key
        return create_deep_linked_url(
            self._me.username, f"c{answer['clause']}" if newest else f"c{key}_{answer['clause']}"
        )

    def _page(self, reply: Reply, keyboards: Keyboards, page: int) -> tuple[Reply, Rows]:
        about = _several(reply)
        entries = _entries(reply)
        rows = [*keyboards.page(entries, page, callbacks.PAGE, about), keyboards.thumbs(f"{about}/{page}")]
        listed = [line for line in reply.lines if line.name == "utter_list_entry"]
        shown = listed[page * PAGE : (page + 1) * PAGE]
        lines = tuple(line for line in reply.lines if line.name != "utter_list_entry" or line in shown)
        return dataclasses.replace(reply, lines=lines), rows

    def _of_parts(self, reply: Reply, keyboards: Keyboards) -> Rows:
        """Under a reply of several parts: each of its first clauses in full, and what one thinks of the whole."""
        about = _several(reply)
        return [*keyboards.page(_entries(reply)[:PAGE], 0, callbacks.PAGE, about), keyboards.thumbs(f"{about}/0")]

    def _choice(self, choice: dict[str, Any], reply: Reply) -> Entry:
        label = to_script(choice["title"], "hant") if reply.custom["script"] == "hant" else choice["title"]
        return Entry(label, choice["key"])


def document_of(answer: dict[str, Any]) -> str:
    """The key of an answer's document."""
    return str(answer["key"]).rpartition("/")[0]


def listed(about: str) -> tuple[tuple[int, ...], int]:
    """The clauses of a list and its page, from what its buttons are about. Raises ValueError for anything else."""
    _, clauses, page = about.split("/")
    mask = int(clauses, 16)
    return tuple(number for number in range(mask.bit_length()) if mask >> number & 1), int(page)


def calls(incoming: Incoming, shown: Shown, about: str, earlier: Sequence[int] = ()) -> list[Send]:
    """The calls that show something to the person of `incoming`.

    It is about the message `about` of that person. The message of a tap is edited, and so is the first of the `earlier` sends, if
    there are any; what does not fit is sent after it.
    """
    taps = incoming.kind == "tap"
    sends = []
    for number, text in enumerate(shown.texts):
        last = number == len(shown.texts) - 1
        params: dict[str, Any] = {
            "chat_id": incoming.chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if shown.rows and last:
            params["reply_markup"] = markup(shown.rows)
        edits = earlier[0] if number == 0 and earlier else None
        if number == 0 and taps:
            params["message_id"] = incoming.message
        if (number == 0 and taps) or edits is not None:
            sends.append(Send(incoming.lane, "editMessageText", params, incoming.conversation, about, edits))
        else:
            sends.append(
                Send(incoming.lane, "sendMessage", {**params, **_place(incoming)}, incoming.conversation, about)
            )
    return sends


def answered(incoming: Incoming, text: str = "", alert: bool = False) -> Send:
    """The call that ends the waiting of a tapped button, with a word where there is something to say."""
    params: dict[str, Any] = {"callback_query_id": incoming.query}
    if text:
        params.update(text=text[:200], show_alert=alert)
    return Send(f"query:{incoming.query}"[:64], "answerCallbackQuery", params)


def _place(incoming: Incoming) -> dict[str, Any]:
    """Where a new message goes: into its topic, and in a group as a reply."""
    place: dict[str, Any] = {} if incoming.thread is None else {"message_thread_id": incoming.thread}
    if not incoming.private and incoming.kind != "tap":
        place["reply_parameters"] = {"message_id": incoming.message, "allow_sending_without_reply": True}
    return place


def _entries(reply: Reply) -> list[Entry]:
    """A button for each clause that is given, once."""
    clauses = {answer["key"]: answer for answer in reply.custom["answers"]}
    return [Entry(_title(answer, reply), key) for key, answer in clauses.items()]


def _several(reply: Reply) -> str:
    """What the buttons under several clauses are about (see `listed`)."""
    answers = reply.custom["answers"]
    return f"{document_of(answers[0])}/{sum(1 << number for number in {answer['clause'] for answer in answers}):x}"


def _title(answer: dict[str, Any], reply: Reply) -> str:
    title = f"{answer['label']}{answer['heading']}" or answer["document"]["number"]  # of a heading or closing paragraph
    return to_script(title, "hant") if reply.custom["script"] == "hant" else title


def keyboards_for(desk: Desk, signed: callbacks.Callbacks, incoming: Incoming, voice: Voice, asked: str) -> Keyboards:
    """The buttons for the chat of `incoming`."""
    return Keyboards(signed, lambda name, of: desk.word(name, of), incoming.chat, voice, asked)
