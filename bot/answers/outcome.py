"""What the judgement comes to: what is said, in which order, and the reply's machine-readable part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from bot.answers.memory import Memory
from bot.clauses.models import OPENING, Binding, Clause, Document, Force, Passage
from bot.clauses.store import ClauseStore
from bot.text.numerals import to_chinese_numeral
from bot.text.script import Language, Script, to_script

NAMED = 4
"""So many places are named where all documents are."""


@dataclass(frozen=True)
class Say:
    """One part of what a person reads: a response of domain.yml and the fields that it shows."""

    response: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """A clause that is given, the words that answer, and whether they state what was asked; of a row of a table its columns' names."""

    clause: Clause
    quote: str
    force: Force
    binding: Binding | None = None
    stated: bool = True
    table_head: str = ""


@dataclass(frozen=True)
class Outcome:
    """A reply before it is worded: `custom` as docs/answer.md describes it, `memory` what to remember, `given` what it gives."""

    says: tuple[Say, ...]
    custom: dict[str, Any]
    memory: Memory
    given: tuple[Given, ...] = ()


def given_passage(clause: Clause, passage: Passage, stated: bool = True) -> Given:
    """`passage` of `clause`, as an answer."""
    return Given(clause, passage.text, passage.force, passage.binding, stated, passage.table_head)


def answering(kind: str, memory: Memory, says: Iterable[Say], given: Iterable[Given], store: ClauseStore) -> Outcome:
    """An outcome of `kind` (see docs/answer.md) that gives clauses."""
    entries = tuple(given)
    outcome = _outcome(kind, memory, says, answers=[as_answer(entry, store) for entry in entries])
    return replace(outcome, given=entries)


def offering(
    kind: str, memory: Memory, says: Iterable[Say], choices: Iterable[Clause], store: ClauseStore | None, **fields: Any
) -> Outcome:
    """An outcome of `kind` that offers clauses to choose from; `fields` come into its machine-readable part."""
    outcome = _outcome(
        kind, memory, says, choices=[_choice(clause, memory.script, store) for clause in choices] if store else []
    )
    return replace(outcome, custom={**outcome.custom, **fields})


def saying(kind: str, memory: Memory, *says: Say, **fields: Any) -> Outcome:
    """An outcome of `kind` that gives no clause; `fields` come into its machine-readable part."""
    outcome = _outcome(kind, memory, says)
    return replace(outcome, custom={**outcome.custom, **fields})


def in_columns(text: str) -> str:
    """`text` as people read it: what parts the cells of a table's rows can be seen."""
    return text.replace("\t", " ｜ ")


def citation(clause: Clause, store: ClauseStore, language: Language = "zh") -> str:
    """Where `clause` stands: document number, title, issuing office, date, chapter and clause, ready to paste; the date and the
    punctuation are those of `language`.
    """
    document = store.document(clause.document)
    named = [name for name in (document.number, document.issuer, date_in(document.issued_on, language)) if name]
    where = place(clause, store)
    if language == "en":
        return " ".join((f"《{document.title}》", *([f"({', '.join(named)})"] if named else []), where))
    return f"《{document.title}》" + (f"（{'，'.join(named)}）" if named else "") + where


def held_in_words(store: ClauseStore, language: Language) -> str:
    """What is held, in a few words: the document's number, or whose documents they are and how many."""
    documents = store.documents()
    if len(documents) == 1:
        return documents[0].number or f"《{documents[0].title}》"
    places = list(dict.fromkeys(document.place for document in documents if document.place))
    named, more = "、".join(places[:NAMED]), len(places) > NAMED
    if language == "en":
        return f"{len(documents)} documents ({named}{' …' if more else ''})"
    return f"{named}{'等地' if more else ''}的{len(documents)}份文件"


def name_of(document: Document) -> str:
    """What a document is called for people: its title, the short one where it has two, and its number."""
    title = f"《{document.attached_title or document.title}》"
    return f"{title}（{document.number}）" if document.number else title


def documents_in_words(documents: Iterable[Document]) -> str:
    """Documents by their names, all in one script."""
    return to_script("、".join(map(name_of, documents)), "hans")


@lru_cache(maxsize=256)
def date_in(day: date | None, language: Language) -> str:
    """A date as a reader of `language` writes it: 2021年5月26日, 26 May 2021; "" for none."""
    return "" if day is None else str(format_date(day, "long", locale="en_GB" if language == "en" else "zh_Hans"))


def place(clause: Clause, store: ClauseStore) -> str:
    """Where a clause stands, in words, as the document counts: 第三部分（八）支持留学人员创新创业, 第二章第六条."""
    chapter = store.chapter(clause)
    above = clause.path[:-1]
    if chapter is not None:
        above = (
            chapter.label if chapter.label.startswith("第") else f"第{to_chinese_numeral(chapter.number)}部分",
            *above[1:],
        )
    return "".join((*above, title(clause)))


def title(clause: Clause) -> str:
    """What a clause is called: （八）支持留学人员创新创业, 第六条, 文末段; an annex 附件1《补贴标准》."""
    if clause.label:
        return f"{clause.label}{clause.heading}"
    if clause.annex:
        return f"{clause.annex}《{clause.heading}》" if clause.heading else clause.annex
    return "文首" if clause.number == OPENING else "文末段"


def _outcome(
    kind: str,
    memory: Memory,
    says: Iterable[Say],
    answers: Sequence[dict[str, Any]] = (),
    choices: Sequence[dict[str, Any]] = (),
) -> Outcome:
    custom = {
        "kind": kind,
        "script": memory.script,
        "language": memory.language,
        "answers": list(answers),
        "choices": list(choices),
        "groups": [],
    }
    return Outcome(tuple(says), custom, memory)


def as_answer(given: Given, store: ClauseStore) -> dict[str, Any]:
    """An answer as docs/answer.md describes it."""
    clause = given.clause
    return {
        "document": document_entry(store.document(clause.document)),
        "key": clause.key,
        "clause": clause.number,
        "label": clause.label,
        "annex": clause.annex,
        "heading": clause.heading,
        "chapter": clause.chapter,
        "path": list(clause.path),
        "quote": given.quote,
        "table_head": given.table_head,
        "departments": list(clause.departments),
        "also_carried_out_by": list(clause.also_carried_out_by),
        "citation": citation(clause, store),
        "stated": given.stated,
        "force": given.force.value,
        "binding": given.binding and given.binding.value,
    }


def document_entry(document: Document) -> dict[str, str | None]:
    """A document as an answer names it."""
    return {
        "key": document.key,
        "number": document.number,
        "title": document.title,
        "issuer": document.issuer,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "in_force": document.in_force_on(date.today()),
        "from": document.since,
        "until": document.until,
        "replaced_by": document.replaced_by,
    }


def _choice(clause: Clause, script: Script, store: ClauseStore) -> dict[str, Any]:
    payload = to_script(reference(clause, store), script)  # what is sent is answered in its script
    return {"key": clause.key, "clause": clause.number, "title": title(clause), "payload": payload}


def reference(clause: Clause, store: ClauseStore) -> str:
    """Words that refer to a clause and to no other one that is held: 第8条, 松政发〔2022〕11号第三部分第2条."""
    document = store.document(clause.document)
    of_document = "" if len(store.documents()) == 1 else document.number or f"《{document.title}》"
    beside = [entry for entry in store.of(clause.document).clauses() if entry.label and entry.chapter == clause.chapter]
    if sum(entry.label == clause.label for entry in store.of(clause.document).clauses()) > 1:  # labels begin again
        return f"{of_document}第{clause.chapter}部分第{beside.index(clause) + 1}条"
    return f"{of_document}第{clause.printed}条"
