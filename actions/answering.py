"""The actions that the rules name."""

from __future__ import annotations

from actions.policy_action import PolicyAction


class ActionAnswer(PolicyAction):
    """The passage that answers."""

    def name(self) -> str:
        return "action_answer"

    def wanted(self, intent: str) -> str:
        return "answer"


class ActionDepartments(PolicyAction):
    """Who is responsible."""

    def name(self) -> str:
        return "action_departments"

    def wanted(self, intent: str) -> str:
        return "departments"


class ActionCitation(PolicyAction):
    """Where it is written."""

    def name(self) -> str:
        return "action_citation"

    def wanted(self, intent: str) -> str:
        return "citation"


class ActionFullText(PolicyAction):
    """The whole clause."""

    def name(self) -> str:
        return "action_full_text"

    def wanted(self, intent: str) -> str:
        return "full_text"


class ActionList(PolicyAction):
    """Several clauses."""

    def name(self) -> str:
        return "action_list"

    def wanted(self, intent: str) -> str:
        return "list"


class ActionMore(PolicyAction):
    """Further clauses on the last subject."""

    def name(self) -> str:
        return "action_more"

    def wanted(self, intent: str) -> str:
        return "more"


class ActionChoose(PolicyAction):
    """One of the clauses that were offered."""

    def name(self) -> str:
        return "action_choose"

    def wanted(self, intent: str) -> str:
        return "choose"


class ActionRefuse(PolicyAction):
    """What looks foreign to the document: declined, unless a passage answers it all the same."""

    def name(self) -> str:
        return "action_refuse"

    def wanted(self, intent: str) -> str:
        return "answer"


class ActionHandOver(PolicyAction):
    """A person is asked for."""

    def name(self) -> str:
        return "action_hand_over"

    def wanted(self, intent: str) -> str:
        return "hand_over"


class ActionTalk(PolicyAction):
    """A greeting, thanks, goodbye, an insult, what the assistant can do."""

    def name(self) -> str:
        return "action_talk"

    def wanted(self, intent: str) -> str:
        return intent
