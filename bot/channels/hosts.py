"""Which names this server answers under. A page of another site whose name is made to lead to this machine (DNS rebinding) comes under that name,
and is refused; who comes by an address of the machine does not come by a name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ASKED_BY_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""What those who run a server ask under whatever name it has among them; none of it is anybody's."""


class OurHosts:
    """Refuses a request whose Host is not ours: none of `names`, and no IP address. `*` among them lets every name pass."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app, self._names = app, frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if scope["type"] != "http" or scope["path"] in ASKED_BY_MACHINES or self._is_ours(host):
            await self._app(scope, receive, send)
            return
        reason = f"This server does not answer under the name {host!r}. Those who run it add the name to RONGCE_HOSTS."
        await JSONResponse({"error": reason}, 421)(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        name = name_in(host)
        return "*" in self._names or name in self._names or _is_address(name)


def name_in(host: str) -> str:
    """The name in a Host header, without its port: localhost, 127.0.0.1, ::1."""
    if host.startswith("[") and "]" in host:
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
