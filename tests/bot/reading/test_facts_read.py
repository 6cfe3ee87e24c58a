from __future__ import annotations

import pytest

from bot.reading.reading import Mention
from tests.bot.reading.papers import CLOSING, IMPRINT, LETTER, RUNNING, paper, read_body, read_text, said


def test_head_and_imprint() -> None:
    facts = read_body(RUNNING).facts
    assert facts.number == "临政办〔2022〕31号"
    assert facts.title == "临江市人民政府办公室关于印发临江市支持小微企业发展若干措施的通知"
    assert facts.attached_title == "临江市支持小微企业发展若干措施"
    assert (facts.issuing_office, facts.approved_by, facts.disclosure) == ("临江市人民政府办公室", "市政府", "主动公开")
    assert (str(facts.dated), str(facts.printed_on)) == ("2022-03-01", "2022-03-02")
    assert facts.addressees == ("各县（市、区）人民政府", "市直各单位")
    assert facts.copied_to == ("市委办公室", "市人大常委会办公室")
    assert facts.bases == (Mention("江左省中小企业条例", None), Mention("江左省稳增长意见", "江左政〔2021〕4号"))


@pytest.mark.parametrize(
    ("closing", "in_force", "until"),
    [
        ("本措施自2022年4月1日起施行，有效期2年。", "2022-04-01", "2024-03-31"),
        ("本措施自2022年4月1日起施行，有效期至2025年12月31日。", "2022-04-01", "2025-12-31"),
        ("本措施自印发之日起施行，有效期三年。", "2022-03-01", "2025-02-28"),
        ("本措施自印发之日起实施，试行两年。", "2022-03-01", "2024-02-29"),
        ("本措施自发布之日起30日后施行。", "2022-03-31", "None"),
        ("本措施执行期限自2022年4月1日起至2023年3月31日止。", "2022-04-01", "2023-03-31"),
        ("本措施由市工信局负责解释。", "None", "None"),
    ],
)
def test_from_when_until_when_it_is_in_force(closing: str, in_force: str, until: str) -> None:
    facts = read_body(RUNNING, f"\n{closing}\n").facts
    assert (str(facts.in_force), str(facts.valid_until)) == (in_force, until)


def test_a_term_in_a_clause_is_not_the_documents() -> None:
    body = RUNNING.replace("贷款额度最高300万元。", "贷款额度最高300万元，贷款期限自2022年1月1日起3年。")
    assert str(read_body(body).facts.in_force) == "2022-04-01"


def test_what_it_replaces_and_what_it_repeals() -> None:
    closing = (
        "\n本措施自2022年4月1日起施行。原《临江市支持小微企业发展的措施》（临政办〔2018〕9号）、"
        "《临江市摩托车管理规定》（临政〔2005〕1号）同时废止。\n"
    )
    facts = read_body(RUNNING, closing).facts
    assert [m.number for m in facts.replaces] == ["临政办〔2018〕9号"]
    assert [m.number for m in facts.repeals] == ["临政〔2005〕1号"]


def test_a_document_of_which_only_articles_are_repealed_is_told_and_not_listed() -> None:
    reading = read_body(
        RUNNING, "\n本措施自2022年4月1日起施行，《临江市燃气办法》（临政〔2009〕2号）第五条同时废止。\n"
    )
    assert reading.facts.repeals == reading.facts.replaces == ()
    assert "临江市燃气办法" in said(reading)


def test_a_documents_history_stands_below_its_title() -> None:
    reading = read_text(
        "安平市停车管理办法\n\n（2015年3月1日安平市人民政府令第8号公布　根据2021年6月1日《安平市人民政府关于修改部分规章的决定》修正）\n\n"
        "第一条　为加强停车管理，制定本办法。\n\n第二条　本办法自2015年5月1日起施行。\n"
    )
    assert reading.facts.title == "安平市停车管理办法"
    assert (reading.facts.number, reading.facts.issuing_office) == ("安平市人民政府令第8号", "安平市人民政府")
    assert (str(reading.facts.dated), str(reading.facts.in_force)) == ("2015-03-01", "2015-05-01")


def test_annexes_that_are_listed_and_annexes_that_follow() -> None:
    annexes = "\n附件：1.重点项目清单\n      2.联系表（不公开）\n"
    whole = paper(RUNNING) + "附件1\n\n重点项目清单\n\n一、城区项目\n（一）基站\n"
    reading = read_text(whole.replace(IMPRINT, annexes + IMPRINT))
    assert [(a.title, bool(a.text)) for a in reading.annexes] == [("重点项目清单", True), ("联系表（不公开）", False)]
    assert len(reading.clauses) == 4


def test_annexes_with_labels_of_their_own_begin_with_their_listed_titles() -> None:
    listed = "\n附件：1.任务表\n2.联系方式\n"
    whole = (
        paper(RUNNING, CLOSING + listed).replace(IMPRINT, "") + "任务表\n\n一、甲类\n（一）修路\n\n联系方式\n\n1.王某\n"
    )
    reading = read_text(whole)
    assert [(a.title, a.text.split("\n")[-1]) for a in reading.annexes] == [
        ("任务表", "（一）修路"),
        ("联系方式", "1.王某"),
    ]
    assert (len(reading.chapters), len(reading.clauses)) == (2, 4)


def test_addressees_that_a_narrow_page_cut() -> None:
    reading = read_text(paper(RUNNING).replace("市直各单位：", "市直各\n单位，各国有企\n业："))
    assert reading.facts.addressees == ("各县（市、区）人民政府", "市直各单位", "各国有企业")
    assert reading.letter.startswith("经市政府同意")


def test_an_order_whose_number_stands_on_a_line_of_its_own() -> None:
    reading = read_text(
        "北桥市人民政府令（公布稿）\n\n第八号\n\n《北桥市排水办法》已经市政府第3次常务会议通过，现予公布，自2021年3月1日起施行。\n\n"
        "市长　李某某\n2021年2月1日\n\n北桥市排水办法\n\n第一条　为加强排水管理，制定本办法。\n\n第二条　雨水和污水分流。\n"
    )
    facts = reading.facts
    assert (facts.number, facts.title, facts.issuing_office) == (
        "北桥市人民政府令第八号",
        "北桥市排水办法",
        "北桥市人民政府",
    )
    assert (str(facts.dated), str(facts.in_force)) == ("2021-02-01", "2021-03-01")


def test_a_title_that_issues_something_about_something() -> None:
    reading = read_text(
        paper(RUNNING)
        .replace("关于印发临江市支持小微企业", "印发关于支持小微企业")
        .replace("\n临江市支持小微企业发展若干措施\n\n为", "\n关于支持小微企业发展若干措施\n\n为")
    )
    assert reading.facts.attached_title == "关于支持小微企业发展若干措施"
    assert reading.facts.issuing_office == "临江市人民政府办公室"


def test_many_offices_sign() -> None:
    names = [f"临江市{name}局" for name in ("民政", "财政", "教育", "水务", "林业", "统计")]
    reading = read_text(
        "临民发〔2023〕15号\n\n关于发放补贴的通知\n\n各县（市、区）民政局：\n\n现通知如下：\n\n（一）提高标准。每人每月800元。\n"
        "（二）简化手续。当日办结。\n\n本通知自2023年7月1日起施行。\n\n" + "\n".join(names) + "\n2023年6月20日\n"
    )
    assert reading.facts.issuing_office == "、".join(names)
    assert reading.closing is not None
    assert reading.closing.text == "本通知自2023年7月1日起施行。"


def test_several_offices_sign_and_a_title_goes_over_three_lines() -> None:
    reading = read_text(
        "西民发〔2023〕15号\n\n西河市民政局　西河市财政局\n关于调整最低生活保障\n标准的通知\n\n各县（市、区）民政局：\n\n现通知如下：\n\n"
        "（一）提高标准。每人每月800元。\n（二）执行时间。自2023年7月1日起执行。\n\n西河市民政局\n西河市财政局\n2023年6月20日\n"
    )
    assert reading.facts.title == "西河市民政局西河市财政局关于调整最低生活保障标准的通知"
    assert reading.facts.issuing_office == "西河市民政局、西河市财政局"
    assert len(reading.clauses) == 2


def test_a_notice_issues_its_attachment_as_an_annex() -> None:
    text = paper(RUNNING).replace("（此件主动公开）\n\n", "附件：临江市支持小微企业发展若干措施\n\n附件\n\n")
    reading = read_text(text)
    assert len(reading.clauses) == 4
    assert reading.annexes == ()
    assert reading.preamble.startswith("为支持小微企业")


def test_an_attached_title_that_differs_a_little_is_told() -> None:
    text = paper(RUNNING).replace("\n临江市支持小微企业发展若干措施\n\n为", "\n临江市支持小微企业发展的若干措施\n\n为")
    reading = read_text(text)
    assert reading.preamble.startswith("为支持小微企业")
    assert "与通知标题中的文件名不完全一致" in said(reading)


def test_a_preface_is_the_opening() -> None:
    reading = read_text(LETTER + "序　言\n\n小微企业有3万家，占比九成。\n\n" + RUNNING + IMPRINT)
    assert "小微企业有3万家" in reading.opening
    assert "临政办" not in reading.opening
