"""The desk as one mount at /desk."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.channels.desk import changes, lookup, reading
from bot.channels.desk.access import COOKIE, LONGEST_SESSION, Access
from bot.channels.desk.accounts import AccountPages
from bot.channels.desk.documents import DocumentPages
from bot.channels.desk.drafts import DraftPages
from bot.channels.desk.ended import EndedPages
from bot.channels.desk.figures import FigurePages
from bot.channels.desk.judgement import Judgement
from bot.channels.desk.outdated import OutdatedPages
from bot.channels.desk.pages import Pages
from bot.channels.desk.queue import QueuePages, Waits
from bot.channels.desk.teaching import TeachingPages
from bot.channels.desk.trail import TrailPages
from bot.channels.limits import StrictHeaders
from bot.clauses.folder import Publishing
from bot.errors import ClauseDatabaseError
from bot.helpdesk.outdated import Correcting
from bot.helpdesk.staff import Staff, secret
from bot.mailbox.state import State

STATIC = Path(__file__).with_name("static")
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page of the desk may load: nothing but its own files, and no script within it."""
HEADERS = {b"content-security-policy": POLICY, b"referrer-policy": b"same-origin"}
"""The desk's own; its forms say where they stand, so that who must sign in again comes back there, and other sites are told nothing."""


def mount(
    state: State,
    judgement: Judgement,
    publishing: Publishing,
    timezone: str,
    only_https: bool,
    days: int,
    late_minutes: int = 15,
    claim_minutes: int = 30,
) -> Mount:
    """The desk. `only_https`: the session's cookie travels over https (and to this machine) only; `days`: how far back answers are looked
    through for what no longer holds; the desk warns of what waits for `late_minutes`, and of a claim that ends once nothing was done with
    it for `claim_minutes` (0: never).
    """
    key = state.within(lambda connection: secret(connection, "desk"))
    pages = Pages(timezone)
    staff = Staff(state)
    access = Access(staff, pages, key.encode())
    correcting = Correcting(state, days)
    routes: list[BaseRoute] = [
        *access.routes(),
        *lookup.routes(access, pages, judgement),
        *OutdatedPages(state, access, pages, judgement, correcting, timezone).routes(),
        *DocumentPages(state, access, pages, judgement, publishing, correcting).routes(),
        *DraftPages(state, access, pages, judgement, publishing).routes(),
        *changes.routes(access, pages, judgement),
        *reading.routes(access, pages, judgement),
        *QueuePages(state, staff, access, pages, judgement, Waits(late_minutes, claim_minutes)).routes(),
        *EndedPages(state, access, pages, judgement, timezone).routes(),
        *TeachingPages(state, access, pages, judgement).routes(),
        *FigurePages(state, access, pages, judgement, timezone).routes(),
        *AccountPages(staff, access, pages).routes(),
        *TrailPages(state, access, pages, timezone).routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
        access.page("/{rest:path}", _missing),
    ]
    session = Middleware(
        SessionMiddleware,
        secret_key=key,
        session_cookie=COOKIE,
        max_age=int(LONGEST_SESSION),
        path="/desk",
        same_site="lax",  # with "strict", a link in a colleague's mail would not only show the sign-in but end the session
        https_only=only_https,
    )
    return Mount(
        "/desk",
        routes=routes,
        middleware=[Middleware(StrictHeaders, headers=HEADERS), session],
    )


async def _missing(_: Request) -> Response:
    raise ClauseDatabaseError("There is no such page.")
