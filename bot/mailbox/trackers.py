"""Keeps Rasa's trackers without growing slower with the conversation.

Rasa's own SQL store reads, rebuilds and counts every event of a conversation at every message (670 ms at turn 1000). This one reads
back the last events only and appends new ones only; the slots' values are kept beside them, so that one set long ago is not lost.
"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.engine import Connection

from bot.mailbox import turns
from bot.mailbox.models import Message
from bot.mailbox.state import State
from bot.mailbox.tables import events, slots
from bot.settings import read_settings

logger = logging.getLogger(__name__)

WINDOW = 40
"""Events that are read back: the last four or five turns."""
ANSWERED = "answered"
"""The metadata of a SlotSet that name the message whose answer sets the slot, where the tracker has no such message (a button)."""

APPEND = sa.text("insert into events (sender, event, answered) values (:sender, :event, :answered)")
SET = sa.text(
    "insert into slots (sender, name, value) values (:sender, :name, :value)"
    " on conflict (sender, name) do update set value = excluded.value"
)
LAST = sa.text("select id, event from events where sender = :sender order by id desc limit :window")
VALUES = sa.text("select name, value from slots where sender = :sender")


class WindowedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Trackers in the state's database."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        state: State | None = None,
        **kwargs: Any,
    ) -> None:
        """As Rasa calls it (endpoints.yml), the state is that of the settings."""
        self._state = state or State(host or read_settings().state_url)
        super().__init__(domain or Domain.empty(), event_broker, **kwargs)

    @classmethod
    def on(cls, state: State) -> WindowedTrackerStore:
        """A store on a state that is open already."""
        return cls(state=state)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new in `tracker`, at the end of the turn that is running. Raises StateError where it cannot be kept."""
        stored = getattr(tracker, "stored_events", 0)
        new = list(itertools.islice(tracker.events, stored, None))
        await turns.write(self._state, lambda connection: _append(connection, tracker.sender_id, new))
        turns.known(self._state, _named(tracker.sender_id), list(tracker.events))
        tracker.stored_events = len(tracker.events)
        await self.stream_events(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of a conversation, None for a new one. Raises StateError where it cannot be read."""
        kept = await turns.read(self._state, _named(sender_id), lambda connection: _read(connection, sender_id))
        if not kept:
            return None
        tracker = DialogueStateTracker.from_events(sender_id, kept, self.domain.slots)
        tracker.stored_events = len(tracker.events)
        return tracker

    async def slot_after(self, sender_id: str, name: str, message_id: str) -> Any | None:
        """What a slot was set to by the answer to a message of a conversation; None where that is not known (any more).

        Raises StateError where it cannot be read.
        """
        answered = sa.and_(events.c.sender == sender_id, events.c.answered == message_id)
        found = sa.select(events.c.id, events.c.event).where(answered).order_by(events.c.id.desc())
        rows = await self._state.run(lambda connection: connection.execute(found).all())
        read = (_event(row.id, row.event) for row in rows)
        return next((event.value for event in read if isinstance(event, SlotSet) and event.key == name), None)

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        await self._state.run(lambda connection: _delete(connection, sender_id))

    async def keys(self) -> Iterable[str]:
        """The sender ids of all conversations."""
        found = sa.select(events.c.sender).distinct()
        return [row.sender for row in await self._state.run(lambda connection: connection.execute(found).all())]


def read_beforehand(connection: Connection, message: Message) -> tuple[Hashable, list[Event]]:
    """What a turn that answers `message` reads of its conversation, and its name there (Mailbox)."""
    return _named(message.sender), _read(connection, message.sender)


def set_slot(connection: Connection, sender: str, name: str, value: Any, answered: str) -> None:
    """Set a slot of a conversation, within the transaction of what sets it; `answered` is the id of the message whose answer does."""
    _append(connection, sender, [SlotSet(name, value, metadata={ANSWERED: answered})])


def _named(sender: str) -> Hashable:
    """What the events of a conversation are called among what a turn reads."""
    return "events", sender


def _append(connection: Connection, sender: str, new: list[Event]) -> None:
    rows = [
        {"sender": sender, "event": json.dumps(event.as_dict(), ensure_ascii=False), "answered": answered}
        for event, answered in zip(new, _answered(new), strict=True)
    ]
    if rows:
        connection.execute(APPEND, rows)
    for name, value in {event.key: event.value for event in new if isinstance(event, SlotSet)}.items():
        connection.execute(SET, {"sender": sender, "name": name, "value": json.dumps(value, ensure_ascii=False)})


def _answered(new: list[Event]) -> Iterator[str | None]:
    """For each event the id of the message whose answer set a slot with it; None for one that no answer set, and for no slot."""
    message = None
    for event in new:
        if isinstance(event, UserUttered):
            message = event.message_id
        yield event.metadata.get(ANSWERED, message) if isinstance(event, SlotSet) else None


def _read(connection: Connection, sender: str) -> list[Event]:
    rows = connection.execute(LAST, {"sender": sender, "window": WINDOW}).all()
    values = connection.execute(VALUES, {"sender": sender}) if len(rows) == WINDOW else ()
    before = [SlotSet(row.name, json.loads(row.value)) for row in values]
    window = [event for row in reversed(rows) if (event := _event(row.id, row.event)) is not None]
    return [*before, *window]


def _delete(connection: Connection, sender: str) -> None:
    for table in (events, slots):
        connection.execute(sa.delete(table).where(table.c.sender == sender))


@cache
def _event_classes() -> dict[str, type[Event]]:
    return {kind.type_name: kind for kind in all_subclasses(Event) if getattr(kind, "type_name", None)}


def _event(row: int, text: str) -> Event | None:
    """The event in `text`; None, with a word in the log, for one that cannot be read: it must not cost the conversation."""
    try:
        parameters = json.loads(text)
        kind = _event_classes()[parameters["event"]]
        return kind._from_parameters(parameters)
    except (ValueError, KeyError, TypeError, AttributeError):
        logger.error("event %s cannot be read and is passed over", row)
        return None
