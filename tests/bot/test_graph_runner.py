"""Rasa's graph, run in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.graph_runner import OrderedGraphRunner

CALLS: list[str] = []


class Joining(GraphComponent):
    """Joins what it is given, and its own word."""

    def __init__(self, word: str) -> None:
        self._word = word

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Joining:
        """Called by the graph."""
        return cls(config["word"])

    def join(self, **given: str) -> str:
        """`given` in the order of its names."""
        CALLS.append(self._word)
        return "(" + "+".join([*(given[name] for name in sorted(given)), self._word]) + ")"


def _node(word: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs, Joining, "create", "join", {"word": word}, eager=True)


SCHEMA = GraphSchema(
    {
        "last": _node("last", a="left", b="right", c="__asked__"),
        "right": _node("right", a="first"),
        "left": _node("left", a="first"),
        "first": _node("first", a="__asked__"),
        "beside": _node("beside", a="__other__"),
    }
)


def _runner(kind: type[DaskGraphRunner], folder: Path) -> DaskGraphRunner:
    return kind(SCHEMA, LocalModelStorage.create(folder), ExecutionContext(SCHEMA))


def test_it_gives_what_rasas_own_runner_gives(tmp_path: Path) -> None:
    inputs, targets = {"__asked__": "question"}, ["last", "left"]
    ours = _runner(OrderedGraphRunner, tmp_path / "ours").run(inputs, targets)
    assert ours == _runner(DaskGraphRunner, tmp_path / "rasas").run(inputs, targets)
    assert ours["last"].count("question") == 3


def test_each_component_runs_once_and_only_where_it_is_needed(tmp_path: Path) -> None:
    runner = _runner(OrderedGraphRunner, tmp_path)
    for _ in range(2):
        CALLS.clear()
        runner.run({"__asked__": "question"}, ["last"])
        assert sorted(CALLS) == ["first", "last", "left", "right"]


def test_an_input_that_nobody_gave_is_told(tmp_path: Path) -> None:
    with pytest.raises(GraphRunError, match="__other__"):
        _runner(OrderedGraphRunner, tmp_path).run({"__asked__": "question"}, ["beside"])
