"""What a clerk sends to a person: composed, and shown beforehand as the person will read it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.answers.giving import REASONS
from bot.channels.desk.judgement import Judgement
from bot.helpdesk.queue import SAID, Handover
from bot.mailbox.models import Line, Message, Reply, Wish
from bot.mailbox.notices import answer_named

OWN_WORDS = frozenset({"utter_staff_words", "utter_staff_own", "utter_staff_asks"})
"""Lines that are a clerk's own words and not the document's."""


@dataclass(frozen=True)
class Draft:
    """What a clerk chose and typed: a passage or a reason to refuse, and words of their own; or words alone, which may end the question, or
    ask the person something.
    """

    kind: Literal["answer", "refusal", "own", "ask"]
    passage: str = ""
    reason: str = ""
    words: str = ""
    ends: bool = False


class Sending:
    """Composes what goes out."""

    def __init__(self, judgement: Judgement) -> None:
        self._judgement = judgement

    async def composed(self, entry: Handover, draft: Draft) -> Reply:
        """What the person would read. Raises StateError where it cannot be composed now."""
        if draft.kind == "answer":
            answer = await self._judgement.preview(_about(entry), Wish("answer", draft.passage))
            return self._from_staff(entry, answer.lines, draft.words, answer.custom)
        if draft.kind == "own":
            words = Line("utter_staff_own", self._word(entry, "utter_staff_own", {"words": draft.words}))
            return self._from_staff(entry, (words,), "", _spoken(entry, "handoff"), draft.ends)
        if draft.kind == "ask":
            asks = Line("utter_staff_asks", self._word(entry, "utter_staff_asks", {"words": draft.words}))
            return Reply((asks,), {**_spoken(entry, "handoff"), "handover": "claimed"})
        response = f"utter_no_{draft.reason}"
        line = Line(response, self._word(entry, response))
        custom = {**_spoken(entry, "no_answer"), "reason": REASONS[draft.reason]}
        return self._from_staff(entry, (line,), draft.words, custom)

    async def keep(self, entry: Handover, draft: Draft) -> None:
        """The conversation is about what goes out, from now on."""
        if draft.kind == "answer":
            await self._judgement.give(_about(entry), Wish("answer", draft.passage))

    def looking(self, entry: Handover) -> Reply:
        """That somebody is at it."""
        first = self._named(entry, "utter_staff_looking", "utter_staff_looking_unnamed")
        return Reply((first,), {**_spoken(entry, "handoff"), "handover": "claimed"})

    def withdrawal(self, entry: Handover) -> Reply:
        """That what was answered does not hold, and that somebody is at it again."""
        first = self._named(entry, "utter_staff_withdrew", "utter_staff_withdrew_unnamed")
        return Reply((first,), {**_spoken(entry, "handoff"), "handover": "claimed", "corrects": answer_named(entry.id)})

    def _from_staff(
        self, entry: Handover, lines: Sequence[Line], words: str, custom: dict[str, Any], ends: bool = True
    ) -> Reply:
        """That it comes from a person, in place of an earlier answer where there is one; the answer; the clerk's own words, marked as such."""
        corrects = {"corrects": answer_named(entry.id)} if entry.stage in SAID else {}
        if corrects:
            first = self._named(entry, "utter_staff_corrects", "utter_staff_corrects_unnamed")
        else:
            first = self._named(entry, "utter_from_staff", "utter_from_staff_unnamed")
        own = (Line("utter_staff_words", self._word(entry, "utter_staff_words", {"words": words})),) if words else ()
        return Reply((first, *lines, *own), {**custom, "handover": "ended" if ends else "claimed", **corrects})

    def _named(self, entry: Handover, named: str, unnamed: str) -> Line:
        """A line that names the question, where the person said what it is about."""
        response = named if entry.question else unnamed
        return Line(response, self._word(entry, response, {"question": entry.question}))

    def _word(self, entry: Handover, response: str, fields: dict[str, str] | None = None) -> str:
        return self._judgement.word(response, entry.voice, fields)


def seen(reply: Reply) -> str:
    """What a form carries that was filled in before this very reply, and no other."""
    return hashlib.sha256(reply.to_json().encode()).hexdigest()[:32]


def _about(entry: Handover) -> Message:
    return Message(entry.channel, entry.conversation, answer_named(entry.id), entry.question, entry.voice)


def _spoken(entry: Handover, kind: str) -> dict[str, Any]:
    """The machine-readable part of what gives no clause."""
    return {
        "kind": kind,
        "script": entry.voice.script,
        "language": entry.voice.language,
        "answers": [],
        "choices": [],
    }
