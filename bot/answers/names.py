"""Finds what has a name: departments, headings, groups of people, places, other authorities and laws, with one automaton."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick

from bot.clauses.store import ClauseStore
from bot.text.script import simplify, to_script

MARKS = {
    "department": "D",
    "field": "F",
    "heading": "C",
    "chapter": "K",
    "short chapter": "K",
    "words of a chapter": "K",
    "mainland": "P",
    "abroad": "P",
    "authority": "A",
    "law": "L",
}
"""The kinds of names that the grammar of references knows, and the letters that stand for them there. A text has no capital letters of
its own, because it is in lower case."""
OFFICE = re.compile(r"^(?:市委|市)?(.{2,4}?)(?:事务)?(?:局|委|办)$")
"""A department's name, with the field that it is called by in short: 财政 for 市财政局."""
CALLED_BY_FIELD = ("口", "口子", "口上", "系统", "部门", "条线", "条口", "那边", "那头", "局")
"""What people put behind the field of an office when they mean the office."""
LONG_HEADING = 6
"""A chapter's heading of more characters is no ordinary word."""
ASKED_OFFICE = re.compile(
    r"(?<![\u4e00-\u9fff])(?:请问|那)?(?P<office>(?:(?![哪什几那这各该个怎他她它们我你您咱])[\u4e00-\u9fff]){2,5}"
    r"(?:[局委厅署]|办(?!有|做|干)))(?=呢?(?:主要|都)?(?:是|要)?"
    r"(?:负责|主管|分管|牵头|承担|管|做|干|有)(?:了|着|的)?(?:什么|哪|些|啥|几))"
)
"""What is an office by its name and by what is asked of it, whether or not anybody knows it: 人才办管什么."""
INSIDE = re.compile(
    "(?:里面?|中|下面?|的|之)?(?:第?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})(?:条|项|款|点)|[(（])|(?:这|那)?一?(?:章|部分)"
)
"""What follows a chapter's heading where a clause in it, or the chapter itself, is meant."""
A_CHAPTER = re.compile(
    "(?:的|里)?(?:(?:这|那)一?个?(?:大?部[分份]|大?板块|大?块|大类|大?项)|(?:这|那)?一?个?(?:章节?|编|篇章|大?标题))(?![人单工地])"
)
"""What follows words of a chapter's heading where the chapter is meant."""
TELLING_WORDS = 3
"""So many characters of a heading, which no other chapter has, tell which it is."""
OFFICES = frozenset({"department", "field"})
SHORT = 2
"""An office's name of at most so many characters may be part of other words."""
LEVELS = ("省", "市", "县", "区")
"""What a place's name may end with."""


@dataclass(frozen=True)
class Name:
    """One name in a text: its kind (a key of MARKS, "group" or "home"), what it stands for, and where it is."""

    kind: str
    value: str
    start: int
    end: int


class NameFinder:
    """Finds names in simplified text; of names that overlap the one that begins first counts, of those the longest."""

    def __init__(self, words: Iterable[tuple[str, str, str]], unknown_offices: bool = False) -> None:
        """`words` are (kind, what people write in simplified lower case, what it stands for); the first entry of a word counts. With
        `unknown_offices` what a text treats as an office is found as well, as an authority.
        """
        self._unknown_offices = unknown_offices
        self._automaton = ahocorasick.Automaton()
        for kind, word, value in words:
            if word and word not in self._automaton:
                self._automaton.add_word(word, (len(word), kind, value))
        self._automaton.make_automaton()

    def find(self, text: str, edges: Collection[int] = ()) -> tuple[Name, ...]:
        """The names in `text`, in its order; a Latin one only as a whole word.

        `edges` are the offsets at which words begin and end, where they are known: an office's name of two characters must keep to them, so that
        no 人社 is found in 个人社保.
        """
        if not len(self._automaton):
            return ()
        found = [
            Name(kind, value, end - length + 1, end + 1) for end, (length, kind, value) in self._automaton.iter(text)
        ]
        kept: list[Name] = []
        if self._unknown_offices:
            found += _offices_among_unknown(text, found)
        fitting = [name for name in found if _fits_there(text, name)]
        for name in sorted(fitting, key=lambda name: (name.start, -name.end)):
            if (not kept or name.start >= kept[-1].end) and _whole_word(text, name) and _keeps_to(edges, name):
                kept.append(name)
        return tuple(kept)


def names_of(store: ClauseStore, groups: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """All names that are known: those of the documents and their city, of `groups` (what people write, and the group), of
    elsewhere.toml.
    """
    departments = department_words(store)
    here = [simplify(name) for name in (store.home, *store.home_names) if name]
    fields = office_fields(store)
    by_field = {field + ending: name for field, name in fields.items() for ending in CALLED_BY_FIELD}
    return [
        *(("heading", simplify(clause.heading), clause.key) for clause in store.clauses() if clause.label),
        *_chapter_names(store),
        *(("department", word, name) for word, name in departments.items()),
        *(("department", word, name) for word, name in by_field.items()),
        *(("field", field, name) for field, name in fields.items()),
        *(("group", simplify(word), group) for word, group in groups.items()),
        *(("home", simplify(name), name) for name in (store.home, *store.home_names, *store.home_parts)),
        *(
            (kind, simplify(name).replace("_", " "), name)
            for kind, names in elsewhere().items()
            for name in names
            if not any(own in name for own in here)  # 在厦 is at home where 厦 is
        ),
    ]


def department_words(store: ClauseStore) -> dict[str, str]:
    """What people write for a department (simplified), and the name that answers bear."""
    return {
        written: department.name
        for department in store.departments()
        for word in (
            department.name,
            department.full_name,
            _without_city(department.full_name, store.home),
            *department.aliases,
        )
        if word
        for written in (simplify(word), simplify(to_script(word, "hant")))  # 檔案 becomes 文件
    }


def _without_city(full_name: str, home: str) -> str:
    """A department's full name without what it begins with and people leave out: 中共福州市, 福州市人民政府."""
    return re.sub(f"^(?:中共)?{re.escape(home)}[{''.join(LEVELS)}](?:人民政府)?", "", full_name) if home else full_name


def office_fields(store: ClauseStore) -> dict[str, str]:
    """The departments' names by the field that each is called by in short (财政: 市财政局)."""
    matches = ((OFFICE.match(department.name), department.name) for department in store.departments())
    return {match[1]: name for match, name in matches if match}


@cache
def elsewhere() -> dict[str, tuple[str, ...]]:
    """The names of elsewhere.toml, by kind (keys of MARKS)."""
    lists = tomllib.loads(resources.files(__package__).joinpath("elsewhere.toml").read_text("utf-8"))
    return {kind: tuple(names.split()) for kind, names in lists.items()}


def _chapter_names(store: ClauseStore) -> Iterable[tuple[str, str, str]]:
    """Chapters by their headings, and by each half of one that is long enough to be told apart; shorter ones only before a clause's label, words
    that no other heading has only before the word for a chapter.
    """
    halves = {
        f"{chapter.document}/{chapter.number}": (simplify(chapter.heading), *simplify(chapter.heading).split(","))
        for chapter in store.chapters()
    }
    for key, headings in halves.items():
        for words in headings:
            yield "chapter" if len(words) > LONG_HEADING else "short chapter", words, key
    runs = {key: {run for words in headings for run in _runs(words)} for key, headings in halves.items()}
    shared = Counter(run for found in runs.values() for run in found)
    for key, found in runs.items():
        yield from (("words of a chapter", run, key) for run in sorted(found) if shared[run] == 1)


def _offices_among_unknown(text: str, known: Collection[Name]) -> list[Name]:
    """What a text treats as offices and nobody knows: none of the names that are `known` is a part of it."""
    offices = (Name("authority", match["office"], *match.span("office")) for match in ASKED_OFFICE.finditer(text))
    return [office for office in offices if all(n.end <= office.start or office.end <= n.start for n in known)]


def _runs(words: str) -> Iterator[str]:
    """All runs of at least TELLING_WORDS characters in `words`."""
    for length in range(TELLING_WORDS, len(words)):
        yield from (words[start : start + length] for start in range(len(words) - length + 1))


def _fits_there(text: str, name: Name) -> bool:
    """Whether a short heading of a chapter stands before the label of a clause or the word for a chapter, and words of one before the latter."""
    if name.kind == "words of a chapter":
        return bool(A_CHAPTER.match(text, name.end))
    return name.kind != "short chapter" or bool(INSIDE.match(text, name.end))


def _keeps_to(edges: Collection[int], name: Name) -> bool:
    is_short = name.kind in OFFICES and name.end - name.start <= SHORT
    return not (edges and is_short) or (name.start in edges and name.end in edges)


def _whole_word(text: str, name: Name) -> bool:
    before, after = text[name.start - 1 : name.start], text[name.end : name.end + 1]
    starts, ends = text[name.start], text[name.end - 1]
    return not (_latin(starts) and _latin(before)) and not (_latin(ends) and _latin(after) and after != "s")


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
