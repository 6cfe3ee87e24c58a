"""How clauses look on the desk: as JSON, as cells of a table, as a text to paste, and as pieces of a page. Only facts, no markup."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from bot.answers.lookup import Hit
from bot.answers.memory import Memory
from bot.answers.narrowing import Narrowing, Option
from bot.answers.outcome import Given, as_answer, citation, in_columns, title
from bot.channels.desk.search import Searched
from bot.clauses.models import Amount, Binding, Chapter, Clause, Force, Passage
from bot.clauses.store import ClauseStore
from bot.helpdesk.proposals import REASONS as LEARNED
from bot.text.script import Script, to_script

DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a cell may not begin with: a spreadsheet would take it for a formula."""
BINDINGS = {
    Binding.RIGHT: "明確權益",
    Binding.DUTY: "單位義務",
    Binding.AIM: "工作方向",
    Binding.ENCOURAGED: "鼓勵或允許",
    Binding.EXPLORED: "探索或試行",
}
FORCES = {Force.FIRM: "硬性規定", Force.ENCOURAGED: "鼓勵", Force.EXPLORATORY: "探索"}
GROUPS = {
    "taiwan": "台灣居民",
    "returnee": "留學人員",
    "graduate": "高校畢業生",
    "veteran": "退役軍人",
    "migrant": "進城務工人員",
    "scientist": "科研人員",
    "teacher": "教師",
    "medic": "醫衛人員",
    "company": "企業",
    "skilled": "技能人才",
    "hardship": "困難群眾",
    "woman": "婦女",
    "child": "兒童",
    "grassroots": "基層人員",
    "freelancer": "靈活就業人員",
}
"""What the groups of people of nlu/groups.yml are called on the pages."""
REASONS = {
    "place": "這是別的地方的政策",
    "form": "文件沒有表格、電話、地址、時間和材料",
    "own_file": "看不到個人的申請和檔案",
    "price": "文件沒有行情、價格和排名",
    "forecast": "文件不作預測",
    "document": "那是別的文件",
    "fact": "文件沒有寫這個事實",
    "answer": "文件沒有寫這件事",
    "opinion": "不作評論",
    "service": "這項業務不在文件裡",
    "offtopic": "與政策無關",
    "injection": "想改變助手的話",
    "gibberish": "看不懂",
    "no_subject": "沒有說是哪件事",
    "no_such": "文件沒有這一條、這一部分或這個附件",
    "narrowed": "問的是別的文件，這裡只查選定的那一份",
}
"""Why the assistant would say no, for the staff to see."""
IN_CHAT = {
    "answer": "助手會引用原文回答",
    "departments": "助手會答責任單位",
    "citation": "助手會答出處",
    "full_text": "助手會給全文",
    "list": "助手會列出條文",
    "clarify": "助手會反問是哪一條",
    "smalltalk": "助手會當作寒暄",
    "document": "助手會說文件本身的情況",
    "handoff": "助手會轉給人",
    "no_answer": "助手會說「不」",
}
"""What the assistant would do, by the kind of its reply, for the staff to see."""
REFUSALS = {reason: words for reason, words in REASONS.items() if reason in LEARNED}
"""Those of them that a clerk may give: what can be learned."""


@dataclass(frozen=True)
class Piece:
    """A part of a quote, and whether it is what was looked for."""

    text: str
    marked: bool


def pieces(quote: str, marks: Iterable[tuple[int, int]], script: Script) -> list[Piece]:
    """`quote` in `script`, cut where what is marked begins and ends."""
    shown = to_script(quote, script) if script == "hant" else quote
    if len(shown) != len(quote):  # the spans would not fit
        return [Piece(in_columns(shown), False)]
    found, end = [], 0
    for start, stop in marks:
        found += [Piece(shown[end:start], False), Piece(shown[start:stop], True)]
        end = stop
    return [replace(piece, text=in_columns(piece.text)) for piece in [*found, Piece(shown[end:], False)] if piece.text]


def address(clause: Clause, passage: str = "") -> str:
    """The permanent address of a clause, or of the passage whose key is given."""
    anchor = f"#p{passage.rpartition('/')[2]}" if passage else ""
    return f"/desk/clauses/{clause.key}{anchor}"


def strength(quoted: Given | Passage, clause: Clause, store: ClauseStore) -> tuple[str, str]:
    """How binding what is quoted of `clause` is, as its name and in words: as readers found, or by its words where they have not labelled
    the document; empty for a heading or an opening of one that they have.
    """
    if quoted.binding:
        return quoted.binding.value, BINDINGS[quoted.binding]
    return ("", "") if store.is_labelled(clause.document) else (quoted.force.value, FORCES[quoted.force])


def chapter_title(chapter: Chapter | None) -> str:
    """A chapter's label and heading; "" for none."""
    return f"{chapter.label}{chapter.heading}" if chapter else ""


def to_paste(quote: str, clause: Clause, store: ClauseStore, script: Script, table_head: str = "") -> str:
    """A plain text to paste elsewhere: the words of the document, the units, the citation, in `script`. A row of a table and its
    `table_head` stay parted by tabs, which a spreadsheet takes for cells.
    """
    head = [f"表头：\n{table_head}"] if table_head else []
    units = [f"责任单位：{'、'.join(clause.departments)}"] if clause.departments else []
    text = "\n".join([*head, f"「{quote}」", *units, f"出处：{citation(clause, store)}"])
    return to_script(text, script) if script == "hant" else text


def searched_as_json(searched: Searched, narrowing: Narrowing, store: ClauseStore) -> dict[str, Any]:
    """A look-up as /desk/openapi.json describes it."""
    found, question, voice = searched.found, searched.question, Memory()
    return {
        "kind": found.kind,
        "script": (question and question.script) or voice.script,
        "language": (question and question.language) or voice.language,
        "refused": found.refused or None,
        "answers": [hit_as_json(hit, store) for hit in found.hits if hit.judged],
        "nearest": [hit_as_json(hit, store) for hit in found.hits if not hit.judged],
        "choices": [],
        "total": found.total,
        "judged": found.judged,
        "first": found.first,
        "anywhere": found.anywhere,
        "in_chat": found.in_chat or None,
        "refused_in_chat": found.refused_in_chat or None,
        "taken": [{"typed": taken.typed, "meant": taken.meant} for taken in searched.taken],
        "suggested": list(searched.suggested),
        "narrowing": {name: plain(value) for name, value in narrowing.chosen().items()},
        "options": {name: [_option(option) for option in options] for name, options in found.options.items()},
    }


def hit_as_json(hit: Hit, store: ClauseStore) -> dict[str, Any]:
    """A clause that was found."""
    return {
        **as_answer(hit.given, store),
        "key": hit.given.clause.key,
        "passage": hit.passage or None,
        "url": address(hit.given.clause, hit.passage),
        "probability": None if hit.probability is None else round(hit.probability, 4),
        "marks": [list(span) for span in hit.marks],
        "amounts": [amount_as_json(amount) for amount in hit.amounts],
        "groups": list(hit.groups),
        "named_departments": list(hit.named),
        "in_chat": hit.in_chat or None,
    }


def amount_as_json(amount: Amount) -> dict[str, Any]:
    """An amount that the document states."""
    return {"low": amount.low, "high": amount.high, "unit": amount.unit, "text": amount.text}


def clause_as_json(clause: Clause, store: ClauseStore) -> dict[str, Any]:
    """A whole clause, with its passages."""
    passages = store.passages(clause.key)
    document = store.document(clause.document)
    return {
        "key": clause.key,
        "document": document.number,
        "clause": clause.number,
        "label": clause.label,
        "annex": clause.annex,
        "heading": clause.heading,
        "chapter": clause.chapter,
        "text": clause.text,
        "departments": list(clause.departments),
        "also_carried_out_by": list(clause.also_carried_out_by),
        "citation": citation(clause, store),
        "url": address(clause),
        "passages": [
            {
                "key": passage.key,
                "text": passage.text,
                "table_head": passage.table_head,
                "force": passage.force.value,
                "binding": passage.binding and passage.binding.value,
                "amounts": [amount_as_json(amount) for amount in passage.amounts],
                "groups": list(passage.groups),
            }
            for passage in passages
        ],
    }


HIT_COLUMNS = (
    "文号",
    "条",
    "标题",
    "部分",
    "表头",
    "原文",
    "效力",
    "数额",
    "责任单位",
    "人群",
    "写明所问",
    "助手会给出",
    "出处",
    "网址",
)


def hit_cells(hit: Hit, store: ClauseStore) -> list[str]:
    """The cells of HIT_COLUMNS for a clause that was found, in the source's script."""
    clause = hit.given.clause
    return [
        store.document(clause.document).number,
        clause.label or title(clause),
        clause.heading,
        str(clause.chapter or ""),
        hit.given.table_head,
        hit.given.quote,
        to_script(strength(hit.given, clause, store)[1], "hans"),
        "、".join(amount.text for amount in hit.amounts),
        "、".join(clause.departments),
        to_script("、".join(GROUPS[group] for group in hit.groups), "hans"),
        "是" if hit.given.stated else "否",
        "是" if hit.judged else "否",
        citation(clause, store),
        address(clause, hit.passage),
    ]


CLAUSE_COLUMNS = ("文号", "条", "标题", "部分", "全文", "数额", "责任单位", "人群", "出处", "网址")


def clause_cells(clause: Clause, store: ClauseStore) -> list[str]:
    """The cells of CLAUSE_COLUMNS, in the source's script."""
    passages = store.passages(clause.key)
    return [
        store.document(clause.document).number,
        clause.label or title(clause),
        clause.heading,
        str(clause.chapter or ""),
        clause.text,
        "、".join(amount.text for passage in passages for amount in passage.amounts),
        "、".join(clause.departments),
        to_script("、".join(dict.fromkeys(GROUPS[g] for passage in passages for g in passage.groups)), "hans"),
        citation(clause, store),
        address(clause),
    ]


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file `name`.csv that spreadsheets open as what it is: UTF-8 with its mark, and no cell that would be a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def harmless(cell: str) -> str:
    """`cell`, which no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def plain(value: Any) -> Any:
    """A value of Narrowing as JSON and addresses have it."""
    return value.value if isinstance(value, (Binding, Force)) else value


def _option(option: Option) -> dict[str, Any]:
    return {"value": plain(option.value), "count": option.count, "chosen": option.chosen}
