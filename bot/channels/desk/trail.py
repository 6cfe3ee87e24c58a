"""The audit trail, for reviewers: who did what, when, from where."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.desk.access import Access
from bot.channels.desk.pages import Pages, worded
from bot.channels.desk.showing import as_csv
from bot.channels.desk.words import ACTIONS
from bot.helpdesk.audit import AT_MOST, Entry, entries
from bot.mailbox.state import State
from bot.text.script import Script

COLUMNS = ("時間", "誰", "做了什麼", "對什麼", "從哪裡")
HANDOVER = re.compile(r"handover/(\d+)")


class TrailPages:
    """The pages at /desk/audit."""

    def __init__(self, state: State, access: Access, pages: Pages, timezone: str) -> None:
        """Times in files are those of `timezone`."""
        self._state, self._access, self._pages = state, access, pages
        self._zone = ZoneInfo(timezone)

    def routes(self) -> list[Route]:
        """The page and its file."""
        return [
            self._access.page("/audit", self._page, "reviewer"),
            self._access.page("/audit.csv", self._file, "reviewer"),
        ]

    async def _page(self, request: Request) -> Response:
        fields = {
            "section": "",
            "who": request.query_params.get("who", ""),
            "about": request.query_params.get("about", ""),
            "entries": await self._entries(request),
            "columns": COLUMNS,
            "actions": ACTIONS,
            "address_of": _address_of,
            "most": AT_MOST,
        }
        return self._pages.render(request, "audit.html", fields)

    async def _file(self, request: Request) -> Response:
        script = self._pages.script(request)
        rows = [self._cells(entry, script) for entry in await self._entries(request)]
        return as_csv("audit", [worded(word, script) for word in COLUMNS], rows)

    async def _entries(self, request: Request) -> list[Entry]:
        query = request.query_params
        return await entries(self._state, query.get("who", "").strip(), query.get("about", "").strip())

    def _cells(self, entry: Entry, script: Script) -> list[str]:
        at = datetime.datetime.fromtimestamp(entry.at, self._zone).isoformat(sep=" ", timespec="seconds")
        action = worded(ACTIONS.get(entry.action, entry.action), script)
        return [at, entry.who, action, entry.about, entry.address]


def _address_of(about: str) -> str:
    """The page of what an entry is about; "" where it has none."""
    handover = HANDOVER.match(about)
    if handover:
        return f"/desk/queue/{handover[1]}"
    return f"/desk/teaching#{about.replace('/', '-')}" if about.startswith("proposal/") else ""
