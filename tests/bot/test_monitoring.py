"""/metrics counts what was asked and what waits, tells nobody's words, and is not for everybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot.errors import MessageError, StateError
from bot.logs import configure_logs
from bot.mailbox.mailbox import AT_MOST_WAITING, Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import messages
from bot.metrics import encoding, exposed
from bot.server import application
from bot.settings import Settings, read_settings

QUESTION = "留學生回福州創業有補助嗎"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def counted() -> Callable[..., float]:
    """How much a sample has grown since the test began."""
    before = samples(exposed().decode())

    def grown(name: str, **labels: str) -> float:
        key = name, tuple(sorted(labels.items()))
        return samples(exposed().decode()).get(key, 0.0) - before.get(key, 0.0)

    return grown


def settings(folder: Path, **others: Any) -> Settings:
    return replace(read_settings({}), state_url=f"sqlite:///{folder}/rongce.db", **others)


def answering(name: str, kind: str) -> Any:
    async def answer(_: Message) -> Reply:
        return Reply((Line(name, "…"),), {"kind": kind})

    return answer


@pytest.mark.asyncio
async def test_messages_are_counted_by_channel_and_outcome_with_their_time(
    state: State, counted: Callable[..., float]
) -> None:
    for number in range(3):
        await Mailbox(state, answering("utter_measure", "answer")).ask(Message("web", "c", str(number), QUESTION))
    await Mailbox(state, answering("utter_error", "no_answer")).ask(Message("rest", "c", "4", QUESTION))
    assert counted("rongce_messages_total", channel="web", outcome="answer") == 3
    assert counted("rongce_messages_total", channel="rest", outcome="error") == 1
    assert counted("rongce_message_seconds_count", channel="web") == 3


@pytest.mark.asyncio
async def test_what_was_refused_or_failed_is_counted_too(state: State, counted: Callable[..., float]) -> None:
    async def fail(_: Message) -> Reply:
        raise StateError("gone")

    mailbox = Mailbox(state, fail)
    with pytest.raises(StateError):
        await mailbox.ask(Message("web", "c", "1", QUESTION))
    waiting = {"channel": "web", "conversation": "c", "text": QUESTION, "received_at": time.time()}
    rows = [{**waiting, "message_id": f"waiting-{number}"} for number in range(AT_MOST_WAITING)]
    state.within(lambda connection: connection.execute(sa.insert(messages), rows))
    with pytest.raises(MessageError):
        await mailbox.ask(Message("web", "c", "2", QUESTION))
    assert counted("rongce_messages_total", channel="web", outcome="failed") == 1
    assert counted("rongce_messages_total", channel="web", outcome="refused") == 1


def test_errors_are_counted_by_class_and_the_encoder_by_what_became_of_its_calls(
    own_logs: None, counted: Callable[..., float]
) -> None:
    configure_logs("info")
    logger = logging.getLogger("bot.test")
    logger.error("not answered now: %s", StateError("gone"))
    try:
        with encoding():
            raise ValueError(QUESTION)
    except ValueError:
        logger.exception("it failed")
    logger.error("just so")
    logger.warning("not so bad: %s", StateError("gone"))
    with encoding():
        pass
    assert counted("rongce_errors_total", **{"class": "StateError"}) == 1
    assert counted("rongce_errors_total", **{"class": "ValueError"}) == 1
    assert counted("rongce_errors_total", **{"class": "logged"}) == 1
    assert counted("rongce_encoder_seconds_count", outcome="failed") == 1
    assert counted("rongce_encoder_seconds_count", outcome="ok") == 1


@pytest.mark.asyncio
async def test_what_waits_and_since_when_is_read_from_the_state_and_no_word_or_name_is_told(tmp_path: Path) -> None:
    kept_at = settings(tmp_path)
    state = State(kept_at.state_url)

    async def fail(_: Message) -> Reply:
        raise StateError("gone")

    with pytest.raises(StateError):
        await Mailbox(state, fail).ask(Message("web", "whose-conversation", "whose-message", QUESTION))
    state.close()
    text = TestClient(application(kept_at)).get("/metrics").text
    found = samples(text)
    assert found["rongce_waiting", (("kind", "messages"),)] == 1
    assert found["rongce_waiting_age_seconds", (("kind", "messages"),)] > 0
    assert found["rongce_waiting", (("kind", "sends"),)] == 0
    assert found["rongce_fault", (("part", "model"),)] == 1
    assert found["rongce_fault", (("part", "state"),)] == 0
    assert found["rongce_leases", ()] == 0
    assert not any(word in text for word in (QUESTION, "whose-"))


@pytest.mark.parametrize(
    ("others", "sent", "status"),
    [
        ({}, "", 200),
        ({"host": "0.0.0.0", "rest_token": "r" * 20}, "", 403),
        ({"host": "0.0.0.0", "rest_token": "r" * 20}, "r" * 20, 403),
        ({"host": "0.0.0.0", "rest_token": "r" * 20, "metrics_token": "m" * 20}, "m" * 20, 200),
        ({"metrics_token": "m" * 20}, "", 401),
        ({"metrics_token": "m" * 20}, "wrong", 401),
    ],
)
def test_figures_are_for_who_sends_the_token_or_is_on_this_machine(
    tmp_path: Path, others: dict[str, str], sent: str, status: int
) -> None:
    browser = TestClient(application(settings(tmp_path, **others)))
    assert browser.get("/metrics", headers={"Authorization": f"Bearer {sent}"}).status_code == status
