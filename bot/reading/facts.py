"""What head, imprint and closing state about the document: number, dates, validity, what it replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from bot.reading.doubts import Doubts
from bot.reading.labels import NUMBER as LABEL_NUMBER
from bot.reading.labels import value
from bot.reading.lines import Folding, bare, squeezed
from bot.reading.outline import COPIED, DATE, DISCLOSURE, NUMBER, OFFICE, ORDER, PRINTED, Outline
from bot.reading.reading import DocumentKind, Facts, Mention
from bot.reading.suspects import suspects_of

MENTION = re.compile(
    r"《((?:[^《》]|《[^《》]*》)+)》(?: *[（〔] *((?:[^（）〔〕]|〔[^〔〕]*〕|（[^（）]*）)*?(?:号|令第[^（）]*号)[^（）〔〕]{0,4}) *[）〕])?"
)
APPROVED = re.compile(
    r"(?:已经|业经|已|经)(?:过)?([^，。；经]{0,40}?(?:会议|政府|常委会|人大常委会|党委|县委|市委|区委|省委|委员会|领导|同志|办公会|局务会))"
    r"(?:第[^，。；]{1,12}次[^，。；]{0,12}会议)?(?:审议|研究|讨论|审定|审核|批准|同意|通过|原则)+"
)
BASES = re.compile(r"根据|依据|依照|按照|贯彻|落实|遵照|执行")
DAY = rf"(?P<day>{DATE.pattern})"
STARTS = re.compile(
    rf"自 *(?:{DAY}|(?P<event>印发|发布|公布|下发|发文|签发)(?:之?日)?) *(?:起)?"
    r"(?P<later> *(?:[\d一二三四五六七八九十]+) *(?:日|天|个月)后)? *(?:正式|开始)?(?:起)?(?:施行|实施|执行|生效|试行|起至|至|起)"
)
TERM = re.compile(
    r"(?:有效期|施行期|试行期|执行期|实施期|有效期限|试行期限|试行|暂定)(?:限)?(?:为|暂定|暂定为)? *"
    r"(?P<years>\d{1,2}|[一二两三四五六七八九十]{1,3}) *年"
)
MONTHS = re.compile(
    r"(?:有效期|施行期|试行期|执行期|有效期限)(?:限)?(?:为)? *(?P<months>\d{1,2}|[一二三四五六七八九十]{1,3}) *个月"
)
UNTIL = re.compile(
    rf"(?:有效期|有效期限|施行|执行|实施|试行|截止|截至|有效|期限)?(?:限)?(?:延续|延长|截止|持续)?(?:至|到) *{DAY}(?: *止| *截止| *失效)?"
)
ENDED = re.compile(r"(?:同时|一并|即行|予以)?(?:废止|失效|停止执行|终止执行|不再执行)|(?:代替|取代|替代)")
UNQUOTED = re.compile(
    rf" *(?:（?[\d一二三四五六七八九十]{{1,3}}[）.、] *)?([^《》（）。，；：]{{6,80}}) *（ *({NUMBER.pattern}) *）[。；]?"
)
"""A document in a list, without 《》."""
ADOPTED = re.compile(rf"{DATE.pattern} .*(?:通过|公布|发布|批准|修订)")
"""A line of a law's history below its title."""
CALLED = re.compile(r"(?:简称|统称)(?:为|：)? *[“]?《([^《》]{1,20})》")
"""What the document calls another one for short: （以下简称《办法》）."""
OWN_TERM = re.compile(r"本[^，。；]{1,12}(?:有效期|试行期|执行期)")
BEGINS = re.compile(r"(?:实施|施行|生效)日期 *：")
ENDS = re.compile(r"(?:失效日期|有效期至|有效期限|废止日期) *：")
SITE_NAME = re.compile("网|数据库|来源|日报|晚报|公众号")
"""What names a site and no office, where a page says where its text is from."""
ENDS_NEXT = re.compile(r"(?:废止|不再执行|停止执行|终止执行|代替|取代|替代)[^，。；《]{0,6}(?=《)")
"""The word after which the documents stand that are ended."""
KEPT = re.compile(r"继续(?:有效|执行|实施)|予以(?:保留|修改)|修改|保留|有效期延|延续|延长")
PARTLY = re.compile(
    r"》(?:（[^）]*）)?(?:中)?(?:的)?第[^，。；]{1,12}[条款项章]|》(?:（[^）]*）)?(?:中|的)(?:有关|部分|相关|关于)"
    r"|》(?:（[^）]*）)?中[^，。；《]{1,40}(?:规定|条款|内容|要求)"
)
GENERIC = re.compile(
    r"办法|规定|措施|意见|通知|方案|细则|决定|若干|关于|印发|实施|管理|暂行|试行|进一步|的|市|县|区|省|人民政府|办公室|办公厅"
)


class FactReader:
    """Reads the facts of an outline."""

    def __init__(self, folding: Folding, doubts: Doubts, hints: dict[str, str]) -> None:
        self._folding = folding
        self._doubts = doubts
        self._hints = hints

    def read(
        self, outline: Outline, kind: DocumentKind, opening: str, texts: Sequence[str], tables: Iterable[Sequence[str]]
    ) -> Facts:
        """The facts; `opening` is letter and preamble, `texts` every text of clauses and closing, `tables` rows of all tables."""
        dated = self._dated(outline)
        said_first = [*(line.text for line in outline.head), *opening.split("\n")]
        printed = self._printed(outline)
        in_force, valid_until, said = self._validity([*texts, opening], dated, printed)
        in_force = self._as_the_page_states(outline, BEGINS, "施行日期", in_force)
        valid_until = self._as_the_page_states(outline, ENDS, "有效期", valid_until)
        replaces, repeals, ending = self._ended(kind, [opening, *texts], tables, outline)
        facts = Facts(
            kind=kind,
            number=self._number(outline),
            title=outline.title,
            attached_title=outline.attached_title,
            issuing_office=self._office(outline),
            approved_by=self._approved(said_first),
            dated=dated,
            printed_on=printed,
            disclosure=self._disclosure(outline),
            in_force=in_force,
            valid_until=valid_until,
            addressees=self._addressees(outline),
            copied_to=self._copied(outline),
            bases=self._bases(opening, texts, outline),
            replaces=replaces,
            repeals=repeals,
            said_of_validity=said,
            said_of_ended=ending,
        )
        if kind == "interpretation":
            return facts
        if facts.number is None:
            self._doubts.add("no number", None)
        if facts.title is None:
            self._doubts.add("no title", None)
        if facts.dated is None:
            self._doubts.add("no date", None)
        return facts

    def _key(self, text: str) -> str:
        return self._folding.key(text)

    def _number(self, outline: Outline) -> str | None:
        for line in (*outline.head, *outline.tail):
            key = self._key(line.text)
            match = NUMBER.fullmatch(key) or re.fullmatch(rf"(?:发文字号|文号|文 *号)： *({NUMBER.pattern}).*", key)
            if not match and not key.startswith("（") and len(key) < 40 and "《" not in key and "根据" not in key:
                match = re.search(rf"(?:^|(?<= )|(?<=）))({NUMBER.pattern})(?: |$)", key)
            if match:
                group = 1 if match.re.groups and match.lastindex else 0
                number = "".join(line.text[match.start(group) : match.end(group)].split())
                for printed, mended in suspects_of(number):
                    self._doubts.add("suspect", line.number, where=number, text=printed, mended=mended)
                return number
        for order, line in pairwise(outline.head):
            office = ORDER.fullmatch(bare(self._key(order.text)))
            if office and re.fullmatch(rf"第 *{LABEL_NUMBER} *号", self._key(line.text)):
                return bare(order.text)[: office.end(1)] + bare(line.text)
        for name in ("文号", "发文字号", "number"):
            if name in self._hints and NUMBER.search(self._key(self._hints[name])):
                return bare(self._hints[name])
        for line in (*outline.head, *outline.letter[:1]):
            if match := re.match(
                r"（[^（）]*?(?:日|^（|，) *([\u4e00-\u9fff]{2,16}?令第? *[\d一二三四五六七八九十百]+ *号)",
                self._key(line.text),
            ):
                return "".join(line.text[match.start(1) : match.end(1)].split())
        return None

    def _dated(self, outline: Outline) -> date | None:
        for line in reversed(outline.signed):
            if found := day_of(self._key(line.text)):
                for printed, mended in suspects_of(line.text):
                    self._doubts.add("suspect", line.number, where="成文日期", text=printed, mended=mended)
                return found
        for line in outline.head:
            key = self._key(line.text)
            if (re.match("（", key) or ADOPTED.match(key)) and (found := day_of(key)):
                return found
        for line in outline.head:
            key = self._key(line.text)
            if re.match("(?:发文|成文|签发)日期 *：", key) and (found := day_of(key)):
                return found
        for name in ("成文日期", "dated"):
            if name in self._hints and (found := day_of(self._key(self._hints[name]))):
                return found
        return None

    def _office(self, outline: Outline) -> str | None:
        signed = [part for line in outline.signed[:-1] for part in _names(line.text, self._key(line.text))]
        if signed:
            return "、".join(map(squeezed, signed))
        for name in ("发文机关", "发布机构"):
            if name in self._hints:
                return squeezed(self._hints[name])
        title = outline.title or ""
        begins = re.search("关于|印发|转发|批转|发布|公布", self._key(title))
        if begins and begins.start() > 3 and not re.search("[《〈]", title[: begins.start()]):
            return re.sub("^[【（].*?[】）]", "", title[: begins.start()])
        for line in (*outline.head, *outline.letter[:1]):
            key = self._key(line.text)
            if match := re.match(r"（[^（）]*?日 *([\u4e00-\u9fff]{2,14}(?:政府|委员会|局|厅|国务院))令", key):
                return line.text[match.start(1) : match.end(1)]
            if match := re.fullmatch(
                r"(.{2,30}(?:政府|办公室|办公厅|委员会|局|厅|国务院))(?:文件|令)(?:（.*）)?", bare(key)
            ):
                return squeezed(line.text)[: match.end(1)]
        source = squeezed(self._hints.get("office", ""))
        return source if OFFICE.search(self._key(source)) and not SITE_NAME.search(source) else None

    def _approved(self, texts: Iterable[str]) -> str | None:
        for text in texts:
            key = self._key(text)
            for match in APPROVED.finditer(key):
                end = re.search("(?:审议|研究|讨论|审定|审核|批准|同意|通过|原则)+$", match[0])
                if end:
                    whole = squeezed(text[match.start(1) : match.start() + end.start()]).removesuffix("已")
                    return re.sub(r"^(?:于)?(?:\d{4}年\d{1,2}月\d{1,2}日)?(?:召开的)?", "", whole)
            if passed := re.search(r"(?:^|（|日|[ ，]) *([^（）日 ，]{4,50}?会议)(?:审议|讨论|修订)*通过", key):
                return squeezed(text[passed.start(1) : passed.end(1)])
        return None

    def _printed(self, outline: Outline) -> date | None:
        for line in outline.tail:
            key = self._key(line.text)
            if PRINTED.search(bare(key)) and (found := day_of(key)):
                return found
        return None

    def _disclosure(self, outline: Outline) -> str | None:
        for line in (*outline.head, *outline.tail, *outline.letter):
            key = bare(self._key(line.text))
            if match := DISCLOSURE.fullmatch(key):
                group = 1 if match[1] else 2
                return bare(line.text)[match.start(group) : match.end(group)]
        return None

    def _addressees(self, outline: Outline) -> tuple[str, ...]:
        if outline.addressees is None:
            return ()
        text = squeezed(outline.addressees).rstrip("：:")
        return tuple(name.strip() for name in re.split("[，,；;]", text) if name.strip())

    def _copied(self, outline: Outline) -> tuple[str, ...]:
        for place, line in enumerate(outline.tail):
            if not COPIED.match(self._key(line.text)):
                continue
            text = line.text
            for more in outline.tail[place + 1 :]:
                if re.search("。$", text) or PRINTED.search(self._key(more.text)) or DATE.search(self._key(more.text)):
                    break
                text += more.text
            names = re.sub("^(?:抄送|抄报|分送|主送)[：: ]*", "", self._key(text))
            text = text[len(text) - len(names) :].rstrip("。 ")
            return tuple(squeezed(name) for name in re.split("[，,；;]", text) if name.strip())
        return ()

    def _bases(self, opening: str, texts: Sequence[str], outline: Outline) -> tuple[Mention, ...]:
        """The documents on which this one rests; neither itself nor what it calls one of them for short."""
        found: dict[Mention, None] = {}
        own = {bare(self._key(title or "")) for title in (outline.title, outline.attached_title)}
        own |= {bare(name) for name in CALLED.findall(self._key("\n".join([opening, *texts])))}
        for text in (*opening.split("\n"), *(texts[:1])):
            for sentence in re.split("(?<=。)", text):
                key = self._key(sentence)
                if start := BASES.search(key):
                    for mention in mentions_in(sentence[start.start() :], key[start.start() :]):
                        name = bare(self._key(mention.title))
                        if name not in own and (len(name) > len("办法") or mention.number):
                            found.setdefault(mention)
        return tuple(found)

    def _validity(
        self, texts: Sequence[str], dated: date | None, printed: date | None
    ) -> tuple[date | None, date | None, str]:
        """From and until when the document is in force, and the sentence that says so."""
        lines = [line for text in texts for line in text.split("\n")]
        found: list[tuple[date | None, date | None, str]] = []
        for text in reversed(lines):
            for sentence in re.split("(?<=[。；])", text):
                key = self._key(sentence)
                if not re.search("本|施行|实施|有效期|执行|生效|试行", key):
                    continue
                start = STARTS.search(key)
                if not start or not re.search("施行|实施|执行|生效|试行", key):
                    continue
                if re.match("补贴|资金|按照|申请", key):
                    continue
                in_force = self._start(start, dated)
                if start["event"] == "印发" and dated and printed and dated != printed:
                    self._doubts.add("issued on", None, dated=dated, printed=printed)
                until = self._end(key[start.start() :], in_force, text)
                said = squeezed(sentence if self._end(key, in_force, sentence) == until else text)
                found.append((in_force, until, said))
        if not found:
            return None, *self._term(lines, dated)
        in_force = found[0][0]  # a letter that says it too does not repeat the term
        until, said = next(
            ((until, said) for begins, until, said in found if begins == in_force and until), (None, found[0][2])
        )
        if until:
            return in_force, until, said
        term, of_term = self._term(lines, in_force)
        return in_force, term, of_term if term else said

    def _term(self, lines: Sequence[str], start: date | None) -> tuple[date | None, str]:
        """Until when a sentence of its own says that the document is valid, and that sentence: 本通知有效期1年."""
        for text in lines:
            key = self._key(text)
            if OWN_TERM.search(key):
                return self._end(key, start, text), squeezed(text)
        return None, ""

    def _as_the_page_states(
        self, outline: Outline, names: re.Pattern[str], what: str, read: date | None
    ) -> date | None:
        """The date that was read, or else the one that stands in the page's table of data; told where the page says another."""
        lines = [*(line.text for line in outline.head), *(f"{name}：{value}" for name, value in self._hints.items())]
        stated = next(filter(None, (day_of(key) for key in map(self._key, lines) if names.match(key))), None)
        if stated and stated != read:
            self._doubts.add("page date", None, what=what, stated=stated, read=read or "没有写明")
        return read or stated

    def _start(self, match: re.Match[str], dated: date | None) -> date | None:
        day = day_of(match["day"]) if match["day"] else dated
        if day and match["later"] and (number := value(re.sub("[^0-9一二三四五六七八九十]", "", match["later"]))):
            return _months_after(day, number) if "月" in match["later"] else day + timedelta(days=number)
        return day

    def _end(self, key: str, in_force: date | None, text: str) -> date | None:
        whole = self._key(text)
        for part in (key, whole):
            if match := TERM.search(part):
                years = value(match["years"].replace("两", "二"))
                return _months_after(in_force, 12 * years) - timedelta(days=1) if in_force and years else None
            if match := MONTHS.search(part):
                months = value(match["months"])
                return _months_after(in_force, months) - timedelta(days=1) if in_force and months else None
            if match := UNTIL.search(part):
                return day_of(match["day"])
        return None

    def _ended(
        self, kind: DocumentKind, texts: Sequence[str], tables: Iterable[Sequence[str]], outline: Outline
    ) -> tuple[tuple[Mention, ...], tuple[Mention, ...], tuple[str, ...]]:
        """Documents that this one takes the place of, documents that it merely abolishes, and the sentences that say so."""
        if kind == "repeal":
            abolished = self._abolished(texts, tables)
            return (), tuple(abolished), tuple(dict.fromkeys(abolished.values()))
        replaces: dict[Mention, None] = {}
        repeals: dict[Mention, None] = {}
        said: dict[str, None] = {}
        own = outline.attached_title or outline.title or ""
        for sentence in (s for text in texts for s in re.split("(?<=[。；\n])", text)):
            key = self._key(sentence)
            if not ENDED.search(key) or KEPT.search(key):
                continue
            if following := ENDS_NEXT.search(key):
                sentence, key = sentence[following.start() :], key[following.start() :]
            found = [m for m in mentions_in(sentence, key) if not _is_basis(key, self._key(m.title))] or [
                Mention("", bare(sentence[slice(*n.span())])) for n in NUMBER.finditer(key)
            ]
            if found and PARTLY.search(key):
                self._doubts.add("repeal", None, text=found[0].title or found[0].number)
                continue
            for mention in found:
                same = not mention.title or _alike(self._key(mention.title), self._key(own)) or len(found) == 1
                (replaces if same else repeals).setdefault(mention)
                said.setdefault(squeezed(sentence))
        return tuple(replaces), tuple(repeals), tuple(said)

    def _abolished(self, texts: Sequence[str], tables: Iterable[Sequence[str]]) -> dict[Mention, str]:
        """Each document that is abolished, with the sentence that says so."""
        found: dict[Mention, str] = {}
        ending = False
        for paragraph in (line for text in texts for line in text.split("\n")):
            for sentence in re.split("(?<=[。；])", paragraph):
                key = self._key(sentence)
                named = list(mentions_in(sentence, key))
                if KEPT.search(key):
                    ending = False
                    continue
                if re.search("废止|失效|停止执行", key):
                    ending = True
                    named = [m for m in named if not _is_basis(key, self._key(m.title))]
                    if PARTLY.search(key) and named:
                        self._doubts.add("repeal", None, text=named[0].title)
                        continue
                elif BASES.search(key.partition("《")[0]):
                    continue
                if ending and not named and (plain := UNQUOTED.fullmatch(key)):
                    named = [
                        Mention(
                            squeezed(sentence[plain.start(1) : plain.end(1)]),
                            bare(sentence[plain.start(2) : plain.end(2)]),
                        )
                    ]
                if ending:
                    found.update(dict.fromkeys(named, squeezed(sentence)))
        for row in tables:
            cells = [self._key(cell) for cell in row]
            numbers = [row[place] for place, cell in enumerate(cells) if NUMBER.fullmatch(cell.strip())]
            names = [
                cell
                for place, cell in enumerate(row)
                if len(cell) > 6 and not NUMBER.fullmatch(cells[place].strip()) and not DATE.search(cells[place])
            ]
            if numbers and names and not any(KEPT.search(cell) for cell in cells if len(cell) < 12):
                found.setdefault(Mention(squeezed(names[0]).strip("《》"), bare(numbers[0])), "\t".join(row))
        return found


def _names(text: str, key: str) -> list[str]:
    """The offices on a line of a signature, which spaces part; one that is only spaced stays one."""
    wide = re.split(r"\s{2,}|\u3000+", text)
    single = text.split()
    several = all(OFFICE.search(name) and len(name) > 3 for name in key.split())
    return single if several else wide


def mentions_in(text: str, key: str) -> Iterator[Mention]:
    """The documents that `text` names as 《…》, with the numbers after them."""
    for match in MENTION.finditer(key):
        number = None
        if match[2]:
            whole = text[match.start(2) : match.end(2)]
            inner = re.search(NUMBER, match[2])
            number = bare(whole[inner.start() : inner.end()] if inner else whole)
        yield Mention(squeezed(text[match.start(1) : match.end(1)]), number)


def day_of(key: str) -> date | None:
    """The first date in `key`: 2021年5月26日, 二〇二一年五月二十六日, 民国110年5月26日, 2021-05-26."""
    match = DATE.search(key) or re.search(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", key)
    if not match:
        return None
    year, *rest = match.groups()[-3:]
    of_republic = re.match("(?:中华)?民国 *", year)  # 民国112年 is 2023
    numbers = [value(_mended(part)) or 0 for part in (year[of_republic.end() :] if of_republic else year, *rest)]
    try:
        return date(numbers[0] + (1911 if of_republic else 0), *numbers[1:])
    except ValueError:
        return None


def _mended(part: str) -> str:
    """A part of a date without what a scan makes of digits."""
    if re.search("[0-9]", part) or not re.search("[一二三四五六七八九十]", part):
        return part.translate(str.maketrans("OolI〇○零", "0011000"))
    return part.replace("O", "〇").replace("○", "〇")


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    for length in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, length)
        except ValueError:
            continue
    return day


def _alike(title: str, own: str) -> bool:
    """Whether two titles have the same subject."""
    a, b = (GENERIC.sub("", re.sub("（.*?）", "", text)) for text in (title, own))
    pairs = [{text[place : place + 2] for place in range(len(text) - 1)} for text in (a, b)]
    return bool(pairs[0]) and len(pairs[0] & pairs[1]) >= 0.5 * min(map(len, pairs))


def _is_basis(key: str, title: str) -> bool:
    place = key.find(title)
    return bool(re.search("(?:根据|依据|按照|依照)[^。；]*$", key[:place])) and not re.search("废止", key[:place])
