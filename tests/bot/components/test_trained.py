from __future__ import annotations

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.components import trained
from bot.components.trained import learned_elsewhere
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


class Learned:
    """A component that learned about a document, which is held in the words of then or not."""

    def __init__(self, key: str, is_held: bool) -> None:
        self._learned = {key: "fingerprint"}
        self.taught = frozenset([key] if is_held else [])


@pytest.mark.parametrize(("is_held", "told"), [((True, False), ()), ((False, False), ("a", "b"))])
def test_a_model_about_other_documents_is_known_by_none_of_its_own_being_held(
    is_held: tuple[bool, bool], told: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained, "_loaded", [Learned("a", is_held[0]), Learned("b", is_held[1])])
    assert learned_elsewhere() == told
