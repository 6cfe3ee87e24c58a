"""What has a name: departments by all that people call them, headings, places, laws, groups of people."""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from bot.answers.names import NameFinder, department_words, elsewhere, names_of, office_fields
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.text.script import simplify, to_script
from tests.bot.answers.asking import Reader, key

ROWS = tomllib.loads(Path("documents/departments.toml").read_text("utf-8"))["department"]
NAMES = [row["name"] for row in ROWS]
WORDS = {row["name"]: [row["name"], row["full_name"], *row["aliases"]] for row in ROWS}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_department_stands_for_it_and_no_other(reader: Reader, name: str) -> None:
    assert {word: reader.values(word, "department") for word in WORDS[name]} == {word: [name] for word in WORDS[name]}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "市档案局"])
def test_a_department_is_found_in_traditional_characters(reader: Reader, name: str) -> None:
    for word in WORDS[name]:
        assert reader.values(to_script(word, "hant"), "department") == [name], word


def test_the_archives_are_found_in_traditional_characters(reader: Reader) -> None:
    assert reader.values("市檔案局管哪幾條", "department") == ["市档案局"]


@pytest.mark.parametrize("name", NAMES)
def test_a_department_is_found_inside_a_sentence(reader: Reader, name: str) -> None:
    for word in WORDS[name]:
        sentence = f"which clauses are the {word}'s?" if word.isascii() else f"{word}负责哪几条"
        assert reader.values(sentence, "department") == [name], word


@pytest.mark.parametrize("name", NAMES)
def test_two_departments_side_by_side_are_both_found(reader: Reader, name: str) -> None:
    other = "市妇联" if name != "市妇联" else "市医保局"
    for word in WORDS[name]:
        assert reader.values(f"{word}、{other}", "department") == [name, other], word


def test_no_two_departments_share_a_name() -> None:
    called: dict[str, set[str]] = defaultdict(set)
    for name, words in WORDS.items():
        for word in words:
            called[simplify(word)].add(name)
    assert {word: names for word, names in called.items() if len(names) > 1} == {}


def test_no_department_is_taken_for_something_elsewhere(store: ClauseStore) -> None:
    others = {simplify(n).replace("_", " ") for names in elsewhere().values() for n in names}
    assert others.isdisjoint(department_words(store))


def test_an_office_is_also_called_by_its_field(store: ClauseStore, reader: Reader) -> None:
    assert office_fields(store)["财政"] == "市财政局"
    assert reader.values("财政那边管哪几条", "department") == ["市财政局"]
    assert reader.values("医保口负责什么", "department") == ["市医保局"]


def test_a_field_alone_is_not_yet_an_office(reader: Reader) -> None:
    assert reader.values("医保怎么交", "department") == []
    assert reader.values("医保怎么交", "field") == ["市医保局"]


@pytest.mark.parametrize("text", ["个人社保断缴", "参加优惠安置", "平台中小企业补贴", "医保参保定点吗", "补贴金门槛"])
def test_no_short_name_is_seen_inside_other_words(reader: Reader, text: str) -> None:
    assert {name.kind for name in reader.names(text)} <= {"field"}
    assert "市人社局" not in reader.values(text, "department")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("厦门有没有", "mainland", "厦门"),
        ("廈門呢", "mainland", "厦门"),
        ("在东京读书", "abroad", "东京"),
        ("in Xiamen", "mainland", "xiamen"),
        ("Hong Kong residents", "abroad", "hong_kong"),
        ("长乐区的老师", "home", "长乐"),
        ("天津大学的教授", "home", "天津大学"),
        ("省人社厅怎么说", "authority", "省人社厅"),
        ("劳动合同法里", "law", "劳动合同法"),
        ("the labour law says", "law", "labour_law"),
        ("我是台灣人", "group", "taiwan"),
        ("（八）支持留学人员创新创业", "heading", key("8")),
        ("推进创新创业创造，激发社会性流动活力", "chapter", key("3")),
        ("推进创新创业创造的那一章", "chapter", key("3")),
    ],
)
def test_places_laws_groups_and_headings_are_told_apart(reader: Reader, text: str, kind: str, value: str) -> None:
    assert reader.values(text, kind) == [value]


@pytest.mark.parametrize("text", ["厦门市的人才政策", "泉州市呢", "北京市有吗", "福州市呢"])
def test_a_city_is_found_with_its_city_behind_it(reader: Reader, text: str) -> None:
    assert reader.values(text, "mainland") or reader.values(text, "home")


def test_a_latin_name_must_be_a_word_of_its_own(reader: Reader) -> None:
    assert reader.values("xiamenite culture", "mainland") == []
    assert reader.values("drcx", "department") == []
    assert reader.values("the DRCs of the counties", "department") == ["市发改委"]


def test_of_names_that_overlap_the_first_and_longest_counts() -> None:
    finder = NameFinder([("law", "劳动法", "short"), ("law", "劳动合同法", "long"), ("law", "合同法", "inside")])
    assert [(name.value, name.start, name.end) for name in finder.find("看劳动合同法")] == [("long", 1, 6)]


def test_the_first_entry_of_a_word_counts() -> None:
    finder = NameFinder([("home", "长乐", "first"), ("mainland", "长乐", "second")])
    assert [name.value for name in finder.find("长乐")] == ["first"]


def test_without_names_nothing_is_found() -> None:
    assert NameFinder([]).find("人社局") == ()


def test_the_home_city_is_whichever_departments_toml_says(tmp_path: Path) -> None:
    shutil.copytree("evaluation/corpus/fresh/documents/songping-2022", tmp_path / "documents" / "songping")
    city = """place = "松屏"
called = ["松城"]
parts = ["云头镇"]
[[department]]
name = "县人社局"
full_name = "松屏县人力资源和社会保障局"
aliases = []
"""
    (tmp_path / "documents" / "departments.toml").write_text(city, "utf-8")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    there = ClauseStore.open(tmp_path / "clauses.db")
    names = NameFinder(names_of(there, {})).find("松屏、松城、云头镇、福州、长乐")
    assert [(name.kind, name.value) for name in names] == [
        ("home", "松屏"),
        ("home", "松城"),
        ("home", "云头镇"),
        ("mainland", "福州"),
    ]
    assert department_words(there)["人力资源和社会保障局"] == "县人社局"


@pytest.mark.parametrize("text", ["人才办负责什么", "請問招商局有哪些條", "市口岸办主要管啥", "那烟草局管什么"])
def test_an_office_that_nobody_knows_is_one_by_what_is_asked_of_it(reader: Reader, text: str) -> None:
    assert len(reader.values(text, "authority")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "福州人社局负责什么",
        "哪个局负责什么",
        "落户归哪个局管什么",
        "怎么办有什么材料",
        "留学生创办有什么优惠",
        "怎么办管什么",
    ],
)
def test_words_that_end_like_an_office_are_none(reader: Reader, text: str) -> None:
    assert reader.values(text, "authority") == []
