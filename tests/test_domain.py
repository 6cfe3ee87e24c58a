"""domain.yml, stories/ and actions/ fit each other: nothing unused, nothing unanswered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.action_endpoint import InProcessActionEndpoint
from bot.answers.asked import ASKED
from bot.answers.respond import TALK
from bot.channels.telegram.commands import NAMES as COMMANDS

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
RULES = yaml.safe_load(Path("stories/rules.yml").read_text("utf-8"))["rules"]
INTENTS = {name for entry in DOMAIN["intents"] for name in entry}


def reasons() -> set[str]:
    found = {"place", "answer"}
    for path in Path("nlu/out_of_scope").glob("*.yml"):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            found |= {(block.get("metadata") or {}).get("reason", "answer")}
    return found


def used_responses() -> set[str]:
    code = "\n".join(path.read_text("utf-8") for folder in ("bot", "actions") for path in Path(folder).rglob("*.py"))
    return {
        *(set(re.findall(r'"(utter_[a-z_]+)"', code)) - {"utter_action"}),  # a key of Rasa's, no response
        *(f"utter_{talk}" for talk in TALK),
        *(f"utter_no_{reason}" for reason in reasons()),
        *(f"utter_command_{name}" for name in COMMANDS),
        *(f"utter_not_stated_{kind}" for kind, _, units in ASKED if units is not None),
    }


def test_every_intent_has_one_rule_and_examples() -> None:
    ruled = [step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step]
    trained = {
        block["intent"]
        for path in Path("nlu").rglob("*.yml")
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        if "intent" in block
    }
    assert sorted(ruled) == sorted(INTENTS)
    assert trained == INTENTS
    assert len({rule["rule"] for rule in RULES}) == len(RULES)


def test_every_action_is_named_by_a_rule_and_exists() -> None:
    ruled = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert ruled == set(DOMAIN["actions"]) == set(InProcessActionEndpoint("actions").names)


def test_every_response_is_said_somewhere_and_none_is_missing() -> None:
    assert used_responses() == set(DOMAIN["responses"])


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_every_response_is_worded_in_traditional_and_in_english_with_the_same_fields(name: str) -> None:
    variations: list[dict[str, Any]] = DOMAIN["responses"][name]
    assert [(entry.get("metadata") or {}).get("language", "zh") for entry in variations] == ["zh", "en"]
    fields = [set(re.findall(r"{(\w+)}", entry["text"])) for entry in variations]
    assert fields[0] == fields[1]


def test_no_two_responses_say_the_same() -> None:
    texts = [entry["text"] for variations in DOMAIN["responses"].values() for entry in variations]
    worded = [text for text in texts if re.sub(r"{\w+}", "", text)]
    assert len(worded) == len(set(worded))


def test_actions_hold_no_words() -> None:
    code = "".join(path.read_text("utf-8") for path in Path("actions").glob("*.py"))
    assert not re.search(r"[\u4e00-\u9fff]", code)
