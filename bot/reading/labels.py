"""What label a line bears: 一、 （一） 1. （1） 第一章 第十二条之一; one table of kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["part", "chapter", "section", "article", "han", "paren", "arabic", "arabic_paren", "circled"]

HAN = "零〇○一二三四五六七八九十百"
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
MENDED = str.maketrans("OoQlI|〇○ニー—\\-丶笫弟", "00011100二一一一一、第第")
"""What a bad scan makes of digits and numerals, and what was there."""
NUMBER = rf"(?:[{HAN}](?: ?[{HAN}]){{0,6}}|\d(?: ?\d){{0,2}})"
"""A numeral, which a converter may have spaced: 第 1 2 条."""

STRICT: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第 *({NUMBER}) *(?:编(?=[^制写入列者程]|$)|部分(?![^ ：]{{0,12}}[，。；]))")),
    ("chapter", re.compile(rf"第 *({NUMBER}) *章(?!程)")),
    ("section", re.compile(rf"第 *({NUMBER}) *节(?!能|约)")),
    ("article", re.compile(rf"第 *({NUMBER}) *条(?: *之 *([{HAN}]{{1,3}}))?(?!款|件|第|规定|约定)")),
    ("paren", re.compile(rf"（ *([{HAN}]{{1,7}}) *）")),
    ("han", re.compile(rf"([{HAN}]{{1,7}}) *[、.](?![{HAN}]{{1,3}}[、，])")),
    ("arabic_paren", re.compile(r"（ *(\d{1,3}) *）|(?<![\d.])(\d{1,2})）")),
    ("arabic", re.compile(r"(\d{1,3}) *(?:\.(?!\d)|\.(?=\d{4} *年)|、)")),
    ("circled", re.compile("([①-⑳])")),
)
"""The kinds, as they are printed where nothing is spoilt. Matched against a line's key (lines.Folding)."""

SPOILT: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "article",
        re.compile(rf"[第笫弟] *([{HAN}\dOoQlI|]{{1,7}}) *[条务](?: *之 *([{HAN}]{{1,3}}))?(?!款|件|第|规定|约定)"),
    ),
    ("chapter", re.compile(rf"[第笫弟] *([{HAN}\dOoQlI|]{{1,7}}) *章(?!程)")),
    ("paren", re.compile(rf"[（〔【{{《〈] *([{HAN}ニー—\-]{{1,7}}) *[）〕】}}》〉]")),
    ("paren", re.compile(rf"（ *([{HAN}]{{1,7}})(?=[^{HAN}）、，。])")),
    ("paren", re.compile(rf"([{HAN}]{{1,7}}) *）")),
    ("han", re.compile(rf"([{HAN}ニー—\-]{{1,7}}) *[、，.·丶]")),
    ("arabic", re.compile(r"([\dOoQlI|〇]{1,3}) *[.、，·](?!\d)")),
    ("han", re.compile(rf"([{HAN}]{{1,4}}) *$")),
)
"""Labels with a spoilt character or half a bracket; they count only where their number is the expected one."""


@dataclass(frozen=True)
class Label:
    """A label at the beginning of a line. `printed` is as it stands there; `end` the place after it in the line.

    `sub` is 1 for 第十二条之一. `spoilt`: it is not printed as such a label is.
    """

    kind: Kind
    number: int
    sub: int
    printed: str
    end: int
    spoilt: bool = False

    @property
    def order(self) -> tuple[int, int]:
        return self.number, self.sub


def label_of(text: str, key: str, start: int = 0) -> Label | None:
    """The label that stands at `start` of a line, None where none does. `key` is the line's key, as long as `text`."""
    for kind, pattern in STRICT:
        if match := pattern.match(key, start):
            return _label(kind, match, text, start, spoilt=False)
    return None


def spoilt_labels_of(text: str, key: str) -> list[Label]:
    """What the beginning of a line may be, if a scan or a hand spoilt a label there; likelier ones first."""
    found = [_label(kind, match, text, 0, spoilt=True) for kind, pattern in SPOILT if (match := pattern.match(key))]
    return [label for label in found if label is not None]


def printed_label(kind: Kind, number: int) -> str:
    """How such a label is printed: （八）, 第八条."""
    chinese = numeral(number)
    forms: dict[Kind, str] = {
        "part": f"第{chinese}编",
        "chapter": f"第{chinese}章",
        "section": f"第{chinese}节",
        "article": f"第{chinese}条",
        "han": f"{chinese}、",
        "paren": f"（{chinese}）",
        "arabic": f"{number}.",
        "arabic_paren": f"（{number}）",
        "circled": chr(0x245F + number) if 0 < number <= 20 else str(number),
    }
    return forms[kind]


def numeral(number: int) -> str:
    """`number` (1 … 999) in Chinese numerals, as labels write it: 十二, 一百零二."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else numeral(tens)) + "十" + (numeral(ones) if ones else "")
    hundreds, rest = divmod(number, 100)
    if not rest:
        return f"{numeral(hundreds)}百"
    return f"{numeral(hundreds)}百" + ("零" if rest < 10 else "一" if rest < 20 else "") + numeral(rest)


def value(written: str) -> int | None:
    """The number of a label's numeral: 十二, 一百零二, 一〇二, 15; None where it is none."""
    written = "".join(written.split())
    if written.isascii() and written.isdigit():
        return int(written)
    if not written or set(written) - set(HAN):
        return None
    if not set(written) & set("十百"):
        return int("".join(str(DIGITS[char]) for char in written))
    hundreds, _, rest = written.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    parts = [hundreds, tens.strip("零〇○"), ones.strip("零〇○")]
    if any(len(part) > 1 for part in parts):
        return None
    values = [DIGITS[part] if part else 0 for part in parts]
    if "百" in written and not values[0]:
        return None
    return values[0] * 100 + (values[1] or (1 if ten else 0)) * 10 + values[2]


def _label(kind: Kind, match: re.Match[str], text: str, start: int, *, spoilt: bool) -> Label | None:
    written = next(group for group in match.groups() if group is not None)
    if kind == "circled":
        number: int | None = ord(written) - 0x245F
    else:
        number = value(written.translate(MENDED) if spoilt and not set(written) <= set(HAN) else written)
    if not number:
        return None
    sub = value(match[2]) or 0 if kind == "article" and match[2] else 0
    return Label(kind, number, sub, "".join(text[start : match.end()].split()), match.end(), spoilt)
