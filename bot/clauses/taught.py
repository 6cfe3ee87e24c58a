"""Questions that people may be shown: of those that the assistant was taught about a passage (nlu/<document>), the plainest.

They are read once, when the clause database is built from the command line; a build from within a server takes them over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from bot.clauses.models import Passage
from bot.text.script import Language, language_of, simplify, to_script

FOLDERS = ("measure", "english")
"""Where the questions stand that a passage answers by what it states."""
KEPT = 8
"""Questions of a passage in either language; more would only be more of the same."""
LENGTHS: dict[Language, tuple[int, int]] = {"zh": (6, 18), "en": (12, 70)}
"""How many characters a question has that can be taken in at a glance."""
ASKS = re.compile(
    "吗|么|多少|几|哪|谁|怎|如何|能不能|可不可以|有没有|是否|\\b(what|which|who|how|where|when|is|are|do|does|can|may)\\b"
)
"""A question that is one by its words; the rest are cries and keywords."""
FIGURES = re.compile("多少|几|how (much|many|long)")
"""What is answered by a figure: asked of a passage that has none, it would only be told so."""


@dataclass(frozen=True)
class Taught:
    """A question in `language` that the passage of that key answers."""

    passage: str
    language: Language
    text: str


def read_taught(folder: Path, passages: Iterable[Passage]) -> tuple[list[Taught], list[str]]:
    """The plainest questions about each of `passages` in `folder`, of all of them the plainest first; a warning for each file that cannot be
    read.
    """
    of_clause: dict[str, list[Passage]] = {}
    for passage in passages:
        of_clause.setdefault(passage.clause_key, []).append(passage)
    found: dict[tuple[str, Language], dict[str, float]] = {}
    warnings = []
    for document in sorted({key.partition("/")[0] for key in of_clause}):
        for path in sorted(file for name in FOLDERS for file in (folder / document / name).glob("*.yml")):
            try:
                for passage, text in _questions(path, of_clause):
                    language = language_of(text) or "zh"
                    if _can_be_shown(text, language, passage):
                        found.setdefault((passage.key, language), {})[text] = _plainness(text, passage)
            except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
                warnings.append(f"{path} cannot be read, nobody is shown its questions: {error!r}")
    kept = [
        (plainness, Taught(key, language, text))
        for (key, language), texts in found.items()
        for text, plainness in sorted(texts.items(), key=lambda entry: (-entry[1], len(entry[0])))[:KEPT]
    ]
    return [entry for _, entry in sorted(kept, key=lambda scored: -scored[0])], warnings


def as_typed(text: str) -> str:
    """A text as it is compared with what somebody types, who may write either script: character by character, without spaces."""
    return "".join(to_script(text, "hans").lower().split())


def _questions(path: Path, of_clause: dict[str, list[Passage]]) -> Iterable[tuple[Passage, str]]:
    """The questions of a file that one sentence answers, each with the passage that has it."""
    for block in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
        said = block.get("metadata") or {}
        named = said.get("answered_by") or []
        if block.get("intent") != "measure" or len(named) != 1 or said.get("stated") is False:
            continue
        passage = _passage(named[0], of_clause)
        if passage is not None:
            yield from ((passage, line.removeprefix("- ").strip()) for line in block["examples"].splitlines())


def _passage(named: dict[str, Any], of_clause: dict[str, list[Passage]]) -> Passage | None:
    holding = [entry for entry in of_clause.get(named["clause"], ()) if named.get("words", "\n") in entry.text]
    return max(holding, key=lambda entry: entry.position > 0, default=None)


def _can_be_shown(text: str, language: Language, passage: Passage) -> bool:
    shortest, longest = LENGTHS[language]
    simplified = simplify(text)
    broken = language == "zh" and re.search(r"[A-Za-zㄅ-ㄩ¦\s]", text)
    for_nothing = FIGURES.search(simplified) and not passage.amounts
    return shortest <= len(text) <= longest and not broken and not for_nothing and bool(ASKS.search(simplified))


def _plainness(text: str, passage: Passage) -> float:
    """The share of a question's pairs of characters that the passage has: the more, the plainer it is what it asks for."""
    pairs = _pairs(text)
    return len(pairs & _pairs(passage.text)) / max(1, len(pairs))


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(re.sub(r"\W", "", simplify(text))))


def next_of(taught: Sequence[Taught], passage: str, asked: str, most: int) -> tuple[Taught, ...]:
    """What to ask next who was shown a passage: the plainest question about each other passage, then others; none that was just `asked`."""
    plainest: dict[str, Taught] = {}
    for entry in taught:
        plainest.setdefault(entry.passage, entry)
    plainest.pop(passage, None)
    ordered = dict.fromkeys((*plainest.values(), *taught))
    return tuple(entry for entry in ordered if simplify(entry.text) != simplify(asked))[:most]
