"""python-telegram-bot's client, for calls whose parameters were written down as JSON."""

from __future__ import annotations

from typing import Any

from telegram import Bot
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

POLL = 25
"""Seconds that Telegram holds a getUpdates call while there is nothing new."""
CONNECTIONS = 64
CONNECT = 5.0
"""Seconds to connect."""


class Client(Bot):
    """A Bot with plain calls: getUpdates must give each update as it came, so that one malformed update harms no other."""

    def __init__(self, token: str, api_url: str, patience: float = 30.0) -> None:
        """`patience` is how long an answer is waited for: what Telegram may have shown already must not be sent again too soon."""
        self._poll = min(POLL, int(patience))
        sending = HTTPXRequest(CONNECTIONS, patience, patience, CONNECT, pool_timeout=patience)
        polling = HTTPXRequest(1, self._poll + patience / 3, patience, CONNECT, pool_timeout=patience)
        super().__init__(token, base_url=f"{api_url}/bot", request=sending, get_updates_request=polling)

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a method of the Bot API. Raises TelegramError."""
        try:
            return await self._post(method, dict(params))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NetworkError("What answered is no Bot API server.") from error

    async def updates(self, offset: int | None, allowed: list[str]) -> list[Any]:
        """Updates from number `offset` on, each as it came. Raises TelegramError."""
        result = await self.call("getUpdates", {"offset": offset, "timeout": self._poll, "allowed_updates": allowed})
        return result if isinstance(result, list) else []

    async def close_connections(self) -> None:
        """Let all connections go; the client can be used again."""
        for request in self._request:
            await request.shutdown()
            await request.initialize()
