"""Talk, and the wish for a person."""

from __future__ import annotations

import dataclasses

from bot.answers.outcome import Outcome, Say, saying
from bot.answers.turn import TALK, Turn, rather_asks


def talk(turn: Turn) -> Outcome | None:
    """A greeting, thanks, an insult met calmly; who introduces oneself is remembered."""
    if turn.wanted not in TALK or turn.question.refers.outright or rather_asks(turn.question):
        return None
    memory = turn.memory
    if turn.question.groups:
        memory = dataclasses.replace(memory, question=turn.question.simplified, introduced=True, refused="")
    return saying("smalltalk", memory, Say(f"utter_{turn.wanted}"))


def person(turn: Turn) -> Outcome | None:
    """A person is asked for."""
    if turn.wanted != "hand_over" or rather_asks(turn.question):
        return None
    return saying("handoff", turn.memory, Say("utter_hand_over"))
