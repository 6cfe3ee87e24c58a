"""Masks personal numbers, before anything is stored, logged or understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ID = "〔证件号〕"
PHONE = "〔电话〕"
MAIL = "〔邮箱〕"
CARD = "〔银行卡〕"
TOKEN = "〔密钥〕"  # noqa: S105

EDGE_BEFORE, EDGE_AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
GAP = r"[\s\-]?"


def _number(*parts: str) -> str:
    return EDGE_BEFORE + "".join(parts) + EDGE_AFTER


def _luhn(match: re.Match[str]) -> bool:
    digits = [int(char) for char in match[0] if char.isdigit()][::-1]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _always(match: re.Match[str]) -> bool:
    return True


RULES: tuple[tuple[str, str, Callable[[re.Match[str]], bool]], ...] = (
    (TOKEN, r"\b\d{8,10}:[A-Za-z0-9_-]{30,}", _always),
    (MAIL, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", _always),
    # 18 digits with a date in the middle: mainland identity card, residence permit for people of Taiwan, Hong Kong and Macau
    (ID, _number(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"), _always),
    (
        ID,
        _number(r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"),
        _always,
    ),  # the old card of 15 digits
    (ID, _number(r"[A-Za-z][1289]\d{8}"), _always),  # 中華民國身分證 and residence certificates
    (ID, r"(?<=台胞证|通行证|臺胞證|台胞證|通行證)[^0-9A-Za-z]{0,12}[A-Za-z]?\d{8}(?:\d{2})?(?!\d)", _always),
    (PHONE, rf"(?<![\d.])(?:\+?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)", _always),  # mainland mobile
    (PHONE, rf"(?<![\d.])(?:\+?886{GAP}9|09)\d{{2}}{GAP}\d{{3}}{GAP}\d{{3}}(?!\d)", _always),  # Taiwan mobile
    (
        PHONE,
        r"(?<![\d.])0\d{2,3}-\d{7,8}(?!\d)|(?<![\d.])(?:\(0[2-8]\)\s?|0[2-8][\s-])\d{3,4}[\s-]?\d{4}(?!\d)",
        _always,
    ),  # land lines
    (PHONE, r"(?<![\d.])0(?:10|2\d|[3-9]\d\d)\d{7,8}(?!\d)", _always),  # mainland land lines without a dash
    (CARD, r"(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)", _luhn),
)
"""(what stands instead, the pattern, a check); the first that fits counts."""


def mask(text: str) -> str:
    """`text` with personal numbers replaced by a word for what they were; document numbers, amounts and dates stay.

    Full-width digits count as digits. Where nothing is masked, `text` comes back as it is.
    """
    masked = unicodedata.normalize("NFKC", text) if re.search(r"[０-９]", text) else text
    for word, pattern, holds in RULES:
        masked = re.sub(pattern, lambda match, word=word, holds=holds: word if holds(match) else match[0], masked)  # type: ignore[misc]
    return masked
