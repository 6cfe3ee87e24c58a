"""Which kinds of labels are chapters, groups and clauses in this document, and which are sub-items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.labels import Kind
from bot.reading.lines import Table
from bot.reading.paragraphs import MAIN, Paragraph
from bot.reading.units import unit_lists

ORDER: tuple[Kind, ...] = ("han", "paren", "arabic")


@dataclass(frozen=True)
class Levels:
    """The kinds above the clauses, from the outermost, and the clauses' own; None: the document has no labels."""

    above: tuple[Kind, ...]
    clause: Kind | None

    @property
    def chapter(self) -> Kind | None:
        """The kind that bears the chapters."""
        return next((kind for kind in ("chapter", "han", "paren", "part", "section") if kind in self.above), None)


def levels_of(paragraphs: Sequence[Paragraph | Table]) -> Levels:
    """The levels of a document, from how its labels contain each other."""
    labelled = [p for p in paragraphs if isinstance(p, Paragraph) and p.label and p.label.kind in MAIN]
    count = {kind: sum(p.label.kind == kind for p in labelled if p.label) for kind in MAIN}
    upper: tuple[Kind, ...] = tuple(kind for kind in ("part", "chapter", "section") if count[kind])
    if count["article"] >= 2 or (count["article"] and not any(count[kind] for kind in ORDER)):
        if not upper:
            upper = tuple(kind for kind in ORDER[:2] if _heads_articles(labelled, kind))
        return Levels(upper, "article")
    chain = [kind for kind in ORDER if count[kind]]
    if not chain:
        return Levels((), upper[-1] if upper else None) if upper else Levels((), None)
    chain = _ordered(labelled, chain)
    above: list[Kind] = list(upper)
    clause, below = chain[0], chain[1:]
    while below:
        lower = _kind_below(paragraphs, clause, below)
        if lower is None or not _contains(paragraphs, clause, lower):
            break
        above.append(clause)
        clause, below = lower, below[below.index(lower) + 1 :]
    return Levels(tuple(above), clause)


def _ordered(labelled: Sequence[Paragraph], chain: list[Kind]) -> list[Kind]:
    """The kinds from the outermost: the usual order, but that a kind that only stands before the first label of a higher one is none."""
    first = next((p.label.kind for p in labelled if p.label and p.label.kind in chain), chain[0])
    return chain[chain.index(first) :] if first in chain and chain.index(first) == 0 else chain


def _heads_articles(labelled: Sequence[Paragraph], kind: Kind) -> bool:
    """Whether labels of `kind` bear headings below which articles stand, and no sub-items of articles."""
    own = [place for place, p in enumerate(labelled) if p.label and p.label.kind == kind]
    heads = 0
    for place in own:
        below = [p.label.kind for p in labelled[place + 1 : place + 3] if p.label]
        heads += labelled[place].is_heading and (below[:1] == ["article"] or below == ["paren", "article"])
    return bool(own) and heads >= 0.8 * len(own)


def _runs(paragraphs: Sequence[Paragraph | Table], kind: Kind) -> list[list[Paragraph | Table]]:
    """Each paragraph that a label of `kind` begins, with what follows until the next of its own or a higher kind."""
    higher = MAIN[: MAIN.index(kind) + 1]
    runs: list[list[Paragraph | Table]] = []
    is_open = False
    for paragraph in paragraphs:
        label = paragraph.label if isinstance(paragraph, Paragraph) else None
        if label and label.kind in higher:
            is_open = label.kind == kind
            if is_open:
                runs.append([])
        if is_open:
            runs[-1].append(paragraph)
    return runs


def _first_kind(run: Sequence[Paragraph | Table]) -> Kind | None:
    return next((p.label.kind for p in run[1:] if isinstance(p, Paragraph) and p.label and p.label.kind in MAIN), None)


def _own_text(run: Sequence[Paragraph | Table]) -> bool:
    """Whether text of its own stands before the first label below."""
    head = run[0]
    assert isinstance(head, Paragraph)
    sentence = head.key[head.label.end :].strip() if head.label else head.key
    if len(sentence) > 50 or "：" in sentence[-1:] or "。" in sentence[:-1]:
        return True
    following = run[1] if len(run) > 1 else head
    return not isinstance(following, Paragraph) or not following.label


def _kind_below(paragraphs: Sequence[Paragraph | Table], upper: Kind, kinds: Sequence[Kind]) -> Kind | None:
    found = [kind for run in _runs(paragraphs, upper) if (kind := _first_kind(run)) in kinds]
    return max(kinds, key=found.count) if found else None


def _contains(paragraphs: Sequence[Paragraph | Table], upper: Kind, lower: Kind) -> bool:
    """Whether `upper` only holds items of `lower`, which are clauses then; else `lower` are sub-items of a clause."""
    runs = _runs(paragraphs, upper)
    holders = [run for run in runs if _first_kind(run) == lower]
    items = [
        [p for p in run if isinstance(p, Paragraph) and p.label is not None and p.label.kind == lower]
        for run in holders
    ]
    through = restarts = 0
    last = 0
    for numbers in ([p.label.number for p in group if p.label] for group in items):
        through += bool(last) and numbers[0] == last + 1
        restarts += bool(last) and numbers[0] == 1
        last = numbers[-1]
    if through and through >= restarts:
        return True
    flat = [p for group in items for p in group]
    if len(flat) <= len(runs) - len(holders):
        return False
    unfinished = sum(p.key.rstrip().endswith(("；", "，")) for p in flat)
    if unfinished >= 0.4 * len(flat):
        return False
    only = sum(not _own_text(run) for run in holders)
    if only < len(holders) / 2:
        return False
    if upper == "han":
        return not _units_after_items(holders, lower)
    with_units = sum(bool(unit_lists(p.text, p.key)) for p in flat)
    long = sum(len(p.key) for p in flat) / len(flat)
    return len(holders) >= len(runs) / 2 and (with_units >= len(flat) / 3 or long >= 40)


def _units_after_items(holders: Sequence[Sequence[Paragraph | Table]], lower: Kind) -> bool:
    """Whether the units stand once, after all items of a holder, so that the holder is what they are responsible for."""
    once = 0
    for run in holders:
        lists = [place for place, p in enumerate(run) if isinstance(p, Paragraph) and p.is_units]
        items = [place for place, p in enumerate(run) if isinstance(p, Paragraph) and p.label and p.label.kind == lower]
        once += len(lists) == 1 and len(items) > 1 and lists[0] > items[-1]
    return once > len(holders) / 2
