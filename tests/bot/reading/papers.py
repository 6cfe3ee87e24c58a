"""Small documents of every kind of layout, all invented, and how they are read here."""

from __future__ import annotations

from bot.reading.from_text import from_text, without_pages
from bot.reading.reader import read_source
from bot.reading.reading import Clause, Reading

LETTER = """临江市人民政府办公室文件

临政办〔2022〕31号

临江市人民政府办公室关于印发临江市支持小微企业
发展若干措施的通知

各县（市、区）人民政府，市直各单位：

经市政府同意，现将《临江市支持小微企业发展若干措施》印发给你们，请认真贯彻落实。

临江市人民政府办公室
2022年3月1日

（此件主动公开）

临江市支持小微企业发展若干措施

为支持小微企业，根据《江左省中小企业条例》和《江左省稳增长意见》（江左政〔2021〕4号），制定如下措施。

"""
IMPRINT = """
抄送：市委办公室，市人大常委会办公室。

临江市人民政府办公室          2022年3月2日印发
"""
RUNNING = """一、降低成本

（一）减免租金。承租国有房屋的，减免3个月租金。（责任单位：市国资委、财政局，各县（市、区）人民政府）

（二）补贴社保。每人每月补贴200元。（责任单位：市人社局、市场监管局）

二、加强融资

（三）发放贷款。贷款额度最高300万元。（责任单位：市金融局）

（四）设立基金。规模2亿元。（责任单位：市国资委、团市委）
"""
RESTARTING = RUNNING.replace("（三）", "（一）").replace("（四）", "（二）")
OWN_LINE = """一、提供求职落脚点
对到县城求职的青年安排免费住宿，每次不超过5天。
责任单位：县人社局、县住建局

二、发放创业补贴
首次创业的给予补贴8000元；带动就业的，再给予5000元。
牵头单位：县人社局
配合单位：县财政局

三、开行直达专车
春节前后开行务工专车，乘车人免票。
责任单位：县交通运输局

四、放宽职称评聘
乡村医生满15年的，可以聘任中级职称。
责任单位：县卫健局、县人社局
"""
GROUPS = """一、完善设施

（一）建设场地

1.新建步道。2025年前新建步道300公里。（责任单位：市体育局、市城管局）

2.开放学校场馆。场馆在节假日开放，每天不少于4小时。（责任单位：市教育局）

（二）更新器材

3.更换老旧器材。每年更换500件。（责任单位：市体育局）

二、组织活动

（一）办好赛事

4.举办马拉松。每年一次。（责任单位：市体育局、市公安局）

5.举办社区运动会。每个社区每年2次：
（1）春季一次；
（2）秋季一次。（责任单位：各街道办事处）

三、加强保障

（一）落实资金

6.安排经费。每年安排500万元。（责任单位：市财政局）
"""
ARTICLES = """第一章　总　则

第一条　为加强停车管理，制定本办法。

第二条　市城管局负责停车管理工作，按照第五条规定收费。

第二章　收　费

第三条　（删除）

第四条　停车场收费实行：
（一）政府定价；
（二）政府指导价。

第四条之一　新能源汽车减免2小时费用。

第五条　违反本办法第四条
第二款规定的，处200元罚款。

第三章　附　则

第六条　本办法自2022年5月1日起施行，有效期3年。
"""
PROSE = """一、延长开放时间。博物馆周五延长至21时。由市文旅局负责。

二、发放消费券。每人最多领取3张。由市商务局牵头负责，市财政局配合。

三、其他事项。本措施由市商务局负责解释。
"""
NO_UNITS = """一、让青年来得了

（一）提供住宿。可申请青年驿站免费住宿，每年累计不超过14天。

（二）放开落户。有合法稳定住所的即可落户，3个工作日内办结。

二、让青年干得成

（一）支持创业。给予1.2万元补贴。分为两步：
1.受理申请；
2.拨付资金。

（二）办好大赛。每两年举办一届大赛，给予每个团队20万元启动资金。
"""
SUB_ITEMS = """一、申领条件
申请补贴应当符合下列条件：
（一）年满60周岁；
（二）具有本市户籍；
（三）经济困难。
责任单位：市民政局

二、补贴标准
（一）自理老人每人每月100元；
（二）失能老人每人每月500元。
责任单位：市民政局、财政局

三、办理程序
5个工作日内审核。
责任单位：各街道办事处
"""
CLOSING = "\n本措施自2022年4月1日起施行，有效期2年。\n"
LAYOUTS = {
    "running": RUNNING,
    "restarting": RESTARTING,
    "units on their own lines": OWN_LINE,
    "groups": GROUPS,
    "articles": ARTICLES,
    "units in prose": PROSE,
    "no units": NO_UNITS,
    "sub-items": SUB_ITEMS,
}


def paper(body: str, closing: str = CLOSING) -> str:
    """A whole document around a body."""
    return LETTER + body + closing + IMPRINT


def read_text(text: str) -> Reading:
    """What is understood of a text."""
    return read_source(without_pages(from_text(text)))


def read_body(body: str, closing: str = CLOSING) -> Reading:
    """What is understood of a body within its document."""
    return read_text(paper(body, closing))


def labels(reading: Reading) -> list[str]:
    """The labels of the clauses."""
    return [clause.label for clause in reading.clauses]


def units(clause: Clause) -> str:
    """A clause's units in a line: 市人社局 市财政局/assist."""
    return " ".join(u.name + ("" if u.role == "responsible" else f"/{u.role}") for u in clause.units)


def said(reading: Reading) -> str:
    """All doubts in a line each, with their lines."""
    return "\n".join(f"{doubt.line}: {doubt.message}" for doubt in reading.doubts)
