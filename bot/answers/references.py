"""What a message refers to outright: clauses, chapters, documents, amounts, combinations of departments. The grammar is references.peg."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

from parsimonious import Grammar, ParseError
from parsimonious.nodes import Node, RegexNode

from bot.answers.names import MARKS, Name
from bot.answers.times import YEAR_DIGITS, days_meant
from bot.clauses.models import Amount, Document
from bot.clauses.store import ClauseStore, Match
from bot.text.numerals import value_of
from bot.text.script import simplify

AT_MOST_LISTED = 60
"""Clauses that one range or enumeration may name."""
NEAR = 3
"""A "without" stands at most so many characters before or after the department that it takes away, "the" aside."""
NO_CLAUSE = 100
"""From here on a bare number is none of a clause."""
HAN_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|(?<=第 \d)\s+(?=\d)|(?<=第\d)\s+(?=\d)")
BEFORE_A_NUMBER = frozenset("问查看说按的在据照到是和与及跟对给用读找把")
"""Words of one character that may stand right before a document's number."""
PLACES = frozenset({"mainland", "abroad"})
CLAUSE, CHAPTER, DOCUMENT, ANOTHER_DOCUMENT = "某条", "某部分", "某文件", "别的文件"
"""What stands in the masked text instead of a reference."""
LABELLED = re.compile(r"第|[a-z§#]|^[(\[【〔〈<{][一二三四五六七八九十廿]{1,3}[)\]】〕〉>}]$")
"""What a number in running text is only taken for if there is such a clause: 惠台31条 has none of these, （二十七） and 第27条 have."""
GOING_ON = re.compile(r"呢|那么?|还有|再来|换成?|(?<![a-z])(?:and|what about|how about|then|now)(?![a-z])")
"""Words beside a clause that only go on from what was said before."""
OF_ANOTHER_PLACE = re.compile("P(?:[省市县区])?(?:人民)?(?:政府)?的?$")
"""What stands before an office of another place."""
COMBINING = frozenset(
    {
        "among",
        "several",
        "a_chapter",
        "which_part",
        "same_part",
        "without",
        "all",
        "any",
        "only",
        "besides",
        "department",
    }
)
ISLANDS = COMBINING | frozenset(
    (
        "bare",
        "document",
        "foreign",
        "part_clause",
        "parts",
        "clauses",
        "left_out",
        "quoted",
        "step",
        "earlier",
        "of_list",
        "choice",
        "amount",
        "whole",
        "dated",
        "now",
        "again",
        "spelt",
        "corrected",
        "in_heading",
        "outline",
    )
)
"""Rules of the grammar whose finds mean something; the others only hold them."""
MONEY = (("million", 1e6), ("万|w", 1e4), ("thousand|千|k", 1e3))
PERIODS = (
    ("工作日|working|business", "工作日", 1.0),
    ("月|month", "月", 1.0),
    ("年|year", "年", 1.0),
    ("周|星期|week", "天", 7.0),
    ("", "天", 1.0),
)


What = Literal["clause", "chapter", "clause_of_chapter"]


@dataclass(frozen=True)
class NoSuch:
    """A clause or chapter that no document has: its number, and the last that there is."""

    what: What
    asked: int
    last: int


@dataclass(frozen=True)
class Units:
    """Which departments must be responsible and which must not; with `alone` nobody else may be."""

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    match: Match = "any"
    alone: bool = False


@dataclass(frozen=True)
class References:
    """What a message refers to. Keys are "2021-49/8" for a clause and "2021-49/3" for a chapter."""

    document: str = ""
    """The key of a document that is named."""
    clauses: tuple[str, ...] = ()
    """In the order named."""
    chapters: tuple[str, ...] = ()
    no_such: NoSuch | None = None
    superseded: str = ""
    """The number of a document that is not held, and that `document` replaces."""
    elsewhere: str = ""
    """"other_document" or "other_place" where it refers to something that is not held."""
    amounts: tuple[Amount, ...] = ()
    units: Units = field(default_factory=Units)
    step: int = 0
    """1 for the clause after the last one, -1 for the one before; `part_step` is the same for chapters."""
    part_step: int = 0
    following: int = 0
    """So many clauses after the last one."""
    earlier: int = 0
    """1 for the first subject of the conversation, -1 for the one before the last."""
    choice: int = 0
    """Which of those offered: 1 …, -1 for the last; `middle` for the one in the middle."""
    middle: bool = False
    quoted: str = ""
    """Words that are quoted, or the name of another document that ours names."""
    place: str = ""
    """"home" or "elsewhere" where a place is named."""
    when: str = ""
    """The words that name a time, and the ISO dates of its first and last day."""
    first: str = ""
    last: str = ""
    now: bool = False
    """It speaks of today."""
    every: bool = False
    """All clauses are meant."""
    besides: bool = False
    """Something is left out of account ("who else?")."""
    among: bool = False
    """Only what was listed before counts."""
    several: bool = False
    """Clauses are asked for in the plural."""
    a_chapter: bool = False
    """A chapter is spoken of without a number or a name."""
    outline: bool = False
    """The headings of all chapters are asked for."""
    same_part: bool = False
    """The chapter of the last answer is meant."""
    in_headings: bool = False
    """Words are looked for in headings."""
    which_part: bool = False
    """It asks in which chapter something stands."""
    again: bool = False
    """The same is wanted as before ("the same for 15")."""
    authorities: bool = False
    """Offices are named which are none of the documents' departments."""
    alone: bool = False
    """Nothing but one reference stands in the message."""
    masked: str = ""
    """The text with what it refers to by number replaced by a word for it, so that what is meant can be learned for all numbers."""

    @property
    def outright(self) -> bool:
        """Whether clauses, chapters or departments are referred to, whether they exist or not."""
        return bool(
            self.clauses or self.chapters or self.no_such or self.units.present or self.units.absent or self.every
        )


class ReferenceReader:
    """Reads references to the documents of a store."""

    def __init__(self, store: ClauseStore) -> None:
        self._outlines = {document.key: _Outline(document, store) for document in store.documents()}
        self._newest = store.document().key
        self._wording = {
            key: re.sub(r"\W", "", simplify("".join(p.text for p in store.passages() if p.document == key)))
            for key in self._outlines
        }

    def read(self, text: str, names: Sequence[Name], document: str = "") -> References:
        """What `text` (see `plain`) refers to, with the `names` in it; bare numbers belong to `document`, else to the newest."""
        reading = _Reading(self, text, names, document or self._newest)
        return reading.references()

    def documents_named(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """The keys of the documents that `text` names by number or title, and where; "" for one that is not held."""
        found = []
        for node in _islands(grammar().parse(text)):
            numbered, title = _find(node, "number_of_document"), _find(node, "title_of")
            key = None
            if numbered is not None:
                parts = _number_in(text, numbered)
                key = self.held(*parts) or next(iter(self.superseded(*parts) or ()), None)
            if title is not None:
                words = title.text.strip("《》")
                key = self.titled(words) or self.numbered(words)
            named = numbered if numbered is not None else title
            if named is not None:
                found.append((key or "", named.start, named.end))
        return tuple(found)

    def numbered(self, words: str) -> str | None:
        """The key of the document whose number `words` are."""
        try:
            return self.held(*_document_number(words))
        except ParseError:
            return None

    def outline(self, key: str) -> _Outline:
        """The outline of a document."""
        return self._outlines[key]

    def held(self, office: str, year: int | None, number: int) -> str | None:
        """The key of the document of that number; None where none is held. What stands before the office's name is passed over."""
        fits = (
            key
            for key, outline in self._outlines.items()
            if outline.number == number
            and year in (None, outline.year)
            and _same_office(office, outline.office, outline.issuer)
        )
        return next(fits, None)

    def superseded(self, office: str, year: int | None, number: int) -> tuple[str, str] | None:
        """The key of the document that replaces the one of that number, and that number as it is written there; None where none does."""
        for key, outline in self._outlines.items():
            for written, (of_office, of_year, of_number) in outline.replaces.items():
                if number == of_number and year in (None, of_year) and _same_office(office, of_office, ""):
                    return key, written
        return None

    def titled(self, title: str) -> str | None:
        """The key of the document that bears `title` or a good part of it."""
        flat = re.sub(r"\W", "", title)
        return next((key for key, outline in self._outlines.items() if len(flat) > 3 and flat in outline.title), None)

    def mentions(self, words: str) -> bool:
        """Whether some document speaks of `words` itself."""
        flat = re.sub(r"\W", "", words)
        return any(flat in wording for wording in self._wording.values())


class _Outline:
    """What a document is called, and which clauses and chapters it has."""

    def __init__(self, document: Document, store: ClauseStore) -> None:
        self.key = document.key
        self.title = re.sub(r"\W", "", simplify(document.title + document.attached_title))
        self.issuer = simplify(document.issuer)
        self.office, self.year, self.number = _number_parts(simplify(document.number))
        self.replaces = {number: _number_parts(simplify(number)) for number, _ in document.replaces}
        clauses = [c for c in store.clauses() if c.document == document.key and c.label and not c.sub]
        self.running = {clause.printed: clause.number for clause in reversed(clauses)}
        """The running number (models.Clause) of the clause that bears a number."""
        self.every = sorted(self.running)
        self.printed = {clause.number: clause.printed for clause in clauses}
        self.chapters: dict[int, list[int]] = {}
        for clause in clauses:
            if clause.chapter is not None:
                self.chapters.setdefault(clause.chapter, []).append(clause.printed)

    @property
    def last(self) -> int:
        """The last number that a clause bears; 0 where there is none."""
        return max(self.every, default=0)

    @property
    def last_chapter(self) -> int:
        """The number of the last chapter; 0 where there is none."""
        return max(self.chapters, default=0)


def plain(simplified: str) -> str:
    """`simplified` without the spaces beside characters that are not Latin: 第 十 条 becomes 第十条."""
    return HAN_SPACE.sub("", simplified)


@cache
def grammar() -> Grammar:
    """The grammar of references."""
    return Grammar(resources.files(__package__).joinpath("references.peg").read_text("utf-8"))


class _Reading:
    """The reading of one text: walks the parsed islands from left to right and collects what they refer to."""

    def __init__(self, reader: ReferenceReader, text: str, names: Sequence[Name], document: str) -> None:
        self._reader = reader
        self._document = document
        self._text, self._names, self._spelt = _mark(text, names)
        self._islands = list(_islands(grammar().parse(self._text)))
        self._masks: list[tuple[int, int, str]] = []
        self._clauses: list[tuple[str, int]] = []
        self._chapters: list[tuple[str, int]] = []
        self._unwanted: list[tuple[str, int]] = []
        self._found = References()
        kinds = {name.kind for name in names}
        self._place = "home" if "home" in kinds else "elsewhere" if kinds & PLACES else ""

    def references(self) -> References:
        """All that the text refers to."""
        handlers: dict[str, Callable[[Node], None]] = {
            "bare": self._bare,
            "document": self._in_document,
            "foreign": self._foreign,
            "part_clause": self._in_part,
            "parts": self._of_parts,
            "clauses": self._of_clauses,
            "step": self._step,
            "of_list": self._choice,
            "choice": self._choice,
            "left_out": self._left_out,
            "quoted": self._quoted,
            "earlier": self._earlier,
            "amount": self._amount,
            "whole": self._every,
            "dated": self._dated,
            "spelt": self._spelt_out,
            "corrected": self._corrected,
        }
        for node in self._islands:
            if node.expr_name in handlers:
                handlers[node.expr_name](node)
        said = {node.expr_name for node in self._islands}
        self._take_away()
        if self._found.step and len(self._clauses) == 1 and self._step_follows():  # 第三条前面那条
            document, number = self._clauses[0]
            self._clauses = [(document, number + self._found.step)]
            self._found = replace(self._found, step=0)
        return replace(
            self._checked(),
            place=self._place,
            besides="besides" in said,
            among=bool({"among", "of_list"} & said),
            several="several" in said,
            now="now" in said,
            again=self._goes_on(),
            a_chapter=bool({"a_chapter", "which_part"} & said),
            which_part="which_part" in said,
            outline="outline" in said,
            same_part="same_part" in said,
            in_headings="in_heading" in said,
            units=self._units(),
            alone=self._is_alone(),
            masked=self._masked(),
        )

    def _set(self, node: Node, mask: str = "", **found: Any) -> None:
        self._found = replace(self._found, **found)
        if mask:
            self._masks.append((node.start, node.end, mask))

    def _bare(self, node: Node) -> None:
        number = _first(node, "number")
        if value_of(number.text) >= NO_CLAUSE:
            return
        self._clauses.append((self._document, int(value_of(number.text))))
        self._set(number, CLAUSE)

    def _in_document(self, node: Node) -> None:
        numbered = _find(node, "number_of_document")
        if numbered is None:
            self._set(node, DOCUMENT, document=self._document)
            return
        parts = _number_in(self._text, numbered)
        held = self._reader.held(*parts)
        if held:
            self._document = held
            self._set(node, DOCUMENT, document=held)
        elif superseded := self._reader.superseded(*parts):
            self._document, number = superseded
            self._set(node, DOCUMENT, document=self._document, superseded=number)
        elif self._names_a_clause() or not self._reader.mentions(numbered.text.removesuffix("文")):
            self._set(node, ANOTHER_DOCUMENT, elsewhere="other_document")
        else:
            self._set(node, quoted=numbered.text.removesuffix("文"))

    def _foreign(self, node: Node) -> None:
        title, named, place = (_find(node, kind) for kind in ("title_of", "named_there", "place_of"))
        if title is not None:
            words = self._spell(title.start, title.end)
            if held := self._reader.titled(words) or self._reader.numbered(words.strip("《》")):
                self._document = held
                self._set(title, DOCUMENT, document=held)
                for part in named.children if named is not None else ():
                    {"part_clause": self._in_part, "parts": self._of_parts}.get(part.expr_name, self._of_clauses)(part)
                return
            if named is None:  # whether it is ours to answer is learned
                if self._reader.mentions(words):
                    self._set(node, quoted=words.strip("《》"))
                return
        of_place = place is not None and self._names[place.start].kind in PLACES
        self._set(node, ANOTHER_DOCUMENT, elsewhere="other_place" if of_place else "other_document")

    def _in_part(self, node: Node) -> None:
        dashed = _find(node, "dashed_part")
        document, part = self._parts(dashed or _find(node, "one_part") or _first(node, "english_part"))[0]
        within = _find(node, "within") or _find(node, "dashed_in") or node.children[0].children[1]
        inside = self._reader.outline(document).chapters.get(part, [])
        if not inside:
            self._chapters.append((document, part))
            self._set(node, CHAPTER)
            return
        if _find(node, "middle") is not None and inside:
            self._clauses.append((document, inside[len(inside) // 2]))
        for number in [] if _find(node, "middle") is not None else self._numbers(within, inside):
            if number not in inside and number > len(inside):
                self._chapters.append((document, part))
                self._set(node, no_such=NoSuch("clause_of_chapter", number, len(inside)))
                continue
            by_place = inside[number - 1] if number not in inside and 0 < number <= len(inside) else number
            self._clauses.append((document, by_place))
        self._set(node, CLAUSE)

    def _corrected(self, node: Node) -> None:
        """第五条,不对,是第六条: the later one is meant."""
        meant = node.children[2].children[0]
        if meant.expr_name == "clauses":
            self._of_clauses(meant)
        else:
            self._clauses += [(self._document, number) for number in _values(meant)]
        self._set(node, CLAUSE)

    def _left_out(self, node: Node) -> None:
        every = self._reader.outline(self._document).every
        self._unwanted += [(self._document, number) for number in self._numbers(node, every)]
        self._set(node, CLAUSE)

    def _take_away(self) -> None:
        """Leave out of the clauses, or of the chapters where these are named, what is said to be left out."""
        if not self._unwanted:
            return
        if self._found.every:  # 除了第八条以外的所有条款
            every = self._reader.outline(self._document).every
            self._clauses = [(self._document, number) for number in every]
            self._found = replace(self._found, every=False)
        if self._chapters and not self._clauses:
            inside = {part: self._reader.outline(document).chapters.get(part, ()) for document, part in self._chapters}
            if not all(inside.values()):
                return  # a chapter that does not exist is told
            unwanted = {number for _, number in self._unwanted}
            self._clauses = [
                (document, number)
                for document, part in self._chapters
                for place, number in enumerate(inside[part], 1)
                if number not in unwanted and not (place in unwanted and unwanted.isdisjoint(inside[part]))
            ]
            self._chapters = []
        else:  # 除了第八条还有谁: nothing else is named
            self._clauses = [pair for pair in self._clauses if pair not in self._unwanted] or self._unwanted

    def _of_parts(self, node: Node) -> None:
        self._chapters += self._parts(node)
        self._set(node, CHAPTER)

    def _of_clauses(self, node: Node) -> None:
        if _find(node, "heading") is not None:
            name = self._names[self._text.index("C", node.start)]
            document, _, number = name.value.rpartition("/")
            printed = self._reader.outline(document).printed
            self._clauses.append((document, printed.get(int(number), int(number))))
        else:
            if re.match("一[条款]", node.text) and node.start:
                return  # 还有一条: a count
            last = self._reader.outline(self._document).last
            if not LABELLED.search(node.text) and node.start and any(number > last for number in _values(node)):
                return  # 惠台31条, 〔2021〕: a count, or a year
            every = self._reader.outline(self._document).every
            numbers = self._numbers(node, every)[:AT_MOST_LISTED]
            self._clauses += [(self._document, number) for number in numbers]
            alone = len(self._clauses) == 1 and not self._found.document
            if every and alone and node.children[0].expr_name == "from_end":  # after a list, one of that list
                self._set(node, choice=numbers[0] - every[-1] - 1)
        self._set(node, CLAUSE)

    def _step(self, node: Node) -> None:
        forward = _find(node, "next") is not None or node.text[0] in "下后"
        if (following := _find(node, "following")) is not None:
            count = next(_all(following, "number", "count", "english_count"))
            self._set(node, following=int(value_of(count.text)))
            return
        of_parts = _find(node, "next_part") is not None
        several = _find(node, "several_on")
        forward = forward or (several is not None and bool(re.search("[后下]", node.text)))
        how_many = _find(several, "number") or _find(several, "count") if several is not None else None
        step = (1 if forward else -1) * (int(value_of(how_many.text)) if how_many is not None else 1)
        if several is not None and "隔" in several.text:
            step += 1 if forward else -1
        if of_parts:
            self._set(node, part_step=step)
        else:
            self._set(node, step=step)

    def _step_follows(self) -> bool:
        """Whether a step stands right behind a clause, so that it counts from there; 下一条 may also stand in a sentence of its own."""
        ends = [node.end for node in self._islands if node.expr_name == "clauses"]
        steps = [node.start for node in self._islands if node.expr_name == "step"]
        between = [self._text[end:start] for end in ends for start in steps if start >= end]
        return any(
            re.fullmatch("(?:紧?挨着|紧?跟着|紧?接着|旁边)?的?|.*[,，。;；?？!！ ]那?", text) for text in between
        )

    def _earlier(self, node: Node) -> None:
        self._set(node, earlier=1 if _find(node, "first_one") is not None else -1)

    def _quoted(self, node: Node) -> None:
        self._set(node, quoted=self._spell(node.start + 1, node.end - 1))

    def _spelt_out(self, node: Node) -> None:
        """残疾两个字: the two characters before."""
        length = int(value_of(re.sub("[这那]|个字", "", node.text)))
        self._set(node, quoted=self._spell(max(node.start - length, 0), node.start))

    def _choice(self, node: Node) -> None:
        number = _find(node, "number") or _find(node, "nth")
        if re.search("中间|middle", node.text):
            self._set(node, middle=True)
            return
        if number is not None:
            chosen = int(value_of(number.text))
        elif re.search("前者|former|头|首|排第一", node.text):
            chosen = 1
        elif re.search("后者|最后|末|last|latter", node.text):
            chosen = -1
        else:
            chosen = int(value_of(re.sub(r"the | one| option", "", node.text)))
        self._set(node, choice=chosen)

    def _amount(self, node: Node) -> None:
        if (amount := amount_of(node)) is not None:
            self._set(node, amounts=(*self._found.amounts, amount))

    def _dated(self, node: Node) -> None:
        said = {name: words for part in _matches(node) for name, words in part.groupdict().items() if words}
        if said and not self._found.when and (days := days_meant(said, date.today())):
            first, last = (day.isoformat() for day in days)
            self._set(node, when=node.text.strip(), first=first, last=last)

    def _every(self, node: Node) -> None:
        number = _find(node, "number")
        if number is None or value_of(number.text) == self._reader.outline(self._document).last:
            self._set(node, CLAUSE, every=True)
        else:
            self._clauses.append((self._document, int(value_of(number.text))))
            self._set(node, CLAUSE)

    def _parts(self, node: Node) -> list[tuple[str, int]]:
        if node.text.startswith("K"):
            document, _, number = self._names[node.start].value.rpartition("/")
            return [(document, int(number))]
        last = self._reader.outline(self._document).last_chapter
        return [(self._document, number) for number in self._numbers(node, list(range(1, last + 1)))]

    def _numbers(self, node: Node, every: Sequence[int]) -> list[int]:
        """The numbers that a reference names, in its order; what counts from an end counts in `every`."""
        from_end = _find(node, "from_end") or _find(node, "last_part")
        from_start = _find(node, "from_start") or _find(node, "first_parts")
        reaches_an_end = from_end is not None or node.text.startswith("头")
        if _find(node, "through") is not None and reaches_an_end and _values(node):
            return _to_an_end(node, from_end, every)
        if from_end is not None:
            return _counted_back(from_end, every)
        if (run := _find(node, "run")) is not None:
            return _run(run)
        if (beyond := _find(node, "beyond")) is not None and every:
            return _beyond(beyond, every)
        if _find(node, "between") is not None:
            low, high = sorted(_values(node)[:2])
            return list(range(low + 1, high))
        if (beside := _find(node, "beside_english")) is not None:
            return _beside_english(beside, every)
        if from_start is not None:
            count = _find(from_start, "count") or _find(from_start, "english_count")
            counted = [int(value_of(count.text))] if count is not None else _values(from_start) or [1]
            return list(every[: counted[0]])
        return _enumerated(node)

    def _checked(self) -> References:
        """What was found, with the references to what does not exist told apart."""
        held: dict[str, list[str]] = {"clause": [], "chapter": []}
        no_such = self._found.no_such
        named: tuple[tuple[What, list[tuple[str, int]]], ...] = (("clause", self._clauses), ("chapter", self._chapters))
        for what, pairs in named:
            for document, number in pairs:
                outline = self._reader.outline(document)
                last = outline.last if what == "clause" else outline.last_chapter
                there = outline.running.get(number) if what == "clause" else number if 1 <= number <= last else None
                if there is not None:
                    held[what].append(f"{document}/{there}")
                else:
                    no_such = NoSuch(what, number, last)
        return replace(
            self._found,
            clauses=tuple(dict.fromkeys(held["clause"])),
            chapters=tuple(dict.fromkeys(held["chapter"])),
            no_such=None if self._found.elsewhere else no_such,
        )

    def _units(self) -> Units:
        """How the departments of the message are put together."""
        words = [node for node in self._islands if node.expr_name in COMBINING]
        said = {node.expr_name for node in words}
        departments = [node for node in words if node.expr_name == "department" and self._is_department(node, said)]
        withouts = [node for node in words if node.expr_name == "without"]
        alone = "only" in said and "besides" not in said
        if not departments:
            return Units(alone=alone and bool(re.search("单位|部门|unit|department", self._text)))
        nobody_else = any(re.search("别的|其他|other", node.text) for node in withouts)
        absent = [] if nobody_else else [d for d in departments if self._taken_away(d, withouts)]
        present = [d for d in departments if d not in absent]
        together = "all" in said or bool(absent) or nobody_else
        return Units(
            present=tuple(dict.fromkeys(self._names[d.start].value for d in present)),
            absent=tuple(dict.fromkeys(self._names[d.start].value for d in absent)),
            match="all" if together and "any" not in said else "any",
            alone=alone or nobody_else,
        )

    def _is_department(self, node: Node, said: set[str]) -> bool:
        """Whether a mark stands for an office: a field only beside another department, or where several share something."""
        if node.text == "D":
            return not OF_ANOTHER_PLACE.search(self._text[: node.start])
        around = self._text[max(node.start - 2, 0) : node.start] + self._text[node.end : node.end + 2]
        return "D" in around or ("F" in around and bool(said & {"all", "any"}))

    def _taken_away(self, department: Node, withouts: Sequence[Node]) -> bool:
        """Whether a "without" belongs to `department`: one right before it, or right after it with no other department between."""
        for word in withouts:
            before = self._text[word.end : department.start].replace(" the ", "")
            after = self._text[department.end : word.start]
            if word.end <= department.start and len(before) <= NEAR and "D" not in before and "," not in before:
                return True
            follows = word.start >= department.end and len(after) <= NEAR and not re.search("[D,、]", after)
            if follows and not re.match(" ?(?:the )?D", self._text[word.end :]):
                return True
        return False

    def _names_a_clause(self) -> bool:
        return any(node.expr_name in ("clauses", "part_clause", "parts") for node in self._islands)

    def _is_alone(self) -> bool:
        return len(self._masks) == 1 and not re.sub(r"\W|[吧啊的个号]", "", GOING_ON.sub("", self._beside()))

    def _goes_on(self) -> bool:
        """Whether what was wanted before is wanted of another clause: the same for 15, 15呢, and clause 15?"""
        said_so = any(_find(node, "again") is not None for node in self._islands)
        return said_so or (self._is_alone() and bool(GOING_ON.search(self._beside())))

    def _beside(self) -> str:
        """What stands in the text beside the references."""
        rest = self._text
        for start, end, _ in sorted(self._masks, reverse=True):
            rest = rest[:start] + rest[end:]
        return rest

    def _masked(self) -> str:
        parts, place = [], 0
        for start, end, word in sorted(self._masks):
            if start >= place:
                parts += [self._spell(place, start), word]
                place = end
        return "".join([*parts, self._spell(place, len(self._text))])

    def _spell(self, start: int, end: int) -> str:
        """A piece of the marked text with its names written out."""
        return "".join(self._spelt.get(place, self._text[place]) for place in range(start, end))


def _mark(text: str, names: Sequence[Name]) -> tuple[str, dict[int, Name], dict[int, str]]:
    """`text` with a mark for each name that the grammar knows; for each mark's place the name, and the words that it stands for."""
    parts: list[str] = []
    at: dict[int, Name] = {}
    spelt: dict[int, str] = {}
    place = length = 0
    for name in names:
        if mark := MARKS.get(name.kind):
            parts += [text[place : name.start], mark]
            length += name.start - place
            at[length], spelt[length] = name, text[name.start : name.end]
            length += 1
            place = name.end
    return "".join([*parts, text[place:]]), at, spelt


def _islands(node: Node) -> Iterator[Node]:
    """The parsed islands, left to right."""
    if node.expr_name in ISLANDS:
        yield node
    else:
        for child in node.children:
            yield from _islands(child)


def _all(node: Node, *kinds: str) -> Iterator[Node]:
    if node.expr_name in kinds:
        yield node
    else:
        for child in node.children:
            yield from _all(child, *kinds)


def _find(node: Node, kind: str) -> Node | None:
    return next(_all(node, kind), None)


def _first(node: Node, kind: str) -> Node:
    return next(_all(node, kind))


def _matches(node: Node) -> Iterator[re.Match[str]]:
    """What the regular expressions of the grammar found in a node."""
    if isinstance(node, RegexNode):
        yield node.match
    for child in node.children:
        yield from _matches(child)


def _values(node: Node) -> list[int]:
    return [
        int(value_of(found.text))
        for found in _all(
            node, "number", "roman", "english_number", "nth", "english_count", "digits", "dashed_part", "dashed_in"
        )
    ]


def _to_an_end(node: Node, from_end: Node | None, every: Sequence[int]) -> list[int]:
    """第五条到最后一条, 从头到第五条."""
    edges = [*_values(node), *(_counted_back(from_end, every)[-1:] if from_end is not None else [])]
    return list(range(1 if len(edges) == 1 else edges[0], edges[-1] + 1))


def _run(node: Node) -> list[int]:
    """第十五条起的三条, three clauses from clause 15."""
    first = _values(_find(node, "one_clause") or _first(node, "english"))[0]
    count = int(value_of((_find(node, "count") or _find(node, "english_count") or [*_all(node, "number")][-1]).text))
    return list(range(first, first + min(count, AT_MOST_LISTED)))


def _beyond(node: Node, every: Sequence[int]) -> list[int]:
    """第五条之后的, 第五条以前的, 第五条起; the edge itself, or the number after it, where nothing lies there."""
    after, edge = _find(node, "after"), _values(_find(node, "one_clause") or node)[0]
    if after is None:
        return [number for number in every if number < edge] or [edge]
    first = edge if after.text.startswith("起") else edge + 1
    return [number for number in every if number >= first] or [first]


def _beside_english(node: Node, every: Sequence[int]) -> list[int]:
    """The clause before clause 5, clauses after 5."""
    (edge,) = _values(node)[:1]
    step = 1 if re.search("after|follow", node.text) else -1
    if re.match(r"(?:clause|article|item|paragraph|provision|point)s ", node.text):
        return [number for number in every if (number > edge if step > 0 else number < edge)]
    return [edge + step]


def _enumerated(node: Node) -> list[int]:
    """三、五两条, 第3-5条, 3, 5-7."""
    values = _values(node)
    if re.search("十[一二三四五六七八九]、?[一二三四五六七八九][两三]?条", node.text):
        values = _carried(values)
    if len(values) > 1 and (_find(node, "through") is not None or _ranges(node)):
        *before, first, last = values
        return [*before, *range(first, min(last, first + AT_MOST_LISTED) + 1)]
    return values


def _carried(values: list[int]) -> list[int]:
    """十七、八 is 17 and 18: a unit after a larger number with a unit of its own counts in the same ten."""
    found: list[int] = []
    for value in values:
        ten = found[-1] - found[-1] % 10 if found else 0
        found.append(ten + value if ten and value < 10 and found[-1] % 10 and ten + value > found[-1] else value)
    return found


def _ranges(node: Node) -> bool:
    """Whether an English enumeration ends in a range."""
    return any(re.search(r"-|to|through|until", found.text) for found in _all(node, "english_list"))


def _counted_back(node: Node, every: Sequence[int]) -> list[int]:
    """What 最后两条, 倒数第二条, the last clause name of `every`; 1, which is none, of nothing."""
    if not every:
        return [1]
    if _find(node, "backwards") is not None or "from the" in node.text:
        back = _values(node)[0]
        return list(every[-back : len(every) - back + 1]) if back <= len(every) else [len(every) + 1]
    if second := re.search("second|third|penultimate", node.text):
        back = 3 if second[0] == "third" else 2
        return [every[-back]] if back <= len(every) else [len(every) + 1]
    count = _find(node, "count") or _find(node, "english_count")
    return list(every[-int(value_of(count.text)) :]) if count is not None else [every[-1]]


def _number_parts(number: str) -> tuple[str, int | None, int]:
    """Office, year and number of a document's number; "", None and 0 for one of another form."""
    try:
        return _document_number(number)
    except ParseError:
        return "", None, 0


def _number_in(text: str, node: Node) -> tuple[str, int | None, int]:
    """Office, year and number of the document's number that stands in `text`; the grammar may have begun behind its first character (汐政办)."""
    office, year, number = _document_number(node.text)
    before = text[node.start - 1 : node.start] if node.start else ""
    if office and re.match("[\u4e00-\u9fff]", before) and before not in BEFORE_A_NUMBER:
        office = before + office
    return office, year, number


def _same_office(written: str, office: str, issuer: str) -> bool:
    """Whether what is written before a number may be the office that numbers so; its end will do (政办)."""
    return (
        not written
        or written.endswith(office)
        or office.endswith(written)
        or bool(issuer and issuer.endswith(written[-4:]))
    )


def _document_number(text: str) -> tuple[str, int | None, int]:
    """The office, year and number of a document's number, in whichever form the grammar reads."""
    parsed = grammar()["number_of_document"].parse(text)
    office, year = _find(parsed, "office") or _find(parsed, "short_office"), _find(parsed, "year")
    digits = year.text.translate(YEAR_DIGITS) if year is not None else ""
    *_, number = _values(parsed)
    return office.text if office is not None else "", int(digits) if digits else None, number


def amount_of(node: Node) -> Amount | None:
    """The amount that a parsed island states, in the units of clauses.models.Amount; 月, 天 and "" (a bare number) besides."""
    kind = next(found for found in _all(node, "percent", "money", "period", "quantity"))
    try:
        values = [value_of(found.text) for found in _all(node, "numeral")]
        unit, factor = _unit(kind)
        if not values:
            values = (
                [500_000.0]
                if kind.text.startswith("half a million")
                else [50.0 if kind.expr_name == "percent" else value_of(kind.text)]
            )
    except ValueError:
        return None  # 几十万: no number
    low, high = values[0], values[-1]
    if len(values) == 2 and factor == 1 and high >= 10_000 > low and unit == "元":
        low *= 10_000  # 5到50万
    return Amount(low * factor, high * factor, unit, node.text)


def _unit(node: Node) -> tuple[str, float]:
    text = node.text
    if node.expr_name == "percent":
        return "%", 10.0 if "成" in text else 1.0
    if text.startswith("half a million"):
        return "元", 1.0
    if re.search("分$|point", text):
        return "分", 1.0
    if node.expr_name == "money":
        return "元", next((factor for word, factor in MONEY if re.search(word, text)), 1.0)
    if node.expr_name == "period":
        return next(((unit, factor) for word, unit, factor in PERIODS if re.search(word, text)))
    return ("个", 1.0) if _find(node, "numeral") is not None else ("", 1.0)


def references_from(kept: Mapping[str, Any]) -> References:
    """The references that `dataclasses.asdict` made JSON of."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    if kept.get("no_such"):
        values["no_such"] = NoSuch(**kept["no_such"])
    if kept.get("units"):
        units = kept["units"]
        values["units"] = Units(tuple(units["present"]), tuple(units["absent"]), units["match"], units["alone"])
    values["amounts"] = tuple(Amount(**amount) for amount in kept.get("amounts", ()))
    return References(**values)
