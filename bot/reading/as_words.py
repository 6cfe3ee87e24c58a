"""A Reading in words, for a clerk who checks it."""

from __future__ import annotations

from bot.reading.reading import Annex, Clause, Reading, Unit

ROLES = {"responsible": "", "lead": "（牵头）", "assist": "（配合）"}
KINDS = {"policy": "政策文件", "repeal": "废止决定", "interpretation": "政策解读"}


def as_words(reading: Reading) -> str:
    """What was understood, part by part, and every doubt."""
    facts = reading.facts
    named = {
        "类型": KINDS[facts.kind],
        "文号": facts.number,
        "标题": facts.title,
        "印发的文件": facts.attached_title,
        "发文机关": facts.issuing_office,
        "批准": facts.approved_by,
        "成文日期": facts.dated,
        "印发日期": facts.printed_on,
        "公开": facts.disclosure,
        "施行日期": facts.in_force,
        "有效期至": facts.valid_until,
        "主送": "，".join(facts.addressees),
        "抄送": "，".join(facts.copied_to),
        "依据": "；".join(m.title for m in facts.bases),
        "代替": "；".join(m.number or m.title for m in facts.replaces),
        "废止": "；".join(m.number or m.title for m in facts.repeals),
    }
    lines = [f"{name}：{value}" for name, value in named.items() if value]
    lines.append(f"共{len(reading.chapters)}章（部分）、{len(reading.clauses)}条")
    shown: set[int] = set()
    for clause in reading.clauses:
        for chapter in reading.chapters:
            if chapter.number == clause.chapter and chapter.number not in shown:
                shown.add(chapter.number)
                lines.append(f"\n{chapter.label}{chapter.heading}")
        lines.append(_clause(clause))
    if reading.standing_rule:
        lines.append(f"\n各条另由以下单位落实：{'、'.join(reading.standing_rule)}")
    if reading.closing:
        lines.append(f"\n结尾段：{reading.closing.text}{_units(reading.closing.units)}")
    lines.extend(_annex(annex) for annex in reading.annexes)
    lines.extend(f"注：{note}" for note in reading.notes)
    lines.extend(f"\n问：{pair.question}\n答：{pair.answer}" for pair in reading.questions)
    if reading.doubts:
        lines.append(f"\n请核对以下{len(reading.doubts)}处：")
        lines.extend(
            f"  第{doubt.line}行：{doubt.message}" if doubt.line else f"  {doubt.message}" for doubt in reading.doubts
        )
    else:
        lines.append("\n没有疑问。")
    return "\n".join(lines)


def _clause(clause: Clause) -> str:
    status = {"deleted": "〔已删除〕", "held_back": "〔待核对，暂不引用〕", None: ""}[clause.status]
    heading = clause.heading or clause.text.replace("\n", "")[:24]
    return f"  {clause.label}{heading}（{len(''.join(clause.text.split()))}字）{status}{_units(clause.units)}"


def _annex(annex: Annex) -> str:
    status = "〔待核对，暂不引用〕" if annex.held_back else "" if annex.text else "（只有题名）"
    return f"{annex.label or '附件'}：{annex.title}{status}{_units(annex.units)}"


def _units(units: tuple[Unit, ...]) -> str:
    return " —— " + "、".join(unit.name + ROLES[unit.role] for unit in units) if units else ""
