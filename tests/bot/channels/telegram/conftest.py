"""A database that several servers share, for the tests of this folder."""

from tests.bot.mailbox.conftest import postgres_server, shared_url

__all__ = ["postgres_server", "shared_url"]
