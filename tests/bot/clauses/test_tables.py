"""Rows of tables as they can be quoted: whole, with the names of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bot.clauses.contents import contents_of
from bot.clauses.models import Passage
from bot.reading.reader import read
from tests.bot.reading.files import cell, paragraphs, write_docx
from tests.bot.reading.papers import CLOSING, LETTER

Rows = Iterable[Iterable[str]]
BEFORE = LETTER + "一、安家补贴。新引进的人才按下表发给补贴："
AFTER = "二、加强管理。每季度通报。（责任单位：市审计局）" + CLOSING


def as_text(path: Path, rows: Rows) -> Path:
    path.write_text("\n".join([BEFORE, "", *("\t".join(row) for row in rows), "", AFTER]), "utf-8")
    return path


def as_docx(path: Path, rows: Rows) -> Path:
    table = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return write_docx(path, [*paragraphs(BEFORE), f"<w:tbl>{table}</w:tbl>", *paragraphs(AFTER)])


def as_html(path: Path, rows: Rows) -> Path:
    table = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    lines = [*BEFORE.splitlines(), f"<table>{table}</table>", *AFTER.splitlines()]
    path.write_text(
        "<html><body>" + "".join(line if "<table" in line else f"<p>{line}</p>" for line in lines) + "</body></html>",
        "utf-8",
    )
    return path


def inside(path: Path) -> list[Passage]:
    """The passages of the first clause behind its first sentence."""
    contents = contents_of(read(path), "linjiang", path.read_bytes())
    return [passage for passage in contents.passages if passage.clause == 1 and passage.position > 1]


HIRED = [("学历", "安家补贴（元）", "服务年限"), ("博士", "100000", "5年"), ("硕士", "60000", "3年")]


@pytest.mark.parametrize(
    ("write", "name"), [(as_text, "source.txt"), (as_docx, "source.docx"), (as_html, "source.html")]
)
def test_a_row_is_quoted_whole_with_the_names_of_its_columns(
    tmp_path: Path, write: Callable[[Path, Rows], Path], name: str
) -> None:
    found = inside(write(tmp_path / name, HIRED))
    assert [(passage.text, passage.table_head) for passage in found] == [
        ("博士\t100000\t5年", "学历\t安家补贴（元）\t服务年限"),
        ("硕士\t60000\t3年", "学历\t安家补贴（元）\t服务年限"),
    ]


def test_a_number_has_the_unit_that_stands_with_its_columns_name(tmp_path: Path) -> None:
    first = inside(as_text(tmp_path / "source.txt", HIRED))[0]
    assert [(amount.low, amount.unit, amount.text) for amount in first.amounts] == [
        (100000.0, "元", "100000"),
        (5.0, "年", "5年"),
    ]
    assert {"money", "duration"} <= set(first.facts)


def test_a_row_with_full_stops_and_paragraphs_in_its_cells_stays_one_row(tmp_path: Path) -> None:
    said = cell("一次发给。")[: -len("</w:tc>")] + "".join(paragraphs("五年内不得离开。")) + "</w:tc>"
    table = f"<w:tbl><w:tr>{cell('对象')}{cell('办法')}</w:tr><w:tr>{cell('博士')}{said}</w:tr></w:tbl>"
    found = inside(write_docx(tmp_path / "source.docx", [*paragraphs(BEFORE), table, *paragraphs(AFTER)]))
    assert [passage.text for passage in found] == ["博士\t一次发给。五年内不得离开。"]


def test_two_rows_of_names_are_shown_where_one_cell_heads_several_columns(tmp_path: Path) -> None:
    rows = [("学历", "补贴", "补贴"), ("学历", "县城", "乡镇"), ("博士", "5万元", "8万元"), ("硕士", "2万元", "3万元")]
    found = inside(as_text(tmp_path / "source.txt", rows))
    assert [(passage.text, passage.table_head) for passage in found] == [
        ("博士\t5万元\t8万元", "学历\t补贴\t补贴\n学历\t县城\t乡镇"),
        ("硕士\t2万元\t3万元", "学历\t补贴\t补贴\n学历\t县城\t乡镇"),
    ]


def test_a_first_row_that_says_something_is_a_row_like_the_others(tmp_path: Path) -> None:
    found = inside(as_text(tmp_path / "source.txt", [("博士", "5万元"), ("硕士", "2万元")]))
    assert [(passage.text, passage.table_head) for passage in found] == [("博士\t5万元", ""), ("硕士\t2万元", "")]


def test_a_form_to_be_filled_in_answers_nothing(tmp_path: Path) -> None:
    assert inside(as_docx(tmp_path / "source.docx", [("姓名", "", "性别", ""), ("单位", "", "电话", "")])) == []
