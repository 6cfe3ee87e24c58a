"""When the helpdesk answers."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

WEEKDAYS = "一二三四五六日"


class OfficeHours:
    """Hours as OpenStreetMap writes them ("Mo-Fr 08:30-12:00,14:30-17:30"), in a timezone."""

    def __init__(self, hours: str, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._hours = OpeningHours(hours, timezone=self._zone)

    def opens(self, now: datetime.datetime | None = None) -> datetime.datetime | None:
        """When staff come back; None while they are there, and where they never come."""
        moment = now or datetime.datetime.now(self._zone)
        if self._hours.is_open(moment):
            return None
        opens: datetime.datetime | None = self._hours.next_change(moment)
        return opens

    def spoken(self, language: str, now: datetime.datetime | None = None) -> str:
        """When staff come back in words that `language` ("zh", Traditional, or "en") uses; "" while they are there."""
        opens = self.opens(now)
        if opens is None:
            return ""
        if language == "en":
            return f"{opens:%A %d %B, %H:%M}"
        return f"{opens.month}月{opens.day}日（週{WEEKDAYS[opens.weekday()]}）{opens:%H:%M}"
