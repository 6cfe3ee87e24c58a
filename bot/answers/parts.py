"""Cutting a message into the single questions that it holds: where it might be cut, and what is seen at each such place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import scipy.sparse as sparse
from sklearn.feature_extraction import FeatureHasher

from bot.answers.linear import LinearModel
from bot.text.script import simplify

AROUND = " ,，、;；"
"""What joins a part to the next one, and belongs to neither."""
CUT = "¦"
"""Stands in nlu/heads/parts.yml where a message is cut."""
PLACES = re.compile(
    r"[?？!！。;；]+[\"」』”)）]*\s*|[,，、:：]\s*|\s+|(?<=\S)(?=另外|还有|還有|顺便|順便|以及|再问|再問|然后|然後|\band\b|\balso\b|和|跟)"
)
"""Where a message might be cut: behind punctuation and spaces, and before words that add something."""
SEEN = 10
"""So many characters on either side of a place are looked at closely."""
AT_MOST_PLACES = 24
AT_MOST_PARTS = 4
CUT_FROM = 0.3
"""From this probability on, a message is cut at a place."""
ASKED_FROM = 0.06
"""A piece that asks something with less than this probability belongs to the next one: it only tells a story."""
SIZE = 2**17
HASHER = FeatureHasher(SIZE, input_type="string", alternate_sign=False)


NUMBERED = re.compile(
    r"(?:^|(?<=[\s:：。；;？?，,!！]))(?:[(（]?(\d|[一二三四五六七八九])[)）.、．]|([①-⑨])|第([一二三四五六七八九])[，,、：:])\s*"
)
"""A number before one of several questions: 1. (2) ③ 一、 第二，"""


def numbered(text: str) -> list[str]:
    """The questions of `text` where it numbers them from 1 on, without their numbers; what stands before the first belongs to it, and
    what is too many to the last. Empty where it does not.
    """
    found = list(NUMBERED.finditer(text))
    numbers = [int(unicodedata.numeric(match[1] or match[2] or match[3])) for match in found]
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return []
    edges = [*(match.start() for match in found), len(text)]
    parts = [text[match.end() : edge] for match, edge in zip(found, edges[1:], strict=True)]
    last = AT_MOST_PARTS - 1
    parts = [text[: edges[0]] + parts[0], *parts[1:]]
    return [*parts[:last], "".join(parts[last:])] if len(parts) > AT_MOST_PARTS else parts


def places(text: str) -> list[int]:
    """The offsets at which `text` might be cut."""
    found = (match.end() for match in PLACES.finditer(text))
    return [place for place in dict.fromkeys(found) if 0 < place < len(text)][:AT_MOST_PLACES]


def vectors(text: str, at: Sequence[int]) -> sparse.csr_matrix:
    """What is seen at each of the places `at`, a row each."""
    return HASHER.transform(_seen(text, at))


def pieces(texts: Sequence[str]) -> sparse.csr_matrix:
    """What is seen of pieces of a message by themselves, a row each."""
    return HASHER.transform([runs(f"^{simplify(text)}$", 1, 2, 3) for text in texts])


def runs(text: str, *lengths: int) -> list[str]:
    """The runs of characters of `text` that have one of these lengths."""
    return [text[start : start + n] for n in lengths for start in range(len(text) - n + 1)]


def cut(text: str, places_model: LinearModel, pieces_model: LinearModel) -> list[str]:
    """The parts of `text`, which they make up without a rest; `places_model` tells "cut" from "whole" for each place, `pieces_model`
    "yes" (it asks something) from "no" for each piece.
    """
    at = places(text)
    if not at:
        return [text]
    probable = places_model.probabilities(vectors(text, at))[:, places_model.labels.index("cut")]
    likely = [place for place, probability in zip(at, probable, strict=True) if probability >= CUT_FROM]
    edges = [0, *likely[: AT_MOST_PARTS - 1], len(text)]
    found = [text[start:end] for start, end in pairwise(edges)]
    if len(found) < 2:
        return found
    asks = pieces_model.probabilities(pieces(found))[:, pieces_model.labels.index("yes")]
    parts, story = [], ""
    for piece, probability in zip(found, asks, strict=True):
        story += piece
        if probability >= ASKED_FROM:
            parts.append(story)
            story = ""
    if not parts:
        return [text]
    return [*parts[:-1], parts[-1] + story]


def _seen(text: str, at: Sequence[int]) -> list[list[str]]:
    """What is seen at each of the places `at`: the characters on either side, near and all the way, the two pieces that meet there, how
    alike they are, and which of them ask with a question mark.
    """
    pieces = [simplify(text[start:end]) for start, end in pairwise([0, *at, len(text)])]
    asks = ["?" in piece for piece in pieces]
    found = []
    for place, (before, after) in enumerate(pairwise(pieces), 1):
        left, right = "".join(pieces[:place]), "".join(pieces[place:])
        near_left, near_right, mark = left[-SEEN:], right[:SEEN], left[-1:]
        found.append(
            [
                *(f"end{n}{near_left[-n:]}" for n in (1, 2, 3, 4)),
                *(f"begin{n}{near_right[:n]}" for n in (1, 2, 3, 4)),
                *(f"mark{mark}begin{n}{near_right[:n]}" for n in (1, 2)),
                *(side + run for side, whole in (("l", left), ("r", right)) for run in runs(whole, 1, 2)),
                *(side + run for side, near in (("nl", near_left), ("nr", near_right)) for run in runs(near, 1, 2, 3)),
                *(side + run for side, piece in (("pl", before), ("pr", after)) for run in runs(f"^{piece}$", 2, 3)),
                f"mark{mark}asks{any(asks[:place])}{any(asks[place:])}{asks[place - 1]}{asks[place]}",
                f"mark{mark}of{min(sum(asks), 4)}",
                f"alike{_alike(before, after)}",
                f"left{min(len(left) // 4, 8)}",
                f"right{min(len(right) // 4, 8)}",
                *(f"{side}{min(len(piece) // 3, 6)}" for side, piece in (("before", before), ("after", after))),
                f"mark{mark}after{min(len(after) // 3, 6)}last{place == len(at)}",
            ]
        )
    return found


def _alike(one: str, other: str) -> int:
    """How many fifths of the shorter piece's characters the other one has."""
    shorter = min(len(set(one)), len(set(other)))
    return 5 * len(set(one).intersection(other)) // shorter if shorter else 0
