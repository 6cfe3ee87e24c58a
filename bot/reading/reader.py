"""Reads a file: the way from its lines to a Reading, and what is refused on it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot.reading.annexes import AnnexReader
from bot.reading.doubts import Doubts, refusal, short
from bot.reading.facts import FactReader, mentions_in
from bot.reading.files import open_file
from bot.reading.lines import Folding, Line, Source, Table, bare
from bot.reading.outline import TYPES, Divider, Outline
from bot.reading.paragraphs import Joiner, Paragraph
from bot.reading.questions import questions_of
from bot.reading.reading import DocumentKind, Mention, Reading
from bot.reading.structure import Builder
from bot.reading.units import standing_rule

REPEALS = re.compile(
    r"关于(?:宣布|公布)?.{0,4}(?:废止|宣布失效|停止执行|清理.{0,24}(?:文件|规章|法规|政策|规定)).{0,80}(?:决定|通知|公告|通告)"
    r"|废止.{0,40}的(?:决定|通知|公告)"
)
NAMES_UNITS = re.compile(
    "(?:责任|牵头|配合|主办|协办)(?:单位|部门)[^的要应及和与、，。；或按在将可负须需会对根依认]|承办(?:单位|部门) *[：】]"
)
"""Where a document lists responsible units, and does not only speak of them."""
INTERPRETS = re.compile(r"解读|答记者问|政策问答|问答|一问一答|常见问题|问题解答|[\d一二三四五六七八九十百]问$")
OTHER_KINDS = re.compile(r"合同|协议书|新闻|报道|讲话|致辞|总结|会议纪要|菜谱|作文|说明书|招聘|简历|日记|邀请函|请柬")
PLACE = re.compile(
    "((?:[\u4e00-\u9fff]{2,4}?(?:自治区|[省市]))?)([\u4e00-\u9fff]{2,4}?)(?:自治[区州县]|[省市县縣区區州旗盟])(?!级|级以|场)"
)
"""The place whose document it is (松屏县, 望海市松屏县), at the beginning of a head."""
ISSUED_BY = re.compile(
    r".{4,60}(?:局|委|办|厅|部|院|会|中心|政府|办公室|办公厅|委员会)关于.{4,160}(?:通告|公告|通知|决定|意见)$"
)
"""A title that begins with who issues it."""
POLICY_WORDS = re.compile(
    r"责任单位|牵头单位|施行|印发|贯彻|本(?:办法|规定|措施|意见|方案|细则|条例|通知|决定)|各有关单位|主管部门|主管机关|人民政府|本法"
)


def read(path: Path) -> Reading:
    """What is understood of the document in a file: text, DOCX, PDF or HTML.

    Raises DocumentError, in words for a clerk, for a file that cannot be read or is no policy document.
    """
    return read_source(open_file(path))


def read_source(source: Source) -> Reading:
    """What is understood of converted lines.

    Raises DocumentError for what is no policy document.
    """
    texts = [
        block.text if isinstance(block, Line) else "".join("".join(row) for row in block.rows)
        for block in source.blocks
    ]
    folding, doubts = Folding([*texts, *source.hints.values(), *source.notes]), Doubts()
    for lost in source.lost:
        doubts.add("lost", lost.number, text=lost.what)
    outline = Divider(folding, doubts, source.hints).divide(source.blocks)
    listed = {bare(item) for item in outline.annex_items}
    outline.annex_items.extend(item for item in source.attachments if bare(item) not in listed)
    title = folding.key(bare(outline.title or source.hints.get("title", "")))
    if INTERPRETS.search(title):
        return _interpretation(source, outline, folding, doubts, texts)
    joiner = Joiner(folding, doubts)
    paragraphs = joiner.join(outline.body)
    joiner.tell_cut_labels(paragraphs)
    outside = [block for annex in outline.annexes for block in annex if isinstance(block, Table)]
    names_units = bool(NAMES_UNITS.search(folding.key("".join(texts))))
    body = Builder(folding, doubts, names_units, _place(outline)).build(paragraphs, outside)
    kind: DocumentKind = "repeal" if REPEALS.search(title) else "policy"
    letter = "\n".join(p.text for p in joiner.join(outline.letter) if isinstance(p, Paragraph))
    preamble = "\n".join(p.text for p in body.preamble)
    annexes = AnnexReader(folding, doubts, _place(outline)).read(outline)
    facts = FactReader(folding, doubts, source.hints).read(
        outline,
        kind,
        "\n".join(text for text in (letter, preamble) if text),
        [
            *(clause.text for clause in body.clauses),
            *(text for chapter in body.chapters for text in (chapter.heading, chapter.text)),
            *([body.closing.text] if body.closing else []),
            *(annex.text for annex in annexes if kind == "repeal"),
        ],
        [row for block in source.blocks if isinstance(block, Table) for row in block.rows[1:]],
    )
    reading = Reading(
        facts=replace(facts, place=_place(outline)),
        letter=letter,
        preamble=preamble,
        chapters=tuple(body.chapters),
        clauses=tuple(body.clauses),
        standing_rule=body.standing_rule
        or next(filter(None, (standing_rule(t, folding.key(t)) for t in letter.split("\n"))), ()),
        closing=body.closing,
        tables=tuple(body.tables),
        annexes=annexes,
        notes=tuple(source.notes),
        lines=tuple(texts),
    )
    _refuse_what_is_no_policy(reading, title, "\n".join(texts), folding)
    return replace(_with_headers_told(reading, doubts), doubts=doubts.all())


def _interpretation(source: Source, outline: Outline, folding: Folding, doubts: Doubts, texts: list[str]) -> Reading:
    """Questions and answers about another document."""
    lines = [block for block in source.blocks if isinstance(block, Line)]
    pairs = questions_of(lines, folding)
    title = outline.title or source.hints.get("title", "")
    if len(pairs) < 2:
        raise refusal(
            f"这不是政策文件，是对政策的解读（{short(title, 40)}），也没有一问一答的形式。请放入政策文件本身。",
            "This is not a policy document but an interpretation of one, and not in questions and answers. Bring the document itself.",
        )
    facts = FactReader(folding, doubts, source.hints).read(outline, "interpretation", "", [], [])
    return Reading(
        facts=replace(facts, in_force=None, valid_until=None, interprets=_interpreted(texts, folding, title)),
        questions=tuple(pairs),
        notes=tuple(source.notes),
        doubts=doubts.all(),
        lines=tuple(texts),
    )


def _interpreted(texts: list[str], folding: Folding, title: str) -> Mention | None:
    whole = "".join(texts)
    found = [*mentions_in(whole, folding.key(whole))]
    named = [mention for mention in found if bare(mention.title) in bare(title) and mention.number]
    return next(iter(named), None) or next((m for m in found if m.number), None) or next(iter(found), None)


def _place(outline: Outline) -> str:
    """The name of the place whose document it is, without 省, 市 or 县."""
    heads = [outline.title or "", *(line.text for line in outline.head), *(line.text for line in outline.signed)]
    found = [match[2] for head in heads if (match := PLACE.match(head))]
    return found[0] if found else ""


def _with_headers_told(reading: Reading, doubts: Doubts) -> Reading:
    """The reading, with clauses held back in which the document's own number stands: a running header was read as their text."""
    number = reading.facts.number
    clauses = list(reading.clauses)
    for place, clause in enumerate(clauses):
        if number and number in bare(clause.text):
            doubts.add("furniture", clause.line, where=clause.label + (clause.heading or ""), text=number)
            clauses[place] = replace(clause, status=clause.status or "held_back")
    return replace(reading, clauses=tuple(clauses))


def _refuse_what_is_no_policy(reading: Reading, title: str, text: str, folding: Folding) -> None:
    """Raises DocumentError unless the document has clauses, or repeals others, and looks like an official one."""
    facts = reading.facts
    if not reading.clauses and not (facts.kind == "repeal" and facts.repeals):
        raise refusal(
            f"这不像政策文件：没有找到条款（一、（一）第一条 等编号），开头是“{short(text.strip(), 20)}”。请核对文件。",
            "This is not a policy document: no clauses (一、（一）第一条) were found. Look whether it is the right file.",
        )
    key = folding.key(text)
    key_of = folding.key
    signs = [
        facts.number is not None,
        bool(title) and not OTHER_KINDS.search(title),
        facts.issuing_office is not None and facts.dated is not None,
        bool(facts.addressees),
        len(POLICY_WORDS.findall(key)) >= 2,
        any(clause.units for clause in reading.clauses),
    ]
    named_place = re.match(rf".{{0,12}}[省市县区州旗盟乡镇].{{2,80}}(?:{TYPES})", title)
    signs.append(bool(named_place) and not OTHER_KINDS.search(title))
    signs.append(bool(ISSUED_BY.match(title)))
    signs.append(sum(key_of(clause.label).endswith("条") for clause in reading.clauses) > 4)
    official = facts.number is not None or (
        facts.issuing_office is not None and bool(facts.addressees or facts.disclosure)
    )
    if (sum(signs) < 3 and not official) or (title and OTHER_KINDS.search(title) and facts.number is None):
        raise refusal(
            f"这不像政策文件：没有文号、发文机关等公文要素，开头是“{short(text.strip(), 20)}”。请核对文件。",
            "This is not a policy document: it has no number, issuing office or the like. Look whether it is the right file.",
        )
