"""Words the responses of domain.yml in the person's script and language."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.answers.memory import Memory
from bot.answers.outcome import held_in_words
from bot.components.vocabulary import clause_store
from bot.text.script import Language, Script, script_of, to_script


class ScriptNLG(TemplatedNaturalLanguageGenerator):
    """Responses are written once, in Traditional, and once in English (the variation with `metadata: {language: en}`).

    A reader of Simplified gets the response converted, and fields that are Traditional too. A reader of Traditional gets the response
    as it is, and the fields converted character by character. Every response may show what is held.
    """

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        # Rasa makes this before it has a domain, and sets `responses` once a model is loaded.
        super().__init__(domain.responses)

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """The response `utter_action`; `script`, `language` and the fields come from the action, else from the memory."""
        if utter_action not in self.responses:
            return None
        memory = Memory.from_json(tracker.get_slot("memory"))
        script = kwargs.get("script", memory.script)
        language = kwargs.get("language", memory.language)
        return {"text": self.word(utter_action, script, language, kwargs.get("fields", {}))}

    def word(self, response: str, script: Script, language: Language, fields: dict[str, str]) -> str:
        """The text of `response` with `fields` in it."""
        text = self._template(response, language)
        fields = {"held": held_in_words(clause_store(), language), **fields}
        if script == "hant":
            return text.format(**{name: to_script(value, "hant") for name, value in fields.items()})
        simplified = {
            n: to_script(value, "hans") if script_of(value) == "hant" else value for n, value in fields.items()
        }
        return to_script(text, "hans").format(**simplified)

    def _template(self, response: str, language: Language) -> str:
        variations = self.responses[response]
        fitting = [entry for entry in variations if (entry.get("metadata") or {}).get("language", "zh") == language]
        return str((fitting or variations)[0]["text"])
