"""Lines -> paragraphs: what a page break or a narrow page cut is joined, what begins something new is not.

A line goes on with the paragraph before it where that one has no end: a bracket or a quotation is open, or its last sentence is.
A heading on a line of its own has no full stop either; how the document's other headings of that kind stand decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reading.doubts import Doubts, short
from bot.reading.labels import Kind, Label, label_of, printed_label, spoilt_labels_of
from bot.reading.lines import Folding, Line, Table, bare
from bot.reading.units import ROLE_AT_START, looks_like_unit

ENDS = re.compile(r"[。！？；：…][”’」』〉》）〕】]*$")
PREFACE = re.compile("序言|前言|引言|导言")
OPENS_NEW = re.compile(r"附[件表]|抄送|抄报|（此件|（联系|【")
LONGEST_HEADING = 45
MAIN: tuple[Kind, ...] = ("part", "chapter", "section", "article", "han", "paren", "arabic")


@dataclass
class Paragraph:
    """A paragraph with the label that it begins with. `starts` are places in the text where a line of the file begins."""

    text: str
    key: str
    label: Label | None
    starts: list[tuple[int, int]]
    last: Line
    is_units: bool = False
    is_heading: bool = False
    """A heading on a line of its own."""
    was_cut: bool = False
    tables: list[Table] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.starts[0][1]

    def line_at(self, offset: int) -> int:
        """The line in which the character at `offset` stands."""
        return next(number for start, number in reversed(self.starts) if start <= offset)

    @property
    def body(self) -> str:
        """The text after the label."""
        return self.text[self.label.end :].strip() if self.label else self.text


class Joiner:
    """Joins the lines of a body."""

    def __init__(self, folding: Folding, doubts: Doubts) -> None:
        self._folding = folding
        self._doubts = doubts

    def join(self, blocks: Sequence[Line | Table]) -> list[Paragraph | Table]:
        """The paragraphs and tables of `blocks`."""
        self._learn(blocks)
        found: list[Paragraph | Table] = []
        current: Paragraph | None = None
        for place, block in enumerate(blocks):
            if isinstance(block, Table):
                found.append(block)
                current = None
                continue
            following = next((b for b in blocks[place + 1 : place + 2] if isinstance(b, Line)), None)
            label = self._label(block, current)
            if current is not None and self._goes_on(current, block, label, following):
                if (
                    current.is_heading
                    and current.last.full is not True
                    and len(block.text) > 2
                    and not current.key.endswith("，")
                ):
                    self._doubts.add(
                        "heading joined", block.number, where=short(current.text, 30), text=short(block.text)
                    )
                self._append(current, block)
                continue
            current = self._begin(block, label)
            found.append(current)
        return found

    def _learn(self, blocks: Sequence[Line | Table]) -> None:
        """How the headings of each kind stand: alone on their lines, or with the text after them; and which kinds there are."""
        alone: Counter[Kind] = Counter()
        all_: Counter[Kind] = Counter()
        above: Counter[Kind] = Counter()
        for place, block in enumerate(blocks):
            if isinstance(block, Line) and (label := label_of(block.text, self._folding.key(block.text))):
                all_[label.kind] += 1
                rest = self._folding.key(block.text)[label.end :].strip()
                if rest and len(rest) <= LONGEST_HEADING and not re.search("[。；：]", rest):
                    alone[label.kind] += 1
                    after = next((b for b in blocks[place + 1 : place + 2] if isinstance(b, Line)), None)
                    above[label.kind] += (
                        after is not None and label_of(after.text, self._folding.key(after.text)) is not None
                    )
        self._alone = {kind: alone[kind] >= all_[kind] / 2 for kind in all_}
        self._above = {kind: above[kind] >= alone[kind] / 2 for kind in all_}
        self._kinds = all_
        self._last: dict[Kind, int] = {}

    def _label(self, line: Line, current: Paragraph | None) -> Label | None:
        key = self._folding.key(line.text)
        label = label_of(line.text, key)
        if label is not None and (label.kind != "arabic" or label.end < len(line.text)):
            return label
        for spoilt in spoilt_labels_of(line.text, key):
            seen = self._kinds.get(spoilt.kind, 0) >= 2
            expected = self._last.get(spoilt.kind, 0) + 1
            stands_alone = line.gap and spoilt.end == len(key)
            if seen and spoilt.number == expected and (current is None or stands_alone or self._complete(current)):
                return spoilt
        return None

    def _begin(self, line: Line, label: Label | None) -> Paragraph:
        key = self._folding.key(line.text)
        paragraph = Paragraph(line.text, key, label, [(0, line.number)], line)
        self._note(paragraph)
        paragraph.is_units = label is None and bool(ROLE_AT_START.match(key))
        return paragraph

    def _note(self, paragraph: Paragraph) -> None:
        """Remember the label, and whether it bears a heading alone."""
        label = paragraph.label
        if label is None:
            return
        self._last[label.kind] = label.number
        rest = paragraph.key[label.end :].strip()
        paragraph.is_heading = (
            label.kind in MAIN
            and bool(rest)
            and len(rest) <= LONGEST_HEADING
            and not re.search("[。；：！？]", rest)
            and self._alone.get(label.kind, False)
        )

    def _expected(self, label: Label) -> bool:
        last = self._last.get(label.kind, 0)
        return label.number in (1, last + 1) or (label.number == last and label.sub > 0)

    def _goes_on(self, current: Paragraph, line: Line, label: Label | None, following: Line | None) -> bool:
        key = self._folding.key(line.text)
        if label is not None:
            return self._label_goes_on(current, line, label)
        if current.key.endswith("（"):
            return True
        if _open_bracket(current.key) and ROLE_AT_START.match(current.key, current.key.rfind("（")):
            return True
        if ROLE_AT_START.match(key) or (OPENS_NEW.match(key) and not _open_bracket(current.key)):
            return False
        if PREFACE.fullmatch(bare(current.key)):
            return False
        if current.is_units:
            return self._units_go_on(current, line, key)
        if current.label is not None and not current.body:
            return True
        if _open_bracket(current.key):
            return True
        if current.is_heading:
            return self._heading_goes_on(current, line, key, following)
        if self._heading_before(current, key):
            current.is_heading = True
            return False
        if not self._complete(current):
            return not (line.indented and current.last.full is False and len(current.key) < 25)
        return (
            line.indented is False
            and current.last.indented is not None
            and current.last.full is not False
            and not line.gap
        )

    def _heading_before(self, current: Paragraph, key: str) -> bool:
        """Whether a short label line is a heading alone although the others of its kind have the text after them."""
        label = current.label
        if label is None or label.kind not in MAIN or label.kind == "article" or len(current.starts) > 1:
            return False
        rest = current.key[label.end :].strip()
        sentence = key.partition("。")[0]
        return (
            2 <= len(rest) <= 20
            and not re.search("[，。；：、！？]", rest)
            and ("，" in sentence or len(sentence) > LONGEST_HEADING)
            and (current.last.full is not True)
        )

    def _label_goes_on(self, current: Paragraph, line: Line, label: Label) -> bool:
        """A label at the beginning of a line may be a reference that a page break moved there."""
        if self._complete(current) or current.is_heading or (current.is_units and not _open_bracket(current.key)):
            if current.label is None and re.fullmatch(
                r"(?:第|（)?[零〇一二三四五六七八九十百\d]{1,5}", bare(current.key)
            ):
                return not self._expected(label)
            return False
        if _open_bracket(current.key):
            return label.kind not in MAIN or not self._expected(label) or label.number == 1
        if label.kind not in MAIN:
            return False
        return (not self._expected(label) and not line.gap) or (label.kind == "article" and not self._expected(label))

    def _units_go_on(self, current: Paragraph, line: Line, key: str) -> bool:
        if _open_bracket(current.key):
            return True
        if re.search("[。）】]$", current.key):
            return False
        tail = re.split("[、，；：]", current.key)[-1].strip()
        if re.search("[、，；：]$", current.key) or not looks_like_unit(tail):
            return len(key) <= 80 and not (len(key) > 30 and "。" in key and "、" not in key)
        if re.match("[、，；]", key):
            return True
        return len(key) <= 5 and bool(re.search("管委会|委员会|办公室|办事处|人民政府", key))

    def _heading_goes_on(self, current: Paragraph, line: Line, key: str, following: Line | None) -> bool:
        if line.indented is not True and (
            current.last.full is True
            or (line.indented is False and current.starts[-1][0] == 0 and current.last.indented)
        ):
            return True
        if len(key) <= 3 and not re.search("[。；：！？]", key) and not line.whole:
            return True
        if line.whole or re.search("[。；：！？]", key) or len(key) > 20 or line.indented is True:
            return False
        follows = label_of(following.text, self._folding.key(following.text)) if following else None
        if follows:
            return current.label is not None and self._above.get(current.label.kind, False)
        return following is not None

    def _complete(self, paragraph: Paragraph) -> bool:
        if _open_bracket(paragraph.key):
            return False
        if ENDS.search(paragraph.key) or paragraph.is_heading:
            return True
        if paragraph.is_units:
            return True
        return bool(re.search(r"[）】〕]$", paragraph.key)) and _ends_in_units(paragraph.key)

    def _append(self, current: Paragraph, line: Line) -> None:
        latin = re.search("[A-Za-z]$", current.text) and re.match("[A-Za-z]", line.text)
        text = current.text + (" " if latin else "")
        without_words = current.label is not None and not current.body
        unlabelled = current.label is None and len(bare(current.text)) <= 6
        current.starts.append((len(text), line.number))
        current.text = text + line.text
        current.key = self._folding.key(current.text)
        current.last = line
        current.was_cut = True
        if without_words:
            self._note(current)
        elif unlabelled and (label := label_of(current.text, current.key)) and self._expected(label):
            current.label = label
            self._note(current)
        elif current.is_heading and re.search("[。；：]", current.key):
            current.is_heading = False

    def tell_cut_labels(self, paragraphs: Sequence[Paragraph | Table]) -> None:
        """Tell of labels that are not printed as such labels are."""
        for paragraph in paragraphs:
            if isinstance(paragraph, Paragraph) and paragraph.label and paragraph.label.spoilt:
                label = paragraph.label
                self._doubts.add(
                    "spoilt label",
                    paragraph.line,
                    where=label.printed + short(paragraph.body),
                    printed=label.printed,
                    expected=printed_label(label.kind, label.number),
                )


def _open_bracket(key: str) -> bool:
    """Whether a bracket is open at the end; one that was opened long ago is taken for a slip."""
    near = key[-400:]
    return any(near.count(opening) > near.count(closing) for opening, closing in ("（）", "《》", "【】"))


def _ends_in_units(key: str) -> bool:
    start = key.rfind("【")
    depth = 0
    for place in range(len(key) - 1, -1, -1):
        depth += (key[place] == "）") - (key[place] == "（")
        if depth == 0 and key[place] == "（":
            start = place
            break
    inside = key[start + 1 :]
    return (
        bool(ROLE_AT_START.match(inside))
        or bool(re.search("(?:负责|牵头|落实|配合|参与|实施|删除|删去|废止)[）】]$", inside))
        or (start == 0)
    )
