from __future__ import annotations

import re

import pytest

from tests.bot.reading.papers import (
    ARTICLES,
    GROUPS,
    LAYOUTS,
    NO_UNITS,
    OWN_LINE,
    PROSE,
    RESTARTING,
    RUNNING,
    SUB_ITEMS,
    labels,
    paper,
    read_body,
    read_text,
    said,
    units,
)


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_text_stands_in_the_document_word_for_word(layout: str) -> None:
    text = flat(paper(LAYOUTS[layout]))
    reading = read_body(LAYOUTS[layout])
    pieces = [
        reading.letter,
        reading.preamble,
        *(c.heading for c in reading.chapters),
        *(c.text for c in reading.chapters),
    ]
    for clause in reading.clauses:
        pieces += [clause.text, clause.heading or "", *clause.unit_list.split("\n")]
    assert reading.closing is not None
    assert [piece for piece in [*pieces, reading.closing.text] if flat(piece) not in text] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_whole_document_leaves_no_doubt_about_its_labels(layout: str) -> None:
    assert "编号" not in said(read_body(LAYOUTS[layout]))


def test_numbering_that_runs_through_and_numbering_that_restarts() -> None:
    running, restarting = read_body(RUNNING), read_body(RESTARTING)
    assert [c.path for c in running.clauses] == [("一", "（一）"), ("一", "（二）"), ("二", "（三）"), ("二", "（四）")]
    assert [c.path for c in restarting.clauses] == [
        ("一", "（一）"),
        ("一", "（二）"),
        ("二", "（一）"),
        ("二", "（二）"),
    ]
    assert [c.number for c in running.clauses] == [c.number for c in restarting.clauses] == [1, 2, 3, 4]
    assert [(c.number, c.label, c.heading) for c in running.chapters] == [
        (1, "一、", "降低成本"),
        (2, "二、", "加强融资"),
    ]


def test_groups_that_only_hold_numbered_items_are_steps_of_the_path() -> None:
    reading = read_body(GROUPS)
    assert [c.path for c in reading.clauses][2:4] == [("一", "（二）", "3."), ("二", "（一）", "4.")]
    assert reading.clauses[4].text.endswith("（2）秋季一次。")


def test_groups_keep_their_headings_and_what_stands_below_them_is_in_no_clause() -> None:
    reading = read_body(GROUPS.replace("（二）更新器材\n", "（二）更新器材\n\n按照规划，逐年更新下列器材。\n"))
    assert [c.groups for c in reading.clauses][1:3] == [("建设场地",), ("更新器材",)]
    assert reading.clauses[1].text.endswith("每天不少于4小时。")
    assert reading.chapters[0].text == "按照规划，逐年更新下列器材。"


def test_units_behind_a_chapters_heading_are_its_clauses_and_told() -> None:
    body = re.sub("（责任单位：.+）", "", RUNNING).replace("降低成本", "降低成本（责任单位：市财政局、人社局）")
    reading = read_body(body)
    assert [units(c) for c in reading.clauses] == ["市财政局 市人社局"] * 2 + [""] * 2
    assert reading.chapters[0].heading == "降低成本"
    assert "（一）减免租金：责任单位列在上级标题后" in said(reading)


def test_sub_items_belong_to_their_clause_and_a_document_may_have_no_chapters() -> None:
    reading = read_body(SUB_ITEMS)
    assert labels(reading) == ["一、", "二、", "三、"]
    assert reading.chapters == ()
    assert reading.clauses[0].text.endswith("（三）经济困难。")
    assert [units(c) for c in reading.clauses] == ["市民政局", "市民政局 市财政局", "各街道办事处"]


def test_articles_with_a_deleted_one_an_inserted_one_and_a_reference_at_a_lines_beginning() -> None:
    reading = read_body(ARTICLES, "")
    assert labels(reading) == ["第一条", "第二条", "第三条", "第四条", "第四条之一", "第五条", "第六条"]
    assert [(c.number, c.sub) for c in reading.clauses][4] == (4, 1)
    assert reading.clauses[2].status == "deleted"
    assert "第三条" in said(reading)
    assert reading.clauses[5].text == "违反本办法第四条第二款规定的，处200元罚款。"
    assert [c.heading for c in reading.chapters] == ["总则", "收费", "附则"]
    assert str(reading.facts.valid_until) == "2025-04-30"


def test_an_articles_paragraphs_are_no_lost_articles_where_the_numbers_go_on() -> None:
    body = ARTICLES.replace("按照第五条规定收费。", "按照第五条规定收费。\n\n法律、法规另有规定的，从其规定。")
    assert "漏了编号" not in said(read_body(body, ""))
    assert "可能漏了编号第三条" in said(read_body(body.replace("第三条　（删除）\n\n", ""), ""))


def test_a_hundred_articles_and_a_table_of_contents() -> None:
    ten = "一二三四五六七八九"
    names = [*ten, "十", *(f"十{n}" for n in ten)] + [f"{t}十{n}" for t in ten[1:] for n in ("", *ten)]
    names += ["一百", *(f"一百零{n}" for n in ten), "一百一十", *(f"一百一十{n}" for n in ten)]
    body = "目　录\n\n第一章　总则\n第二章　附则\n\n第一章　总则\n\n"
    for number, name in enumerate(names, 1):
        body += (
            "第二章　附则\n\n" if number == 100 else ""
        ) + f"第{name}条　缴纳费用{number}元，按照第{names[0]}条执行。\n\n"
    reading = read_body(body, "")
    assert [c.number for c in reading.clauses] == list(range(1, len(names) + 1))
    assert [c.heading for c in reading.chapters] == ["总则", "附则"]


def test_units_stand_on_their_own_lines_with_roles() -> None:
    reading = read_body(OWN_LINE)
    assert [units(c) for c in reading.clauses] == [
        "县人社局 县住建局",
        "县人社局/lead 县财政局/assist",
        "县交通运输局",
        "县卫健局 县人社局",
    ]
    assert not any("单位" in c.text for c in reading.clauses)
    assert reading.clauses[0].heading == "提供求职落脚点"


def test_units_in_the_last_sentence_are_units_and_those_who_explain_are_not() -> None:
    reading = read_body(PROSE)
    assert [units(c) for c in reading.clauses] == ["市文旅局", "市商务局/lead 市财政局/assist", ""]
    assert reading.clauses[0].text.endswith("由市文旅局负责。")


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("市水务局牵头，市林业局、气象局配合。", "市水务局/lead 市林业局/assist 市气象局/assist"),
        ("由市水务局牵头，市林业局密切配合。", "市水务局/lead 市林业局/assist"),
        ("由市水务局会同市林业局组织实施。", "市水务局/lead 市林业局/assist"),
        ("由市水务局、林业局按职责分工负责。", "市水务局 市林业局"),
        ("由市水务局牵头制定，市林业局配合。", ""),
        ("由用水的家庭负责。", ""),
    ],
)
def test_who_leads_and_who_assists_in_a_last_sentence(sentence: str, read: str) -> None:
    reading = read_body(f"一、修复河道。修复河道12公里。{sentence}\n\n" + PROSE.replace("一、", "二、", 1))
    assert units(reading.clauses[0]) == read
    assert reading.clauses[0].text == f"修复河道。修复河道12公里。{sentence}"


def test_headings_in_brackets_behind_an_articles_label() -> None:
    reading = read_body(
        "第一条（缘由）\n为节约用水，制定本办法。\n\n第二条（水价）\n每吨3元。\n\n第三条【附则】\n另行通知。\n"
    )
    assert [c.heading for c in reading.clauses] == ["缘由", "水价", "附则"]


def test_a_bracket_that_a_page_break_cut_right_after_its_opening() -> None:
    cut = RUNNING.replace("减免3个月租金。（责任", "减免3个月租金。（\n\n— 1 —\n\n责任")
    assert units(read_body(cut).clauses[0]) == units(read_body(RUNNING).clauses[0])


def test_a_document_without_units_has_none_and_needs_no_doubt_about_it() -> None:
    reading = read_body(NO_UNITS)
    assert {units(c) for c in reading.clauses} == {""}
    assert "责任单位" not in said(reading)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("（责任单位：市发改委、工信局、市场监管局）", "市发改委 市工信局 市市场监管局"),
        ("（责任单位：市财政局，各县（市、区）人民政府）", "市财政局 各县（市、区）人民政府"),
        ("（责任单位：市公安局、各乡、镇人民政府）", "市公安局 各乡、镇人民政府"),
        ("（责任单位：市委组织部、宣传部，市人社局）", "市委组织部 市委宣传部 市人社局"),
        ("（牵头单位：市国资委；配合单位：市财政局、住建局）", "市国资委/lead 市财政局/assist 市住建局/assist"),
        ("（主办：市商务局，协办：市文旅局、团市委）", "市商务局/lead 市文旅局/assist 团市委/assist"),
        ("（责任部门：市人社局（牵头）、财政局）", "市人社局/lead 市财政局"),
        (
            "（市金融局牵头，人民银行临江市中心支行、市财政局配合）",
            "市金融局/lead 人民银行临江市中心支行/assist 市财政局/assist",
        ),
        ("（市人社局、市教育局按职责分工负责）", "市人社局 市教育局"),
        ("【责任单位】市人社局、财政局", "市人社局 市财政局"),
        ("【责任单位：市人社局、财政局】", "市人社局 市财政局"),
        ("责任单位：市供销社、松屏农商银行、市税务局等", "市供销社 松屏农商银行 市税务局"),
        ("（责任单位：市检察院、法院、信访局）", "市检察院 市法院 市信访局"),
        ("（责任单位：市发展和改革局和市水务局）", "市发展和改革局 市水务局"),
        ("牵头：市水务局\n配合：市财政局、林业局", "市水务局/lead 市财政局/assist 市林业局/assist"),
        ("（由市水务局会同市林业局负责）", "市水务局/lead 市林业局/assist"),
    ],
)
def test_unit_lists_as_they_are_printed(printed: str, read: str) -> None:
    reading = read_body(
        f"一、给予补助。每人补助100元。{printed}\n\n二、加强管理。每季度通报一次。（责任单位：市审计局）\n"
    )
    assert units(reading.clauses[0]) == read
    assert reading.clauses[0].text == "给予补助。每人补助100元。"


def test_a_standing_rule_adds_units_to_every_clause_and_is_none_of_their_own() -> None:
    rule = "以下各项均需各县（市、区）人民政府、高新区管委会落实，不再列出。\n\n"
    for body in (rule + RUNNING, RUNNING.replace("团市委）", "团市委。" + rule.strip().rstrip("。") + "）")):
        reading = read_body(body)
        assert reading.standing_rule == ("各县（市、区）人民政府", "高新区管委会")
        assert units(reading.clauses[3]) == "市国资委 市团市委" or units(reading.clauses[3]) == "市国资委 团市委"


def test_a_unit_that_bears_the_places_name_bears_no_second_one() -> None:
    body = RUNNING.replace("市国资委、财政局", "市国资委、临江海事处、公安临江分局、财政局")
    assert units(read_body(body).clauses[0]).split()[:4] == ["市国资委", "临江海事处", "公安临江分局", "市财政局"]


def test_a_standing_rule_that_calls_units_responsible() -> None:
    rule = "上述各条，各区人民政府与高新区管委会均为责任单位，不逐一列出。\n\n"
    assert read_body(RUNNING, f"\n{rule}").standing_rule == ("各区人民政府", "高新区管委会")


def test_the_closing_paragraph_stands_by_itself_and_may_be_missing() -> None:
    reading = read_body(RUNNING)
    assert reading.closing is not None
    assert reading.closing.text == "本措施自2022年4月1日起施行，有效期2年。"
    assert read_body(RUNNING, "").closing is None


def test_a_table_in_a_clause_is_kept_and_its_units_are_told() -> None:
    table = (
        "| 对象 | 标准 | 责任单位 |\n|---|---|---|\n| 个人 | 500元 | 市残联 |\n| 企业 | （一）类2万元 | 市财政局 |\n"
    )
    reading = read_body(
        RUNNING.replace(
            "（三）发放贷款。贷款额度最高300万元。（责任单位：市金融局）", f"（三）明确标准。按下表执行：\n\n{table}"
        )
    )
    assert labels(reading) == ["（一）", "（二）", "（三）", "（四）"]
    assert (reading.tables[0].clause, reading.tables[0].header) == (3, ("对象", "标准", "责任单位"))
    assert units(reading.clauses[2]) == "市残联 市财政局"
    assert "（三）明确标准" in said(reading)


def test_units_in_a_table_of_tasks_are_given_to_the_clauses_it_names() -> None:
    table = "附件\n\n任务分工表\n\n序号\t任务\t牵头单位\t配合单位\n1\t减免租金\t市国资委\t市财政局、住建局\n2\t补贴社保\t市人社局\t市财政局\n"
    body = re.sub("（责任单位：.+）", "", RUNNING)
    reading = read_text(paper(body) + table)
    assert units(reading.clauses[0]) == "市国资委/lead 市财政局/assist 市住建局/assist"
    assert reading.annexes[0].title == "任务分工表"
    assert "（四）设立基金" in said(reading)


def test_a_document_cut_by_pages_reads_as_the_whole_one() -> None:
    cut = RUNNING.replace("每人每月补贴", "每人每\n\n— 1 —\n\n临政办〔2022〕31号\n\n月补贴").replace(
        "市场监管局", "市场\n\n— 2 —\n\n临政办〔2022〕31号\n\n监管局"
    )
    assert [(c.text, c.units) for c in read_body(cut).clauses] == [
        (c.text, c.units) for c in read_body(RUNNING).clauses
    ]


def test_a_traditional_document_stays_traditional() -> None:
    reading = read_text(
        "青川市人民政府辦公室關於促進夜間經濟的通知\n\n青政辦〔2020〕5號\n\n各區人民政府：\n\n現就有關事項通知如下。\n\n"
        "一、延長營業時間\n\n（一）開放公園。開放至二十三時。（責任單位：市城管局、市場監管局，各縣（市、區）人民政府）\n\n"
        "（二）增加公交。增加12條。（責任單位：市交通局）\n\n"
        "本通知自2020年7月1日起施行，有效期兩年。\n\n青川市人民政府辦公室\n\n二〇二〇年六月一日\n"
    )
    assert units(reading.clauses[0]) == "市城管局 市市場監管局 各縣（市、區）人民政府"
    assert reading.clauses[0].heading == "開放公園"
    assert (str(reading.facts.dated), str(reading.facts.valid_until)) == ("2020-06-01", "2022-06-30")
