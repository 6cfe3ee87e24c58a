"""What the staff tell each other about a question, who has it open, and when who claimed it last did something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the database to this revision."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("handover", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notes_handover", "notes", ["handover"])
    op.create_table(
        "looking",
        sa.Column("handover", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("handover", "who"),
    )
    op.add_column("handovers", sa.Column("active_at", sa.Float(), nullable=True))
