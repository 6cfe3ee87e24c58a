"""The figures: as pictures, as tables beneath them, and each table as CSV."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.answers.outcome import title
from bot.channels.desk.access import Access
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages, worded
from bot.channels.desk.showing import GROUPS, as_csv
from bot.channels.desk.words import CHANNELS, OUTCOMES, SCRIPTS
from bot.clauses.store import ClauseStore
from bot.errors import MessageError
from bot.helpdesk.figures import Count, Counts, Period, counts, service, unanswered
from bot.helpdesk.proposals import AT_MOST_LESSONS
from bot.mailbox.state import State
from bot.text.script import Script

PERIODS = (7, 30, 90, 180)
USUAL = 30
FRESH = 60.0
"""Seconds for which a page's pictures and files show what the page counted, instead of counting again."""
AT_MOST_GROUPS = 50
"""Groups of unanswered questions that the page shows."""
KINDS = ("有答覆", "婉拒", "其他")
"""What a day's messages are told apart by (helpdesk.figures.Day)."""
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture's own style may be within it; nothing else may be, and nothing in it runs."""


@dataclass(frozen=True)
class Table:
    """Something that is counted: its title and the head of its first column in Traditional, what is counted, and the name of each."""

    title: str
    head: str
    of: Callable[[Counts], tuple[Count, ...]]
    name: Callable[[str, ClauseStore], str]


def _clause_name(key: str, store: ClauseStore) -> str:
    clause = next((clause for clause in store.clauses() if clause.key == key), None)
    if clause is None:
        return key
    return title(clause)


TABLES = {
    "outcomes": Table(
        "助手怎麼答", "結果", lambda counted: counted.outcomes, lambda word, _: OUTCOMES.get(word, word or "–")
    ),
    "clauses": Table("引用了哪一條", "條文", lambda counted: counted.clauses, _clause_name),
    "departments": Table("是哪些單位的事", "責任單位", lambda counted: counted.departments, lambda word, _: word),
    "groups": Table("提到的人群", "人群", lambda counted: counted.groups, lambda word, _: GROUPS.get(word, word)),
    "scripts": Table("用哪種字", "字體", lambda counted: counted.scripts, lambda word, _: SCRIPTS.get(word, word)),
    "channels": Table("從哪裡問", "渠道", lambda counted: counted.channels, lambda word, _: CHANNELS.get(word, word)),
}


class FigurePages:
    """The pages at /desk/figures."""

    def __init__(self, state: State, access: Access, pages: Pages, judgement: Judgement, timezone: str) -> None:
        """Days begin at midnight in `timezone`."""
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._timezone = timezone
        self._counted: dict[int, tuple[float, Counts]] = {}

    def routes(self) -> list[Route]:
        """The page, its pictures and its files."""
        page = self._access.page
        return [
            page("/figures", self._page),
            page("/figures/{name}.svg", self._picture),
            page("/figures/{name}.csv", self._file),
        ]

    async def _page(self, request: Request) -> Response:
        days = _days(request)
        period = self._period(days)
        counted = await self._count(days)
        script = self._pages.script(request)
        groups = await unanswered(self._state, period)
        fields = {
            "section": "figures",
            "days": days,
            "periods": PERIODS,
            "counted": counted,
            "kinds": KINDS,
            "busiest": max(counted.days, key=lambda day: day.total),
            "tables": {name: (table, self._named(table, counted, script)) for name, table in TABLES.items()},
            "service": await service(self._state, period),
            "unanswered": groups[:AT_MOST_GROUPS],
            "left_out": len(groups[AT_MOST_GROUPS:]),
            "most": AT_MOST_LESSONS,
        }
        return self._pages.render(request, "figures.html", fields)

    async def _picture(self, request: Request) -> Response:
        from bot.channels.desk import charts  # matplotlib costs memory: only who looks at figures pays for it

        name, script = request.path_params["name"], self._pages.script(request)
        counted = await self._counted_lately(_days(request))
        if name == "days":
            first, second, third = (worded(word, script) for word in KINDS)
            drawn = await charts.days(counted.days, (first, second, third))
        else:
            drawn = await charts.bars(self._named(_table(name), counted, script))
        return Response(drawn, media_type="image/svg+xml", headers={"content-security-policy": IMAGE_POLICY})

    async def _file(self, request: Request) -> Response:
        name, script = request.path_params["name"], self._pages.script(request)
        days = _days(request)
        if name == "unanswered":
            groups = await unanswered(self._state, self._period(days))
            rows = [[str(len(group.members)), group.typical.question] for group in groups]
            return as_csv(name, _words(("次數", "問題（同類中最典型的）"), script), rows)
        counted = await self._counted_lately(days)
        if name == "days":
            numbers = [
                [str(day.date), *map(str, (day.answered, day.refused, day.other, day.total))] for day in counted.days
            ]
            return as_csv(name, _words(("日期", *KINDS, "合計"), script), numbers)
        table = _table(name)
        named = self._named(table, counted, script)
        return as_csv(name, _words((table.head, "次數"), script), [[word, str(number)] for word, number in named])

    def _period(self, days: int) -> Period:
        return Period.last(days, self._timezone)

    async def _count(self, days: int) -> Counts:
        counted = await counts(self._state, self._period(days), self._judgement.store.clauses())
        self._counted[days] = time.monotonic(), counted
        return counted

    async def _counted_lately(self, days: int) -> Counts:
        at, counted = self._counted.get(days, (0.0, None))
        return counted if counted and time.monotonic() - at < FRESH else await self._count(days)

    def _named(self, table: Table, counted: Counts, script: Script) -> list[Count]:
        store = self._judgement.store
        return [(worded(table.name(word, store), script), number) for word, number in table.of(counted)]


def _days(request: Request) -> int:
    text = request.query_params.get("days", str(USUAL))
    if text not in map(str, PERIODS):
        raise MessageError("days 只能是 7、30、90 或 180。")
    return int(text)


def _table(name: str) -> Table:
    if name not in TABLES:
        raise MessageError("没有这样的统计。")
    return TABLES[name]


def _words(words: tuple[str, ...], script: Script) -> list[str]:
    return [worded(word, script) for word in words]
