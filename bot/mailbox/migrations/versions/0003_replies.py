"""What a message replies to, and which message's answer set a slot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the database to this revision."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_reply_to", sa.String(length=128), nullable=True))
        batch_op.add_column(sa.Column("asked_in", sa.String(length=128), nullable=True))

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered", sa.String(length=128), nullable=True))
        batch_op.create_index("events_of_answers", ["sender", "answered"], unique=False)
