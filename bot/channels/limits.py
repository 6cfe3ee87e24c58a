"""What all of our HTTP has in common: bounded bodies, strict headers, JSON that is checked."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from bot.channels.hosts import OurHosts
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.errors import MessageError, StateError
from bot.mailbox.mailbox import Also
from bot.mailbox.models import Exchange, Message, Reply
from bot.text.mask import mask

logger = logging.getLogger(__name__)

AT_MOST_DOCUMENTS, LONGEST_KEY = 20, 64
"""Documents that a conversation can be narrowed to, and characters of a document's key."""
MINUTE = 60.0
AT_MOST_COUNTED = 20_000
"""Visitors or addresses that are remembered before those of earlier minutes are forgotten."""
LETTERS = str.maketrans("0123456789", "ghijklmnop")
MAX_BODY = 2 * 2**20
"""Bytes of a request's body; a message that long is answered politely, a longer one is not read."""


def policy(sites: Sequence[str] = ()) -> bytes:
    """What a page may load, nothing but what is ours; only `sites` may show it in a frame."""
    ancestors = " ".join(sites) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    ).encode()


HEADERS = {
    b"content-security-policy": policy(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cross-origin-opener-policy": b"same-origin",
}


class Mailbox(Protocol):
    """What channels need of the mailbox."""

    async def ask(self, message: Message, *, also: Also | None = None) -> Reply: ...

    async def history(self, channel: str, conversation: str, limit: int = 50) -> tuple[Exchange, ...]: ...

    async def exchange(self, channel: str, conversation: str, message_id: str) -> Exchange | None: ...

    async def forget(self, channel: str, conversation: str) -> int: ...


class Narrowing(Protocol):
    """What channels need to narrow a conversation to some documents. Its methods raise StateError where that cannot be done now."""

    @property
    def store(self) -> ClauseStore: ...

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]: ...

    async def narrowed(self, message: Message) -> tuple[Document, ...]: ...


class Refused(Exception):
    """A request that is no message: `status`, the reason for the client, and after how many seconds it may try again."""

    def __init__(self, status: int, reason: str, again_after: int | None = None) -> None:
        super().__init__(reason)
        self.status, self.again_after = status, again_after


class Limit:
    """So much at most within a minute, of each; counted in this process: of several servers each lets as much through."""

    def __init__(self, at_most: int) -> None:
        """`at_most` 0 is no limit."""
        self._at_most = at_most
        self._times: dict[str, deque[float]] = {}

    def check(self, who: str) -> None:
        """Count one more of `who`. Raises Refused where that is too many; such a one does not count."""
        if not self._at_most:
            return
        now = time.monotonic()
        if len(self._times) >= AT_MOST_COUNTED:
            self._times = {name: times for name, times in self._times.items() if times[-1] > now - MINUTE}
        times = self._times.setdefault(who, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= self._at_most:
            wait = math.ceil(times[0] + MINUTE - now)
            raise Refused(429, TOO_MANY.format(seconds=wait), wait)
        times.append(now)


@dataclass(frozen=True)
class Rates:
    """How many messages a visitor, and all who come from one address, may send."""

    visitor: Limit
    address: Limit

    def check(self, request: Request, visitor: str) -> None:
        """Count one more message of `visitor`. Raises Refused where that is too many."""
        self.visitor.check(visitor)
        self.address.check(address(request))


def address(request: Request) -> str:
    """Where `request` comes from; "" where that is not known."""
    return request.client.host if request.client else ""


class StrictHeaders:
    """Adds headers to every response that does not bring its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[bytes, bytes] = HEADERS) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                named = {name for name, _ in own}
                message["headers"] = [*own, *(entry for entry in self._headers.items() if entry[0] not in named)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def middleware(hosts: Collection[str] = ("*",)) -> list[Middleware]:
    """What stands before every route; `hosts` are the names that are answered under."""
    return [Middleware(StrictHeaders), Middleware(OurHosts, names=hosts)]


def check_token(request: Request, token: str) -> None:
    """Raise Refused where `token` is not empty and `request` does not carry it as a bearer token."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        raise Refused(401, "A valid bearer token is needed (Authorization: Bearer …).")


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries. Raises Refused where it carries none, or too much."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "Content-Encoding is not accepted; send plain JSON.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "Content-Type must be application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(413, f"The body is longer than {MAX_BODY} bytes.")
    try:
        value = json.loads(bytes(body))
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise Refused(400, "The body must be a JSON object.")
    return value


def text_field(body: dict[str, Any], name: str, longest: int | None = None) -> str:
    """The text of a field. Raises Refused where it is missing, no text, or (where `longest` is given) not a plain name."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Refused(400, f"{name!r} must be text; it is {'missing' if value is None else type(value).__name__}.")
    if longest is not None and not (0 < len(value) <= longest and value.isprintable()):
        raise Refused(400, f"{name!r} must have 1 to {longest} printable characters.")
    return value


def kept_name(name: str, whose: str) -> str:
    """A client's name for a thing as it may be kept: one that looks like personal data becomes letters; any other, and what this made, stays.
    The same name of the same client becomes the same letters. It is not for the eye any more; who has the database and tries all telephone
    numbers still finds which one it was.
    """
    if mask(name) == name:
        return name
    digest = hmac.new(whose.encode(), name.encode(), hashlib.sha256).hexdigest()
    return digest[:32].translate(LETTERS)  # with digits in it, it might look like personal data itself


def document_keys(body: dict[str, Any]) -> tuple[str, ...]:
    """The keys in a body's `documents`. Raises Refused where that is no list of up to AT_MOST_DOCUMENTS keys."""
    keys = body.get("documents")
    if not isinstance(keys, list) or len(keys) > AT_MOST_DOCUMENTS:
        raise Refused(400, f"'documents' must be a list of at most {AT_MOST_DOCUMENTS} documents' keys.")
    return tuple(text_field({"documents": key}, "documents", LONGEST_KEY) for key in keys)


def not_held(keys: Sequence[str], store: ClauseStore) -> tuple[str, ...]:
    """Those of the keys that no document of `store` has."""
    return tuple(key for key in keys if not store.holds_document(key))


def number_of(request: Request, name: str) -> int | None:
    """The number that a request's address gives as `name`; None where it gives none. Raises Refused for anything else."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise Refused(400, f"{name!r} must be a whole number.")
    return int(value)


def guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """`handler`, whose failures become a JSON object with a reason; never an empty answer."""

    async def guard(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            headers = {"Retry-After": str(refused.again_after)} if refused.again_after else {}
            return JSONResponse({"error": str(refused)}, refused.status, headers)
        except MessageError as error:
            return JSONResponse({"error": str(error)}, 429)
        except StateError as error:
            logger.error("not answered now: %s", error)
            return JSONResponse({"error": BUSY}, 503, headers={"Retry-After": "5"})
        except Exception:  # the last guard before the client: the log has the reason, without the text
            logger.exception("a request to %s failed", request.url.path)
            return JSONResponse({"error": BUSY}, 500)

    return guard


TOO_MANY = "发得太快了，请 {seconds} 秒后再发。 Too many messages; please send it again in {seconds} seconds."
BUSY = "抱歉，现在答不了，请稍后再发一次。 Sorry, I cannot answer right now; please send it again in a moment."
