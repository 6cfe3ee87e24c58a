"""The desk's pages: Jinja templates, and the script that a clerk reads.

The words of the pages are written once, in Traditional, and marked with `_(…)`: a reader of Simplified gets them converted (that way
round no character is ambiguous). The documents' words are Simplified; `|shown` converts them for a reader of Traditional, character by
character. What people wrote is shown as they wrote it, escaped like everything else.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.text.script import Script, to_script

FOLDER = Path(__file__).parent
MAINLAND = {
    "登入": "登录",
    "登出": "退出",
    "帐号": "账号",
    "列印": "打印",
    "讯息": "消息",
    "装置": "设备",
    "长条图": "条形图",
    "连结": "链接",
}
"""Words of the pages that are other words, not other characters, for a reader of Simplified."""
CACHED = 4096
"""Texts whose conversion is remembered."""


class Pages:
    """Renders templates for whoever asks."""

    def __init__(self, timezone: str) -> None:
        """`timezone` is where the staff sit; times are shown in it."""
        self._zone = ZoneInfo(timezone)
        self._templates = {script: self._environment(script) for script in ("hans", "hant")}

    def script(self, request: Request) -> Script:
        """The script that this clerk reads: the chosen one, else the browser's, else Simplified."""
        chosen = request.session.get("script")
        if chosen in ("hans", "hant"):
            return "hant" if chosen == "hant" else "hans"
        languages = request.headers.get("accept-language", "").lower()
        traditional = any(code in languages.partition(";")[0] for code in ("hant", "zh-tw", "zh-hk", "zh-mo"))
        return "hant" if traditional else "hans"

    def render(self, request: Request, template: str, fields: Mapping[str, Any], status: int = 200) -> Response:
        """`template` with `fields`; every page knows `request`, `account` (None for nobody's), `script` and `here`."""
        script = self.script(request)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        known = {
            "request": request,
            "account": getattr(request.state, "account", None),
            "csrf": getattr(request.state, "csrf", None),
            "script": script,
            "here": here,
        }
        return HTMLResponse(self._templates[script].get_template(template).render({**known, **fields}), status)

    def _environment(self, script: Script) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["_"] = lambda words: worded(words, script)
        environment.filters["shown"] = lambda text: _converted(str(text), script) if script == "hant" else text
        environment.filters["moment"] = self._moment
        environment.filters["waiting"] = _waiting
        return environment

    def _moment(self, at: float) -> str:
        return datetime.datetime.fromtimestamp(at, self._zone).strftime("%Y-%m-%d %H:%M")


def _waiting(seconds: float) -> str:
    """A length of time, as staff say it."""
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分钟" if hours < 48 else f"{hours // 24} 天"


@lru_cache(CACHED)
def worded(words: str, script: Script) -> str:
    """Words of the pages, which are written in Traditional, in `script`."""
    if script == "hant":
        return words
    changed = _converted(words, script)
    for word, mainland in MAINLAND.items():
        changed = changed.replace(word, mainland)
    return changed


@lru_cache(CACHED)
def _converted(text: str, script: Script) -> str:
    return to_script(text, script)
