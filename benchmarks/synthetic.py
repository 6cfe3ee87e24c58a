"""Documents to measure with: variants of the real one, with other words, numbers and dates."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import jieba

from bot.text.segment import Segmenter

NUMBERED = 24
"""Numbered clauses of the real document, and of each variant."""
CHANGED = 0.3
"""The share of a variant's words that are replaced by others."""
OFTEN = 300
"""How often jieba must have counted a word for it to replace one."""
KEPT = re.compile(
    r"([（(]\s*责任单位.*?[）)]\s*$|《[^》]*》|^[（(][一二三四五六七八九十]+[）)]|^[一二三四五六七八九十]+、|各有关单位|\d+年\d+月\d+日)",
    re.DOTALL | re.MULTILINE,
)
"""What a variant keeps as it is: unit lists, titles, labels."""
WORD = re.compile("[\u4e00-\u9fff]{2}")
NUMBER = re.compile(r"\d+")


def write_documents(source: Path, target: Path, clauses: int) -> None:
    """Copy the documents in `source` into `target`, and as many variants of the first as make `clauses` numbered clauses."""
    shutil.copytree(source, target)
    original = next(iter(sorted(target.glob("*/source.txt"))))
    text = original.read_text("utf-8")
    segmenter = Segmenter()
    jieba.initialize()
    others = sorted(word for word, often in jieba.dt.FREQ.items() if often > OFTEN and WORD.fullmatch(word))
    for copy in range(1, -(-clauses // NUMBERED)):
        folder = target / f"{2020 - copy % 15}-{1000 + copy}"
        folder.mkdir()
        (folder / "source.txt").write_text(_variant(text, copy, segmenter, others), "utf-8")
        shutil.copy(original.with_name("document.toml"), folder)


def _variant(text: str, copy: int, segmenter: Segmenter, others: list[str]) -> str:
    chance = random.Random(copy)
    head, start, body = text.partition("一、")
    year = 2020 - copy % 15
    head = head.replace("〔2021〕49号", f"〔{year}〕{1000 + copy}号").replace("2021年", f"{year}年")
    parts = KEPT.split(start + body)
    return head + "".join(
        part if place % 2 else _changed(part, chance, segmenter, others) for place, part in enumerate(parts)
    )


def _changed(text: str, chance: random.Random, segmenter: Segmenter, others: list[str]) -> str:
    words = [*re.split(r"(\s+)", text)]
    return "".join(word if not word or word.isspace() else _words(word, chance, segmenter, others) for word in words)


def _words(text: str, chance: random.Random, segmenter: Segmenter, others: list[str]) -> str:
    found = (word for word, _ in segmenter.words_with_offsets(text))
    return "".join(_other(word, chance, others) for word in found)


def _other(word: str, chance: random.Random, others: list[str]) -> str:
    if NUMBER.fullmatch(word) and len(word) < 4:
        return str(chance.randint(1, 99))
    return chance.choice(others) if WORD.fullmatch(word) and chance.random() < CHANGED else word
