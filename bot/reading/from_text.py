"""Plain text in any encoding, as lines; pages' numbers and running headers are left out."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from itertools import pairwise

import charset_normalizer

from bot.reading.doubts import refusal
from bot.reading.lines import Line, Source, Table, tidy

ENCODINGS = ("utf-8-sig", "gb18030", "big5hkscs")
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
COMMON = re.compile(r"[的一不在有市政府人民通知公共和为發办辦年月日号號于於關关及第条條各工作]")
PAGE_NUMBER = re.compile(
    r"[-—–－―─·~〜～ ]*(?:第 *)?(?:\d{1,4}|[一二三四五六七八九十]{1,3}) *页(?: *[，/]? *共 *\d{1,4} *页)?[-—–－―─·~ ]*"
    r"|[-—–－―─]+ *\d{1,4} *[-—–－―─]+|· *\d{1,4} *·|\d{1,4} */ *\d{1,4}|Page \d{1,4}(?: of \d{1,4})?"
)
ALONE = re.compile(r"\d{1,3}")
CELLS = re.compile(r"\s*[|｜│┃]\s*")
RULE = re.compile(r"[\s|｜│┃+\-=—─━┄┈┌┬┐├┼┤└┴┘:：]+")
WIDE_GAP = re.compile(r"\t+| {3,}|\u3000{2,}")
LABELLED = re.compile(r"[（(第]?[一二三四五六七八九十百\d]{1,5}(?:[）)、.．章条條]|$)")


def decode(data: bytes) -> str:
    """The text that `data` writes: UTF-8, UTF-16, GB 18030, Big5, or what charset-normalizer finds.

    Raises DocumentError for what is empty or no text.
    """
    text = _decoded(data)
    if not text.strip():
        raise refusal(
            "文件是空的。请放入正式公布的全文。", "The file is empty. Put the document's text there, as published."
        )
    if bad := NOT_TEXT.search(text.replace("\f", "")):
        line = text.count("\n", 0, bad.start()) + 1
        raise refusal(
            f"第{line}行有{bad[0]!r}，这不是文本文件。请另存为 UTF-8 文本、DOCX 或 PDF。",
            f"Line {line} holds {bad[0]!r}, so this is no text. Save the document as UTF-8 text, DOCX or PDF.",
        )
    return text


def from_text(text: str) -> Source:
    """The lines of `text` with their numbers; rows that are drawn with bars or tabs become tables."""
    source = Source()
    raw = [(number, line) for number, line in enumerate(_rows(text), 1)]
    indented, full = _indentation(raw), _margin(raw)
    gap, page_start = False, False
    for number, printed in raw:
        page_start |= "\f" in printed
        content = tidy(printed)
        if not content:
            gap = True
            continue
        stands = _is_indented(printed) if indented else None
        reaches = _width(printed.rstrip()) >= full if full else None
        source.blocks.append(Line(content, number, f"第{number}行", gap, stands, reaches, page_start=page_start))
        gap = page_start = False
    return _with_tables(source, dict(raw))


def without_pages(source: Source) -> Source:
    """The source without pages' numbers and lines that every page repeats; what is repeated is told in `lost`."""
    lines = [block for block in source.blocks if isinstance(block, Line)]
    numbers = {line.number for line in lines if PAGE_NUMBER.fullmatch(_ascii(line.text))}
    alone = [line for line in lines if ALONE.fullmatch(_ascii(line.text))]
    values = [int(_ascii(line.text)) for line in alone]
    if len(alone) > 1 and all(after == before + 1 for before, after in pairwise(values)):
        numbers |= {line.number for line in alone}
    repeated = _running(lines, numbers)
    kept: list[Line | Table] = []
    for block in source.blocks:
        if isinstance(block, Line) and (block.number in numbers or block.number in repeated):
            continue
        kept.append(block)
    source.blocks = kept
    return source


def _running(lines: list[Line], numbers: set[int]) -> set[int]:
    """Lines that stand beside page numbers or page breaks, again and again, the same but for digits."""
    counts: Counter[str] = Counter(re.sub(r"\d+", "#", line.text) for line in lines)
    beside: set[int] = set()
    for place, line in enumerate(lines):
        around = [lines[other].number for other in (place - 1, place + 1) if 0 <= other < len(lines)]
        starts = line.page_start or (place + 1 < len(lines) and lines[place + 1].page_start)
        if starts or any(number in numbers for number in around):
            beside.add(line.number)
    is_number = re.compile(r"[\u4e00-\u9fff]{2,10}[〔\[［(（]\d{4}[〕\]］)）]\d{1,5}[号號]")
    first = next((line.number for line in lines if is_number.fullmatch(line.text.replace(" ", ""))), 0)
    pages = len(numbers) + sum(line.page_start for line in lines)
    return {
        line.number
        for line in lines
        if counts[re.sub(r"\d+", "#", line.text)] >= max(2, min(3, pages))
        and line.number != first
        and (line.number in beside or is_number.fullmatch(line.text.replace(" ", "")))
        and not re.search("[。；]$", line.text)
        and not re.match(r"[（(【]?(?:责任|牵头|责任|責任|牽頭)", line.text)
        and not LABELLED.match(line.text)
    }


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(COMMON.findall(text[:2000])) > 10:
                return text
    readings = []
    for encoding in ENCODINGS:
        try:
            readings.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return readings[0]
    if readings:
        return max(readings, key=_likeness)
    best = charset_normalizer.from_bytes(data[:200_000]).best()
    if best is None:
        raise refusal(
            "认不出文字编码。请另存为 UTF-8 文本。",
            "The text's encoding is not known. Save the document as UTF-8 text.",
        )
    return data.decode(best.encoding, "replace")


def _likeness(text: str) -> float:
    """How much of a text is what official documents are made of; wrong encodings give rare characters."""
    sample = text[:20_000]
    rare = sum(unicodedata.category(char) in ("Co", "Cn") or "\ue000" <= char <= "\uf8ff" for char in sample)
    return len(COMMON.findall(sample)) - 5 * rare


def _rows(text: str) -> list[str]:
    return re.split(r"\r\n|\n|\r|\x85|\u2028|\u2029", text.replace("\x0b", "\n").replace("\f", "\n\f"))


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _is_indented(printed: str) -> bool:
    body = printed.lstrip("\f")
    return _width(body) - _width(body.lstrip()) >= 2


def _indentation(raw: list[tuple[int, str]]) -> bool:
    """Whether this text marks its paragraphs by an indentation."""
    lines = [line for _, line in raw if line.strip()]
    share = sum(map(_is_indented, lines)) / max(len(lines), 1)
    return 0.1 <= share <= 0.95


def _margin(raw: list[tuple[int, str]]) -> int:
    """The width from which a line counts as full, 0 where lines are not wrapped."""
    widths = sorted((_width(line.rstrip()) for _, line in raw if line.strip()), reverse=True)
    if len(widths) < 8 or not 40 <= widths[0] <= 110:
        return 0
    near = sum(width >= widths[0] - 6 for width in widths)
    return widths[0] - 6 if near >= 0.3 * len(widths) else 0


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _with_tables(source: Source, printed: dict[int, str]) -> Source:
    """The source with runs of lines that are drawn as rows put together."""
    blocks: list[Line | Table] = []
    run: list[tuple[Line, tuple[str, ...]]] = []

    def close() -> None:
        rows = [cells for _, cells in run if cells]
        if len(rows) >= 2 and len({len(cells) for cells in rows}) == 1:
            blocks.append(Table(tuple(rows), run[0][0].number, run[0][0].place))
        else:
            blocks.extend(line for line, _ in run)
        run.clear()

    for block in source.blocks:
        assert isinstance(block, Line)
        cells = _cells(printed[block.number])
        if cells is None or (run and cells and run[-1][1] and len(cells) != len(run[-1][1])):
            close()
        if cells is None:
            blocks.append(block)
        else:
            run.append((block, cells))
    close()
    source.blocks = blocks
    return source


def _cells(printed: str) -> tuple[str, ...] | None:
    """The cells of a line that is drawn as a row, none for a ruling, None for other lines."""
    content = printed.strip().strip("\u3000")
    if RULE.fullmatch(content) and re.search(r"[|｜│┃+─━┼]", content):
        return ()
    if len(re.findall(r"[|｜│┃]", content)) >= 2 or re.search(r"\S *[|｜│┃] *\S", content):
        return tuple(cell.strip() for cell in CELLS.split(content.strip("|｜│┃ ")))
    cells = [cell.strip() for cell in WIDE_GAP.split(content)]
    if ("\t" in content and len(cells) >= 2) or (len(cells) >= 3 and max(map(len, cells)) <= 60):
        return tuple(cells)
    return None
