"""What the converters of all formats give: lines and tables in the order in which a person reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.text.script import script_of, to_script

_ONE_FOR_MANY = {
    " ": "\t\u00a0\u2002\u2003\u2009\u202f\u3000",
    "（": "(（﹙",
    "）": ")）﹚",
    "〔": "[［〔",
    "〕": "]］〕",
    "：": ":：﹕",
    "；": ";；",
    "，": ",，",
    ".": "．",
}
LIKE: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{ord(char): one for one, many in _ONE_FOR_MANY.items() for char in many},
}
"""Forms of one character that mean the same; each becomes one character, so that places in the text stay what they are."""
RADICALS = {
    code: char for code in range(0x2F00, 0x2FD6) if len(char := unicodedata.normalize("NFKC", chr(code))) == 1
} | dict(
    zip(
        map(ord, "⺁⺟⺠⺩⺫⺮⺼⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⼾"),
        "厂母民王目竹肉虎西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟户",
        strict=True,
    )
)
"""Radicals that a PDF's font gives for the characters that look like them."""
FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar)$", re.I)
"""The ending of a file's name."""
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


@dataclass(frozen=True)
class Line:
    """A line of text or a paragraph. `text` is as converted, without white space around it.

    `number` counts lines or paragraphs from 1, `place` says where that is ("第12行", "第3页第5行", "第12段").
    `gap`: a blank line, or the like, stands before it. `indented`: its first character stands to the right of the others'.
    `full`: it reaches the right margin, so that its end need not be a paragraph's. None: the format does not tell.
    `whole`: the format says that this is a paragraph.
    """

    text: str
    number: int
    place: str
    gap: bool = False
    indented: bool | None = None
    full: bool | None = None
    whole: bool = False
    page_start: bool = False


@dataclass(frozen=True)
class Table:
    """A table with merged cells filled in; `rows` begin with the header's."""

    rows: tuple[tuple[str, ...], ...]
    number: int
    place: str

    @property
    def text(self) -> str:
        """Its rows, a line each."""
        return "\n".join(map(row_text, self.rows))


@dataclass(frozen=True)
class Lost:
    """Something that the converter saw and could not read: `what` in words, and where."""

    what: str
    number: int | None


@dataclass
class Source:
    """A document as converted. `notes` are footnotes and text boxes; `hints` facts that stand around the text (a page's table of data)."""

    blocks: list[Line | Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    """Titles of annexes that a page links to."""
    unit: str = "行"
    """What `Line.number` counts: 行, 段."""


class Folding:
    """Makes the key of a text: the same length, with forms that mean the same made one, in Simplified characters."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are all texts of the document; only one in Traditional characters needs converting."""
        characters = set().union(*texts) if texts else set()
        self.script = script_of("".join(texts)) or "hans"
        table = dict(LIKE)
        if any("\u3400" <= char <= "\u9fff" and script_of(char) == "hant" for char in characters):
            for char in characters:
                if "\u3400" <= char <= "\u9fff" and len(simple := to_script(char, "hans")) == 1:
                    table[ord(char)] = simple
        self._table = table

    def key(self, text: str) -> str:
        """What patterns are matched against; character for character beside `text`."""
        return text.translate(self._table)


def row_text(row: Iterable[str]) -> str:
    """A row of a table as one line: its cells parted by tabs, without the line breaks inside them."""
    return "\t".join(cell.replace("\n", "") for cell in row)


def tidy(text: str) -> str:
    """`text` without white space around it, invisible characters and Markdown's bold marks; radicals are the characters they stand for."""
    return INVISIBLE.sub("", text.translate(RADICALS)).replace("**", "").strip().strip("\u3000\u00a0").strip()


def squeezed(text: str) -> str:
    """`text` without white space between characters that are not both Latin."""
    return re.sub(r"(?<![!-~])\s+|\s+(?![!-~])", "", text.strip())


def bare(text: str) -> str:
    """`text` without any white space."""
    return "".join(text.split())
