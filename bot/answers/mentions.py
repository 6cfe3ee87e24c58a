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
    rf"(?<!倒数)第\s*{NUMBER}\s*(?:部分|章|大部分|大块|大点|大标题|大类|块|节|篇|单元|板块|个(?:大标题|板块|部分))",
    r"\b(?:chapter|part)\s*(\d{1,2}|one|two|three|four|five|six|seven|eight)\b",
    r"([一二三四五六七八九十])、(?=[”」\"]?(?:后面|那|这|下面|底下|开头))",
)
CHAPTER_FROM_THE_END = rf"倒数第\s*{NUMBER}\s*(?:部分|章|大块|块|节|篇|个)"
CHOICE = (
    rf"(?:第|选|要|看)\s*{NUMBER}\s*(?:个|種|种|个选项|那个)",
    r"\b(first|second|third|fourth|last)\b",
    r"(最后一个|最后那个|最后一条)",
)
WRITTEN = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
OFFICE = re.compile(r"^(?:市委|市)?(.{2,4}?)(?:事务)?(?:局|委|办)$")
"""A department's name, with the field that it is called by in short: 财政 for 市财政局."""
AS_AN_OFFICE = r"(?=[^,，。、]{0,3}(?:两家|三家|两个口|那边|那头|条口|口子|口上|系统|部门|挂名|名下|牵头|参与|掺和|有份|有没有|都有|都没|负责))"
"""What follows a field that stands for its office."""
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
        self._offices = _offices(departments)
        self._clauses = frozenset(clauses)
        self._chapters = frozenset(chapters)

    def find(self, simplified: str) -> tuple[Mention, ...]:
        """Every mention, in the order of the text; a number that no clause has is none."""
        departments = [*self._named("department", simplified)]
        departments += self._in_short(simplified, taken={mention.start for mention in departments})
        found = [*self._numbers(simplified), *departments, *self._named("group", simplified)]
        return tuple(sorted(found, key=lambda mention: mention.start))

    def _numbers(self, text: str) -> Iterator[Mention]:
        yield from _choices(text)
        yield from (mention for mention in _matches("chapter", CHAPTER, text) if mention.value in self._chapters)
        for match in re.finditer(CHAPTER_FROM_THE_END, text):
            yield Mention("chapter", len(self._chapters) + 1 - _number(match[1]), match.start(), match.end())
        clauses = list(_matches("clause", CLAUSE, text)) or list(_matches("clause", (BARE_CLAUSE,), text))
        yield from (mention for mention in clauses if mention.value in self._clauses)

    def _named(self, kind: str, text: str) -> Iterator[Mention]:
        if (pattern := self._patterns[kind]) is None:
            return
        for match in pattern.finditer(text):
            yield Mention(kind, self._words[kind][match[0]], match.start(), match.end())

    def _in_short(self, text: str, taken: set[int]) -> Iterator[Mention]:
        """Departments called by their field, alone or in pairs ("财政和教育两家"), where what follows says that an office is meant."""
        if not self._offices:
            return
        field = "|".join(sorted(self._offices, key=len, reverse=True))
        run = rf"(?:{field})(?:(?:和|跟|与|、|及)(?:{field}))*{AS_AN_OFFICE}"
        for found in re.finditer(run, text):
            for match in re.finditer(field, found[0]):
                if (start := found.start() + match.start()) not in taken:
                    yield Mention("department", self._offices[match[0]], start, start + len(match[0]))


def _offices(departments: Mapping[str, str]) -> dict[str, str]:
    """The departments' names by the field that each is called by in short."""
    return {match[1]: name for name in dict.fromkeys(departments.values()) if (match := OFFICE.match(name))}


def only_a_number(simplified: str) -> bool:
    """Whether a message says a clause's number and nothing else: 第3条, （三）, 3, clause 3."""
    return bool(re.fullmatch(rf"\W*(?:{'|'.join(CLAUSE)}|第?\s*{NUMBER})(?:的?呢)?\W*", simplified))


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
    return int(text) if text.isdecimal() else WRITTEN.get(text) or chinese_numeral(text)
