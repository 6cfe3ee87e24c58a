"""Brings a message to one script and width and cuts it into words."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.answers.referring.grammar import plain
from bot.components.vocabulary import segmenter
from bot.text.script import simplify

SIMPLIFIED = "simplified"
"""The message property that holds the text as the models read it; `text` stays what the person wrote."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PolicyTokenizer(Tokenizer):
    """Tokens are words of the simplified text, by jieba with the clause database's own words.

    Their offsets refer to the simplified text, whose length may differ from the original's.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own switches for splitting intents; unused here, but the base class reads them."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PolicyTokenizer:
        """Called by Rasa's graph."""
        return cls(config)

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["jieba", "opencc"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of `message`'s `attribute`; leaves the simplified text in the message as well."""
        text = plain(simplify(message.get(attribute)))
        if attribute == TEXT:
            message.set(SIMPLIFIED, text)
        return _words(text)

    @staticmethod
    def simplified(message: Message, text: str) -> Message:
        """`message`, to be understood as if it said `text`."""
        simple = plain(simplify(text))
        message.set(SIMPLIFIED, simple)
        message.set(TOKENS_NAMES[TEXT], _words(simple))
        return message


def _words(simplified: str) -> list[Token]:
    return [Token(word, start) for word, start in segmenter().words_with_offsets(simplified)]
