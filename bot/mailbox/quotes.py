"""What people were quoted, a row for each quote, so that it is found quickly who was told words that changed since."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.models import Reply
from bot.mailbox.tables import quotes

ENDED = frozenset({"repealed", "expired"})
"""Whoever is quoted a document that is in force no more is told so with the quote (docs/answer.md, in_force)."""


def keep(connection: Connection, channel: str, conversation: str, name: str, reply: Reply) -> None:
    """Write down what `reply` quotes, within the transaction that keeps it; `name` is the id of the message that it answers, or what an
    answer of the staff is called. Of a clause in a list people read the heading, where it has one.
    """
    said_at = time.time()
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    lists = _listed(reply.custom)
    for place, answer in enumerate(reply.custom.get("answers", ())):
        quote = (place in lists and answer.get("heading")) or answer.get("quote")
        if not quote or answer["document"]["in_force"] in ENDED:
            continue
        row = {
            "channel": channel,
            "conversation": conversation,
            "message_id": name,
            "clause": answer["key"],
            "quote": quote,
            "listed": place in lists,
            "citation": answer["citation"],
            "number": answer["document"]["number"] or "",
            "issuer": answer["document"]["issuer"] or "",
            "said_at": said_at,
        }
        rows.setdefault((answer["key"], quote), row)
    if rows:
        connection.execute(sa.insert(quotes), list(rows.values()))


def drop(connection: Connection, channel: str, conversation: str, name: str) -> None:
    """The answer called `name` was withdrawn by who gave it: nobody has to be told that its quotes stand no more."""
    its = sa.and_(quotes.c.channel == channel, quotes.c.conversation == conversation, quotes.c.message_id == name)
    connection.execute(sa.delete(quotes).where(its))


def _listed(custom: dict[str, Any]) -> set[int]:
    """The places of those answers that stand in a list (docs/answer.md)."""
    everything = {"kind": custom.get("kind"), "answers": range(len(custom.get("answers", ())))}
    return {
        place for part in custom.get("parts") or [everything] if part["kind"] == "list" for place in part["answers"]
    }
