"""What all actions do."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answers.decide import respond
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome, Say, saying
from bot.answers.question import question_from
from bot.components.vocabulary import clause_store

logger = logging.getLogger(__name__)


class PolicyAction(Action, ABC):
    """Asks bot.answers for what `wanted` names, and utters it. A person gets a reply whatever happens."""

    wanted: ClassVar[str | None] = None
    """What answers.respond shall look for; None: what the message's intent says."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in domain.yml."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Utter the outcome line by line, then its machine-readable part; remember what it says to remember."""
        memory = Memory.from_json(tracker.get_slot("memory"))
        try:
            question = question_from(tracker.latest_message)
            outcome = respond(question, self.wanted or question.act, memory, clause_store())
        except Exception:  # whatever failed, the person gets a reply; the log has the reason without the text
            logger.exception("%s failed for message %s", self.name(), tracker.latest_message.get("message_id"))
            outcome = saying("no_answer", memory, Say("utter_error"))
        self._utter(dispatcher, outcome)
        return [SlotSet("memory", outcome.memory.to_json())]

    @staticmethod
    def _utter(dispatcher: CollectingDispatcher, outcome: Outcome) -> None:
        memory = outcome.memory
        for say in outcome.says:
            dispatcher.utter_message(
                response=say.response, script=memory.script, language=memory.language, fields=say.fields
            )
        dispatcher.utter_message(json_message=outcome.custom)
