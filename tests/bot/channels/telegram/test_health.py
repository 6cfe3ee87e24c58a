"""When the channel says that it is down."""

from __future__ import annotations

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError

from bot.channels.telegram.health import SILENT_FOR, Health


class Clock:
    """A clock that stands still until it is told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_down_until_telegram_has_answered_once() -> None:
    health = Health(Clock())
    assert health.trouble() == "Telegram cannot be reached yet"
    health.worked()
    assert health.trouble() is None


def test_a_failure_that_ends_soon_is_no_trouble_and_one_that_lasts_is() -> None:
    clock = Clock()
    health = Health(clock)
    health.worked()
    health.failed(NetworkError("gone"))
    clock.now += SILENT_FOR - 1
    assert health.trouble() is None
    clock.now += 1
    assert health.trouble() == "Telegram cannot be reached (NetworkError)"
    health.worked()
    assert health.trouble() is None


def test_a_token_that_is_refused_is_named() -> None:
    health = Health(Clock())
    health.failed(InvalidToken())
    assert health.trouble() == "Telegram refuses the bot's token"


def test_silence_without_an_error_is_trouble_too() -> None:
    clock = Clock()
    health = Health(clock)
    health.worked()
    clock.now += SILENT_FOR
    assert health.trouble() is not None


def test_each_kind_of_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    health = Health(Clock())
    for error in (Conflict("two"), Conflict("two"), NetworkError("gone"), NetworkError("gone")):
        health.failed(error)
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "Only one may" in caplog.records[0].message
