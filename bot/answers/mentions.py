"""What a question names outright: clause and chapter numbers, departments, groups of people, which of the offered ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.text.numerals import chinese_numeral

NUMBER = r"(\d{1,2}|[一二三四五六七八九十廿]{1,3})"
UNIT = r"(?!\s*(?:-|—|~|至|到)?\s*(?:\d|年|月|日|号|岁|元|块|万|千|百|亿|%|个|位|名|人|家|次|天|晚|周|小时|k\b|w\b|[.:]\d))"

CLAUSE = (
    rf"第\s*{NUMBER}\s*(?:条|點|点|项|款|则)",
    rf"\(\s*{NUMBER}\s*\)",
    r"(?<![第\d.])(\d{1,2})\s*(?:条|号条款)(?!\d)",  # 一条, 哪一条 are no numbers of clauses
    r"\b(?:clause|article|section|item|no\.?|#)\s*(\d{1,2})\b",
)
BARE_CLAUSE = rf"^(?:\D{{0,7}}?[是,:， ])?第?\s*{NUMBER}{UNIT}\s*(?:[、,.: ].{{0,12}}|原文|全文|单位|标题|谁管|归谁.{{0,2}}|责任单位.{{0,3}})?$"
"""A number that stands alone, or before a word or two, in a short message."""

CHAPTER = (
    rf"第\s*{NUMBER}\s*(?:部分|章|大部分|大块|大点|块|节)",
    r"\b(?:chapter|part)\s*(\d{1,2})\b",
)
CHOICE = (
    rf"(?:第|选|要|看)\s*{NUMBER}\s*(?:个|種|种|个选项|那个)",
    r"\b(first|second|third|fourth|last)\b",
    r"(最后一个|最后那个|最后一条)",
)
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


@dataclass(frozen=True)
class Mention:
    """One thing named: what kind ("clause", "chapter", "department", "group", "choice"), which, and where in the text."""

    kind: str
    value: int | str
    start: int
    end: int


class MentionFinder:
    """Finds mentions in simplified text.

    `departments` and `groups` map what people write (simplified) to a department's name or a group's name; `clauses` and
    `chapters` are the numbers that the documents have.
    """

    def __init__(
        self,
        departments: Mapping[str, str],
        groups: Mapping[str, str],
        clauses: Iterable[int],
        chapters: Iterable[int],
    ) -> None:
        self._words = {"department": dict(departments), "group": dict(groups)}
        self._patterns = {kind: _any_of(words) for kind, words in self._words.items()}
        self._clauses = frozenset(clauses)
        self._chapters = frozenset(chapters)

    def find(self, simplified: str) -> tuple[Mention, ...]:
        """Every mention, in the order of the text; a number that no clause has is none."""
        found = [*self._numbers(simplified), *self._named("department", simplified), *self._named("group", simplified)]
        return tuple(sorted(found, key=lambda mention: mention.start))

    def _numbers(self, text: str) -> Iterator[Mention]:
        yield from _choices(text)
        yield from (mention for mention in _matches("chapter", CHAPTER, text) if mention.value in self._chapters)
        clauses = list(_matches("clause", CLAUSE, text)) or list(_matches("clause", (BARE_CLAUSE,), text))
        yield from (mention for mention in clauses if mention.value in self._clauses)

    def _named(self, kind: str, text: str) -> Iterator[Mention]:
        if (pattern := self._patterns[kind]) is None:
            return
        for match in pattern.finditer(text):
            yield Mention(kind, self._words[kind][match[0]], match.start(), match.end())


def only_a_number(simplified: str) -> bool:
    """Whether a message says a clause's number and nothing else: 第3条, （三）, 3, clause 3."""
    return bool(re.fullmatch(rf"\W*(?:{'|'.join(CLAUSE)}|第?\s*{NUMBER})\W*", simplified))


def _any_of(words: Mapping[str, str]) -> re.Pattern[str] | None:
    """A pattern for any of `words`, the longest first; Latin words only as whole words."""
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in longest_first)
    )


def _matches(kind: str, patterns: Iterable[str], text: str) -> Iterator[Mention]:
    taken: set[int] = set()
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            if match.start(1) not in taken:
                taken.add(match.start(1))
                yield Mention(kind, _number(match[1]), match.start(), match.end())


def _choices(text: str) -> Iterator[Mention]:
    for pattern in CHOICE:
        for match in re.finditer(pattern, text):
            word = match[1]
            value = -1 if word.startswith("最后") else ORDINALS.get(word) or _number(word)
            yield Mention("choice", value, match.start(), match.end())


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_numeral(text)
