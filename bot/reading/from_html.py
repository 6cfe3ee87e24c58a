"""A page of a government's site as a reader sees it: the article's lines and tables; what stands around it only as hints.

selectolax (lexbor) parses it. Scripts, comments, hidden elements, navigation, links to other pages and footers are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.reading.doubts import refusal
from bot.reading.from_text import decode
from bot.reading.lines import FILE, Line, Source, Table, bare, tidy

MAX_NODES = 200_000
MAX_DEPTH = 400
UNSEEN = frozenset([
    "script", "style", "noscript", "template", "head", "nav", "footer", "header", "aside", "form", "button", "select", "option",
    "input", "textarea", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "map", "dialog", "menu",
])  # fmt: skip
BLOCKS = frozenset([
    "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "tr", "td",
    "th", "table", "tbody", "thead", "tfoot", "caption", "blockquote", "pre", "center", "hr", "figure", "figcaption", "address",
    "fieldset", "legend", "body", "html",
])  # fmt: skip
HEADINGS = ("h1", "h2")
CONTAINERS = (
    "#zoom", "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", "#zoomcon", ".article-content", ".article_content", ".pages_content",
    "#artibody", ".view.TRS_UEDITOR", ".TRS_UEDITOR", ".wp_articlecontent", ".xxgk_content", "#content_body", ".news_content",
)  # fmt: skip
"""Where the common systems of government sites put the article. Elsewhere it is where most of the text stands."""
NAVIGATION = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|crumbs?|breadcrumbs?|location|position|share|tools?|toolbar|footer?|foot|copyright|related?|rel|"
    r"recommend|sidebar|login|pagination|qrcode|hidden|hide|tags?|attach|annex|fujian|download|print)(?:$|[-_ ])",
    re.I,
)
CSS_HIDDEN = re.compile(r"([^{}]+)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*\}", re.I)
STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)", re.I)
TITLE = re.compile(".{0,60}关于.{2,100}的(?:通知|意见|实施意见|决定|公告|通告|批复|函)")
"""A title that stands above the element with the article and is no heading of the page."""
NUMBER = re.compile(r"(?:发文字号|文\s*号)\s*[：:]\s*([\u4e00-\u9fff]{2,14}[〔\[（(]\d{4}[〕\]）)]\s*\d{1,5}\s*号)")
CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.I)
FURNITURE = re.compile(
    r"^(?:您)?(?:当前)?所在(?:的)?位置：|^当前位置：|版权所有|ICP备|备案号|网站标识码|网站地图|扫一扫|打印(?:正文|本页)|关闭(?:窗口|本页)|浏览次数|字号：|字体：|分享到|主办(?:单位)?：[^，。]{2,30}(?:承办|网站)|附件下载"
)
"""What a site prints around an article."""
ATTACHED_WITHIN = 5
"""How far above a link 附件 stands."""
TABLE_OF_DATA = frozenset([
    "文号", "发文字号", "发文机关", "发布机构", "成文日期", "标题", "实施日期", "施行日期", "生效日期", "失效日期",
])  # fmt: skip
META_NAMES = {"articletitle": "title", "contentsource": "office"}


def from_html(data: bytes) -> Source:
    """The article's lines and tables of a page, and hints from its table of data.

    Raises DocumentError for a page without text or one that is nested too deep.
    """
    tree = LexborHTMLParser(_text(data))
    if tree.body is None:
        raise refusal("网页里没有正文。", "There is no text in the page.")
    page = _Page(tree)
    return page.read()


def _text(data: bytes) -> str:
    if match := CHARSET.search(data[:4096]):
        name = match[1].decode("ascii").lower()
        encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


class _Page:
    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._letters = _count_letters(tree)
        self._hidden = _hidden_selectors(tree)
        self._source = Source(unit="行")
        self._count = 0
        self._parts: list[str] = []
        self._linked = 0

    def read(self) -> Source:
        body = self._tree.body
        assert body is not None
        self._read_hints(body)
        main = self._main(body)
        title = self._heading_outside(main)
        if title and not self._holds(main, title):
            self._add(title)
        self._walk(main)
        self._flush()
        self._source.attachments.extend(filter(None, map(self._attachment, body.css("a"))))
        return self._source

    def _attachment(self, link: LexborNode) -> str | None:
        """The title of an annex that is only linked: of a file that stands under 附件."""
        title = FILE.sub("", tidy(link.text(deep=True)))
        around: LexborNode | None = link
        for _ in range(ATTACHED_WITHIN):
            if around is None or not FILE.search(link.attributes.get("href") or "") or around.tag in UNSEEN:
                return None
            if re.match(r"\s*附\s*件", around.text(deep=True)):
                return (
                    re.sub(r"^(?:附\s*件)?\s*(?:\d{1,2}(?:[-—－~至]\d{1,2})?)?\s*(?:下载)?\s*[.、：:]?\s*", "", title)
                    or None
                )
            around = around.parent
        return None

    def _main(self, body: LexborNode) -> LexborNode:
        """The element that holds the article."""
        best: LexborNode | None = None
        for selector in CONTAINERS:
            for node in self._tree.css(selector):
                if not self._unseen(node) and (
                    best is None or self._letters.get(node.mem_id, 0) > self._letters.get(best.mem_id, 0)
                ):
                    best = node
        if best is not None and self._letters.get(best.mem_id, 0) > 100:
            return best
        node = body
        while True:
            whole = self._letters.get(node.mem_id, 0)
            inner = [c for c in _elements(node) if not self._unseen(c)]
            largest = max(inner, key=lambda c: self._letters.get(c.mem_id, 0), default=None)
            if (
                largest is None
                or largest.tag == "p"
                or (largest.tag == "table" and not _is_layout(largest))
                or self._letters.get(largest.mem_id, 0) < 0.7 * whole
            ):
                return node
            node = largest

    def _heading_outside(self, main: LexborNode) -> str:
        for tag in HEADINGS:
            for node in self._tree.css(tag):
                text = bare(node.text(deep=True))
                if len(text) > 8 and not self._unseen(node) and not _inside(node, main):
                    return tidy(re.sub(r"\s+", " ", node.text(deep=True, separator="")))
        if any(TITLE.fullmatch(bare(line)) for line in main.text(deep=True, separator="\n").split("\n")[:40]):
            return ""
        for node in self._tree.css("td, div, p, span, b, strong, font, center"):
            text = bare(node.text(deep=True))
            if len(text) < 100 and TITLE.fullmatch(text) and not self._unseen(node) and not _inside(node, main):
                return tidy(re.sub(r"\s+", " ", node.text(deep=True, separator="")))
        return ""

    def _holds(self, main: LexborNode, title: str) -> bool:
        return bare(title) in bare(main.text(deep=True))[: len(bare(title)) + 400]

    def _read_hints(self, body: LexborNode) -> None:
        """Facts in the page's table of data (索引号, 文号, 成文日期) and its meta elements."""
        for meta in self._tree.css("meta"):
            name = (meta.attributes.get("name") or "").lower()
            if name in META_NAMES and meta.attributes.get("content"):
                self._source.hints.setdefault(META_NAMES[name], str(meta.attributes["content"]))
        if number := NUMBER.search(body.text(deep=True)):
            self._source.hints.setdefault("文号", number[1])
        for row in body.css("tr"):
            cells = [tidy(re.sub(r"\s+", " ", cell.text(deep=True))) for cell in row.css("td, th")]
            for name, value in zip(cells[::2], cells[1::2], strict=False):
                key = bare(name).rstrip("：:")
                if key in TABLE_OF_DATA and value:
                    self._source.hints.setdefault("title" if key == "标题" else key, value)

    def _unseen(self, node: LexborNode) -> bool:
        if node.tag in UNSEEN or (node.tag or "").startswith(("-", "!")):
            return True
        attributes = node.attributes
        if "hidden" in attributes or STYLE_HIDDEN.search(attributes.get("style") or ""):
            return True
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if NAVIGATION.search(names):
            return True
        return any(
            f".{name}" in self._hidden or f"{node.tag}.{name}" in self._hidden
            for name in (attributes.get("class") or "").split()
        ) or (f"#{attributes.get('id')}" in self._hidden)

    def _walk(self, node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                self._parts.append(re.sub(r"[\n\r\t]+", " ", child.text(deep=False)))
            elif child.tag == "br":
                self._flush()
            elif self._unseen(child):
                continue
            elif child.tag == "table" and not _is_layout(child):
                self._flush()
                self._add_table(child)
            elif child.tag in BLOCKS:
                self._flush()
                self._walk(child)
                self._flush()
            elif child.tag == "a" and _is_list_link(child):
                continue
            else:
                self._linked += len(bare(child.text(deep=True))) if child.tag == "a" else 0
                self._walk(child)

    def _flush(self) -> None:
        text, linked = "".join(self._parts), self._linked
        self._parts.clear()
        self._linked = 0
        is_menu = (
            linked >= 0.5 * len(bare(text)) and len(bare(text)) < 60 and linked > 0 and not re.match(r"\s*附件", text)
        )
        if not is_menu and not FURNITURE.search(text.strip()[:80]):
            self._add(text)

    def _add(self, text: str) -> None:
        content = tidy(re.sub(r" {2,}", " ", text))
        if content:
            self._count += 1
            self._source.blocks.append(Line(content, self._count, f"正文第{self._count}行", whole=True))

    def _add_table(self, table: LexborNode) -> None:
        grid = _grid(table)
        if grid:
            self._count += 1
            self._source.blocks.append(Table(grid, self._count, f"正文第{self._count}行的表"))


def _hidden_selectors(tree: LexborHTMLParser) -> frozenset[str]:
    """Simple selectors (.class, #id) that a style sheet of the page hides."""
    found: set[str] = set()
    for style in tree.css("style"):
        css = re.sub(r"/\*.*?\*/", "", style.text(deep=True) or "", flags=re.S)
        for match in CSS_HIDDEN.finditer(css):
            for selector in match[1].split(","):
                if re.fullmatch(r"[a-z]*[.#][\w-]+", selector.strip()):
                    found.add(selector.strip())
    return frozenset(found)


def _count_letters(tree: LexborHTMLParser) -> dict[int, int]:
    """Of each element, how many letters it holds that are no link's.

    Raises DocumentError for a page that is too large or nested too deep.
    """
    counts: dict[int, int] = {}
    node = tree.body
    path: list[LexborNode] = []
    seen = 0
    while node is not None:
        seen += 1
        if seen > MAX_NODES or len(path) > MAX_DEPTH:
            raise refusal(
                "网页太大或嵌套过深，不像正常网页。", "The page is too large or nested too deep to be a document."
            )
        if node.tag == "-text" and not any(up.tag in ("a", "script", "style") for up in path):
            length = len(bare(node.text(deep=False)))
            for up in path:
                counts[up.mem_id] = counts.get(up.mem_id, 0) + length
        if node.child is not None:
            path.append(node)
            node = node.child
            continue
        while node is not None and node.next is None:
            node = path.pop() if path else None
        node = node.next if node is not None and path else None
    return counts


def _elements(node: LexborNode) -> Iterator[LexborNode]:
    return (child for child in node.iter(include_text=False))


def _inside(node: LexborNode, outer: LexborNode) -> bool:
    parent: LexborNode | None = node
    while parent is not None:
        if parent.mem_id == outer.mem_id:
            return True
        parent = parent.parent
    return False


def _is_list_link(link: LexborNode) -> bool:
    """A link that is its paragraph's whole text: to an attachment or another page."""
    parent = link.parent
    return parent is not None and parent.tag == "li" and bare(parent.text(deep=True)) == bare(link.text(deep=True))


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places text."""
    if table.css_first("table") is not None and len(table.css("table")) > 1:
        return True
    rows = table.css("tr")
    if all(len(row.css("td, th")) <= 1 for row in rows):
        return True
    return any(len(bare(cell.text(deep=True))) > 600 or len(cell.css("p")) > 8 for cell in table.css("td, th"))


def _grid(table: LexborNode) -> tuple[tuple[str, ...], ...]:
    """The cells' texts, with merged cells filled in."""
    rows: list[dict[int, str]] = []
    pending: dict[tuple[int, int], str] = {}
    for number, row in enumerate(table.css("tr")):
        line: dict[int, str] = {}
        column = 0
        for cell in row.css("td, th"):
            while (number, column) in pending:
                line[column] = pending[number, column]
                column += 1
            text = "\n".join(filter(None, (tidy(re.sub(r"[ \t\r\n\xa0]+", " ", part)) for part in _cell_lines(cell))))
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(column, column + across):
                line[place] = text
                for below in range(number + 1, number + down):
                    pending[below, place] = text
            column += across
        while (number, column) in pending:
            line[column] = pending[number, column]
            column += 1
        if any(line.values()):
            rows.append(line)
    width = max((max(line, default=-1) for line in rows), default=-1) + 1
    return tuple(tuple(line.get(place, "") for place in range(width)) for line in rows)


def _cell_lines(cell: LexborNode) -> list[str]:
    parts = cell.css("p")
    if parts and bare("".join(part.text(deep=True) for part in parts)) == bare(cell.text(deep=True)):
        return [part.text(deep=True) for part in parts]
    return [cell.text(deep=True)]


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), 100) if value.isascii() and value.isdigit() else 1
