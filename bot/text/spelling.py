"""Chinese in Latin letters, by pypinyin: 52 MiB, which only putting in a document needs. What serving needs of it is kept in the clause database."""

from __future__ import annotations

from functools import cache

from bot.text.script import simplify

ROWS, COLUMNS = range(0xB0, 0xF8), range(0xA1, 0xFF)
"""Where GB 2312 has its characters."""


def spelt(name: str) -> str:
    """A Chinese name in Latin letters without tones (松屏: songping); "" for ""."""
    return "".join(syllables(simplify(name)))


@cache
def syllables(word: str) -> tuple[str, ...]:
    """How a simplified word is spelt without tones, a syllable for each character (银行: yin, hang); ü is v, but üe is ue."""
    from pypinyin import lazy_pinyin

    return tuple(map(_as_typed, lazy_pinyin(word)))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """How each simplified character of GB 2312 may be spelt, the usual way first (行: xing, hang, heng)."""
    from pypinyin import Style, pinyin

    chars = "".join(bytes([row, column]).decode("gb2312", "ignore") for row in ROWS for column in COLUMNS)
    return {
        char: tuple(dict.fromkeys(map(_as_typed, pinyin(char, style=Style.NORMAL, heteronym=True)[0])))
        for char in chars
    }


def _as_typed(syllable: str) -> str:
    return syllable.replace("ve", "ue").replace("ü", "v")
