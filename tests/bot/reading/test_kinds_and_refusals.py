from __future__ import annotations

import pytest

from bot.errors import DocumentError
from bot.reading.reading import Mention
from tests.bot.reading.papers import read_text

REPEAL = """南屏市人民政府关于废止部分行政规范性文件的决定

南政发〔2023〕20号

各县（市、区）人民政府，市政府各部门：

根据《江南省规范性文件办法》（江南省人民政府令第200号），决定废止下列文件：

一、《南屏市农村公路管理办法》（南政发〔2010〕15号）

二、《南屏市招商引资奖励办法》（南政办〔2014〕66号）

《南屏市物业管理规定》（南政办〔2016〕5号）继续有效。

本决定自公布之日起施行。

南屏市人民政府
2023年9月1日
"""


def test_a_repeal_lists_what_it_abolishes_and_nothing_that_it_only_names() -> None:
    facts = read_text(REPEAL).facts
    assert facts.kind == "repeal"
    assert [m.number for m in facts.repeals] == ["南政发〔2010〕15号", "南政办〔2014〕66号"]


def test_a_repeal_may_list_in_an_annex_with_or_without_marks_of_titles() -> None:
    text = REPEAL.partition("一、")[0].replace("下列文件：", "一批文件（目录见附件）。")
    text += "附件：废止的文件目录\n\n南屏市人民政府\n2023年9月1日\n\n附件\n\n废止的文件目录\n\n"
    text += "1.《南屏市农村公路管理办法》（南政发〔2010〕15号）\n2.南屏市招商引资奖励办法（南政办〔2014〕66号）\n"
    reading = read_text(text)
    assert [m.number for m in reading.facts.repeals] == ["南政发〔2010〕15号", "南政办〔2014〕66号"]
    assert str(reading.facts.dated) == "2023-09-01"


def test_a_decree_stands_before_what_it_promulgates() -> None:
    reading = read_text(
        "红河市人民政府关于修改《红河市户外广告办法》的决定\n\n红河市人民政府令第25号\n\n"
        "《红河市人民政府关于修改〈红河市户外广告办法〉的决定》已经市政府第20次常务会议通过，现予公布。\n\n市长　王某\n2023年5月20日\n\n"
        "红河市人民政府关于修改《红河市户外广告办法》的决定\n\n红河市人民政府决定作如下修改：\n\n"
        "一、将第三条修改为：“第三条　市城管局管理户外广告。”\n\n二、删去第八条。\n\n本决定自2023年7月1日起施行。\n"
    )
    assert [c.label for c in reading.clauses] == ["一、", "二、"]
    assert (reading.facts.number, str(reading.facts.dated)) == ("红河市人民政府令第25号", "2023-05-20")
    assert "市长" not in reading.opening
    assert reading.facts.kind == "policy"


def test_what_an_interpretation_interprets_may_be_cut_by_its_lines() -> None:
    reading = read_text(
        "青石县政府网 政策解读\n\n《青石县护林办法》\n政策问答\n\n县政府印发了《青石县护\n林办法》（青政规〔2020〕\n6号），现解读如下：\n\n"
        "一、为什么制定？\n为了护林。\n二、谁来护林？\n护林员。\n"
    )
    assert reading.facts.title == "《青石县护林办法》政策问答"
    assert reading.facts.interprets == Mention("青石县护林办法", "青政规〔2020〕6号")


def test_rows_of_a_table_are_clauses_where_nothing_else_is_and_are_told() -> None:
    reading = read_text(
        "丹霞市人民政府关于印发丹霞市任务清单的通知\n\n丹政〔2024〕7号\n\n各县（区）人民政府：\n\n现将《丹霞市任务清单》印发给你们。\n\n"
        "丹霞市人民政府\n2024年2月2日\n\n丹霞市任务清单\n\n| 序号 | 任务 | 责任单位 |\n| 1 | 企业开办半天办结 | 市市场监管局 |\n"
        "| 2 | 联合报装 | 市住建局、城管局 |\n"
    )
    assert [(c.label, c.heading, [u.name for u in c.units]) for c in reading.clauses] == [
        ("1", "企业开办半天办结", ["市市场监管局"]),
        ("2", "联合报装", ["市住建局", "市城管局"]),
    ]
    assert "2联合报装" in "".join(doubt.message for doubt in reading.doubts)


@pytest.mark.parametrize(
    "text",
    [
        "《乡村旅游意见》政策解读\n\n近日，印发《望江县关于促进乡村旅游的意见》（望政〔2024〕3号）。\n\n"
        "一、为什么要出台？\n\n答：基础薄弱。\n\n为此出台。\n\n二、民宿能补多少？\n\n答：每间2000元。\n",
        "《乡村旅游意见》政策问答\n\n《望江县关于促进乡村旅游的意见》（望政〔2024〕3号）印发。\n\n"
        "问：为什么要出台？\n答：基础薄弱。\n为此出台。\n\n问：民宿能补多少？\n答：每间2000元。\n",
    ],
)
def test_an_interpretation_becomes_questions_and_answers(text: str) -> None:
    reading = read_text(text)
    assert (reading.facts.kind, reading.clauses) == ("interpretation", ())
    assert [(q.question, q.answer) for q in reading.questions] == [
        ("为什么要出台？", "基础薄弱。\n为此出台。"),
        ("民宿能补多少？", "每间2000元。"),
    ]
    assert reading.facts.interprets is not None
    assert reading.facts.interprets.number == "望政〔2024〕3号"


@pytest.mark.parametrize(
    "text",
    [
        "我市召开青年人才座谈会\n\n本报讯（记者 李明）昨日召开座谈会。\n\n一、会议指出，要重视人才。\n\n二、会议强调，要抓好落实。\n",
        "西红柿炒鸡蛋\n\n一、准备材料\n鸡蛋3个，西红柿2个。\n\n二、制作步骤\n（一）打散鸡蛋。\n（二）炒熟。\n",
        "房屋租赁合同\n\n甲方：张三\n乙方：李四\n\n第一条　甲方将房屋出租给乙方。\n\n第二条　租金每月2000元。\n",
        "福州今天天气晴。\n\n气温20度。\n",
        "关于乡村旅游意见的政策解读\n\n一、起草背景\n\n基础薄弱。\n\n二、主要内容\n\n共有三条。\n",
    ],
)
def test_what_is_no_policy_document_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(DocumentError, match=r"不(?:是|像)政策文件"):
        read_text(text)
