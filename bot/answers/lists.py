"""Questions whose answer is several clauses: what they ask for, and the query that finds all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answers.question import Question
from bot.answers.signs import QUOTED
from bot.answers.subject import clause_probabilities
from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore, Match
from bot.text.script import simplify

SEVERAL = re.compile(
    r"哪[几两三四][条项款处点样]|[两三四几]件事|这[两三几]样|(?:一共|总共|拢共).{0,4}(?:哪|几[条处])|[该要]看哪些|哪些(?:[条款项处]|地方)|(?<![第哪])几[条处款](?!路)|"
    r"逐条|分条|散落|(?:各|分别|都)(?:自|是|在|对应|看|归|写|翻|引用|到|去)*(?:第几|哪)|出现(?:几次|在哪)|(?:全部|统统|都)列|列(?:出|一个|全|表|举)|"
    r"\b(?:which|what|all|the|list|every)\b.{0,12}\b(?:clauses|items|articles|sections|measures)\b|clause numbers|\blist (?:of|all|the|every)|"
    r"everything (?:about|assigned|for|on|under)|what falls under",
    re.IGNORECASE,
)
"""Words that ask for more than one clause."""
WHICH_CLAUSES = re.compile(r"哪[几两三四些]条|有几条|\bwhich (?:clauses|items)\b|clause numbers")
"""Words that ask for clauses by their numbers."""
SEPARATORS = re.compile(r"\s*[、,，;；:：/?？!！。+]\s*|以及|还有|或者|还是|[和跟与及或]| and | or ")
AT_MOST_ASPECTS = 8
"""More parts are no question."""

NEGATION = (
    "(?<!有)没有|(?<!有)没|无(?!论)|不含|不包括|除了|除开|不见|不带|不需要|不在|不参与|未(?!来)|without|not |except"
)
NEGATED_BEFORE = re.compile(rf"(?:{NEGATION})[^、,，;；。]{{0,3}}$")
NEGATED_AFTER = re.compile(rf"^[^、,，;；。]{{0,5}}?(?:{NEGATION})")
TOGETHER = re.compile(
    r"都有|同时|共同|一起(?!列|给|发|报)|都在|两家|一块|两个都|都列(?!出|给|一)|并列|绑|合办|联合|both|together"
)
EITHER = ("或", "有其一", "任一", "either", " or ")
NOBODY_ELSE = re.compile(r"没有第|没别的|只有这|就这|就.{2,12}两家|no one else|nobody else|only these")
ALONE = re.compile(
    r"只(?:写|有|列|归|由|挂)[^,，。我]{0,6}(?:一家|一个(?:单位|部门))|单独一(?:家|个单位)|一家(?:单位)?(?:负责|管|扛|包办)|独家|"
    r"only one (?:unit|department)|single (?:unit|department)"
)
A_CHAPTER = re.compile(
    r"(?:[那这整哪]|[讲说谈].{2,12}的)一?[个整]?(?:章|部分|大块|板块|大标题|篇|单元)|\bchapter\b|\bpart (?:about|on|that)\b"
)
AMOUNTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(words), units)
    for words, units in (
        (r"数字|数据指标|(?<!clause )\bnumbers\b|\bfigures\b", ("元", "%", "年", "工作日", "个")),
        (r"百分|比例|几成|%|\bpercent|\bratios?\b", ("%",)),
        (r"年限|几年|多少年|时限|封顶时|\byears\b", ("年",)),
        (r"天数|几天|工作日|\bdays\b", ("工作日",)),
        (r"钱|金额|数额|现金|\bmoney\b|\bamounts?\b|\bcash\b", ("元",)),
    )
)
"""(words that ask for amounts, the units that they are in)."""
PAID = (
    ("奖", ("奖励",)),
    ("补贴", ("补贴",)),
    ("补助", ("补助",)),
    ("reward", ("奖励",)),
    ("subsid", ("补贴", "补助")),
)
WORDED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(words), terms)
    for words, terms in (
        (r"试点|试行|先行先试|小范围试|试起来|试着|试水|\bpilots?\b|\btrials?\b", ("试点", "试行")),
        (r"探索|摸索|\bexplor", ("探索",)),
        (r"别的(?:条例|意见|文件|办法)|其他文件|引(?:用|了)?.{0,4}(?:文件|条例|办法)|other documents", ("《",)),
    )
)
"""(words that ask for clauses of a kind, terms of which such a clause holds one)."""
SHARED_PAIR = 0.25
"""What a pair of characters that a question shares with a chapter's heading is worth, beside the probability of its clauses."""
WORTH_LISTING = 0.06
"""The least probability of a clause in a list that no query gives."""
FEW = 4
"""At most so many clauses hold a word that tells what is asked for."""
SAYS_LITTLE = frozenset(
    (
        "地方",
        "部分",
        "单位",
        "规定",
        "情况",
        "要求",
        "内容",
        "文件",
        "条件",
        "工作",
        "责任",
        "相关",
        "有关",
        "事项",
        "提供",
        "进行",
        "实际",
        "方面",
        "我市",
        "福州",
        "一批",
        "各种",
    )
)
"""Words of the document that people use in any question."""


@dataclass(frozen=True)
class _Asked:
    """A department's name and whether it must be missing."""

    name: str
    missing: bool


def asks_for_several(simplified: str) -> bool:
    """Whether the words of `simplified` ask for more than one clause."""
    return bool(SEVERAL.search(simplified))


def asks_which_clauses(simplified: str) -> bool:
    """Whether the words of `simplified` ask for several clauses by their numbers, whatever it is about."""
    return bool(WHICH_CLAUSES.search(simplified))


def aspects(simplified: str) -> list[str]:
    """The parts of a text that asks for several clauses, as its punctuation and its "and"s divide it; empty for another text, for
    one that has a single part, and for one that has too many.
    """
    if not asks_for_several(simplified):
        return []
    parts = [part for part in SEPARATORS.split(simplified) if len(part.strip()) > 1]
    return parts if 1 < len(parts) <= AT_MOST_ASPECTS else []


def described(question: Question, store: ClauseStore) -> Sequence[Clause] | None:
    """The clauses that a list question describes, complete, by query; None where it names nothing that can be queried.

    Raises ClauseDatabaseError where the database cannot be read.
    """
    mentions, text = question.mentions, question.simplified
    if len(mentions.clauses) > 1:
        return [store.clause(f"{store.document().key}/{number}") for number in mentions.clauses]
    if mentions.departments:
        return _of_departments(question, store)
    if ALONE.search(text):
        return store.select(sole_department=True)
    if mentions.chapters:
        return store.select(chapter=mentions.chapters[0])
    if A_CHAPTER.search(text):
        return _of_likely_chapter(question, store)
    return None if len(set(question.aspects)) > 1 else _of_words(text, store)


def served(question: Question, store: ClauseStore) -> Sequence[Clause] | None:
    """The clauses that serve the group of people that a question begins with, or the only group that it names; None where it names
    none, and where a group is one among several things.
    """
    groups = question.mentions.groups
    if _is_the_speaker(question):
        return store.audience(groups[0])
    return store.audience(groups[0]) if len(set(groups)) == 1 and len(set(question.aspects)) < 2 else None


def _is_the_speaker(question: Question) -> bool:
    """Whether a group of people is named before the things that are enumerated; children are what people ask about."""
    if not question.mentions.groups or question.mentions.groups[0] == "child":
        return False
    return question.mentions.group_starts[0] < len(SEPARATORS.split(question.simplified)[0])


def probable(question: Question, store: ClauseStore) -> list[Clause]:
    """The likeliest clause of each aspect; for a single subject those that are probable or hold a telling word of the question.

    None where nothing tells.
    """
    if len(set(question.aspects)) > 1:
        return [store.clause(key) for key in dict.fromkeys(question.aspects)]
    ranked = clause_probabilities(question.candidates)
    likely = [store.clause(key) for key, probability in ranked if probability > WORTH_LISTING]
    return list(dict.fromkeys([*(clause for clause in likely if clause.label), *_with_telling_words(question, store)]))


def _with_telling_words(question: Question, store: ClauseStore) -> list[Clause]:
    """The clauses that hold a word of the question that only a few hold."""
    holding = [store.select(mentions=[word]) for word in question.document_words if word not in SAYS_LITTLE]
    return [clause for clauses in holding if len(clauses) <= FEW for clause in clauses]


def _of_departments(question: Question, store: ClauseStore) -> Sequence[Clause]:
    text = question.simplified
    asked = [
        _Asked(name, bool(NEGATED_BEFORE.search(text[:start]) or NEGATED_AFTER.match(text[end:])))
        for name, (start, end) in zip(question.mentions.departments, question.mentions.department_spans, strict=True)
    ]
    nobody_else = bool(NOBODY_ELSE.search(text))
    present = [entry.name for entry in asked if nobody_else or not entry.missing]
    absent = [entry.name for entry in asked if not nobody_else and entry.missing]
    together = nobody_else or bool(absent) or bool(TOGETHER.search(text))
    match: Match = "all" if together and not any(word in text for word in EITHER) else "any"
    alone = bool(ALONE.search(text))
    found = store.select(departments=present, match=match, without=absent, sole_department=alone)
    return [clause for clause in found if set(clause.departments) == set(present)] if nobody_else else found


def _of_likely_chapter(question: Question, store: ClauseStore) -> Sequence[Clause]:
    """The clauses of the chapter whose heading shares most with the question and whose clauses are likeliest."""
    likely: dict[int | None, float] = {}
    for key, probability in clause_probabilities(question.candidates):
        chapter = store.clause(key).chapter
        likely[chapter] = likely.get(chapter, 0.0) + probability
    shared = {c.number: len(_pairs(simplify(c.heading)) & _pairs(question.simplified)) for c in store.chapters()}
    best = max(shared, key=lambda number: likely.get(number, 0.0) + SHARED_PAIR * shared[number])
    return store.select(chapter=best)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text)}


def _of_words(text: str, store: ClauseStore) -> Sequence[Clause] | None:
    """The clauses with amounts of a kind, with rewards or subsidies, with words that `text` quotes or describes."""
    found: list[Clause] = []
    for words, units in AMOUNTS:
        if words.search(text):
            found += store.select(units=units)
    for word, terms in PAID:
        if word in text:
            found += store.select(mentions=terms)
    for pattern, held in WORDED:
        if pattern.search(text):
            found += store.select(mentions=held)
    if not found:
        found += [clause for term in QUOTED.findall(text) for clause in store.select(mentions=[term])]
    return sorted(set(found), key=lambda clause: clause.number) or None
