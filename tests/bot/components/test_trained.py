from __future__ import annotations

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.errors import ModelError
from bot.mailbox.state import State
from bot.mailbox.trackers import WindowedTrackerStore
from bot.settings import read_settings


@pytest.mark.parametrize("content", [None, b"", b"no archive" * 100])
def test_a_missing_or_damaged_model_is_refused(content: bytes | None, tmp_path: Path, state: State) -> None:
    path = tmp_path / "model.tar.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="python -m bot train"):
        Assistant.load(read_settings({"RONGCE_MODEL": str(path)}), WindowedTrackerStore.on(state))
