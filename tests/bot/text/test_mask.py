"""Personal numbers are masked, and what a question is about stays.

personal.jsonl is a battery of both: lines with `hides` hold personal numbers, those words of the `text`, and perhaps the `kind` that they
are called; the other lines hold none. Further batteries may lie beside it, named personal_*.jsonl.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.text.mask import mask

BATTERY = [
    json.loads(line)
    for file in sorted(Path(__file__).parent.glob("personal*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
]
PERSONAL = [line for line in BATTERY if "hides" in line]
HARMLESS = [line["text"] for line in BATTERY if "hides" not in line]

ALONE = [
    "350102199003077513",
    "35010219900307751X",
    "身份证35010219900307751x可以吗",
    "830000199201011234",
    "350102900307751",
    "A123456789",
    "身分證字號 B223456789 可以嗎",
    "台胞证12345678",
    "台胞證號碼是 01234567",
    "通行证 H1234567801",
    "13950212345",
    "139 5021 2345",
    "139-5021-2345",
    "+86 13950212345",
    "+8613950212345",
    "１３９５０２１２３４５",
    "0912345678",
    "0912-345-678",
    "+886 912 345 678",
    "+886912345678",
    "0591-87654321",
    "059187654321",
    "01087654321",
    "02187654321",
    "05946543210",
    "02-2720-8889",
    "(02)2720-8889",
    "lin.xy@example.com",
    "邮箱zhang_san@mail.example.cn谢谢",
    "6222020200112230",
    "6222 0202 0011 2230",
    "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
]
OURS = [
    "榕政办〔2021〕49号",
    "闽委办发〔2020〕16号",
    "5-50 万元",
    "1000000元",
    "2021年5月26日",
    "20210526",
    "2024-2025",
    "12345热线",
    "12333",
    "第12条",
    "（二十四）",
    "案号尾码3381",
    "收件編號尾數3072",
    "30%",
    "25 年",
    "4万台币",
    "32K",
    "2015年到2020年",
    "第150次会议",
    "66条",
    "clause 12",
    "A1B2",
    "150-200人",
    "0.5%",
    "3.1415926535",
    "100万元、50万元",
    "1950年代",
    "每月2030元",
    "房号1302",
    "邮编350000",
]


@pytest.mark.parametrize("text", ALONE)
def test_personal_numbers_are_masked(text: str) -> None:
    masked = mask(text)
    assert "〔" in masked
    assert not any(char.isdigit() for char in masked)


@pytest.mark.parametrize("line", PERSONAL, ids=lambda line: line["text"])
def test_no_four_characters_of_a_personal_number_can_be_read_and_its_kind_is_told(line: dict[str, Any]) -> None:
    masked = mask(line["text"])
    readable = _bare(masked)
    for hidden in map(_bare, line["hides"]):
        assert not any(hidden[at : at + 4] in readable for at in range(max(1, len(hidden) - 3)))
    assert f"〔{line['kind']}〕" in masked if "kind" in line else "〔" in masked


@pytest.mark.parametrize("text", [*OURS, *HARMLESS])
def test_numbers_that_a_question_may_be_about_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", [*ALONE, *(line["text"] for line in PERSONAL)])
def test_what_is_masked_is_not_masked_again(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的電話0912345678，創業有補助嗎", "我的電話〔电话〕，創業有補助嗎"),
        ("电话１３９５０２１２３４５，补贴３０００元，第①条", "电话〔电话〕，补贴３０００元，第①条"),
        ("护照E12345678、QQ 287364519，密码是Abc!23", "护照〔证件号〕、QQ 〔账号〕，密码是〔密码〕"),
        ("13950212345或0591-87654321转8", "〔电话〕或〔电话〕"),
    ],
)
def test_the_rest_of_the_sentence_stays_as_it_was_written(text: str, masked: str) -> None:
    assert mask(text) == masked


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
