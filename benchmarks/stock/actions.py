"""The stock project's only action: the clause that the response selector names, from the clause database."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionClause(Action):
    """Utters the text and the departments of the clause whose number the response selector chose."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_clause"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Look the clause up and utter it."""
        selected = tracker.latest_message["response_selector"]["default"]["response"]["intent_response_key"]
        number = int(selected.rpartition("/")[2])
        with sqlite3.connect(os.environ["RONGCE_CLAUSES"]) as database:
            text = database.execute("select text from clauses where number = ?", [number]).fetchone()[0]
            units = database.execute("select unit_list from clauses where number = ?", [number]).fetchone()[0]
        dispatcher.utter_message(text=f"{text}\n{units}")
        return [{"event": "slot", "timestamp": None, "name": "clause", "value": str(number)}]
