"""What components leave in a message beside Rasa's own fields: the `reading`, which answers.question reads."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message

READING = "reading"


def add_to_reading(message: Message, **found: Any) -> None:
    """Add JSON values to what was found out about `message`; they travel with Rasa's parse of it."""
    message.set(READING, {**message.get(READING, {}), **found}, add_to_output=True)


def intent_metadata(message: Message) -> dict[str, Any]:
    """The `metadata` of the block in nlu/ that a training example stands in."""
    return (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
