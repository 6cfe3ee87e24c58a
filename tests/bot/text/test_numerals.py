from __future__ import annotations

import pytest

from bot.text.numerals import chinese_numeral, to_chinese_numeral


@pytest.mark.parametrize("number", range(1, 100))
def test_every_number_reads_back_as_it_was_written(number: int) -> None:
    assert chinese_numeral(to_chinese_numeral(number)) == number


def test_twenty_may_be_written_with_one_character() -> None:
    assert chinese_numeral("廿四") == 24


@pytest.mark.parametrize("text", ["", "百", "一二", "十十", "8"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Chinese digit"):
        chinese_numeral(text)


@pytest.mark.parametrize("number", [0, 100, -1])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 99"):
        to_chinese_numeral(number)
