"""Signs that a question is not this document's, whatever its words have in common with it."""

from __future__ import annotations

import re

from bot.answers.question import Question

OUT_OF_SCOPE = "out_of_scope"
CERTAIN = 0.6
"""From this confidence on, the classifier's "out of scope" is believed; below, what the passages say counts more."""

HOME = re.compile(r"福州|榕|鼓楼|台江|仓山|晋安|马尾|长乐|福清|闽侯|连江|罗源|闽清|永泰|滨海新城|大学城|fuzhou")
ELSEWHERE = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "广州",
    "深圳",
    "珠海",
    "佛山",
    "东莞",
    "惠州",
    "中山",
    "汕头",
    "杭州",
    "宁波",
    "温州",
    "嘉兴",
    "绍兴",
    "金华",
    "义乌",
    "台州",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "南通",
    "昆山",
    "徐州",
    "扬州",
    "合肥",
    "芜湖",
    "济南",
    "青岛",
    "烟台",
    "潍坊",
    "成都",
    "绵阳",
    "武汉",
    "宜昌",
    "长沙",
    "株洲",
    "郑州",
    "洛阳",
    "西安",
    "咸阳",
    "太原",
    "石家庄",
    "雄安",
    "保定",
    "沈阳",
    "大连",
    "长春",
    "哈尔滨",
    "南昌",
    "赣州",
    "南宁",
    "桂林",
    "海口",
    "三亚",
    "昆明",
    "贵阳",
    "遵义",
    "兰州",
    "西宁",
    "银川",
    "乌鲁木齐",
    "拉萨",
    "呼和浩特",
    "厦门",
    "泉州",
    "晋江",
    "石狮",
    "漳州",
    "莆田",
    "三明",
    "南平",
    "龙岩",
    "宁德",
    "平潭",
    "广东",
    "浙江",
    "江苏",
    "山东",
    "四川",
    "湖北",
    "湖南",
    "河南",
    "陕西",
    "安徽",
    "江西",
    "广西",
    "海南",
    "云南",
    "贵州",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "西藏",
    "内蒙古",
    "山西",
    "河北",
    "辽宁",
    "吉林",
    "黑龙江",
]
"""Cities and provinces of the mainland that are not Fuzhou. Taiwan's are not among them: people from there ask about here."""
PLACE = re.compile("|".join(sorted(ELSEWHERE, key=len, reverse=True)))
COMING_FROM = re.compile(r"从.{0,4}$|来自.{0,2}$|[离退].{0,2}$")


def reason_to_refuse(question: Question) -> str | None:
    """Why the document cannot answer: "place" for a question about another place, the classifier's reason where that is
    certain of it ("answer" where it has none); None where it may answer.
    """
    if asks_about_elsewhere(question.simplified):
        return "place"
    if question.turn == OUT_OF_SCOPE and question.confidence >= CERTAIN:
        return question.reason or "answer"
    return None


def asks_about_elsewhere(simplified: str) -> bool:
    """Whether a place that is not Fuzhou's is named, none of Fuzhou's is, and nobody comes from it."""
    if HOME.search(simplified):
        return False
    return any(not _origin(simplified, match) for match in PLACE.finditer(simplified))


def _origin(text: str, match: re.Match[str]) -> bool:
    return bool(COMING_FROM.search(text[: match.start()])) or text[match.end() : match.end() + 1] in ("人", "籍", "来")
