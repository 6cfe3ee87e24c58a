"""Every setting: its name in the environment, its default, and what it is for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingError

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("RONGCE_HOST", "127.0.0.1", "address to listen on; anything but loopback needs RONGCE_REST_TOKEN"),
    ("RONGCE_PORT", "5005", "port to listen on"),
    ("RONGCE_REST_TOKEN", "", "bearer token that REST clients must send; empty: REST is open, on loopback only"),
    ("RONGCE_DOCUMENTS", "documents", "folder of the documents"),
    ("RONGCE_CLAUSES", "build/clauses.db", "the clause database, built from the documents"),
    ("RONGCE_MODEL", "build/model.tar.gz", "the trained model"),
    ("RONGCE_STATE_URL", "sqlite:///state/rongce.db", "SQLAlchemy URL where conversations are kept"),
    ("RONGCE_LOG_LEVEL", "info", "debug, info, warning or error; message text is never logged"),
)
"""(name, default, help) of each setting; README's table and `serve --help` are made from it."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Settings:
    """The settings' values, checked."""

    host: str
    port: int
    rest_token: str
    documents: Path
    clauses: Path
    model: Path
    state_url: str
    log_level: str


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """The settings from `environment` (the process's own where None).

    Raises SettingError naming the setting, its value and what would do.
    """
    given = os.environ if environment is None else environment
    value = {name: given.get(name) or default for name, default, _ in SETTINGS}
    settings = Settings(
        host=value["RONGCE_HOST"],
        port=_port(value["RONGCE_PORT"]),
        rest_token=value["RONGCE_REST_TOKEN"],
        documents=Path(value["RONGCE_DOCUMENTS"]),
        clauses=Path(value["RONGCE_CLAUSES"]),
        model=Path(value["RONGCE_MODEL"]),
        state_url=value["RONGCE_STATE_URL"],
        log_level=_log_level(value["RONGCE_LOG_LEVEL"]),
    )
    if settings.host not in LOOPBACK and not settings.rest_token:
        raise SettingError(
            f"RONGCE_HOST is {settings.host!r}, which others can reach, and RONGCE_REST_TOKEN is empty. "
            "Set a token, or listen on 127.0.0.1."
        )
    return settings


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingError(f"RONGCE_PORT is {text!r}; a number from 1 to 65535 is needed.")
    return int(text)


def _log_level(text: str) -> str:
    if text not in ("debug", "info", "warning", "error"):
        raise SettingError(f"RONGCE_LOG_LEVEL is {text!r}; one of debug, info, warning, error is needed.")
    return text
