from __future__ import annotations

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.mailbox.locks import ConversationLockStore
from bot.mailbox.state import State
from bot.mailbox.tables import events
from bot.mailbox.trackers import ANSWERED, WINDOW, WindowedTrackerStore

DOMAIN = Domain.load("domain.yml")


def turn(number: int) -> list:  # type: ignore[type-arg]
    return [UserUttered(f"question {number}"), ActionExecuted("action_answer"), BotUttered(f"answer {number}")]


def on(state: State) -> WindowedTrackerStore:
    store = WindowedTrackerStore.on(state)
    store.domain = DOMAIN
    return store


@pytest.mark.asyncio
async def test_a_slot_set_long_before_the_window_is_not_lost(state: State) -> None:
    store = on(state)
    tracker = DialogueStateTracker("person", DOMAIN.slots)
    tracker.update(SlotSet("memory", {"clause": "2021-49/8"}))
    for number in range(WINDOW):
        tracker.update_with_events(turn(number), DOMAIN)
        await store.save(tracker)
        tracker = await store.retrieve("person")
        assert tracker is not None
    assert tracker.get_slot("memory") == {"clause": "2021-49/8"}
    assert len(tracker.events) <= WINDOW + 1


@pytest.mark.asyncio
async def test_a_short_conversation_reads_back_as_in_rasas_own_store(state: State) -> None:
    tracker = DialogueStateTracker("person", DOMAIN.slots)
    tracker.update_with_events([*turn(1), SlotSet("memory", {"wanted": "answer"}), *turn(2)], DOMAIN)
    theirs, ours = InMemoryTrackerStore(DOMAIN), on(state)
    await theirs.save(tracker)
    await ours.save(tracker)
    expected, got = await theirs.retrieve("person"), await ours.retrieve("person")
    assert expected is not None and got is not None
    assert list(got.events) == list(expected.events)
    assert got.current_slot_values() == expected.current_slot_values()


@pytest.mark.asyncio
async def test_saving_twice_keeps_every_event_once(state: State) -> None:
    store = on(state)
    tracker = DialogueStateTracker("person", DOMAIN.slots)
    tracker.update_with_events(turn(1), DOMAIN)
    await store.save(tracker)
    await store.save(tracker)
    read = await store.retrieve("person")
    assert read is not None and len(read.events) == 3


@pytest.mark.asyncio
async def test_what_an_answer_set_a_slot_to_is_found_by_its_message_however_long_ago(state: State) -> None:
    store = on(state)
    tracker = DialogueStateTracker("person", DOMAIN.slots)
    for number in range(WINDOW):
        asked = UserUttered(f"question {number}", message_id=str(number))
        tracker.update_with_events(
            [asked, ActionExecuted("action_answer"), SlotSet("memory", {"clause": number})], DOMAIN
        )
        await store.save(tracker)
    tracker.update(SlotSet("memory", {"clause": "a button's"}, metadata={ANSWERED: "tap"}))
    tracker.update(SlotSet("memory", {"clause": "nobody's"}))
    await store.save(tracker)
    assert await store.slot_after("person", "memory", "0") == {"clause": 0}
    assert await store.slot_after("person", "memory", str(WINDOW - 1)) == {"clause": WINDOW - 1}
    assert await store.slot_after("person", "memory", "tap") == {"clause": "a button's"}
    assert await store.slot_after("person", "memory", "never asked") is None
    assert await store.slot_after("somebody else", "memory", "0") is None


@pytest.mark.asyncio
async def test_of_a_message_that_was_answered_again_the_last_answer_counts(state: State) -> None:
    store = on(state)
    for clause in (8, 9):
        tracker = await store.retrieve("person") or DialogueStateTracker("person", DOMAIN.slots)
        tracker.update_with_events([UserUttered("?", message_id="1"), SlotSet("memory", {"clause": clause})], DOMAIN)
        await store.save(tracker)
    assert await store.slot_after("person", "memory", "1") == {"clause": 9}


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["{", '{"event": "no such event"}', "[]"])
async def test_a_corrupt_row_does_not_cost_the_conversation(state: State, row: str) -> None:
    store = on(state)
    tracker = DialogueStateTracker("person", DOMAIN.slots)
    tracker.update_with_events(turn(1), DOMAIN)
    await store.save(tracker)
    await state.run(lambda connection: connection.execute(sa.insert(events).values(sender="person", event=row)))
    read = await store.retrieve("person")
    assert read is not None and len(read.events) == 3


@pytest.mark.asyncio
async def test_locks_are_gone_when_nobody_holds_them() -> None:
    store = ConversationLockStore()
    async with store.lock("person"):
        assert len(store._locks) == 1
    assert len(store._locks) == 0
