"""What those who run a server ask it: whether it lives, whether it is ready, and its figures for Prometheus."""

from __future__ import annotations

import contextlib
import math

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.channels.limits import Refused, check_token, guarded
from bot.errors import StateError
from bot.mailbox.state import State
from bot.mailbox.waiting import KINDS, Waiting, waiting
from bot.readiness import Readiness, Standing

UNKNOWN = Waiting(math.nan, math.nan)


def routes(readiness: Readiness, state: State, token: str, on_loopback: bool) -> list[Route]:
    """The routes. Where `token` is not empty, /metrics wants it as a bearer token; where it is, /metrics is there on loopback only."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        standing = await readiness.standing()
        told = {"faults": dict(standing.faults), "warnings": dict(standing.warnings)}
        if standing.faults:
            return JSONResponse({"status": "not ready", "reason": " ".join(standing.faults.values()), **told}, 503)
        return JSONResponse({"status": "ready", **told})

    async def figures(request: Request) -> Response:
        if not token and not on_loopback:
            raise Refused(403, "Others can reach this server: set RONGCE_METRICS_TOKEN, and let Prometheus send it.")
        check_token(request, token)
        _note(await readiness.standing(), readiness.parts)
        await _read(state)
        return Response(metrics.exposed(), media_type=metrics.CONTENT_TYPE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", guarded(figures), methods=["GET"])]


def _note(standing: Standing, parts: tuple[str, ...]) -> None:
    for part in parts:
        metrics.fault.labels(part).set(part in standing.faults)


async def _read(state: State) -> None:
    """Take over what waits; what cannot be read now is no number."""
    found, held = dict.fromkeys(KINDS, UNKNOWN), math.nan
    with contextlib.suppress(StateError):  # /readyz tells it
        found, held = await waiting(state)
    for kind, entry in found.items():
        metrics.waiting.labels(kind).set(entry.count)
        metrics.waiting_age.labels(kind).set(entry.age)
    metrics.leases.set(held)
