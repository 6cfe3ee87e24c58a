"""Questions that ended: found by words and by clerk, and as a file for reviewers."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.answers.outcome import citation
from bot.channels.desk.access import Access, actor
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.pages import Pages, worded
from bot.channels.desk.showing import REFUSALS, as_csv
from bot.channels.desk.words import CHANNELS, STAGES
from bot.clauses.store import ClauseStore
from bot.helpdesk.audit import note
from bot.helpdesk.queue import Handover, Queue
from bot.mailbox.state import State
from bot.text.script import Script, to_script

AT_MOST = 500
"""Questions that are shown at a time."""
AT_MOST_IN_FILE = 10_000
COLUMNS = (
    "號",
    "問的時間",
    "渠道",
    "問題",
    "結果",
    "誰",
    "引用的原文",
    "出處",
    "婉拒的原因",
    "補充",
    "結束的時間",
    "等了幾分鐘",
)


class EndedPages:
    """The pages at /desk/ended."""

    def __init__(self, state: State, access: Access, pages: Pages, judgement: Judgement, timezone: str) -> None:
        """Times in files are those of `timezone`."""
        self._state, self._access, self._pages, self._judgement = state, access, pages, judgement
        self._queue, self._zone = Queue(state), ZoneInfo(timezone)

    def routes(self) -> list[Route]:
        """The page and its file."""
        return [
            self._access.page("/ended", self._page),
            self._access.page("/ended.csv", self._file, "reviewer"),
        ]

    async def _page(self, request: Request) -> Response:
        found = await self._found(request, AT_MOST)
        await note(self._state, actor(request), "searched", "handovers")
        fields = {
            "section": "queue",
            "query": request.query_params.get("q", ""),
            "who": request.query_params.get("who", ""),
            "entries": found,
            "most": AT_MOST,
            "stages": STAGES,
            "channels": CHANNELS,
        }
        return self._pages.render(request, "ended.html", fields)

    async def _file(self, request: Request) -> Response:
        found = await self._found(request, AT_MOST_IN_FILE)
        await note(self._state, actor(request), "exported", "handovers")
        script, store = self._pages.script(request), self._judgement.store
        rows = [self._cells(entry, store, script) for entry in found]
        return as_csv("ended", [worded(word, script) for word in COLUMNS], rows)

    async def _found(self, request: Request, most: int) -> list[Handover]:
        """What is looked for, in either script."""
        query, who = (request.query_params.get(name, "").strip() for name in ("q", "who"))
        words = {query, to_script(query, "hans"), to_script(query, "hant")} if query else set()
        return await self._queue.search(sorted(words), who, most)

    def _cells(self, entry: Handover, store: ClauseStore, script: Script) -> list[str]:
        held = bool(entry.passage) and store.holds_passage(entry.passage)
        passage = store.passage(entry.passage) if held else None
        ended = entry.ended_at or entry.asked_at
        return [
            str(entry.id),
            self._moment(entry.asked_at),
            worded(CHANNELS.get(entry.channel, entry.channel), script),
            entry.question,
            worded(STAGES[entry.stage], script),
            entry.claimed_by,
            passage.text if passage else entry.passage,
            citation(store.clause(passage.clause_key), store) if passage else "",
            worded(REFUSALS.get(entry.reason, entry.reason), script),
            entry.words,
            self._moment(ended),
            str(int((ended - entry.asked_at) // 60)),
        ]

    def _moment(self, at: float) -> str:
        return datetime.datetime.fromtimestamp(at, self._zone).isoformat(sep=" ", timespec="seconds")
