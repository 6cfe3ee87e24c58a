"""Several servers on one PostgreSQL are as one: each message is answered once, in order, from what was remembered before it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import threading
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa

from bot.errors import MessageError, StateError
from bot.mailbox import mailbox as mailbox_module
from bot.mailbox import notices, outbox, tables, turns
from bot.mailbox.inbox import Inbox, Update
from bot.mailbox.mailbox import AT_MOST_WAITING, Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice
from bot.mailbox.outbox import Send
from bot.mailbox.state import State
from bot.mailbox.tables import leases, messages, servers
from tests.bot.mailbox.counting import Counting, remembered

pytestmark = pytest.mark.asyncio


@pytest.fixture
def two(postgres_url: str) -> Iterator[tuple[State, State]]:
    """Two servers on one database."""
    both = State(postgres_url), State(postgres_url)
    yield both
    for state in both:
        state.close()


def message(number: object = 1, conversation: str = "c", voice: Voice | None = None) -> Message:
    return Message("web", conversation, str(number), f"question {number}", voice)


async def kept(state: State) -> list[Any]:
    rows = sa.select(messages).order_by(messages.c.id)
    return await state.run(lambda connection: connection.execute(rows).all())


async def replies_in_order(state: State) -> dict[str, list[int]]:
    """What was counted for each conversation's messages, in the order in which they were written down."""
    rows = await kept(state)
    return {
        conversation: [int(Reply.from_json(row.reply).text) for row in rows if row.conversation == conversation]
        for conversation in {row.conversation for row in rows}
    }


async def test_of_three_hundred_pairs_over_two_servers_none_overlaps_is_stale_or_refused(
    two: tuple[State, State],
) -> None:
    counting = Counting(two[0]), Counting(two[1])
    counting[1].running = counting[0].running
    one, other = Mailbox(two[0], counting[0]), Mailbox(two[1], counting[1])
    for begin in range(0, 300, 50):
        pairs = range(begin, begin + 50)
        asked = [box.ask(message(name, f"c{n}")) for n in pairs for name, box in (("a", one), ("b", other))]
        await asyncio.gather(*asked)
    assert counting[0].overlaps == counting[1].overlaps == 0
    counted = await replies_in_order(two[0])
    assert len(counted) == 300 and all(numbers == [1, 2] for numbers in counted.values())


async def test_many_messages_of_one_conversation_are_answered_in_the_order_in_which_they_were_kept(
    two: tuple[State, State],
) -> None:
    boxes = [Mailbox(state, Counting(state, 0.0)) for state in two]
    dice = random.Random(1)
    for _ in range(5):
        await asyncio.gather(*(dice.choice(boxes).ask(message(dice.random())) for _ in range(AT_MOST_WAITING)))
    counted = await replies_in_order(two[0])
    assert counted["c"] == list(range(1, 5 * AT_MOST_WAITING + 1))


async def test_a_message_that_comes_to_both_servers_at_once_gets_one_reply(two: tuple[State, State]) -> None:
    boxes = [Mailbox(state, Counting(state)) for state in two]
    for number in range(20):
        replies = await asyncio.gather(*(box.ask(message(number, f"c{number}")) for box in boxes for _ in range(2)))
        assert {reply.text for reply in replies} == {"1"}


async def test_first_messages_of_a_conversation_that_arrive_at_once_do_not_collide(two: tuple[State, State]) -> None:
    boxes = [Mailbox(state, Counting(state)) for state in two]
    for number in range(20):
        asked = [box.ask(message(f"{name}", f"new{number}")) for name, box in zip("ab", boxes, strict=True)]
        assert {reply.text for reply in await asyncio.gather(*asked)} == {"1", "2"}


async def test_exactly_as_many_as_may_wait_do_when_many_are_sent_to_both_servers_at_once(
    two: tuple[State, State],
) -> None:
    held = asyncio.Event()

    async def answer(asked: Message) -> Reply:
        await held.wait()
        return Reply((Line("", asked.text),), {})

    boxes = [Mailbox(state, answer) for state in two]
    asked = [asyncio.create_task(boxes[n % 2].ask(message(n))) for n in range(150)]
    for refused in itertools.islice(asyncio.as_completed(asked), 150 - AT_MOST_WAITING):
        with pytest.raises(MessageError):
            await refused
    held.set()
    came = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Reply) for one in came) == AT_MOST_WAITING


async def test_a_server_that_was_silent_writes_nothing_of_a_turn_that_another_did(two: tuple[State, State]) -> None:
    slow, fast = Counting(two[0]), Counting(two[1])
    begun, held = asyncio.Event(), asyncio.Event()

    async def stuck(asked: Message) -> Reply:
        reply = await slow(asked)
        begun.set()
        await held.wait()
        return reply

    asking = asyncio.create_task(Mailbox(two[0], stuck).ask(message()))
    await begun.wait()
    await silent(two[0])
    reply = await Mailbox(two[1], fast).ask(message())
    held.set()
    assert (await asking) == reply
    assert await replies_in_order(two[0]) == {"c": [1]}
    assert await remembered(two[0], message().sender) == 1


async def test_what_another_way_in_writes_in_a_turn_waits_for_the_turn_on_the_other_server(
    two: tuple[State, State],
) -> None:
    box, counting = Mailbox(two[0], Counting(two[0], 0.05)), Counting(two[1], 0.05)
    asking = asyncio.create_task(box.ask(message()))
    async with turns.turn_of(two[1], message().sender):
        await counting(message("a button"))
    await asking
    assert await remembered(two[0], message().sender) == 2


async def test_what_a_dead_server_left_is_answered_before_what_comes_after_it_and_as_it_was_to_be(
    two: tuple[State, State],
) -> None:
    async def dies(_: Message) -> Reply:
        raise StateError("not now")

    voice = Voice("hant", "en")
    with pytest.raises(StateError):
        await Mailbox(two[0], dies).ask(message(1, voice=voice))
    await silent(two[0])
    order: list[Message] = []

    async def answer(asked: Message) -> Reply:
        order.append(asked)
        return Reply((Line("", asked.text),), {})

    assert (await Mailbox(two[1], answer).ask(message(2))).text == "question 2"
    assert order == [message(1, voice=voice), message(2)]


async def test_what_a_server_is_at_without_knowing_it_keeps_no_other_waiting(
    two: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = State._once

    def breaks(state: State, work: Any) -> Any:
        begun(state, work)
        raise sa.exc.OperationalError("commit", {}, Exception("the connection broke before the database's answer came"))

    with monkeypatch.context() as patched, pytest.raises(StateError):
        patched.setattr(State, "_once", breaks)
        async with turns.turn_of(two[0], message().sender):
            pass
    assert [row.name for row in await standing(two[0])] == ["turn/web:c"]
    known = await two[0].run(lambda connection: two[0].leases.claim(connection, "another"))
    asking = Mailbox(two[1], Counting(two[1])).ask(message())
    assert (await asyncio.wait_for(asking, 20)).text == "1"
    assert [(row.name, row.term) for row in await standing(two[0])] == [("another", known.term if known else "")]


async def standing(state: State) -> list[Any]:
    """What all servers are at."""
    return await state.run(lambda connection: connection.execute(sa.select(leases)).all())


async def test_forgetting_on_one_server_waits_for_the_answer_on_the_other(two: tuple[State, State]) -> None:
    begun, held = asyncio.Event(), asyncio.Event()

    async def answer(asked: Message) -> Reply:
        begun.set()
        await held.wait()
        return Reply((Line("", asked.text),), {})

    asking = asyncio.create_task(Mailbox(two[0], answer).ask(message()))
    await begun.wait()
    forgetting = asyncio.create_task(Mailbox(two[1], answer).forget("web", "c"))
    await asyncio.sleep(0.05)
    assert not forgetting.done()
    held.set()
    await asking
    assert await forgetting == 1
    assert await kept(two[0]) == []
    assert await standing(two[0]) == []


async def test_of_a_notice_that_is_taken_at_the_moment_of_forgetting_nothing_stands_and_nothing_is_sent(
    two: tuple[State, State],
) -> None:
    reply = Reply((Line("utter_from_staff", "同事答覆"),), {"kind": "answer"})
    number = await two[0].run(lambda connection: notices.write(connection, "telegram", "7", 1, reply))
    taken, go_on = threading.Event(), threading.Event()

    def take(connection: sa.engine.Connection) -> None:
        assert notices.take(connection, number)
        outbox.write(connection, "telegram", [Send("7", "sendMessage", {"text": "同事答覆"}, "7", notice=number)])
        taken.set()
        go_on.wait(10)

    taking = asyncio.create_task(two[0].run(take))
    await asyncio.to_thread(taken.wait, 10)
    forgetting = asyncio.create_task(Mailbox(two[1], Counting(two[1])).forget("telegram", "7"))
    await waits_for_a_lock(two[0])
    go_on.set()
    await asyncio.gather(taking, forgetting)
    for table in (tables.notices, tables.sends, tables.quotes):
        found = sa.select(sa.func.count()).select_from(table)
        assert await two[0].run(lambda connection, found=found: connection.execute(found).scalar()) == 0  # type: ignore[misc]
    assert await outbox.Outbox(two[0], "telegram").waiting() == []


async def waits_for_a_lock(state: State) -> None:
    """Until somebody waits for a row that another has changed."""
    waiting = sa.text("select count(*) from pg_locks where not granted")
    for _ in range(1000):
        if await state.run(lambda connection: connection.execute(waiting).scalar()):
            return
        await asyncio.sleep(0.005)
    pytest.fail("nobody waits")


async def test_hundreds_of_waiting_conversations_need_few_connections(postgres_url: str) -> None:
    state = State(postgres_url)
    held = asyncio.Event()

    async def answer(asked: Message) -> Reply:
        await held.wait()
        return Reply((Line("", asked.text),), {})

    box = Mailbox(state, answer)
    asked = [asyncio.create_task(box.ask(message(n, f"c{n // 2}"))) for n in range(400)]
    for _ in range(600):
        if len(await kept(state)) == 400:
            break
        await asyncio.sleep(0.1)
    name = sa.engine.make_url(postgres_url).database
    with psycopg2.connect(postgres_url) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where datname = %s", (name,))
        assert cursor.fetchone()[0] <= 10
    held.set()
    assert len(await asyncio.gather(*asked)) == 400
    state.close()


async def test_a_message_costs_two_transactions(postgres_url: str) -> None:
    state, committed = State(postgres_url), []

    async def answer(asked: Message) -> Reply:
        await turns.write(state, lambda connection: committed.append("memory"))
        return Reply((Line("", "answer"),), {"kind": "answer"})

    def also(reply: Reply) -> turns.Work:
        return lambda connection: committed.append(f"also {reply.text}")

    box = Mailbox(state, answer)
    await box.ask(message())
    committed.clear()
    sa.event.listen(state._engine, "commit", lambda _: committed.append(threading.current_thread().name))
    await box.ask(message("another"), also=also)
    done = [name.partition("_")[0] for name in committed if name != "signs of life"]
    assert done == ["state", "memory", "also answer", "state"]
    committed.clear()
    await box.ask(message("another"), also=also)  # answered before
    assert "also answer" in committed
    state.close()


async def test_connections_that_the_database_closed_meanwhile_cost_nobody_an_answer(postgres_url: str) -> None:
    state = State(postgres_url)
    box = Mailbox(state, Counting(state))
    await asyncio.gather(*(box.ask(message(1, f"c{n}")) for n in range(8)))
    with contextlib.closing(psycopg2.connect(postgres_url)) as connection, connection.cursor() as cursor:
        others = "datname = current_database() and pid != pg_backend_pid()"
        cursor.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {others}")
    assert {reply.text for reply in await asyncio.gather(*(box.ask(message(2, f"c{n}")) for n in range(8)))} == {"2"}
    state.close()


async def silent(state: State) -> None:
    """Let a server count as dead: it says no more that it lives."""
    state.leases._ended.set()
    if state.leases._beats:
        state.leases._beats.join()
    await state.run(lambda connection: connection.execute(sa.update(servers).values(seen=0.0)))


async def test_a_server_that_is_suspended_within_a_transaction_holds_nobody_up(two: tuple[State, State]) -> None:
    suspended = two[0]._engine.connect()
    begun = suspended.begin()
    suspended.execute(sa.text("select pg_advisory_xact_lock(hashtext(:sender))"), {"sender": message().sender})
    box = Mailbox(two[1], Counting(two[1]))
    for _ in range(3):  # who cannot be answered at once asks again
        with contextlib.suppress(StateError):
            assert (await box.ask(message())).text == "1"
            break
    else:
        pytest.fail("the lock outlives every patience")
    with pytest.raises(sa.exc.DBAPIError):
        begun.commit()
    suspended.invalidate()
    suspended.close()


async def test_a_claim_does_not_wait_for_whoever_has_the_lease_to_end_it(two: tuple[State, State]) -> None:
    lease = await two[0].run(lambda connection: two[0].leases.claim(connection, "turn/web:c"))
    assert lease is not None

    def ending(connection: sa.engine.Connection) -> object:
        two[0].leases.end(connection, lease)  # not committed yet
        with two[1]._engine.begin() as other:
            other.execute(sa.text("set local lock_timeout = 1"))
            return two[1].leases.claim(other, "turn/web:c")

    assert await two[0].run(ending) is None


async def test_a_turn_that_another_server_does_not_end_is_waited_for_so_long(
    two: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    async with turns.turn_of(two[0], "web:c"):
        with pytest.raises(StateError, match="still at this conversation"):
            async with turns.turn_of(two[1], "web:c"):
                pass


async def test_what_a_forgotten_server_was_at_is_forgotten_with_it(two: tuple[State, State]) -> None:
    await two[0].run(lambda connection: two[0].leases.claim(connection, "turn/web:a-cookie"))
    await silent(two[0])
    known = await two[1].run(lambda connection: two[1].leases.claim(connection, "another"))
    two[1].leases._say()
    assert known and [row.name for row in await standing(two[1])] == [known.name]


async def test_what_goes_wrong_while_it_is_looked_for_what_waits_does_not_end_the_looking(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, box = asyncio.Event(), Mailbox(state, Counting(state))
    left = iter([ValueError("a row of a later version")])

    async def resume() -> int:
        for failure in left:
            raise failure
        looked.set()
        return 0

    monkeypatch.setattr(mailbox_module, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(box, "resume", resume)
    looking = asyncio.create_task(box.keep_up())
    await asyncio.wait_for(looked.wait(), 10)
    looking.cancel()


async def test_an_update_that_two_servers_are_told_at_once_is_kept_once(two: tuple[State, State]) -> None:
    inboxes = [Inbox(state, "telegram") for state in two]
    for number in range(30):
        await asyncio.gather(*(inbox.keep([Update(number, "lane", "{}")]) for inbox in inboxes))
    assert [update.id for update in (await inboxes[0].take("lane", None))[1]] == list(range(30))
