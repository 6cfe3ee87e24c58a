"""Signs in the words themselves that something is asked which a policy document does not hold."""

from __future__ import annotations

import re

from bot.answers.places import PLACE_SIGNS, place_signs

QUOTED = re.compile(r"[「『“\"《]([^」』”\"》]{2,})[」』”\"》]")
PUNCTUATION = re.compile(r"[\W_]+")
SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(words, re.IGNORECASE))
    for reason, words in (
        (
            "form",
            r"表格|申请表|报名表|登记表|下载|模板|范本|样本|样表|电话|热线|号码|座机|传真|地址|哪条路|哪栋|几楼|门牌|怎么走|怎么去|坐几路|"
            r"几点|营业时间|办公时间|上班时间|周[六日末]|节假日|午休|网址|网站|官网|链接|\bapp\b|公众号|小程序|微信号|二维码|邮箱|预约|取号|"
            r"排队|材料|复印件|照片|证件照|寸照|盖章|带什么|带啥|填写|怎么填|代写|[帮替]我写|写一份|拟一份|打印|登录|密码|验证码|哪个窗口|"
            r"phone|address|opening hours|website|\bforms?\b|email|hotline|download|appointment",
        ),
        (
            "own_file",
            r"到账|审核|审批到|进度|我的申请|我那[份笔]|查一?下我|[帮]我?查|查询我|没收到|还没发|被退回|驳回|余额|我的账户|受理号|身份证号|"
            r"我[交缴]了几|my application|my case|my account|status of",
        ),
        (
            "price",
            r"房价|单价|[每一]平|月租|市场价|行情|工资水平|平均[工薪]|薪资|起薪|排名|排行|哪家[好强]|推荐|性价比|手续费|中介费|保费|学费|汇率|"
            r"多少钱一|贵不贵|便宜",
        ),
        (
            "forecast",
            r"明年|后年|将来|以后会|未来|会不会涨|会[涨跌]|预测|预计|值不值|值得|前景|有没有前途|概率|成功率|几率|希望大|好不好考|难不难|会取消|"
            r"会延期|还会不会|will it|worth",
        ),
        (
            "document",
            r"《[^》]+》|劳动法|合同法|公务员法|教育法|社保法|条例|细则|十[三四]五|规划|国发|国办发|闽政|闽人社|闽委|号文|另一份|别的文件|"
            r"新文件|那份文件|省里|省的|中央|国务院|人社部|教育部",
        ),
        (
            "fact",
            r"去年|前年|今年|截至|目前有|多少人|几个人|有多少家|局长|书记|市长|主任是|是谁|叫什么名字|哪一年成立|历史|第几名|几位|人数|统计|数据",
        ),
        (
            "authority",
            r"内政部|劳动部|教育部|经济部|外交部|国发会|青发署|发展署|移民署|健保署|国税局|监理[站所]|户政|海基会|海协会|陆委会|国台办|人社部|科技部|财政部|"
            r"国自然|省考|国考|人社厅|教育厅|省厅|税务|车管|交警|出入境|海关|公积金|法院|派出所|街道办|社保中心|医院|银行|地铁|公交|海基|embassy|visa|customs",
        ),
        ("opinion", r"凭什么|为什么要|公平|黑幕|[贪腐]|你觉得|你认为|怎么看|作秀|忽悠"),
        ("amount", r"多少|几(?:万|千|百|块|元|年|个月|成|趴|天)|how much|how many"),
    )
)
"""(reason, the words that hint at it). Hints, not verdicts: what each is worth is learned (answers.scope). Each reason but "amount" has a
wording of its own in domain.yml."""
ALL_SIGNS = (*PLACE_SIGNS, *(reason for reason, _ in SIGNS), "quoted", "quoted_here")
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,6}\W*\d{4}\W*\d+\s*号")


def signs(simplified: str, wording: str) -> list[str]:
    """The reasons that the words of `simplified` hint at; "quoted" where it quotes words or a number that the documents do not have,
    "quoted_here" where it quotes some that they have. `wording` is all that the documents say, simplified and squeezed.
    """
    found = [reason for reason, words in SIGNS if words.search(simplified)]
    quoted = [squeeze(words) for words in (*QUOTED.findall(simplified), *DOCUMENT_NUMBER.findall(simplified))]
    here = [words for words in quoted if words in wording]
    return [
        *place_signs(simplified),
        *found,
        *(["quoted"] if len(here) < len(quoted) else []),
        *(["quoted_here"] if here else []),
    ]


def squeeze(text: str) -> str:
    """`text` without punctuation and spaces."""
    return PUNCTUATION.sub("", text)
