from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import StateError
from bot.logs import Redaction, configure_logs
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Message, Reply
from bot.mailbox.state import State

SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
QUESTION = "留學生回福州創業有補助嗎"


def test_a_secret_is_left_out_of_the_message_its_arguments_and_the_traceback() -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logger = logging.getLogger("bot.test_logs")
    handler = Kept()
    handler.addFilter(Redaction([SECRET, ""]))
    logger.addHandler(handler)
    try:
        logger.error("the address is %s", f"https://api.telegram.org/bot{SECRET}/getMe")
        try:
            raise ValueError(f"token {SECRET}")
        except ValueError:
            logger.exception("it failed")
    finally:
        logger.removeHandler(handler)
    assert len(lines) == 2
    assert SECRET not in "".join(lines)
    assert "it failed" in lines[1] and "ValueError" in lines[1]


pytestmark = pytest.mark.usefixtures("own_logs")


def logged(capsys: pytest.CaptureFixture[str]) -> list[tuple[dict[str, Any], str]]:
    """What was logged as JSON, read; and its lines."""
    return [(json.loads(line), line) for line in capsys.readouterr().err.splitlines()]


def test_as_json_each_event_is_one_object_on_one_line_without_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("info", [SECRET], as_json=True)
    logger = logging.getLogger("bot.test_logs")
    logger.info("lane %s waits", 7)
    try:
        raise ValueError(f"token {SECRET}\nof two lines")
    except ValueError:
        logger.exception("it failed with %s", SECRET)
    (waits, _), (failed, line) = logged(capsys)
    assert waits["event"] == "lane 7 waits"
    assert (waits["level"], waits["logger"]) == ("info", "bot.test_logs")
    assert waits["timestamp"].startswith("20")
    assert "ValueError" in failed["exception"] and "test_logs.py" in failed["exception"]
    assert SECRET not in line and "‹secret›" in failed["event"]


def test_as_json_a_traceback_is_there_where_there_is_no_secret_to_leave_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", as_json=True)
    try:
        raise ValueError("plain")
    except ValueError:
        logging.getLogger("bot.test_logs").exception("it failed")
    assert "ValueError: plain" in logged(capsys)[0][0]["exception"]


@pytest.mark.asyncio
async def test_a_message_that_cannot_be_kept_or_answered_leaves_no_word_of_it_in_the_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    configure_logs("info", as_json=True)
    state = State(f"sqlite:///{tmp_path}/rongce.db")

    async def answer(_: Message) -> Reply:
        state.within(lambda connection: connection.execute(sa.text("drop table messages")))
        return Reply((), {"kind": "answer"})

    try:
        await Mailbox(state, answer).ask(Message("web", "c", "1", QUESTION))
    except StateError:
        logging.getLogger("bot.test_logs").exception("not answered")
    await asyncio.sleep(0)
    state.close()
    lines = [line for _, line in logged(capsys)]
    assert any("no such table" in line for line in lines)
    assert not any(QUESTION in line for line in lines)


def test_the_command_line_logs_as_json_where_it_is_set(tmp_path: Path) -> None:
    code = "import logging; from bot.__main__ import _settings; _settings(); logging.getLogger('bot').error('said')"
    environment = {"RONGCE_LOG_FORMAT": "json", "PATH": "/usr/bin:/bin"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(found.stderr)["event"] == "said"
