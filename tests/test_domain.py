"""domain.yml, stories/ and actions/ fit each other: nothing unused, nothing unanswered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from actions import answering
from actions.policy_action import PolicyAction
from bot.action_endpoint import InProcessActionEndpoint
from bot.answers.claims import Verdict
from bot.answers.giving import REASONS
from bot.answers.names import MARKS, names_of
from bot.answers.references import What
from bot.answers.stated import ALWAYS_STATED, KINDS
from bot.answers.turn import TALK, wanted_of
from bot.channels.telegram.commands import NAMES as COMMANDS
from bot.clauses.models import IN_FORCE
from bot.clauses.store import ClauseStore

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
RULES = yaml.safe_load(Path("stories/rules.yml").read_text("utf-8"))["rules"]
INTENTS = {name for entry in DOMAIN["intents"] for name in entry}


def nlu_blocks() -> list[dict[str, Any]]:
    return [
        block
        for path in Path("nlu").rglob("*.yml")
        for block in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]
    ]


def _is_action(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, PolicyAction) and value is not PolicyAction


def used_responses() -> set[str]:
    code = "\n".join(path.read_text("utf-8") for folder in ("bot", "actions") for path in Path(folder).rglob("*.py"))
    return {
        *(set(re.findall(r'"(utter_[a-z_]+)"', code)) - {"utter_action"}),  # a key of Rasa's, no response
        *(f"utter_{talk}" for talk in TALK),
        *(f"utter_no_{reason}" for reason in REASONS),
        *(f"utter_not_stated_{kind}" for kind in KINDS if kind not in ALWAYS_STATED),
        *(f"utter_claim_{verdict}" for verdict in get_args(Verdict)),
        *(f"utter_missing_{what}" for what in get_args(What)),
        *(f"utter_document_{state}" for state in IN_FORCE),
        *(f"utter_command_{name}" for name in COMMANDS),
    }


def test_every_intent_has_one_rule_and_examples() -> None:
    ruled = [step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step]
    trained = {block["intent"] for block in nlu_blocks() if "intent" in block}
    assert sorted(ruled) == sorted(INTENTS)
    assert trained == INTENTS
    assert len({rule["rule"] for rule in RULES}) == len(RULES)


def test_every_action_is_named_by_a_rule_and_exists() -> None:
    ruled = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert ruled == set(DOMAIN["actions"]) == set(InProcessActionEndpoint("actions").names)


def test_every_action_wants_what_the_intents_of_its_rules_want() -> None:
    wants = {action().name(): action.wanted for action in vars(answering).values() if _is_action(action)}
    ruled = [
        tuple(step[kind] for step, kind in zip(rule["steps"], ("intent", "action"), strict=True)) for rule in RULES
    ]
    assert {intent: wants[action] or intent for intent, action in ruled} == {
        intent: wanted_of(intent) for intent in INTENTS
    }


def test_every_kind_of_name_is_an_entity(store: ClauseStore) -> None:
    assert {*MARKS, "group", "home"} == set(DOMAIN["entities"])
    assert {kind for kind, _, _ in names_of(store, {"台胞": "taiwan"})} <= set(DOMAIN["entities"])


def test_every_reason_to_refuse_is_learned_and_has_a_name_for_clients() -> None:
    learned = {(block.get("metadata") or {}).get("reason") for block in nlu_blocks()} - {None}
    assert learned == set(REASONS)


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
