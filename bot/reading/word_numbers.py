"""The labels that Word prints by itself before numbered paragraphs: 一、 （一） 1. 第一条."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from bot.reading.labels import numeral
from bot.reading.word_xml import attribute, child, children, value_of

FULL_WIDTH = "０１２３４５６７８９"
FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: "".join(FULL_WIDTH[int(digit)] for digit in str(number)),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number),
    "decimalEnclosedParen": lambda number: f"（{number}）",
    "lowerLetter": lambda number: chr(96 + (number - 1) % 26 + 1),
    "upperLetter": lambda number: chr(64 + (number - 1) % 26 + 1),
    "none": lambda number: "",
    "bullet": lambda number: "",
}
CHINESE = frozenset(
    [
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographDigital",
        "ideographTraditional",
        "japaneseCounting",
        "japaneseDigitalTenThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "taiwaneseDigital",
        "koreanDigital2",
    ]
)


@dataclass(frozen=True)
class Level:
    """One level of a numbering: first number, format, and the label's text with %1 … %9."""

    start: int
    format: str
    text: str


@dataclass
class Numbering:
    """All numberings of a document, and how far each has counted."""

    of_number: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph of numbering `number` at `level`; empty where it has none."""
        if number not in self.of_number:
            return ""
        shared, levels = self.of_number[number]
        if level not in levels:
            return ""
        counts = self.counts.setdefault(shared, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [known for known in counts if known > level]:
            del counts[deeper]
        label = levels[level].text
        for place in range(9):
            if f"%{place + 1}" in label and place in levels:
                count = counts.get(place, levels[place].start)
                label = label.replace(f"%{place + 1}", _printed(levels[place].format, count))
        return "" if levels[level].format in ("bullet", "none") else label.strip()


def numbering_of(root: etree._Element | None) -> Numbering:
    """The numberings that word/numbering.xml defines."""
    found = Numbering()
    if root is None:
        return found
    abstract = {attribute(entry, "abstractNumId"): _levels(entry) for entry in children(root, "abstractNum")}
    for entry in children(root, "num"):
        number, shared = attribute(entry, "numId"), value_of(entry, "abstractNumId")
        levels = dict(abstract.get(shared, {}))
        restarted = False
        for override in children(entry, "lvlOverride"):
            level = int(attribute(override, "ilvl") or 0)
            if start := value_of(override, "startOverride"):
                restarted = True
                if level in levels:
                    levels[level] = Level(int(start), levels[level].format, levels[level].text)
            if (own := child(override, "lvl")) is not None:
                levels[level] = _level(own)
        found.of_number[number] = (f"{shared}/{number}" if restarted else shared, levels)
    return found


def _levels(entry: etree._Element) -> dict[int, Level]:
    return {int(attribute(level, "ilvl") or 0): _level(level) for level in children(entry, "lvl")}


def _level(level: etree._Element) -> Level:
    return Level(int(value_of(level, "start") or 1), value_of(level, "numFmt") or "decimal", value_of(level, "lvlText"))


def _printed(name: str, number: int) -> str:
    if name in CHINESE and 0 < number < 1000:
        return numeral(number)
    return FORMATS.get(name, str)(number)
