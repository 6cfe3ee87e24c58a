"""The look-up as a page, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.desk.lookup import openapi
from bot.channels.desk.showing import as_csv, harmless, pieces
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, desk, signed_in

PATHS = ("/desk/", "/desk/lookup.json", "/desk/lookup.csv", "/desk/openapi.json", "/desk/clauses.json")
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def judgement(assistant: Assistant) -> Judgement:
    return Judgement(assistant)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, judgement: Judgement) -> Iterator[TestClient]:
    state = State(f"sqlite:///{tmp_path_factory.mktemp('state')}/rongce.db")
    yield signed_in(state, judgement)
    state.close()


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_to_who_has_not_signed_in(state: State, judgement: Judgement, path: str) -> None:
    response = desk(state, judgement).get(path)
    assert response.status_code in (303, 401)
    assert "市人社局" not in response.text


def test_a_look_up_shows_heading_marked_words_units_what_it_binds_to_amounts_and_citation(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "建园奖励 金额"}).text
    hit = page[page.index('<li class="hit') : page.index("<template")]
    assert "（十五）促进人力资源服务业高质量发展" in hit
    assert "<mark>建园奖励</mark>" in hit
    assert "<mark>50 万元</mark>" in hit
    assert "市人社局" in hit
    assert "市财政局" in hit
    assert ">明确权益</span>" in hit
    assert "榕政办〔2021〕49号（2021-05-26）第五部分（十五）" in hit


def test_what_is_copied_has_the_words_the_units_and_the_whole_citation(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "榕城杯"}).text
    copied = re.search(r'<template id="copy-2021-49-8">(.*?)</template>', page, re.DOTALL)
    assert copied
    assert copied[1].startswith("「举办“榕城杯”福州留学人员创新创业大赛")
    assert "责任单位：市人社局、市财政局" in copied[1]
    assert "（榕政办〔2021〕49号，福州市人民政府办公厅，2021年5月26日）第三部分（八）支持留学人员创新创业" in copied[1]


def test_a_reader_of_traditional_gets_the_page_and_the_quotes_so_and_the_marks_where_they_belong(
    browser: TestClient,
) -> None:
    headers = {"accept-language": "zh-TW"}
    page = browser.get("/desk/", params={"q": "离岗创业 几年"}, headers=headers).text
    assert 'lang="zh-Hant"' in page
    assert "申請<mark>離崗</mark>創辦企業最長可延至<mark>6年</mark>" in page
    assert "責任單位" in page


def test_a_key_gets_a_piece_of_the_page_in_place(browser: TestClient) -> None:
    piece = browser.get("/desk/", params={"q": "低保"}, headers={"hx-request": "true"}).text
    assert "<html" not in piece
    assert 'id="filters" hx-swap-oob' in piece
    assert "<mark>低保</mark>" in piece


def test_a_refusal_is_shown_with_its_reason_and_the_nearest_clauses(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "厦门 人才补贴"}).text
    assert "助手会说「不」" in page
    assert "这是别的地方的政策" in page
    assert "（二）强化公共就业服务" in page


def test_two_departments_are_told_apart(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "市财政局 市人社局"}).text
    assert page.index("这些单位都在内") < page.index("（二）强化公共就业服务") < page.index("只有其中一个单位")


def _tags(page: str) -> list[tuple[str, str]]:
    """The names and the words of how binding what is quoted is."""
    return re.findall(r'<span class="tag (\w+)">([^<]*)</span>', page.replace("tag amount", ""))


@pytest.mark.parametrize(
    ("binding", "words"),
    [
        ("right", "明确权益"),
        ("duty", "单位义务"),
        ("aim", "工作方向"),
        ("encouraged", "鼓励或允许"),
        ("explored", "探索或试行"),
    ],
)
def test_a_clerk_narrows_by_what_a_sentence_binds_to_and_sees_it_in_every_hit(
    browser: TestClient, binding: str, words: str
) -> None:
    page = browser.get("/desk/", params={"binding": binding}).text
    found = browser.get("/desk/lookup.json", params={"binding": binding}).json()
    assert _tags(page) == [(binding, words)] * found["total"]
    assert {answer["binding"] for answer in found["answers"]} == {binding}
    filters = page[page.index('<h2 id="facet-binding">') : page.index('<h2 id="facet-amount">')]
    assert re.search(rf'aria-current="true"[^>]*><span>{words}</span>', filters)


def test_nothing_is_called_firm_in_a_document_that_readers_have_labelled(browser: TestClient) -> None:
    for parameters in ({"q": "创业"}, {"q": "深化商事制度"}, {"q": "抄送"}, {"q": "第8条"}, {"amount": "1"}):
        assert "硬性规定" not in browser.get("/desk/", params=parameters).text
        assert "硬性规定" not in browser.get("/desk/lookup.csv", params=parameters).text
    # an address from before still narrows by words, and lets go of it
    assert 'aria-current="true"' in browser.get("/desk/", params={"force": "firm"}).text
    assert "firm" not in {name for name, _ in _tags(browser.get("/desk/", params={"force": "firm"}).text)}


def test_a_heading_binds_nobody(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "基层招聘门槛"}).text
    hit = page[page.index('<li class="hit') : page.index("<template")]
    assert "<mark>" in hit
    assert _tags(hit) == []


def test_a_document_without_labels_is_shown_and_narrowed_by_its_words(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, judgement: Judgement, tmp_path: Path
) -> None:
    documents = tmp_path / "documents"
    shutil.copytree("documents", documents)
    facts = documents / "2021-49" / "document.toml"
    facts.write_text(facts.read_text("utf-8").partition("[binding]")[0], "utf-8")
    build(documents, tmp_path / "clauses.db")
    monkeypatch.setattr(type(judgement), "store", ClauseStore.open(tmp_path / "clauses.db"))
    page = browser.get("/desk/", params={"q": "", "force": "firm"}).text
    assert ("firm", "硬性规定") in _tags(page)
    assert 'id="facet-binding"' not in page
    assert ("firm", "硬性规定") in _tags(browser.get("/desk/clauses/2021-49/8").text)


def test_what_is_typed_is_text_everywhere(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": SCRIPT, "department": SCRIPT}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_address_holds_the_state_and_each_choice_keeps_the_rest(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "创业", "binding": "aim"}).text
    links = [
        parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in re.findall(r'href="(/desk/\?[^"]*)"', page)
    ]
    chosen = {"q": ["创业"], "binding": ["aim"], "department": ["市人社局"]}
    assert chosen in links
    made = re.search(r'href="(/desk/[^"]*)" aria-current="true"', page)
    assert made
    assert parse_qs(urlsplit(made[1]).query) == {"q": ["创业"]}  # the choice that is made, once more: it goes


def test_a_page_works_without_script(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "低保", "chapter": "8"}).text
    form = page[page.index('<form id="ask"') : page.index("</form>", page.index('<form id="ask"'))]
    assert 'method="get"' in form
    assert 'name="q"' in form
    assert '<input type="hidden" name="chapter" value="8">' in form


@pytest.mark.parametrize(
    "parameters",
    [{"force": "strong"}, {"binding": "firm"}, {"chapter": "x"}, {"first": "-1"}, {"amount": "yes"}, {"limit": "1e9"}],
)
def test_parameters_that_are_none_are_refused(browser: TestClient, parameters: dict[str, str]) -> None:
    refused = browser.get("/desk/lookup.json", params=parameters)
    assert refused.status_code == 400
    assert refused.json()["error"]


def test_the_description_is_valid_openapi() -> None:
    # read here: the validator's own reader does not run on Python 3.12
    schema = resources.files("openapi_spec_validator").joinpath("resources/schemas/v3.0/schema.json")
    jsonschema.Draft4Validator(json.loads(schema.read_text("utf-8"))).validate(openapi())


def _schema(name: str) -> dict[str, Any]:
    """A schema of the description as JSON Schema has it: what may be null says so in its type."""

    def translated(node: Any) -> Any:
        if isinstance(node, list):
            return [translated(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        plain = {key: translated(value) for key, value in node.items() if key != "nullable"}
        return {**plain, "type": [plain["type"], "null"]} if node.get("nullable") else plain

    return {"$ref": f"#/components/schemas/{name}", **translated(openapi())}


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "离岗创业 几年"},
        {"q": "厦门 人才补贴"},
        {"q": "第8条"},
        {"q": "谢谢"},
        {"q": "人工"},
        {"q": "仲裁队伍"},
        {"q": "市财政局 市人社局", "force": "firm", "amount": "1"},
        {"q": "市财政局 市人社局", "binding": "right"},
        {"q": "试点"},
        {},
        {"chapter": "3"},
    ],
)
def test_answers_are_as_described(browser: TestClient, parameters: dict[str, str]) -> None:
    found = browser.get("/desk/lookup.json", params=parameters).json()
    jsonschema.validate(found, _schema("Found"))


def test_all_clauses_and_departments_are_as_described(browser: TestClient) -> None:
    clauses = browser.get("/desk/clauses.json").json()["clauses"]
    departments = browser.get("/desk/departments.json").json()["departments"]
    assert len(clauses) == 26
    assert len(departments) == 35
    for clause in clauses:
        jsonschema.validate(clause, _schema("Clause"))
    for department in departments:
        jsonschema.validate(department, _schema("Department"))


def test_the_description_is_served(browser: TestClient) -> None:
    assert browser.get("/desk/openapi.json").json() == openapi()


def test_csv_opens_in_a_spreadsheet_with_all_hits(browser: TestClient) -> None:
    response = browser.get("/desk/lookup.csv", params={"q": "市财政局 市人社局"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    table = rows(response.text)
    assert table[0][:3] == ["文号", "条", "标题"]
    assert len(table) == 1 + browser.get("/desk/lookup.json", params={"q": "市财政局 市人社局"}).json()["total"]
    assert {len(row) for row in table} == {len(table[0])}


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
)
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    body = bytes(as_csv("x", ("a",), [[cell]]).body).decode("utf-8-sig")
    assert rows(body)[1][0] == f"'{cell}"


def test_cells_with_commas_quotes_and_line_breaks_stay_one_cell() -> None:
    cell = '他说，"好",\r\n再说'
    body = bytes(as_csv("x", ("a", "b"), [[cell, "c"]]).body).decode("utf-8-sig")
    assert rows(body)[1] == [cell, "c"]


def test_pieces_make_up_the_quote(store: ClauseStore) -> None:
    quote = store.passages("2021-49/8")[4].text
    for script in ("hans", "hant"):
        found = pieces(quote, ((2, 4), (5, 9)), script)
        assert len("".join(piece.text for piece in found)) == len(quote)
        assert [len(piece.text) for piece in found if piece.marked] == [2, 4]


def test_a_hit_on_the_way_to_the_page_says_when_the_sum_is_not_stated(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "乡镇补贴 每月多少"}).text
    hit = page[page.index('<li class="hit') : page.index("<template")]
    assert "没有写明所问的数目或范围。" in hit


@pytest.mark.parametrize("typed", ["luohu", "shebao", "落护", "档按"])
def test_what_is_spelt_otherwise_is_looked_up_as_it_is_meant_and_both_are_told(browser: TestClient, typed: str) -> None:
    found = browser.get("/desk/lookup.json", params={"q": typed}).json()
    meant = {"luohu": "落户", "shebao": "社保", "落护": "落户", "档按": "档案"}[typed]
    assert found["taken"] == [{"typed": typed, "meant": meant}]
    alone = browser.get("/desk/lookup.json", params={"q": meant}).json()
    assert found["answers"] == alone["answers"] != []
    as_typed = browser.get("/desk/lookup.json", params={"q": typed, "as": "typed"}).json()
    assert (as_typed["taken"], as_typed["suggested"][0]) == ([], meant)


def test_ordinary_look_ups_are_the_same_with_and_without_it(browser: TestClient) -> None:
    lines = Path("evaluation/dev.jsonl").read_text("utf-8").splitlines()
    texts = [item["question"] for item in map(json.loads, lines) if item["id"].startswith("hd")]
    assert len(texts) > 30
    for text in [*texts, "hukou", "dibao", "nihao", "落户条件", "厦门 人才补贴", "women"]:
        found, as_typed = (
            browser.get("/desk/lookup.json", params={"q": text, **more}).json() for more in ({}, {"as": "typed"})
        )
        assert found == as_typed, text
        assert found["taken"] == []


def test_what_the_chat_would_say_can_be_read(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "离岗创业 几年"}).text
    assert "助手会引用原文回答" in page
    said = browser.get("/desk/lookup/in-chat", params={"q": "离岗创业 几年"}, headers={"hx-request": "true"}).text
    assert "最长可延至6年" in said
    assert "<html" not in said
    whole = browser.get("/desk/lookup/in-chat", params={"q": "离岗创业 几年"}).text
    assert "<html" in whole and "最长可延至6年" in whole


def test_a_bare_word_that_the_chat_would_refuse_is_marked_as_found_by_its_letters_alone(browser: TestClient) -> None:
    found = browser.get("/desk/lookup.json", params={"q": "福州"}).json()
    assert (found["in_chat"], found["refused_in_chat"], found["refused"]) == ("no_answer", "service", None)
    assert {hit["in_chat"] for hit in found["answers"]} == {None}
    page = browser.get("/desk/", params={"q": "福州"}).text
    assert "助手会说「不」：这项业务不在文件里" in page
    assert "助手不会给出，这里照字面查到的" in page


def test_what_the_chat_would_ask_back_about_is_marked_so(browser: TestClient) -> None:
    found = browser.get("/desk/lookup.json", params={"q": "创业"}).json()
    assert found["in_chat"] == "clarify"
    assert found["answers"][0]["in_chat"] == "offered"
    page = browser.get("/desk/", params={"q": "创业"}).text
    assert "助手会反问是哪一条" in page and "助手会反问是不是这些" in page


def test_a_choice_that_hides_everything_says_how_much_it_hides(browser: TestClient) -> None:
    page = browser.get("/desk/", params={"q": "低保", "department": "市公安局"}).text
    assert "选定的范围里一条也没有；不缩小有 1 条" in page
