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

FACTS: dict[str, tuple[str, ...]] = {
    "place": ("新城", "大学城", "汽车城", "港城", "航空城", "物流城", "片区", "居住地", "窗口", "网上办事大厅"),
    "age": ("岁", "年龄"),
    "household": ("户籍", "居住证", "落户", "常住人口", "生源", "同等享受", "备案"),
    "education": ("学历",),
    "income": ("低保", "困难", "贫困", "最低生活保障"),
    "tenure": ("工作年限", "期满", "满 25 年", "工作满"),
    "points": ("积分",),
    "procedure": ("申报", "申请", "审批", "存放", "登记", "备案", "网上办事", "竞争推荐", "采取"),
    "definition": ("标准", "条件", "认定", "范围", "依据", "挂钩", "为基数"),
}
"""A kind of fact (answers.stated.KINDS), and words of a passage that states one."""
OF_UNIT = {
    "元": "money",
    "%": "ratio",
    "年": "duration",
    "工作日": "duration",
    "月": "duration",
    "天": "duration",
    "个": "count",
}
"""The kind of fact that an amount of a unit is."""
DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
COUNTED = re.compile(r"[一两三四五六七八九十]大?(?:个|项|次|支|名|家)")
ENUMERATED = 2
"""A passage with at least so many enumeration commas names the members of something."""

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


def facts_of(text: str) -> tuple[str, ...]:
    """The kinds of facts that `text` states, as answers.stated names them."""
    found = {OF_UNIT[amount.unit] for amount in amounts_of(text)}
    found |= {kind for kind, words in FACTS.items() if any(word in text for word in words)}
    if DATED.search(text):
        found.add("date")
    if COUNTED.search(text):
        found.add("count")
    if text.count("、") >= ENUMERATED:
        found.add("names")
    if groups_of(text):
        found.add("group")
    return tuple(sorted(found))


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
