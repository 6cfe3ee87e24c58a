"""Opens a file that nobody has looked at: what format it is by its content, whether it may be read, and its converter."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from bot.errors import DocumentError
from bot.reading.doubts import refusal
from bot.reading.from_text import decode, from_text, without_pages
from bot.reading.lines import Line, Source

MAX_BYTES = 30 * 2**20
"""No policy document is larger; a picture book or an archive is."""
MAX_TEXT_BYTES = 5 * 2**20
"""The most that is read as text or as a page of the web."""
MAX_LINES = 30_000
MAX_CHARACTERS = 2_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
HTML = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:div|p|table)[\s>]", re.I)


def open_file(path: Path) -> Source:
    """The lines and tables of a file of any known format.

    Raises DocumentError, with what to do, for a file that is missing, too large, encrypted, a scan, or of another format.
    """
    data = _bytes(path)
    source = _convert(path, data)
    lines = [block for block in source.blocks if isinstance(block, Line)]
    if len(lines) > MAX_LINES or sum(len(line.text) for line in lines) > MAX_CHARACTERS:
        raise refusal(
            f"文件太长（{len(lines)}行）。请只放一份政策文件的正文。",
            f"The file is too long ({len(lines)} lines). Put the text of one policy document there.",
        )
    if not source.blocks:
        raise refusal(
            "文件里没有文字。请放入正式公布的全文。", "There is no text in the file. Put the document's text there."
        )
    return without_pages(source)


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            words = f"没有文件 {path}。请检查路径。\n(There is no file {path}. Check the path.)"
            raise DocumentError(words, "gone", path.name)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refusal(
                f"文件太大（{size / 2**20:.0f} MiB，最多{MAX_BYTES // 2**20} MiB）。请去掉图片，或另存为文本。",
                f"The file is too large ({size / 2**20:.0f} MiB of at most {MAX_BYTES // 2**20}). Take out pictures or save it as text.",
            )
        return path.read_bytes()
    except OSError as error:
        raise refusal(f"文件打不开（{error.strerror}）。", f"The file cannot be opened ({error.strerror}).") from error


def _convert(path: Path, data: bytes) -> Source:
    if data.startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        from bot.reading.from_pdf import from_pdf

        return from_pdf(path)
    if data.startswith(b"PK"):
        return _from_archive(path)
    if data.startswith(OLE):
        raise _legacy(data)
    if data.startswith(b"{\\rtf"):
        raise refusal("这是 RTF 文件。请在 Word 中另存为 .docx。", "This is an RTF file. Save it as .docx in Word.")
    if data.startswith(PICTURES):
        raise refusal(
            "这是图片，没有文字。请先做文字识别（OCR）并核对，或放入可复制文字的文件。",
            "This is a picture without text. Recognise its text (OCR) and check it, or bring a file with text.",
        )
    if len(data) > MAX_TEXT_BYTES:
        raise refusal(
            f"文本太大（最多{MAX_TEXT_BYTES // 2**20} MiB）。请只放一份政策文件。",
            f"The text is too large (at most {MAX_TEXT_BYTES // 2**20} MiB). Put one policy document there.",
        )
    if path.suffix.lower() in (".html", ".htm", ".xhtml", ".shtml") or HTML.search(data[:4096]):
        from bot.reading.from_html import from_html

        return from_html(data)
    return from_text(decode(data))


def _from_archive(path: Path) -> Source:
    if not zipfile.is_zipfile(path):
        raise refusal(
            "文件损坏，打不开。请重新取得原文件。", "The file is damaged and cannot be opened. Fetch it again."
        )
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "word/document.xml" not in names:
        kind = "Excel" if "xl/workbook.xml" in names else "PowerPoint" if "ppt/presentation.xml" in names else "ZIP"
        raise refusal(
            f"这是{kind}文件，不是政策文件的正文。请放入 DOCX、PDF、HTML 或文本。",
            f"This is a {kind} file, not the text of a policy document. Bring DOCX, PDF, HTML or text.",
        )
    from bot.reading.from_docx import from_docx

    return from_docx(path)


def _legacy(data: bytes) -> Exception:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refusal("文件加了密码。请去掉密码后另存。", "The file is encrypted. Save it without a password.")
    return refusal(
        "这是旧版 .doc 文件。请在 Word 中另存为 .docx。", "This is a legacy .doc file. Save it as .docx in Word."
    )
