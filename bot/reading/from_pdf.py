"""PDF with text, as lines and tables. The converting runs in a process of its own with bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.reading.doubts import refusal
from bot.reading.lines import Line, Source, Table

SECONDS = 40
"""The longest that converting may take."""
MEMORY_BYTES = 1536 * 2**20
"""The most memory that the converting process may take."""
MAX_PAGES = 200

REFUSALS = {
    "encrypted": ("PDF加了密码。请去掉密码后另存。", "The PDF is encrypted. Save it without a password."),
    "scan": (
        "这是扫描件，PDF里没有文字。请先做文字识别（OCR）并核对，或放入可复制文字的文件。",
        "This is a scan, there is no text in the PDF. Recognise its text (OCR) and check it, or bring a file with text.",
    ),
    "pages": (
        f"PDF页数太多（最多{MAX_PAGES}页）。请只放一份政策文件。",
        f"The PDF has too many pages (at most {MAX_PAGES}). Put one policy document there.",
    ),
    "damaged": ("PDF损坏，打不开。请重新取得原文件。", "The PDF is damaged and cannot be opened. Fetch it again."),
    "memory": (
        "PDF太复杂，读不完。请另存为文本或 DOCX。",
        "The PDF is too complex to be read. Save it as text or DOCX.",
    ),
}


def from_pdf(path: Path) -> Source:
    """The lines and tables of a PDF with text.

    Raises DocumentError for a scan, an encrypted or damaged file, and one that takes too much time or memory.
    """
    command = [
        sys.executable,
        "-m",
        "bot.reading.pdf_worker",
        str(path.resolve()),
        str(MAX_PAGES),
        str(MEMORY_BYTES),
        str(SECONDS),
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, cwd=Path(__file__).parents[2], check=False)
    except subprocess.TimeoutExpired as error:
        raise refusal(*REFUSALS["memory"]) from error
    try:
        result = json.loads(done.stdout)
    except ValueError as error:
        raise refusal(*REFUSALS["memory"]) from error
    if "refused" in result:
        raise refusal(*REFUSALS[result["refused"]])
    source = Source(notes=result["notes"])
    for number, block in enumerate(result["blocks"], 1):
        place = f"第{block['page']}页第{block['line']}行"
        if "rows" in block:
            source.blocks.append(Table(tuple(tuple(row) for row in block["rows"]), number, place))
        else:
            layout = {name: block[name] for name in ("gap", "indented", "full", "page_start")}
            source.blocks.append(Line(block["text"], number, place, **layout))
    return source
