"""What the README says is what the code does."""

from __future__ import annotations

from pathlib import Path

from bot.settings import SETTINGS


def test_the_readme_lists_every_setting_with_its_default_and_purpose() -> None:
    listed = [
        line
        for line in Path("README.md").read_text("utf-8").splitlines()
        if line.startswith(("| `RONGCE_", "| `TELEGRAM_"))
    ]
    cells = [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in listed]
    assert cells == [tuple(map(str, setting)) for setting in SETTINGS]
