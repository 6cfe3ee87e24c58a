"""Which clauses belong to a list."""

from __future__ import annotations

from bot.answers.linear import LogisticModel
from bot.answers.members import ClauseWords, best_set, membership


def test_the_set_is_as_large_as_the_probabilities_say() -> None:
    assert best_set({"a": 0.9, "b": 0.1, "c": 0.05}) == ["a"]
    assert best_set({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.02}) == ["a", "b", "c"]
    assert best_set({"b": 0.2, "a": 0.3}) == ["a", "b"]
    assert best_set({}) == []


def test_a_clause_holds_more_of_what_is_told_the_rarer_the_words_that_it_shares() -> None:
    words = ClauseWords({"1": ["就业", "住房"], "2": ["就业", "股权"], "3": ["就业"]})
    shared = words.shared(["就业", "股权", "从未见过", "的"])
    assert shared["2"] == 1.0
    assert 0 < shared["1"] == shared["3"] < 0.5
    assert set(words.shared(["从未见过"]).values()) == {0.0}


def test_a_clause_that_fits_one_of_several_things_belongs_to_the_list_of_all() -> None:
    figures = membership({"1": 0.8, "2": 0.1, "3": 0.1}, [{"1": 0.9}, {"2": 0.9}], {})
    alone = membership({"1": 0.8, "2": 0.1, "3": 0.1}, [], {})
    rows = [figures["1"], figures["2"], figures["3"], alone["1"], alone["2"], alone["3"]] * 20
    model = LogisticModel.fit(rows, [True, True, False, True, False, False] * 20)
    assert best_set(dict(zip(figures, model.probabilities(list(figures.values())), strict=True))) == ["1", "2"]
    assert best_set(dict(zip(alone, model.probabilities(list(alone.values())), strict=True))) == ["1"]
