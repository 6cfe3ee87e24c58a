"""Which questions are alike, by the characters and words that they share: the same thing asked in other words stands together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.text.script import simplify

FARTHEST = 0.8
"""The cosine distance up to which two groups are one. Found by looking at what it does to questions of nlu/."""
TOKEN = re.compile(r"[a-z0-9]+|[^\W_]")
"""A word in Latin letters, or a Chinese character."""
AT_MOST = 2000
"""Questions that are compared, each with each; what is beyond them is left out."""


@dataclass(frozen=True)
class Likeness[T]:
    """Things that are alike, the most central one first."""

    members: tuple[T, ...]

    @property
    def typical(self) -> T:
        """The one that is most like all the others."""
        return self.members[0]


def alike[T](things: Sequence[T], text_of: Callable[[T], str]) -> list[Likeness[T]]:
    """`things` in groups of those whose texts are alike, the largest group first; the same things give the same groups."""
    things = things[:AT_MOST]
    texts = [" ".join(simplify(text_of(thing)).lower().split()) for thing in things]
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < 2:
        return [Likeness(tuple(things))] if things else []
    labels, nearness = _clusters(distinct)
    place = {text: number for number, text in enumerate(distinct)}
    groups: dict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        groups[labels[place[text]]].append(number)
    found = []
    for inside in groups.values():
        rows = [place[texts[number]] for number in inside]
        central = nearness[np.ix_(rows, rows)].sum(axis=1)
        order = sorted(range(len(inside)), key=lambda i: (-round(float(central[i]), 6), inside[i]))
        found.append(Likeness(tuple(things[inside[i]] for i in order)))
    return sorted(found, key=lambda group: -len(group.members))


def _clusters(texts: Sequence[str]) -> tuple[list[int], npt.NDArray[np.float64]]:
    """The cluster of each text, and how near each is to each."""
    from scipy.cluster.hierarchy import fcluster, linkage  # only these pages need it
    from scipy.spatial.distance import squareform
    from sklearn.feature_extraction.text import TfidfVectorizer

    # a text without a letter must have a vector as well
    vectoriser = TfidfVectorizer(
        tokenizer=lambda text: TOKEN.findall(text) or [text], token_pattern=None, ngram_range=(1, 3)
    )
    vectors = vectoriser.fit_transform(texts)
    nearness = (vectors @ vectors.T).toarray()
    distances = np.clip(1 - nearness, 0, None)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    return [int(label) for label in fcluster(tree, FARTHEST, criterion="distance")], nearness
