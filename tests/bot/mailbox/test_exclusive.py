"""What only one server may do at a time, over all servers of a database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.mailbox import leases as leases_module
from bot.mailbox.exclusive import exclusive
from bot.mailbox.state import State
from bot.mailbox.tables import servers

HOLDER = """
import asyncio, sys
from bot.mailbox.exclusive import exclusive
from bot.mailbox.state import State

async def main():
    async with exclusive(State(sys.argv[1]), "poller"):
        print("held", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def two(postgres_url: str) -> Iterator[tuple[State, State]]:
    """Two servers on one database."""
    one, other = State(postgres_url), State(postgres_url)
    yield one, other
    one.close()
    other.close()


@pytest.mark.asyncio
async def test_of_two_servers_one_runs_the_block_and_the_other_once_it_ends(two: tuple[State, State]) -> None:
    order: list[str] = []

    async def run(state: State, name: str) -> None:
        async with exclusive(state, "poller", look_every=0.01):
            order.append(f"{name} begins")
            await asyncio.sleep(0.05)
            order.append(f"{name} ends")

    await asyncio.gather(run(two[0], "a"), run(two[1], "b"))
    assert [entry.split()[1] for entry in order] == ["begins", "ends"] * 2
    assert order[0][0] == order[1][0] != order[2][0]


@pytest.mark.asyncio
async def test_blocks_of_other_names_do_not_wait(two: tuple[State, State]) -> None:
    async with exclusive(two[0], "poller"), exclusive(two[1], "something else"):
        pass


@pytest.mark.asyncio
async def test_when_a_server_is_killed_another_goes_on_within_ten_seconds(postgres_url: str) -> None:
    state = State(postgres_url)
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, postgres_url, stdout=pipe)
    assert holder.stdout is not None and await holder.stdout.readline() == b"held\n"
    holder.kill()
    await holder.wait()

    async def takes_over() -> None:
        async with exclusive(state, "poller"):
            pass

    await asyncio.wait_for(takes_over(), 10)
    state.close()


@pytest.mark.asyncio
async def test_a_server_that_was_silent_learns_that_another_took_over(
    two: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases_module, "BEAT", 3600.0)
    async with exclusive(two[0], "poller") as ours:
        assert await ours()
        await two[0].run(lambda connection: connection.execute(sa.update(servers).values(seen=0.0)))
        async with exclusive(two[1], "poller", look_every=0.01) as theirs:
            assert await theirs() and not await ours()
        assert not await ours()


@pytest.mark.asyncio
async def test_on_sqlite_what_a_killed_server_was_at_is_free_for_the_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rongce.db"
    killed, following = State(url), State(url)
    async with exclusive(killed, "poller"), exclusive(following, "poller"):
        pass
    following.close()
    killed.close()


@pytest.mark.asyncio
async def test_a_server_knows_that_it_does_not_get_to_say_that_it_lives(
    two: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = two[0]
    assert state.within(state.leases.silent_for) == 0.0
    async with exclusive(state, "poller"):
        assert state.within(state.leases.silent_for) < leases_module.SILENT_FOR
        monkeypatch.setattr(leases_module.Leases, "_say", lambda _: None)
        state.within(lambda connection: connection.execute(sa.update(servers).values(seen=servers.c.seen - 100)))
        assert state.within(state.leases.silent_for) > 90
        state.within(lambda connection: connection.execute(sa.delete(servers)))
        assert state.within(state.leases.silent_for) == float("inf")
