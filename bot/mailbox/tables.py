"""The tables of the state's database. A change here needs a migration in migrations/versions.

Where another table, or the audit trail, keeps a row's number, the number is never given again (sqlite_autoincrement).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()


def _only(condition: str) -> dict[str, Any]:
    """What makes an index hold only the rows that `condition` is true of."""
    return {f"{dialect}_where": sa.text(condition) for dialect in ("sqlite", "postgresql")}


servers = sa.Table(
    "servers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)
"""The processes that serve; `seen` is when each last said that it lives, by the database's clock."""

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("server", sa.String(32), nullable=False),
    sa.Column("term", sa.String(32), nullable=False),
)
"""What a server is at, and nobody else meanwhile (bot/mailbox/leases.py); `term` is new each time that it begins."""

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""The number of a row of which there may be thousands of millions; SQLite's have 64 bits anyway, if they are called INTEGER."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("message_id", sa.String(128), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("in_reply_to", sa.String(128)),
    sa.Column("asked_in", sa.String(128)),
    sa.Column("received_at", sa.Float, nullable=False, index=True),
    sa.Column("reply", sa.Text),
    sa.Column("answered_at", sa.Float),
    sa.Column("outcome", sa.String(16)),
    sa.Column("clause", sa.String(64)),
    sa.Column("groups", sa.String(128)),
    sa.Column("script", sa.String(8)),
    sa.Column("voice", sa.String(16)),
    sa.UniqueConstraint("channel", "conversation", "message_id"),
    sa.Index("messages_without_reply", "channel", "conversation", "id", **_only("reply is null")),
)
"""`voice` is how the person wishes to be answered, as Voice.to_text writes it; `script` is that of the reply."""

quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("message_id", sa.String(128), nullable=False),
    sa.Column("clause", sa.String(128), nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("citation", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("said_at", sa.Float, nullable=False, index=True),
    sa.Column("corrected_at", sa.Float),
    sa.Index("quotes_of_answer", "channel", "conversation", "message_id"),
    sa.Index("quotes_of_clause", "clause"),
    sqlite_autoincrement=True,
)
"""What people were quoted: `message_id` is that of the message answered, or the name of an answer of the staff (notices.answer_named);
`listed` says that a list showed the clause's heading only, which is then the quote; `number` and `issuer` are those of the clause's
document at that time; `corrected_at` when the person was told that it no longer holds.
"""

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("sender", sa.String(192), nullable=False, index=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("answered", sa.String(128)),
    sa.Index("events_of_answers", "sender", "answered"),
)
"""`answered`, where an event sets a slot: the id of the message whose answer set it."""

slots = sa.Table(
    "slots",
    metadata,
    sa.Column("sender", sa.String(192), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

updates = sa.Table(
    "updates",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("lane", sa.String(64), nullable=False),
    sa.Column("payload", sa.Text),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("reason", sa.Text),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("nth", sa.Integer),
)
"""`nth` says which of its person's this update was within its minute; nothing where that is not counted."""

rates = sa.Table(
    "rates",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)
"""How often each person asked within their last minute, a minute being a number since 1970; for all servers."""

probes = sa.Table(
    "probes",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("written_at", sa.Float, nullable=False),
)
"""What a server writes to see whether it can be read back (bot/mailbox/probe.py); gone at once."""

sends = sa.Table(
    "sends",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("lane", sa.String(64), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("about", sa.String(64), nullable=False),
    sa.Column("method", sa.String(32), nullable=False),
    sa.Column("params", sa.Text),
    sa.Column("edits", NUMBER),
    sa.Column("notice", sa.Integer),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("sent_as", sa.BigInteger),
    sa.Column("written_at", sa.Float, nullable=False),
    sa.Index("sends_in_order", "channel", "lane", "status", "id"),
    sa.Index("sends_that_wait", "channel", "lane", **_only("status = 'waiting'")),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("message_id", sa.String(128), nullable=False),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("clause", sa.String(64), nullable=False),
    sa.Column("model", sa.String(128), nullable=False),
    sa.Column("given_at", sa.Float, nullable=False),
    sa.UniqueConstraint("channel", "conversation", "message_id"),
)

voices = sa.Table(
    "voices",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("conversation", sa.String(128), primary_key=True),
    sa.Column("script", sa.String(8), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
)

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(128), nullable=False),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("password", sa.String(256), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("added_at", sa.Float, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("role", sa.String(16)),
    sa.Column("invited_by", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
)
"""One-time links to an account: `digest` is the SHA-256 of what stands in the link; without a `role` the account is there, and gets another
password.
"""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("about", sa.String(128), nullable=False),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("message_id", sa.String(128), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("script", sa.String(8), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("candidates", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("claimed_by", sa.String(32)),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("claimed_at", sa.Float),
    sa.Column("ended_at", sa.Float),
    sa.Column("passage", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("active_at", sa.Float),
    sa.UniqueConstraint("channel", "conversation", "message_id"),
    sa.Index(
        "one_open_of_a_conversation", "channel", "conversation", unique=True, **_only("state in ('waiting', 'claimed')")
    ),
    sqlite_autoincrement=True,
)

"""`active_at` is when the clerk who claimed it last did something with it; nothing for what was claimed before that was kept."""

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("handover", sa.Integer, nullable=False, index=True),
    sa.Column("who", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", sa.Float, nullable=False),
)
"""What the staff tell each other about a question handed over."""

looking = sa.Table(
    "looking",
    metadata,
    sa.Column("handover", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("who", sa.String(32), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)
"""Who had which question open, and when last."""

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("handover", sa.Integer, nullable=False),
    sa.Column("corrects", sa.String(128)),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("written_at", sa.Float, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("trouble", sa.String(128), nullable=False),
    sa.Column("ended_at", sa.Float),
    sa.Index("notices_of_conversation", "channel", "conversation"),
    sa.Index("notices_that_wait", "channel", "status"),
    sqlite_autoincrement=True,
)

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("origin_id", sa.String(192), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("passage", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("proposed_by", sa.String(32), nullable=False),
    sa.Column("proposed_at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String(32), nullable=False),
    sa.Column("decided_at", sa.Float),
    sa.Column("model", sa.String(128), nullable=False),
    sa.UniqueConstraint("origin", "origin_id"),
    sqlite_autoincrement=True,
)
