"""What is in doubt is told with its label and line, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.bot.reading.papers import CLOSING, OWN_LINE, RUNNING, labels, read_body, said, units


def edited(old: str, new: str) -> Callable[[str], str]:
    def edit(body: str) -> str:
        assert old in body
        return body.replace(old, new)

    return edit


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (edited("（三）发放", "（四）发放"), "29: （四）发放贷款：编号不连续，前面缺（三）"),
        (edited("（三）发放", "（二）发放"), "29: （二）发放贷款：编号重复或倒退，此处应为（三）"),
        (edited("（一）减免", "（二）减免"), "23: （二）减免租金：编号不从（一）开始"),
        (edited("二、加强融资", "三、加强融资"), "27: 三、加强融资：编号不连续，前面缺二、"),
        (edited("（三）发放", "发放"), "29: 二、加强融资之下“发放贷款.*像是条款，但没有编号"),
        (edited("（四）设立", "设立"), "31: （三）发放贷款之后.*没有编号"),
        (edited("（一）减免", "减免"), "23: 一、降低成本之下"),
        (edited("（三）发放", "（三发放"), "29: （三发放贷款.*编号印作“（三”，按（三）读"),
        (edited("（三）发放", "〔三〕发放"), "29: 〔三〕发放贷款.*编号印作“〔三〕”"),
        (edited("（责任单位：市金融局）", "（责任单位：市金融局"), "29: （三）发放贷款：括号没有闭合"),
        (edited("（责任单位：市金融局）", ""), "29: （三）发放贷款：没有读到责任单位"),
        (edited("市金融局）", "市金融局、市民）"), "29: （三）发放贷款：“市民”不像单位名称"),
        (edited("300万元", "3O0万元"), "29: （三）发放贷款：“3O0万元”疑为识别错误（可能是“300万元”）"),
        (edited("200元", "2〇0元"), "25: （二）补贴社保：“2〇0元”疑为识别错误（可能是“200元”）"),
        (edited("最高300万元。", "最高300万\ufffd。"), "29: （三）发放贷款：有无法识别的字符"),
        (edited("贷款额度最高300万元。（责任单位：市金融局）", "贷款额度最高300"), "（三）发放贷款"),
    ],
)
def test_what_is_odd_is_told_with_label_and_line(edit: Callable[[str], str], says: str) -> None:
    assert re.search(says, said(read_body(edit(RUNNING))))


def test_spoilt_figures_are_kept_as_printed_and_hold_their_clause_back() -> None:
    reading = read_body(RUNNING.replace("200元", "2O0元"))
    assert reading.clauses[1].text == "补贴社保。每人每月补贴2O0元。"
    assert [c.status for c in reading.clauses] == [None, "held_back", None, None]


@pytest.mark.parametrize(
    "legit", ["服务5G应用", "发展O2O模式", "PM2.5下降", "二〇二二年", "A级景区3家", "B座2层", "I类企业"]
)
def test_letters_that_belong_to_words_are_no_spoilt_figures(legit: str) -> None:
    assert "识别错误" not in said(read_body(RUNNING.replace("规模2亿元", legit)))


def test_two_lines_that_were_joined_are_separated_and_told() -> None:
    reading = read_body(RUNNING.replace("\n\n（二）补贴", "（二）补贴").replace("\n\n（四）设立", "（四）设立"))
    assert labels(reading) == ["（一）", "（二）", "（三）", "（四）"]
    assert said(reading).count("编号不在行首") == 2


def test_a_lost_last_label_is_told_since_two_paragraphs_follow() -> None:
    assert "可能漏了编号（四）" in said(read_body(RUNNING.replace("（四）设立", "设立")))


def test_a_unit_list_that_goes_on_in_the_next_line_is_read_whole() -> None:
    reading = read_body(OWN_LINE.replace("县人社局、县住建局", "县人社局、县\n住建局"))
    assert units(reading.clauses[0]) == "县人社局 县住建局"


def test_words_after_a_unit_list_are_told_and_hold_the_clause_back() -> None:
    reading = read_body(RUNNING.replace("市金融局）", "市金融局）另给予贴息。"))
    assert "29: （三）发放贷款：责任单位之后还有文字" in said(reading)
    assert reading.clauses[2].status == "held_back"


def test_sub_items_that_do_not_follow_each_other_are_told() -> None:
    body = RUNNING.replace("最高300万元。", "最高300万元，条件是：\n1.正常经营；\n3.按时纳税。")
    assert "（三）发放贷款：其中分项编号不连续（“3.”处）" in said(read_body(body))


def test_a_closing_that_does_not_sound_like_one_is_told() -> None:
    reading = read_body(RUNNING, "\n建设服务平台。平台每天开放8小时。\n")
    assert "可能漏了编号" in said(reading) or "当作结尾段" in said(reading)


def test_all_doubts_come_at_once_in_the_order_of_the_lines() -> None:
    reading = read_body(
        RUNNING.replace("（二）补贴", "（五）补贴")
        .replace("300万元", "3O0万元")
        .replace("市国资委、团市委）", "市民）"),
        CLOSING,
    )
    lines = [doubt.line for doubt in reading.doubts if doubt.line]
    assert lines == sorted(lines)
    assert len(set(lines)) >= 3
