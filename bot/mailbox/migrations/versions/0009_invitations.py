"""One-time links by which somebody gets an account, or another password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the database to this revision."""
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("role", sa.String(16)),
        sa.Column("invited_by", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
