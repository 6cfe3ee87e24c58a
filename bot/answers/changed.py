"""What changed from one version of a document to the next, as an answer: the clauses that changed, in the words of both versions."""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.answers.memory import Memory
from bot.answers.outcome import Given, Outcome, Say, answering, document_entry, in_columns, saying, title
from bot.clauses.comparing import Change, changes
from bot.clauses.models import Clause, Document, Force
from bot.clauses.store import ClauseStore

AT_MOST = 3
"""Clauses that are quoted, and no more than that many characters of them, so that a telephone shows it all at once; one in any case."""
CHARACTERS = 420
LONGEST = 120
"""Of a clause with more changed words than this only the first sentence that changed is quoted."""
WORTH_TELLING = frozenset({"changed", "added", "removed"})
ASKS = "{document}跟旧的比改了什么"
"""What a button sends that chooses a document to compare."""


@dataclasses.dataclass(frozen=True)
class Quotes:
    """The words of a change in the older and in the newer version, "" where it has none; `left` sentences more of the clause changed."""

    before: str
    after: str
    left: int = 0


def between(
    older: Document, newer: Document, first: Sequence[str], only: bool, memory: Memory, store: ClauseStore
) -> Outcome:
    """What changed from `older` to `newer`; the changes of the clauses `first` (their keys) are told first, with `only` no others are quoted."""
    every = changes(store.of(older.key), store.of(newer.key))
    told = [change for change in every if change.kind in WORTH_TELLING]
    asked = [change for change in every if _keys(change) & set(first)]
    if only:
        told = [change for change in told if change in asked]
    told.sort(key=lambda change: change not in asked)
    names = {older.key: _name(older), newer.key: _name(newer)}
    says = [] if only else [_summary(older, newer, every)]
    stay = [change for change in asked if change not in told]
    says += [Say("utter_change_none_here", _where(change.after or change.before, names)) for change in stay if first]
    given: list[Given] = []
    shown = said = 0
    for change in told[:AT_MOST]:
        quotes = quotes_of(change, store)
        said += len(quotes.before) + len(quotes.after)
        if shown and said > CHARACTERS:
            break
        shown += 1
        says += _says(change, quotes, names)
        for clause, quote in ((change.after, quotes.after), (change.before, quotes.before)):
            given += [Given(clause, quote, Force.FIRM)] if clause and quote else []
    if rest := sum(change.kind in WORTH_TELLING for change in every) - shown:
        says.append(Say("utter_changes_more", {"count": str(rest)}))
    keys = tuple(change.after.key for change in told if change.after and change.kind != "removed")
    remembered = _remembered(memory, newer.key, keys)
    outcome = answering("document", remembered, says, given, store)
    return dataclasses.replace(
        outcome,
        custom={
            **outcome.custom,
            "documents": [_entry(newer, store), _entry(older, store)],
            "changes": [_as_json(change) for change in every if change.kind != "same"],
        },
    )


def only_version(document: Document, memory: Memory, store: ClauseStore) -> Outcome:
    """No older version of `document` is held, also where it names one that it takes the place of."""
    says = [Say("utter_only_version", {"title": document.title, "number": document.number})]
    if document.replaces:
        older = "、".join(number or f"《{name}》" for number, name in document.replaces)
        says.append(Say("utter_older_not_held", {"older": older}))
    remembered = dataclasses.replace(memory, document=document.key)
    return saying("document", remembered, *says, documents=[_entry(document, store)], changes=[])


def no_versions(memory: Memory, store: ClauseStore) -> Outcome:
    """Of none of the documents that are held an older version is held."""
    documents = store.documents()
    says = Say("utter_no_versions", {"count": str(len(documents))})
    return saying("document", memory, says, documents=[_entry(entry, store) for entry in documents], changes=[])


def which(documents: Sequence[Document], memory: Memory, store: ClauseStore) -> Outcome:
    """Of several documents an older version is held: which is meant?"""
    choices = [
        {
            "key": f"{document.key}/0",
            "clause": 0,
            "title": _name(document),
            "payload": ASKS.format(document=_name(document)),
        }
        for document in documents
    ]
    names = [f"《{document.title}》" + (f"（{document.number}）" if document.number else "") for document in documents]
    says = [Say("utter_which_versions"), *(Say("utter_choice", {"clause": name}) for name in names)]
    remembered = dataclasses.replace(memory, wanted="changes", offered=())
    outcome = saying("clarify", remembered, *says, documents=[_entry(entry, store) for entry in documents])
    return dataclasses.replace(outcome, custom={**outcome.custom, "choices": choices})


def quotes_of(change: Change, store: ClauseStore) -> Quotes:
    """The words of both versions that tell a change: the sentences that are not the same, or the first of them; of a clause that only one
    version has its first sentence; the lists of units where nothing else changed.
    """
    old, new = _sentences(change.before, store), _sentences(change.after, store)
    if change.kind == "removed":
        return Quotes(_first(change.before, old), "", max(len(old) - 1, 0))
    if change.kind == "added":
        return Quotes("", _first(change.after, new), max(len(new) - 1, 0))
    steps = [
        (old[i:j], new[k:m])
        for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    if not steps:
        return Quotes(change.before.unit_list if change.before else "", change.after.unit_list if change.after else "")
    (gone, come), *others = steps
    left = sum(max(map(len, step)) for step in others)
    before, after = "".join(gone), "".join(come)
    if max(len(before), len(after)) <= LONGEST and _stands(before, change.before) and _stands(after, change.after):
        return Quotes(before, after, left)
    left += max(len(gone), len(come)) - 1
    return Quotes("".join(gone[:1]), "".join(come[:1]), left)


def _sentences(clause: Clause | None, store: ClauseStore) -> list[str]:
    """The sentences of a clause and the rows of its tables, the rows of names among them."""
    passages = store.passages(clause.key) if clause else ()
    found: list[str] = []
    for passage in passages:
        found += [name for name in passage.table_head.split("\n") if name and name not in found]
        found += [passage.text] if clause and passage.text in clause.text else []
    return found


def _first(clause: Clause | None, sentences: Sequence[str]) -> str:
    """A clause that only one version has: its first sentence, of a heading with the next one."""
    if clause is None or not sentences:
        return clause.text if clause else ""
    two = "".join(sentences[:2])
    return two if len(two) <= LONGEST and two in clause.text else sentences[0]


def _stands(quote: str, clause: Clause | None) -> bool:
    """Whether a quote is what the document says in one piece."""
    return clause is not None and quote in clause.text


def _says(change: Change, quotes: Quotes, names: dict[str, str]) -> list[Say]:
    before = {**_where(change.before, names), "quote": in_columns(quotes.before)}
    after = {**_where(change.after, names), "quote": in_columns(quotes.after)}
    if change.kind == "added":
        says = [Say("utter_change_added", after)]
    elif change.kind == "removed":
        says = [Say("utter_change_removed", before)]
    else:
        says = [Say("utter_change_before", before)] if quotes.before else []
        says += [Say("utter_change_after", after)] if quotes.after else []
    if quotes.left and change.kind == "changed":
        says.append(Say("utter_change_left", {**_where(change.after, names), "count": str(quotes.left)}))
    return says


def _summary(older: Document, newer: Document, every: Sequence[Change]) -> Say:
    kinds = Counter(change.kind for change in every)
    fields = {
        "title": newer.title,
        "number": newer.number,
        "older": _name(older),
        "changed": str(kinds["changed"]),
        "added": str(kinds["added"]),
        "removed": str(kinds["removed"]),
        "renumbered": str(kinds["renumbered"]),
    }
    if not WORTH_TELLING.intersection(kinds):
        return Say("utter_changes_none", fields)
    return Say("utter_changes_renumbered" if kinds["renumbered"] else "utter_changes", fields)


def _where(clause: Clause | None, names: dict[str, str]) -> dict[str, str]:
    return {"document": names[clause.document], "label": title(clause)} if clause else {}


def _name(document: Document) -> str:
    return document.number or f"《{document.title}》"


def _keys(change: Change) -> set[str]:
    return {clause.key for clause in (change.before, change.after) if clause}


def _remembered(memory: Memory, document: str, keys: tuple[str, ...]) -> Memory:
    """The changed clauses may be gone on about like a list."""
    return dataclasses.replace(
        memory.about(document),
        document=document,
        wanted="answer",
        clause=keys[0] if keys else "",
        passage="",
        given=keys,
        near=(),
        offered=keys,
        units=(),
        listed=bool(keys),
        refused="",
        introduced=False,
    )


def _entry(document: Document, store: ClauseStore) -> dict[str, Any]:
    """A document as docs/answer.md describes it in `documents`."""
    view = store.of(document.key)
    clauses = sum(bool(clause.label) for clause in view.clauses())
    return {**document_entry(document), "clauses": clauses, "chapters": len(view.chapters())}


def _as_json(change: Change) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    return {
        "kind": change.kind,
        **{name: {"key": c.key, "label": c.label} if c else None for name, c in sides.items()},
    }
