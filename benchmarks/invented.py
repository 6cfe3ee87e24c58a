"""Documents to measure with: of cities that do not exist, out of the real document's sentences with other places, units and numbers."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.clauses.models import Clause
from bot.clauses.store import ClauseStore
from bot.text.numerals import to_chinese_numeral

FIRST, SECOND = "澜汐砚霁筠苇棠蕤黛绡", "渚墩堰泊圩垌埠碇矶屿"
"""What the invented places are called by: a character of each; none of these is a city."""
CLAUSES = 12
"""Numbered clauses of an invented document, as many as such measures often have."""
AT_MOST_SENTENCES = 4
AT_MOST_UNITS = 4
NUMBER = re.compile(r"\d+")
REAL = re.compile("天津|长乐|罗源|江阴|滨海|福建|平潭|闽|东南汽车")
"""What no sentence of an invented document may name."""


def write_documents(source: Path, store: ClauseStore, target: Path, documents: int) -> None:
    """Copy the documents in `source` into `target`, and as many invented ones out of the clauses of `store` as make `documents`.

    The same number gives the same documents; of more, the first are those of fewer. Raises ValueError for more than there are names for.
    """
    if documents > len(FIRST) * len(SECOND):
        raise ValueError(f"There are names for {len(FIRST) * len(SECOND)} documents, and {documents} are asked for.")
    shutil.copytree(source, target)
    clauses = [c for c in store.clauses() if c.label and c.departments and _quotable(c, store)]
    for number in range(documents - len(store.documents())):
        folder = target / f"invented-{number:03}"
        folder.mkdir()
        (folder / "source.txt").write_text(_document(number, clauses, store), "utf-8")


def place(number: int) -> str:
    """The place of an invented document."""
    return FIRST[number % len(FIRST)] + SECOND[number // len(FIRST)]


def _document(number: int, clauses: Sequence[Clause], store: ClauseStore) -> str:
    chance = random.Random(number)
    of, year = place(number), 2015 + number % 11
    title = f"{of}市促进就业创业若干措施"
    issued = f"{year}年{1 + number % 12}月{1 + number % 28}日"
    units = sorted({name for clause in clauses for name in clause.departments if name.startswith("市")})
    body = [
        f"{to_chinese_numeral(place_of)}、{_heading(clause, store, of)}。{_sentences(clause, clauses, store, of, chance)}\n\n"
        f"责任单位：{'、'.join(chance.sample(units, chance.randint(1, AT_MOST_UNITS)))}"
        for place_of, clause in enumerate(chance.sample(clauses, CLAUSES - 1), 1)
    ]
    last = f"{to_chinese_numeral(CLAUSES)}、本措施自{issued}起施行，有效期{chance.randint(2, 30)}年。"
    head = [f"{of}市人民政府办公室文件", f"{of[0]}政办〔{year}〕{number + 1}号"]
    head += [f"{of}市人民政府办公室关于印发{title}的通知", "各县（市、区）人民政府，市政府各部门："]
    head += [f"《{title}》已经市政府同意，现印发给你们，请认真贯彻执行。", f"{of}市人民政府办公室", issued, title]
    return "\n\n".join([*head, *body, last]) + "\n"


def _heading(clause: Clause, store: ClauseStore, of: str) -> str:
    return _elsewhere(clause.heading, store, of)


def _sentences(clause: Clause, clauses: Sequence[Clause], store: ClauseStore, of: str, chance: random.Random) -> str:
    """Some sentences of the clause and one of another, with other places and numbers."""
    own = _quotable(clause, store)
    chosen = chance.sample(own, min(len(own), chance.randint(1, AT_MOST_SENTENCES)))
    texts = [text for text in own if text in chosen] + chance.sample(_quotable(chance.choice(clauses), store), 1)
    return "".join(NUMBER.sub(lambda found: _other(found[0], chance), _elsewhere(text, store, of)) for text in texts)


def _quotable(clause: Clause, store: ClauseStore) -> list[str]:
    return [
        p.text for p in store.passages(clause.key) if p.position and p.text.endswith("。") and not REAL.search(p.text)
    ]


def _elsewhere(text: str, store: ClauseStore, of: str) -> str:
    for name in sorted((store.home, *store.home_names), key=len, reverse=True):
        text = text.replace(name, of)
    return text


def _other(number: str, chance: random.Random) -> str:
    """Another number of as many digits; years stay."""
    return number if len(number) == 4 else str(chance.randint(10 ** (len(number) - 1), 10 ** len(number) - 1))
