"""The actions that the rules name."""

from __future__ import annotations

from actions.policy_action import PolicyAction


class ActionAnswer(PolicyAction):
    """The passage that answers, or an honest no."""

    wanted = "answer"

    def name(self) -> str:
        return "action_answer"


class ActionDepartments(PolicyAction):
    """Who is responsible."""

    wanted = "departments"

    def name(self) -> str:
        return "action_departments"


class ActionCitation(PolicyAction):
    """Where it is written."""

    wanted = "citation"

    def name(self) -> str:
        return "action_citation"


class ActionFullText(PolicyAction):
    """The whole clause."""

    wanted = "full_text"

    def name(self) -> str:
        return "action_full_text"


class ActionList(PolicyAction):
    """Several clauses."""

    wanted = "list"

    def name(self) -> str:
        return "action_list"


class ActionMore(PolicyAction):
    """Further clauses on the last subject."""

    wanted = "more"

    def name(self) -> str:
        return "action_more"


class ActionChoose(PolicyAction):
    """One of the clauses that were offered."""

    wanted = "choose"

    def name(self) -> str:
        return "action_choose"


class ActionStep(PolicyAction):
    """The clause after the last one, or the one before it."""

    wanted = "step"

    def name(self) -> str:
        return "action_step"


class ActionDocument(PolicyAction):
    """The documents themselves."""

    wanted = "document"

    def name(self) -> str:
        return "action_document"


class ActionChanges(PolicyAction):
    """What changed from one version of a document to the next."""

    wanted = "changes"

    def name(self) -> str:
        return "action_changes"


class ActionHandOver(PolicyAction):
    """A person is asked for."""

    wanted = "hand_over"

    def name(self) -> str:
        return "action_hand_over"


class ActionTalk(PolicyAction):
    """A greeting, thanks, goodbye, an insult, what the assistant can do: the intent says which."""

    def name(self) -> str:
        return "action_talk"
