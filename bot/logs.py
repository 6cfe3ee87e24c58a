"""What the log holds: events and ids, never what a person wrote, never a local variable, never a token."""

from __future__ import annotations

import logging
import warnings

import structlog

QUIET = ("rasa_sdk", "httpx", "httpcore", "apscheduler", "asyncio", "matplotlib", "jieba", "sqlalchemy")
"""Libraries that log addresses (httpx logs Telegram's, with the token in it) or nothing worth reading."""


def configure_logs(level: str) -> None:
    """Log from `level` ("debug" … "error") on, one line an event, on standard error."""
    warnings.simplefilter("ignore")
    number = logging.getLevelName(level.upper())
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Rasa prints messages' texts at debug and info, whatever our own level is.
    logging.getLogger("rasa").setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(max(number, logging.ERROR)),
        logger_factory=structlog.PrintLoggerFactory(),
    )
