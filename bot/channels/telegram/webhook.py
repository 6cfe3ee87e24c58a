"""Updates that Telegram brings: kept before Telegram is told so."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.limits import Refused, guarded, json_object
from bot.channels.telegram.incoming import ALLOWED
from bot.channels.telegram.polling import Take

HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 20
"""Updates that Telegram may bring at a time."""


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

    def route(self, take: Take) -> Route:
        """The route: 403 without the secret, before anything is read; 200 once the update is kept."""

        async def receive(request: Request) -> Response:
            given = request.headers.get(HEADER, "")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
                raise Refused(403, "This address is for Telegram.")
            await take([await json_object(request)])
            return JSONResponse({})

        return Route(self.path, guarded(receive), methods=["POST"])
