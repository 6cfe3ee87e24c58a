"""Rasa's Agent, from a message to a reply."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints

from bot.action_endpoint import InProcessActionEndpoint, validate_results_with_one_validator
from bot.answers.memory import Memory
from bot.answers.outcome import saying
from bot.components.responses import ScriptNLG
from bot.errors import ModelError, StateError
from bot.mailbox.models import Line, Message, Reply
from bot.settings import Settings
from bot.text.clean import MAX_LENGTH, is_question
from bot.text.script import script_of

logger = logging.getLogger(__name__)

TIME_LIMIT = 8.0
"""Seconds after which a person is told that something went wrong."""


class Assistant:
    """Answers messages, one visible reply each."""

    def __init__(self, agent: Agent, store: TrackerStore) -> None:
        self._agent = agent
        self._store = store

    @classmethod
    def load(cls, settings: Settings, store: TrackerStore) -> Assistant:
        """The assistant of the trained model that `settings` name, keeping conversations in `store`.

        Raises ModelError where the model is missing, damaged, or has no action for one that its rules name.
        """
        validate_results_with_one_validator()
        endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
        actions = endpoints.action or InProcessActionEndpoint("actions")
        if not settings.model.is_file():
            raise ModelError(f"There is no trained model at {settings.model}. Run `python -m bot train`.")
        try:
            agent = Agent.load(
                str(settings.model),
                generator=endpoints.nlg,
                lock_store=LockStore.create(endpoints.lock_store),
                tracker_store=store,
                action_endpoint=actions,
            )
        except Exception as error:  # a damaged archive fails in as many ways as it has parts
            raise ModelError(f"{settings.model} cannot be loaded ({error}). Run `python -m bot train`.") from error
        _check_actions(agent, actions)
        # Rasa wraps the store so that what cannot be saved is lost in silence; here it must be told to the mailbox.
        agent.tracker_store = agent.processor.tracker_store = store
        return cls(agent, store)

    async def answer(self, message: Message) -> Reply:
        """The reply to `message`, whose text is clean and masked.

        Raises StateError where the conversation cannot be read or kept now; any other failure becomes an apology.
        """
        if len(message.text) > MAX_LENGTH:
            return await self.say("utter_too_long", message, {"limit": str(MAX_LENGTH)})
        if not is_question(message.text):
            return await self.say("utter_empty", message)
        collector = ReplyCollector(message.channel)
        try:
            await asyncio.wait_for(self._handle(message, collector), TIME_LIMIT)
        except StateError:
            raise
        except Exception:  # whatever failed, the person gets a reply; the log has the reason without the text
            logger.exception("message %s could not be answered", message.id)
        return collector.reply() or await self.say("utter_error", message)

    async def say(self, response: str, message: Message, fields: dict[str, str] | None = None) -> Reply:
        """A reply of one response of domain.yml, in the script of `message` or of its conversation."""
        tracker = await self._store.retrieve(message.sender)
        memory = Memory.from_json(tracker.get_slot("memory") if tracker else None)
        memory = dataclasses.replace(memory, script=script_of(message.text) or memory.script)
        nlg = self._agent.processor.nlg
        assert isinstance(nlg, ScriptNLG)
        text = nlg.word(response, memory.script, memory.language, fields or {})
        return Reply((Line(response, text),), saying("no_answer", memory).custom)

    async def _handle(self, message: Message, collector: ReplyCollector) -> None:
        await self._agent.handle_message(
            UserMessage(
                message.text,
                collector,
                sender_id=message.sender,
                input_channel=message.channel,
                message_id=message.id,
            )
        )


class ReplyCollector(OutputChannel):
    """Gathers what the actions utter in one turn."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._lines: list[Line] = []
        self._custom: dict[str, Any] = {}

    def name(self) -> str:
        """The channel that the message came by."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each thing uttered."""
        if message.get("text"):
            self._lines.append(Line(message.get("utter_action", ""), message["text"]))
        self._custom = message.get("custom") or self._custom

    def reply(self) -> Reply | None:
        """What was gathered; None where nothing that can be read was."""
        return Reply(tuple(self._lines), self._custom) if self._lines else None


def _check_actions(agent: Agent, actions: Any) -> None:
    if not isinstance(actions, InProcessActionEndpoint):
        return
    missing = {name for name in agent.domain.user_actions if name.startswith("action_")} - actions.names
    if missing:
        raise ModelError(f"domain.yml names actions that actions/ does not have: {', '.join(sorted(missing))}.")
