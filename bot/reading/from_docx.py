"""DOCX as a reader sees it: paragraphs with the labels that Word prints, tables with merged cells filled in, notes apart.

Deleted text, hidden text, comments, headers and footers are not seen; inserted text is. The parts are read from the archive by lxml.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lxml import etree

from bot.reading.doubts import refusal
from bot.reading.lines import Line, Lost, Source, Table, bare, tidy
from bot.reading.word_numbers import numbering_of
from bot.reading.word_xml import attribute, child, children, is_on, name_of, parse_xml, value_of

MAX_PART_BYTES = 60 * 2**20
"""The most that one part of the archive may unpack to; a document of 300 pages has 5 MiB."""
MAX_PARTS = 5000
MAX_CELLS = 20_000
UNSEEN = frozenset([
    "del", "moveFrom", "delText", "instrText", "delInstrText", "commentReference", "annotationRef", "pPr", "rPr", "tblPr", "trPr",
    "tcPr", "sectPr", "footnoteRef", "endnoteRef", "proofErr", "bookmarkStart", "bookmarkEnd", "Fallback", "ruby", "rt",
])  # fmt: skip
TEXT_BOX = "txbxContent"


def from_docx(path: Path) -> Source:
    """The paragraphs and tables of a DOCX file.

    Raises DocumentError for a damaged file, one that unpacks to too much, or one whose XML is not Word's.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _Reader(archive).read()
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise refusal(
            f"DOCX文件损坏或加密，打不开（{error}）。请在 Word 中打开后另存为 .docx。",
            "The DOCX file is damaged or encrypted. Open it in Word and save it as .docx.",
        ) from error


class _Reader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._check_sizes()
        self._styles = self._read_styles()
        self._numbering = numbering_of(self._part("word/numbering.xml"))
        self._source = Source(unit="段")
        self._count = 0
        self._cells = 0
        self._carry = ""

    def read(self) -> Source:
        root = self._part(self._main_part())
        body = child(root, "body")
        if body is None:
            raise ValueError("no document in it")
        self._read_blocks(body)
        for part, kind in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
            self._read_notes(part, kind)
        return self._source

    def _check_sizes(self) -> None:
        entries = self._archive.infolist()
        if len(entries) > MAX_PARTS or any(
            e.filename.endswith(".xml") and e.file_size > MAX_PART_BYTES for e in entries
        ):
            raise refusal(
                "DOCX解压后过大，不像正常文件。请在 Word 中打开后另存为 .docx。",
                "The DOCX unpacks to too much to be a document. Open it in Word and save it as .docx.",
            )

    def _part(self, name: str) -> etree._Element | None:
        try:
            entry = self._archive.getinfo(name)
        except KeyError:
            return None
        if entry.file_size > MAX_PART_BYTES:
            raise ValueError("too large")
        with self._archive.open(entry) as stream:
            return parse_xml(stream.read(MAX_PART_BYTES))

    def _main_part(self) -> str:
        relations = self._part("_rels/.rels")
        for entry in relations if relations is not None else ():
            if attribute(entry, "Type").endswith("/officeDocument"):
                return str(PurePosixPath(attribute(entry, "Target").lstrip("/")))
        return "word/document.xml"

    def _read_styles(self) -> dict[str, tuple[str, str, bool]]:
        """Of each style: numbering, level and whether its text is hidden; inherited from the style that it is based on."""
        root = self._part("word/styles.xml")
        found: dict[str, tuple[str, str, bool]] = {}
        based: dict[str, str] = {}
        for style in children(root, "style") if root is not None else ():
            name = attribute(style, "styleId")
            numbers = child(style, "pPr", "numPr")
            found[name] = (value_of(numbers, "numId"), value_of(numbers, "ilvl"), is_on(style, "rPr", "vanish"))
            based[name] = value_of(style, "basedOn")
        for name in found:
            parent, steps = based[name], 0
            while parent in found and steps < 20:
                own, above = found[name], found[parent]
                found[name] = (own[0] or above[0], own[1] or (above[1] if not own[0] else ""), own[2] or above[2])
                parent, steps = based[parent], steps + 1
        return found

    def _read_blocks(self, parent: etree._Element) -> None:
        for element in parent:
            kind = name_of(element)
            if kind == "p":
                self._read_paragraph(element)
            elif kind == "tbl":
                self._read_table(element)
            elif kind == "altChunk":
                self._source.lost.append(Lost("嵌入的文档（altChunk）", self._count))
            elif kind in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice"):
                self._read_blocks(element)

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        self._count += 1
        text = self._carry + "".join(self._pieces(paragraph))
        self._carry = ""
        mark = child(paragraph, "pPr", "rPr")
        if is_on(mark, "del") or child(mark, "del") is not None:  # the deleted end of a paragraph joins the next one
            self._carry = text
            return
        label = self._label(paragraph) if bare(text) else ""
        for place, part in enumerate(text.split("\n")):
            content = tidy(part)
            if not content:
                continue
            if label and place == 0:
                content = label + content
            number = self._count
            self._source.blocks.append(Line(content, number, f"第{number}段", whole=True))

    def _label(self, paragraph: etree._Element) -> str:
        properties = child(paragraph, "pPr")
        style = value_of(properties, "pStyle")
        of_style = self._styles.get(style, ("", "", False))
        number = value_of(properties, "numPr", "numId") or of_style[0]
        level = value_of(properties, "numPr", "ilvl") or of_style[1] or "0"
        if not number or number == "0":
            return ""
        return self._numbering.label(number, int(level))

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = child(run, "rPr")
        if properties is None:
            return False
        if child(properties, "vanish") is not None:
            return is_on(properties, "vanish")
        return self._styles.get(value_of(properties, "rStyle"), ("", "", False))[2]

    def _pieces(self, element: etree._Element) -> Iterator[str]:
        """The text of a paragraph as it is seen; text boxes go to the notes."""
        style = value_of(element, "pPr", "pStyle") if name_of(element) == "p" else ""
        if style and self._styles.get(style, ("", "", False))[2]:
            return
        stack: list[Iterator[etree._Element]] = [iter(element)]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            kind = name_of(entry)
            if kind in UNSEEN or (kind == "r" and self._is_hidden(entry)):
                continue
            if kind == TEXT_BOX:
                self._read_text_box(entry)
            elif kind == "t":
                yield entry.text or ""
            elif kind == "tab" or kind == "ptab":
                yield "\t"
            elif kind in ("br", "cr"):
                yield "\n" if attribute(entry, "type") != "page" else ""
            elif kind == "noBreakHyphen":
                yield "-"
            elif kind == "sym":
                yield _symbol(entry)
            else:
                stack.append(iter(entry))

    def _read_text_box(self, box: etree._Element) -> None:
        lines = [tidy("".join(self._pieces(paragraph))) for paragraph in box.iter() if name_of(paragraph) == "p"]
        if text := "\n".join(line for line in lines if line):
            self._source.notes.append(text)

    def _read_notes(self, part: str, kind: str) -> None:
        root = self._part(part)
        for note in children(root, kind) if root is not None else ():
            if attribute(note, "type") in ("separator", "continuationSeparator", "continuationNotice"):
                continue
            text = "\n".join(tidy("".join(self._pieces(p))) for p in note.iter() if name_of(p) == "p").strip()
            if text:
                self._source.notes.append(text)

    def _read_table(self, table: etree._Element) -> None:
        start = self._count + 1
        rows = list(_table_rows(table))
        self._cells += sum(len(row) for row in rows)
        if self._cells > MAX_CELLS:
            raise refusal(
                f"表格太大（多于{MAX_CELLS}格）。", f"The tables are too large (more than {MAX_CELLS} cells)."
            )
        if _is_layout(rows):
            for row in rows:
                for cell in _cells(row):
                    self._read_blocks(cell)
            return
        grid = self._grid(rows)
        if grid:
            self._source.blocks.append(Table(grid, start, f"第{start}段的表"))

    def _grid(self, rows: list[etree._Element]) -> tuple[tuple[str, ...], ...]:
        """The cells' texts, with merged cells filled in."""
        grid: list[list[str]] = []
        above: dict[int, str] = {}
        for row in rows:
            line: list[str] = [""] * int(value_of(row, "trPr", "gridBefore") or 0)
            for cell in _cells(row):
                text = self._cell_text(cell)
                span = min(int(value_of(cell, "tcPr", "gridSpan") or 1), 100)
                merge = child(cell, "tcPr", "vMerge")
                if merge is not None and attribute(merge, "val") != "restart":
                    text = above.get(len(line), text)
                for _ in range(span):
                    above[len(line)] = text
                    line.append(text)
            if any(line):
                grid.append(line)
        width = max(map(len, grid), default=0)
        return tuple(tuple(line + [""] * (width - len(line))) for line in grid)

    def _cell_text(self, cell: etree._Element) -> str:
        texts: list[str] = []
        for paragraph in cell.iter():
            if name_of(paragraph) == "p" and not any(name_of(up) == TEXT_BOX for up in paragraph.iterancestors()):
                self._count += 1
                text = "".join(self._pieces(paragraph))
                if bare(text):
                    texts.append(self._label(paragraph) + tidy(text.replace("\n", "")))
        return "\n".join(texts)


def _table_rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in table:
        if name_of(row) == "tr":
            if child(row, "trPr", "del") is None and not is_on(row, "trPr", "hidden"):
                yield row
        elif name_of(row) in ("sdt", "sdtContent", "ins"):
            yield from _table_rows(row)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row:
        if name_of(cell) == "tc":
            yield cell
        elif name_of(cell) in ("sdt", "sdtContent", "ins"):
            yield from _cells(cell)


def _is_layout(rows: list[etree._Element]) -> bool:
    """Whether a table only places text: one column, or a cell that holds a table or very much text."""
    widths = [len(list(_cells(row))) for row in rows]
    if widths and max(widths) == 1:
        return True
    cells = [cell for row in rows for cell in _cells(row)]
    return any(sum(name_of(entry) == "p" for entry in cell) > 12 for cell in cells)


def _symbol(entry: etree._Element) -> str:
    try:
        return chr(int(attribute(entry, "char"), 16))
    except (ValueError, OverflowError):
        return ""
