"""Lines -> head, letter, body, imprint and annexes of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bot.reading.doubts import Doubts, short
from bot.reading.labels import label_of
from bot.reading.lines import FILE, Folding, Line, Table, bare, squeezed

LIKE_TITLE = 0.85
"""How alike a title must be to the one that the notice names."""
SIGNERS = 20
"""The most offices that sign a document together."""
TYPES = (
    "通知|意见|决定|办法|规定|公告|通告|批复|命令|令|通报|条例|细则|措施|方案|规划|纲要|要点"
    r"|计划|规程|规则|指南|制度|政策|准则|标准|章程|清单|指引|规范|预案|目录|解读|解答|问答|[\d一二三四五六七八九十]问|函|法"
)
SUFFIX = "(?: *[（〔【《][^（）〔〕【】]{1,24}[）〕】》])*"
ISSUES = re.compile(rf"关于.{{2,160}}(?:{TYPES}){SUFFIX}$")
PLAIN = re.compile(rf"[^。；：！？]{{2,120}}(?:{TYPES}){SUFFIX}$")
DAY = r"[\dOolI]{1,2}|[一二三四五六七八九十]{1,3}"
YEAR = r"[\dOolI〇○零]{4}|[〇○零O一二三四五六七八九]{4}|(?:中华)?民国 *(?:\d{1,3}|[一二三四五六七八九十百]{1,5})"
DATE = re.compile(rf"({YEAR}) *年 *({DAY}) *月 *({DAY}) *日")
NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,12} *[〔（【] *[\dOolI〇]{4} *[〕）】] *(?:第 *)?[\dOolI〇]{1,5} *号"
    r"|[\u4e00-\u9fff]{1,12}字 *第 *\d{4,12} *号"
    r"|[\u4e00-\u9fff]{0,12}令 *(?:[〔（【] *\d{4} *[〕）】] *)?第? *[\d一二三四五六七八九十百]{1,5} *号"
)
OFFICE = re.compile(
    r"(?:政府|办公室|办公厅|委员会|局|委|厅|部|院|会|处|办|署|社|中心|支队|总队|银行|联合会|指挥部|领导小组)(?: *[（(].{1,12}[）)])?$"
)
ADDRESSEES = re.compile(r"[^。！？]{2,400}：$")
DISCLOSURE = re.compile(
    r"（? *此件 *(.+?) *）?$|(?:信息)?公开(?:属性|方式|选项|类别|类型)：? *([\u4e00-\u9fff]{2,8}公开[\u4e00-\u9fff]{0,4})$"
)
SIGNATURE = re.compile(
    r" *(?:代?(?:市|县|区|省|州) *长|主任|局长|厅长) *：? *[\u4e00-\u9fff]{1,2} *[\u4e00-\u9fff]{1,3} *$"
)
COPIED = re.compile(r"抄[送报][：]|抄送 |分送：|主送：")
PRINTED = re.compile(r"印发 *$|印制 *$|共印")
ANNEX_ALONE = re.compile(r"附 *[件表录] *[-—]? *([\d一二三四五六七八九十]{0,3}) *[：.]?$")
ANNEX_LIST = re.compile(r"附 *[件表录] *([\d一二三四五六七八九十]{0,3}) *[：.、]? *(?=\S)")
SITE = re.compile(r"[^《关]{2,20}(?:政府|门户)网(?:站)?(?:[-_—|·]|政策|政务|首页|$)")
"""The name of a site above a page's title."""
ORDER = re.compile(r"([\u4e00-\u9fff]{2,20}令)(?:（.{1,8}）)?")
"""The head of a government's order, whose number stands below it and which brings a document with a title of its own."""
HEAD_MARK = re.compile(r"(?:文件|公报)(?: *[（〔【].{1,8}[）〕】])? *$")
CONTENTS = re.compile(r"[【〔]? *目 *[录次] *[】〕]?$")
META = re.compile(
    r"(?:发布(?:时间|日期|机构)|来源|索 *引 *号|浏览次数|字号|发文(?:机关|机构|字号|日期)|内容概述|成文日期|主题分类|有效性|文 *号|标 *题|公开日期"
    r"|生成日期|责任编辑|信息来源|统一编号|(?:实施|施行|生效|失效)日期|发布机关|文件状态)[：\s]"
)


@dataclass
class Outline:
    """The parts of a document, as lines."""

    head: list[Line] = field(default_factory=list)
    letter: list[Line] = field(default_factory=list)
    body: list[Line | Table] = field(default_factory=list)
    tail: list[Line] = field(default_factory=list)
    annex_items: list[str] = field(default_factory=list)
    annexes: list[list[Line | Table]] = field(default_factory=list)
    title: str | None = None
    attached_title: str | None = None
    addressees: str | None = None
    signed: list[Line] = field(default_factory=list)
    """Offices and date of the signature."""


class Divider:
    """Divides the lines of a document into its parts."""

    def __init__(self, folding: Folding, doubts: Doubts, hints: dict[str, str]) -> None:
        self._folding = folding
        self._doubts = doubts
        self._hints = hints

    def divide(self, blocks: Sequence[Line | Table]) -> Outline:
        """The parts of `blocks`."""
        outline = Outline()
        blocks = self._without_contents(list(blocks))
        lines = [block for block in blocks if isinstance(block, Line)]
        title_end = self._find_title(lines, outline)
        start = self._body_start(blocks, lines, title_end, outline)
        self._read_head(blocks[:start], title_end, outline)
        self._divide_rest(blocks[start:], outline)
        return outline

    def _key(self, line: Line) -> str:
        return self._folding.key(line.text)

    def _labelled(self, line: Line) -> bool:
        label = label_of(line.text, self._key(line))
        return label is not None and (label.end < len(line.text) or label.kind in ("part", "chapter", "article"))

    # title

    def _find_title(self, lines: Sequence[Line], outline: Outline) -> int:
        """Find the title; the place after it in `lines`."""
        first_label = next((place for place, line in enumerate(lines) if self._labelled(line)), len(lines))
        area = lines[: max(min(first_label, 60), min(len(lines), 3))]
        for pattern, orders in ((ISSUES, False), (PLAIN, False), (PLAIN, True)):
            for start in range(len(area)):
                if not orders and ORDER.fullmatch(bare(self._key(area[start]))):
                    continue
                if (end := self._title_at(area, start, pattern)) is not None:
                    title = "".join(squeezed(line.text) for line in area[start:end])
                    outline.title = title[_inside_marks(self._folding.key(title))]
                    return 0 if self._is_issued(outline) else end
        if "title" in self._hints:
            outline.title = self._hints["title"]
        return 0

    def _is_issued(self, outline: Outline) -> bool:
        """Whether the title that was found is of what the page's own title issues, which is the document's then."""
        notice = self._folding.key(bare(self._hints.get("title", "")))
        found = _folded_title(self._folding.key(bare(outline.title or "")))
        if found == _folded_title(notice) or _folded_title(_attached(notice) or "") != found:
            return False
        outline.title = squeezed(self._hints["title"])
        return True

    def _title_at(self, area: Sequence[Line], start: int, pattern: re.Pattern[str]) -> int | None:
        joined, another = "", False
        for end in range(start, min(start + 6, len(area))):
            key = bare(self._key(area[end]))
            if (
                re.search("[。；！？：]", key)
                or META.match(self._key(area[end]))
                or DATE.fullmatch(key)
                or NUMBER.fullmatch(key)
                or SITE.match(key)
            ):
                return None
            if CONTENTS.fullmatch(key) or (key.startswith("（") and len(key) > 24):
                return None
            if HEAD_MARK.search(key) and not joined and "关于" not in key:
                return None
            if pattern is ISSUES and "关于" in key and "关于" not in joined and another:
                return None  # a title of its own stands above this one
            joined += key
            joined = joined[_inside_marks(joined)]
            another = another or bool(PLAIN.fullmatch(joined))
            if not pattern.fullmatch(joined) and not (
                pattern is ISSUES and re.match(r"[^关]{0,60}关于", joined) and ISSUES.search(joined)
            ):
                continue
            if len(joined) > 160 or (pattern is ISSUES and not re.match(".{0,60}?关于", joined)):
                return None
            if _open(joined) or not self._is_title_end(area, end, joined):
                continue
            if end > start and self._stands_above(area[start]) and self._title_at(area, start + 1, pattern) == end + 1:
                return None
            return end + 1
        return None

    def _stands_above(self, line: Line) -> bool:
        """Whether a line is a word of the site (返回顶部, 政策动态) and no beginning of a title, which names an office or goes on."""
        key = bare(self._key(line))
        return bool(re.match("返回|首页|正文|打印", key)) or (
            len(key) <= 8 and not (OFFICE.search(key) or re.search("关于|[的和及与、省市县区州旗盟]$", key))
        )

    def _is_title_end(self, area: Sequence[Line], end: int, joined: str) -> bool:
        """A title that goes on in the next line, as 关于印发…规定 / 的通知."""
        if end + 1 >= len(area):
            return True
        following = bare(self._key(area[end + 1]))
        if "关于印发" in joined or "关于公布" in joined or "关于转发" in joined:
            return bool(re.search(rf"的?(?:通知|决定|公告|函|通告|批复){SUFFIX}$", joined))
        return not re.match(r"的(?:通知|意见|决定|公告|通告|批复|函)", following) and not (
            len(following) <= 20 and re.match(r"（(?:试行|暂行|修订|\d{4})", following)
        )

    # where the body begins

    def _body_start(
        self, blocks: Sequence[Line | Table], lines: Sequence[Line], title_end: int, outline: Outline
    ) -> int:
        places = {line.number: place for place, line in enumerate(blocks) if isinstance(line, Line)}
        if outline.title and (attached := _attached(self._folding.key(outline.title))):
            found = self._find_attached(lines, title_end, attached) or self._find_like(lines, title_end, attached)
            if found is not None:
                start, end = found
                outline.attached_title = "".join(squeezed(line.text) for line in lines[start:end])
                return places[lines[end - 1].number] + 1
            span = self._folding.key(outline.title).find(attached)
            outline.attached_title = outline.title[span : span + len(attached)] if span >= 0 else attached
            self._doubts.add("attached", None, text=outline.attached_title)
        again = self._find_attached(lines, title_end, self._folding.key(outline.title)) if outline.title else None
        if again is not None and again[1] < len(lines):
            title_end = again[1]
        while title_end and title_end + 1 < len(lines) and self._is_furniture(lines[title_end]):
            title_end += 1
        if signed := self._signature_end(lines, title_end):
            start, end = signed
            if end > start and outline.attached_title is None:
                outline.attached_title = "".join(squeezed(line.text) for line in lines[start:end])
            return places[lines[end - 1].number] + 1
        for place in range(title_end, min(len(lines), title_end + 25)):
            line = lines[place]
            if self._labelled(line):
                return places[line.number]
            if self._address(lines[title_end : place + 1]):
                return places[line.number] + 1
            if re.search("。$", self._key(line)):
                return places[line.number]
        return places[lines[title_end - 1].number] + 1 if title_end else 0

    def _is_furniture(self, line: Line) -> bool:
        """Whether a line below the title is its number, a date, or a fact of the page."""
        key = self._key(line)
        return bool(NUMBER.fullmatch(bare(key)) or DATE.fullmatch(bare(key)) or META.match(key))

    def _signature_end(self, lines: Sequence[Line], after: int) -> tuple[int, int] | None:
        """The places where a signature ends before the first label and where the title below it does; None where none stands there.

        What follows the signature is what the letter above it brings.
        """
        for place in range(after + 1, len(lines)):
            key = bare(self._key(lines[place]))
            if self._labelled(lines[place]):
                return None
            by_head = bool(SIGNATURE.match(self._key(lines[place - 1])))
            if not DATE.fullmatch(key) or not (by_head or _offices(lines[after:place], self._folding)):
                continue
            first = next((at for at in range(place, len(lines)) if self._labelled(lines[at])), None)
            if first is None or any(
                self._is_imprint(line) or ANNEX_LIST.match(self._key(line)) for line in lines[place + 1 : first]
            ):
                return None  # it ends the document
            start = place + 1
            while start < len(lines) and re.fullmatch("（[^（）]{2,40}）", bare(self._key(lines[start]))):
                start += 1
            end = start
            while (
                end < min(len(lines), start + 4)
                and not self._labelled(lines[end])
                and _looks_like_title(bare(self._key(lines[end])))
                and not re.match("（|目 *录", self._key(lines[end]))
            ):
                end += 1
            while end > start and not PLAIN.fullmatch(bare("".join(self._key(line) for line in lines[start:end]))):
                end -= 1
            return start, end
        return None

    def _address(self, lines: Sequence[Line]) -> str | None:
        """The addressees with which `lines` end, which a narrow page may have cut; None where they do not."""
        start = len(lines) - 1
        if META.match(re.sub("^[•·◆] *", "", self._key(lines[-1]))):
            return None
        if not bare(self._key(lines[-1])).endswith("："):
            return None
        while start and not lines[start].gap and re.match("各|[^。：]{2,60}[，、]", bare(self._key(lines[start - 1]))):
            start -= 1
            if lines[start].text.startswith("各"):
                break
        text = "".join(line.text for line in lines[start:])
        key = bare(self._folding.key(text))
        named = re.search("政府|部门|单位|局|委|办|公司|各|院|企业|机构|厅|会|街道|乡镇", key)
        return text if named and ADDRESSEES.fullmatch(key) and not re.search("如下|附件", key) else None

    def _find_attached(self, lines: Sequence[Line], after: int, attached: str) -> tuple[int, int] | None:
        wanted = _folded_title(attached)
        for start in range(after, len(lines)):
            joined = ""
            for end in range(start, min(start + 6, len(lines))):
                joined += _folded_title(self._key(lines[end]))
                if not wanted.startswith(joined) and not joined.startswith(wanted):
                    break
                if joined == wanted or re.fullmatch(re.escape(wanted) + SUFFIX, joined):
                    more = lines[end + 1] if end + 1 < len(lines) else None
                    if more and re.fullmatch(
                        r"[（〔][^（）]{1,20}(?:试行|修订|暂行|修正|稿|年)[^（）]{0,8}[）〕]", bare(self._key(more))
                    ):
                        return start, end + 2
                    return start, end + 1
        return None

    def _find_like(self, lines: Sequence[Line], after: int, attached: str) -> tuple[int, int] | None:
        """Lines that are the attached title but for a few characters; told."""
        wanted = _folded_title(attached)
        for start in range(after, len(lines)):
            if self._labelled(lines[start]):
                return None
            joined = ""
            for end in range(start, min(start + 4, len(lines))):
                key = self._key(lines[end])
                joined += _folded_title(key)
                if re.search("[。；：]", key) or len(joined) > len(wanted) + 12:
                    break
                if SequenceMatcher(None, joined, wanted).ratio() >= LIKE_TITLE:
                    self._doubts.add("attached like", lines[start].number, text=short(lines[start].text, 40))
                    return start, end + 1
        return None

    # head

    def _read_head(self, blocks: Sequence[Line | Table], title_end: int, outline: Outline) -> None:
        lines = [block for block in blocks if isinstance(block, Line)]
        for block in blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    for name, value in zip(row[::2], row[1::2], strict=False):
                        self._hints.setdefault(bare(name).rstrip("：:"), value)
        addressed = None
        for place in range(title_end, len(lines)):
            if address := self._address(lines[title_end : place + 1]):
                outline.addressees, addressed = address, place
                break
        in_letter = addressed is not None
        attached = _folded_title(self._folding.key(f"{outline.attached_title or ''}\n{outline.title or ''}"))
        labelled: Line | None = None
        for place, line in enumerate(lines):
            key = bare(self._key(line))
            if (
                (place < title_end and not key.endswith("。"))
                or (addressed is not None and place <= addressed)
                or DATE.fullmatch(key)
                or DISCLOSURE.fullmatch(key)
                or META.match(self._key(line))
            ):
                outline.head.append(line)
            elif COPIED.match(key) or PRINTED.search(key):
                outline.tail.append(line)
            elif (match := ANNEX_LIST.match(self._key(line))) and not ANNEX_ALONE.fullmatch(self._key(line)):
                self._annex_item(self._key(line), line.text, match, outline)
            elif (
                SIGNATURE.match(self._key(line))
                or ANNEX_ALONE.fullmatch(self._key(line))
                or (_looks_like_title(key) and _folded_title(key) in attached)
            ):
                outline.head.append(line)
            elif (in_letter or "。" in key or _is_sentence(key)) and (
                not OFFICE.search(key) or re.search("[。，；：《》]", key)
            ):
                in_letter = True
                labelled = labelled or (line if self._labelled(line) else None)
                outline.letter.append(line)
            else:
                outline.head.append(line)
        if labelled:
            self._doubts.add("two bodies", labelled.number, text=short(labelled.text))
        for place, line in enumerate(outline.head):
            if DATE.fullmatch(bare(self._key(line))):
                if place >= title_end:
                    outline.signed = [*_offices(outline.head[title_end:place], self._folding), line]
                elif place and SIGNATURE.match(self._key(outline.head[place - 1])):
                    outline.signed = [line]

    def _annex_item(self, key: str, text: str, match: re.Match[str] | None, outline: Outline) -> None:
        start = match.end() if match else 0
        rest, rest_key = text[start:], key[start:]
        cuts = list(
            re.finditer(
                r"(?:^|(?<=[ ；。、》）]))(\d{1,2}) *[.、](?!\d)|(?:^|(?<= ))(?:附 *件 *\d{1,2} *[：.])", rest_key
            )
        )
        if not cuts:
            self._add_annex_item(rest, outline)
            return
        for place, cut in enumerate(cuts):
            end = cuts[place + 1].start() if place + 1 < len(cuts) else len(rest)
            self._add_annex_item(rest[cut.end() : end].rstrip("；;。 "), outline)

    def _add_annex_item(self, name: str, outline: Outline) -> None:
        """Add a title to the list of annexes, without a file's ending; 附件1.docx names none."""
        title = FILE.sub("", squeezed(name))
        if title and not FILE.fullmatch(f".{title}") and not ANNEX_ALONE.fullmatch(self._folding.key(title)):
            outline.annex_items.append(title)

    def _without_contents(self, blocks: list[Line | Table]) -> list[Line | Table]:
        """The blocks without a table of contents, whose lines stand again as headings."""
        for place, block in enumerate(blocks[:60]):
            if isinstance(block, Line) and CONTENTS.fullmatch(self._key(block)):
                seen: set[str] = set()
                for end in range(place + 1, len(blocks)):
                    entry = blocks[end]
                    if not isinstance(entry, Line):
                        break
                    name = re.sub(r"[.…·\s]*\d*$", "", bare(self._key(entry)))
                    if name in seen:
                        return blocks[:place] + blocks[end:]
                    seen.add(name)
                break
        return blocks

    # body, imprint, annexes

    def _divide_rest(self, blocks: Sequence[Line | Table], outline: Outline) -> None:
        in_tail = False
        started = False
        repeals = bool(re.search("废止|失效", self._folding.key(outline.title or "")))
        listing = False
        annex: list[Line | Table] | None = None
        for place, block in enumerate(blocks):
            if annex is not None:
                if isinstance(block, Line) and self._begins_annex(block, outline):
                    annex = [block]
                    outline.annexes.append(annex)
                elif isinstance(block, Line) and self._is_imprint(block):
                    outline.tail.append(block)
                else:
                    annex.append(block)
                continue
            if isinstance(block, Table):
                started = True
                if in_tail:
                    annex = [block]
                    outline.annexes.append(annex)
                else:
                    outline.body.append(block)
                continue
            key = self._key(block)
            started = (
                started
                or self._labelled(block)
                or (repeals and any("。" in self._key(b) for b in outline.body if isinstance(b, Line)))
            )
            following = next((b for b in blocks[place + 1 : place + 2] if isinstance(b, Line)), None)
            if listing and self._is_list_item(block, outline):
                self._annex_item(key, block.text, None, outline)
                continue
            listing = False
            alone = ANNEX_ALONE.fullmatch(key)
            if in_tail and self._is_listed(block, outline):
                annex = [block]
                outline.annexes.append(annex)
            elif alone and key.rstrip().endswith("：") and following and label_of(following.text, self._key(following)):
                listing, in_tail = True, started or in_tail
            elif alone and (started or in_tail):
                annex = [block]
                outline.annexes.append(annex)
            elif (match := ANNEX_LIST.match(key)) and (started or in_tail) and self._is_annex_line(block, match):
                self._annex_item(key, block.text, match, outline)
                listing, in_tail = True, True
            elif not started and DISCLOSURE.fullmatch(bare(key)):
                outline.head.append(block)
            elif self._is_tail(block, started):
                if DATE.fullmatch(bare(key)):
                    last = [b for b in outline.body[-SIGNERS:] if isinstance(b, Line)]
                    offices = _offices(last, self._folding) or _offices(outline.tail[-SIGNERS:], self._folding)
                    outline.body = [b for b in outline.body if b not in offices]
                    outline.signed = outline.signed or [*offices, block]
                    outline.tail.extend(office for office in offices if office not in outline.tail)
                in_tail = True
                outline.tail.append(block)
            elif in_tail and not self._goes_back(block):
                if len(key) > 30 and re.search("[，。]", key) and not self._is_imprint(block):
                    self._doubts.add("after end", block.number, text=short(block.text))
                outline.tail.append(block)
            else:
                in_tail = False
                outline.body.append(block)

    def _is_annex_line(self, block: Line, match: re.Match[str]) -> bool:
        rest = self._key(block)[match.end() :]
        printed = self._key(block)[: match.end()]
        return bool(re.search("[：.、]", printed) or match[1]) and not re.search("。.", rest)

    def _is_list_item(self, block: Line, outline: Outline) -> bool:
        label = label_of(block.text, self._key(block))
        if label is None or label.kind != "arabic":
            return False
        return label.number > len(outline.annex_items) - 1 and "。" not in self._key(block)[:-1]

    def _is_listed(self, block: Line, outline: Outline) -> bool:
        """Whether a line is the title of a listed annex, which begins there."""
        title = bare(ANNEX_LIST.sub("", self._key(block), count=1))
        return any(title == self._folding.key(bare(item)) for item in outline.annex_items)

    def _begins_annex(self, block: Line, outline: Outline) -> bool:
        key = self._key(block)
        numbered = re.match(r"附件 *[\d一二三四五六七八九十]{1,3} *[：.]? *\S", key) and len(key) < 50
        after_head = (
            len(outline.annexes[-1]) == 1
            and isinstance(first := outline.annexes[-1][0], Line)
            and ANNEX_ALONE.fullmatch(self._key(first))
        )
        return bool(ANNEX_ALONE.fullmatch(key) or numbered or (not after_head and self._is_listed(block, outline)))

    def _is_imprint(self, block: Line) -> bool:
        key = bare(self._key(block))
        return bool(COPIED.match(key)) or bool(PRINTED.search(key) and DATE.search(key))

    def _is_tail(self, block: Line, started: bool) -> bool:
        key = bare(self._key(block))
        if COPIED.match(self._key(block)) or DISCLOSURE.fullmatch(key):
            return True
        if PRINTED.search(key) and DATE.search(key):
            return True
        if re.match(r"[（]?(?:联系人|联系电话|咨询电话|联系单位|信息公开)[：]", key):
            return True
        return started and bool(DATE.fullmatch(key))

    def _goes_back(self, block: Line) -> bool:
        """Whether the body goes on after what looked like its end."""
        label = label_of(block.text, self._key(block))
        return (
            label is not None and label.kind in ("han", "paren", "article", "chapter") and label.end < len(block.text)
        )


def _offices(before: Sequence[Line], folding: Folding) -> list[Line]:
    """The lines at the end of `before` that are signing offices."""
    offices: list[Line] = []
    for line in reversed(before):
        key = bare(folding.key(line.text))
        if not OFFICE.search(key) or re.search("[。；：，！]", key) or len(key) > 40 or label_of(line.text, key):
            break
        offices.insert(0, line)
    return offices


def _attached(title: str) -> str | None:
    """What a notice issues: the name between 印发 and 的通知."""
    match = re.search(
        rf"(?:关于(?:印发|发布|公布|颁布|转发)|(?:印发|发布|公布|颁布)(?=《?关于))(.+?)(?:的)?(?:通知|决定|公告|命令){SUFFIX}$",
        title,
    )
    if not match:
        return None
    name = match[1].strip().strip("《》〈〉")
    if re.match("(?:宣布)?(?:废止|失效|清理|修改)|.{0,12}(?:废止|失效)", name):
        return None
    return re.sub("》(?=（|$)", "", name) or None


def _folded_title(key: str) -> str:
    return re.sub("[《》〈〉“”【】]", "", bare(key)).replace("—", "-").replace("－", "-").replace("–", "-")


def _inside_marks(title: str) -> slice:
    """Where a title stands that has marks around all of it and perhaps a number before them: 府发〔2020〕3号《关于…的通知》."""
    match = re.fullmatch(rf"(?:{NUMBER.pattern})?《((?:[^《》]+?)?关于.+)》", title)
    return slice(*match.span(1)) if match and match[1].count("《") == match[1].count("》") else slice(None)


def _is_sentence(key: str) -> bool:
    """Whether a line between title and body is a part of a sentence, which a narrow page may have cut."""
    return len(key) > 12 and "，" in key


def _looks_like_title(key: str) -> bool:
    return not re.search("[。；：]", key) and len(key) < 80


def _open(key: str) -> bool:
    return key.count("（") > key.count("）") or key.count("《") > key.count("》")
