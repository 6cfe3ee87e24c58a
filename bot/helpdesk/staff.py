"""Accounts of the helpdesk's staff. Passwords are kept as argon2 hashes; guesses are slowed down per account and address."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import secrets as random
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.engine import Connection

from bot.errors import AccessError
from bot.helpdesk.audit import Actor, record
from bot.helpdesk.passwords import LONGEST, SHORTEST, weakness
from bot.helpdesk.queue import NOBODYS
from bot.mailbox.state import State
from bot.mailbox.tables import audit, handovers, invitations, secrets, staff

Role = Literal["staff", "reviewer"]
ROLES: tuple[Role, ...] = get_args(Role)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
INVITED_FOR = 3 * 86_400.0
"""Seconds for which a one-time link may be used."""
WRONG = "账号或密码不对。"
USED = "这个链接已经用过、收回或过期了，请再要一个。"
OWN = "自己的账号要请另一位审核员来改。"
FAILED = "sign-in failed"
REMOVED = "removed"
ONE_GUESS_AT_A_TIME = 49_2022
"""The PostgreSQL lock under which a server looks how many guesses there were and writes down one more."""
NO_NAME = "(no name)"
"""What the audit trail has for a text that no account can be called: it may be a password in the wrong field."""
REMEMBERED = 15 * 60.0
"""Seconds for which a failed guess counts."""
FREE_GUESSES = {"who": 5, "address": 20}
"""Failed guesses of an account and from an address before each next one has to wait."""
FIRST_WAIT, LONGEST_WAIT = 4.0, 15 * 60.0
"""Seconds: each guess too many doubles the wait."""


@dataclass(frozen=True)
class Account:
    """One of the staff. `sessions` counts up when every session of theirs shall end."""

    name: str
    role: Role
    active: bool
    sessions: int

    def may(self, role: Role) -> bool:
        """Whether this account may do what `role` may: a reviewer may do all that staff may."""
        return self.active and ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class Invitation:
    """A one-time link for the account `name`: to be made with `role`, or there already and in need of another password (None)."""

    name: str
    role: Role | None
    invited_by: str
    expires_at: float


class Staff:
    """The accounts of a state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._one_guess_at_a_time = asyncio.Lock()

    async def add(self, name: str, password: str, role: str, by: Actor) -> None:
        """Add an account. Raises AccessError for a name that is taken or unfit, a weak password, an unknown role."""
        _check(name, role)
        kept = await _hash(password, name)

        def write(connection: Connection) -> None:
            _insert(connection, name, kept, role)
            record(connection, by, f"added {role}", f"staff/{name}")

        await self._state.run(write)

    async def invite(self, name: str, role: str, by: Actor) -> str:
        """A one-time link's secret part, with which somebody makes the account `name` with `role` and chooses its password; one that was given out
        before for that name opens nothing any more.

        Raises AccessError for a name that is taken or unfit, or an unknown role.
        """
        _check(name, role)

        def write(connection: Connection) -> str:
            _check_free(connection, name)
            record(connection, by, f"invited {role}", f"staff/{name}")
            return _invite(connection, name, role, by)

        return await self._state.run(write)

    async def renew(self, name: str, by: Actor) -> str:
        """A one-time link's secret part, with which the account `name` gets another password. Raises AccessError where there is none."""

        def write(connection: Connection) -> str:
            if not connection.execute(sa.select(staff.c.id).where(staff.c.name == name)).first():
                raise AccessError(f"There is no account {name!r}.")
            record(connection, by, "gave a new link", f"staff/{name}")
            return _invite(connection, name, None, by)

        return await self._state.run(write)

    async def invitation(self, token: str) -> Invitation | None:
        """What the one-time link with that secret part is for; None where it was used, taken back, or is too old."""
        found = sa.select(invitations).where(_is_open(token))
        row = await self._state.run(lambda connection: connection.execute(found).first())
        return None if row is None else _invitation(row)

    async def invitations(self) -> list[Invitation]:
        """The one-time links that may still be used, by name."""
        found = sa.select(invitations).where(invitations.c.expires_at > time.time()).order_by(invitations.c.name)
        rows = await self._state.run(lambda connection: connection.execute(found).all())
        return [_invitation(row) for row in rows]

    async def withdraw(self, name: str, by: Actor) -> None:
        """Let the one-time link for `name` open nothing any more. Raises AccessError where there is none."""

        def write(connection: Connection) -> None:
            if not connection.execute(sa.delete(invitations).where(invitations.c.name == name)).rowcount:
                raise AccessError(f"There is no link for {name!r}.")
            record(connection, by, "took a link back", f"staff/{name}")

        await self._state.run(write)

    async def join(self, token: str, password: str, address: str) -> str:
        """Use a one-time link: its account is made, or has `password` from now on and its sessions end. The account's name.

        Raises AccessError where the link opens nothing any more, for a weak password, and where the name was taken meanwhile.
        """
        invited = await self.invitation(token)
        kept = await _hash(password, invited.name if invited else "")

        def write(connection: Connection) -> str:
            row = connection.execute(sa.select(invitations).where(_is_open(token))).first()
            if row is None or not connection.execute(sa.delete(invitations).where(_is_open(token))).rowcount:
                raise AccessError(USED)
            by = Actor(row.name, address)
            if row.role:
                _insert(connection, row.name, kept, row.role)
                record(connection, by, "joined", f"staff/{row.name}")
            else:
                changed = sa.update(staff).where(staff.c.name == row.name)
                connection.execute(changed.values(password=kept, sessions=staff.c.sessions + 1))
                record(connection, by, "changed password", f"staff/{row.name}")
            return str(row.name)

        return await self._state.run(write)

    async def set_role(self, name: str, role: str, by: Actor) -> None:
        """Let an account do what `role` may; its sessions end. Raises AccessError where there is none, for an unknown role, and for one's own."""
        _check(name, role)
        await self._change(name, {"role": role}, by, f"made {role}", of_others=True)

    async def remove(self, name: str, by: Actor) -> None:
        """Take an account away; what it has of the queue waits again, what it did stays on record. Nobody gets its name any more.

        Raises AccessError where there is none, and for one's own.
        """

        def write(connection: Connection) -> None:
            _check_other(connection, name, by)
            if not connection.execute(sa.delete(staff).where(staff.c.name == name)).rowcount:
                raise AccessError(f"There is no account {name!r}.")
            connection.execute(sa.delete(invitations).where(invitations.c.name == name))
            _free_claims(connection, name)
            record(connection, by, REMOVED, f"staff/{name}")

        await self._state.run(write)

    async def change_password(self, name: str, password: str, by: Actor) -> None:
        """Give an account another password; its sessions end. Raises AccessError where there is none, or for a weak password."""
        kept = await _hash(password, name)
        await self._change(name, {"password": kept}, by, "changed password")

    async def sign_out(self, name: str, by: Actor) -> None:
        """End every session of an account: a copy of its cookie opens nothing any more."""
        await self._change(name, {}, by, "signed out")

    async def set_active(self, name: str, active: bool, by: Actor) -> None:
        """Let an account sign in, or not any more: then its sessions end, and what it has of the queue waits again.

        Raises AccessError where there is none, and for one's own.
        """
        await self._change(name, {"active": active}, by, "let in" if active else "shut out", of_others=True)

    async def all(self) -> list[Account]:
        """Every account, by name."""
        found = sa.select(staff).order_by(staff.c.name)
        return [_account(row) for row in await self._state.run(lambda connection: connection.execute(found).all())]

    async def account(self, name: str) -> Account | None:
        """The account of that name; None where there is none."""
        found = sa.select(staff).where(staff.c.name == name)
        row = await self._state.run(lambda connection: connection.execute(found).first())
        return None if row is None else _account(row)

    async def had(self, name: str) -> bool:
        """Whether an account has that name, or had it."""
        return await self._state.run(lambda connection: _is_taken(connection, name) != "")

    async def sign_in(self, name: str, password: str, address: str) -> Account:
        """The account that `name` and `password` open. Raises AccessError where they open none, or guesses come too fast."""
        async with self._one_guess_at_a_time:
            return await self._guess(name, password, address)

    async def _guess(self, name: str, password: str, address: str) -> Account:
        actor = Actor(name if NAME.fullmatch(name) else NO_NAME, address)
        number = await self._state.run(lambda connection: _begin_guess(connection, actor))
        found = sa.select(staff).where(staff.c.name == name)
        row = await self._state.run(lambda connection: connection.execute(found).first())
        # an unknown name takes as long as a known one, so that names cannot be found out
        fits = await asyncio.to_thread(_verify, row.password if row else _nobodys_hash(), password[:LONGEST])
        if not (row is not None and fits and row.active):
            raise AccessError(WRONG)
        entered = sa.update(audit).where(audit.c.id == number).values(action="signed in")
        await self._state.run(lambda connection: connection.execute(entered))
        return _account(row)

    async def _change(self, name: str, values: dict[str, Any], by: Actor, action: str, of_others: bool = False) -> None:
        def write(connection: Connection) -> None:
            if of_others:
                _check_other(connection, name, by)
            changed = sa.update(staff).where(staff.c.name == name).values(**values, sessions=staff.c.sessions + 1)
            if not connection.execute(changed).rowcount:
                raise AccessError(f"There is no account {name!r}.")
            if values.get("active") is False:
                _free_claims(connection, name)
            record(connection, by, action, f"staff/{name}")

        await self._state.run(write)


def secret(connection: Connection, name: str) -> str:
    """A random key that all servers on this state share, made when it is first asked for."""
    found = sa.select(secrets.c.value).where(secrets.c.name == name)
    if row := connection.execute(found).first():
        return str(row.value)
    made = sa.insert(secrets).values(name=name, value=random.token_urlsafe(48))
    with contextlib.suppress(sa.exc.IntegrityError), connection.begin_nested():  # another server was faster
        connection.execute(made)
    return str(connection.execute(found).scalar_one())


def _check(name: str, role: str) -> None:
    """Raise AccessError for what no account can be called, or no role."""
    if not NAME.fullmatch(name):
        raise AccessError(f"{name!r} cannot be a name: 2 to 32 of a-z, 0-9, dot, hyphen, underscore, a letter first.")
    if role not in ROLES:
        raise AccessError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")


def _is_taken(connection: Connection, name: str) -> str:
    """Why nobody else can have `name`: what stands on record under it is one person's; "" where nobody has or had it."""
    removed = sa.and_(audit.c.action == REMOVED, audit.c.about == f"staff/{name}")
    if connection.execute(sa.select(staff.c.id).where(staff.c.name == name)).first():
        return f"There is an account {name!r} already."
    if connection.execute(sa.select(audit.c.id).where(removed).limit(1)).first():
        return f"There was an account {name!r}; its name stands in the records. Choose another one."
    return ""


def _check_free(connection: Connection, name: str) -> None:
    """Raise AccessError where nobody else can have `name`."""
    if reason := _is_taken(connection, name):
        raise AccessError(reason)


def _check_other(connection: Connection, name: str, by: Actor) -> None:
    """Raise AccessError where somebody does to the own account what only others may do, or is no reviewer any more: so one is always left."""
    if name == by.name:
        raise AccessError(OWN)
    if not NAME.fullmatch(by.name):  # the command line
        return
    # who changes accounts waits here for whoever does so already: SQLite locks nothing that is only read
    first = sa.select(sa.func.min(staff.c.id)).scalar_subquery()
    connection.execute(sa.update(staff).where(staff.c.id == first).values(sessions=staff.c.sessions))
    reviewers = sa.select(staff.c.name).where(staff.c.role == "reviewer", staff.c.active).order_by(staff.c.id)
    names = set(connection.execute(reviewers.with_for_update()).scalars())
    if name in names and by.name not in names:
        raise AccessError("这一步只有审核员能做。")


def _insert(connection: Connection, name: str, kept: str, role: str) -> None:
    _check_free(connection, name)
    row = {"name": name, "password": kept, "role": role, "active": True, "sessions": 0, "added_at": time.time()}
    connection.execute(sa.insert(staff).values(**row))


def _invite(connection: Connection, name: str, role: str | None, by: Actor) -> str:
    """The secret part of a new link for `name`, which takes the place of the one before."""
    token = random.token_urlsafe(24)
    connection.execute(sa.delete(invitations).where(invitations.c.name == name))
    until = time.time() + INVITED_FOR
    row = {"digest": _digest(token), "name": name, "role": role, "invited_by": by.name[:32], "expires_at": until}
    connection.execute(sa.insert(invitations).values(**row))
    return token


def _is_open(token: str) -> Any:
    return sa.and_(invitations.c.digest == _digest(token), invitations.c.expires_at > time.time())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _free_claims(connection: Connection, name: str) -> None:
    held = sa.and_(handovers.c.state == "claimed", handovers.c.claimed_by == name)
    connection.execute(sa.update(handovers).where(held).values(**NOBODYS))


def _invitation(row: Any) -> Invitation:
    return Invitation(row.name, row.role, row.invited_by, row.expires_at)


def _account(row: Any) -> Account:
    return Account(row.name, row.role, row.active, row.sessions)


def _begin_guess(connection: Connection, actor: Actor) -> int:
    """The number of a guess in the audit trail, where it stands as failed until it turns out to be right: other servers count it meanwhile.

    Raises AccessError where guesses for this account or from this address come too fast; such a one is not kept.
    """
    if connection.dialect.name == "postgresql":  # SQLite lets one write at a time anyway
        connection.execute(sa.text(f"select pg_advisory_xact_lock({ONE_GUESS_AT_A_TIME})"))
    number = record(connection, actor, FAILED)
    _slow_down(connection, actor, number)
    return number


def _slow_down(connection: Connection, actor: Actor, number: int) -> None:
    now = time.time()
    for column, value in (("who", actor.name), ("address", actor.address[:64])):
        if value in ("", NO_NAME):
            continue
        before = sa.and_(audit.c.action == FAILED, audit.c[column] == value, audit.c.id != number)
        recent = sa.and_(before, audit.c.at > now - REMEMBERED)
        count, last = connection.execute(sa.select(sa.func.count(), sa.func.max(audit.c.at)).where(recent)).one()
        too_many = count - FREE_GUESSES[column]
        if too_many >= 0:
            wait = last + min(FIRST_WAIT * 2.0 ** min(too_many, 20), LONGEST_WAIT) - now
            if wait > 0:
                raise AccessError(f"试得太频繁，请 {wait:.0f} 秒后再试。")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(random.token_urlsafe(16))


async def _hash(password: str, name: str) -> str:
    """What is kept of a password of `name`. Raises AccessError for a weak one."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError(f"A password needs {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    if await asyncio.to_thread(weakness, password, name):
        raise AccessError(
            "This password is among those that are guessed first. Take several words that do not belong together."
        )
    return await asyncio.to_thread(_hasher().hash, password)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
