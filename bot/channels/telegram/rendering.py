"""A reply as Telegram shows it: HTML, every word of it escaped, in messages that are not too long."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from telegram.constants import MessageLimit

from bot.answers.outcome import in_columns
from bot.mailbox.models import Line, Reply
from bot.text.script import Script, to_script

AT_MOST = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 units of a message."""
COLLAPSED_FROM = 600
"""Characters from which a quote is shown collapsed."""
SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[」』”）)]*|[^。！？；!?;\n]+")
NOTES = frozenset({"utter_dated", "utter_list_source"})
HEADINGS = frozenset({"utter_part", "utter_document", "utter_of_document", "utter_changes", "utter_changes_renumbered"})

Style = Literal["plain", "heading", "quote", "note", "code"]


@dataclass(frozen=True)
class Block:
    """A paragraph and how it is set."""

    text: str
    style: Style = "plain"

    def html(self) -> str:
        """As Telegram's HTML."""
        escaped = html.escape(self.text)
        if self.style == "quote":
            fold = " expandable" if len(self.text) > COLLAPSED_FROM else ""
            return f"<blockquote{fold}>{escaped}</blockquote>"
        tag = {"heading": "b", "note": "i", "code": "code"}.get(self.style)
        return f"<{tag}>{escaped}</{tag}>" if tag else escaped


def units(text: str) -> int:
    """How long Telegram finds `text`: UTF-16 code units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def blocks(reply: Reply, links: dict[int, str]) -> list[Block]:
    """The paragraphs of `reply`; `links` has an address for clauses by their numbers, which follows their citations. Each part of a reply
    of several begins with its heading, after an empty line.
    """
    answers, script = reply.custom.get("answers", []), reply.custom.get("script", "hans")
    parts = reply.custom.get("parts") or [{"kind": reply.custom.get("kind"), "answers": range(len(answers))}]
    shown: list[Block] = []
    begun = 0
    for line in reply.lines:
        if line.name == "utter_part":
            begun += 1
            shown += [Block("")] if begun > 1 else []
        part = parts[max(begun - 1, 0)]
        given = [answers[place] for place in part["answers"]]
        quotes = [_shown(str(answer["quote"]), script) for answer in given]
        shown += _line(line, quotes, part["kind"], _link(given, links))
    return shown


def messages(paragraphs: Iterable[Block], limit: int = AT_MOST) -> list[str]:
    """The paragraphs as HTML of messages of at most `limit` units, cut between paragraphs or else at the ends of sentences."""
    filled: list[list[Block]] = [[]]
    used = 0
    for block in (piece for paragraph in paragraphs for piece in _pieces(paragraph, limit)):
        length = units(block.text) + 1
        if filled[-1] and used + length > limit:
            filled.append([])
            used = 0
        filled[-1].append(block)
        used += length
    return ["\n".join(block.html() for block in group) for group in filled if group]


def inline_message(answer: dict[str, Any], words: dict[str, str], script: Script, link: str) -> str:
    """What a look-up posts into another chat: quote, units, citation. `words` are the lines for columns, units and citation."""
    quote = _cut(_shown(str(answer["quote"]), script), AT_MOST // 2)
    head = [Block(words["columns"])] if "columns" in words else []
    below = [Block(words[name]) for name in ("units", "citation") if words.get(name)]
    return messages([*head, Block(quote, "quote"), *below, *([Block(link)] if link else [])])[0]


def _line(line: Line, quotes: list[str], kind: str | None, link: str) -> Iterator[Block]:
    if line.name == "utter_full_text":
        yield Block(line.text, "quote")
    elif line.name == "utter_quote" and (quote := next((quote for quote in quotes if quote in line.text), "")):
        before, _, after = line.text.partition(quote)
        if before.strip("「 "):
            yield Block(before.rstrip("「 "))
        yield Block(quote + after.lstrip("」"), "quote")
    elif line.name == "utter_citation":
        yield Block(line.text, "code" if kind == "citation" else "plain")
        if link:
            yield Block(link)
    elif line.name in HEADINGS or (line.name == "utter_chapter" and kind == "list"):
        yield Block(line.text, "heading")
    else:
        yield Block(line.text, "note" if line.name in NOTES else "plain")


def _link(answers: list[dict[str, Any]], links: dict[int, str]) -> str:
    return links.get(answers[0]["clause"], "") if len(answers) == 1 else ""


def _shown(quote: str, script: str) -> str:
    shown = in_columns(quote)
    return to_script(shown, "hant") if script == "hant" else shown


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """`block` in pieces of fewer than `limit` units, cut at the ends of sentences where there are any."""
    if units(block.text) < limit:
        yield block
        return
    piece = ""
    for sentence in _sentences(block.text, limit):
        if units(piece + sentence) >= limit:
            yield Block(piece, block.style)
            piece = ""
        piece += sentence
    yield Block(piece, block.style)


def _sentences(text: str, limit: int) -> Iterator[str]:
    """The sentences of `text`; one that is too long is cut where it must be (a character has at most two units)."""
    longest = (limit - 1) // 2
    for sentence in SENTENCE.findall(text):
        if units(sentence) < limit:
            yield sentence
        else:
            yield from (sentence[start : start + longest] for start in range(0, len(sentence), longest))


def _cut(text: str, limit: int) -> str:
    if units(text) <= limit:
        return text
    return next(_pieces(Block(text), limit)).text
