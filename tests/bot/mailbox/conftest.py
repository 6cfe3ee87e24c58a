"""The mailbox is tested on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.postgres import state_url

__all__ = ["state_url"]
