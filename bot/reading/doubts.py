"""The words in which doubts and refusals are told to a clerk: in Chinese, then in English, for each kind once."""

from __future__ import annotations

from bot.errors import DocumentError
from bot.reading.reading import Doubt

WORDS = {
    "gap": "{where}：编号不连续，前面缺{expected}，请对照原文。(numbering has a gap, {expected} is missing before it)",
    "again": "{where}：编号重复或倒退，此处应为{expected}，请对照原文。(number repeated or out of order, {expected} is expected here)",
    "first": "{where}：编号不从{expected}开始，前面可能缺内容。(numbering does not begin with {expected}, a part may be missing)",
    "spoilt label": "{where}：编号印作“{printed}”，按{expected}读，请对照原文。(label is printed {printed}, read as {expected})",
    "label inside": "{where}：编号不在行首，已从上一段中分开，请对照原文。(label stands in the middle of a line; split there)",
    "no label": "{where}之后有一段没有编号（“{text}”），可能漏了编号{expected}。(a paragraph without a label follows, {expected} may be missing)",
    "closing": "{where}之后没有编号的段落（“{text}”）当作结尾段，请核对。(taken as the closing)",
    "closings": "{where}之后有{count}段没有编号，都当作结尾段；可能漏了编号{expected}。({count} paragraphs follow, {expected} may be missing)",
    "unclosed": "{where}：括号没有闭合（“{text}”），责任单位或正文可能不完整。(a bracket is not closed, its text or units may be incomplete)",
    "units": "{where}：没有读到责任单位，请补充。(no responsible units found)",
    "units table": "{where}：责任单位列在表格中，请核对。(its responsible units stand in a table)",
    "units by paragraph": "{where}：各段各有责任单位，已合在一起，请核对。(its paragraphs name units of their own; they are put together)",
    "unit odd": "{where}：“{text}”不像单位名称，请核对责任单位。({text} does not look like a unit)",
    "after units": "{where}：责任单位之后还有文字（“{text}”），请核对是否属于本条。(text follows its list of units; look whether it belongs there)",
    "group itself": "{where}：同级的其他标题下都有编号的条款，这里没有，当作一条。(others of its level hold clauses; taken as a clause itself)",
    "heading joined": "{where}：标题由两行接成（“{text}”），请对照原文。(its heading was put together from two lines)",
    "furniture": "{where}：正文中似乎混入了页眉或页码（“{text}”），请对照原文。(a running header or page number seems to stand in its text)",
    "before": "“{text}”像是条款，但没有编号，当作前言，请对照原文。(looks like a clause without a label before the first one; taken as the opening)",
    "in chapter": "{where}之下“{text}”像是条款，但没有编号，请对照原文。(looks like a clause without a label under a chapter's heading)",
    "row": "{where}：条款列在表格中，每行当作一条，请核对。(the clauses are rows of a table; each row is taken as one)",
    "attached like": "“{text}”与通知标题中的文件名不完全一致，请核对。(differs a little from the title that the notice names)",
    "units above": "{where}：责任单位列在上级标题后，请核对。(its units stand behind the heading above it)",
    "units cut": "{where}：责任单位似乎没有列完（“{text}”），请核对。(its list of units seems cut off)",
    "suspect": "{where}：“{text}”疑为识别错误（可能是“{mended}”），原样保留，请对照原件。({text} looks like a scanning error for {mended})",
    "garbled": "{where}：有无法识别的字符“{text}”，请对照原件。(unreadable characters)",
    "sub-items": "{where}：其中分项编号不连续（“{text}”处），请对照原文。(numbering of its sub-items has a gap or repeats at {text})",
    "truncated": "{where}：最后一句没有写完（“{text}”），文件可能不完整。(the text breaks off, the file may be truncated)",
    "text missing": "{where}：只有标题，没有内容。(has a heading and no text)",
    "two bodies": "通知正文中也有编号的内容（“{text}”起），未作为条款。(the letter has numbered items of its own; they are no clauses here)",
    "deleted": "{where}：已删除。(is deleted)",
    "after end": "“{text}”在落款或附件说明之后，没有当作正文，请核对。(stands after the signature and was not read as part of the text)",
    "issued on": "“自印发之日起”按成文日期{dated}算，版记印发日期是{printed}，请核对施行日期。(counted from {dated}, the imprint says {printed})",
    "page date": "网页所载{what}是{stated}，正文读到的是{read}，请核对。(the page says {stated}, the text gives {read})",
    "no number": "没有找到文号。(no document number found)",
    "no title": "没有找到标题。(no title found)",
    "no date": "没有找到成文日期。(no date of issue found)",
    "repeal": "《{text}》只是部分条款停止执行，未列入废止文件。(only parts of {text} are repealed)",
    "lost": "{text}没有读入。(left out: {text})",
    "attached": "没有找到与标题一致的所印发文件题名（{text}）。(the attached document's title was not found)",
    "no chapter": "{where}：在第一个章节之前。(stands before the first chapter)",
    "empty chapter": "{where}：这一部分没有条款。(has no clauses)",
}


class Doubts:
    """Gathers doubts, each once."""

    def __init__(self) -> None:
        self._found: dict[Doubt, None] = {}

    def add(self, kind: str, line: int | None, **words: object) -> None:
        """Add a doubt of a kind (a key of WORDS) about a line; `words` fill its words."""
        self._found[Doubt(line, WORDS[kind].format(line=line, **words))] = None

    def all(self) -> tuple[Doubt, ...]:
        """All doubts, in the order of the lines; those of the whole document last."""
        return tuple(sorted(self._found, key=lambda doubt: (doubt.line is None, doubt.line or 0)))


def short(text: str, length: int = 16) -> str:
    """The beginning of `text`, for a message."""
    return text if len(text) <= length else text[:length] + "…"


def refusal(chinese: str, english: str) -> DocumentError:
    """What is raised for a file that is not taken in: what is the matter, and what to do, in both languages."""
    return DocumentError(f"{chinese}\n({english})", "refused", chinese)
