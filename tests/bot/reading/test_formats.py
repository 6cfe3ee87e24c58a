from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.reader import read
from bot.reading.reading import Reading
from tests.bot.reading.files import cell, numbered, paragraph, paragraphs, printed, run, write_docx, write_pdf
from tests.bot.reading.papers import CLOSING, IMPRINT, LAYOUTS, LETTER, RUNNING, labels, paper, read_body, said, units


def flat(reading: Reading) -> list[tuple[str, str, str, str | None]]:
    return [(c.label, "".join(c.text.split()), units(c), c.status) for c in reading.clauses]


# text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_text_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_bytes(paper(RUNNING).encode(encoding))
    assert flat(read(path)) == flat(read_body(RUNNING))


def test_text_in_big5(tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    text = "青川市政府關於促進夜間經濟的通知\n\n青政辦〔2020〕5號\n\n"
    text += "一、開放公園。開放至二十三時。（責任單位：市城管局）\n\n二、增加公交。增加12條。（責任單位：市交通局）\n"
    path.write_bytes(text.encode("big5hkscs"))
    assert [units(c) for c in read(path).clauses] == ["市城管局", "市交通局"]


# DOCX


@pytest.mark.parametrize("layout", LAYOUTS)
def test_docx_reads_as_its_text(layout: str, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "source.docx", paragraphs(paper(LAYOUTS[layout])))
    assert flat(read(path)) == flat(read_body(LAYOUTS[layout]))


def test_labels_that_word_numbers_by_itself(tmp_path: Path) -> None:
    body = [
        *paragraphs(LETTER),
        numbered("降低成本", 0),
        numbered("减免租金。减免3个月租金。包括：", 1),
        numbered("国有房屋；", 2),
        numbered("集体房屋。", 2),
        numbered("补贴社保。每月200元。", 1),
        numbered("加强融资", 0),
        numbered("发放贷款。最高300万元。", 1),
        *paragraphs(CLOSING + IMPRINT),
    ]
    reading = read(write_docx(tmp_path / "source.docx", body))
    assert [c.path for c in reading.clauses] == [("一", "（一）"), ("一", "（二）"), ("二", "（一）")]
    assert reading.clauses[0].text.endswith("包括：\n1.国有房屋；\n2.集体房屋。")


def test_deleted_and_hidden_text_is_not_seen_and_inserted_text_is(tmp_path: Path) -> None:
    changed = paragraph(
        run("（一）减免租金。减免")
        + f"<w:del>{run('2').replace('w:t', 'w:delText')}</w:del><w:ins>{run('3')}</w:ins>"
        + run("个月租金。（责任单位：市国资委）")
        + run("（九）内部意见。", "<w:vanish/>")
    )
    hidden = paragraph(run("（八）隐藏的段落。", "<w:vanish/>"))
    rest = paragraphs("（二）补贴社保。每月200元。（责任单位：市人社局）" + CLOSING + IMPRINT)
    reading = read(write_docx(tmp_path / "source.docx", [*paragraphs(LETTER), changed, hidden, *rest]))
    assert [c.text for c in reading.clauses] == ["减免租金。减免3个月租金。", "补贴社保。每月200元。"]


def test_merged_cells_are_filled_in_and_labels_in_cells_are_no_clauses(tmp_path: Path) -> None:
    table = (
        "<w:tbl>"
        f"<w:tr>{cell('对象')}{cell('标准')}{cell('责任单位')}</w:tr>"
        f"<w:tr>{cell('个人')}{cell('（一）类500元')}{cell('市残联', '<w:vMerge w:val=' + chr(34) + 'restart' + chr(34) + '/>')}</w:tr>"
        f"<w:tr>{cell('企业')}{cell('2万元')}{cell('', '<w:vMerge/>')}</w:tr>"
        f"<w:tr>{cell('均按年发放', '<w:gridSpan w:val=' + chr(34) + '2' + chr(34) + '/>')}{cell('市财政局')}</w:tr>"
        "</w:tbl>"
    )
    body = [
        *paragraphs(LETTER + "一、明确标准。按下表执行："),
        table,
        *paragraphs("二、加强管理。每季度通报。（责任单位：市审计局）" + CLOSING),
    ]
    reading = read(write_docx(tmp_path / "source.docx", body))
    assert reading.tables[0].rows == (
        ("个人", "（一）类500元", "市残联"),
        ("企业", "2万元", "市残联"),
        ("均按年发放", "均按年发放", "市财政局"),
    )
    assert labels(reading) == ["一、", "二、"]
    assert units(reading.clauses[0]) == "市残联 市财政局"


def test_footnotes_and_text_boxes_are_kept_apart(tmp_path: Path) -> None:
    box = paragraph(f"<w:r><w:pict><w:txbxContent>{paragraph('咨询电话8800456')}</w:txbxContent></w:pict></w:r>")
    footnote = f'<w:footnote w:id="1">{paragraph("本措施所称企业，是指小微企业。")}</w:footnote>'
    body = [*paragraphs(LETTER + RUNNING), box, *paragraphs(CLOSING)]
    reading = read(write_docx(tmp_path / "source.docx", body, footnote))
    assert set(reading.notes) == {"咨询电话8800456", "本措施所称企业，是指小微企业。"}
    assert flat(reading) == flat(read_body(RUNNING))


# HTML

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>.gone {{display:none}}</style>
<script>var a = "（九）这不是条款。";</script></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li></ul></div>
<table class="meta"><tr><td>索引号</td><td>X1</td><td>成文日期</td><td>2022-03-01</td></tr></table>
<div class="content">{article}
<p class="gone">（九）隐藏。</p><!-- <p>（九）审稿意见。</p> --></div>
<div class="related"><ul><li><a href="1">（九）相关解读</a></li></ul></div>
<div class="footer">版权所有：临江市人民政府　联系电话：8800789</div></body></html>"""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_reads_as_its_text(layout: str, tmp_path: Path) -> None:
    article = "".join(f"<p>&nbsp;&nbsp;{line}</p>" for line in paper(LAYOUTS[layout]).splitlines())
    path = tmp_path / "source.html"
    path.write_text(PAGE.format(article=article), "utf-8")
    assert flat(read(path)) == flat(read_body(LAYOUTS[layout]))


def test_units_in_a_page_are_not_taken_for_its_footer(tmp_path: Path) -> None:
    lines = paper(
        "一、给予补助。每人100元。\n主办：市商务局\n协办：市财政局\n\n二、加强管理。每季度通报。\n主办：市审计局\n"
    ).splitlines()
    path = tmp_path / "source.html"
    path.write_text(PAGE.format(article="".join(f"<p>{line}</p>" for line in lines)), "utf-8")
    assert [units(c) for c in read(path).clauses] == ["市商务局/lead 市财政局/assist", "市审计局/lead"]


def test_annexes_that_a_page_only_links_to_are_listed(tmp_path: Path) -> None:
    links = '<div class="attach"><p>附件：</p><ul><li><a href="/f/9.docx">1.报名表.docx</a></li><li><a href="8.PDF">样式图</a></li></ul></div>'
    aside = '<div><a href="/t/1.pdf">年度报告.pdf</a></div>'
    path = tmp_path / "source.html"
    inner = "".join(f"<p>{line}</p>" for line in paper(RUNNING).splitlines() if line)
    path.write_text(f"<html><body><div>{aside}<div>{inner}</div>{links}</div></body></html>")
    assert [(a.title, a.text) for a in read(path).annexes] == [("报名表", ""), ("样式图", "")]


def test_a_page_of_nested_tables_in_an_old_encoding(tmp_path: Path) -> None:
    rows = "".join(f"<p>{line}</p>" for line in paper("").replace(CLOSING + IMPRINT, "").splitlines())
    prices = "<table border=1><tr><th>车型</th><th>补贴</th></tr><tr><td rowspan=2>轿车</td><td>3000元</td></tr><tr><td>1000元</td></tr></table>"
    page = (
        "<html><head><meta charset=gb2312></head><body><table><tr><td><a href=/>首页</a> <a href=/x>新闻</a></td></tr></table>"
        f"<table><tr><td><table><tr><td>{rows}<p>一、汽车消费。按下表补贴：</p>{prices}<p>（责任单位：市商务局）</p>"
        "<p><b>二</b><span>、家电消费</span>。补贴10%。（责任单位：市商务局、<wbr>财政局）</p></td></tr></table></td></tr></table></body></html>"
    )
    path = tmp_path / "source.htm"
    path.write_bytes(page.encode("gb18030"))
    reading = read(path)
    assert reading.tables[0].rows == (("轿车", "3000元"), ("轿车", "1000元"))
    assert [units(c) for c in reading.clauses] == ["市商务局", "市商务局 市财政局"]
    assert reading.facts.title == "临江市人民政府办公室关于印发临江市支持小微企业发展若干措施的通知"


# PDF


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_pdf_with_narrow_lines_headers_and_page_numbers_reads_as_its_text(layout: str, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "source.pdf", printed(paper(LAYOUTS[layout]), height=14, header="临江市人民政府公报"))
    reading = read(path)
    assert flat(reading) == flat(read_body(LAYOUTS[layout]))
    assert reading.closing is not None
    assert "公报" not in said(reading)


def test_a_ruled_table_in_a_pdf_is_a_table_with_merged_cells_filled_in(tmp_path: Path) -> None:
    head = [(90.0, 760.0 - 25 * n, line) for n, line in enumerate(filter(None, LETTER.splitlines()))]
    xs, ys = (90, 230, 370, 510), (390, 360, 330)
    rules = (
        "".join(f"{xs[0]} {y} m {xs[3]} {y} l S " for y in (ys[0], ys[1])) + f"{xs[0]} {ys[2]} m {xs[3]} {ys[2]} l S "
    )
    rules += (
        "".join(f"{x} {ys[0]} m {x} {ys[2]} l S " for x in xs)
        + f"{xs[0]} 300 m {xs[2]} 300 l S {xs[2]} 300 m {xs[3]} 300 l S "
    )
    rules = rules.replace(f"{xs[0]} {ys[2]} m {xs[3]} {ys[2]} l S ", f"{xs[0]} {ys[2]} m {xs[2]} {ys[2]} l S ")
    rules += "".join(f"{x} {ys[2]} m {x} 300 l S " for x in xs)
    cells = [("对象", "标准", "责任单位"), ("个人", "500元", "市残联"), ("企业", "2万元", "")]
    rows = [
        (x + 5.0, y - 20.0, text)
        for y, row in zip(ys, cells, strict=True)
        for x, text in zip(xs, row, strict=False)
        if text
    ]
    page = [
        *[(x, y, line) for x, y, line in head if y > 420],
        (122.0, 400.0, "一、明确标准。按下表执行："),
        *rows,
        (122.0, 260.0, "二、加强管理。每季度通报一次。（责任单位：市审计局）"),
    ]
    reading = read(write_pdf(tmp_path / "source.pdf", [page], size=12, rules=rules))
    assert reading.tables[0].header == ("对象", "标准", "责任单位")
    assert reading.tables[0].rows == (("个人", "500元", "市残联"), ("企业", "2万元", "市残联"))
    assert labels(reading) == ["一、", "二、"]


def test_a_pdf_says_the_page(tmp_path: Path) -> None:
    from bot.reading.files import open_file

    source = open_file(write_pdf(tmp_path / "source.pdf", printed(paper(RUNNING), height=14)))
    assert {block.place.partition("页")[0] for block in source.blocks} >= {"第1", "第2"}
