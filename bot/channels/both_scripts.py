"""A reply as the chat page shows it: each line in both scripts, so that the page can change its script by itself, and with the clause that the
line names, so that it can be opened.
"""

from __future__ import annotations

from typing import Any

from bot.answers.outcome import place, reference
from bot.clauses.store import ClauseStore
from bot.clauses.taught import next_of
from bot.mailbox.models import Reply
from bot.text.script import Language, Script, script_of, to_script

NAMING_CLAUSES = ("utter_citation", "utter_list_entry")
"""The responses that name a clause by its place in the document."""
GIVING = frozenset({"answer", "departments", "citation", "full_text"})
"""The kinds of replies that give a clause, about which more can be asked."""
ASKED_NEXT = 3
HELPDESK = ("服務檯", "服務台")
"""What the conversion makes of our own word for the helpdesk, and that word."""


def address(key: str) -> str:
    """The address of a clause's or a document's public page."""
    return f"/c/{key}"


def in_both(text: str, written: Script | None = None) -> dict[str, str]:
    """`text` in either script; what is `written` in one of them already stays there as it is."""
    return {
        "hant": text if written == "hant" else to_script(text, "hant").replace(*HELPDESK),
        "hans": text if written == "hans" else to_script(text, "hans"),
    }


def shown(reply: Reply, asked: str, store: ClauseStore | None) -> dict[str, Any]:
    """What the page needs of a reply to the message `asked`, "" where there was none: `written_in` is the script that the message tells
    (None: it tells none), `choices` what each of the reply's buttons says and sends, `next` what people ask next about the clause that is
    given. Without a `store`, no line names a clause, and nothing is asked next.
    """
    script: Script = "hant" if reply.custom.get("script") == "hant" else "hans"
    choices = reply.custom.get("choices", ())
    return {
        "text": reply.text,
        "lines": _lines(reply, script, store),
        "custom": reply.custom,
        "choices": [{name: in_both(choice[name]) for name in ("title", "payload")} for choice in choices],
        "next": _next(reply.custom, asked, store) if store is not None else [],
        "written_in": script_of(asked),
    }


def _next(custom: dict[str, Any], asked: str, store: ClauseStore) -> list[dict[str, str]]:
    """What people ask next about the clause that an answer gives, in the answer's language."""
    answers = custom.get("answers", ())
    if custom.get("kind") not in GIVING or not answers or not store.holds(answers[0].get("key", "")):
        return []
    key, quote = answers[0]["key"], answers[0].get("quote", "")
    passage = next((entry.key for entry in store.passages(key) if entry.text == quote), "")
    language: Language = "en" if custom.get("language") == "en" else "zh"
    return [in_both(entry.text) for entry in next_of(store.taught(key, language), passage, asked, ASKED_NEXT)]


def _lines(reply: Reply, script: Script, store: ClauseStore | None) -> list[dict[str, Any]]:
    """The lines; they name the clauses that are given in the order in which these are given."""
    keys = [answer.get("key", "") for answer in reply.custom.get("answers", ())]
    found = []
    for line in reply.lines:
        entry: dict[str, Any] = {"name": line.name, "text": line.text, **in_both(line.text, script)}
        if store is not None and line.name in NAMING_CLAUSES:
            places = {key: in_both(place(store.clause(key), store)) for key in keys if store.holds(key)}
            key = next((key for key, named in places.items() if named[script] in line.text), None)
            if key is not None:
                keys = keys[keys.index(key) + (line.name == "utter_list_entry") :]
                entry["clause"] = {**_clause(key, store), "place": places[key]}
        found.append(entry)
    return found


def _clause(key: str, store: ClauseStore) -> dict[str, Any]:
    """Where a clause can be read, and what asks for it; an opening, a closing paragraph or an annex is asked for by nothing."""
    clause = store.clause(key)
    ask = {"ask": in_both(reference(clause, store))} if clause.label else {}
    return {"address": address(key), **ask}
