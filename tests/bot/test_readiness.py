"""What /readyz says, and that asking for it often costs nothing."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import readiness
from bot.errors import StateError
from bot.readiness import Part, Readiness
from bot.server import application
from bot.settings import read_settings

pytestmark = pytest.mark.asyncio


async def test_a_fault_and_a_warning_are_told_by_the_part_that_has_it() -> None:
    def full() -> None:
        raise StateError("Its disk is full.")

    parts = {"state": Part("state", full), "clauses": Part("clauses", lambda: None)}
    standing = await Readiness(parts, {"model": Part("model", lambda: "Train it anew.")}).standing()
    assert standing.faults == {"state": "Its disk is full."}
    assert standing.warnings == {"model": "Train it anew."}


async def test_however_often_it_is_asked_a_part_is_looked_at_once_in_some_seconds() -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1

    part = Part("state", look)
    await asyncio.gather(*(part.trouble() for _ in range(100)))
    for _ in range(100):
        await part.trouble()
    assert looks == 1


async def test_a_part_that_hangs_is_told_and_is_not_looked_at_again_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.01)
    goes_on, looks = threading.Event(), 0

    def hang() -> None:
        nonlocal looks
        looks += 1
        goes_on.wait(30)

    part = Part("state", hang)
    assert ["hangs" in told for told in await asyncio.gather(part.trouble(), part.trouble())] == [True, True]
    assert looks == 1
    goes_on.set()
    monkeypatch.setattr(readiness, "PATIENCE", 30.0)
    assert await part.trouble() == ""


async def test_a_part_that_breaks_while_it_is_looked_at_is_told_too() -> None:
    assert "ZeroDivisionError" in await Part("state", lambda: str(1 / 0)).trouble()


async def test_a_fault_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    told = ["full", "full", ""]
    part = Part("state", lambda: told.pop(0), every=0.0)
    with caplog.at_level("INFO"):
        for _ in range(3):
            await part.trouble()
    assert [record.getMessage() for record in caplog.records] == ["state: full", "state: all is well again"]


async def test_over_http_every_part_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "clauses.db"
    monkeypatch.setenv("RONGCE_CLAUSES", str(gone))
    settings = replace(read_settings(), state_url=f"sqlite:///{tmp_path}/rongce.db")
    answer = TestClient(application(settings)).get("/readyz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["status"] == "not ready"
    assert set(told["faults"]) == {"model", "clauses"}
    assert str(gone) in told["faults"]["clauses"] and "python -m bot build" in told["faults"]["clauses"]
    assert told["faults"]["model"] in told["reason"]
