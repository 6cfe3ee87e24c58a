"""What is counted for Prometheus: numbers by kind, never what anybody wrote, who it was or which conversation."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.errors import MessageError

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_LATEST
NAMELESS = "logged"
"""The class of an error that was told without an exception."""

messages = Counter(
    "rongce_messages", "Messages asked, by channel and what they came to.", ["channel", "outcome"], registry=REGISTRY
)
latency = Histogram(
    "rongce_message_seconds",
    "Seconds from a message to its reply, waiting for its turn included.",
    ["channel"],
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0),
    registry=REGISTRY,
)
in_progress = Gauge(
    "rongce_messages_in_progress", "Messages that this server has taken and not answered yet.", registry=REGISTRY
)
errors = Counter("rongce_errors", "Errors logged, by the class of the exception.", ["class"], registry=REGISTRY)
encoder_seconds = Histogram(
    "rongce_encoder_seconds",
    "Seconds of each call of the encoder.",
    ["outcome"],
    buckets=(0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0),
    registry=REGISTRY,
)
waiting = Gauge(
    "rongce_waiting", "What waits in the state, whichever server is at it, by kind.", ["kind"], registry=REGISTRY
)
waiting_age = Gauge(
    "rongce_waiting_age_seconds", "Seconds since the oldest of what waits came, by kind.", ["kind"], registry=REGISTRY
)
leases = Gauge("rongce_leases", "What this server is at and no other may be at meanwhile.", registry=REGISTRY)
fault = Gauge("rongce_fault", "1 where /readyz tells a fault of a part, else 0.", ["part"], registry=REGISTRY)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


class Asked:
    """What a message came to: the kind of its reply (docs/answer.md), "error" where that is an apology, "refused" where too many waited,
    "failed" where it could not be kept or answered, "left" where whoever asked went away before.
    """

    outcome = "left"


@contextlib.contextmanager
def asking(channel: str) -> Iterator[Asked]:
    """Count a message of `channel` and the time that it takes."""
    asked, started = Asked(), time.perf_counter()
    in_progress.inc()
    try:
        yield asked
    except MessageError:
        asked.outcome = "refused"
        raise
    except Exception:
        asked.outcome = "failed"
        raise
    finally:
        in_progress.dec()
        messages.labels(channel, asked.outcome).inc()
        latency.labels(channel).observe(time.perf_counter() - started)


@contextlib.contextmanager
def encoding() -> Iterator[None]:
    """Count a call of the encoder, and the time that it takes."""
    started, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "ok"
    finally:
        encoder_seconds.labels(outcome).observe(time.perf_counter() - started)


class CountErrors(logging.Handler):
    """Counts what is logged as an error, by the class of the exception that it tells of."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging."""
        told = [record.exc_info[1]] if record.exc_info else list(record.args if isinstance(record.args, tuple) else ())
        named = next((type(entry).__name__ for entry in told if isinstance(entry, BaseException)), NAMELESS)
        errors.labels(named).inc()


def exposed() -> bytes:
    """All that is counted, as Prometheus reads it."""
    return generate_latest(REGISTRY)
