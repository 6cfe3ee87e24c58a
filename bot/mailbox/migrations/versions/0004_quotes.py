"""What people were quoted, and notices that correct an answer. What is kept already is gone through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

AT_A_TIME = 500


def upgrade() -> None:
    """Bring the database to this revision."""
    quotes = op.create_table(
        "quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("clause", sa.String(length=128), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("said_at", sa.Float(), nullable=False),
        sa.Column("corrected_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index("quotes_of_answer", ["channel", "conversation", "message_id"], unique=False)
        batch_op.create_index("quotes_of_clause", ["clause"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotes_said_at"), ["said_at"], unique=False)

    # a plain "add column": where SQLite must copy the table, its numbers would be given again
    op.add_column("notices", sa.Column("corrects", sa.String(length=128), nullable=True))

    connection = op.get_bind()
    said = (
        "select id, channel, conversation, message_id, reply, coalesce(answered_at, received_at) as at from messages"
        " where reply is not null and id > :last order by id limit :limit",
        "select id, channel, conversation, 'handover-' || handover as message_id, reply, written_at as at from notices"
        " where id > :last order by id limit :limit",
    )
    for select in said:
        last = 0
        while rows := connection.execute(sa.text(select), {"last": last, "limit": AT_A_TIME}).all():
            last = rows[-1].id
            if quoted := [entry for row in rows for entry in _quoted(row)]:
                connection.execute(sa.insert(quotes), quoted)


def _quoted(row: Any) -> Iterator[dict[str, Any]]:
    """What a reply quotes, each once; not what it said itself to be in force no more, and nothing of one that cannot be read."""
    try:
        custom = json.loads(row.reply)["custom"]
        parts = custom.get("parts") or [{"kind": custom.get("kind"), "answers": range(len(custom.get("answers", [])))}]
        lists = {place for part in parts if part["kind"] == "list" for place in part["answers"]}
        said: dict[tuple[str, str], tuple[bool, dict[str, Any]]] = {}
        for place, answer in enumerate(custom.get("answers", [])):
            listed = place in lists
            quote = (listed and answer.get("heading")) or answer.get("quote")
            if quote and answer.get("key"):
                said.setdefault((answer["key"], quote), (listed, answer))
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    for (clause, quote), (listed, answer) in said.items():
        document = answer.get("document")
        document = document if isinstance(document, dict) else {}  # the first versions wrote its number alone
        if document.get("in_force") not in ("repealed", "expired"):
            yield {
                "channel": row.channel,
                "conversation": row.conversation,
                "message_id": row.message_id,
                "clause": clause,
                "quote": quote,
                "listed": listed,
                "citation": answer.get("citation") or "",
                "number": document.get("number") or "",
                "issuer": document.get("issuer") or "",
                "said_at": row.at,
            }
