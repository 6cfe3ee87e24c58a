"""What readers said of a document's clauses and sentences, whom they serve and how binding they are, from one version to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.clauses.comparing import compared
from bot.clauses.contents import Contents
from bot.clauses.models import OPENING
from bot.reading.lines import squeezed


@dataclass(frozen=True)
class Labels:
    """The tables of document.toml: the numbers of the clauses that serve each group, best first; the places ("8/4") of each label's sentences."""

    audiences: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    binding: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class CarriedOver:
    """What a new version keeps of the older one's labels, and what is lost: of each group the clauses, as the older version calls them, and
    whether the labels for how binding the sentences are.
    """

    labels: Labels = Labels()
    lost_audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lost_binding: bool = False


def carried_over(before: Contents, after: Contents) -> CarriedOver:
    """The labels of `before` that fit `after`: that a clause serves a group where its text is the same, under whichever number; how binding
    the sentences are only where all of them are the same in the same places, since that is labelled for all or for none.
    """
    number_now = _unchanged(before, after)
    label_of = {clause.number: clause.label or str(clause.number) for clause in before.clauses}
    kept: dict[str, tuple[int, ...]] = {}
    lost: dict[str, tuple[str, ...]] = {}
    for group, numbers in before.document.audiences.items():
        if here := tuple(number_now[number] for number in numbers if number in number_now):
            kept[group] = here
        if gone := tuple(label_of[number] for number in numbers if number not in number_now):
            lost[group] = gone
    binding: dict[str, list[str]] = defaultdict(list)
    for passage in before.passages:
        if passage.binding:
            binding[passage.binding.value].append(f"{passage.clause}/{passage.position}")
    fits = _sentences(before) == _sentences(after)
    tables = {label: tuple(places) for label, places in binding.items()} if fits else {}
    return CarriedOver(Labels(kept, tables), lost, bool(binding) and not fits)


def lost_in_words(found: CarriedOver) -> list[str]:
    """What a new version loses, a line each."""
    lines = [
        f"audiences: that {'、'.join(clauses)} serve {group!r} is not taken over; the clauses changed or are gone."
        for group, clauses in found.lost_audiences.items()
    ]
    return lines + ["binding: not taken over; not all sentences are the same."] * found.lost_binding


def _unchanged(before: Contents, after: Contents) -> dict[int, int]:
    """The numbers of the clauses whose text is the same, with those that they bear now."""
    pairs = [(change.before, change.after) for change in compared(before.clauses, after.clauses)]
    return {old.number: new.number for old, new in pairs if old and new and squeezed(old.text) == squeezed(new.text)}


def _sentences(contents: Contents) -> list[tuple[int, int, str]]:
    return [(p.clause, p.position, p.text) for p in contents.passages if p.position and p.clause != OPENING]
