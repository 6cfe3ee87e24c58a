"""Whether a passage states what is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sparse

from bot.answers.linear import LogisticModel
from bot.answers.stated import KINDS, STATED_FROM, Asked, Beyond, asked, between, comparison, learned
from bot.clauses.models import Passage
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import key


def passage(store: ClauseStore, place: str) -> Passage:
    return next(entry for entry in store.passages() if entry.key == key(place))


def held(compared: list[float], kind: str) -> bool:
    """Whether the comparison says that what is asked is there; it says one of the two."""
    there, missing = compared[KINDS.index(kind)], compared[len(KINDS) + KINDS.index(kind)]
    assert (there > 0) != (missing > 0)
    return there > 0


@pytest.mark.parametrize(
    ("place", "kind", "expected"),
    [
        ("8/4", "money", True),
        ("8/3", "money", False),
        ("7/1", "duration", True),
        ("7/1", "money", False),
        ("9/4", "ratio", True),
        ("8/4", "date", False),
        ("17/2", "household", True),
        ("8/3", "open", True),
        ("8/3", "unit", True),
        ("8/3", "citation", True),
    ],
)
def test_the_kind_of_thing_that_is_asked_is_looked_for_among_a_passages_facts(
    store: ClauseStore, place: str, kind: str, expected: bool
) -> None:
    assert held(comparison({kind: 0.8}, (), passage(store, place), 0.0), kind) is expected


def test_a_group_that_is_asked_about_must_be_one_that_the_passage_speaks_of(store: ClauseStore) -> None:
    entry = passage(store, "8/4")
    assert held(comparison({"group": 1.0}, (), entry, 0.0), "group")
    assert held(comparison({"group": 1.0}, ("returnee",), entry, 0.0), "group")
    assert not held(comparison({"group": 1.0}, ("veteran",), entry, 0.0), "group")


def test_the_likeliest_kind_is_what_is_asked() -> None:
    assert asked({"money": 0.3, "ratio": 0.6, "open": 0.1}) == "ratio"
    assert asked({}) == "open"


def test_every_kind_of_fact_of_the_documents_can_be_asked_for(store: ClauseStore) -> None:
    assert {fact for entry in store.passages() for fact in entry.facts} <= set(KINDS)


def test_words_that_the_passage_does_not_have_are_counted(store: ClauseStore) -> None:
    entry = passage(store, "8/4")
    there = comparison({"group": 1.0}, (), entry, 0.5, ("留学", "大赛"), {"留学", "大赛"})
    beyond = comparison({"group": 1.0}, (), entry, 0.5, ("留学", "年龄"), {"留学", "大赛"})
    assert there[:-2] == beyond[:-2]
    assert there[-2:] == [0.0, 0.0] and beyond[-2] == 0.5 and beyond[-1] > 0


def test_a_kept_model_judges_as_before(store: ClauseStore, tmp_path: Path) -> None:
    kinds = ("money", "duration", "ratio", "date", "age")
    compared = [comparison({kind: 0.9}, (), entry, 0.0) for kind in kinds for entry in store.passages()]
    stated = [kind in entry.facts for kind in kinds for entry in store.passages()]
    model = learned(compared, stated)
    model.save(tmp_path, "stated")
    kept = LogisticModel.load(tmp_path, "stated")
    assert kept.probabilities(compared) == pytest.approx(model.probabilities(compared))
    money, none = (comparison({"money": 0.9}, (), passage(store, place), 0.0) for place in ("8/4", "8/3"))
    assert kept.probabilities([money])[0] > STATED_FROM > kept.probabilities([none])[0]


def test_two_opinions_meet_halfway() -> None:
    assert between(0.3, 0.3) == pytest.approx(0.3, abs=0.01)
    assert between(0.2, 0.8) == pytest.approx(0.5)
    assert 0.4 < between(0.3, 0.9) < 0.9


YEARS, ROUGHLY, SERVED = range(3)
"""Three words: the one by which the kind of thing is asked, one that asks for more, and one that does not."""


def words(*held: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(([1.0] * len(held), ([0] * len(held), held)), shape=(1, 3))


@pytest.fixture
def beyond(store: ClauseStore) -> Beyond:
    """Learned where most of those who ask for years of service ask for what a passage does not state."""
    states, does_not = passage(store, "13/2"), passage(store, "8/4")
    lines = [
        *([(words(YEARS, ROUGHLY), Asked("tenure", (), states, False))] * 30),
        *([(words(YEARS, SERVED), Asked("tenure", (), states, True))] * 5),
        *([(words(YEARS), Asked("tenure", (), does_not, False))] * 30),
    ]
    return Beyond.fit(sparse.vstack([vector for vector, _ in lines], format="csr"), [entry for _, entry in lines])


def test_words_that_ask_for_more_are_told_from_the_kind_of_thing_that_is_asked(beyond: Beyond) -> None:
    there = key("13/2")
    assert beyond.probability(words(YEARS, ROUGHLY), there) > 0.8
    assert beyond.probability(words(YEARS, SERVED), there) < 0.2
    assert 0.3 < beyond.probability(words(YEARS), there) < 0.7  # 35 of 40 who asked so were told "not stated"


def test_what_was_learned_of_words_that_ask_for_more_can_be_kept(beyond: Beyond, tmp_path: Path) -> None:
    beyond.save(tmp_path, "beyond")
    kept = Beyond.load(tmp_path, "beyond")
    asked_for = words(YEARS, ROUGHLY)
    assert np.isclose(kept.probability(asked_for, key("13/2")), beyond.probability(asked_for, key("13/2")))
