"""Proposals: a question, and the passage that answers it, or why it is not the document's."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.helpdesk.audit import Actor
from bot.mailbox.tables import proposals


def write(
    connection: Connection,
    origin: str,
    origin_id: str,
    question: str,
    passage: str,
    reason: str,
    by: Actor,
    channel: str = "",
    conversation: str = "",
) -> None:
    """Write a proposal down, within the transaction of what it comes from."""
    connection.execute(
        sa.insert(proposals).values(
            origin=origin,
            origin_id=origin_id,
            channel=channel,
            conversation=conversation,
            question=question,
            passage=passage,
            reason=reason,
            state="open",
            proposed_by=by.name,
            proposed_at=time.time(),
            decided_by="",
            model="",
        )
    )
