"""Places that are not Fuzhou's: a gazetteer, and how a text speaks of them."""

from __future__ import annotations

import re

HOME = ["福州", "榕", "闽都", "鼓楼", "台江", "仓山", "晋安", "马尾", "长乐", "福清", "闽侯", "连江", "罗源", "闽清", "永泰", "滨海新城", "大学城", "江阴", "罗源湾", "东南汽车城", "fuzhou", "minhou", "changle"]
MAINLAND = (
    # the municipalities, provinces and regions
    "北京 上海 天津 重庆 广东 浙江 江苏 山东 四川 湖北 湖南 河南 陕西 安徽 江西 广西 海南 云南 贵州 甘肃 青海 宁夏 新疆 西藏 内蒙古 山西 河北 辽宁 吉林 "
    "黑龙江 长三角 珠三角 大湾区 京津冀 "
    # the rest of Fujian
    "厦门 泉州 漳州 莆田 三明 南平 龙岩 宁德 平潭 晋江 石狮 南安 惠安 安溪 永春 德化 龙海 漳浦 东山 诏安 福安 福鼎 霞浦 古田 武夷山 建瓯 建阳 邵武 沙县 永安 "
    "尤溪 上杭 长汀 永定 仙游 湄洲 思明 湖里 集美 翔安 同安 海沧 "
    # cities and districts that people compare with
    "广州 深圳 珠海 佛山 东莞 惠州 中山市 汕头 湛江 横琴 前海 杭州 宁波 温州 嘉兴 绍兴 金华 义乌 台州 湖州 舟山 丽水 南京 苏州 无锡 常州 南通 昆山 徐州 扬州 "
    "镇江 泰州 盐城 连云港 江阴市 合肥 芜湖 蚌埠 济南 青岛 烟台 潍坊 临沂 威海 日照 成都 绵阳 宜宾 武汉 宜昌 襄阳 黄冈 长沙 株洲 湘潭 衡阳 郑州 洛阳 开封 "
    "西安 咸阳 宝鸡 太原 大同 石家庄 雄安 保定 唐山 廊坊 沈阳 大连 鞍山 长春 哈尔滨 大庆 南昌 赣州 九江 上饶 南宁 桂林 柳州 北海市 海口 三亚 昆明 大理 丽江 "
    "贵阳 遵义 兰州 西宁 银川 乌鲁木齐 喀什 拉萨 呼和浩特 包头 鄂尔多斯 浦东 闵行 松江 临港 海淀 朝阳区 中关村 亦庄 南山区 宝安 龙岗 余杭 萧山 滨江区 "
    "天府新区 光谷 西咸新区 两江新区 滨海新区 "
    "beijing shanghai shenzhen guangzhou hangzhou suzhou chengdu xiamen quanzhou zhangzhou putian ningde pingtan kunshan nanjing wuhan xi'an "
    "chongqing tianjin ningbo dongguan qingdao changsha zhuhai hainan"
).split()
ABROAD = ["香港", "澳门", "台北", "新北", "桃园", "台中", "台南", "高雄", "新竹", "基隆", "嘉义", "苗栗", "彰化", "云林县", "屏东", "宜兰", "花莲", "台东", "金门", "马祖", "澎湖", "六都", "新加坡", "马来西亚", "日本", "东京", "大阪", "韩国", "首尔", "美国", "加拿大", "英国", "伦敦", "德国", "法国", "澳洲", "澳大利亚", "新西兰", "欧盟", "越南", "泰国", "菲律宾", "印尼", "加州", "纽约", "硅谷", "波士顿", "hong", "kong", "macau", "taipei", "kaohsiung", "taichung", "singapore", "japan", "tokyo", "korea", "malaysia", "germany", "london", "australia", "canada", "silicon", "valley"]
"""Taiwan's cities and foreign places: people come from there, or ask about what is offered there."""


PLACE_SIGNS = ("place", "abroad", "place_first", "place_of_life")


def _any_of(names: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


_HOME, _MAINLAND, _ABROAD = _any_of(HOME), _any_of(MAINLAND), _any_of(ABROAD)
NO_PLACE = re.compile("天津大学")  # the one that the document names
BEFORE_ONES_OWN = re.compile(
    r"(?:从|来自|[离退回跑去到在是]|老家|户口|户籍|原籍|from|in|left)[\s是在的]{0,2}(?:[\u4e00-\u9fff]{0,2}[省市县])?$"
)
AFTER_ONES_OWN = re.compile(
    r"^(?:省|市|县|那边|这边)?(?:人(?![才力事社])|籍|来(?!榕)|户口|户籍|老家|妹|仔|打工|上班|工作|务工|读书|念书|进厂|摆摊|开[店车]|做|跑|缴|交)"
)


def place_signs(simplified: str) -> list[str]:
    """How `simplified` speaks of other places, where it names none of Fuzhou's: "place" (one of the mainland) and "abroad" (any
    other), "place_first" where the text begins with one, "place_of_life" where somebody comes from or lives in one.
    """
    if _HOME.search(simplified):
        return []
    text = NO_PLACE.sub("", simplified)
    found: dict[str, None] = {}
    for sign, pattern in (("place", _MAINLAND), ("abroad", _ABROAD)):
        for match in pattern.finditer(text):
            found[sign] = None
            if match.start() <= 1:
                found["place_first"] = None
            if BEFORE_ONES_OWN.search(text[: match.start()]) or AFTER_ONES_OWN.match(text[match.end() :]):
                found["place_of_life"] = None
    return list(found)
