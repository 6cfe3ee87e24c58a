from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.clauses.models import Department
from bot.clauses.parser import ParsedDocument, parse, read_text
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError

SOURCE = Path("documents/2021-49/source.txt")


def squeeze(text: str) -> str:
    return "".join(text.replace("**", "").split())


def parsed(text: str, store: ClauseStore) -> ParsedDocument:
    return parse(text, SOURCE, "test", "", {}, store.departments())


def test_every_stored_text_stands_in_the_source_word_for_word(store: ClauseStore) -> None:
    source = squeeze(SOURCE.read_text("utf-8"))
    document = store.document()
    texts = [
        *(passage.text for passage in store.passages()),
        *(text for c in store.clauses() for text in (c.text, c.heading, c.unit_list, *c.also_carried_out_by)),
        *(chapter.heading for chapter in store.chapters()),
        *(amount.text for passage in store.passages() for amount in passage.amounts),
        *(document.number, document.title, document.issuer, document.approved_by, document.disclosure),
        *(document.addressees, document.copied_to, *document.rests_on),
    ]
    assert [text for text in texts if squeeze(text) not in source] == []


def test_nothing_of_the_document_is_left_out(store: ClauseStore) -> None:
    rest = squeeze(SOURCE.read_text("utf-8"))
    pieces = [
        *(text for c in store.clauses() for text in (c.unit_list, c.text)),
        *(chapter.heading for chapter in store.chapters()),
        *(passage.text for passage in store.passages("2021-49/0")),
    ]
    for piece in sorted((squeeze(piece) for piece in pieces), key=len, reverse=True):
        rest = rest.replace(piece, "", 1)
    left = re.sub(r"[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八]、", "", rest)
    assert left == ""


def test_passages_make_up_their_clause_without_a_rest(store: ClauseStore) -> None:
    for clause in store.clauses()[1:]:
        sentences = [p.text for p in store.passages(clause.key) if p.text in clause.text]
        assert "".join(sentences) == clause.text


def test_there_are_24_clauses_in_8_chapters(store: ClauseStore) -> None:
    assert [c.number for c in store.clauses() if c.label] == list(range(1, 25))
    assert [chapter.number for chapter in store.chapters()] == list(range(1, 9))


@pytest.mark.parametrize(
    ("clause", "departments"),
    [
        (5, "福州新区管委会 大学城管委会 市人社局 市教育局 市卫健委 市公安局 市房管局"),
        (9, "市营商办 市发改委 市商务局 市市场监管局 市金融局"),
        (10, "市委组织部 市公务员局 市人社局 市国资委"),
        (14, "市委组织部 市教育局 市财政局 市人社局 市卫健委 市总工会"),
        (16, "市人社局 市财政局 市档案局 市大数据委 市公安局 市教育局 市民政局 市卫健委 市市场监管局"),
        (24, "市民政局 市妇联"),
        (25, "市直各有关单位"),
    ],
)
def test_a_list_shares_one_city_except_units_with_a_name_of_their_own(
    store: ClauseStore, clause: int, departments: str
) -> None:
    assert store.clause(f"2021-49/{clause}").departments == tuple(departments.split())


def test_the_standing_rule_is_about_all_numbered_clauses_and_is_no_department_of_the_first(store: ClauseStore) -> None:
    units = ("各县（市）区人民政府", "高新区管委会")
    assert {c.also_carried_out_by for c in store.clauses() if c.label} == {units}
    assert store.clause("2021-49/25").also_carried_out_by == ()
    assert not set(units) & set(store.clause("2021-49/1").departments)
    assert store.passages("2021-49/1")[-1].text == "以下均需各县（市）区人民政府、高新区管委会落实，不再列出"


def test_the_issue_data_is_read_from_head_and_imprint(store: ClauseStore) -> None:
    document = store.document()
    assert (document.number, str(document.issued_on), str(document.printed_on)) == (
        "榕政办〔2021〕49号",
        "2021-05-26",
        "2021-05-27",
    )
    assert document.issuer == "福州市人民政府办公厅"
    assert document.rests_on[1].endswith("（闽委办发〔2020〕16号）")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: "福州今天天气晴。\n\n记者报道。", "no clause"),
        (lambda text: text.replace("（八）支持留学人员", "支持留学人员"), "without a label.*（八） is expected"),
        (lambda text: text.replace("（八）支持", "（七）支持"), "（七） stands twice"),
        (lambda text: text.replace("（八）支持", "（九）支持"), "（九） follows clause 7; （八） is expected"),
        (lambda text: text.replace("（责任单位：市人社局、财政局）\n\n（九）", "\n\n（九）"), "line .*no closed list"),
        (lambda text: text.partition("各有关单位要聚焦")[0], "without a closing paragraph"),
        (lambda text: text.replace("榕政办〔2021〕49号", ""), "no number like"),
        (lambda text: text[:5000], "no closed list"),
    ],
)
def test_what_is_no_such_document_is_refused_with_the_reason(spoil, says: str, store: ClauseStore) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DocumentError, match=says) as refused:
        parsed(spoil(SOURCE.read_text("utf-8")), store)
    assert str(SOURCE) in str(refused.value)


def test_a_unit_that_is_not_known_is_taken_as_printed_with_a_warning() -> None:
    read = parse(SOURCE.read_text("utf-8"), SOURCE, "test", "", {}, [Department("市人社局", "", ())])
    assert any("'妇联'" in warning and "line" in warning for warning in read.warnings)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_common_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_bytes("（一）福州〔2021〕".encode(encoding))
    assert read_text(path) == "（一）福州〔2021〕"


@pytest.mark.parametrize("data", [b"", b"  \n", b"\x00\x01\x02" * 50, b"\xff\xff\xff\xfe\x81"])
def test_empty_binary_and_unknown_encodings_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=r"source\.txt"):
        read_text(path)
