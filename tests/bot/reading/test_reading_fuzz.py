"""Documents whose lines are cut, joined, renumbered and dirtied: read as the clean one, or told, or refused; never wrong in silence."""

from __future__ import annotations

import itertools
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import DocumentError
from bot.reading.reading import Reading
from tests.bot.reading.papers import CLOSING, LAYOUTS, paper, read_text

LABEL = re.compile(r"\s*((?:[（(]|第)?[一二三四五六七八九十\d]+(?:[）)]|[、.]|[章条]))")
CLEAN = {name: read_text(paper(body)) for name, body in LAYOUTS.items()}
NUMERALS = "一二三四五六七八九"
NEAR = 6
"""Lines between the edit and the line that is told: a lost label is told where the next one is missed."""


def squeezed(text: str | None) -> str:
    """Without white space and brackets: 1） for （1） changes nothing."""
    return re.sub(r"[\s（）()]", "", text or "")


def meaning(reading: Reading) -> object:
    return (
        [(c.number, squeezed(c.heading), squeezed(c.text)) for c in reading.chapters],
        [(squeezed(c.label), c.path, squeezed(c.text), c.units) for c in reading.clauses],
        squeezed(reading.closing.text if reading.closing else None),
        squeezed(reading.opening),
    )


def holds(text: str, name: str, line: int) -> None:
    """The edited text reads as the clean one, or something that was not told before is told near the line, or it is refused."""
    try:
        reading = read_text(text)
    except DocumentError as refused:
        assert "政策文件" in str(refused)
        return
    if meaning(reading) == meaning(CLEAN[name]):
        return
    before = {doubt.message for doubt in CLEAN[name].doubts}
    told = [doubt for doubt in reading.doubts if doubt.message not in before]
    assert told, f"wrong in silence: {name}, line {line}"
    assert any(doubt.line is not None and abs(doubt.line - line) <= NEAR for doubt in told), (line, told)


def body_lines(name: str) -> tuple[list[str], list[int]]:
    """The document's lines, and the places of those of its body and closing that are not blank."""
    lines = paper(LAYOUTS[name]).split("\n")
    first = CLEAN[name].clauses[0].line - 1
    last = next(place for place, line in enumerate(lines) if line == CLOSING.strip())
    return lines, [place for place in range(first, last) if lines[place].strip()]


slow = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_lines_that_are_cut(name: str, data: st.DataObject) -> None:
    lines, places = body_lines(name)
    place = data.draw(st.sampled_from([p for p in places if len(lines[p]) > 2]))
    at = data.draw(st.integers(1, len(lines[place]) - 1))
    between = data.draw(st.sampled_from([[], [""], ["", "— 2 —", ""]]))
    lines[place : place + 1] = [lines[place][:at], *between, lines[place][at:]]
    holds("\n".join(lines), name, place + 1)


@slow
@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_lines_that_are_joined(name: str, data: st.DataObject) -> None:
    lines, places = body_lines(name)
    place, following = data.draw(st.sampled_from(list(itertools.pairwise(places))))
    lines[place : following + 1] = [lines[place] + lines[following].strip()]
    holds("\n".join(lines), name, place + 1)


@slow
@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_labels_that_bear_another_number(name: str, data: st.DataObject) -> None:
    lines, places = body_lines(name)
    place = data.draw(st.sampled_from([p for p in places if LABEL.match(lines[p])]))
    label = LABEL.match(lines[place])
    assert label is not None
    numeral = data.draw(st.sampled_from(NUMERALS))
    other = re.sub("[一二三四五六七八九十]+", numeral, re.sub(r"\d+", str(NUMERALS.index(numeral) + 1), label[1]))
    lines[place] = lines[place].replace(label[1], other, 1)
    holds("\n".join(lines), name, place + 1)


@slow
@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_labels_that_are_dirty_or_lost(name: str, data: st.DataObject) -> None:
    lines, places = body_lines(name)
    place = data.draw(st.sampled_from([p for p in places if LABEL.match(lines[p])]))
    label = LABEL.match(lines[place])
    assert label is not None
    at = data.draw(st.integers(0, len(label[1]) - 1))
    dirt = data.draw(st.sampled_from(["l", "O", "#", "口", "", None]))
    other = "" if dirt is None else label[1][:at] + dirt + label[1][at + 1 :]
    lines[place] = lines[place].replace(label[1], other, 1)
    holds("\n".join(lines), name, place + 1)


@slow
@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_figures_that_a_scan_spoilt(name: str, data: st.DataObject) -> None:
    lines, places = body_lines(name)
    found = [(p, m.start()) for p in places for m in re.finditer(r"(?<=\d)[01](?=\d*\.?\d*万?元)", lines[p])]
    if not found:
        return
    place, at = data.draw(st.sampled_from(found))
    spoilt = {"0": "O", "1": "l"}[lines[place][at]]
    lines[place] = lines[place][:at] + spoilt + lines[place][at + 1 :]
    holds("\n".join(lines), name, place + 1)
