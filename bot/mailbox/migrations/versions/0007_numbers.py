"""Numbers of 64 bits where 32 could be used up within a year or two. SQLite's have as many anyway.

On PostgreSQL these tables are written anew, which takes some minutes for some millions of messages; nobody is answered meanwhile.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NUMBERED = ("messages", "quotes", "events", "sends", "audit")


def upgrade() -> None:
    """Bring the database to this revision."""
    if op.get_context().dialect.name != "postgresql":
        return
    for table in NUMBERED:
        op.alter_column(table, "id", type_=sa.BigInteger())
        op.execute(f"alter sequence {table}_id_seq as bigint")
    op.alter_column("sends", "edits", type_=sa.BigInteger())
