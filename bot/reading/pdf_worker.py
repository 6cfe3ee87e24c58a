"""Converts a PDF in a process of its own: `python -m bot.reading.pdf_worker FILE PAGES BYTES SECONDS` prints JSON.

What stands in the same place on page after page (headers, footers) is left out, and tables that go on overleaf are put together.
"""

from __future__ import annotations

import json
import logging
import re
import resource
import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.reading.lines import tidy

MARGIN = 0.09
"""The part of a page's height, at the top and at the bottom, where headers and footers stand."""
CELLS_OF_TABLE = 4


class Refused(Exception):
    """The file is not read; its text is the reason's name in from_pdf.REFUSALS."""


@dataclass
class _Line:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int


def convert(path: str, max_pages: int) -> dict[str, Any]:
    """The blocks and notes of the PDF as plain values.

    Raises Refused.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            if len(pdf.pages) > max_pages:
                raise Refused("pages")
            return _blocks(pdf)
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in error.args):
            raise Refused("encrypted") from error
        raise Refused("damaged") from error
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Refused("encrypted") from error


def _blocks(pdf: Any) -> dict[str, Any]:
    pages: list[tuple[list[_Line], list[tuple[float, list[list[str]]]]]] = []
    size: Counter[float] = Counter()
    letters = images = 0
    for number, page in enumerate(pdf.pages, 1):
        tables = [table for table in page.find_tables() if _is_table(table)]
        boxes = [table.bbox for table in tables]
        outside = page.filter(
            lambda entry, boxes=boxes: entry.get("object_type") != "char" or not _within(entry, boxes)
        )
        lines = []
        for line in outside.dedupe_chars().extract_text_lines(return_chars=True, x_tolerance=2, y_tolerance=3):
            text = tidy(_spaced(line["chars"]))
            if text:
                height = statistics.median(char["size"] for char in line["chars"])
                lines.append(
                    _Line(
                        text,
                        line["x0"],
                        line["x1"],
                        line["top"] / page.height,
                        line["bottom"] / page.height,
                        height,
                        number,
                    )
                )
                size[round(height)] += len(text)
        letters += sum(len(line.text) for line in lines)
        images += len(page.images)
        pages.append((lines, [(table.bbox[1] / page.height, _filled(table, page)) for table in tables]))
        page.close()
    if letters < 20:
        raise Refused("scan")
    return _arranged(pages, size.most_common(1)[0][0])


def _spaced(chars: list[dict[str, Any]]) -> str:
    """The characters of a line, with a space where there is a wide gap."""
    text = ""
    before: dict[str, Any] | None = None
    for char in chars:
        if before is not None and char["x0"] - before["x1"] > 0.6 * char["size"] and text[-1:] != " ":
            text += " "
        text += char["text"]
        before = char
    return text


def _arranged(pages: list[tuple[list[_Line], list[tuple[float, list[list[str]]]]]], size: float) -> dict[str, Any]:
    furniture = _furniture([lines for lines, _ in pages])
    notes: list[str] = []
    blocks: list[dict[str, Any]] = []
    kept = [[line for line in lines if id(line) not in furniture] for lines, _ in pages]
    body = [line for lines in kept for line in lines if abs(line.size - size) < 1.5]
    left = _common([line.x0 for line in body], min)
    right = max((line.x1 for line in body), default=0)
    for number, (lines, tables) in enumerate(zip(kept, (tables for _, tables in pages), strict=True), 1):
        lines, foot = _without_footnotes(lines, size)
        notes.extend(foot)
        entries: list[tuple[float, _Line | list[list[str]]]] = [*((line.top, line) for line in lines), *tables]
        before: _Line | None = None
        for place, (_, entry) in enumerate(sorted(entries, key=lambda pair: pair[0]), 1):
            if isinstance(entry, list):
                if place == 1 and blocks and "rows" in blocks[-1] and len(blocks[-1]["rows"][0]) == len(entry[0]):
                    more = entry[1:] if entry[0] == blocks[-1]["rows"][0] else entry
                    blocks[-1]["rows"].extend(more)
                elif entry:
                    blocks.append({"rows": entry, "page": number, "line": place})
                before = None
                continue
            blocks.append(
                {
                    "text": entry.text,
                    "page": number,
                    "line": place,
                    "gap": before is not None and (entry.top - before.bottom) > 1.2 * (entry.bottom - entry.top),
                    "indented": entry.x0 > left + 1.2 * entry.size,
                    "full": entry.x1 > right - 1.6 * entry.size,
                    "page_start": place == 1 and number > 1,
                }
            )
            before = entry
    return {"blocks": blocks, "notes": notes}


def _furniture(pages: list[list[_Line]]) -> set[int]:
    """Lines in the margins that are page numbers or stand on several pages, but for digits."""
    counts: Counter[str] = Counter()
    edge = []
    for lines in pages:
        for line in lines:
            if line.top < MARGIN or line.bottom > 1 - MARGIN:
                edge.append(line)
        counts.update({_shape(line) for line in lines if line.top < MARGIN or line.bottom > 1 - MARGIN})
    found = set()
    for line in edge:
        if (counts[_shape(line)] >= 2 and len(line.text) < 60) or re.fullmatch(
            r"[-—–－·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/，,共]\s*\d+\s*页?)?[-—–－·\s]*", line.text
        ):
            found.add(id(line))
    return found


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _without_footnotes(lines: list[_Line], size: float) -> tuple[list[_Line], list[str]]:
    """The lines without smaller ones at the foot of the page that begin with a mark."""
    start = len(lines)
    while start > 0 and lines[start - 1].size < size - 1.2:
        start -= 1
    foot = lines[start:]
    while foot and not re.match(r"[①-⑳*※\[［〔]|\d{1,2}\s*(?![\d年.．、])|注[：:]", foot[0].text):
        foot = foot[1:]
    if not foot or foot[0].top < 0.5:
        return lines, []
    return lines[: len(lines) - len(foot)], ["".join(line.text for line in foot)]


def _common(values: list[float], otherwise: Any) -> float:
    if not values:
        return 0.0
    counts = Counter(round(value) for value in values)
    frequent = [value for value, count in counts.items() if count >= max(2, 0.1 * len(values))]
    return float(min(frequent)) if frequent else float(otherwise(values))


def _is_table(table: Any) -> bool:
    rows = table.rows
    return len(rows) >= 2 and len(table.cells) >= CELLS_OF_TABLE and max(len(row.cells) for row in rows) >= 2


def _within(char: dict[str, Any], boxes: list[tuple[float, float, float, float]]) -> bool:
    middle = ((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2)
    return any(x0 <= middle[0] <= x1 and top <= middle[1] <= bottom for x0, top, x1, bottom in boxes)


def _filled(table: Any, page: Any) -> list[list[str]]:
    """The cells' texts; a place that a merged cell covers bears that cell's text."""
    xs = sorted({round(x, 1) for cell in table.cells for x in (cell[0],)})
    ys = sorted({round(cell[1], 1) for cell in table.cells})
    grid = [["" for _ in xs] for _ in ys]
    for cell in table.cells:
        text = "".join((page.crop(cell, strict=False).extract_text(x_tolerance=2) or "").split("\n"))
        for row, y in enumerate(ys):
            for column, x in enumerate(xs):
                if cell[0] - 1 <= x < cell[2] - 1 and cell[1] - 1 <= y < cell[3] - 1:
                    grid[row][column] = tidy(text)
    return [row for row in grid if any(row)]


def main(path: str, max_pages: str, memory: str, seconds: str) -> None:
    """Print the result, or the reason why there is none, as JSON."""
    logging.disable(logging.CRITICAL)  # pdfminer warns of every font
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    try:
        result = convert(path, int(max_pages))
    except Refused as refused:
        result = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        result = {"refused": "memory"}
    except Exception as error:  # noqa: BLE001 - a damaged PDF makes pdfminer raise anything
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        result = {"refused": "damaged"}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
