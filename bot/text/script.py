"""Traditional and Simplified: which of them a person writes, and converting between them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

import opencc

Script = Literal["hant", "hans"]
Language = Literal["zh", "en"]
CIRCLED = re.compile("[①-⑳]{2,}")
RANGE = re.compile(r"(?<=\d)\s*(?:到|至|~|～|—|–|－)\s*(?=\d)")


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def simplify(text: str) -> str:
    """`text` as the models read it: NFKC, lower case, Simplified with the mainland's words (計程車 becomes 出租车), ranges of numbers
    as the document writes them (5到50 and 5～50 become 5-50).

    Its length may differ from `text`'s. For understanding only, never for display.
    """
    apart = CIRCLED.sub(lambda run: "、".join(run[0]), text)  # ①③ is 1 and 3, not 13
    simplified = str(_converter("tw2sp").convert(unicodedata.normalize("NFKC", apart))).lower().strip()
    return RANGE.sub("-", simplified)


def to_script(text: str, script: Script) -> str:
    """`text`, character by character, in the characters of `script`; words stay what they are (软件 becomes 軟件, not 軟體)."""
    return str(_converter("s2tw" if script == "hant" else "tw2s").convert(text))


def script_of(text: str) -> Script | None:
    """The script that `text` is written in, None where it holds no telling character.

    A character tells when only one side's national character set has it: Big5 for Traditional, GB 2312 for Simplified.
    Bopomofo is Taiwan's.
    """
    telling = [side for side in map(_side, text) if side]
    if not telling:
        return None
    return "hant" if telling.count("hant") >= telling.count("hans") else "hans"


def language_of(text: str) -> Language | None:
    """En for a text of Latin words without a Han character, zh for one with any, None for neither."""
    if any("\u3400" <= char <= "\u9fff" for char in text):
        return "zh"
    return "en" if sum(char.isascii() and char.isalpha() for char in text) > 1 else None


def _side(char: str) -> Script | None:
    if "\u3105" <= char <= "\u312f":
        return "hant"
    if not "\u3400" <= char <= "\u9fff":
        return None
    traditional, simplified = _encodable(char, "big5"), _encodable(char, "gb2312")
    if traditional == simplified:
        return None
    return "hant" if traditional else "hans"


def _encodable(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
