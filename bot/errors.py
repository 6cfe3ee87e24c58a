"""A class for each reaction that a caller can take; they become text only at the edge.

RongceError
├── SettingError          a setting has a value that cannot be used: correct it and start again
├── DocumentError         a source is not a policy document that can be read: mend the file
├── ClauseDatabaseError   the clause database is missing, damaged or of another version: build it again
├── TrainingDataError     an example in nlu/ cannot be used: mend the file
├── ModelError            the trained model is missing, damaged or older than the code: train again
├── EncoderError          texts cannot be turned into vectors now: go on without
├── MessageError          what came in is no message: tell the client why
├── StateError            conversations cannot be read or written now: keep the message, try again
│   └── TakenOverError    another server went on with it, since this one was silent: look what it did
├── AccessError           somebody may not sign in, or may not do that: tell them why
└── ConflictError         somebody else was faster, or it was done already: show how it stands
"""


class RongceError(Exception):
    """What any part of the assistant raises on purpose; the text says what, which value, and what to do."""


class SettingError(RongceError):
    """A setting has a value that cannot be used."""


class DocumentError(RongceError):
    """A source file is not a policy document, or not one that can be read whole; or it cannot be put in or taken out as asked.

    `reason` says in a word what is the matter and `about` of what, for who words it otherwise; "" where only the text tells.
    """

    def __init__(self, message: str, reason: str = "", about: str = "") -> None:
        super().__init__(message)
        self.reason, self.about = reason, about


class ClauseDatabaseError(RongceError):
    """The clause database is missing, damaged, or of another version."""


class TrainingDataError(RongceError):
    """A file or an example of nlu/ cannot be learned from."""


class ModelError(RongceError):
    """The trained model is missing, damaged, or does not fit this code."""


class EncoderError(RongceError):
    """Texts cannot be turned into vectors now."""


class MessageError(RongceError):
    """What came in is not a message that can be answered; the text may be shown to the client."""


class StateError(RongceError):
    """Conversations cannot be read or written now."""


class TakenOverError(StateError):
    """Another server went on with what this one was at."""


class AccessError(RongceError):
    """Somebody may not sign in to the helpdesk, or not do what they ask for; the text may be shown."""


class ConflictError(RongceError):
    """What is asked for does not fit how things stand by now; the text may be shown."""
