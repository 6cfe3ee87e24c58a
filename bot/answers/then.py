"""What is said of the version that a question about an earlier time is answered from."""

from __future__ import annotations

import dataclasses
from datetime import date

from bot.answers.outcome import Outcome, Say, date_in
from bot.answers.question import Question
from bot.answers.which import asks_of_the_past
from bot.clauses.models import Document
from bot.clauses.store import ClauseStore
from bot.clauses.versions import Versions, begins, versions_of


def of_its_time(outcome: Outcome, question: Question, store: ClauseStore) -> Outcome:
    """An outcome that gives clauses for a question about an earlier time, with which version they are of: the one of then, the one before
    today's where no time was named, or a later one because none of then is held.
    """
    if not (asks_of_the_past(question) and outcome.given) or outcome.custom["kind"] == "document":
        return outcome
    document, versions = store.document(outcome.given[0].clause.document), versions_of(store)
    first, last = question.refers.first, question.refers.last
    begun, ended = begins(document), versions.ended(document)
    is_older = versions.after(document.key) is not None
    held = begun is None or date.fromisoformat(last) >= begun if last else is_older or question.exact
    language = outcome.memory.language
    fields = {
        "when": question.refers.when,
        "title": document.title,
        "number": document.number,
        "since": date_in(begun, language),
        "until": date_in(ended, language),
    }
    then = {
        "document": document.key,
        "when": question.refers.when,
        "first": first or None,
        "last": last or None,
        "held": held,
    }
    response = _response(document, bool(last), held, versions, ended)
    says = [Say(response, fields)] if response else []
    return dataclasses.replace(outcome, says=(*says, *outcome.says), custom={**outcome.custom, "then": [then]})


def _response(document: Document, dated: bool, held: bool, versions: Versions, ended: date | None) -> str:
    """How it is said; "" where there is nothing to say: the only version that is held was in force then."""
    if not held:
        return "utter_no_version_then" if dated else "utter_no_older_version"
    if len(versions.of(document.key)) == 1:
        return ""
    if versions.after(document.key) is None:
        return "utter_version_still" if dated else ""
    if ended is None:  # that it is repealed is said in any case
        return ""
    return "utter_version_then" if dated else "utter_older_version"
