"""Updates that Telegram brings: kept before Telegram is told so."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.limits import Refused, guarded, json_object
from bot.channels.telegram.incoming import ALLOWED
from bot.channels.telegram.polling import Take

HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 20
"""Updates that Telegram may bring at a time."""
RECENT = 5 * 60.0
"""Seconds for which a failure of Telegram's to reach this server counts, as long as something waits there."""


class Webhook:
    """The address that Telegram calls, which nobody can guess, and the secret by which it is known."""

    def __init__(self, token: str, url: str, secret: str) -> None:
        """`url` is where this server is reached from outside; `secret` may be empty, and is then made from the token."""
        self._secret = secret or hashlib.sha256(f"webhook secret of {token}".encode()).hexdigest()
        self.path = f"/telegram/{hashlib.sha256(f'webhook path of {token} {self._secret}'.encode()).hexdigest()[:32]}"
        self._url = url

    @property
    def params(self) -> dict[str, Any]:
        """What setWebhook is called with."""
        return {
            "url": f"{self._url}{self.path}",
            "secret_token": self._secret,
            "allowed_updates": ALLOWED,
            "max_connections": CONNECTIONS,
        }

    def is_lost(self, info: dict[str, Any]) -> bool:
        """Whether by what getWebhookInfo tells Telegram brings updates nowhere, or to here without a kind that is needed: set it again."""
        if info.get("url") == self.params["url"]:
            return not set(ALLOWED) <= set(info.get("allowed_updates") or ALLOWED)
        return not info.get("url")

    def trouble(self, info: dict[str, Any], now: float, last: float = 0.0) -> str:
        """Why by what getWebhookInfo tells updates do not arrive; "" where they do, as where one was kept since they last did not (`last`).
        `now` is the time as Telegram counts it.
        """
        if self.is_lost(info):
            return "Telegram brings this bot's updates nowhere: the webhook was taken away. It is set again."
        if info["url"] != self.params["url"]:  # its path is a secret
            return (
                f"Telegram brings this bot's updates to another address (at {urlsplit(info['url']).hostname}). Either another installation "
                "uses this bot's token: give it a bot of its own. Or TELEGRAM_WEBHOOK_URL or its secret was changed: start this server again."
            )
        failed_at = info.get("last_error_date", 0)
        if info.get("pending_update_count") and now - failed_at < RECENT and last <= failed_at + 1:
            return (
                f"Telegram cannot bring {info['pending_update_count']} updates ({info.get('last_error_message', 'no reason given')}). "
                "Look whether TELEGRAM_WEBHOOK_URL leads to this server."
            )
        return ""

    def route(self, take: Take) -> Route:
        """The route: 403 without the secret, before anything is read; 200 once the update is kept."""

        async def receive(request: Request) -> Response:
            given = request.headers.get(HEADER, "")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
                raise Refused(403, "This address is for Telegram.")
            await take([await json_object(request)])
            return JSONResponse({})

        return Route(self.path, guarded(receive), methods=["POST"])
