"""The table that decides (bot.answers.decide), gone through with every example of nlu/: no row is idle, and each is needed.

No model takes part: names and references are read, and the probabilities are what the example's block says.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answers.decide import ROWS, as_asked, decide
from bot.answers.memory import Memory
from bot.answers.names import NameFinder, department_words, names_of
from bot.answers.outcome import Outcome
from bot.answers.question import GIVING, OUT_OF_SCOPE, Candidate, Question
from bot.answers.referring.grammar import plain
from bot.answers.referring.reader import ReferenceReader
from bot.answers.turn import FEW_CHARACTERS, Turn, wanted_of
from bot.clauses.store import ClauseStore
from bot.text.script import simplify
from bot.text.segment import Segmenter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("table")]

PROBABLE = 0.9
NAMES = [row.__name__ for row in ROWS]


@cache
def blocks() -> list[dict[str, Any]]:
    files = sorted(Path("nlu").rglob("*.yml"))
    return [block for path in files for block in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]]


def lines(block: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]


def questions(store: ClauseStore) -> Iterator[Question]:
    """Every example of nlu/ as it would be understood if the models were right."""
    groups = {line: block["synonym"] for block in blocks() if "synonym" in block for line in lines(block)}
    finder, reader = NameFinder(names_of(store, groups), unknown_offices=True), ReferenceReader(store)
    segmenter = Segmenter(department_words(store))
    for block in blocks():
        if "intent" not in block:
            continue
        said = block.get("metadata") or {}
        foreign = block["intent"] == OUT_OF_SCOPE
        named = said.get("answered_by", () if foreign else None)
        passages = [passage_of(entry, store) for entry in named or ()]
        found = tuple(Candidate(passage, PROBABLE / len(passages)) for passage in passages)
        of_none = PROBABLE if named is None else 0.0
        for text in lines(block):
            simplified = plain(simplify(text))
            words = segmenter.words_with_offsets(simplified)
            names = finder.find(simplified, {edge for word, start in words for edge in (start, start + len(word))})
            refers = reader.read(simplified, names)
            yield Question(
                text=text,
                simplified=simplified,
                act=block["intent"],
                confidence=PROBABLE,
                reason=said.get("reason", ""),
                refers=dataclasses.replace(refers, authorities=any(name.kind == "authority" for name in names)),
                groups=tuple(dict.fromkeys(name.value for name in names if name.kind == "group")),
                candidates=found,
                in_context=found,
                words=tuple(word for word, _ in words),
                subjectless=of_none,
                leans=of_none,
                foreign=PROBABLE if foreign else 0.0,
                acts={wish: PROBABLE * (wish == block["intent"]) for wish in GIVING - {"answer"}},
                asks={said["asks"]: PROBABLE} if "asks" in said else {},
                stated={passage: PROBABLE if said.get("stated", True) else 0.1 for passage in passages},
            )


def passage_of(entry: dict[str, str], store: ClauseStore) -> str:
    """The key of the passage that a block names; the clause's first where it names the clause alone."""
    inside = store.passages(entry["clause"])
    return next(passage.key for passage in reversed(inside) if entry.get("words", inside[0].text) in passage.text)


def memories(store: ClauseStore) -> tuple[Memory, Memory]:
    """What is remembered at first, and after two subjects and "what else is there?"."""
    memory = Memory()
    for text, passage in (("注册公司要几天", "2021-49/9/3"), ("留学生创业有补助吗", "2021-49/8/3")):
        asked = Question(text, text, "measure", candidates=(Candidate(passage, PROBABLE),))
        memory = decide(Turn(asked, "answer", memory, store)).memory
    asked = Question("还有吗", "还有吗", "more", leans=PROBABLE, subjectless=PROBABLE)
    return Memory(), decide(Turn(asked, "more", memory, store)).memory


def unsure(asked: Question, store: ClauseStore) -> Question:
    """`asked` where no clause is probable: those that share characters with it are alike."""
    alike = tuple(Candidate(passage.key, PROBABLE / 6) for passage, _ in store.search(asked.simplified, limit=6))
    return dataclasses.replace(asked, candidates=alike, in_context=alike)


@dataclasses.dataclass(frozen=True)
class Decided:
    """A turn, and what the first two rows that hold make of it."""

    turn: Turn
    outcomes: dict[str, Outcome]

    @property
    def first(self) -> str:
        """The row that decides."""
        return next(iter(self.outcomes))

    @property
    def needed(self) -> bool:
        """Whether the row that decides says something else than the one that would decide without it."""
        both = [(outcome.custom, outcome.says) for outcome in self.outcomes.values()]
        return len(both) < 2 or both[0] != both[1]


@pytest.fixture(scope="module")
def decided(store: ClauseStore) -> list[Decided]:
    """Every example, at the beginning of a conversation and after an answer; bare words besides where no clause is probable."""
    asked = list(questions(store))
    bare = [unsure(entry, store) for entry in asked if len(entry.simplified) <= FEW_CHARACTERS]
    first, later = memories(store)
    turns = [*((entry, first) for entry in asked + bare), *((entry, later) for entry in asked)]
    return [_decided(as_asked(Turn(entry, wanted_of(entry.act), memory, store))) for entry, memory in turns]


def _decided(turn: Turn) -> Decided:
    held = ((row.__name__, outcome) for row in ROWS if (outcome := row(turn)) is not None)
    return Decided(turn, dict(islice(held, 2)))


def test_every_row_decides_for_some_example_so_none_is_always_shadowed(decided: list[Decided]) -> None:
    count = Counter(entry.first for entry in decided)
    assert [name for name in NAMES if not count[name]] == []


def test_without_any_row_some_example_is_answered_otherwise(decided: list[Decided]) -> None:
    needed = {entry.first for entry in decided if entry.needed}
    assert [name for name in NAMES if name not in needed] == []


def test_every_example_is_decided_as_the_first_row_that_holds_says(decided: list[Decided]) -> None:
    for entry in decided[:: len(decided) // 500]:
        assert decide(entry.turn).custom == entry.outcomes[entry.first].custom


def test_whatever_is_quoted_stands_in_the_documents(decided: list[Decided], store: ClauseStore) -> None:
    texts = {*(passage.text for passage in store.passages()), *(clause.text for clause in store.clauses())}
    quotes = {answer["quote"] for entry in decided for answer in entry.outcomes[entry.first].custom["answers"]}
    assert quotes <= texts


def test_what_is_not_ours_is_given_only_where_clauses_or_the_documents_own_words_are_named(
    decided: list[Decided],
) -> None:
    given = {
        entry.first
        for entry in decided
        if entry.turn.question.act == OUT_OF_SCOPE and entry.outcomes[entry.first].custom["answers"]
    }
    assert given <= {"chosen", "beside", "one_clause", "several_clauses", "chapters", "words"}
