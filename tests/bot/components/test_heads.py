"""What kind of thing is asked, and whether a passage states it: the second opinion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse as sparse
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.clauses.models import Passage
from bot.components import heads, vocabulary
from bot.components.featurizer import VECTOR, WORDS_OF
from bot.components.heads import Heads
from bot.components.reading import READING
from bot.components.references import GROUPS, MASKED
from bot.components.vocabulary import clause_store
from bot.errors import EncoderError
from tests.bot.components.storage import Folder


class FixedOpinion:
    """Always of one opinion."""

    def __init__(self, stated: float) -> None:
        self._stated = stated

    def judge(
        self, message: Message, vector: sparse.csr_matrix, passages: Sequence[Passage]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The same for every passage."""
        return {"money": 1.0}, {passage.key: self._stated for passage in passages}


class CountingEncoder:
    """Counts how often it is asked; cannot be reached where it is `down`."""

    name = "counting"

    def __init__(self, down: bool = False) -> None:
        self.asked, self._down = 0, down

    def questions(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A vector of two numbers for each text."""
        self.asked += 1
        if self._down:
            raise EncoderError("down")
        return np.ones((len(texts), 2), np.float32)

    passages = questions


def stated(monkeypatch: pytest.MonkeyPatch, encoder: CountingEncoder, first: float, act: str = "measure") -> float:
    """What is said of the likeliest passage, where the first opinion is `first` and the second 0.9."""
    monkeypatch.setattr(heads, "encoder", lambda: encoder)
    monkeypatch.setattr(vocabulary, "encoder", lambda: encoder)
    monkeypatch.setattr(vocabulary, "_known", {})
    component = Heads(Folder(Path()), Resource("heads"))
    component._by_words, component._by_meaning = FixedOpinion(first), FixedOpinion(0.9)  # type: ignore[assignment]
    component._centre, component._encoder = np.asarray([0.5, 0.0], np.float32), encoder.name
    component._models = {}
    monkeypatch.setattr(Heads, "_of", lambda *_: 0.0)
    likely = next(passage.key for passage in clause_store().passages() if passage.position)
    reading = {"candidates": [(likely, 0.9)], "in_context": [], "act": act}
    message = Message(
        {
            TEXT: "有多少钱",
            MASKED: "有多少钱",
            GROUPS: [],
            READING: reading,
            VECTOR: sparse.csr_matrix((1, 3)),
            WORDS_OF: list,
        }
    )
    component.process([message])
    return float(message.get(READING)["stated"][likely])


def test_the_encoder_is_asked_only_where_the_first_opinion_is_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = CountingEncoder()
    assert stated(monkeypatch, encoder, 0.95) == 0.95
    assert stated(monkeypatch, encoder, 0.05) == 0.05
    assert stated(monkeypatch, encoder, 0.4, "departments") == 0.4
    assert encoder.asked == 0
    assert 0.4 < stated(monkeypatch, encoder, 0.4) < 0.9
    assert encoder.asked == 1


def test_the_first_opinion_stands_where_the_encoder_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stated(monkeypatch, CountingEncoder(down=True), 0.4) == 0.4
