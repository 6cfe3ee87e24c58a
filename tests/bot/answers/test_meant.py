"""What is spelt in pinyin or with other characters of the same sound finds what is meant; whatever else is typed stays as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.answers.meant import Sounds
from bot.answers.names import department_words
from bot.clauses.store import ClauseStore
from bot.text.script import simplify
from bot.text.segment import Segmenter

EXAMPLE = re.compile(r"\s+- (.+)")
LISTS = {"concepts.yml", "groups.yml"}
EVERY = 10
"""Of the examples in nlu/ each so many-th is looked at."""


@pytest.fixture(scope="module")
def sounds(store: ClauseStore) -> Sounds:
    Segmenter(department_words(store))
    return Sounds(store)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("luohu", "落户"),
        ("shebao", "社保"),
        ("luo hu tiaojian", "落户条件"),
        ("dang'an", "档案"),
        ("rencailuohu", "人才 落户"),
        ("shebao zenme ban", "社保 怎么办"),
        ("gongzufang", "公租房"),
        ("luohu政策", "落户政策"),
        ("离岗chuangye", "离岗创业"),
        ("落护", "落户"),
        ("档按", "档案"),
        ("居住正", "居住证"),
        ("Shebao zenme ban", "社保 怎么办"),
        ("SHEBAO", "社保"),
        ("落護 條件", "落戶 條件"),
        ("我要落护怎么办", "我要落户怎么办"),
        ("人射局", "人社局"),
        ("居注证", "居住证"),
    ],
)
def test_what_is_meant_is_found(sounds: Sounds, typed: str, meant: str) -> None:
    found = sounds.meant(typed)
    assert found and found.text == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "落户",
        "women",
        "can",
        "xian",
        "wifi",
        "luoh",
        "entrepreneurship subsidy for returnees",
        "dibao, who's responsible",
        "Suzhou",
        "hukou 限本地 or nearby county",
        "我是社区主任",
        "考公照顾的是哪里的乡镇",
        "离岗创业 几年",
        "第8条",
        "50万元",
        "e" * 2000,
        "我" * 2000,
        "a'b c'd " * 50,
    ],
)
def test_what_may_stand_as_it_is_stays(sounds: Sounds, typed: str) -> None:
    assert sounds.meant(typed) is None


def test_what_was_taken_for_what_is_told_with_what_else_it_may_mean(sounds: Sounds) -> None:
    found = sounds.meant("shiye 补贴")
    assert found
    assert [(taken.typed, taken.meant) for taken in found.taken] == [("shiye", "事业")]
    assert "失业 补贴" in found.alternatives


@pytest.mark.parametrize(
    ("typed", "suggested"), [("luoh", "落户"), ("sheb", "社保"), ("罗湖", "落户"), ("射宝", "社保")]
)
def test_what_is_not_typed_to_its_end_or_is_another_word_is_suggested(
    sounds: Sounds, typed: str, suggested: str
) -> None:
    assert sounds.meant(typed) is None
    assert suggested in sounds.suggested(typed)


@pytest.mark.parametrize("typed", ["", "l", "women", "厦门 人才补贴", "xyz", "落户" * 500, "z" * 1000])
def test_nothing_is_suggested_where_nothing_is_near(sounds: Sounds, typed: str) -> None:
    assert sounds.suggested(typed) == ()


def test_ordinary_questions_stay_as_they_are(sounds: Sounds) -> None:
    texts = [
        json.loads(line)["question"]
        for name in ("dev", "wild_dev", "capability_dev", "structured_dev", "short_unread")
        for line in Path(f"evaluation/{name}.jsonl").read_text("utf-8").splitlines()
        if "question" in json.loads(line)
    ]
    assert len(texts) > 300
    for path in sorted(Path("nlu").rglob("*.yml")):
        if path.name not in LISTS:
            examples = [match[1] for line in path.read_text("utf-8").splitlines() if (match := EXAMPLE.match(line))]
            texts += examples[::EVERY]
    taken = {text: found.taken for text in texts if (found := sounds.meant(text))}
    assert len(taken) <= 0.005 * len(texts), taken


def test_what_is_typed_is_taken_for_what_is_meant_and_for_nothing_else(sounds: Sounds) -> None:
    def plain(text: str | None) -> str:
        return "".join(simplify(text or "").split())

    right = []
    for item in map(json.loads, Path("evaluation/typed/fresh.jsonl").read_text("utf-8").splitlines()):
        found = sounds.meant(item["typed"])
        right.append(plain(found.text if found else None) == plain(item["meant"]))
    assert sum(right) / len(right) >= 0.89
