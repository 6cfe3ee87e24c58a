"""Masks personal numbers, before anything is stored, logged or understood."""

from __future__ import annotations

import re

from bot.text.personal import KINDS
from bot.text.plain import plain

MASKED = "\N{GETA MARK}"
"""Stands in the plain text for what was found already."""
WORTH_A_LOOK = re.compile(r"\d|[a-z@_.\-]{4}")
DIGIT = re.compile(r"\d")


def mask(text: str) -> str:
    """`text` with each personal number replaced by a word for what it was, such as 〔电话〕; amounts, dates, the numbers of documents and
    of public services stay. Where nothing is masked, `text` comes back as it is.
    """
    rest = plain(text)
    if not WORTH_A_LOOK.search(rest):
        return text
    digits = len(DIGIT.findall(rest))
    found: list[tuple[int, int, str]] = []
    for kind in KINDS:
        if digits < kind.digits:
            continue
        for start, end in list(kind.find(rest)):
            found.append((start, end, kind.name))
            rest = rest[:start] + MASKED * (end - start) + rest[end:]
    pieces, last = [], 0
    for start, end, name in sorted(found):
        pieces += [text[last:start], f"〔{name}〕"]
        last = end
    return "".join([*pieces, text[last:]])
