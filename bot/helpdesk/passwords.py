"""What a password must be, as NIST SP 800-63B-4 has it: long, not a common or easily guessed one, otherwise whatever its owner likes."""

from __future__ import annotations

from typing import Literal

SHORTEST = 12
"""Characters of a password, at least (NIST asks for 15 where nothing else protects an account; guesses are slowed here)."""
LONGEST = 256
LOOKED_AT = 72
"""Characters that zxcvbn looks at, at most."""
HARD_ENOUGH = 3
"""zxcvbn's score from which a password is taken: 10^8 guesses and more."""
OUR_WORDS = ("rongce", "榕策", "榕策问答", "fuzhou", "福州", "desk", "helpdesk")
"""What somebody guesses here first."""

Weakness = Literal["short", "long", "guessable", ""]


def weakness(password: str, name: str = "") -> Weakness:
    """Why `password` is none for the account `name`; "" where it is one."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    from zxcvbn import zxcvbn  # lists of 100,000 words, which only a new password needs

    guessed = zxcvbn(password[:LOOKED_AT], user_inputs=[*OUR_WORDS, *([name] if name else [])])
    return "guessable" if guessed["score"] < HARD_ENOUGH else ""
