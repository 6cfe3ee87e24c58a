"""What a message states as a fact, laid beside the document: a figure, a department, a group of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answers.question import Question
from bot.answers.respective import amounts_meant
from bot.answers.stated import STATED_FROM, asked
from bot.clauses.models import Amount, Clause, Passage

Verdict = Literal["same", "different", "not_stated"]
CLAIMED_FROM = 0.3
"""From this probability on, what a message says of a measure is laid beside the document: to be told that it is so harms nobody."""
OF_PEOPLE = frozenset({"group", "household", "open"})
"""The kinds of things that are asked where what is said of a group may be that the measure is for it."""
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Claim:
    """What is said, whether the document says so too, and the document's words that decide it ("" where none do)."""

    said: str
    verdict: Verdict
    document: str = ""
    of_several: bool = False
    """The document has it as one of several, each for another thing, and the message does not tell for which."""


def claims_of(question: Question, clause: Clause, passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """What `question` states about the measure of `passages`: the sentence that answers, or all of `clause` where none is sure."""
    refers = question.refers
    units = [*refers.units.present, *refers.units.absent]
    if refers.clauses and units and refers.units.match == "any" and not refers.besides:
        return tuple(_of_unit(name, clause) for name in units)
    if question.claims < CLAIMED_FROM:
        return ()
    if refers.amounts or units:
        return (
            *(_of_unit(name, clause) for name in units),
            *(_of_amount(amount, question.simplified, passages) for amount in refers.amounts),
        )
    corrects = question.act == "correct"  # who says whom they really mean claims nothing
    if corrects or asked(question.asks) not in OF_PEOPLE:
        return ()
    return tuple(_of_group(group, question, passages) for group in question.groups[:1])


def _of_amount(said: Amount, question: str, passages: Sequence[Passage]) -> Claim:
    """An amount beside those of its kind, of the thing that `question` (simplified) is about: the first passage that states any of that kind
    decides.
    """
    for passage in passages:
        meant, tells = amounts_meant(question, passage)
        stated = [amount for amount in meant if _comparable(said, amount)]
        for amount in stated:
            if _within(said, amount):
                if tells:
                    return Claim(said.text, "same", amount.text)
                return Claim(said.text, "same", "、".join(each.text for each in stated), of_several=True)
        if stated:
            return Claim(said.text, "different", stated[0].text)
    return Claim(said.text, "not_stated")


def _comparable(said: Amount, stated: Amount) -> bool:
    units = {said.unit, stated.unit}
    return len(units) == 1 or units == {"年", "月"} or units == {"天", "工作日"} or units == {"", "元"}


def _within(said: Amount, stated: Amount) -> bool:
    factor = {("年", "月"): MONTHS_A_YEAR, ("月", "年"): 1 / MONTHS_A_YEAR}.get((said.unit, stated.unit), 1)
    low, high = said.low * factor, said.high * factor
    return (low, high) == (stated.low, stated.high) or (said.low == said.high and high in (stated.low, stated.high))


def _of_unit(name: str, clause: Clause) -> Claim:
    of_every_clause = name in clause.also_carried_out_by
    units = clause.also_carried_out_by if of_every_clause else clause.departments
    return Claim(name, "same" if name in units else "different", "、".join(units))


def _of_group(group: str, question: Question, passages: Sequence[Passage]) -> Claim:
    said = question.text.strip()
    saying_so = (p for p in passages if group in p.groups and question.stated.get(p.key, 1.0) >= STATED_FROM)
    holding = next(saying_so, None)
    return Claim(said, "same", holding.text) if holding else Claim(said, "not_stated")
