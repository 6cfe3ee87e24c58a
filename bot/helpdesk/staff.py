"""Accounts of the helpdesk's staff. Passwords are kept as argon2 hashes; guesses are slowed down per account and address."""

from __future__ import annotations

import asyncio
import contextlib
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
from bot.mailbox.state import State
from bot.mailbox.tables import audit, secrets, staff

Role = Literal["staff", "reviewer"]
ROLES: tuple[Role, ...] = get_args(Role)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
SHORTEST = 12
"""Characters of a password, at least (NIST SP 800-63B-4 asks for 15 where nothing else protects an account; guesses are slowed here)."""
LONGEST = 256
WRONG = "账号或密码不对。"
FAILED = "sign-in failed"
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


class Staff:
    """The accounts of a state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._one_guess_at_a_time = asyncio.Lock()

    async def add(self, name: str, password: str, role: str, by: Actor) -> None:
        """Add an account. Raises AccessError for a name that is taken or unfit, a weak password, an unknown role."""
        if not NAME.fullmatch(name):
            raise AccessError(
                f"{name!r} cannot be a name: 2 to 32 of a-z, 0-9, dot, hyphen, underscore, a letter first."
            )
        if role not in ROLES:
            raise AccessError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")
        kept = await _hash(password)

        def write(connection: Connection) -> None:
            if connection.execute(sa.select(staff.c.id).where(staff.c.name == name)).first():
                raise AccessError(f"There is an account {name!r} already.")
            row = {"name": name, "password": kept, "role": role, "active": True, "sessions": 0, "added_at": time.time()}
            connection.execute(sa.insert(staff).values(**row))
            record(connection, by, f"added {role}", f"staff/{name}")

        await self._state.run(write)

    async def change_password(self, name: str, password: str, by: Actor) -> None:
        """Give an account another password; its sessions end. Raises AccessError where there is none, or for a weak password."""
        kept = await _hash(password)
        await self._change(name, {"password": kept}, by, "changed password")

    async def sign_out(self, name: str, by: Actor) -> None:
        """End every session of an account: a copy of its cookie opens nothing any more."""
        await self._change(name, {}, by, "signed out")

    async def set_active(self, name: str, active: bool, by: Actor) -> None:
        """Let an account sign in, or not any more; its sessions end. Raises AccessError where there is none."""
        await self._change(name, {"active": active}, by, "let in" if active else "shut out")

    async def all(self) -> list[Account]:
        """Every account, by name."""
        found = sa.select(staff).order_by(staff.c.name)
        return [_account(row) for row in await self._state.run(lambda connection: connection.execute(found).all())]

    async def account(self, name: str) -> Account | None:
        """The account of that name; None where there is none."""
        found = sa.select(staff).where(staff.c.name == name)
        row = await self._state.run(lambda connection: connection.execute(found).first())
        return None if row is None else _account(row)

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

    async def _change(self, name: str, values: dict[str, Any], by: Actor, action: str) -> None:
        def write(connection: Connection) -> None:
            changed = sa.update(staff).where(staff.c.name == name).values(**values, sessions=staff.c.sessions + 1)
            if not connection.execute(changed).rowcount:
                raise AccessError(f"There is no account {name!r}.")
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


async def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError(f"A password needs {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    return await asyncio.to_thread(_hasher().hash, password)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
