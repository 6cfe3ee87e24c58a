"""What the log holds: events and ids, never what a person wrote, never a local variable, never a token."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

from bot.metrics import CountErrors

QUIET = (
    "rasa_sdk",
    "telegram",
    "httpx",
    "httpcore",
    "apscheduler",
    "asyncio",
    "matplotlib",
    "jieba",
    "sqlalchemy",
    "alembic",
)
"""Libraries that log addresses (httpx logs Telegram's, with the token in it) or nothing worth reading."""
SILENT = ("py.warnings", "rasa.shared.utils.common")
"""What libraries say of their own code: what will be deprecated, and that a part of Rasa which we do not use is experimental."""
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Redaction(logging.Filter):
    """Takes secrets out of whatever is logged: the message, its arguments, and the traceback."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by logging for each record; none is kept back."""
        if self._secrets:
            record.msg, record.args = self._without(record.getMessage()), ()
            if record.exc_info:
                record.exc_text = self._without(logging.Formatter().formatException(record.exc_info))
        return True

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "‹secret›")
        return text


def configure_logs(level: str, secrets: Iterable[str] = (), as_json: bool = False) -> None:
    """Log from `level` ("debug" … "error") on, one line an event, on standard error: as text (a traceback has more lines), or as a JSON object
    with timestamp, level, logger, event and, where something failed, exception. `secrets` are left out of every line.
    """
    warnings.simplefilter("ignore")
    logging.captureWarnings(True)  # Sanic lets them be shown again when it is imported
    number = logging.getLevelName(level.upper())
    shown = logging.StreamHandler()
    shown.addFilter(Redaction(secrets))
    if as_json:
        shown.setFormatter(_json())
    # errors are counted first: the redaction takes a record's exception out of it
    logging.basicConfig(level=number, format=TEXT, handlers=[CountErrors(), shown], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.ERROR)
    # Rasa prints messages' texts at debug and info, whatever our own level is.
    logging.getLogger("rasa").setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(max(number, logging.ERROR)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _json() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso"),
            _redacted_traceback,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _redacted_traceback(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the traceback as the redaction left it, where it did."""
    if text := event["_record"].exc_text:
        event.pop("exc_info", None)
        event["exception"] = text
    return event
