from __future__ import annotations

import pytest

from bot.text.mask import mask

PERSONAL = [
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
    "07557654321",
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


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_numbers_are_masked(text: str) -> None:
    masked = mask(text)
    assert "〔" in masked
    assert not any(char.isdigit() for char in masked)


@pytest.mark.parametrize("text", OURS)
def test_numbers_that_a_question_may_be_about_stay(text: str) -> None:
    assert mask(text) == text


def test_the_rest_of_the_sentence_stays() -> None:
    assert mask("我的電話0912345678，創業有補助嗎") == "我的電話〔电话〕，創業有補助嗎"
