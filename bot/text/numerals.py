"""Chinese numerals from one to ninety-nine, as clauses and chapters are numbered."""

from __future__ import annotations

DIGITS = "〇一二三四五六七八九"


def chinese_numeral(text: str) -> int:
    """The number that `text` writes: 八 is 8, 十七 17, 二十四 and 廿四 24.

    Raises ValueError for anything else.
    """
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    if not ten:
        return _digit(ones)
    return (_digit(tens) if tens else 1) * 10 + (_digit(ones) if ones else 0)


def to_chinese_numeral(number: int) -> str:
    """`number` (1 … 99) in Chinese numerals.

    Raises ValueError for a number out of that range.
    """
    if not 0 < number < 100:
        raise ValueError(f"{number} is not between 1 and 99")
    tens, ones = divmod(number, 10)
    written = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return written + (DIGITS[ones] if ones else "")


def _digit(char: str) -> int:
    digit = DIGITS.find(char)
    if len(char) != 1 or digit < 1:
        raise ValueError(f"{char!r} is not a Chinese digit")
    return digit
