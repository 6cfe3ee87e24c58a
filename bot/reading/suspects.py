"""Figures that a scan spoilt: O for 0, l for 1, 〇 among digits. They are told, never mended."""

from __future__ import annotations

import re

TOKEN = re.compile(r"(?<![A-Za-z])[0-9OoQlI|〇SBZ][0-9OoQlI|〇SBZ.,，%]*(?![A-Za-z])")
MENDED = str.maketrans("OoQlI|〇SBZ，", "0001110582,")
UNIT = re.compile(
    r" *(?:[万亿千百]?元|[年月日天岁户人个名家项次件台套座条所处亩吨倍%％号周期]|小时|分钟|工作日|公里|平方米|米)"
)
WORDS = frozenset({"O2O", "B2B", "B2C", "S2B", "2B", "B2", "O", "I", "II", "III", "Q", "S", "B", "Z", "l", "|"})


def suspects_of(text: str) -> list[tuple[str, str]]:
    """Each figure of `text` that looks spoilt, as printed with its unit, and what it may be; once."""
    found: dict[str, str] = {}
    for match in TOKEN.finditer(text):
        token = match[0].rstrip(".,，|")
        unit = UNIT.match(text, match.start() + len(token))
        if not _is_spoilt(token, unit is not None, text, match.start()):
            continue
        printed = token + (unit[0] if unit else "")
        found[printed] = token.translate(MENDED) + (unit[0] if unit else "")
    return list(found.items())


def _is_spoilt(token: str, has_unit: bool, text: str, start: int) -> bool:
    letters = re.sub(r"[0-9.,，%]", "", token)
    digits = re.sub(r"[^0-9]", "", token)
    if not letters:
        return False
    if token in WORDS:
        return has_unit and token in ("O", "I", "l", "|", "II") and bool(re.search(r"[\u4e00-\u9fff]$", text[:start]))
    before, after = text[start - 1 : start], text[start + len(token) : start + len(token) + 1]
    numerals = "零〇一二三四五六七八九十百千"
    if set(letters) == {"〇"} and not digits and ((before and before in numerals) or (after and after in numerals)):
        return False
    if set(letters) & set("SBZ"):
        return bool(re.fullmatch(r"[0-9OolI〇]+[SBZ][0-9OolI〇SBZ]*|[SBZ][0-9OolI〇]{2,}", token)) and has_unit
    return bool(digits) or has_unit
