"""How binding each sentence of a document is: labels that readers gave them, as document.toml lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.clauses.models import OPENING, Binding, Passage
from bot.errors import DocumentError

LABELS = tuple(label.value for label in Binding)


def labelled(passages: Iterable[Passage], table: Any, path: Path) -> tuple[Passage, ...]:
    """`passages` with the labels of `table`, which lists places ("8/4") by label; `path` is named in errors.

    Raises DocumentError where a label is none, a place is no sentence or stands twice, or a sentence has no label.
    """
    if not isinstance(table, dict) or not all(isinstance(places, list) for places in table.values()):
        raise DocumentError(f'{path}: [binding] must list places by label, such as duty = ["8/4"].')
    if unknown := sorted(set(table).difference(LABELS)):
        raise DocumentError(f"{path}: [binding] has {', '.join(unknown)}; a label is one of {', '.join(LABELS)}.")
    passages = tuple(passages)
    listed = [str(place) for places in table.values() for place in places]
    sentences = [_place(passage) for passage in passages if passage.position and passage.clause != OPENING]
    if strange := [place for place in listed if place not in sentences]:
        raise DocumentError(
            f"{path}: [binding] names {', '.join(strange)}, where the document has no sentence (8/4 is the fourth of clause 8; headings "
            "and the opening bear no label). Correct the places."
        )
    if twice := [place for place, times in Counter(listed).items() if times > 1]:
        raise DocumentError(f"{path}: [binding] names {', '.join(twice)} twice. Leave each under one label.")
    if missing := [place for place in sentences if place not in listed]:
        raise DocumentError(
            f"{path}: [binding] leaves out {', '.join(missing)}. Label every sentence, or take the table out until all are read."
        )
    label_of = {str(place): Binding(label) for label, places in table.items() for place in places}
    return tuple(replace(passage, binding=label_of.get(_place(passage))) for passage in passages)


def least(passages: Iterable[Passage]) -> Binding | None:
    """The least binding label of `passages`, which the whole of them bears; None where none is labelled."""
    return max((p.binding for p in passages if p.binding), key=list(Binding).index, default=None)


def _place(passage: Passage) -> str:
    return f"{passage.clause}/{passage.position}"
