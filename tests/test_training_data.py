"""What nlu/ may hold."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from bot.clauses.store import ClauseStore
from bot.text.script import simplify

FILES = [path for path in sorted(Path("nlu").rglob("*.yml")) if path.name not in ("groups.yml", "concepts.yml")]


def key(text: str) -> str:
    """`text` without script, width, case and punctuation; the whole text where nothing else is in it."""
    return "".join(char for char in simplify(text) if char.isalnum()) or text


def blocks() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, block) for path in FILES for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]]


def examples(block: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]


def test_no_example_repeats_another_and_none_stands_under_two_labels() -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for path, block in blocks():
        for text in examples(block):
            seen[key(text)].append(f"{path}: {text}")
    assert {text: places for text, places in seen.items() if len(places) > 1} == {}


def test_no_sentence_that_is_measured_on_is_trained_on() -> None:
    asked = []
    for path in Path("evaluation").glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            asked += [turn["user"] for turn in entry["turns"]] if "turns" in entry else [entry["question"]]
    held_out = {key(text) for text in asked if len(unicodedata.normalize("NFKC", text)) > 7}
    trained = {key(text) for _, block in blocks() for text in examples(block)}
    assert held_out & trained == set()


def test_every_block_names_words_of_the_clause_that_answers(store: ClauseStore) -> None:
    wrong = [
        (str(path), entry)
        for path, block in blocks()
        for entry in (block.get("metadata") or {}).get("answered_by", [])
        if not any(entry["words"] in passage.text for passage in store.passages(entry["clause"]))
    ]
    assert wrong == []


def test_every_clause_has_at_least_fifty_questions() -> None:
    count: dict[str, int] = defaultdict(int)
    for _, block in blocks():
        if block["intent"] == "measure":
            for entry in block["metadata"]["answered_by"]:
                count[entry["clause"]] += len(examples(block))
    assert [number for number in range(1, 26) if count[f"2021-49/{number}"] < 50] == []
