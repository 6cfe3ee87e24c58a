"""What Telegram refuses, in Telegram's own words (from the Bot API server's source and its answers)."""

from __future__ import annotations

import html.parser
from typing import Any

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
)
LONGEST_TEXT = 4096
LONGEST_DATA = 64


class Refused(Exception):
    """A call that Telegram would refuse."""

    def __init__(self, description: str, code: int = 400, **parameters: Any) -> None:
        super().__init__(description)
        self.description, self.code, self.parameters = description, code, parameters


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []
        self.quotes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise Refused(f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self.open.append(tag)
        if tag == "blockquote":
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(f'Bad Request: can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text += data
        if "blockquote" in self.open:
            self.quotes[-1] += data


def read_text(text: str, parse_mode: str | None) -> tuple[str, list[str]]:
    """What a person reads, and the block quotes in it. Raises Refused."""
    quotes: list[str] = []
    if parse_mode == "HTML":
        reader = _Reader()
        reader.feed(text)
        reader.close()
        if reader.open:
            raise Refused(
                f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag {reader.open[-1]}"
            )
        text, quotes = reader.text, reader.quotes
    if not text.strip():
        raise Refused("Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise Refused("Bad Request: message is too long")
    return text, quotes


def check_markup(markup: dict[str, Any] | None) -> None:
    """Raises Refused for buttons that Telegram does not take."""
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                raise Refused("Bad Request: can't parse inline keyboard button: Text is empty")
            data = button.get("callback_data")
            if data is not None and not 0 < len(data.encode()) <= LONGEST_DATA:
                raise Refused("Bad Request: BUTTON_DATA_INVALID")
            if data is None and not button.get("url"):
                raise Refused(
                    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                )


def check_commands(params: dict[str, Any]) -> None:
    """Raises Refused for commands that Telegram does not take."""
    code = params.get("language_code", "")
    if code and not (len(code) == 2 and code.isalpha() and code.islower()):
        raise Refused("Bad Request: invalid language code specified")
    for command in params["commands"]:
        if not 1 <= len(command["description"]) <= 256 or not command["command"].islower():
            raise Refused("Bad Request: BOT_COMMAND_INVALID")


def check_results(results: list[dict[str, Any]]) -> None:
    """Raises Refused for results of an inline query that Telegram does not take."""
    if len(results) > 50:
        raise Refused("Bad Request: RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise Refused("Bad Request: RESULT_ID_DUPLICATE")
    for result in results:
        if not 0 < len(result["id"].encode()) <= 64:
            raise Refused("Bad Request: RESULT_ID_INVALID")
        content = result["input_message_content"]
        read_text(content["message_text"], content.get("parse_mode"))
        check_markup(result.get("reply_markup"))
