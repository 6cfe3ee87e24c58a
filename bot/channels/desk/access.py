"""Who may see a page: sessions that expire, roles, and forms that carry a CSRF token."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from wtforms import Form, PasswordField, StringField
from wtforms.csrf.session import SessionCSRF
from wtforms.validators import InputRequired, Length

from bot.channels.desk.pages import Pages
from bot.channels.limits import address
from bot.errors import AccessError, ClauseDatabaseError, ConflictError, MessageError, StateError
from bot.helpdesk.audit import Actor
from bot.helpdesk.passwords import LONGEST
from bot.helpdesk.staff import USED, Account, Role, Staff

logger = logging.getLogger(__name__)

IDLE = 60 * 60.0
"""Seconds without a click after which a session ends."""
LONGEST_SESSION = 12 * 3600.0
"""Seconds after which a session ends whatever happens."""
AT_MOST_FORM = 64 * 1024
"""Bytes of a form."""
HIGHEST = 2**31 - 1
"""The highest number that a row of the state can have."""
SIGN_IN = "/desk/sign-in"
COOKIE = "desk"
"""The session's cookie."""
FORM, FORM_WITH_FILE = "application/x-www-form-urlencoded", "multipart/form-data"
BY_ITSELF = "x-by-itself"
"""The header of requests that a page makes by itself, which keep no session alive."""
NO_COOKIE = "浏览器没有带回登录用的 cookie。请用 https 打开这个网址，并允许本站的 cookie。"
EXPIRED = "这个页面开得太久了，刚才的操作没有进行。请再试一次。"

Handler = Callable[[Request], Awaitable[Response]]
F = TypeVar("F", bound="DeskForm")


class DeskForm(Form):
    """A form whose sender must have been given it in the same session."""

    class Meta:
        """How WTForms protects it."""

        csrf = True
        csrf_class = SessionCSRF
        csrf_time_limit = None
        """A token lives as long as its session."""


class SignInForm(DeskForm):
    """Name and password."""

    name = StringField(validators=[InputRequired(), Length(max=64)])
    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST)])


class Access:
    """Lets staff in, and nobody else."""

    def __init__(self, staff: Staff, pages: Pages, key: bytes) -> None:
        """`key` makes the CSRF tokens."""
        self._staff, self._pages, self._key = staff, pages, key

    def page(self, path: str, handler: Handler, role: Role = "staff", methods: tuple[str, ...] = ("GET",)) -> Route:
        """A route for staff of at least `role`, its path within /desk; a failure becomes a page, or JSON where the path ends so."""

        async def guarded(request: Request) -> Response:
            account = await self.account(request)
            if account is None:
                return self._turned_away(request)
            request.state.account = account
            request.state.csrf = self.blank(request, DeskForm).csrf_token.current_token
            if not account.may(role):
                return self._refused(request, 403, "这一页只给审核员看。")
            return await handler(request)

        return Route(path, self._explained(guarded), methods=list(methods))

    def open_page(self, path: str, handler: Handler, methods: tuple[str, ...] = ("GET",)) -> Route:
        """A route for whoever comes, its path within /desk; a failure becomes a page."""
        return Route(path, self._explained(handler), methods=list(methods))

    def routes(self) -> list[Route]:
        """Signing in and out."""
        return [
            self.open_page("/sign-in", self._sign_in, ("GET", "POST")),
            self.page("/sign-out", self._sign_out, methods=("POST",)),
            self.page("/script", self._choose_script, methods=("POST",)),
        ]

    async def form(self, request: Request, kind: type[F], at_most: int = AT_MOST_FORM, **choices: Any) -> F:
        """The form of `kind` that `request` carries. Raises MessageError where it carries none, or one without our token.

        It has at most `at_most` bytes; one that may have more than AT_MOST_FORM may carry a file. `choices` are the choices of its select
        fields, by name.
        """
        _check_form(request, at_most)
        form = self.blank(request, kind, await request.form(), **choices)
        if not form.validate():
            if "csrf_token" in form.errors:
                raise MessageError(EXPIRED if COOKIE in request.cookies else NO_COOKIE)
            raise MessageError("这份表单没填完整：" + "、".join(str(name) for name in form.errors))
        return form

    def blank(self, request: Request, kind: type[F], data: Any = None, **choices: Any) -> F:
        """A form of `kind` to fill in; its csrf_token must stand in the page."""
        form = kind(data, meta={"csrf_secret": self._key, "csrf_context": request.session})
        for name, offered in choices.items():
            form[name].choices = offered
        return form

    async def account(self, request: Request) -> Account | None:
        """Whose session the request belongs to; None for nobody's, or one that has ended."""
        session, now = request.session, time.time()
        started, seen = session.get("started", 0.0), session.get("seen", 0.0)
        if now - started > LONGEST_SESSION or now - seen > IDLE:
            return None
        account = await self._staff.account(str(session.get("name", "")))
        if account is None or not account.active or account.sessions != session.get("sessions"):
            return None
        if BY_ITSELF not in request.headers:
            session["seen"] = now
        return account

    async def _sign_in(self, request: Request) -> Response:
        after = _own_path(request.query_params.get("next", ""))
        trouble = USED if "link" in request.query_params and request.method == "GET" else ""
        if request.method == "POST":
            try:
                form = await self.form(request, SignInForm)
                account = await self._staff.sign_in(form.name.data, form.password.data, address(request))
            except (AccessError, MessageError) as error:
                trouble = str(error)
            else:
                _begin(request, account)
                return RedirectResponse(after, 303)
        nobody = not await self._staff.all()
        fields = {"form": self.blank(request, SignInForm), "trouble": trouble, "after": after, "nobody": nobody}
        return self._pages.render(
            request, "sign_in.html", fields, status=401 if request.method == "POST" and trouble else 200
        )

    async def _sign_out(self, request: Request) -> Response:
        await self.form(request, DeskForm)
        await self._staff.sign_out(request.state.account.name, actor(request))
        request.session.clear()
        return RedirectResponse(SIGN_IN, 303)

    async def _choose_script(self, request: Request) -> Response:
        await self.form(request, DeskForm)
        request.session["script"] = "hans" if self._pages.script(request) == "hant" else "hant"
        return RedirectResponse(_own_path(request.query_params.get("next", "")), 303)

    def _turned_away(self, request: Request) -> Response:
        if _wants_json(request):
            return JSONResponse({"error": "Sign in at /desk/sign-in first."}, 401)
        if "hx-request" in request.headers:  # a piece of a page that is open: the whole page must go to the sign-in
            here = urlencode({"next": _path_of(request.headers.get("hx-current-url", ""))})
            return Response(status_code=401, headers={"hx-redirect": f"{SIGN_IN}?{here}"})
        came_from = request.url if request.method == "GET" else request.headers.get("referer", "")
        return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': _path_of(str(came_from))})}", 303)

    def _explained(self, handler: Handler) -> Handler:
        """`handler`, whose failures become a page that says what happened."""

        async def explained(request: Request) -> Response:
            try:
                response = await handler(request)
            except MessageError as error:
                response = self._refused(request, 400, str(error))
            except AccessError as error:
                response = self._refused(request, 403, str(error))
            except ClauseDatabaseError:
                response = self._refused(request, 404, "没有这一页。")
            except ConflictError as error:
                response = self._refused(request, 409, str(error))
            except StateError as error:
                logger.error("not shown now: %s", error)
                response = self._refused(request, 503, "现在读不到数据，请稍后再试。")
            except Exception:  # the last guard before the clerk: the log has the reason, without anybody's text
                logger.exception("a request to %s failed", request.url.path)
                response = self._refused(request, 500, "出了差错，这一步没有完成。请再试一次；若还不行，请告诉管理员。")
            response.headers.setdefault("cache-control", "no-store")
            return response

        return explained

    def _refused(self, request: Request, status: int, reason: str) -> Response:
        if _wants_json(request):
            return JSONResponse({"error": reason}, status)
        return self._pages.render(request, "refused.html", {"reason": reason}, status=status)


def actor(request: Request) -> Actor:
    """Who makes `request`, for the audit trail."""
    return Actor(request.state.account.name, address(request))


def number(request: Request) -> int:
    """The number in the address of `request`. Raises ClauseDatabaseError for one that nothing has."""
    found = int(request.path_params["number"])
    if found > HIGHEST:
        raise ClauseDatabaseError("There is no such page.")
    return found


def _begin(request: Request, account: Account) -> None:
    """A new session; nothing of the one before is kept but the script."""
    script = request.session.get("script")
    request.session.clear()
    now = time.time()
    request.session.update(name=account.name, sessions=account.sessions, started=now, seen=now)
    if script:
        request.session["script"] = script


def _path_of(address: str) -> str:
    """An address of this site without the site; signing in leads there if it is the desk's own."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _own_path(path: str) -> str:
    """`path` where it is one of the desk's own, else the desk."""
    parts = urlsplit(path)
    own = not parts.scheme and not parts.netloc and parts.path.startswith("/desk/") and "\\" not in path
    return path if own and path.isprintable() else "/desk/"


def _wants_json(request: Request) -> bool:
    return request.url.path.endswith(".json")


def _check_form(request: Request, at_most: int) -> None:
    """Raise MessageError for what is none of our forms, or too long to be read."""
    kinds = (FORM,) if at_most <= AT_MOST_FORM else (FORM, FORM_WITH_FILE)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in kinds:
        raise MessageError("这不是本页的表单。")
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > at_most:
        raise MessageError(f"表单太长，最多 {at_most // 1024} KiB。")
