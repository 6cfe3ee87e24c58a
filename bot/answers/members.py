"""Which clauses belong to a list: each clause is judged by itself, from figures that know no clause by name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

HARDLY_ANY = 1e-4


class ClauseWords:
    """The words of each clause, and how telling each word is: the fewer clauses hold it, the more."""

    def __init__(self, words: Mapping[str, Collection[str]]) -> None:
        """`words` are those of each clause, by its key."""
        self._words = {key: frozenset(held) for key, held in words.items()}
        clauses_with = Counter(word for held in self._words.values() for word in held)
        self._telling = {word: math.log((len(self._words) + 1) / (count + 0.5)) for word, count in clauses_with.items()}

    def shared(self, words: Collection[str]) -> dict[str, float]:
        """How much of what `words` tell each clause holds, from 0 to 1."""
        telling = {word: self._telling[word] for word in words if len(word) > 1 and word in self._telling}
        total = sum(telling.values()) or 1.0
        return {
            key: sum(weight for word, weight in telling.items() if word in held) / total
            for key, held in self._words.items()
        }


def membership(
    likely: Mapping[str, float], topics: Sequence[Mapping[str, float]], shared: Mapping[str, float]
) -> dict[str, list[float]]:
    """What is known of each clause, by its key: how likely it is, by itself and beside the likeliest one, how likely for the topic of
    the list that it fits best, whether the list names several `topics`, and how much of the list's words it holds.
    """
    best = max(likely.values(), default=0.0)
    return {
        key: [
            _log_odds(probability),
            math.log((probability + HARDLY_ANY) / (best + HARDLY_ANY)),
            _log_odds(max((of_topic.get(key, 0.0) for of_topic in topics), default=0.0)),
            float(bool(topics)),
            shared.get(key, 0.0),
        ]
        for key, probability in likely.items()
    }


def best_set(probabilities: Mapping[str, float]) -> list[str]:
    """The keys, likeliest first, of the set that is expected to agree best (F1) with the right one, where each key belongs to it with
    the probability given. An empty mapping gives none.
    """
    order = sorted(probabilities, key=lambda key: -probabilities[key])
    expected, hits = sum(probabilities.values()), 0.0
    best, size = -1.0, 0
    for place, key in enumerate(order, 1):
        hits += probabilities[key]
        if (agreement := 2 * hits / (place + expected)) > best:
            best, size = agreement, place
    return order[:size]


def _log_odds(probability: float) -> float:
    return math.log((probability + HARDLY_ANY) / (1 - probability + HARDLY_ANY))
