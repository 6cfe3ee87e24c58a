"""The reading of one text: what its parsed islands refer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from parsimonious.nodes import Node

from bot.answers.names import MARKS, Name
from bot.answers.references import NoSuch, References, Units, What
from bot.answers.referring.amounts import amount_of
from bot.answers.referring.documents import Outlines, number_in
from bot.answers.referring.grammar import COMBINING, each_found, find, first_found, grammar, islands, matches, values_in
from bot.answers.referring.numbers import (
    AT_MOST_LISTED,
    numbers_beside,
    numbers_beyond,
    numbers_counted_back,
    numbers_enumerated,
    numbers_of_run,
    numbers_to_an_end,
)
from bot.answers.times import days_meant
from bot.text.numerals import value_of

NEAR = 3
"""A "without" stands at most so many characters before or after the department that it takes away, "the" aside."""
NO_CLAUSE = 100
"""From here on a bare number is none of a clause."""
PLACES = frozenset({"mainland", "abroad"})
CLAUSE = "某条"
CHAPTER = "某部分"
DOCUMENT = "某文件"
ANOTHER_DOCUMENT = "别的文件"
"""These stand in the masked text instead of references."""
LABELLED = re.compile(r"第|[a-z§#]|^[(\[【〔〈<{][一二三四五六七八九十廿]{1,3}[)\]】〕〉>}]$")
"""What a number in running text is only taken for if there is such a clause: 惠台31条 has none of these, （二十七） and 第27条 have."""
GOING_ON = re.compile(r"呢|那么?|还有|再来|换成?|(?<![a-z])(?:and|what about|how about|then|now)(?![a-z])")
"""Words beside a clause that only go on from what was said before."""
OF_ANOTHER_PLACE = re.compile("P(?:[省市县区])?(?:人民)?(?:政府)?的?$")
"""What stands before an office of another place."""
OF_ANOTHER = re.compile("[PAL][^,。?!;DCK]{0,14}的$")
"""What stands before an annex of another place's or authority's document, or of a law."""


class Reading:
    """The reading of one text: walks the parsed islands from left to right and collects what they refer to."""

    def __init__(self, outlines: Outlines, text: str, names: Sequence[Name], document: str) -> None:
        self._outlines = outlines
        self._document = document
        self._text, self._names, self._spelt = _mark(text, names)
        self._islands = list(islands(grammar().parse(self._text)))
        self._masks: list[tuple[int, int, str]] = []
        self._clauses: list[tuple[str, int]] = []
        self._chapters: list[tuple[str, int]] = []
        self._unwanted: list[tuple[str, int]] = []
        self._annexes: list[str] = []
        self._found = References()
        kinds = {name.kind for name in names}
        self._place = "home" if "home" in kinds else "elsewhere" if kinds & PLACES else ""

    def references(self) -> References:
        """All that the text refers to."""
        handlers: dict[str, Callable[[Node], None]] = {
            "bare": self._bare,
            "document": self._in_document,
            "annex": self._annex,
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
            each="all" in said,
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
        number = first_found(node, "number")
        if value_of(number.text) >= NO_CLAUSE:
            return
        self._clauses.append((self._document, int(value_of(number.text))))
        self._set(number, CLAUSE)

    def _in_document(self, node: Node) -> None:
        numbered = find(node, "number_of_document")
        if numbered is None:
            self._set(node, DOCUMENT, document=self._document)
            return
        parts = number_in(self._text, numbered)
        held = self._outlines.held(*parts)
        if held:
            self._document = held
            self._set(node, DOCUMENT, document=held)
        elif superseded := self._outlines.superseded(*parts):
            self._document, number = superseded
            self._set(node, DOCUMENT, document=self._document, superseded=number)
        elif self._names_a_clause() or not self._outlines.mentions(numbered.text.removesuffix("文")):
            self._set(node, ANOTHER_DOCUMENT, elsewhere="other_document")
        else:
            self._set(node, quoted=numbered.text.removesuffix("文"))

    def _annex(self, node: Node) -> None:
        """Annexes by their numbers, or all of them; a document that has none is not asked for one here."""
        if OF_ANOTHER.search(self._text[: node.start]):
            self._set(node, ANOTHER_DOCUMENT, elsewhere="other_document")
            return
        annexes = self._outlines.outline(self._document).annexes
        if not annexes:
            return
        numbers = self._annex_numbers(node, sorted(annexes))
        self._annexes += [annexes[number] for number in numbers if number in annexes]
        missing = [number for number in numbers if number not in annexes]
        if missing:
            self._set(node, no_such=NoSuch("annex", missing[0], len(annexes)))
        self._set(node, CLAUSE)

    @staticmethod
    def _annex_numbers(node: Node, every: list[int]) -> list[int]:
        if find(node, "every_annex") is not None:
            return every
        if find(node, "last_annex") is not None:
            return every[-1:]
        if (first := find(node, "first_annexes")) is not None:
            count = find(first, "count") or first_found(first, "english_count")
            return every[: int(value_of(count.text))]
        return numbers_enumerated(node)

    def _foreign(self, node: Node) -> None:
        title, named, place = (find(node, kind) for kind in ("title_of", "named_there", "place_of"))
        if title is not None:
            words = self._spell(title.start, title.end)
            if held := self._outlines.titled(words) or self._outlines.numbered(words.strip("《》")):
                self._document = held
                self._set(title, DOCUMENT, document=held)
                for part in named.children if named is not None else ():
                    {"part_clause": self._in_part, "parts": self._of_parts}.get(part.expr_name, self._of_clauses)(part)
                return
            if annex := self._outlines.annex_titled(words, self._document):
                self._annexes.append(annex)
                self._set(title, CLAUSE)
                return
            if named is None:  # whether it is ours to answer is learned
                if self._outlines.mentions(words):
                    self._set(node, quoted=words.strip("《》"))
                return
        of_place = place is not None and self._names[place.start].kind in PLACES
        self._set(node, ANOTHER_DOCUMENT, elsewhere="other_place" if of_place else "other_document")

    def _in_part(self, node: Node) -> None:
        dashed = find(node, "dashed_part")
        document, part = self._parts(dashed or find(node, "one_part") or first_found(node, "english_part"))[0]
        within = find(node, "within") or find(node, "dashed_in") or node.children[0].children[1]
        inside = self._outlines.outline(document).chapters.get(part, [])
        if not inside:
            self._chapters.append((document, part))
            self._set(node, CHAPTER)
            return
        if find(node, "middle") is not None and inside:
            self._clauses.append((document, inside[len(inside) // 2]))
        for number in [] if find(node, "middle") is not None else self._numbers(within, inside):
            if number not in inside and number > len(inside):
                self._chapters.append((document, part))
                self._set(node, no_such=NoSuch("clause_of_chapter", number, len(inside)))
                continue
            by_place = inside[number - 1] if number not in inside and 0 < number <= len(inside) else number
            self._clauses.append((document, by_place))
        self._set(node, CLAUSE)

    def _corrected(self, node: Node) -> None:
        """第五条,不对,是第六条: the later one is meant."""
        meant = node.children[2]
        if (clauses := find(meant, "clauses")) is not None:
            self._of_clauses(clauses)
        else:
            self._clauses += [(self._document, number) for number in values_in(meant)]
        self._set(node, CLAUSE)

    def _left_out(self, node: Node) -> None:
        every = self._outlines.outline(self._document).every
        self._unwanted += [(self._document, number) for number in self._numbers(node, every)]
        self._set(node, CLAUSE)

    def _take_away(self) -> None:
        """Leave out of the clauses, or of the chapters where these are named, what is said to be left out."""
        if not self._unwanted:
            return
        if self._found.every:  # 除了第八条以外的所有条款
            every = self._outlines.outline(self._document).every
            self._clauses = [(self._document, number) for number in every]
            self._found = replace(self._found, every=False)
        if self._chapters and not self._clauses:
            inside = {
                part: self._outlines.outline(document).chapters.get(part, ()) for document, part in self._chapters
            }
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
        if find(node, "heading") is not None:
            name = self._names[self._text.index("C", node.start)]
            document, _, number = name.value.rpartition("/")
            printed = self._outlines.outline(document).printed
            self._clauses.append((document, printed.get(int(number), int(number))))
        else:
            if find(node, "half") is not None and sum(find(island, "half") is not None for island in self._islands) > 1:
                return  # 第1,补贴多少;第2,找谁: the asker's own numbers
            if re.match("一[条款]", node.text) and node.start:
                return  # 还有一条: a count
            last = self._outlines.outline(self._document).last
            if not LABELLED.search(node.text) and node.start and any(number > last for number in values_in(node)):
                return  # 惠台31条, 〔2021〕: a count, or a year
            every = self._outlines.outline(self._document).every
            numbers = self._numbers(node, every)[:AT_MOST_LISTED]
            self._clauses += [(self._document, number) for number in numbers]
            alone = len(self._clauses) == 1 and not self._found.document
            if every and alone and node.children[0].expr_name == "from_end":  # after a list, one of that list
                self._set(node, choice=numbers[0] - every[-1] - 1)
        self._set(node, CLAUSE)

    def _step(self, node: Node) -> None:
        forward = find(node, "next") is not None or node.text[0] in "下后"
        if (following := find(node, "following")) is not None:
            count = next(each_found(following, "number", "count", "english_count"))
            self._set(node, following=int(value_of(count.text)))
            return
        of_parts = find(node, "next_part") is not None
        several = find(node, "several_on")
        forward = forward or (several is not None and bool(re.search("[后下]", node.text)))
        how_many = find(several, "number") or find(several, "count") if several is not None else None
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
        self._set(node, earlier=1 if find(node, "first_one") is not None else -1)

    def _quoted(self, node: Node) -> None:
        self._set(node, quoted=self._spell(node.start + 1, node.end - 1))

    def _choice(self, node: Node) -> None:
        number = find(node, "number") or find(node, "nth")
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
        said = {name: words for part in matches(node) for name, words in part.groupdict().items() if words}
        if said and not self._found.when and (days := days_meant(said, date.today())):
            first, last = (day.isoformat() for day in days)
            self._set(node, when=node.text.strip(), first=first, last=last)

    def _every(self, node: Node) -> None:
        number = find(node, "number")
        if number is None or value_of(number.text) == self._outlines.outline(self._document).last:
            self._set(node, CLAUSE, every=True)
        else:
            self._clauses.append((self._document, int(value_of(number.text))))
            self._set(node, CLAUSE)

    def _parts(self, node: Node) -> list[tuple[str, int]]:
        if node.text.startswith("K"):
            document, _, number = self._names[node.start].value.rpartition("/")
            return [(document, int(number))]
        last = self._outlines.outline(self._document).last_chapter
        return [(self._document, number) for number in self._numbers(node, list(range(1, last + 1)))]

    def _numbers(self, node: Node, every: Sequence[int]) -> list[int]:
        """The numbers that a reference names, in its order; what counts from an end counts in `every`."""
        from_end = find(node, "from_end") or find(node, "last_part")
        from_start = find(node, "from_start") or find(node, "first_parts")
        reaches_an_end = from_end is not None or node.text.startswith("头")
        if find(node, "through") is not None and reaches_an_end and values_in(node):
            return numbers_to_an_end(node, from_end, every)
        if from_end is not None:
            return numbers_counted_back(from_end, every)
        if (run := find(node, "run")) is not None:
            return numbers_of_run(run)
        if (beyond := find(node, "beyond")) is not None and every:
            return numbers_beyond(beyond, every)
        if find(node, "between") is not None:
            low, high = sorted(values_in(node)[:2])
            return list(range(low + 1, high))
        if (beside := find(node, "beside_english")) is not None:
            return numbers_beside(beside, every)
        if from_start is not None:
            count = find(from_start, "count") or find(from_start, "english_count")
            counted = [int(value_of(count.text))] if count is not None else values_in(from_start) or [1]
            return list(every[: counted[0]])
        return numbers_enumerated(node)

    def _checked(self) -> References:
        """What was found, with the references to what does not exist told apart."""
        held: dict[str, list[str]] = {"clause": [], "chapter": []}
        no_such = self._found.no_such
        named: tuple[tuple[What, list[tuple[str, int]]], ...] = (("clause", self._clauses), ("chapter", self._chapters))
        for what, pairs in named:
            for document, number in pairs:
                outline = self._outlines.outline(document)
                last = outline.last if what == "clause" else outline.last_chapter
                there = outline.running.get(number) if what == "clause" else number if 1 <= number <= last else None
                if there is not None:
                    held[what].append(f"{document}/{there}")
                else:
                    no_such = NoSuch(what, number, last)
        return replace(
            self._found,
            clauses=tuple(dict.fromkeys([*held["clause"], *self._annexes])),
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
        """Whether what was wanted before is wanted of another clause: 15呢, and clause 15?"""
        return self._is_alone() and bool(GOING_ON.search(self._beside()))

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
