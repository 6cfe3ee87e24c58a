"""Numerals as people write them: 8, 十八, 廿四, 拾叁, 两千五, 50万, thirteen, the third, XIV."""

from __future__ import annotations

import re

import cn2an

FORMAL = str.maketrans("壹贰叁参肆伍陆柒捌玖拾佰仟〇两", "一二三三四五六七八九十百千零二")
ENGLISH = {
    word: value
    for value, words in enumerate(
        (
            "one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh", "eight eighth",
            "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth", "thirteen thirteenth", "fourteen fourteenth",
            "fifteen fifteenth", "sixteen sixteenth", "seventeen seventeenth", "eighteen eighteenth", "nineteen nineteenth",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
TENS = {"twenty": 20, "twentieth": 20, "thirtieth": 30, "thirty": 30, "forty": 40, "fifty": 50, "half": 0.5}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
ROMAN = {"i": 1, "v": 5, "x": 10}


def value_of(text: str) -> float:
    """The number that `text` writes (simplified, lower case): in digits, Chinese, English or Roman numerals, or a mixture (50万).

    Raises ValueError for anything else.
    """
    written = text.strip().replace(",", "")
    if re.fullmatch(r"[a-z][a-z -]*|\d+(?:st|nd|rd|th)", written):
        return _latin(written)
    chinese = written.translate(FORMAL).replace("廿", "二十").replace("卅", "三十")
    if mixed := re.fullmatch(r"([一二三]?十)[又零]?([0-9一二三四五六七八九])", chinese):  # 二十4, 二十又一
        return value_of(mixed[1]) + value_of(mixed[2])
    if colloquial := re.fullmatch("(.*[百千万])([一二三四五六七八九])", chinese):  # 一千二 is 1,200
        scale = {"百": 10, "千": 100, "万": 1000}[colloquial[1][-1]]
        return value_of(colloquial[1]) + value_of(colloquial[2]) * scale
    half = 0.5 if chinese.endswith("半") else 0.0
    chinese = chinese.removesuffix("半")
    if not chinese and half:
        return half
    try:
        return float(cn2an.cn2an(chinese, "smart")) + half
    except KeyError as error:  # cn2an looks up 十十二's last unit before it sees that this is no number
        raise ValueError(f"{written!r} is no number") from error


def to_chinese_numeral(number: int) -> str:
    """`number` (1 … 99) in Chinese numerals.

    Raises ValueError for a number out of that range.
    """
    if not 0 < number < 100:
        raise ValueError(f"{number} is not between 1 and 99")
    return str(cn2an.an2cn(number)).removeprefix("一" if 10 <= number < 20 else "")


def _latin(written: str) -> float:
    if written[0].isdigit():
        return float(written[:-2])
    if set(written) <= set(ROMAN):
        values = [ROMAN[letter] for letter in written]
        following = [*values[1:], 0]
        return float(sum(-v if v < after else v for v, after in zip(values, following, strict=True)))
    total = 0.0
    for word in re.split(r"[ -]+", written):
        if word in SCALES:
            total = (total or 1) * SCALES[word]
        elif word in TENS or word in ENGLISH:
            total += TENS.get(word) or ENGLISH[word]
        else:
            raise ValueError(f"{written!r} is no number")
    return total
