"""Where a heading ends and a text begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.reading.lines import Table, bare
from bot.reading.paragraphs import LONGEST_HEADING, Paragraph

DELETED = re.compile(
    r"[（〔【]? *(?:本条|此条|该条|已)? *(?:被)? *(?:删除|删去|已删除|已废止|废止) *(?:。)? *[）〕】]?。?(?:（[^）]*）)?"
)
MARKED_HEADING = re.compile(r" *(?:【([^】]{2,25})】|[（〔]([^（）〔〕，。；：]{2,20})[）〕](?= *[^ 。，；]))")

BRACKETED = re.compile(r" *[【（〔]([^【】（）〔〕。；：]{2,25})[】）〕] *")


def chapter_heading(paragraph: Paragraph) -> tuple[str, list[str]]:
    """The chapter's heading, and the text that follows it in its line."""
    body = paragraph.body
    stop = body.find("。")
    if 0 < stop < len(body) - 1 and stop <= LONGEST_HEADING:
        return body[:stop], [body[stop + 1 :].strip()]
    if len(body) > LONGEST_HEADING and "。" in body:
        return "", [body]
    return body.rstrip("。"), []


def clause_heading(paragraph: Paragraph, rest: Sequence[Paragraph | Table]) -> tuple[str | None, bool]:
    """The clause's heading, and whether it stands on a line of its own."""
    assert paragraph.label is not None
    start = paragraph.label.end
    body, key = paragraph.text[start:], paragraph.key[start:]
    lead = len(body) - len(body.lstrip())
    if paragraph.label.kind == "article":
        if (match := MARKED_HEADING.match(key)) and not DELETED.fullmatch(key.strip()):
            return body[slice(*match.span(match.lastindex or 0))], False
        if paragraph.is_heading and rest and (match := BRACKETED.fullmatch(key)):
            return body[match.start(1) : match.end(1)], True
        return (body.strip(), True) if paragraph.is_heading and rest and body.strip() else (None, False)
    if paragraph.is_heading:
        return body.strip().rstrip("。：:") or None, True
    if (match := MARKED_HEADING.match(key)) and match[1]:
        return body[slice(*match.span(1))], False
    stop = key.find("。")
    spaced = re.match(r" *([^ 。；：，]{2,25}) +(?=[\u4e00-\u9fff])", key)
    colon = re.match(r" *([^。；：，]{2,15})：(?![“《])", key)
    if spaced and (stop < 0 or spaced.end(1) < stop):
        return body[lead : spaced.end(1)], False
    has_more = bool(bare(key[stop + 1 :])) or any(isinstance(p, Paragraph) for p in rest)
    if 0 < stop <= LONGEST_HEADING + lead and has_more and not re.search("[；：]", key[:stop]):
        return body[lead:stop].strip(), False
    if colon and (stop < 0 or colon.end(1) < stop):
        return body[lead : colon.end(1)].strip(), False
    return None, False
