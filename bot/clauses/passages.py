"""Sentences of a clause: how binding their words are, which amounts they state, whom they are for."""

from __future__ import annotations

import re

from bot.clauses.models import Amount, Force

EXPLORATORY = ("探索", "争取", "试点", "试行", "适时")
"""Words of a measure that is not in force yet: explored, striven for, tried out, "in due time"."""
ENCOURAGED = ("鼓励", "支持", "引导", "可拿出", "可降低", "可逐步", "可根据实际")
"""Words that leave it to somebody to act: encouraged, supported, guided, "may set aside"."""
BINDING = ("给予", "实行", "应拿出")
"""Words that bind, whatever else the sentence encourages: "is given", "is carried out", "shall set aside"."""

GROUPS: dict[str, tuple[str, ...]] = {
    "taiwan": ("台湾", "对台", "两岸"),
    "returnee": ("留学", "海外", "留创园"),
    "graduate": ("毕业生", "大学生"),
    "veteran": ("退役军人",),
    "migrant": ("农民工", "农业转移人口", "随迁子女", "居住证持有人", "非户籍"),
    "scientist": ("科研人员", "科技成果完成人", "科技成果"),
    "teacher": ("教师",),
    "medic": ("医疗专业技术人员", "医师", "卫技人员", "医疗卫生人才"),
    "company": ("企业",),
    "skilled": ("技能人才", "技师", "技能人员", "学徒"),
    "hardship": ("困难", "低保", "残疾", "贫困", "最低生活保障", "临时救助"),
    "woman": ("妇女",),
    "child": ("儿童", "未成年人", "子女"),
    "grassroots": ("基层", "乡镇", "村（社区）"),
}
"""A group of people, and the words of the documents that speak of it."""

NUMBER = r"(\d+(?:\.\d+)?)"
AMOUNT = re.compile(rf"(?<![〔\d第]){NUMBER}(?:\s*[-—至]\s*{NUMBER})?\s*(万元|元|个工作日|个月|年|%|天|个)(?!\d*月)")
UNITS = {"万元": ("元", 10_000), "个工作日": ("工作日", 1), "个月": ("月", 1)}


def force_of(text: str) -> Force:
    """How binding the words of `text` are. An attempt outweighs everything: no promise must be made of it."""
    if any(word in text for word in EXPLORATORY):
        return Force.EXPLORATORY
    if any(word in text for word in BINDING):
        return Force.FIRM
    return Force.ENCOURAGED if any(word in text for word in ENCOURAGED) else Force.FIRM


def groups_of(text: str) -> tuple[str, ...]:
    """The groups of people that `text` speaks of, in the order of GROUPS."""
    return tuple(group for group, words in GROUPS.items() if any(word in text for word in words))


def amounts_of(text: str) -> tuple[Amount, ...]:
    """The amounts that `text` states; dates and document numbers are none."""
    return tuple(_amount(match) for match in AMOUNT.finditer(text) if not _is_year(match))


def sentences_of(text: str) -> list[str]:
    """The sentences of `text`, which they make up without a rest."""
    return re.findall(r"[^。]+。?", text)


def _amount(match: re.Match[str]) -> Amount:
    low, high, printed = match.groups()
    unit, factor = UNITS.get(printed, (printed, 1))
    return Amount(float(low) * factor, float(high or low) * factor, unit, match[0])


def _is_year(match: re.Match[str]) -> bool:
    return match[3] == "年" and len(match[1]) == 4
