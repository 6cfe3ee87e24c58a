"""Complete lists: which clauses fit what a message describes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.answers.context import SURE
from bot.answers.question import Question
from bot.answers.references import Units
from bot.answers.stated import asked
from bot.clauses.models import OPENING, Amount, Binding, Chapter, Clause, Force, Passage
from bot.clauses.store import ClauseStore
from bot.text.script import simplify

UNITS_ASKED = {"money": ("元",), "ratio": ("%",), "duration": ("年",), "tenure": ("年",)}
"""The units of amounts that a kind of thing (answers.stated) is stated in."""
FORCE_ASKED = {"explored": Force.EXPLORATORY, "encouraged": Force.ENCOURAGED}
BINDING_ASKED = {"explored": Binding.EXPLORED, "encouraged": Binding.ENCOURAGED}
SHARED_PAIR = 0.25
"""What a pair of characters that a question shares with a chapter's heading is worth, beside the probability of its clauses."""
VALID = re.compile(
    "(?:本|此|自|从).{0,30}(?:起|之日)(?:施行|实施|执行|生效)|有效期|同时废止|同时失效|(?:规划|实施|行动|试点|试行)期限?[为自是:].{0,12}[至到—-]"
)
"""What a sentence says of how long its own document is in force."""
FEW = 4
"""A word that at most so many clauses hold tells what is asked for."""


def of_units(units: Units, store: ClauseStore) -> Sequence[Clause]:
    """The clauses for which these departments are responsible, as they are put together."""
    if not (units.present or units.absent):
        return store.select(sole_department=True)
    found = store.select(departments=units.present, match=units.match, without=units.absent)
    return [clause for clause in found if set(clause.departments) == set(units.present)] if units.alone else found


def of_chapters(chapters: Iterable[str], store: ClauseStore) -> Sequence[Clause]:
    """The clauses of these chapters ("2021-49/3"), in their order."""
    pairs = [(key.partition("/")[0], int(key.rpartition("/")[2])) for key in chapters]
    return [c for document, number in pairs for c in store.select(chapter=number) if c.document == document]


def likely_chapter(question: Question, store: ClauseStore) -> str:
    """The key of the chapter whose heading shares most with the question and whose clauses are likeliest."""
    likely: dict[str, float] = {}
    for key, probability in question.clauses():
        clause = store.clause(key)
        chapter = f"{clause.document}/{clause.chapter}"
        likely[chapter] = likely.get(chapter, 0.0) + probability
    asked_pairs = set(map("".join, pairwise(question.simplified)))

    def fit(chapter: Chapter) -> float:
        shared = asked_pairs.intersection(map("".join, pairwise(simplify(chapter.heading))))
        return likely.get(f"{chapter.document}/{chapter.number}", 0.0) + SHARED_PAIR * len(shared)

    best = max(store.chapters(), key=fit)
    return f"{best.document}/{best.number}"


def of_amounts(amounts: Sequence[Amount], store: ClauseStore) -> list[Passage]:
    """The passages that state one of these amounts."""
    wanted = [(amount.low, amount.high, amount.unit) for amount in amounts if amount.unit]
    return [passage for passage in store.passages() if any(_states(passage, *entry) for entry in wanted)]


def of_kind(question: Question, store: ClauseStore) -> Sequence[Clause]:
    """The clauses that state an amount of the kind that is asked."""
    units = UNITS_ASKED.get(asked(question.asks), ())
    return store.select(units=units) if units else ()


def of_force(question: Question, store: ClauseStore) -> Sequence[Clause]:
    """The clauses whose words are only as binding as is asked ("what is only being tried?"), by what readers found where they have read a
    document; of the clauses that the question is about, where some of these are.
    """
    kind = asked(question.asks)
    if kind not in FORCE_ASKED:
        return ()

    def fits(passage: Passage) -> bool:
        if store.is_labelled(passage.document):
            return passage.binding is BINDING_ASKED[kind]
        return passage.force is FORCE_ASKED[kind]

    found = [clause for clause in store.clauses() if clause.label and any(map(fits, store.passages(clause.key)))]
    about = [clause for clause in found if clause.key in question.members]
    return about if about and question.best >= SURE else found


def of_validity(store: ClauseStore) -> list[Passage]:
    """The sentences of clauses that say from when and until when a document is in force, and what it replaces."""
    return [
        passage
        for passage in store.passages()
        if VALID.search(simplify(passage.text)) and _is_of_the_body(store.clause(passage.clause_key))
    ]


def _is_of_the_body(clause: Clause) -> bool:
    """Whether a clause is neither the opening nor an annex, which may say since when it is in force itself."""
    return clause.number != OPENING and not clause.annex


def quoted(words: str, store: ClauseStore) -> list[Passage]:
    """The passages that hold `words` (simplified), however they are punctuated."""
    flat = re.sub(r"\W", "", words)
    return [p for p in store.passages() if flat in re.sub(r"\W", "", simplify(p.text))] if len(flat) > 1 else []


def of_words(question: Question, store: ClauseStore) -> tuple[str, list[Passage]]:
    """The longest run of the question's words that few clauses hold, and the passages that hold it; "" where it has none."""
    words, best, found = question.words, "", list[Passage]()
    for start in range(len(words)):
        run = ""
        for word in words[start:]:
            run += word
            if len(run) <= len(best):
                continue
            if not 0 < len(store.select(mentions=[run])) <= FEW:
                if not store.mentioning(run):
                    break
                continue
            if held := [p for c in store.select(mentions=[run]) for p in store.passages(c.key) if run in p.text]:
                best, found = run, held
    return best, found


def _states(passage: Passage, low: float, high: float, unit: str) -> bool:
    return any(
        amount.unit == unit and (low, high) in ((amount.low, amount.high), (amount.low,) * 2, (amount.high,) * 2)
        for amount in passage.amounts
    )
