"""From what was decided to what is said: responses with their fields, the machine-readable part, and what to remember."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from bot.answers.claims import Claim, claims_of
from bot.answers.memory import Memory
from bot.answers.outcome import (
    Given,
    Outcome,
    Say,
    answering,
    citation,
    date_in,
    document_entry,
    documents_in_words,
    given_passage,
    held_in_words,
    in_columns,
    name_of,
    offering,
    place,
    saying,
    title,
)
from bot.answers.question import Question
from bot.answers.references import NoSuch
from bot.answers.stated import ALWAYS_STATED, STATED_FROM, asked
from bot.clauses.binding import least
from bot.clauses.models import Binding, Clause, Document, Force, Passage
from bot.clauses.store import ClauseStore

OUTSIDE = "narrowed"
"""The reason to refuse what is asked about a document that the conversation's narrowing leaves out."""
MAY_BE_ELSEWHERE = frozenset({OUTSIDE, "not_covered", "other_document", "other_place", "no_such"})
"""Reasons to refuse that another document than those which are searched may do away with."""


def give(
    question: Question,
    clause: Clause,
    passage: Passage,
    wanted: str,
    about: str,
    near: tuple[str, ...],
    memory: Memory,
    store: ClauseStore,
) -> Outcome:
    """`clause` in the way that is wanted: `passage` of it, or all of it for "full_text"; `about` is the question it answers."""
    passages = store.passages(clause.key)
    claims = claims_of(question, clause, (passage,) if passage.position else passages)
    kind = asked(question.asks)
    decided = any(claim.verdict != "not_stated" for claim in claims)  # what decides a claim is stated
    by_kind = decided or kind in ALWAYS_STATED or question.stated.get(passage.key, 1.0) >= STATED_FROM
    stated = {"answer": by_kind, "departments": bool(clause.departments)}.get(wanted, True)
    given = _whole(clause, passages) if wanted == "full_text" else given_passage(clause, passage, stated)
    same_subject, corrects = about == memory.question, question.act == "correct"
    remembered = dataclasses.replace(
        memory,
        question=about,
        introduced=False,
        refused="",
        wanted=wanted,
        clause=clause.key,
        passage=passage.key,
        near=memory.near if same_subject else near,
        given=(*memory.given, clause.key) if same_subject else (clause.key,),
        offered=(),
        units=(),
        listed=False,
        # nobody goes back to what was said by mistake
        earlier=dataclasses.replace(memory, earlier=memory.earlier[: -1 if corrects else None]).earlier_with(
            about, passage.key
        ),
        dated=True,
    )
    document = store.document(clause.document)
    says = [
        *map(_claim, claims),
        *SAYS[wanted](given, kind),
        *_units(clause),
        Say("utter_citation", {"citation": citation(clause, store, memory.language)}),
        *_dated(memory, document),
    ]
    outcome = answering(wanted, remembered, says, [given], store)
    if not claims:
        return outcome
    entries = [{"said": claim.said, "verdict": claim.verdict, "document": claim.document} for claim in claims]
    return dataclasses.replace(outcome, custom={**outcome.custom, "claims": entries})


def listing(
    given: Sequence[Given],
    question: Question,
    memory: Memory,
    store: ClauseStore,
    chapters: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Outcome:
    """All of the clauses `given`, the whole of `chapters` or of what `units` are responsible for where these are named."""
    if not given:
        return saying("list", memory, Say("utter_list_empty"))
    keys = tuple(entry.clause.key for entry in given)
    remembered = dataclasses.replace(
        memory,
        question=question.simplified,
        introduced=False,
        refused="",
        wanted="answer",
        clause=keys[0],
        passage="",
        given=keys,
        near=(),
        offered=keys,
        units=tuple(units),
        listed=True,
        dated=True,
    )
    headings = {f"{chapter.document}/{chapter.number}": chapter for chapter in store.chapters()}
    titles = [
        Say("utter_chapter", {"number": str(headings[key].number), "heading": headings[key].heading})
        for key in chapters
    ]
    return answering("list", remembered, [*titles, *_entries(given, store, memory)], given, store)


def more(given: Sequence[Given], memory: Memory, store: ClauseStore) -> Outcome:
    """Further clauses on the same subject."""
    keys = tuple(entry.clause.key for entry in given)
    remembered = dataclasses.replace(
        memory, wanted="answer", clause=keys[0], passage="", given=(*memory.given, *keys), offered=keys
    )
    return answering("list", remembered, _entries(given, store, memory), given, store)


def documents(passages: Sequence[Passage], memory: Memory, store: ClauseStore, superseded: str = "") -> Outcome:
    """The documents that are held: number, title, issue, size, and whether they are in force as far as is known; before that the
    `passages` that say what is asked. The chapters are named where there is a single document. First of all it is said that the document of
    the number `superseded` is replaced by one of them.
    """
    held = store.documents()
    says, entries = [Say("utter_documents", {"count": str(len(held))})] if len(held) > 1 else [], []
    for document in held:
        clauses = [clause for clause in store.clauses() if clause.document == document.key and clause.label]
        inside = [chapter for chapter in store.chapters() if chapter.document == document.key]
        fields = {
            "number": document.number,
            "title": document.title,
            "issuer": document.issuer,
            "dated": date_in(document.issued_on, memory.language),
            "clauses": str(len(clauses)),
            "chapters": str(len(inside)),
        }
        says += [
            Say("utter_document" if inside else "utter_document_without_chapters", fields),
            *_period(document, memory),
            *(_ended(document, memory) or [Say(f"utter_document_{document.in_force}", {"status": document.status})]),
        ]
        if len(held) == 1:
            says += [Say("utter_chapter", {"number": str(c.number), "heading": c.heading}) for c in inside]
        entries.append({**document_entry(document), "clauses": len(clauses), "chapters": len(inside)})
    for document in held:
        for number, named in document.replaces:
            if number == superseded:
                fields = {"number": number, "title": named, "by": document.number or document.title}
                says.insert(0, Say("utter_document_replaced", fields))
                entries.insert(0, _replaced(number, named, document))
    given = [given_passage(store.clause(passage.clause_key), passage) for passage in passages]
    quotes = [say for entry in given for say in _quotes(entry)]
    outcome = answering("document", memory, [*quotes, *says], given, store)
    return dataclasses.replace(outcome, custom={**outcome.custom, "documents": entries})


def _replaced(number: str, named: str, by: Document) -> dict[str, Any]:
    """The entry of a document that is not held, of which is known that another one replaced it."""
    return {
        **dict.fromkeys(document_entry(by)),
        "number": number,
        "title": named,
        "in_force": "repealed",
        "replaced_by": by.number or by.title,
        "clauses": None,
        "chapters": None,
    }


def _period(document: Document, memory: Memory) -> list[Say]:
    """From when and until when a document is in force, by its own words or as a person confirmed."""
    days = {name: day for name, day in (("since", document.since), ("until", document.until)) if day}
    if "since" not in days:
        return []
    fields = {name: date_in(date.fromisoformat(day), memory.language) for name, day in days.items()}
    if document.confirmed.issuperset(days):
        return [Say("utter_document_period_confirmed" if "until" in days else "utter_document_since_confirmed", fields)]
    return [Say("utter_document_period" if "until" in days else "utter_document_since", fields)]


def offering_besides(outcome: Outcome, clauses: Sequence[Clause], store: ClauseStore) -> Outcome:
    """An answer that is not sure, and other clauses to choose from below it."""
    offer = offering("clarify", outcome.memory, [Say("utter_or_rather"), *map(choice, clauses)], clauses, store)
    memory = dataclasses.replace(outcome.memory, offered=tuple(clause.key for clause in clauses))
    custom = {**outcome.custom, "choices": offer.custom["choices"]}
    return dataclasses.replace(outcome, says=(*outcome.says, *offer.says), custom=custom, memory=memory)


def no_such(missing: NoSuch, memory: Memory) -> Outcome:
    """There is no such clause or chapter; how many there are."""
    return no_answer(memory, "no_such", [missing_said(missing)], no_such=dataclasses.asdict(missing))


def missing_said(missing: NoSuch) -> Say:
    """That there is no such clause or chapter, and how many there are."""
    return Say(f"utter_missing_{missing.what}", {"asked": str(missing.asked), "last": str(missing.last)})


def no_answer(
    memory: Memory,
    reason: str,
    says: Sequence[Say],
    nearest: Sequence[Clause] = (),
    store: ClauseStore | None = None,
    **fields: object,
) -> Outcome:
    """A refusal, the only way to refuse: why, in its own words, and the nearest clauses of `store` where any are near."""
    memory = dataclasses.replace(memory, misses=memory.misses + 1)
    offers = [Say("utter_did_you_mean"), *map(choice, nearest)] if nearest else []
    return offering("no_answer", memory, [*says, *offers], nearest, store, reason=reason, **fields)


def narrowed(outcome: Outcome, names_another: bool, view: ClauseStore) -> Outcome:
    """`outcome` where only the documents of `view` are searched: it says which these are, in words where the message names another one, or
    where another one may deal with it.
    """
    custom, language = outcome.custom, outcome.memory.language
    refused = {entry.get("reason") for entry in (custom, *custom.get("parts", ()))}
    hint = [Say("utter_narrowed")] if names_another or refused & MAY_BE_ELSEWHERE else []
    fields = {"held": held_in_words(view, language), "documents": documents_in_words(view.documents())}
    says = tuple(Say(say.response, {**fields, **say.fields}) for say in (*outcome.says, *hint))
    within = [{"key": document.key, "name": name_of(document)} for document in view.documents()]
    return dataclasses.replace(outcome, says=says, custom={**custom, "within": within})


def together(texts: Sequence[str], outcomes: Sequence[Outcome]) -> Outcome:
    """One reply of several: each behind its words, with the kind of the first that answers."""
    heads = [Say("utter_part", {"number": str(number), "text": text}) for number, text in enumerate(texts, 1)]
    joined = _joined(heads, outcomes)
    parts: list[dict[str, object]] = []
    first = 0
    for text, outcome in zip(texts, outcomes, strict=True):
        places = list(range(first, first + len(outcome.custom["answers"])))
        first += len(places)
        part: dict[str, Any] = {"text": text, "kind": outcome.custom["kind"], "answers": places}
        parts.append({**part, **({"reason": outcome.custom["reason"]} if "reason" in outcome.custom else {})})
    firsts = [outcome.given[0].clause.key for outcome in outcomes if outcome.given]
    each_answers = len(firsts) == len(outcomes)  # the first of them, the second …
    memory = dataclasses.replace(outcomes[-1].memory, offered=tuple(firsts)) if each_answers else outcomes[-1].memory
    return dataclasses.replace(joined, custom={**joined.custom, "parts": parts}, memory=memory)


def beside(outcomes: Sequence[Outcome], store: ClauseStore) -> Outcome:
    """One reply from several documents, each under its name; the conversation goes on about the first."""
    heads = []
    for outcome in outcomes:
        document = store.document(outcome.memory.document)
        heads.append(Say("utter_of_document", {"title": document.title, "number": document.number}))
    return _joined(heads, outcomes)


def _joined(heads: Sequence[Say], outcomes: Sequence[Outcome]) -> Outcome:
    """Outcomes one under the other, each behind its head; when a document was issued is said once, at the end of all."""
    says = [
        say
        for head, outcome in zip(heads, outcomes, strict=True)
        for say in (head, *(say for say in outcome.says if say.response != "utter_dated"))
    ]
    says += [say for outcome in outcomes for say in outcome.says if say.response == "utter_dated"][:1]
    answered = next((outcome for outcome in outcomes if outcome.custom["answers"]), outcomes[0])
    custom = dict(answered.custom)
    for name in ("answers", "choices", "claims", "documents", "then"):
        if any(name in outcome.custom for outcome in outcomes):
            custom[name] = [entry for outcome in outcomes for entry in outcome.custom.get(name, ())]
    if missing := [outcome.custom["no_such"] for outcome in outcomes if "no_such" in outcome.custom]:
        custom["no_such"] = missing[-1]
    return Outcome(
        tuple(says), custom, outcomes[0].memory, tuple(given for outcome in outcomes for given in outcome.given)
    )


def choice(clause: Clause) -> Say:
    """A clause to choose."""
    return Say("utter_choice", {"clause": title(clause)})


def _entries(given: Sequence[Given], store: ClauseStore, memory: Memory) -> list[Say]:
    document = store.document(given[0].clause.document)
    entries = [
        Say("utter_list_entry", {"place": place(entry.clause, store), "units": _in_brackets(entry.clause, memory)})
        for entry in given
    ]
    return [
        Say(
            "utter_list_places" if any(entry.clause.annex for entry in given) else "utter_list",
            {"count": str(len(given))},
        ),
        *entries,
        Say("utter_list_source", {"number": document.number, "title": document.title}),
        *_dated(memory, document),
    ]


def _in_brackets(clause: Clause, memory: Memory) -> str:
    units = "、".join(clause.departments)
    return (f" ({units})" if memory.language == "en" else f"（{units}）") if units else ""


def _whole(clause: Clause, passages: Sequence[Passage]) -> Given:
    """All of `clause`, no more binding than its least binding passage."""
    force = max((passage.force for passage in passages), key=list(Force).index)
    return Given(clause, clause.text, force, least(passages))


def _claim(claim: Claim) -> Say:
    response = "utter_claim_of_several" if claim.of_several else f"utter_claim_{claim.verdict}"
    return Say(response, {"said": claim.said, "document": claim.document})


CAUTIONS = {
    Binding.AIM: "utter_aim",
    Binding.ENCOURAGED: "utter_encouraged",
    Binding.EXPLORED: "utter_exploratory",
}
"""What is said of a sentence that is no promise; a right and a duty need no word."""
PARTLY = {
    Binding.AIM: "utter_partly_aim",
    Binding.ENCOURAGED: "utter_partly_encouraged",
    Binding.EXPLORED: "utter_partly_exploratory",
}
"""The same of a whole clause."""


def _binding(given: Given) -> Binding | None:
    """How binding `given` is; where no reader has said so, only that its words explore is known."""
    return given.binding or (Binding.EXPLORED if given.force is Force.EXPLORATORY else None)


def _quotes(given: Given) -> list[Say]:
    """The quote; before a row of a table the names of its columns."""
    head = [Say("utter_table_head", {"names": in_columns(given.table_head)})] if given.table_head else []
    return [*head, Say("utter_quote", {"quote": in_columns(given.quote)})]


def _says_answer(given: Given, kind: str) -> list[Say]:
    says = _quotes(given)
    binding = _binding(given)
    if not given.stated:
        says.append(Say("utter_not_stated" if kind in ALWAYS_STATED else f"utter_not_stated_{kind}"))
        if binding is Binding.AIM:  # that it states nothing definite has just been said
            return says
    return [*says, Say(CAUTIONS[binding])] if binding in CAUTIONS else says


def _says_departments(given: Given, kind: str) -> list[Say]:
    if not given.clause.departments:
        return [*_says_quote(given), Say("utter_no_units")]
    heading = given.clause.heading or title(given.clause)
    count = str(len(given.clause.departments))
    return [Say("utter_departments", {"heading": heading, "count": count}), *_says_quote(given)]


def _says_citation(given: Given, kind: str) -> list[Say]:
    return [Say("utter_written_here"), *_says_quote(given)]


def _says_quote(given: Given) -> list[Say]:
    """The quote for somebody who asks who is responsible or where it is written, not what there is to be had."""
    says = _quotes(given)
    return [*says, Say("utter_exploratory")] if _binding(given) is Binding.EXPLORED else says


def _says_full_text(given: Given, kind: str) -> list[Say]:
    label = f"{given.clause.annex}\n" if given.clause.annex else given.clause.label
    says = [Say("utter_full_text", {"label": label, "text": in_columns(given.quote)})]
    binding = _binding(given)
    return [*says, Say(PARTLY[binding])] if binding in PARTLY else says


SAYS: dict[str, Callable[[Given, str], list[Say]]] = {
    "answer": _says_answer,
    "departments": _says_departments,
    "citation": _says_citation,
    "full_text": _says_full_text,
}


def _units(clause: Clause) -> list[Say]:
    units = clause.departments
    return [Say("utter_units", {"units": "、".join(units)})] if units else []


def _ended(document: Document, memory: Memory) -> list[Say]:
    """That a document is not in force today, by its own words or those of another one."""
    state = document.in_force_on(date.today())
    if state == "repealed" and document.replaced_by:
        return [Say("utter_repealed", {"by": document.replaced_by})]
    day = {"expired": document.until, "not_yet": document.since}.get(state)
    if day is None:
        return []
    shown = date_in(date.fromisoformat(day), memory.language)
    if state == "not_yet":
        return [Say("utter_not_yet_in_force", {"since": shown})]
    return [Say("utter_expired_confirmed" if "until" in document.confirmed else "utter_expired", {"until": shown})]


def _dated(memory: Memory, document: Document) -> list[Say]:
    """What is to be known of a document's age: once in a conversation when it was issued, always that it is not in force."""
    if ended := _ended(document, memory):
        return ended
    if memory.dated:
        return []
    if document.issued_on is None:
        return []
    return [Say("utter_dated", {"dated": date_in(document.issued_on, memory.language)})]
