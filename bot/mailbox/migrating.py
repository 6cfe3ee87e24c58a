"""Brings the state's database to the tables of this version (bot/mailbox/migrations)."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).with_name("migrations")
BEFORE_MIGRATIONS = "0001"
"""The revision of a database that was made before there were any."""
ONE_AT_A_TIME = 49_2021
"""The PostgreSQL lock that a server holds while it migrates."""


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision. Raises SQLAlchemyError where that fails; nothing is changed then."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # Python's driver would commit each table by itself
            connection.exec_driver_sql("begin immediate")
        if engine.dialect.name == "postgresql":
            # a large table may take its time
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(sa.text(f"set local {limit} = 0"))
            connection.execute(sa.text(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        config = configuration(connection)
        tables = sa.inspect(connection).get_table_names()
        if "messages" in tables and "alembic_version" not in tables:
            command.stamp(config, BEFORE_MIGRATIONS)
        command.upgrade(config, "head")


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for work on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
