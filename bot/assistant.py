"""Rasa's Agent, from a message to a reply."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Sequence
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_endpoint import InProcessActionEndpoint, validate_results_with_one_validator
from bot.answers.decide import respond
from bot.answers.lookup import look_up
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome, Say, as_answer, saying
from bot.answers.question import Question, question_from
from bot.answers.turn import wanted_of
from bot.answers.wishes import grant
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.components.responses import ScriptNLG
from bot.components.vocabulary import as_if_held, clause_store
from bot.errors import ModelError, StateError
from bot.graph_runner import run_graphs_in_order
from bot.mailbox.models import Line, Message, Reply, Voice, Wish
from bot.mailbox.trackers import ANSWERED, WindowedTrackerStore
from bot.settings import Settings
from bot.text.clean import MAX_LENGTH, clean, is_question
from bot.text.mask import mask
from bot.text.script import Language, script_of, simplify

logger = logging.getLogger(__name__)

LANGUAGES: tuple[Language, ...] = ("zh", "en")
TIME_LIMIT = 8.0
"""Seconds after which a person is told that something went wrong."""


class Assistant:
    """Answers messages, one visible reply each."""

    def __init__(self, agent: Agent, store: WindowedTrackerStore) -> None:
        self._agent = agent
        self._store = store

    @classmethod
    def load(cls, settings: Settings, store: WindowedTrackerStore) -> Assistant:
        """The assistant of the trained model that `settings` name, keeping conversations in `store`.

        Raises ModelError where the model is missing, damaged, or has no action for one that its rules name.
        """
        validate_results_with_one_validator()
        run_graphs_in_order()
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
            reason = error.__cause__ or error  # Rasa wraps what a component says
            raise ModelError(f"{settings.model} cannot be loaded ({reason}). Run `python -m bot train`.") from error
        _check_actions(agent, actions)
        # Rasa wraps the store so that what cannot be saved is lost in silence; here it must be told to the mailbox.
        agent.tracker_store = agent.processor.tracker_store = store
        return cls(agent, store)

    async def answer(self, message: Message) -> Reply:
        """The reply to `message`, whose text is clean and masked.

        Raises StateError where the conversation cannot be read or kept now; any other failure becomes an apology.
        """
        if self._widens(message.text) and await self.narrowed(message):
            await self.narrow(message, ())
            widened = await self.say(message, Say("utter_widened"), kind="smalltalk")
            return dataclasses.replace(widened, custom={**widened.custom, "within": []})
        if len(message.text) > MAX_LENGTH:
            return await self.say(message, Say("utter_too_long", {"limit": str(MAX_LENGTH)}))
        if not is_question(message.text):
            return await self.say(message, Say("utter_empty"))
        collector = ReplyCollector(message.channel)
        try:
            await asyncio.wait_for(self._handle(message, collector), TIME_LIMIT)
        except StateError:
            raise
        except Exception:  # whatever failed, the person gets a reply; the log has the reason without the text
            logger.exception("message %s could not be answered", message.id)
        return collector.reply() or await self.say(message, Say("utter_error"))

    async def say(self, message: Message, *says: Say, kind: str = "no_answer") -> Reply:
        """A reply of responses of domain.yml, in the script of `message` or of its conversation."""
        memory = _speaking(await self._memory_of(message), message.voice)
        return self.worded(saying(kind, memory, *says))

    async def voice(self, message: Message) -> Voice:
        """How `message`'s conversation is answered."""
        memory = _speaking(await self._memory_of(message), message.voice)
        return Voice(memory.script, memory.language)

    @property
    def model(self) -> str:
        """Which trained model answers."""
        return str(self._agent.model_id)

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        """The text of one response of domain.yml with `fields` in it."""
        nlg = self._agent.processor.nlg
        assert isinstance(nlg, ScriptNLG)
        return nlg.word(response, voice.script, voice.language, fields or {})

    async def give(self, message: Message, wish: Wish) -> Reply:
        """What a button of `message`'s conversation asks for; the conversation is then about that.

        Raises StateError where the conversation cannot be read or kept now, ClauseDatabaseError where there is no such clause.
        """
        tracker = await self._store.get_or_create_tracker(message.sender)
        memory = _speaking(_memory(tracker), message.voice)
        outcome = grant(memory, clause_store(), wish.wanted, wish.clause, wish.clauses, wish.departments)
        await self._remember(tracker, outcome.memory, message.id)
        return self.worded(outcome)

    async def preview(self, message: Message, wish: Wish) -> Reply:
        """The reply that `give` would bring; nothing is kept. Raises what `give` raises."""
        memory = _speaking(_memory(await self._store.retrieve(message.sender)), message.voice)
        return self.worded(grant(memory, clause_store(), wish.wanted, wish.clause, wish.clauses, wish.departments))

    async def speak(self, message: Message) -> None:
        """Speak to `message`'s conversation in its voice from now on. Raises StateError where that cannot be kept."""
        tracker = await self._store.get_or_create_tracker(message.sender)
        await self._remember(tracker, _speaking(_memory(tracker), message.voice))

    async def narrow(self, message: Message, documents: Sequence[str]) -> tuple[Document, ...]:
        """Answer `message`'s conversation from `documents` alone from now on, those of them that are held, and from all where none is named;
        where none of them is held, all stays as it was. What it is narrowed to then.

        Raises StateError where that cannot be kept.
        """
        known = [key for key in documents if clause_store().holds_document(key)]
        tracker = await self._store.get_or_create_tracker(message.sender)
        memory = _memory(tracker)
        if known or not documents:
            narrowed = memory.narrowed(known)
            if narrowed != memory:
                await self._remember(tracker, narrowed)
            memory = narrowed
        return _narrowed(memory)

    async def narrowed(self, message: Message) -> tuple[Document, ...]:
        """The documents that `message`'s conversation is narrowed to; none where all are searched. Raises StateError where it cannot be read."""
        return _narrowed(_memory(await self._store.retrieve(message.sender)))

    async def understand(self, text: str, documents: Sequence[str] = ()) -> Question | None:
        """What somebody types, as the models understand it by itself, where only `documents` are searched or, without any, all; None for
        what is no question. Nothing is kept.
        """
        readable = mask(clean(text[:MAX_LENGTH]))
        if not is_question(readable):
            return None
        alone = DialogueStateTracker("", self._agent.processor.domain.slots)
        alone.update(SlotSet("memory", Memory(within=tuple(documents)).to_json()))
        return question_from(await self._agent.processor.parse_message(UserMessage(readable), alone))

    def _widens(self, text: str) -> bool:
        """Whether a message says, in whichever language and script, that all documents shall be searched: that is never left to the models."""
        words = {simplify(self.word("utter_button_all_documents", Voice("hant", language))) for language in LANGUAGES}
        return simplify(text).strip("。.!！ ") in words

    async def look_up(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Up to `limit` cited answers for what somebody types, best first, as docs/answer.md describes them; nothing is kept."""
        question = await self.understand(text)
        if question is None:
            return []
        store = clause_store()
        hits = look_up(question, store, limit=limit).hits
        if hits and not hits[0].passage:  # a clause named by its number, whole
            hits = hits[:1]
        return [as_answer(hit.given, store) for hit in hits if hit.given.clause.label or hit.given.clause.annex]

    async def try_out(self, text: str, store: ClauseStore, documents: Sequence[str] = ()) -> Reply:
        """The reply that somebody would get who begins with this, if `store` were what is held, in a conversation that is narrowed to
        `documents`, or to none; nothing is kept, nobody else sees it.
        """
        with as_if_held(store):
            if len(text) > MAX_LENGTH:
                return self.worded(saying("no_answer", Memory(), Say("utter_too_long", {"limit": str(MAX_LENGTH)})))
            question = await self.understand(text, documents)
            if question is None:
                return self.worded(saying("no_answer", Memory(), Say("utter_empty")))
            return self.worded(respond(question, wanted_of(question.act), Memory(within=tuple(documents)), store))

    async def _memory_of(self, message: Message) -> Memory:
        """What is remembered of a conversation, in the script that `message` is written in."""
        memory = _memory(await self._store.retrieve(message.sender))
        return dataclasses.replace(memory, script=script_of(message.text) or memory.script)

    async def _remember(self, tracker: DialogueStateTracker, memory: Memory, answered: str = "") -> None:
        """Keep `memory`; `answered` is the id of what was answered with it, if anything was."""
        tracker.update(SlotSet("memory", memory.to_json(), metadata={ANSWERED: answered} if answered else None))
        await self._store.save(tracker)

    async def _go_back(self, message: Message) -> None:
        """Let the conversation be about what was spoken of in the answer that `message` replies to, where that is known.

        Of what somebody else asked in a group only the clause is taken over, never their words: who asked may delete them.
        """
        kept = await self._store.slot_after(message.replied_sender, "memory", message.in_reply_to)
        if kept is None:
            return
        then = Memory.from_json(kept)
        if then.clause and not clause_store().holds(then.clause):
            return  # the document changed since
        if message.asked_in:
            then = then.in_other_words(clause_store().clause(then.clause).heading if then.clause else "")
        tracker = await self._store.get_or_create_tracker(message.sender)
        await self._remember(tracker, _memory(tracker).gone_back(then))

    def worded(self, outcome: Outcome) -> Reply:
        """`outcome` in words, in its conversation's voice."""
        voice = Voice(outcome.memory.script, outcome.memory.language)
        lines = tuple(Line(say.response, self.word(say.response, voice, say.fields)) for say in outcome.says)
        return Reply(lines, outcome.custom)

    async def _handle(self, message: Message, collector: ReplyCollector) -> None:
        if message.in_reply_to:
            await self._go_back(message)
        parsed = None
        if message.voice:
            tracker = await self._store.retrieve(message.sender)
            parsed = await self._agent.processor.parse_message(_user_message(message, collector), tracker)
            parsed["reading"] = {**parsed.get("reading", {}), **dataclasses.asdict(message.voice)}
        await self._agent.handle_message(_user_message(message, collector, parsed))


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


def _user_message(message: Message, collector: ReplyCollector, parsed: dict[str, Any] | None = None) -> UserMessage:
    return UserMessage(
        message.text,
        collector,
        sender_id=message.sender,
        parse_data=parsed,
        input_channel=message.channel,
        message_id=message.id,
    )


def _memory(tracker: DialogueStateTracker | None) -> Memory:
    return Memory.from_json(tracker.get_slot("memory") if tracker else None)


def _narrowed(memory: Memory) -> tuple[Document, ...]:
    return tuple(document for document in clause_store().documents() if document.key in memory.within)


def _speaking(memory: Memory, voice: Voice | None) -> Memory:
    return dataclasses.replace(memory, script=voice.script, language=voice.language) if voice else memory


def _check_actions(agent: Agent, actions: Any) -> None:
    if not isinstance(actions, InProcessActionEndpoint):
        return
    missing = {name for name in agent.domain.user_actions if name.startswith("action_")} - actions.names
    if missing:
        raise ModelError(f"domain.yml names actions that actions/ does not have: {', '.join(sorted(missing))}.")
