"""The words that a look-up can be spelt in, with their syllables: those of the documents, the units' names, and what people say for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from bot.clauses.models import Passage, Spelling
from bot.errors import DocumentError
from bot.text.script import simplify
from bot.text.segment import any_segmenter
from bot.text.spelling import syllables

LAY_WORDS = (Path("nlu/concepts.yml"), Path("nlu/groups.yml"))
"""What people say for what the documents speak of; where a file is missing, its words cannot be spelt."""
CHINESE = re.compile("[\u4e00-\u9fff]{2,8}")
ASKED_WITH = frozenset(
    "怎么 怎么办 怎么样 怎样 如何 什么 哪里 哪些 哪个 多少 多久 几年 几天 可以 能不能 是否 有没有 需要 条件 办理 申请 规定 政策 "  # noqa: SIM905
    "我要 我想 请问 福州".split()
)
"""What questions are made of whatever they are about."""


def spellings_of(passages: Iterable[Passage], names: Iterable[str]) -> list[Spelling]:
    """The words of `passages`, `names` of units and places, what people say for them, and ASKED_WITH, in their order. Of what people
    say that sounds the same only what is known to be a word stays, or what is listed first: the rest is how people write it who mean that.

    Raises DocumentError where a file of LAY_WORDS cannot be read.
    """
    held = Counter[str]()
    for passage in passages:
        cut = any_segmenter().words_with_offsets(simplify(passage.text))
        held.update({word for word, _ in cut if CHINESE.fullmatch(word)})
    sure = {word for word in (*held, *map(simplify, names), *ASKED_WITH) if CHINESE.fullmatch(word)}
    files = (path for path in LAY_WORDS if path.is_file())
    lay = dict.fromkeys(
        word for path in files for word in _lay_words(path, path.stat().st_mtime_ns) if word not in sure
    )
    alike: dict[tuple[str, ...], list[str]] = {}
    for word in lay:
        alike.setdefault(syllables(word), []).append(word)
    taken = {syllables(word) for word in sure}
    known = {word for word in lay if any_segmenter().knows(word)}
    for spoken, words in alike.items():
        if kept := known.intersection(words):
            sure |= kept
        elif spoken not in taken:
            sure.add(words[0])
    return [Spelling(word, syllables(word), held[word], word not in ASKED_WITH) for word in sorted(sure)]


@lru_cache(maxsize=4)
def _lay_words(path: Path, _: int) -> tuple[str, ...]:
    """The Chinese words of a file of lists, as it stood at that time: a server that takes in document after document reads it once."""
    try:
        blocks = yaml.safe_load(path.read_text("utf-8"))["nlu"]
        lines = (line.removeprefix("- ").strip() for block in blocks for line in block["examples"].splitlines())
        return tuple(line for line in lines if CHINESE.fullmatch(line))
    except (OSError, UnicodeError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise DocumentError(f"{path} cannot be read ({error!r}). It must have lists of words under nlu.") from error
