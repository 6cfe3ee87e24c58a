"""Which servers live and what each of them is at; how a waiting message is to be answered; what waits is found without searching."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the database to this revision."""
    op.create_table(
        "servers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("server", sa.String(length=32), nullable=False),
        sa.Column("term", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("messages", sa.Column("voice", sa.String(length=16), nullable=True))
    unanswered, waiting = sa.text("reply is null"), sa.text("status = 'waiting'")
    op.create_index(
        "messages_without_reply",
        "messages",
        ["channel", "conversation", "id"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    op.create_index("sends_that_wait", "sends", ["channel", "lane"], sqlite_where=waiting, postgresql_where=waiting)
