"""What the judgement comes to: what is said, in which order, and the reply's machine-readable part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.answers.memory import Memory
from bot.clauses.models import Clause, Document, Force, Passage
from bot.clauses.store import ClauseStore
from bot.text.numerals import to_chinese_numeral
from bot.text.script import Script


@dataclass(frozen=True)
class Say:
    """One part of what a person reads: a response of domain.yml and the fields that it shows."""

    response: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """A clause that is given, the words that answer, and whether they state what was asked."""

    clause: Clause
    quote: str
    force: Force
    stated: bool = True


@dataclass(frozen=True)
class Outcome:
    """A reply before it is worded: `custom` as docs/answer.md describes it, `memory` what to remember, `given` what it gives."""

    says: tuple[Say, ...]
    custom: dict[str, Any]
    memory: Memory
    given: tuple[Given, ...] = ()


def given_passage(clause: Clause, passage: Passage, stated: bool = True) -> Given:
    """`passage` of `clause`, as an answer."""
    return Given(clause, passage.text, passage.force, stated)


def answering(kind: str, memory: Memory, says: Iterable[Say], given: Iterable[Given], store: ClauseStore) -> Outcome:
    """An outcome of `kind` (see docs/answer.md) that gives clauses."""
    entries = tuple(given)
    outcome = _outcome(kind, memory, says, answers=[as_answer(entry, store) for entry in entries])
    return replace(outcome, given=entries)


def offering(kind: str, memory: Memory, says: Iterable[Say], choices: Iterable[Clause]) -> Outcome:
    """An outcome of `kind` that offers clauses to choose from."""
    return _outcome(kind, memory, says, choices=[_choice(clause, memory.script) for clause in choices])


def saying(kind: str, memory: Memory, *says: Say) -> Outcome:
    """An outcome of `kind` that gives no clause."""
    return _outcome(kind, memory, says)


def citation(clause: Clause, store: ClauseStore) -> str:
    """Where `clause` stands: document number, title, issuing office, date, chapter and clause, ready to paste."""
    document = store.document(clause.document)
    dated = f"{document.issued_on.year}年{document.issued_on.month}月{document.issued_on.day}日"
    return f"《{document.title}》（{document.number}，{document.issuer}，{dated}）{place(clause)}"


def place(clause: Clause) -> str:
    """The chapter and clause in words: 第三部分（八）支持留学人员创新创业."""
    if clause.number == 0:
        return "文首"
    if clause.chapter is None:
        return "文末段"
    return f"第{to_chinese_numeral(clause.chapter)}部分{clause.label}{clause.heading}"


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
        "document": _document(store.document(clause.document)),
        "key": clause.key,
        "clause": clause.number,
        "label": clause.label,
        "heading": clause.heading,
        "chapter": clause.chapter,
        "quote": given.quote,
        "departments": list(clause.departments),
        "also_carried_out_by": list(clause.also_carried_out_by),
        "citation": citation(clause, store),
        "stated": given.stated,
        "force": given.force.value,
    }


def _document(document: Document) -> dict[str, str]:
    return {
        "number": document.number,
        "title": document.title,
        "issuer": document.issuer,
        "issued_on": document.issued_on.isoformat(),
    }


def _choice(clause: Clause, script: Script) -> dict[str, Any]:
    payload = f"第{clause.number}{'條' if script == 'hant' else '条'}"  # what is sent is answered in its script
    return {"clause": clause.number, "title": f"{clause.label}{clause.heading}", "payload": payload}
