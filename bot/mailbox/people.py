"""What people told us beside their questions: how they wish to be answered, and what they think of an answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.models import Voice
from bot.mailbox.state import State
from bot.mailbox.tables import feedback, voices

REASONS = ("wrong clause", "not an answer", "hard to read", "other")
"""Why an answer was no help, as it is kept."""


@dataclass(frozen=True)
class Opinion:
    """What a person thinks of the answer to `message`: `verdict` is up or down, `reason` why, empty where it was not said.

    `model` is the trained model that answered; `clause` the key of what was given.
    """

    channel: str
    conversation: str
    message: str
    verdict: str
    reason: str
    question: str
    answer: str
    clause: str
    model: str


class People:
    """Keeps voices and opinions; Mailbox.forget deletes both."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def voice(self, channel: str, conversation: str) -> Voice | None:
        """How this person chose to be answered; None where nothing was chosen."""
        mine = sa.and_(voices.c.channel == channel, voices.c.conversation == conversation)
        row = await self._state.run(lambda connection: connection.execute(sa.select(voices).where(mine)).first())
        return None if row is None else Voice(row.script, row.language)

    async def choose_voice(self, channel: str, conversation: str, voice: Voice) -> None:
        """Keep how this person wishes to be answered."""
        mine = sa.and_(voices.c.channel == channel, voices.c.conversation == conversation)

        def replace(connection: Connection) -> None:
            connection.execute(sa.delete(voices).where(mine))
            row = {"channel": channel, "conversation": conversation, "script": voice.script, "language": voice.language}
            connection.execute(sa.insert(voices).values(**row))

        await self._state.run(replace)

    async def keep_opinion(self, opinion: Opinion) -> None:
        """Keep an opinion; a second one on the same message replaces the first."""

        def replace(connection: Connection) -> None:
            same = sa.and_(
                feedback.c.channel == opinion.channel,
                feedback.c.conversation == opinion.conversation,
                feedback.c.message_id == opinion.message,
            )
            connection.execute(sa.delete(feedback).where(same))
            row = {**vars(opinion), "message_id": opinion.message, "given_at": time.time()}
            del row["message"]
            connection.execute(sa.insert(feedback).values(**row))

        await self._state.run(replace)

    async def verdicts(self, channel: str, conversation: str) -> dict[str, tuple[str, str]]:
        """What a person thinks of the answers of a conversation: verdict and reason, by the id of the message answered."""
        mine = sa.and_(feedback.c.channel == channel, feedback.c.conversation == conversation)
        found = sa.select(feedback.c.message_id, feedback.c.verdict, feedback.c.reason).where(mine)
        rows = await self._state.run(lambda connection: connection.execute(found).all())
        return {row.message_id: (row.verdict, row.reason) for row in rows}

    async def opinions(self) -> list[Opinion]:
        """All opinions, oldest first."""
        rows = await self._state.run(
            lambda connection: connection.execute(sa.select(feedback).order_by(feedback.c.id)).all()
        )
        return [
            Opinion(
                row.channel,
                row.conversation,
                row.message_id,
                row.verdict,
                row.reason,
                row.question,
                row.answer,
                row.clause,
                row.model,
            )
            for row in rows
        ]
