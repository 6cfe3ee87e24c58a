"""What components leave in a message beside Rasa's own fields: the `reading`, which answers.question reads."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message

PRACTICE = "practice"
"""The property of an example about documents that nobody holds: what nlu/practice says of it (components.practice)."""
READING = "reading"
DOCUMENT = "document"
"""The message property that holds the key of the document that the message is read as a question about."""
LOOKED, LOOKED_AFTER = "looked", "looked_after"
"""The message properties that hold how it compares with everything that is held (answers.retriever): alone, and after what was said before."""
BESIDE = "beside"
"""The message property that holds the documents that are searched beside that one, none of which is a version of it."""
NAMED = "named"
"""The property of an example that holds the documents that it names."""
LOOK = "look"
"""The message property that holds what compares further texts."""
BEFORE = "before"
"""The message property that holds the part of the message that stands before this part."""
RIVAL = "rival"
"""The message property that says that the same message stands before it, about another document."""


def add_to_reading(message: Message, **found: Any) -> None:
    """Add JSON values to what was found out about `message`; they travel with Rasa's parse of it."""
    message.set(READING, {**message.get(READING, {}), **found}, add_to_output=True)


def intent_metadata(message: Message) -> dict[str, Any]:
    """The `metadata` of the block in nlu/ that a training example stands in."""
    return (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
