from __future__ import annotations

import pytest

from bot.text.numerals import to_chinese_numeral, value_of


@pytest.mark.parametrize("number", range(1, 100))
def test_every_number_reads_back_as_it_was_written(number: int) -> None:
    assert value_of(to_chinese_numeral(number)) == value_of(str(number)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("廿四", 24),
        ("卅", 30),
        ("贰拾肆", 24),
        ("壹佰", 100),
        ("二〇二一", 2021),
        ("一百零五", 105),
        ("两千五百", 2500),
        ("五十万", 500_000),
        ("50万", 500_000),
        ("1.5万", 15_000),
        ("1,000,000", 1_000_000),
        ("一点五", 1.5),
        ("三半", 3.5),
        ("半", 0.5),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, number: float) -> None:
    assert value_of(written) == number


@pytest.mark.parametrize(
    ("written", "number"), [("一百五", 150), ("一千二", 1200), ("两千五", 2500), ("一万二", 12_000), ("三万五", 35_000)]
)
def test_what_follows_the_last_unit_counts_in_tenths_of_it(written: str, number: int) -> None:
    assert value_of(written) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("eight", 8),
        ("eighth", 8),
        ("twenty-four", 24),
        ("twenty fourth", 24),
        ("twentieth", 20),
        ("24th", 24),
        ("2nd", 2),
        ("half", 0.5),
        ("one hundred", 100),
        ("fifty thousand", 50_000),
        ("one million", 1_000_000),
        ("i", 1),
        ("iv", 4),
        ("ix", 9),
        ("xiv", 14),
        ("xxiv", 24),
    ],
)
def test_english_and_roman_numerals_are_read(written: str, number: float) -> None:
    assert value_of(written) == number


@pytest.mark.parametrize("text", ["百", "十十", "十十二", "第八", "三年", "abc", "civil", "-", "?", "twenty clause"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        value_of(text)


@pytest.mark.parametrize("number", [0, 100, -1])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 99"):
        to_chinese_numeral(number)
