"""Sentences of a clause: how binding their words are, which amounts they state, whom they are for."""

from __future__ import annotations

import re

from bot.clauses.models import Amount, Force
from bot.text.numerals import value_of

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
    "money": ("免费", "免票", "免收", "免租", "免缴", "全免", "减半", "免費", "減半", "免繳"),
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
    "倍": "ratio",
    **dict.fromkeys(("年", "工作日", "月", "周", "天", "小时", "分钟"), "duration"),
    "岁": "age",
    "分": "points",
    **dict.fromkeys((*"个次人名户家件项处所座辆条场期间张亩", "平方米", "公里"), "count"),
}
"""The kind of fact that an amount of a unit is."""
DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
TIME = re.compile(r"\d{1,2}[时時点點](?![间間候])|每(?:半?年|季度?|月|周|週|日).{0,6}\d+次")
"""A time of the day, or how often something is done: an answer to "when?" and to "how long?"."""
COUNTED = re.compile(r"[一两三四五六七八九十]大?(?:个|项|次(?!性)|支|名|家)|每(?:半?年|季度?|月|周|日)")
ENUMERATED = 2
"""A passage with at least so many enumeration commas names the members of something."""

NUMBER = (
    r"(\d+(?:\.\d+)?|(?<![\d十百])[一二两三四五六七八九十]{1,3}(?=个?工作日|个?月[^\d份]|年(?![级度代轻龄])|小时|倍))"
)
AMOUNT = re.compile(
    rf"(?<![〔\d第时時.]){NUMBER}(?:\s*(?:[-—至~]|元至|万元至|%至)\s*{NUMBER})?\s*"
    r"(亿元|万元|元|个?工作日|个?月(?![\d份])|年|周岁|周|小时|分钟|天|日|%|倍|万人|人次|次|人|名|户|家|件|项|处|所|座|辆|条|场|期|间|张|亩|"
    r"平方米|公里|岁|分|个)(?!\d*月)"
)
"""A number with its unit; Chinese numerals only of what lasts or is multiplied, because 一次性 and 三支一扶 are no numbers."""
UNIT_OF_COLUMN = re.compile(r"[（(](?:单位[：:])?([^（）()/／]{1,3}?)(?:[/／每][^（）()]*)?[）)]$")
"""The unit in brackets at the end of a column's name: 补贴标准（元/人）."""
BARE_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:\s*[-—至~]\s*\d+(?:\.\d+)?)?")
UNITS = {
    "亿元": ("元", 100_000_000),
    "万元": ("元", 10_000),
    "个工作日": ("工作日", 1),
    "个月": ("月", 1),
    "周岁": ("岁", 1),
    "日": ("天", 1),
    "万人": ("人", 10_000),
    "人次": ("次", 1),
}


SIMPLIFIED = str.maketrans("億萬個週時間場條張輛畝兩歲處戶", "亿万个周时间场条张辆亩两岁处户")
"""Characters of units and numerals as they are written in Simplified script."""


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
    if TIME.search(text):
        found |= {"date", "duration"}
    if COUNTED.search(text):
        found.add("count")
    if text.count("、") >= ENUMERATED:
        found.add("names")
    if groups_of(text):
        found.add("group")
    return tuple(sorted(found))


def amounts_of(text: str) -> tuple[Amount, ...]:
    """The amounts that `text` states, in either script; dates and document numbers are none."""
    written = text.translate(SIMPLIFIED)
    return tuple(_amount(match, text) for match in AMOUNT.finditer(written) if not _is_date(match))


def row_in_full(row: str, head: str) -> str:
    """A row of a table whose numbers have the units that stand with the names of their columns (`head`): 5000 under 补贴（元/人） is 5000元."""
    names = head.split("\n")[-1].split("\t")
    cells = row.split("\t")
    if len(names) != len(cells):
        return row
    units = [match[1] if (match := UNIT_OF_COLUMN.search(name)) else "" for name in names]
    return "\t".join(
        cell + unit if BARE_NUMBER.fullmatch(cell.strip()) else cell for cell, unit in zip(cells, units, strict=True)
    )


def sentences_of(text: str) -> list[str]:
    """The sentences of `text`, which they make up without a rest."""
    return re.findall(r"[^。]+。?", text)


def _amount(match: re.Match[str], text: str) -> Amount:
    low, high, printed = match.groups()
    unit, factor = UNITS.get(printed, (printed, 1))
    values = value_of(low), value_of(high or low)
    return Amount(values[0] * factor, values[1] * factor, unit, text[match.start() : match.end()])


def _is_date(match: re.Match[str]) -> bool:
    """Whether it is a year, or the day of a month."""
    is_day = match[3] == "日" and match.string[: match.start()].rstrip().endswith("月")
    return is_day or (match[3] == "年" and len(match[1]) == 4 and match[1].isdigit())
