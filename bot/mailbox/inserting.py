"""Inserting what may be there already, as each of the two databases has it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert(connection: Connection, table: sa.Table) -> Any:
    """An insert into `table` that can say what happens with a row that is there (`on_conflict_do_nothing`, `on_conflict_do_update`)."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
