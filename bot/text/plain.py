"""A text as patterns for numbers read it: however a digit or a word is written, it is one character that they know."""

from __future__ import annotations

import re
import unicodedata

from bot.text.script import to_script

SAID_AS_WORDS = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "000" + "123456789" + "1" + "123456789")
DIGITS_IN_WORDS = re.compile(
    r"(?:[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖][ \-]?){6,}[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
)
"""Seven and more: a year or a date has fewer in a row."""


class _Plain(dict[int, str]):
    """What stands for a character in a plain text; looked up once for each character that ever occurs."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        found = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKC", char).lower()  # ① is no 1
        found = to_script(found, "hans")
        self[code] = found if len(found) == 1 else char
        return self[code]


_PLAIN = _Plain({ord("×"): "x", ord("х"): "x", ord("Х"): "x"})  # what people type for the X of an identity card


def plain(text: str) -> str:
    """`text` in lower case, Simplified, with ASCII digits and punctuation, numbers said digit by digit as digits; of the same length, so
    that what is found there can be replaced in `text`.
    """
    one_for_one = text.translate(_PLAIN)
    return DIGITS_IN_WORDS.sub(lambda run: run[0].translate(SAID_AS_WORDS), one_for_one)
