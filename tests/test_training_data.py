"""What nlu/ may hold."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answers.parts import CUT
from bot.answers.stated import ALWAYS_STATED, KINDS
from bot.clauses.store import ClauseStore
from bot.components.heads import LEARNED_ALONE, NO, YES
from bot.text.script import simplify

FILES = [path for path in sorted(Path("nlu").rglob("*.yml")) if path.name not in ("groups.yml", "concepts.yml")]
LABELS = {"leans/yes", "leans/no", "claims/yes", "claims/no", "past/yes", "past/no", "parts/cut"}


def key(text: str) -> str:
    """`text` without script, width, case and punctuation; the whole text where nothing else is in it."""
    return "".join(char for char in simplify(text) if char.isalnum()) or text


@cache
def blocks() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Every block of examples or labelled lines, with its file."""
    return tuple(
        (path, block) for path in FILES for block in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]
    )


def with_intent() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, block) for path, block in blocks() if "intent" in block]


def labelled() -> list[tuple[str, str]]:
    """Head and label, and text, of each labelled line."""
    return [(block["lookup"], text) for _, block in blocks() if "lookup" in block for text in examples(block)]


def metadata(block: dict[str, Any]) -> dict[str, Any]:
    return dict(block.get("metadata") or {})


def examples(block: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]


def test_no_example_repeats_another_and_none_stands_under_two_labels() -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for path, block in with_intent():
        for text in examples(block):
            seen[key(text)].append(f"{path}: {text}")
    assert {text: places for text, places in seen.items() if len(places) > 1} == {}


def test_every_labelled_line_is_for_something_that_is_learned() -> None:
    assert {name for name, _ in labelled()} == LABELS
    assert {name.partition("/")[0] for name in LABELS} <= {*LEARNED_ALONE, "parts"}
    assert {name.partition("/")[2] for name in LABELS} == {YES, NO, "cut"}


def test_no_labelled_line_repeats_another_or_stands_under_two_labels_of_one_head() -> None:
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, text in labelled():
        seen[name.partition("/")[0], key(text)].append(f"{name}: {text}")
    assert [lines for lines in seen.values() if len(lines) > 1] == []


def test_every_message_is_cut_into_parts_that_say_something() -> None:
    cut = [text for name, text in labelled() if name == "parts/cut"]
    assert [text for text in cut if not all(map(key, text.split(CUT)))] == []
    assert len([text for text in cut if CUT in text]) > 500
    assert len([text for text in cut if CUT not in text]) > 500
    assert [text for path, block in with_intent() for text in examples(block) if CUT in text] == []


def test_no_sentence_that_is_measured_on_is_trained_on() -> None:
    asked = []
    for path in Path("evaluation").glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            asked += [turn if isinstance(turn, str) else turn["user"] for turn in entry.get("turns", [])]
            asked += [entry["question"]] if "question" in entry else []
    held_out = {key(text) for text in asked if len(unicodedata.normalize("NFKC", text)) > 7}
    trained = {key(text) for _, block in blocks() for text in examples(block)}
    assert held_out & trained == set()


def test_every_block_names_a_clause_and_words_of_it_that_the_documents_have(store: ClauseStore) -> None:
    wrong = [
        (str(path), entry)
        for path, block in with_intent()
        for entry in metadata(block).get("answered_by", [])
        if not any(entry.get("words", "") in passage.text for passage in store.passages(entry["clause"]))
        or entry.get("words") == ""
        or set(entry) - {"clause", "words"}
    ]
    assert wrong == []


def test_what_stands_by_a_document_names_its_clauses_and_no_others(store: ClauseStore) -> None:
    of_document = {document.key: Path("nlu") / document.key for document in store.documents()}
    wrong = [
        (str(path), entry)
        for key, folder in of_document.items()
        for path, block in with_intent()
        if folder in path.parents
        for entry in metadata(block).get("answered_by", [])
        if not entry["clause"].startswith(f"{key}/")
    ]
    assert wrong == []


def test_every_block_says_only_what_the_components_read() -> None:
    wrong = [
        (str(path), said)
        for path, block in with_intent()
        for said in [metadata(block)]
        if set(said) - {"answered_by", "asks", "stated", "reason"}
        or said.get("asks", KINDS[0]) not in KINDS
        or not isinstance(said.get("stated", True), bool)
        or ("stated" in said) > ("asks" in said)
        or ("reason" in said) > (block["intent"] == "out_of_scope")
    ]
    assert wrong == []


def test_that_a_fact_is_stated_or_not_is_said_only_of_words_that_are_known() -> None:
    wrong = [
        (str(path), said)
        for path, block in with_intent()
        for said in [metadata(block)]
        if "stated" in said
        and said["asks"] not in ALWAYS_STATED
        and not any("words" in entry for entry in said.get("answered_by", []))
    ]
    assert wrong == []


def test_every_kind_of_thing_that_can_be_asked_has_examples_that_are_stated_or_left_open() -> None:
    found: dict[str, set[bool]] = defaultdict(set)
    for _, block in with_intent():
        if "asks" in metadata(block):
            found[metadata(block)["asks"]].add(metadata(block).get("stated", True))
    assert set(found) == set(KINDS)
    assert False in set().union(*found.values())


def test_every_clause_has_at_least_fifty_questions() -> None:
    count: dict[str, int] = defaultdict(int)
    for _, block in with_intent():
        if block["intent"] == "measure":
            for entry in metadata(block).get("answered_by", []):
                count[entry["clause"]] += len(examples(block))
    assert [number for number in range(1, 26) if count[f"2021-49/{number}"] < 50] == []
