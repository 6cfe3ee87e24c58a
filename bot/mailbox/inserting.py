"""Inserts that say what becomes of a row that is there already, which each database has in a dialect of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

DIALECTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(connection: Connection, table: sa.Table) -> Any:
    """An insert into `table` with on_conflict_do_nothing and on_conflict_do_update."""
    return DIALECTS[connection.dialect.name](table)
