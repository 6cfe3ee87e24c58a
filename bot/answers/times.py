"""The time that a message names: 2019年, 去年3月, 民国108年, 2022年底之前, before 2023."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from bot.text.numerals import value_of

YEARS_BACK = {"去年": 1, "last year": 1, "前年": 2, "大前年": 3}
ROC = 1911
"""What is added to a year of the Republic of China (民国)."""
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
YEAR_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
BEFORE = frozenset({"before", "prior to"})


def days_meant(said: Mapping[str, str], today: date) -> tuple[date, date] | None:
    """The first and the last day of a time, by the named parts of the grammar's `dated` (references.peg); of 2023年以前 the last day before
    it. None for a time from some day on, and for a date that there is none of.
    """
    if "after" in said:
        return None
    try:
        year = _year(said, today)
        month = MONTHS[said["name"]] if "name" in said else int(value_of(said["month"])) if "month" in said else 0
        day = int(said.get("day", 0)) if month else 0
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
    if "end" in said or said.get("reach") == "until":
        return last, last
    if "before" in said or said.get("reach") in BEFORE:
        return first - timedelta(days=1), first - timedelta(days=1)
    return first, last


def _year(said: Mapping[str, str], today: date) -> int:
    if "back" in said:
        return today.year - YEARS_BACK[said["back"]]
    if ago := said.get("ago") or said.get("ago_english"):
        return today.year - int(value_of(ago))
    if "roc" in said:
        return ROC + int(said["roc"])
    return int(said["year"].translate(YEAR_DIGITS))
