"""Telephone numbers with a country's or an area's code, in all countries' ways of writing them; libphonenumber decides what is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from bot.text.harmless import ALONE, NO_AMOUNT, SERVICE

PARTED = r"[\s\-–—_.·・•/()\ufe0f\u20e3]{1,3}"
"""Between the groups of a number."""
WITH_CODE = re.compile(
    rf"{ALONE}(?:\+\s?\(?|\(?00|\(?(?=86|85[23]|886)|\(?(?=0[2-9]|01\d)|(?=0[\s\-]\d[\s\-]))"
    rf"(?:\d(?:{PARTED}\d){{8,14}}(?!\d)|\d{{1,15}}(?:{PARTED}\d{{1,12}}){{0,5}})"
)
"""What may be a number with a code, digit by digit or in up to six groups."""
EXTENSION = re.compile(r"\s?(?:#|转|分机|ext\.?)\s?\d{1,6}")
END_OF_GROUP = re.compile(rf"\d{NO_AMOUNT}")
TAIWAN_HAS_NO_SUCH_CODE = re.compile(r"0(?:10|2\d|[3-9]\d\d)\D+\d{5,6}")
"""A mainland area code and the number of a service there."""


def with_code(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone numbers with a code stand in a plain text, with their extensions; of a row of groups the most that is one."""
    start = 0
    while match := WITH_CODE.search(text, start):
        ends = [
            end.end() for end in END_OF_GROUP.finditer(text, match.start(), match.end() + 1) if end.end() <= match.end()
        ]
        end = next((end for end in reversed(ends) if _is_telephone(text[match.start() : end])), None)
        if end is None:
            start = match.start() + 1
            continue
        extension = EXTENSION.match(text, end)
        start = extension.end() if extension else end
        yield match.start(), start


def _is_telephone(written: str) -> bool:
    digits = "".join(char for char in written if char.isdigit())
    if not 8 < len(digits) < 18 or SERVICE.fullmatch(written) or re.match(r"0[.]", written):
        return False
    if written.startswith("+"):
        return _is_called(f"+{digits}", None, strictly=len(digits) < 10)
    if digits.startswith("00"):
        return _is_called(f"+{digits[2:]}", None)
    if not digits.startswith("0"):
        return _is_called(f"+{digits}", None)
    return _is_called(digits, "CN") or (not TAIWAN_HAS_NO_SUCH_CODE.fullmatch(written) and _is_called(digits, "TW"))


@lru_cache(maxsize=1024)
def _is_called(digits: str, region: str | None, strictly: bool = True) -> bool:
    """Whether a number of these digits is given out; where not `strictly`, whether it might be by its length."""
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number) or (not strictly and phonenumbers.is_possible_number(number)))
