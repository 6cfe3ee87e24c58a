"""Settings that are wrong are told with their value and what would do."""

from __future__ import annotations

import pytest

from bot.errors import SettingError
from bot.settings import read_settings


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.1, 10.1.0.0/16", "::1", "*"])
def test_proxies_are_addresses_networks_or_any(proxies: str) -> None:
    assert read_settings({"RONGCE_PROXIES": proxies}).proxies == proxies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RONGCE_PROXIES", "nginx"),
        ("RONGCE_PROXIES", "127.0.0.1,"),
        ("RONGCE_VISITOR_RATE", "many"),
        ("RONGCE_ADDRESS_RATE", "-1"),
    ],
)
def test_what_is_no_proxy_and_no_rate_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_rates_can_be_set_and_switched_off() -> None:
    settings = read_settings({"RONGCE_VISITOR_RATE": "0", "RONGCE_ADDRESS_RATE": "1000"})
    assert (settings.visitor_rate, settings.address_rate) == (0, 1000)
