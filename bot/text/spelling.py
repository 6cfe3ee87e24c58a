"""Chinese in Latin letters."""

from __future__ import annotations

from bot.text.script import simplify


def spelt(name: str) -> str:
    """A Chinese name in Latin letters without tones (松屏: songping); "" for ""."""
    from pypinyin import lazy_pinyin  # 52 MiB, which only putting in a document needs

    return "".join(lazy_pinyin(simplify(name)))
