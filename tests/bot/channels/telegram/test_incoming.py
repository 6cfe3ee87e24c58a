"""What is read of an update, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import User

from bot.channels.telegram.incoming import Incoming, read

ME = User(1, "榕策", True, username="rongce_bot")
CHAT = {"id": 5, "type": "private"}
SOMEBODY = {"id": 5, "is_bot": False, "first_name": "林"}
EARLIER = {"message_id": 41, "date": 1, "chat": CHAT, "from": SOMEBODY, "text": "別人寫的話"}
ELSEWHERE = {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "某人"}, "message_id": 41}
QUOTE = {"text": "別人寫的話", "position": 0}


@pytest.mark.parametrize(
    ("replies", "number"),
    [
        ({}, 0),
        ({"reply_to_message": EARLIER}, 41),
        ({"reply_to_message": EARLIER, "quote": QUOTE}, 41),
        ({"external_reply": ELSEWHERE, "quote": QUOTE}, 0),
    ],
)
def test_of_a_message_that_is_replied_to_only_the_number_is_kept(replies: dict[str, Any], number: int) -> None:
    message = {"message_id": 42, "date": 2, "chat": CHAT, "from": SOMEBODY, "text": "歸誰管", **replies}
    incoming = read({"update_id": 1, "message": message}, ME)
    assert isinstance(incoming, Incoming)
    assert incoming.replies_to == number
    assert "別人" not in incoming.kept().payload
    assert Incoming.from_kept(incoming.kept()).replies_to == number
