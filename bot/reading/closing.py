"""The paragraphs without a label after the last clause."""

from __future__ import annotations

import re
from collections import Counter

from bot.reading.doubts import Doubts, short
from bot.reading.levels import Levels
from bot.reading.lines import Table, bare
from bot.reading.paragraphs import LONGEST_HEADING, Paragraph
from bot.reading.parts import OpenClause, cut_at, lists_of, named, only_units, units_by_paragraph

CLOSES = re.compile(
    r"(?:本|此|该|上述|以上|以往|原有?)[^，。；]{0,40}(?:自|从|由|由.{2,30}负责解释|有效期|不一致|为准|试行|施行|执行|解释)"
    r"|附则|此前|之前|各(?:有关|相关|县|区|市|乡|镇|级|地|部门|单位|责任)[^，。；]{0,30}[要应须请需将]|各[^，。；]{1,20}(?:要|应|须|应当|务必)|请(?:各|认真)|未尽事宜|特此|以上"
    r"|对[^。]{2,30}(?:不再|另行)|(?:自|从)[^，。；]{2,20}起(?:施行|实施|执行)|全[市县区]各|市[^，。；]{2,10}要|执行中|法律、法规|国家[^。]{0,20}另有规定|《[^》]+》[^。]{0,40}(?:同时废止|停止执行|继续有效|继续执行)"
)
"""How closing paragraphs begin."""
STATES_FORCE = re.compile("起(?:正式|开始)?(?:施行|实施|执行|生效)|负责解释")


def cut_closing(doubts: Doubts, clauses: list[OpenClause], levels: Levels) -> list[Paragraph]:
    """Take the closing paragraphs off the last clause."""
    last = clauses[-1]
    _free_what_follows_units(doubts, last)
    usual = Counter(
        len([p for p in c.rest if isinstance(p, Paragraph) and not p.label and not only_units(p)])
        > (1 if c.paragraph.is_heading else 0)
        for c in clauses[:-1]
    )
    one_paragraph = usual[False] > usual[True] and len(clauses) > 2 and levels.clause != "article"
    done = bool(lists_of(last.paragraph))
    is_last_article = levels.clause == "article" and bool(STATES_FORCE.search(last.paragraph.key))
    heading_alone, by_paragraph = _is_heading_alone(clauses), units_by_paragraph(clauses)
    for place, piece in enumerate(last.rest):
        if not isinstance(piece, Paragraph):
            continue
        if is_last_article and not STATES_FORCE.search(piece.key):
            continue  # a paragraph of that article: 本办法施行前…
        if by_paragraph and lists_of(piece) and not CLOSES.match(piece.key):
            continue
        if piece.label is None and not piece.is_units:
            has_body = place > 0 or not heading_alone or last.paragraph.body.startswith("《")
            if done or (has_body and (CLOSES.match(piece.key) or (one_paragraph and not _after_items(last, place)))):
                closing = [p for p in last.rest[place:] if isinstance(p, Paragraph)]
                if done or not any(p.is_units for p in closing):
                    last.rest = [*last.rest[:place], *(t for t in last.rest[place:] if isinstance(t, Table))]
                    return closing
        done = done or any(not units.in_prose for units in lists_of(piece))
    return []


def _is_heading_alone(clauses: list[OpenClause]) -> bool:
    """Whether the last clause's first paragraph is only its heading; one with a full stop is where the others' are."""
    if clauses[-1].paragraph.is_heading:
        return True
    alone = [
        len(c.paragraph.body) <= LONGEST_HEADING and bool(re.fullmatch("[^。，；：]+。", c.paragraph.body))
        for c in clauses
    ]
    return alone[-1] and sum(alone) > len(alone) / 2


def _free_what_follows_units(doubts: Doubts, clause: OpenClause) -> None:
    """A closing paragraph that was joined to the last clause's unit list becomes a paragraph again."""
    pieces: list[Paragraph | Table] = [clause.paragraph, *clause.rest]
    for place, piece in enumerate(pieces):
        if not isinstance(piece, Paragraph):
            continue
        lists = [entry for entry in lists_of(piece) if entry.printed[:1] in "（(【"]
        if not lists or not bare(piece.key[lists[0].end :]) or not CLOSES.match(piece.key[lists[0].end :].lstrip()):
            continue
        first, second = cut_at(piece, lists[0].end)
        second.label = None
        pieces[place : place + 1] = [first, second]
        doubts.add("after units", second.line, where=named(clause.paragraph), text=short(second.text))
        assert isinstance(pieces[0], Paragraph)
        clause.paragraph, clause.rest = pieces[0], pieces[1:]
        return


def _after_items(clause: OpenClause, place: int) -> bool:
    """Whether a table or a sub-item stands right before, whose clause may go on after it."""
    before = clause.rest[place - 1] if place else None
    return isinstance(before, Table) or (isinstance(before, Paragraph) and before.label is not None)
