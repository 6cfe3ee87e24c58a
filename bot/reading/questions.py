"""Questions and answers of an interpretation (政策解读)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.reading.labels import label_of
from bot.reading.lines import Folding, Line, bare
from bot.reading.outline import COPIED, DATE, META, PRINTED
from bot.reading.reading import Question

ASKS = re.compile(r" *(?:问题?|Q) *[\d一二三四五六七八九十]{0,3} *[：.、]")
ANSWERS = re.compile(r" *(?:答复?|A) *[\d一二三四五六七八九十]{0,3} *[：.、]")


def questions_of(lines: Sequence[Line], folding: Folding) -> list[Question]:
    """The pairs of questions and answers, without labels and the words 问 and 答; a question ends with a question mark or is marked."""
    pairs: list[tuple[list[str], list[str]]] = []
    asking = False
    for line in lines:
        key = folding.key(line.text)
        label = label_of(line.text, key)
        start = label.end if label else 0
        if asks := ASKS.match(key, start):
            start = asks.end()
        rest = line.text[start:].strip()
        if (
            asks
            or (label and re.search("[？?]$", rest))
            or (not label and not asking and re.search("[？?]$", rest) and len(rest) < 80 and not ANSWERS.match(key))
        ):
            question, mark, answer = _cut(rest)
            pairs.append(([question], [answer] if answer else []))
            asking = bool(asks) and not mark
            continue
        if not pairs:
            continue
        if _is_imprint(key):
            break
        if answers := ANSWERS.match(key):
            asking = False
            pairs[-1][1].append(line.text[answers.end() :].strip())
        elif asking:
            pairs[-1][0].append(line.text)
            asking = not re.search("[？?]$", line.text)
        else:
            pairs[-1][1].append(line.text)
    return [Question("".join(q), "\n".join(a)) for q, a in pairs if bare("".join(a))]


def _cut(rest: str) -> tuple[str, bool, str]:
    """A question and an answer that stands in the same line."""
    match = re.match(r"(.+?[？?])\s*(?:答[：:]\s*)?(.*)$", rest)
    if not match:
        return rest, False, ""
    return match[1], True, match[2]


def _is_imprint(key: str) -> bool:
    flat = bare(key)
    return bool(
        COPIED.match(flat) or DATE.fullmatch(flat) or (PRINTED.search(flat) and DATE.search(flat)) or META.match(key)
    )
