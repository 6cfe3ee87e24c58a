"""How two documents differ: what became of each clause, and which of its words changed."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from bot.text.segment import any_segmenter

ALIKE = 0.35
"""From this share of pairs of characters in common on, a clause is a changed one rather than another one. Between the documents of different
cities in evaluation/corpus only clauses on the same matter come above it.
"""
INSIDE = 0.6
"""The same for the share of a shorter clause's pairs that a longer one has."""
HARDLY_A_WORD = 1
"""So many characters that stay between two changes are read as a part of them: cut apart, neither would make sense."""
AT_MOST_REMEMBERED = 4096
"""Clauses whose pairs of characters are remembered."""

Kind = Literal["same", "renumbered", "changed", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """What became of a clause: `before` and `after` are the clause in either document, None where it has none.

    A clause of the same words under another label is `renumbered`. One that the newer document keeps as deleted (第五条 删除) is
    `removed`, and `after` is what is left of it.
    """

    kind: Kind
    before: Clause | None
    after: Clause | None


def changes(before: ClauseStore, after: ClauseStore) -> tuple[Change, ...]:
    """What became of each clause from one document to another, in the newer one's order; one that is gone stands where it stood.

    Clauses are matched by their texts, whatever their labels: first those that say the same, then the most alike ones.
    """
    return compared(before.clauses(), after.clauses())


def compared(before: Iterable[Clause], after: Iterable[Clause]) -> tuple[Change, ...]:
    """The same of the clauses of two documents."""
    old, new = _numbered(before), _numbered(after)
    becomes = _matched(old, new)
    begin_again = any(len({clause.label for clause in clauses}) < len(clauses) for clauses in (old, new))
    # (the place in the newer document, 0 for what stands there or else its place behind that) with each change
    found: list[tuple[int, int, Change]] = []
    place = -1
    for here, clause in enumerate(old):
        if here in becomes:
            place = becomes[here]
            found.append((place, 0, _change(clause, new[place], begin_again)))
        elif not clause.deleted:
            found.append((place, here + 1, Change("removed", clause, None)))
    left = set(range(len(new))).difference(becomes.values())
    found += [(there, 0, Change("added", None, new[there])) for there in left if not new[there].deleted]
    return tuple(change for _, _, change in sorted(found, key=lambda entry: entry[:2]))


def words_changed(change: Change) -> list[tuple[Kind, str]]:
    """The words of a change, with those of the lists of responsible units: those that stayed, those that were taken out and those that were
    put in, in their order. Without those taken out it is the newer text, without those put in the older one.
    """
    return words_between(_whole(change.before), "" if change.kind == "removed" else _whole(change.after))


def words_between(old: str, new: str) -> list[tuple[Kind, str]]:
    """The words of two texts: those that stayed, those that were taken out of the older and those that were put in, in their order."""
    found: list[tuple[Kind, str]] = []
    for gone, come in _pieces(_words(old), _words(new)):
        if gone == come:
            found.append(("same", gone))
            continue
        found += [("removed", gone)] if gone else []
        found += [("added", come)] if come else []
    return found


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands in the older text, and what in its place in the newer one, piece by piece; the same twice where nothing changed."""
    gone = come = kept = ""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        here, there = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal" and (gone or come) and len(here) <= HARDLY_A_WORD:
            kept = here
            continue
        if tag == "equal":
            if gone or come:
                yield gone, come
            if here:
                yield here, here
            gone = come = ""
            continue
        gone, come, kept = gone + kept + here, come + kept + there, ""
    if gone or come:
        yield gone, come
    if kept:
        yield kept, kept


def _change(before: Clause, after: Clause, begin_again: bool) -> Change:
    if after.deleted:
        return Change("same" if before.deleted else "removed", before, after)
    if _squeezed(_whole(before)) != _squeezed(_whole(after)):
        return Change("changed", before, after)
    names = [(clause.label, clause.path if begin_again else ()) for clause in (before, after)]
    return Change("same" if names[0] == names[1] else "renumbered", before, after)


def _matched(old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """Which clause each older one became, by their places: what is left of a deleted one, one that says the same, the one most alike."""
    found: dict[int, int] = {}
    by_path = {clause.path: here for here, clause in enumerate(old)}
    found.update((by_path[c.path], there) for there, c in enumerate(new) if c.deleted and c.path in by_path)
    saying: dict[str, list[int]] = defaultdict(list)
    for here, clause in enumerate(old):
        if here not in found and not clause.deleted:
            saying[_squeezed(clause.text)].append(here)
    for there, clause in enumerate(new):
        if not clause.deleted and (same := saying[_squeezed(clause.text)]):
            found[same.pop(0)] = there
    others = [(here, clause) for here, clause in enumerate(old) if here not in found and not clause.deleted]
    taken = set(found.values())
    left = [(there, clause) for there, clause in enumerate(new) if there not in taken and not clause.deleted]
    likeness = [
        (_likeness(one, other), one.label == other.label, -abs(here - there), here, there)
        for here, one in others
        for there, other in left
    ]
    for alike, _, _, here, there in sorted(likeness, reverse=True):
        if alike >= ALIKE and here not in found and there not in taken:
            found[here] = there
            taken.add(there)
    return found


def _likeness(one: Clause, other: Clause) -> float:
    """The share of pairs of characters that two clauses have in common, or of the shorter one's where a clause was made longer or cut short;
    those under one heading are alike in any case.
    """
    pairs, others = _pairs(one.text), _pairs(other.text)
    common = len(pairs & others)
    share = max(
        2 * common / (len(pairs) + len(others) or 1), ALIKE / INSIDE * common / (min(len(pairs), len(others)) or 1)
    )
    return max(share, ALIKE) if one.heading and one.heading == other.heading else share


@lru_cache(AT_MOST_REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(_squeezed(text))))


def _words(text: str) -> list[str]:
    """The words of `text`, with what stands between them; put together they are the text."""
    starts = [start for _, start in any_segmenter().words_with_offsets(text)]
    return [text[start:end] for start, end in pairwise(dict.fromkeys([0, *starts, len(text)]))]


def _numbered(clauses: Iterable[Clause]) -> list[Clause]:
    return [clause for clause in clauses if clause.label]


def _whole(clause: Clause | None) -> str:
    return clause.text + clause.unit_list if clause else ""


def _squeezed(text: str) -> str:
    return "".join(text.split())
