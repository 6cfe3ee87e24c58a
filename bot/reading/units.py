"""Who is responsible: unit lists in brackets, on lines of their own, in the last sentence, in a table's column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reading.reading import Unit, UnitRole

ROLES: tuple[tuple[UnitRole, str], ...] = (
    ("lead", "(?:牵头|主办|主责|主要责任|第一责任|牵头责任|责任牵头|牵头负责)(?:责任)?(?:单位|部门|处室|机构|人)?"),
    ("assist", "(?:配合|协办|协助|参与|参加|会同|协同|支持|配合责任|协作)(?:责任)?(?:单位|部门|处室|机构)?"),
    (
        "responsible",
        "(?:责 *任|负责|实施|落实|承办|执行|承担|具体责任|共同责任|组织实施|责任落实)(?: *单 *位|部门|主体|机构|处室)",
    ),
)
"""What a unit list is headed by, and the role it gives. Matched against the key (Simplified)."""
ANY_ROLE = "|".join(f"(?:{pattern})" for _, pattern in ROLES)
HEADED_ROLE = "|".join([*(f"(?:{pattern.removesuffix('?')})" for _, pattern in ROLES), "主办|协办|牵头|配合"])
"""As it stands before a colon."""
ROLE_AT_START = re.compile(rf" *(?:[（【〔] *(?:{HEADED_ROLE}) *(?:】|〕)? *[：】〕]|(?:{HEADED_ROLE}) *：)")
ROLE_HEAD = re.compile(rf"[【〔]? *({ANY_ROLE}) *[】〕]? *：|【 *({ANY_ROLE}) *】 *：?")
IN_BRACKETS = re.compile(
    rf"（ *(?={HEADED_ROLE})[^（）：]{{2,8}}：|【 *(?:{HEADED_ROLE}) *(?:：|】)|〔 *(?:{HEADED_ROLE}) *："
)
VERBS = re.compile(
    r"((?:共同|分别|具体|统一|统筹|按照?(?:各自)?职责)*(?:牵头|(?:分工|组织)?(?:负责|实施|落实|执行|办理|承办))+(?=[，；。、]|$)"
    r"|(?:予以|积极|共同|密切)?(?:配合|协助|协同|参与|参加|指导)(?:实施|落实|做好)?(?=[，；。、]|$)|会同)"
)
"""What follows the names of a list and says their role; 会同 stands between them."""
AND = re.compile(
    "(?<=局|厅|委|办|府|院|队|心)[和与](?=[^、，；]{3})|(?<=委会|员会|合会|协会|商会|工会|公司)[和与](?=[^、，；]{3})"
    "|(?<=等)[和与](?=[^、，；]{3})|[和与](?=各(?:级|地|有关|相关|省|市|县|区))"
)
"""和 between two units; 发展和改革委员会 is one."""
BARE_HEAD = re.compile(rf"(?:^|(?<=[。；）\n])) *(?:{HEADED_ROLE}) *：")
VERBAL = re.compile(
    r"(?P<after>(?<=[。；]))?（(?P<inside>(?:[^（）]|（[^（）]*）)*?(?:牵头|负责|配合|落实|参与|参加|实施|分工负责|按职责分工负责|协助|指导))"
    r"(?P<rule>[，。；](?:[^（）。]{0,24}(?:下同|牵头(?:部门|单位))[^（）。]{0,12}|以下(?:均|都|各)[^（）]{2,40}))?。?）(?(after)|(?=[。；]?$))"
)
"""Names and what they do in brackets; the first of them may add a rule for all: 列第一位者为牵头单位，下同."""
FIRST_LEADS = re.compile(r"(?:列|排)(?:名)?(?:在)?(?:第一|首)(?:位|个|名)?的?(?:者|部门|单位)?(?:的)?(?:为|是)牵头")
"""Says that the first of each list is the leading one."""
AFTER_OTHERS = re.compile(
    rf"（(?=[^（）：]{{2,8}}：)(?!{HEADED_ROLE})[^（）]*?[；，。 ](?P<role>(?:{HEADED_ROLE}) *：)"
)
"""Brackets that say something else before they name units: （责任领导：…；责任单位：…）."""
IN_PLAIN_BRACKETS = re.compile(r"（(?P<names>(?:[^（）]|（[^（）]*）)+)）[。；]?$")
PLAIN_UNIT = re.compile(
    "(?:局|委|办|厅|部|署|政府|管委会|委员会|办公室|公司|集团|银行|法院|检察院|妇联|残联|工会|科协|中心|支队|学院|大学|街道|乡镇)$"
)
REMARK = re.compile(r"[；，。](?: *[\u4e00-\u9fff]{2,6}：)")
"""Where another remark begins in the brackets that name units: 负责部门：…；适用范围：…"""
IN_PROSE = re.compile(
    r"(?:^|[。；！？])(?:(?:本|该|此|上述|以上|前款|各)(?:项|条|款)?(?:工作|措施|政策|任务|规定|补贴|事项|资金)?(?:，)?)?"
    r"(?:由(?P<units>[^。；：由]{2,120}?(?:负责|实施|落实|执行|办理|承办|牵头|(?:配合|协助|协同|参与)(?:落实|做好)?))"
    r"|(?P<led>[^。；：由]{2,40}?牵头，[^。；：由]{2,80}?(?:配合|协助|协同|参与)))[。）]?$"
)
"""A last sentence: 由…负责, 由…牵头，…配合, …牵头，…配合."""
STANDING = re.compile(
    r"(?:(?:以下|以上|上述|各项|本[^，。；]{0,8}(?:各|所列)|各条|所有|全部|其余|每)[^。；，：]{0,14}?，?)(?:均|都|皆|还|也|同时)(?:需要|需|须|应当|应|由|要|请)?"
    r"(?P<units>[^。；：]{2,60}?)(?:共同|配合|协同|具体|分工|按职责|抓好|组织|同时|予以)*(?:负责|落实|实施|执行|参与|配合)"
)
STANDING_LIST = re.compile(
    r"(?:以下|以上|上述|各项|各条|所有|全部|每)[^。；，：]{0,14}，?(?P<units>[^。；：]{2,60}?)(?:均|都|皆|同)(?:为|是|列为|作为)(?:共同)?责任(?:单位|部门)"
)
UNIT_END = re.compile(
    r"(?:局|委|办|厅|部|处|室|署|院|所|站|会|联|社|队|中心|支行|分行|银行|公司|集团|政府|管委会|委员会|办公室|单位|部门|机关|机构|大学|学院|学校|高校"
    r"|街道|乡镇|乡|镇|县|区|市|园区|开发区|新区|企业|团委|团市委|团县委|团区委|团省委|海关|分局|总队|支队|大队|党校|台|馆|库|协会|商会|工会|基金会"
    r"|县委|市委|区委|省委|党委|工委|团中央|法院|检察院|公积金中心|医院|报社|出版社|电视台|促进会|指挥部|专班|组|网|行|店|厂|人|户)(?:（[^（）]*）)?$"
)
OWN_NAME = re.compile(
    r"各|有关|相关|其他|其它|属地|团|中国|国家|国网|中共|驻|人民银行|中央|全市|全县|全区|市直|县直|区直|省直|直属|上述|本级|辖区|涉|所有|乡镇|镇|街道|高新|经开|自贸|开发区"
)
OWN_END = re.compile(
    r"(?:银行|支行|分行|公司|集团|大学|学院|学校|海关|管委会|人民政府|政府|街道办事处|街道办|管理委员会|高校|园区|乡镇|协会|商会)$"
)
PREFIX = re.compile(r"(市|县|区|省|州|旗|盟)(?!场|政(?!府|协|数|法)|容|民(?!政|族|宗|营)|域|镇|直|级)[\u4e00-\u9fff]")
PARTY = re.compile(r"(?:组织部|宣传部|统战部|政法委)$")


@dataclass(frozen=True)
class UnitList:
    """A unit list as printed, where it stands in the text, and its units."""

    printed: str
    start: int
    end: int
    units: tuple[Unit, ...]
    odd: tuple[str, ...] = ()
    closed: bool = True
    in_prose: bool = False


def looks_like_unit(key: str) -> bool:
    """Whether `key` may be the name of a unit."""
    name = key.strip().rstrip("。")
    return 2 <= len(name) <= 40 and bool(UNIT_END.search(name)) and not re.search("[。：；“”]", name)


def unit_lists(text: str, key: str) -> list[UnitList]:
    """All unit lists of a paragraph: （责任单位：…）, 【责任单位】…, 责任单位：… to its end, （…负责） at its end, 由…负责。 as its last sentence."""
    found: list[UnitList] = []
    place = 0
    while match := IN_BRACKETS.search(key, place):
        end, closed = _closing(key, match.start())
        if key[match.start()] == "【" and match[0].endswith("】"):
            end, closed = _end_of_list(key, match.end()), True
        found.append(_list(text, key, match.start(), end, closed))
        place = end
    for match in AFTER_OTHERS.finditer(key, place):
        end, closed = _closing(key, match.start())
        names = _list(text, key, match.start("role"), end - closed, True)
        found.append(replace(names, printed=text[match.start() : end], start=match.start(), end=end, in_prose=True))
        place = end
    while match := BARE_HEAD.search(key, place):
        end = _end_of_list(key, match.end())
        found.append(_list(text, key, match.start(), end, True))
        place = end
    for verbal in VERBAL.finditer(key) if not found else ():
        if units := _verbal(text, key, verbal.start("inside"), verbal.end("inside")):
            found.append(UnitList(text[verbal.start() : verbal.end()], verbal.start(), verbal.end(), units))
    if not found and (prose := _prose(text, key)):
        found.append(prose)
    return found


def plain_list(text: str, key: str) -> list[UnitList]:
    """The names in brackets at the end of a paragraph that says nothing of their role: …3000个。（市教育局）; empty where they are no units."""
    match = IN_PLAIN_BRACKETS.search(key)
    if not match:
        return []
    names = _split(text[slice(*match.span("names"))], match["names"])
    if not names or not all(PLAIN_UNIT.search(name) and len(name) > 2 for _, name in names):
        return []
    units, odd = _units(text[slice(*match.span("names"))], match["names"], "responsible")
    return [] if odd else [UnitList(match_text(text, match), match.start(), match.end(), units)]


def match_text(text: str, match: re.Match[str]) -> str:
    """What stands in `text` where the key matched."""
    return text[match.start() : match.end()]


def standing_rule(text: str, key: str) -> tuple[str, ...]:
    """The units that a sentence adds to every clause; empty where it is no such sentence."""
    match = STANDING.search(key) or STANDING_LIST.search(key)
    if not match or not (re.search("不再|不一一|不另|不逐", key[match.start() :]) or "以下均" in key):
        return ()
    start, end = match.span("units")
    names = _split(text[start:end], key[start:end])
    return tuple(name.strip() for name, _ in names) if all(looks_like_unit(k) for _, k in names) else ()


def units_of_cell(text: str, key: str, role: UnitRole) -> tuple[Unit, ...]:
    """The units of a table's cell."""
    units, _ = _units(text, key, role)
    return units


def columns_of_units(names: Iterable[str], key: Callable[[str], str]) -> dict[int, UnitRole]:
    """The columns of a table that hold units, with the roles that their `names` say; `key` is the folding's."""
    return {place: role for place, name in enumerate(names) if (role := role_of(key(name))) is not None}


def units_of_row(row: Sequence[str], columns: Mapping[int, UnitRole], key: Callable[[str], str]) -> list[Unit]:
    """The units in those `columns` of a row."""
    return [unit for at, role in columns.items() for unit in units_of_cell(row[at], key(row[at]), role)]


def with_own_place(unit: Unit, place: str) -> Unit:
    """A unit that bears the place's name bears no other: of 县财政局、临江海关 the second is not 县临江海关."""
    restored = place and place in unit.name[1:] and unit.name[0] in "省市县区州旗盟"
    return replace(unit, name=unit.name[1:]) if restored else unit


def role_of(key: str) -> UnitRole | None:
    """The role that a table's column or a list is headed by, None where it is no such heading."""
    name = "".join(key.split()).strip("（）：【】")
    for role, pattern in ROLES:
        if re.fullmatch(pattern, name):
            return role
    return None


def _list(text: str, key: str, start: int, end: int, closed: bool) -> UnitList:
    """Units of a list that begins with a role; more roles may follow in it, and a sentence of another kind."""
    inner_end = _end_of_list(key, start + 1, end)
    remark = _remark(key, start, inner_end)
    if remark is not None:  # it says more than who is responsible, so its words stay in the text
        names = _list(text, key, start, remark, closed)
        return replace(names, printed=text[start:end], end=end, in_prose=True)
    heads = [m for m in ROLE_HEAD.finditer(key, start, inner_end) if _open_at(key, start, m.start()) <= 1]
    units: list[Unit] = []
    odd: list[str] = []
    for place, head in enumerate(heads):
        stop = heads[place + 1].start() if place + 1 < len(heads) else inner_end
        role = role_of(next(group for group in head.groups() if group)) or "responsible"
        begin = head.end()
        if stop == end and key[begin:stop].endswith(("】", "〕")):
            stop -= 1
        given, strange = _units(text[begin:stop], key[begin:stop], role)
        units.extend(given)
        odd.extend(strange)
    return UnitList(text[start:end], start, end, once(units), tuple(odd), closed)


def _remark(key: str, start: int, end: int) -> int | None:
    """Where a remark that is no list of units begins in a list in brackets."""
    if key[start] not in "（【〔":
        return None
    for match in REMARK.finditer(key, start, end):
        if not re.match(rf"[；，。] *(?:{HEADED_ROLE}) *：", match[0]):
            return match.start()
    return None


def _units(text: str, key: str, role: UnitRole) -> tuple[tuple[Unit, ...], list[str]]:
    """Units of a list of names. A name may bear its own role: 市人社局（牵头）, 市发改委牵头，市财政局配合."""
    parts = VERBS.split(key)
    units: list[Unit] = []
    odd: list[str] = []
    place = 0
    prefix = ""
    for index in range(0, len(parts), 2):
        part, verb = parts[index], parts[index + 1] if index + 1 < len(parts) else ""
        joins = index > 0 and parts[index - 1] == "会同"
        given = "assist" if joins else _role_of_verb(verb, role)
        for name, name_key in _split(text[place : place + len(part)], part):
            if name_key.startswith("由"):
                name, name_key = name[1:], name_key[1:]
            own = re.search("[（〔] *(牵头|主办|配合|协办|协助|参与)(?:单位|部门)? *[）〕]$", name_key)
            of = given if not own else "lead" if own[1] in ("牵头", "主办") else "assist"
            if own:
                name, name_key = name[: own.start()].strip(), name_key[: own.start()].strip()
            name, name_key = _without_rest(name, name_key)
            if not name:
                continue
            if match := PREFIX.match(name_key):
                prefix = match[1]
            if not looks_like_unit(name_key):
                odd.append(name)
            units.append(Unit(_with_prefix(name, name_key, prefix), of))
        place += len(part) + len(verb)
    return once(units), odd


def _role_of_verb(verb: str, role: UnitRole) -> UnitRole:
    if "牵头" in verb or verb == "会同":
        return "lead"
    if re.search("配合|协助|协同|参与|参加|指导", verb):
        return "assist"
    return "responsible" if verb else role


def _with_prefix(name: str, key: str, prefix: str) -> str:
    """The name with the list's 市 where it does not bear one."""
    if not prefix or PREFIX.match(key) or OWN_NAME.match(key) or OWN_END.search(key):
        return name
    if re.match(r"[\u4e00-\u9fff]{2,4}[市县区省州](?!场|政|域|容)[\u4e00-\u9fff]", key):
        return name
    if PARTY.search(key) and len(key) <= 4:
        return f"{prefix}委{name}"
    return prefix + name


def _split(text: str, key: str) -> list[tuple[str, str]]:
    """Names of a list, cut at 、，； outside brackets; 各乡、镇人民政府 and 各县（市、区）人民政府 stay whole."""
    pieces: list[tuple[int, int]] = []
    start = depth = 0
    for place, char in enumerate(key):
        depth += char == "（"
        depth -= char == "）"
        if depth <= 0 and (char in "、，；。" or AND.match(key, place)):
            pieces.append((start, place))
            start = place + 1
    pieces.append((start, len(key)))
    joined: list[tuple[int, int]] = []
    for begin, end in pieces:
        before = key[joined[-1][0] : joined[-1][1]].strip() if joined else ""
        piece = key[begin:end].strip()
        if before and piece and _goes_on(before, piece):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return [
        (text[a + c : a + d].strip(), key[a + c : a + d].strip())
        for a, b in joined
        for c, d in _spaced(key[a:b])
        if key[a + c : a + d].strip()
    ]


def _spaced(key: str) -> list[tuple[int, int]]:
    """Where the names of a list stand that only spaces part: 县财政局  各乡镇."""
    parts = [match.span() for match in re.finditer(r"[^ ]+", key)]
    names = [key[a:b] for a, b in parts]
    several = len(parts) > 1 and all(looks_like_unit(name) and len(name) > 2 for name in names)
    return (
        parts
        if several and not any(re.match(".{0,4}(?:分行|支行|分局|分公司)$", n) for n in names)
        else [(0, len(key))]
    )


def _goes_on(before: str, piece: str) -> bool:
    """Whether `piece` belongs to the name before it: 各乡 + 镇人民政府, 市直各委 + 办 + 局."""
    if len(re.sub("（.*）$", "", piece)) == 1:
        return "各" in before
    short = re.search(
        r"各(?:[县区市乡镇委办局旗州]|县（市）|乡镇|镇街|县区|市县|县市)(?:、[县区市乡镇委办局旗（）]+)*$", before
    )
    return bool(short) and bool(
        re.match(
            r"[县区市乡镇街旗](?:（[^）]*）)?(?:人民政府|政府|街道|管委会|委|道|$)|街道(?:办|$)|[县区市]（|开发区",
            piece,
        )
    )


def _without_rest(name: str, key: str) -> tuple[str, str]:
    """A name without 等, 等部门, 按职责分工 after it."""
    rest = re.search(
        r"(?:等)?(?:按照?(?:各自)?职责(?:分工)?|按分工|分别|共同|具体)$|等(?:有关|相关|各有关)?(?:部门|单位)?$", key
    )
    if rest and rest.start() > 1:
        return name[: rest.start()].strip(), key[: rest.start()].strip()
    return name.strip(), key.strip()


def _verbal(text: str, key: str, start: int, end: int) -> tuple[Unit, ...]:
    units, odd = _units(text[start:end], key[start:end], "responsible")
    return () if odd or not units else units


def _prose(text: str, key: str) -> UnitList | None:
    """由…负责。 as the last sentence; 由…负责解释 is none."""
    match = IN_PROSE.search(key)
    if not match or re.search("解释|制定|修订", match[0]):
        return None
    start, end = match.span("units" if match["units"] else "led")
    units, odd = _units(text[start:end], key[start:end], "responsible")
    if odd or not units:
        return None
    start = match.start() + (key[match.start()] in "。；！？")
    return UnitList(text[start : match.end()], start, match.end(), units, in_prose=True)


def once(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The units, each once."""
    found: dict[str, Unit] = {}
    for unit in units:
        found.setdefault(unit.name, unit)
    return tuple(found.values())


def _closing(key: str, start: int) -> tuple[int, bool]:
    """The place after the bracket that closes the one at `start`, and whether there is one."""
    opening = key[start]
    closing = {"（": "）", "【": "】", "〔": "〕"}[opening]
    depth = 0
    for place in range(start, len(key)):
        depth += (key[place] == opening) - (key[place] == closing)
        if depth == 0:
            return place + 1, True
    return len(key), False


def _end_of_list(key: str, start: int, end: int | None = None) -> int:
    """Where a list without brackets ends: after its full stop, at its line's end, or at a bracket that was not opened in it."""
    depth = 0
    for place in range(start, len(key) if end is None else end):
        depth += (key[place] == "（") - (key[place] == "）")
        if depth < 0:
            return place
        if key[place] == "。" and depth == 0:
            return place + 1
    return len(key) if end is None else end


def _open_at(key: str, start: int, place: int) -> int:
    return key[start:place].count("（") - key[start:place].count("）")
