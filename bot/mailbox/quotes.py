"""What people were quoted, a row for each quote, so that it is found quickly who was told words that changed since."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.models import Reply
from bot.mailbox.tables import quotes

ENDED = frozenset({"repealed", "expired"})
"""Whoever is quoted a document that is in force no more is told so with the quote (docs/answer.md, in_force)."""


def keep(connection: Connection, channel: str, conversation: str, name: str, reply: Reply) -> None:
    """Write down what `reply` quotes, within the transaction that keeps it; `name` is the id of the message that it answers, or what an
    answer of the staff is called.
    """
    quoted = [answer for answer in reply.custom.get("answers", ()) if answer.get("key") and answer.get("quote")]
    said_at = time.time()
    rows = {
        (answer["key"], answer["quote"]): {
            "channel": channel,
            "conversation": conversation,
            "message_id": name,
            "clause": answer["key"],
            "quote": answer["quote"],
            "citation": answer["citation"],
            "number": answer["document"]["number"] or "",
            "issuer": answer["document"]["issuer"] or "",
            "said_at": said_at,
        }
        for answer in quoted
        if answer["document"]["in_force"] not in ENDED
    }
    if rows:
        connection.execute(sa.insert(quotes), list(rows.values()))
