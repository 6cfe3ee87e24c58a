"""Writes the stock Rasa project: its own configuration, and this project's training questions in the stock shape."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

STOCK = Path(__file__).parent / "stock"
ANSWERED = "clause"
"""The stock project's retrieval intent: clause/8 is "asks about clause 8"."""


def write_stock_project(nlu: Path, folder: Path, every: int) -> int:
    """Write a project for `rasa train` into `folder`, made from each `every`-th question in `nlu`; the number of its questions."""
    shutil.copytree(STOCK, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data").mkdir(exist_ok=True)
    questions = {intent: texts[::every] for intent, texts in questions_in(nlu).items()}
    _write(folder / "data" / "nlu.yml", {"nlu": [_block(intent, texts) for intent, texts in questions.items()]})
    plain = [intent for intent in questions if not intent.startswith(f"{ANSWERED}/")]
    _write(folder / "data" / "rules.yml", _rules_and_story(plain))
    _write(folder / "domain.yml", _domain(plain, [intent for intent in questions if intent not in plain]))
    _write(
        folder / "endpoints.yml",
        {
            "action_endpoint": {"url": "http://127.0.0.1:5055/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")},
        },
    )
    return sum(map(len, questions.values()))


def questions_in(nlu: Path) -> dict[str, list[str]]:
    """The questions of each stock intent: clause/N by the first clause that answers, everything else as it is."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(nlu.rglob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            if "intent" not in block:
                continue
            answered_by = (block.get("metadata") or {}).get("answered_by")
            intent = f"{ANSWERED}/{answered_by[0]['clause'].rpartition('/')[2]}" if answered_by else block["intent"]
            if intent != "measure":
                found[intent] += [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
    return found


def _block(intent: str, texts: list[str]) -> dict[str, str]:
    # brackets mark entities in Rasa's format
    return {
        "intent": intent,
        "examples": "".join(f"- {text.translate(str.maketrans('[](){}', '（）（）（）'))}\n" for text in texts),
    }


def _rules_and_story(plain: list[str]) -> dict[str, Any]:
    def then(intent: str, action: str) -> list[dict[str, str]]:
        return [{"intent": intent}, {"action": action}]

    rules = [{"rule": intent, "steps": then(intent, f"utter_{intent}")} for intent in plain]
    rules += [
        {"rule": ANSWERED, "steps": then(ANSWERED, "action_clause")},
        {"rule": "not understood", "steps": then("nlu_fallback", "utter_default")},
    ]
    story = [*then("greet", "utter_greet"), *then(ANSWERED, "action_clause"), *then("thanks", "utter_thanks")]
    return {"rules": rules, "stories": [{"story": "a question", "steps": story}]}


def _domain(plain: list[str], answered: list[str]) -> dict[str, Any]:
    return {
        "intents": [*plain, ANSWERED],
        "actions": ["action_clause"],
        "slots": {"clause": {"type": "text", "mappings": [{"type": "custom"}], "influence_conversation": False}},
        "responses": {f"utter_{name}": [{"text": name}] for name in (*plain, *answered, "default")},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(
        yaml.safe_dump({"version": "3.1", **content} if path.parent.name == "data" else content, allow_unicode=True),
        "utf-8",
    )
