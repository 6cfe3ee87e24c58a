"""What personal numbers look like: a table of kinds, each by the grammar of its identifiers, their check digits, or a word beside them.

All of it reads plain texts (plain.plain): lower case, Simplified, ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stdnum import iban, luhn
from stdnum.cn import uscc

from bot.text.harmless import ALONE, NO_AMOUNT, NO_DATE, NO_MEASURE, NO_MONEY, SERVICE, YEAR
from bot.text.telephones import PARTED, with_code

Find = Callable[[str], Iterator[tuple[int, int]]]
"""Where something stands in a plain text; what it gives does not overlap."""

GAP = r"[\s\-–—_.·・•\ufe0f\u20e3]{0,2}"
"""What people put between the digits of a number that is one."""
LINK = r"(?:[^0-9a-z。!?;,〔〕\[〓第额资款补奖约达]|(?:is|was|no|number|num|id|my|me|at|on|the|as|card)(?![a-z])){0,10}"
"""What may stand between a word and the number that it names: no end of a sentence, nothing that speaks of money or of clauses."""
LINK_BACK = (
    r"\s?(?:\(|(?:这|就|才)?[是为系的]|这[个串组]|,?(?:这|上面|以上|前面)[个串组]?就?是|(?:is|was)\s)"
    r"[^0-9a-z。!?;,〔〓]{0,8}(?:(?:my|our|his|her|the)\s)?"
)
"""What stands between a number and the word that says afterwards what it was."""
FURTHEST, FURTHEST_BACK = 28, 20
"""Characters before and behind a number among which the word for it is looked for."""


class Kind(NamedTuple):
    """A kind of personal number: what is written in its place, the fewest digits that a text with one has, and where it stands."""

    name: str
    digits: int
    find: Find


def _shaped(pattern: str, holds: Callable[[str], bool] = lambda written: True) -> Find:
    """What has the shape of `pattern` and holds out against a check."""
    shape = re.compile(pattern)

    def find(text: str) -> Iterator[tuple[int, int]]:
        start = 0
        while match := shape.search(text, start):
            fits = holds(match[0])
            if fits:
                yield match.span()
            start = match.end() if fits else match.start() + 1

    return find


def _beside(words: str, pattern: str, holds: Callable[[str, str], bool] = lambda written, said: True) -> Find:
    """What has the shape of `pattern` and stands behind or before one of `words`. The check is given it, and what is said before it from
    the word on ("" where the word stands behind).
    """
    any_word, shape = re.compile(words), re.compile(pattern)
    before = re.compile(rf"(?:{words}){LINK}$")
    behind = re.compile(rf"{LINK_BACK}(?:{words})|\s?(?:{words})[号)]")

    def find(text: str) -> Iterator[tuple[int, int]]:
        start = 0 if any_word.search(text) else len(text)
        while match := shape.search(text, start):
            said = before.search(text[max(0, match.start() - FURTHEST) : match.start()])
            named = said or behind.match(text, match.end(), match.end() + FURTHEST_BACK)
            fits = bool(named) and holds(match[0], said[0] if said else "")
            if fits:
                yield match.span()
            start = match.end() if fits else match.start() + 1

    return find


def _where_named(words: str, pattern: str) -> Find:
    """What has the shape of `pattern` in a text that has one of `words` anywhere."""
    any_word, shape = re.compile(words), re.compile(pattern)

    def find(text: str) -> Iterator[tuple[int, int]]:
        return (match.span() for match in shape.finditer(text) if any_word.search(text))

    return find


def _bare(written: str) -> str:
    return "".join(char for char in written if char.isalnum()).upper()


def _is_taiwanese(written: str) -> bool:
    """Whether the check digit of a 身分證字號 or of a new residence certificate fits."""
    number = _bare(written)
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    digits = [place // 10, place % 10, *map(int, number[1:])]
    return (
        sum(digit * weight for digit, weight in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
    )


def _is_of_hong_kong(written: str) -> bool:
    """Whether the check digit of a Hong Kong identity card fits."""
    number = _bare(written).rjust(9)
    values = [36 if char == " " else int(char, 36) for char in number[:-1]]
    last = 10 if number[-1] == "A" else int(number[-1])
    return (sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) + last) % 11 == 0


def _is_card(written: str) -> bool:
    return bool(luhn.is_valid(_bare(written))) or _bare(written).startswith("62")


def _is_iban(written: str) -> bool:
    return bool(iban.is_valid(written))


def _is_company(written: str) -> bool:
    return bool(uscc.is_valid(_bare(written)))


def _has_letter_and_digits(written: str) -> bool:
    return any(char.isalpha() for char in written) and sum(char.isdigit() for char in written) > 1


def _has_six_digits(written: str, said: str) -> bool:
    return sum(char.isdigit() for char in written) > 5


def _is_no_service(written: str, said: str) -> bool:
    return SERVICE.match(written) is None


def _is_password(written: str, said: str) -> bool:
    """With a digit, anything that is called a password; of letters alone only what is plainly said to be it ("密码" names no "app")."""
    if any(char.isdigit() for char in written):
        return True
    return bool(re.search(r"[:=是为成]\s?$", said)) or (len(said) > 0 and bool(re.search(r"[^a-z]", written)))


def _is_account(written: str, said: str) -> bool:
    """A name with a digit or a mark in it, or what is plainly said to be one; 微信公众号 are no people."""
    if "公众" in said or "小程序" in said:
        return False
    if written.isdigit():
        return len(written) > (4 if "q" in said else 5)
    if re.search(r"[0-9_@]|[a-z][.\-][a-z]", written):
        return True
    return bool(re.search(r"(?:[:=是为]|号)\s?$", said)) and len(written) > 4


HAN = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""What the plates of each province begin with."""
ON_PLATES = "[0-9a-hj-np-z]"
IN_CODES = "[0-9a-hj-npqrtuwxy]"
"""Characters of a 统一社会信用代码."""
BIRTHDAY = rf"(?:0{GAP}[1-9]|1{GAP}[0-2]){GAP}(?:0{GAP}[1-9]|[12]{GAP}\d|3{GAP}[01])"
MOBILE = (
    rf"1[3-9]\d{{9}}|\(?1[3-9]\d{PARTED}(?:\d{{4}}(?:{PARTED})?\d{{4}}|\d{{3}}{PARTED}\d{{5}})"
    rf"|1[3-9]\d{{5}}{PARTED}\d{{4}}|1[3-9]\d\d{PARTED}\d{{3}}{PARTED}\d{{4}}|1{PARTED}[3-9](?:{PARTED}\d){{9}}"
)
"""Of the mainland, in the groups that people say it in."""
IN_GROUPS = (
    r"(?=(?:[^0-9]?[^0-9]?[^0-9]?\d){6})(?<![0-9a-z])(?:[a-z]{1,3}[\s\-])?"
    r"[0-9a-z]*\d[0-9a-z]*(?:[\s\-–—.·/()]{1,2}[0-9a-z]*\d[0-9a-z]*){0,5}"
)
"""Six and more digits, with letters among them."""
MORE_DIGITS = r"(?:[\s\-–—_.·・•/()\ufe0f\u20e3]{0,3}\d)"
TYPED = r"(?![:=])(?=[!-+\--:<-~]*[0-9a-z])[!-+\--:<-~]{3,40}[0-9a-z!@#$%^&*_+~]"
"""Four and more characters of a keyboard but for comma and semicolon."""

PAPERS = (
    r"身份证|身分证|证件|证照|护照|passport|passeport|pasaporte|reisepass|パスポート|여권|"
    r"居留证|居住证|居留|台胞证|通行证|回乡证|签证|驾照|驾驶证|行驶证|签注|"
    r"证号|证字号|字号|军官证|士兵证|退伍证|退役证|残疾证|残疾人证|户口本|结婚证|出生证|学位证|毕业证|学生证|教师证|资格证|"
    r"(?:社保|社会保障|社会保险|医保|健保|公积金|市民|敬老|老年)(?:卡|号|账号|帐号|编号|个人编号)|学号|工号|考号|准考证|档案号|病历号|保单号|"
    r"员工编号|个人编号|电脑号|车架号|发动机号|不动产权|(?<![a-z])(?:id|vin|imei|ssn|nric|hkid|arc|sfz|hz)(?![a-z])|identity|permit|licen[cs]e"
)
COMPANIES = (
    r"信用代码|信用码|统一代码|统编|统一编号|公司编号|商业登记|税号|税籍|纳税人|机构代码|注册号|执照|"
    r"(?<![a-z])(?:ubn|vat|uscc)(?![a-z])|tax\s(?:id|number)"
)
BANKS = (
    r"卡号|银行|信用卡|储蓄卡|借记卡|工资卡|账号|帐号|账户|帐户|户头|存折|存摺|汇到|汇入|汇款|转到|转给|打到|打入|"
    r"(?<![a-z])(?:iban|account|acct|card)(?![a-z])"
)
PHONES = (
    r"电话|手机|座机|固话|市话|行动|(?<!文件)(?<!发文)号码|联系|联络|来电|致电|回电|(?:打(?![工包车折算印])|拨)(?:给|到|这个)?|传真|短信|简讯|分机|☎|📞|📱|"
    r"(?<![a-z])(?:tel|telephone|phone|mobile|cell|call|whatsapp|fax|viber|dial|ring)(?![a-z])"
)
NAMES = (
    r"微信|薇信|威信|(?<![a-z])(?:wechat|weixin|wx|vx|telegram|tg|ig|fb|instagram|facebook|skype|twitter|kakao|alipay|username|login|user\s?id|user\sname)|"
    r"v信|加v|(?<![a-z])q\s?q(?![a-z])|(?<![a-z])q(?=\s?[号是:=])|扣扣|企鹅号|[加我的]\s?line|(?<![a-z])line(?:\s?id|\s?[帐账]?号|\s?[帐账]户|(?=\s?[:=@是]))|加赖|赖id|赖号|的赖|赖(?=\s?[:=是])|"
    r"钉钉|飞书|抖音|小红书|微博|推特|脸书|支付宝|账号|帐号|账户|帐户|用户名|使用者名称|登录名"
)
PASSWORDS = (
    r"密码|口令|验证码|校验码|动态码|提取码|安全码|通关码|密钥|(?<![a-z])(?:password|passwd|passcode|pwd|pin|otp|cvv|cvc|secret|token)(?![a-z])|"
    r"(?:verification|security|access)\scode"
)
PLATES = r"车牌|车号|[我他她]的?车|汽车|机车|摩托车|牌照|牌号|(?<![a-z])plate"

ID, COMPANY, PLATE, PHONE = "证件号", "统一编号", "车牌", "电话"
CARD, MAIL, PASSWORD, ACCOUNT, KEY = "银行卡", "邮箱", "密码", "账号", "密钥"

KINDS: tuple[Kind, ...] = (
    Kind(KEY, 8, _shaped(r"(?<!\d)\d{8,10}:[a-z0-9_-]{30,}")),
    Kind(
        MAIL,
        0,
        _shaped(
            r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}(?:\s?@\s?|\s?[\[({]at[\])}]\s?|艾特|\sat\s(?=[a-z0-9-]+\sdot\s))"
            r"[a-z0-9-]+(?:(?:[.。]|\s\.\s|\s?[\[({]dot[\])}]\s?|\sdot\s|点)[a-z0-9-]+)+"
        ),
    ),
    # 18 digits with a birthday within: identity cards of the mainland, residence permits for people of Taiwan, Hong Kong and Macau
    Kind(
        ID,
        17,
        _shaped(
            rf"{ALONE}[1-9](?:{GAP}\d){{5}}{GAP}(?:1{GAP}[89]|2{GAP}0)(?:{GAP}\d){{2}}{GAP}{BIRTHDAY}(?:{GAP}\d){{3}}{GAP}[\dx*](?!\d)"
        ),
    ),
    # the mainland's old card
    Kind(
        ID, 15, _shaped(rf"{ALONE}[1-9]\d{{5}}{GAP}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}{NO_AMOUNT}")
    ),
    # Taiwan: 身分證字號 and residence certificates, old ones with two letters; parted, or behind letters, where the check digit fits
    Kind(ID, 8, _shaped(rf"(?<![a-z])[a-z][a-d]{GAP}\d{{8}}(?!\d)|(?<![a-z0-9])[a-z][1289]\d{{8}}(?![0-9a-z])")),
    Kind(ID, 9, _shaped(rf"(?:[a-z]|(?<![a-z0-9])[a-z]{GAP})[1289](?:{GAP}\d){{8}}(?!\d)", _is_taiwanese)),
    # Hong Kong, then Macau
    Kind(ID, 6, _shaped(rf"(?<![a-z])[a-z]{{1,2}}{GAP}\d{{3}}{GAP}\d{{3}}\s?\([0-9a]\)")),
    Kind(ID, 6, _shaped(r"(?<![a-z0-9])[a-z]{1,2}\d{6}[0-9a](?![0-9a-z])", _is_of_hong_kong)),
    Kind(ID, 8, _shaped(rf"{ALONE}[157]\d{{6}}\s?\(\d\)")),
    # passports and travel permits (a letter before a year makes a reference number), permanent residence of foreigners
    Kind(
        ID,
        7,
        _shaped(
            rf"(?<![a-z0-9])(?![a-z]{{1,2}}{YEAR})(?:[ceghklmtw]\d{{8}}|[cek][a-z]\d{{7}}|[hm]\d{{10}})(?![0-9a-z])|(?<![a-z])[a-z]{{3}}\d{{12}}(?!\d)"
        ),
    ),
    # 统一社会信用代码: in any shape where the check digit fits, as one word where it does not
    Kind(
        COMPANY,
        7,
        _shaped(rf"(?<!\d)[1-9a-y]{GAP}{IN_CODES}(?:{GAP}\d){{6}}(?:{GAP}{IN_CODES}){{10}}(?!\d)", _is_company),
    ),
    Kind(
        COMPANY,
        7,
        _shaped(rf"(?<![a-z0-9])(?=[0-9]*[a-z])(?:9[1-3]|5[1-3]|1[1-39])\d{{6}}{IN_CODES}{{10}}(?![0-9a-z])"),
    ),
    Kind(
        PLATE,
        3,
        _shaped(
            rf"[{HAN}]\s?[a-hj-np-z][\s·・•.\-]?(?:(?=(?:[a-z]*\d){{3}}){ON_PLATES}{{4}}(?:{ON_PLATES}|[挂学警港澳领使])"
            rf"|[a-k]{ON_PLATES}\d{{4}}|\d{{5}}[a-k])(?![0-9a-z])"
        ),
    ),
    # Taiwan's plates, which look like any code
    Kind(PLATE, 4, _where_named(PLATES, r"(?<![a-z0-9])(?:[a-z]{2,3}-\d{4}|\d{4}-[a-z]{2})(?![a-z0-9])")),
    Kind(PHONE, 11, _shaped(rf"{ALONE}{NO_MONEY}(?:\(?\+?\(?86{PARTED}?)?(?:{MOBILE}){NO_AMOUNT}")),
    Kind(PHONE, 9, with_code),
    Kind(
        CARD,
        15,
        _shaped(
            rf"{ALONE}(?:\d{{16,19}}|\d{{4}}(?:[\s\-.]\d{{4}}){{3}}(?:[\s\-.]\d{{1,3}})?|\d{{6}}[\s\-]\d{{10,13}}"
            rf"|\d{{4}}[\s\-]\d{{6}}[\s\-]\d{{5}}){NO_AMOUNT}(?!-\d)",
            _is_card,
        ),
    ),
    Kind(
        CARD,
        2,
        _shaped(r"(?<![a-z0-9])[a-z]{2}\d\d(?:\s?[a-z0-9]{4}){2,7}(?:\s?[a-z0-9]{1,3})?(?![a-z0-9])", _is_iban),
    ),
    Kind(PASSWORD, 0, _beside(PASSWORDS, rf"(?<![0-9a-z]){NO_DATE}{TYPED}{NO_MEASURE}", _is_password)),
    Kind(ACCOUNT, 5, _shaped(r"(?:(?<=qq)|(?<=[wv]x))\d{5,12}(?!\d)")),
    Kind(ID, 5, _beside(r"军官证|士兵证|警官证|文职|军人", r"[\u4e00-\u9fff]字第\d{5,9}号")),
    Kind(ID, 3, _beside(r"车架|车辆识别|(?<![a-z])vin", r"(?<![0-9a-z])[0-9a-hj-npr-z]{17}(?![0-9a-z])")),
    Kind(COMPANY, 6, _beside(COMPANIES, rf"{NO_DATE}{IN_GROUPS}{NO_MEASURE}", _has_six_digits)),
    Kind(ID, 6, _beside(PAPERS, rf"{NO_DATE}{IN_GROUPS}{NO_MEASURE}", _has_six_digits)),
    Kind(CARD, 9, _beside(BANKS, rf"(?<!\d){NO_DATE}\d{MORE_DIGITS}{{8,23}}{NO_MEASURE}")),
    Kind(
        PLATE,
        2,
        _beside(
            PLATES,
            rf"(?<![0-9a-z])[a-z0-9]{{1,4}}[\s\-·]?[a-z0-9]{{2,5}}{NO_MEASURE}(?![a-z])",
            lambda written, said: any(map(str.isalpha, written)) and sum(map(str.isdigit, written)) > 1,
        ),
    ),
    Kind(
        ACCOUNT,
        6,
        _beside(NAMES, rf"(?<![\d.]){NO_DATE}\d{{3,4}}(?:[\s\-]\d{{2,5}}){{1,3}}{NO_MEASURE}(?!\d)", _has_six_digits),
    ),
    Kind(
        ACCOUNT,
        0,
        _beside(
            NAMES,
            rf"(?<![a-z0-9_@.]){NO_DATE}@?[a-z0-9][a-z0-9._\-@]{{2,30}}[a-z0-9_]{NO_MEASURE}(?![a-z0-9])",
            _is_account,
        ),
    ),
    Kind(
        PHONE,
        7,
        _beside(PHONES, rf"(?<![\d.]){NO_DATE}{NO_MONEY}\+?\(?\d{MORE_DIGITS}{{6,13}}{NO_MEASURE}", _is_no_service),
    ),
)
"""The first that finds a thing counts."""
