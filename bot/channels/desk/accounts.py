"""The accounts, for reviewers: who may do what, invitations by one-time links; and the page that such a link opens."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from bot.channels.desk.access import SIGN_IN, Access, DeskForm, actor
from bot.channels.desk.pages import Pages
from bot.channels.desk.words import ROLES as ROLE_WORDS
from bot.channels.desk.words import WEAK
from bot.channels.limits import address
from bot.errors import MessageError
from bot.helpdesk.passwords import LONGEST, weakness
from bot.helpdesk.staff import NAME, USED, Invitation, Staff

JOIN = "/desk/join/"
TAKEN = "有同事叫这个名字，或者曾经叫过。请换一个。"
NO_NAME = "账号要 2 到 32 个字符：小写字母、数字、. - _，第一个是字母。"
UNEQUAL = "两次打的密码不一样。"


class InviteForm(DeskForm):
    """Whom, as what."""

    name = StringField(validators=[InputRequired(), Length(max=64)])
    role = SelectField(choices=list(ROLE_WORDS.items()))


class RoleForm(DeskForm):
    """What somebody may do from now on."""

    role = SelectField(choices=list(ROLE_WORDS.items()))


class PasswordForm(DeskForm):
    """A new password, twice."""

    password = PasswordField(validators=[InputRequired(), Length(max=4 * LONGEST)])
    again = PasswordField(validators=[Length(max=4 * LONGEST)])


class AccountPages:
    """The pages at /desk/accounts and /desk/join."""

    def __init__(self, staff: Staff, access: Access, pages: Pages) -> None:
        self._staff, self._access, self._pages = staff, access, pages

    def routes(self) -> list[Route]:
        """The pages, and what their buttons post to."""
        page, post = self._access.page, ("POST",)
        return [
            page("/accounts", self._list, "reviewer"),
            page("/accounts/invite", self._invite, "reviewer", methods=post),
            page("/accounts/{name}/role", self._set_role, "reviewer", methods=post),
            page("/accounts/{name}/shut-out", self._shut_out, "reviewer", methods=post),
            page("/accounts/{name}/let-in", self._let_in, "reviewer", methods=post),
            page("/accounts/{name}/remove", self._remove, "reviewer", methods=post),
            page("/accounts/{name}/link", self._renew, "reviewer", methods=post),
            page("/accounts/{name}/withdraw", self._withdraw, "reviewer", methods=post),
            self._access.open_page("/join/{token}", self._join, ("GET", "POST")),
            self._access.open_page("/join/{token}/password", self._look_at_password, post),
        ]

    async def _list(self, request: Request) -> Response:
        return await self._page(request)

    async def _page(self, request: Request, link: tuple[str, str] = ("", ""), trouble: str = "") -> Response:
        """The accounts; `link` is whose one-time link was just made, and the link, which is shown this once; `trouble` why none was."""
        fields = {
            "section": "accounts",
            "accounts": await self._staff.all(),
            "invitations": await self._staff.invitations(),
            "roles": ROLE_WORDS,
            "link": link,
            "trouble": trouble,
        }
        return self._pages.render(request, "accounts.html", fields, status=400 if trouble else 200)

    async def _invite(self, request: Request) -> Response:
        form = await self._access.form(request, InviteForm)
        name = form.name.data.strip()
        if not NAME.fullmatch(name):
            return await self._page(request, trouble=NO_NAME)
        if await self._staff.had(name):
            return await self._page(request, trouble=TAKEN)
        token = await self._staff.invite(name, form.role.data, actor(request))
        return await self._page(request, (name, _link(request, token)))

    async def _renew(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        name = await self._named(request)
        token = await self._staff.renew(name, actor(request))
        return await self._page(request, (name, _link(request, token)))

    async def _set_role(self, request: Request) -> Response:
        form = await self._access.form(request, RoleForm)
        await self._staff.set_role(await self._named(request), form.role.data, actor(request))
        return _back()

    async def _shut_out(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._staff.set_active(await self._named(request), False, actor(request))
        return _back()

    async def _let_in(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._staff.set_active(await self._named(request), True, actor(request))
        return _back()

    async def _remove(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        await self._staff.remove(await self._named(request), actor(request))
        return _back()

    async def _withdraw(self, request: Request) -> Response:
        await self._access.form(request, DeskForm)
        name = str(request.path_params["name"])
        if name in {invited.name for invited in await self._staff.invitations()}:
            await self._staff.withdraw(name, actor(request))
        return _back()

    async def _named(self, request: Request) -> str:
        """The account in the address. Raises MessageError where somebody has removed it."""
        name = str(request.path_params["name"])
        if await self._staff.account(name) is None:
            raise MessageError("没有这个账号，可能刚被移除。")
        return name

    async def _join(self, request: Request) -> Response:
        invited = await self._invited(request)
        if invited is None:
            return await self._used(request)
        trouble = ""
        if request.method == "POST":
            form = await self._access.form(request, PasswordForm)
            weak = await asyncio.to_thread(weakness, form.password.data, invited.name)
            trouble = WEAK[weak] if weak else "" if form.again.data == form.password.data else UNEQUAL
            if not trouble:
                await self._staff.join(_token(request), form.password.data, address(request))
                return RedirectResponse(SIGN_IN, 303)
        fields = {
            "form": self._access.blank(request, PasswordForm),
            "invited": invited,
            "roles": ROLE_WORDS,
            "trouble": trouble,
            "token": _token(request),
        }
        return self._pages.render(request, "join.html", fields, status=400 if trouble else 200)

    async def _look_at_password(self, request: Request) -> Response:
        """What is to be said of a password that is typed, before it is typed again."""
        invited = await self._invited(request)
        if invited is None:
            return await self._used(request)
        form = await self._access.form(request, PasswordForm)
        weak = await asyncio.to_thread(weakness, form.password.data, invited.name)
        return self._pages.render(request, "join_password.html", {"weak": weak, "words": WEAK[weak]})

    async def _invited(self, request: Request) -> Invitation | None:
        """What the link of the address is for; None where it opens nothing any more."""
        return await self._staff.invitation(_token(request))

    async def _used(self, request: Request) -> Response:
        """Says that a link opens nothing any more, to who has not signed in above the sign-in. Raises MessageError with it for who has."""
        if await self._access.account(request):
            raise MessageError(USED)
        return RedirectResponse(f"{SIGN_IN}?link=used", 303)


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _link(request: Request, token: str) -> str:
    return str(request.base_url.replace(path=f"{JOIN}{token}", query=""))


def _back() -> Response:
    return RedirectResponse("/desk/accounts", 303)
