"""The stock project that this one is measured beside."""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.load import Load
from benchmarks.report import Measured, write_report
from benchmarks.stock_project import write_stock_project


def test_it_learns_every_clause_and_each_question_whose_intent_or_clause_is_known(tmp_path: Path) -> None:
    written = write_stock_project(Path("nlu"), tmp_path, every=1)
    nlu = yaml.safe_load((tmp_path / "data" / "nlu.yml").read_text("utf-8"))["nlu"]
    assert {f"clause/{number}" for number in range(1, 26)} <= {block["intent"] for block in nlu}
    blocks = [block for path in Path("nlu").rglob("*.yml") for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]]
    known = [
        block
        for block in blocks
        if "intent" in block and (block["intent"] != "measure" or block["metadata"]["answered_by"])
    ]
    assert written == sum(len(block["examples"].splitlines()) for block in known)
    assert written == sum(len(block["examples"].splitlines()) for block in nlu)


def test_the_report_says_how_many_times_faster(tmp_path: Path) -> None:
    ours = Measured("rongce", 10, 5.0, 1.0, 100.0, [Load(1, 200.0, 5.0, 8.0)], {10: 4.0})
    stock = Measured("stock Rasa", 10, 50.0, 20.0, 1000.0, [Load(1, 20.0, 50.0, 80.0)], {10: 40.0})
    write_report(tmp_path, [ours, stock], asked=7)
    assert "| 1 sender: messages a second | 200 | 20 | 10.0 |" in (tmp_path / "benchmarks.md").read_text("utf-8")
    assert (tmp_path / "benchmarks.png").stat().st_size > 0
