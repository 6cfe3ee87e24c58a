"""The conversation in the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.settings import read_settings
from bot.terminal import converse


@pytest.mark.asyncio
async def test_a_conversation_in_the_terminal_answers_leans_on_the_last_answer_and_ends_with_the_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("注册公司要几天\n归谁管\n"))
    seen = io.StringIO()
    await converse(read_settings({}), Console(file=seen, width=400))
    assert "1 个工作日内" in seen.getvalue()
    assert seen.getvalue().count("市市场监管局") == 2
