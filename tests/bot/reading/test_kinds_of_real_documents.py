"""Kinds that real documents of other cities and levels showed; all documents here are invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.reading.from_html import from_html
from bot.reading.reader import read, read_source
from bot.reading.reading import Mention, Reading
from tests.bot.reading.papers import RUNNING, labels, paper, read_body, read_text, said, units

SIGNED = """临江市水务局关于印发临江市节水奖励办法的通知

临水〔2023〕8号

各县（市、区）水务局：
现将《临江市节水奖励办法》印发给你们，请遵照执行。

临江市水务局
临江市财政局
2023年4月3日
"""
BODY = """
第一条　为鼓励节约用水，制定本办法。
第二条　年节水率达到10%的，奖励2万元。
第三条　本办法自2023年5月1日起施行，有效期5年。
"""


def read_page(content: str, head: str = "") -> Reading:
    page = f'<html><head><meta charset="utf-8">{head}</head><body>{content}</body></html>'
    return read_source(from_html(page.encode()))


def paragraphs(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())


# where the letter ends and the body begins


def test_a_line_on_disclosure_above_the_body_hides_no_paragraph_without_a_label() -> None:
    letter = SIGNED + "（此件公开发布）\n"
    body = (
        "临江市节水奖励办法\n为鼓励节水，特制定以下办法：\n一、奖励范围\n全市工业企业。\n二、奖励标准\n"
        "每家奖励2万元。\n\n本办法执行期限为2023年至2025年。\n"
    )
    reading = read_text(letter + body)
    assert reading.opening.endswith("为鼓励节水，特制定以下办法：")
    assert [c.text for c in reading.clauses] == ["奖励范围\n全市工业企业。", "奖励标准\n每家奖励2万元。"]
    assert reading.closing is not None
    assert reading.closing.text == "本办法执行期限为2023年至2025年。"


def test_a_body_without_its_title_begins_after_the_letters_signature() -> None:
    reading = read_text(SIGNED + BODY)
    assert labels(reading) == ["第一条", "第二条", "第三条"]
    assert reading.letter == "现将《临江市节水奖励办法》印发给你们，请遵照执行。"
    assert reading.preamble == ""
    assert (reading.facts.issuing_office, str(reading.facts.dated)) == ("临江市水务局、临江市财政局", "2023-04-03")
    assert "临江市节水奖励办法" in said(reading)


def test_what_a_notice_forwards_is_signed_by_another_office() -> None:
    reading = read_text(
        "临江市人民政府办公室转发市水务局关于清理整顿取水口意见的通知\n\n临政办〔2022〕3号\n\n各县（市、区）人民政府：\n"
        "市水务局《关于清理整顿取水口的意见》已经市政府同意，现转发给你们。\n\n临江市人民政府办公室\n2022年2月1日\n\n"
        "关于清理整顿取水口的意见\n市水务局\n（2022年1月10日）\n\n一、清理范围\n所有取水口。\n\n二、时间要求\n年底前完成。\n\n"
        "以上意见如无不妥，请批转各地执行。\n\n临江市水务局\n2022年1月10日\n"
    )
    facts = reading.facts
    assert facts.kind == "policy"
    assert (facts.issuing_office, str(facts.dated)) == ("临江市人民政府办公室", "2022-02-01")
    assert facts.attached_title == "关于清理整顿取水口的意见"


def test_whom_a_notice_addresses_below_a_title_that_the_page_prints_twice() -> None:
    title = "临江市水务局关于做好防汛工作的通知"
    text = (
        f"{title}\n-\n临水〔2023〕9号\n{title}\n各县（市、区）水务局：\n现就防汛工作通知如下：\n"
        "一、加强值守。每天两次巡查。\n二、备足物资。6月底前完成。\n临江市水务局\n2023年5月3日\n"
    )
    reading = read_text(text)
    assert reading.facts.addressees == ("各县（市、区）水务局",)
    assert reading.opening == "现就防汛工作通知如下："


def test_an_opening_on_narrow_lines_is_kept() -> None:
    text = (
        "临江市节水若干政策\n\n为贯彻新发展理念，进一步推动全市节约用水，\n"
        "提高用水效率，结合“5+4”政策体系，\n特制定如下政策。\n"
        "一、奖励企业。每家2万元。（责任单位：市水务局）\n二、奖励居民。每户50元。（责任单位：市水务局）\n"
    )
    assert read_text(text).opening.startswith("为贯彻新发展理念，进一步推动全市节约用水，提高用水效率，")


def test_a_sentence_after_the_signature_is_told() -> None:
    whole = paper(RUNNING) + "\n各地要在2022年底前将落实情况书面报送市政府办公室，逾期不报的予以通报批评。\n"
    assert "“各地要在2022年底前将落实情况…”在落款或附件说明之后" in said(read_text(whole))


# titles


def test_the_title_of_a_notice_that_stands_only_in_the_page() -> None:
    lines = SIGNED.split("\n", 1)[1] + "临江市节水奖励办法" + BODY
    name = "临江市水务局 临江市财政局关于印发《临江市节水奖励办法》的通知"
    reading = read_page(
        f'<div class="article-content">{paragraphs(lines)}</div>', f'<meta name="ArticleTitle" content="{name}">'
    )
    assert reading.facts.title == "临江市水务局临江市财政局关于印发《临江市节水奖励办法》的通知"
    assert reading.facts.attached_title == "临江市节水奖励办法"
    assert reading.facts.addressees == ("各县（市、区）水务局",)


def test_title_and_number_that_stand_above_the_article_in_tables() -> None:
    body = paragraphs(
        "各县（市、区）人民政府：\n现提出如下意见。\n一、明确目标\n到2025年达到90%。\n二、加大奖励\n每平方米奖励30元，每个项目最高奖励100万元。\n"
    )
    above = "<tr><td>临江市人民政府关于发展绿色建筑的意见</td></tr><tr><td>文号：临政〔2020〕11号 发布日期：2020-04-02</td></tr>"
    page = f"<table>{above}</table><div>{body}{body}{body}</div>"
    facts = read_page(page).facts
    assert (facts.title, facts.number) == ("临江市人民政府关于发展绿色建筑的意见", "临政〔2020〕11号")


@pytest.mark.parametrize("above", ["加快节水工作实施意见\n", "返回顶部\n", "市级政策动态\n"])
def test_a_word_of_the_site_above_the_title_is_no_part_of_it(above: str) -> None:
    reading = read_text(above + "中共临江市委\n关于加强节水工作的意见\n" + BODY.replace("办法", "意见"))
    assert reading.facts.title == "中共临江市委关于加强节水工作的意见"


def test_a_title_in_marks_with_a_number_before_it() -> None:
    text = "临水〔2023〕8号《临江市水务局关于印发〈临江市节水奖励办法〉的通知》\n" + SIGNED.split("\n", 1)[1]
    reading = read_text(text + "临江市节水奖励办法\n" + BODY)
    assert reading.facts.title == "临江市水务局关于印发〈临江市节水奖励办法〉的通知"
    assert reading.facts.attached_title == "临江市节水奖励办法"


def test_who_issues_is_named_before_the_verb_and_is_no_site() -> None:
    notice = "临江市人民政府印发临江市关于节约用水若干措施的通知\n各县（市、区）人民政府：\n现提出以下措施：\n"
    reading = read_text(notice + RUNNING)
    assert reading.facts.issuing_office == "临江市人民政府"
    page = f'<div class="article-content">{paragraphs("临江市节约用水办法" + BODY)}</div>'
    assert read_page(page, '<meta name="ContentSource" content="国家法律法规数据库">').facts.issuing_office is None


# facts


def test_approved_is_the_document_and_not_what_an_article_speaks_of() -> None:
    body = "第一条　管理规约经业主大会会议审议通过。\n\n第二条　用地经市人民政府批准后使用。\n\n第三条　另行通知。\n"
    assert read_body(body, "").facts.approved_by == "市政府"
    text = "临江市住宅条例\n" + body + "\n第四条　本条例由市人民政府解释。\n"
    assert read_text(text).facts.approved_by is None


def test_a_laws_history_without_brackets() -> None:
    text = (
        "临江市节约用水条例\n\n2019年3月1日 临江市第八届人民代表大会常务委员会第五次会议通过\n\n2021年5月6日 第二十次会议修订\n"
        + BODY
    )
    facts = read_text(text.replace("办法", "条例") + "第四条　违者罚款。\n第五条　另行通知。\n").facts
    assert (str(facts.dated), facts.approved_by) == ("2019-03-01", "临江市第八届人民代表大会常务委员会第五次会议")


def test_offices_on_one_line_of_a_signature_and_a_mayor_with_a_colon() -> None:
    together = SIGNED.replace("临江市水务局\n临江市财政局\n", "临江市水务局 临江市财政局\n")
    assert read_text(together + BODY).facts.issuing_office == "临江市水务局、临江市财政局"
    letter = "《临江市节水办法》已经2023年3月1日召开的市政府第5次常务会议通过，现予公布。"
    order = f"临江市人民政府令\n第8号\n{letter}\n市　长：林远山\n2023年4月3日\n临江市节水办法\n"
    facts = read_text(order + BODY).facts
    assert (str(facts.dated), facts.approved_by) == ("2023-04-03", "市政府第5次常务会议")


def test_it_rests_neither_on_itself_nor_on_what_it_calls_another_one_for_short() -> None:
    letter = SIGNED.replace("现将", "为落实《江左省节水条例》（以下简称《条例》），根据《条例》规定，现将")
    assert read_text(letter + BODY).facts.bases == (Mention("江左省节水条例", None),)


def test_a_term_that_only_the_articles_state() -> None:
    letter = "临江市节水办法\n\n《临江市节水办法》已经市政府同意，现予公布，自2023年5月1日起施行。\n\n"
    assert str(read_text(letter + BODY).facts.valid_until) == "2028-04-30"
    apart = BODY.replace("，有效期5年", "") + "\n本办法有效期1年。\n"
    assert str(read_text(SIGNED + apart).facts.valid_until) == "2024-04-30"


def test_another_date_in_the_page_and_another_one_in_the_imprint_are_told() -> None:
    info = "<table><tr><td>施行日期：</td><td>2023年6月1日</td></tr></table>"
    body = f'<div class="article-content">{paragraphs("临江市节水奖励办法" + BODY)}</div>'
    assert "网页所载施行日期是2023-06-01，正文读到的是2023-05-01" in said(read_page(info + body))
    closing = "\n本措施自印发之日起施行，有效期三年。\n"
    assert "版记印发日期是2022-03-02" in said(read_body(RUNNING, closing))


def test_a_rule_that_is_not_applied_here_is_not_repealed() -> None:
    closing = "\n在《江左省合作协议》框架下，对市内企业不再执行《江左省资质规定》中关于业绩的限制性规定。\n"
    reading = read_body(RUNNING, closing)
    assert reading.facts.replaces == reading.facts.repeals == ()
    assert "江左省资质规定" in said(reading)


def test_dates_and_numbers_of_the_republic() -> None:
    text = (
        "濱海市政府社會局 函\n\n發文日期：中華民國112年5月10日\n發文字號：濱府社福字第1120054321號\n\n濱海市獨居長者送餐補助要點\n\n"
        "一、濱海市政府社會局為照顧長者，特訂定本要點。\n二、每餐最高補助新臺幣一百元。\n三、本要點自中華民國一百一十二年七月一日起實施。\n"
    )
    facts = read_text(text).facts
    assert facts.number == "濱府社福字第1120054321號"
    assert (str(facts.dated), str(facts.in_force)) == ("2023-05-10", "2023-07-01")


# clauses


def test_a_heading_with_a_full_stop_on_its_own_line_keeps_its_text() -> None:
    body = "（一）加强领导。\n各地要成立专班，每月调度一次。\n\n（二）加强宣传。\n各部门要通过多种形式宣传，营造良好氛围。\n"
    reading = read_body(body, "")
    assert reading.clauses[1].text.endswith("营造良好氛围。")
    assert reading.closing is None


def test_the_last_articles_second_paragraph_is_no_closing() -> None:
    reading = read_text(SIGNED + BODY + "本办法施行前已经受理的申请，按照原规定办理。\n")
    assert reading.clauses[-1].text.endswith("按照原规定办理。")
    assert reading.closing is None


def test_articles_below_headings_of_two_levels() -> None:
    body = (
        "一、支持范围\n（一）投资奖励\n第 1 条 奖励100万元。\n第 2 条 奖励50万元。\n（二）绩效奖励\n"
        "第 3 条 奖励10万元。\n二、其他\n第 4 条 另行通知。\n"
    )
    reading = read_body(body, "")
    assert [c.path for c in reading.clauses] == [
        ("一", "（一）", "第1条"), ("一", "（一）", "第2条"), ("一", "（二）", "第3条"), ("二", "第4条"),
    ]  # fmt: skip


def test_numerals_that_a_converter_spaced_and_labels_alone_on_their_lines() -> None:
    spaced = "".join(f"第 {' '.join(str(n))} 条　奖励{n}万元。\n" for n in range(1, 13))
    assert len(read_body(spaced, "").clauses) == 12
    alone = "临江市節水條例\n\n第一條\n為節約用水，制定本條例。\n\n第二條\n本條例自公布日施行。\n\n第三條\n另定之。\n"
    reading = read_text(alone)
    assert reading.clauses[0].text == "為節約用水，制定本條例。"
    assert "标题由两行接成" not in said(reading)


def test_parts_that_are_called_so() -> None:
    body = "第一部分  重点任务\n1、开展自查。9月底前完成。\n2、推进改造。年底前完成。\n第二部分  保障措施\n3、落实经费。安排20万元。\n"
    reading = read_body(body, "")
    assert [c.heading for c in reading.chapters] == ["重点任务", "保障措施"]
    assert [c.chapter for c in reading.clauses] == [1, 1, 2]


def test_a_numeral_alone_on_its_line_is_the_label_that_is_missing() -> None:
    body = (
        "一、缩短时限\n5个工作日内办结。\n\n二、减少材料\n不再收取复印件。\n\n三\n\n延长服务时间，周六上午照常办理。\n"
    )
    reading = read_body(body, "")
    assert [c.number for c in reading.clauses] == [1, 2, 3]
    assert "编号印作“三”" in said(reading)


def test_an_article_without_words_and_a_chapter_that_is_a_sentence() -> None:
    assert "第三条：只有标题，没有内容" in said(read_body("第一条　奖励。\n\n第二条　罚款。\n\n第三条\n", ""))
    body = RUNNING + "\n三、本措施自2022年5月1日起施行，有效期1年。\n"
    reading = read_body(body, "")
    assert reading.chapters[-1].text == "本措施自2022年5月1日起施行，有效期1年。"
    assert str(reading.facts.valid_until) == "2023-04-30"


def test_a_range_at_the_beginning_of_a_cell_is_no_page_number() -> None:
    body = "一、补贴标准\n标准如下：\n楼层\t补贴\n4—6层\t12万元\n7—9\t15万元\n\n二、办理程序\n向街道申请。\n"
    reading = read_body(body)
    assert reading.clauses[0].status is None
    assert "页码" not in said(reading)


def test_paragraphs_of_a_clause_are_no_lost_labels_where_the_numbers_go_on() -> None:
    long = "坚持市场主导、政府引导，充分发挥企业的主体作用，激发各类经营主体的活力，推动形成多元投入的良好格局。"
    body = re.sub("（责任单位：.+）", "", RUNNING).replace("（二）补贴社保", f"{long}\n\n（二）补贴社保")
    assert "漏了编号" not in said(read_body(body))


# units


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (
            "（市体育局、教育局、团市委等和各县（市、区）人民政府负责）",
            "市体育局 市教育局 团市委 各县（市、区）人民政府",
        ),
        ("（市体育局牵头，市教育局参加）", "市体育局/lead 市教育局/assist"),
        ("（市体育局指导，市教育局负责）", "市体育局/assist 市教育局"),
        ("（发展和改革委员会和市财政局负责）", "发展和改革委员会 市财政局"),
    ],
)
def test_words_of_unit_lists(printed: str, read: str) -> None:
    reading = read_body(f"一、建设场地。建设30座。{printed}\n\n二、组织活动。每年2次。（市体育局负责）\n")
    assert units(reading.clauses[0]) == read


def test_the_first_of_each_list_leads_where_the_document_says_so() -> None:
    body = (
        "一、建设场地。30座。（市体育局、市财政局负责。列第一位者为牵头单位，下同）\n\n"
        "二、组织活动。2次。（市教育局、市体育局负责）\n\n三、加强领导。1次。（市体育局负责）\n"
    )
    reading = read_body(body)
    assert [units(c) for c in reading.clauses] == [
        "市体育局/lead 市财政局",
        "市教育局/lead 市体育局",
        "市体育局",
    ]


def test_paragraphs_of_a_clause_that_each_name_their_units() -> None:
    many = (
        "开展调查。6月底前完成。（市住建局指导）建立台账。（市水务局负责）\n\n健全标准。年底前完成。（市发改委负责）\n"
    )
    reading = read_body(f"（一）工业领域。{many}\n（二）农业领域。{many}\n（三）生活领域。{many}", "")
    assert {units(c) for c in reading.clauses} == {"市住建局/assist 市水务局 市发改委"}
    assert {c.status for c in reading.clauses} == {None}
    assert "各段各有责任单位，已合在一起" in said(reading)


@pytest.mark.parametrize(
    "printed",
    ["（负责部门：市住建局；适用范围：临江新区）", "（责任领导：副市长王某；责任单位：市住建局）"],
)
def test_other_remarks_in_the_brackets_stay_in_the_text(printed: str) -> None:
    reading = read_body(f"一、放宽条件。不再要求业绩。{printed}\n\n二、减免费用。减半收取。（责任单位：市住建局）\n")
    assert units(reading.clauses[0]) == "市住建局"
    assert reading.clauses[0].text.endswith(printed)
    assert "不像单位名称" not in said(reading)


def test_units_in_brackets_without_a_word_of_their_role() -> None:
    body = "1.新建幼儿园10所。（市教育局）\n\n2.免费筛查3万人。（市卫健委、市妇联）\n\n3.新建公路200公里（含桥梁）。\n"
    reading = read_body(body, "")
    assert [units(c) for c in reading.clauses] == ["市教育局", "市卫健委 市妇联", ""]
    assert reading.clauses[2].text.endswith("（含桥梁）。")
    assert "3.新建公路200公里（含桥梁）。：没有读到责任单位" in said(reading)


def test_units_that_spaces_part_and_lists_that_are_cut_before_a_role() -> None:
    body = "（一）落实面积。30万亩。\n责任单位：市农业农村局  市财政局  各乡镇\n\n（二）防控病虫。45%。（牵头单位：市植保站；\n配合单位：市财政局）\n"
    reading = read_body(body)
    assert [units(c) for c in reading.clauses] == ["市农业农村局 市财政局 各乡镇", "市植保站/lead 市财政局/assist"]
    assert "括号没有闭合" not in said(reading)


def test_a_document_that_speaks_of_responsible_units_and_lists_none_needs_no_doubt() -> None:
    body = "一、分工负责。明确各项工作的主责部门及配合部门，压实责任。\n\n二、定期报告。承办单位应当在3个月内答复。\n"
    assert "没有读到责任单位" not in said(read_body(body))


# annexes and other kinds


def test_files_that_a_page_links_are_named_without_their_endings() -> None:
    whole = paper(RUNNING).replace("\n抄送", "\n附件：\n附件1.docx\n附件2.docx\n\n抄送")
    assert [(a.title, a.text) for a in read_text(whole).annexes] == [("附件1", ""), ("附件2", "")]
    listed = paper(RUNNING).replace("\n抄送", "\n附件：1.申请表.docx\n\n抄送")
    assert [a.title for a in read_text(listed).annexes] == ["申请表"]


@pytest.mark.parametrize("title", ["临江市失业保险常见问题解答", "积分入户热点3问"])
def test_questions_that_are_often_asked_are_an_interpretation(title: str) -> None:
    reading = read_text(
        f"{title}\n\n一、怎么申请？\n到街道申请。\n\n二、补多少？\n每月200元。\n\n三、多久到账？\n10天。\n"
    )
    assert reading.facts.kind == "interpretation"
    assert [q.answer for q in reading.questions] == ["到街道申请。", "每月200元。", "10天。"]


def test_a_rule_without_number_or_office_is_taken_by_its_articles(tmp_path: Path) -> None:
    text = (
        "职工带薪年休假实施办法\n\n"
        + "".join(f"第{n}条　休假{n}天。\n\n" for n in "一二三四五")
        + "第六条　本办法自公布之日起施行。\n"
    )
    (tmp_path / "file.txt").write_bytes(text.encode("gb18030"))
    assert len(read(tmp_path / "file.txt").clauses) == 6
