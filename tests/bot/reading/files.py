"""Builds small files of each format."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERING = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    for level, (form, text) in enumerate(
        [("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    )
)


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content: str, properties: str = "") -> str:
    """A paragraph; `content` is text or runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') else run(content)}</w:p>"


def numbered(text: str, level: int) -> str:
    """A paragraph that Word numbers by itself."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def cell(text: str, properties: str = "") -> str:
    """A table's cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def write_docx(path: Path, body: Sequence[str], footnotes: str = "", doctype: str = "") -> Path:
    """A DOCX file with the paragraphs and tables of `body`."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": '<Relationships><Relationship Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{doctype}<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{NUMBERING}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}">{footnotes}</w:footnotes>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def paragraphs(text: str) -> list[str]:
    """Each line of a text as a paragraph."""
    return [paragraph(line) for line in text.splitlines() if line.strip()]


def write_pdf(
    path: Path, pages: Sequence[Sequence[tuple[float, float, str]]], size: float = 16, rules: str = ""
) -> Path:
    """A PDF with text; each page is a list of (x, y, text). `rules` are drawing operators for every page."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>"
    )
    objects.append(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
    )
    for number, lines in enumerate(pages):
        content = rules.encode() + b"".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode() for x, y, text in lines
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        packed = zlib.compress(content)
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    path.write_bytes(bytes(out))
    return path


def printed(
    text: str, width: int = 28, height: int = 26, header: str = "", size: float = 16
) -> list[list[tuple[float, float, str]]]:
    """A text as pages with narrow lines, indented paragraphs, a header and page numbers."""
    lines: list[tuple[float, str]] = []
    for part in text.splitlines():
        content = part.strip()
        first = True
        while content:
            room = width - 2 if first else width
            lines.append((90 + (2 * size if first else 0), content[:room]))
            content, first = content[room:], False
    pages = []
    for number, start in enumerate(range(0, len(lines), height), 1):
        page = [(x, 740 - 25.0 * place, line) for place, (x, line) in enumerate(lines[start : start + height])]
        page += [(200.0, 810.0, header)] if header else []
        pages.append([*page, (270.0, 40.0, f"— {number} —")])
    return pages
