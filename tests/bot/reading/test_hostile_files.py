"""Files that nobody should be able to hurt the reader with: each ends in a refusal within seconds."""

from __future__ import annotations

import shlex
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import DocumentError
from bot.reading import files as limits
from bot.reading.from_docx import MAX_PART_BYTES
from bot.reading.from_pdf import MAX_PAGES
from bot.reading.reader import read
from tests.bot.reading.files import paragraphs, write_docx, write_pdf
from tests.bot.reading.papers import RUNNING, paper

SECONDS = 20
MEMORY = 2 * 2**30


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (MAX_PART_BYTES + 1))


def lying_zip_bomb(path: Path) -> None:
    zip_bomb(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((MAX_PART_BYTES + 4).to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def entity_bomb(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(12))
    write_docx(path, ["<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>"], doctype=f"<!DOCTYPE x [{entities}]>")


def external_entity(path: Path) -> None:
    write_docx(
        path,
        ["<w:p><w:r><w:t>&e;</w:t></w:r></w:p>"],
        doctype='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    )


def deep_xml(path: Path) -> None:
    write_docx(path, ["<w:p>" * 5000 + "</w:p>" * 5000])


def many_cells(path: Path) -> None:
    row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>" * 50 + "</w:tr>"
    write_docx(path, ["<w:tbl>" + row * 1100 + "</w:tbl>"])


def encrypted_office(path: Path) -> None:
    path.write_bytes(limits.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def legacy_doc(path: Path) -> None:
    path.write_bytes(limits.OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"))


def spreadsheet(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")


def broken_docx(path: Path) -> None:
    write_docx(path, paragraphs(paper(RUNNING)))
    path.write_bytes(path.read_bytes()[:-200])


def no_xml(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "not xml")


def many_pages(path: Path) -> None:
    write_pdf(path, [[(90, 700, "一、第一条")]] * (MAX_PAGES + 1))


def thousand_pages(path: Path) -> None:
    write_pdf(path, [[(90, 700, "一、第一条")]] * 1000)


def scan(path: Path) -> None:
    write_pdf(path, [[]] * 3)


def pdf_bomb(path: Path) -> None:
    write_pdf(path, [[(90, 700, "一、第一条")]])
    data = path.read_bytes()
    start = data.index(b"/FlateDecode >>\nstream\n", data.index(b"6 0 obj")) + len(b"/FlateDecode >>\nstream\n")
    end = data.index(b"\nendstream", start)
    packed = zlib.compress(b" " * 400_000_000)
    length = f"/Length {end - start} ".encode()
    path.write_bytes(data[:start].replace(length, f"/Length {len(packed)} ".encode()) + packed + data[end:])


def broken_pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.4\n" + b"garbage " * 1000)


def encrypted_pdf(path: Path) -> None:
    write_pdf(path, [[(90, 700, "x")]])
    data = path.read_bytes()
    encryption = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> >> /ID [<00> <00>] "
    )
    path.write_bytes(data.replace(b"/Root 1 0 R", encryption + b"/Root 1 0 R"))


def deep_html(path: Path) -> None:
    path.write_text("<html><body>" + "<div>一" * 50_000, "utf-8")


def many_lines(path: Path) -> None:
    path.write_text("一、x。\n" * (limits.MAX_LINES + 1), "utf-8")


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(32)) * 100)


def empty(path: Path) -> None:
    path.write_bytes(b"  \n")


def folder(path: Path) -> None:
    path.mkdir()


def missing(path: Path) -> None:
    pass


def picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (zip_bomb, "过大"),
        (lying_zip_bomb, "DOCX"),
        (entity_bomb, "DOCX"),
        (external_entity, "DOCX"),
        (deep_xml, "DOCX"),
        (many_cells, "表格太大"),
        (encrypted_office, "密码"),
        (legacy_doc, "另存为 .docx"),
        (spreadsheet, "Excel"),
        (broken_docx, "损坏"),
        (no_xml, "DOCX"),
        (many_pages, "页数太多"),
        (thousand_pages, "页数太多"),
        (scan, "扫描件"),
        (pdf_bomb, "PDF"),
        (broken_pdf, "PDF损坏"),
        (encrypted_pdf, "密码"),
        (deep_html, "网页"),
        (many_lines, "太长"),
        (too_large, "太大"),
        (binary, "不是文本"),
        (empty, "空的"),
        (folder, "没有文件"),
        (missing, "没有文件"),
        (picture, "图片"),
    ],
)
def test_a_hostile_file_is_refused_in_seconds_with_what_to_do(
    make: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    path = tmp_path / ("page.html" if make is deep_html else "file")
    make(path)
    command = [sys.executable, "-m", "bot", "documents", "read", str(path), "--json"]
    bound = f"ulimit -v {MEMORY // 1024}; exec "
    done = subprocess.run(bound + shlex.join(command), shell=True, capture_output=True, text=True, timeout=SECONDS)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    external_entity(path)
    with pytest.raises(DocumentError) as refused:
        read(path)
    assert Path("/etc/hostname").read_text("utf-8").strip() not in str(refused.value)
