"""Looking up what somebody types: the chat's own judgement first, then whatever else is near. Nothing is refused in silence, nothing is
asked back, nothing is remembered.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from bot.answers.decide import respond
from bot.answers.linear import Floats
from bot.answers.memory import Memory
from bot.answers.narrowing import Narrowing, Option, choices_of
from bot.answers.outcome import Given, Outcome, given_passage
from bot.answers.question import Question
from bot.answers.select import UNITS_ASKED
from bot.answers.stated import STATED_FROM, asked
from bot.answers.turn import wanted_of
from bot.clauses.models import Amount, Clause, Passage
from bot.clauses.passages import GROUPS, groups_of
from bot.clauses.store import ClauseStore

WORTH_SHOWING = 0.05
"""The least probability of a clause that shares no words with what is typed."""
HALF_AS_TELLING = 0.5
"""A clause is shown for its words where they tell at least so much, as a share of those of the best one."""
NO_SUBJECT = "no_subject"
"""The reason to refuse of a text that names no subject."""
SPOKEN_TO = frozenset({"smalltalk", "handoff"})
"""Kinds of reply to what is said to the assistant itself."""
type InChat = Literal["given", "offered", ""]
AT_MOST_WORDS = 40
"""Words of a text that are looked for."""


@dataclass(frozen=True)
class Hit:
    """A clause that was found.

    `passage` is the key of the quoted passage, "" where the whole clause is quoted; `probability` that the clause answers, None where the
    models do not say; `marks` are spans of the quote, `named` those of its departments that the text names; `judged` says that it answers, as a
    look-up does that asks nothing back and also takes a bare word for a question; `in_chat` that the assistant would have given it to
    somebody who begins with this, or offered it while asking back.
    """

    given: Given
    passage: str
    probability: float | None
    marks: tuple[tuple[int, int], ...]
    amounts: tuple[Amount, ...]
    groups: tuple[str, ...]
    named: tuple[str, ...]
    judged: bool
    in_chat: InChat


@dataclass(frozen=True)
class Found:
    """What a look-up finds.

    `kind` is the look-up's (a kind of docs/answer.md), `in_chat` that of the assistant's reply, "" where nothing is typed; `refused` why the
    assistant would say no and nothing else answers (a reason that domain.yml has words for, or NO_SUBJECT), `refused_in_chat` why it would say
    no at all, "" where it would not. Of the `total` clauses that fit, `hits` are some, best first, from the place `first` on (0 …); `judged` is
    how many of all answer, `anywhere` how many there would be without any narrowing. `options` has the choices to narrow by.
    """

    kind: str
    refused: str
    hits: tuple[Hit, ...]
    total: int
    judged: int
    first: int
    anywhere: int
    in_chat: str = ""
    refused_in_chat: str = ""
    options: dict[str, tuple[Option, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Judgement:
    """What answers: `clauses`, best first, `quotes` their words where the assistant would choose them; `outcome` is what it would do."""

    kind: str
    refused: str = ""
    clauses: tuple[Clause, ...] = ()
    quotes: tuple[Given, ...] = ()
    outcome: Outcome | None = None

    def in_chat(self, clause: str) -> InChat:
        """Whether the assistant would give the clause of that key, or offer it."""
        if self.outcome is None:
            return ""
        if any(given.clause.key == clause for given in self.outcome.given):
            return "given"
        return "offered" if self.outcome.custom["kind"] == "clarify" and clause in self.outcome.memory.offered else ""


def answer_anew(question: Question, store: ClauseStore, memory: Memory) -> Outcome | None:
    """What the assistant would answer to `question` from the documents of `store` in a conversation that begins with it, in the voice of
    `memory`; None where it would give no clause. `question` may have been understood where other documents are held as well.

    Raises ClauseDatabaseError where the database cannot be read.
    """
    here = _about_any(question, frozenset(document.key for document in store.documents()))
    outcome = here and respond(here, wanted_of(here.act), memory, store)
    return outcome if outcome and outcome.given else None


def _about_any(question: Question, documents: frozenset[str]) -> Question | None:
    """`question` as one about those of `documents` that it may be about; None where it is about none of them."""
    options = [option for option in (question, *question.rivals) if not option.document or option.document in documents]
    if not options:
        return None
    parts = [_about_any(part, documents) for part in question.parts]
    return dataclasses.replace(
        options[0],
        rivals=tuple(options[1:]),
        script=question.script,
        language=question.language,
        parts=tuple(part for part in parts if part),
    )


def look_up(
    question: Question | None,
    store: ClauseStore,
    narrowing: Narrowing | None = None,
    limit: int = 20,
    first: int = 0,
) -> Found:
    """What is found for `question` (None: nothing is typed, and all clauses fit) within `narrowing`: from the place `first` on at most
    `limit` hits.

    Raises ClauseDatabaseError where the database cannot be read.
    """
    narrowing, choices = narrowing or Narrowing(), choices_of(store)
    within = (narrowing.document,) if narrowing.document else ()
    judgement = _judge(question, store, Memory(within=within)) if question else _everything(store)
    near = _Near(question, store)
    keys = list(dict.fromkeys([*(clause.key for clause in judgement.clauses), *near.clauses]))
    judged = {clause.key for clause in judgement.clauses}
    quotes = {given.clause.key: given for given in judgement.quotes}
    fitting = choices.narrow(keys, narrowing)
    hits = [
        near.hit(store.clause(key), quotes.get(key), narrowing, key in judged, judgement.in_chat(key))
        for key in fitting[first : first + limit]
    ]
    outcome = judgement.outcome
    return Found(
        kind=judgement.kind,
        refused=judgement.refused,
        hits=tuple(hits),
        total=len(fitting),
        judged=sum(key in judged for key in fitting),
        first=first,
        anywhere=len(keys),
        in_chat=str(outcome.custom["kind"]) if outcome else "",
        refused_in_chat=_refusal(outcome) if outcome and outcome.custom["kind"] == "no_answer" else "",
        options=choices.options(keys, narrowing),
    )


def _everything(store: ClauseStore) -> _Judgement:
    return _Judgement("list", clauses=tuple(clause for clause in store.clauses() if clause.label))


def _judge(question: Question, store: ClauseStore, memory: Memory) -> _Judgement:
    """What answers `question` in a conversation that remembers no more than `memory`: what the assistant would say; a bare word is looked up
    besides.
    """
    outcome = respond(question, wanted_of(question.act), memory, store)
    return dataclasses.replace(_judged(question, store, outcome), outcome=outcome)


def _judged(question: Question, store: ClauseStore, outcome: Outcome) -> _Judgement:
    kind, given = str(outcome.custom["kind"]), outcome.given
    clauses = [entry.clause for entry in given]
    here = store.mentioning(question.simplified)
    if kind == "clarify":
        clauses = [store.clause(key) for key in outcome.memory.offered]
    if kind == "list":
        return _list(_those_of_most(question.refers.units.present, clauses))
    if kind == "clarify":
        return _list([*clauses, *_likeliest_first(here, question)])
    if given or kind in SPOKEN_TO:
        return _Judgement(kind, clauses=tuple(clauses), quotes=given)
    if here:
        return _list(_likeliest_first(here, question))
    if len(set(question.groups)) == 1 and outcome.custom.get("reason") == NO_SUBJECT:
        return _list((store.of(question.document) if question.document else store).audience(question.groups[0]))
    return _Judgement(kind, _refusal(outcome))


def _refusal(outcome: Outcome) -> str:
    """Why the assistant says no; "" where it does not say why."""
    return outcome.memory.refused or str(outcome.custom.get("reason", ""))


def _list(clauses: Iterable[Clause]) -> _Judgement:
    return _Judgement("list", clauses=tuple({clause.key: clause for clause in clauses}.values()))


def _those_of_most(departments: Sequence[str], clauses: Sequence[Clause]) -> list[Clause]:
    """`clauses`, those first for which most of `departments` are responsible."""
    named = set(departments)
    return sorted(clauses, key=lambda clause: -len(named.intersection(clause.departments)))


def _likeliest_first(clauses: Iterable[Clause], question: Question) -> list[Clause]:
    probable = dict(question.clauses())
    return sorted(clauses, key=lambda clause: -probable.get(clause.key, 0.0))


class _Near:
    """What is near a question beside its answer: the clauses that probably answer it, those that hold its words, and which passage of a
    clause to show.
    """

    def __init__(self, question: Question | None, store: ClauseStore) -> None:
        self._store = store
        self._index = _index_of(store)
        options = (question, *question.rivals) if question else ()
        self._stated = {key: stated for option in options for key, stated in option.stated.items()}
        self._units = UNITS_ASKED.get(asked(question.asks), ()) if question else ()
        self._named = question.refers.units.present if question else ()
        ranked = sorted((pair for option in options for pair in option.clauses()), key=lambda pair: -pair[1])
        self._probable = dict(ranked)
        self._passages = {e.passage: e.probability for option in options for e in option.candidates}
        self._groups = _groups(question) if question else ()
        words = _telling(question, store) if question else ()
        self._scores, holding = self._tell(words)
        typed = question.simplified.split() if question else []
        self._marked = _any_of([*words, *typed, *(word for group in self._groups for word in GROUPS.get(group, ()))])
        likely = [key for key, probability in ranked if probability >= WORTH_SHOWING]
        self.clauses = [] if question and question.refers.clauses else [*likely, *holding]
        """The keys of the clauses that are near, nearest first; none where a clause is named by its number."""

    def hit(self, clause: Clause, given: Given | None, narrowing: Narrowing, judged: bool, in_chat: InChat) -> Hit:
        """`clause` with the words to show of it: those of `given` where they fit, else those of the passage that fits best."""
        passages = self._store.passages(clause.key)
        quoted = next((passage for passage in passages if given and passage.text == given.quote), None)
        whole = given is not None and quoted is None
        if not whole and (given is None or quoted is None or not narrowing.fits(quoted)):
            quoted = max(passages, key=lambda passage: (narrowing.fits(passage), *self._fit(passage)))
            given = given_passage(clause, quoted, self._stated.get(quoted.key, 1.0) >= STATED_FROM)
        assert given is not None
        shown = passages if quoted is None else (quoted,)
        amounts = tuple(amount for passage in shown for amount in passage.amounts)
        return Hit(
            given=given,
            passage=quoted.key if quoted else "",
            probability=self._probable.get(clause.key),
            marks=_spans(given.quote, self._marked, self._answering(amounts)),
            amounts=amounts,
            groups=tuple(dict.fromkeys(group for passage in passages for group in passage.groups)),
            named=tuple(name for name in dict.fromkeys(self._named) if name in clause.departments),
            judged=judged,
            in_chat=in_chat,
        )

    def _fit(self, passage: Passage) -> tuple[float | int, ...]:
        """How well a passage fits the question: by the models where they think anything of its clause, then by its words and the groups
        of people; a sentence rather than the heading, the first rather than a later one.
        """
        likely = self._probable.get(passage.clause_key, 0.0) >= WORTH_SHOWING
        probability = self._passages.get(passage.key, 0.0) if likely else 0.0
        score = float(self._scores[self._index.place[passage.key]])
        speaks_of = len(set(self._groups).intersection(passage.groups))
        return probability, score, speaks_of, passage.position > 0, -passage.position

    def _answering(self, amounts: Iterable[Amount]) -> list[str]:
        """The amounts that state what is asked, as they are written."""
        return [amount.text for amount in amounts if amount.unit in self._units]

    def _tell(self, words: Iterable[str]) -> tuple[Floats, list[str]]:
        """How much each passage tells by the words that it holds (a word the more the fewer hold it), and the clauses that tell enough,
        most telling first.
        """
        index = self._index
        scores = np.zeros(len(index.clause_of), np.float32)
        of_clauses = np.zeros(len(index.keys), np.float32)
        for word in words:
            places = np.asarray(self._store.holding(word), np.int64)
            if len(places):
                tells = math.log(1 + len(scores) / len(places))
                scores[places] += tells
                of_clauses[np.unique(index.clause_of[places])] += tells
        together = np.maximum.reduceat(scores, index.starts)
        enough = np.flatnonzero((of_clauses > 0) & (of_clauses >= HALF_AS_TELLING * of_clauses.max(initial=0.0)))
        order = enough[np.lexsort((-together[enough], -of_clauses[enough]))]
        return scores, [index.keys[place] for place in order]


@dataclass(frozen=True)
class _Index:
    """The places of a store's clauses and passages in their order."""

    keys: tuple[str, ...]
    place: dict[str, int]
    """Of each passage."""
    clause_of: npt.NDArray[np.int64]
    """The place of each passage's clause."""
    starts: npt.NDArray[np.int64]
    """The place of each clause's first passage; every clause has one."""


@lru_cache(maxsize=2)
def _index_of(store: ClauseStore) -> _Index:
    keys = tuple(clause.key for clause in store.clauses())
    place_of = {key: place for place, key in enumerate(keys)}
    passages = store.passages()
    clauses = np.asarray([place_of[passage.clause_key] for passage in passages], np.int64)
    starts = np.searchsorted(clauses, np.arange(len(keys)))
    return _Index(keys, {passage.key: place for place, passage in enumerate(passages)}, clauses, starts)


def _telling(question: Question, store: ClauseStore) -> tuple[str, ...]:
    """The words to look for: those of two characters or more that the documents have, else the text itself."""
    words = [word for word in dict.fromkeys(question.words) if len(word) > 1][:AT_MOST_WORDS]
    held = tuple(word for word in words if store.mentioning(word))
    return held or tuple(question.simplified.split())[:AT_MOST_WORDS]


def _groups(question: Question) -> tuple[str, ...]:
    return question.groups or groups_of(question.simplified)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for any of `words`, the longest first, however they are spaced."""
    spaced = [r"\s*".join(map(re.escape, word)) for word in sorted(set(words), key=lambda word: (-len(word), word))]
    return re.compile("|".join(spaced), re.IGNORECASE) if spaced else None


def _spans(quote: str, marked: re.Pattern[str] | None, amounts: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where the words that are `marked` and the `amounts` stand in `quote`; neighbours are one span."""
    found = [match.span() for match in marked.finditer(quote)] if marked else []
    for amount in amounts:
        found += [match.span() for match in re.finditer(re.escape(amount), quote)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and not quote[spans[-1][1] : start].strip():
            start, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((start, end))
    return tuple(spans)
