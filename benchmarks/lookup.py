"""`python -m benchmarks.lookup`: type look-ups key by key against ever more clauses, write docs/lookup.md.

The server is the desk's own, over HTTP on loopback, signed in; only its clause database is larger than the one that the model learned
from, so the check that both fit is left out here (`_serve`), and nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
from rich.console import Console

from benchmarks.synthetic import write_documents

SIZES = (24, 1_000, 10_000)
FOLDER = Path("build/benchmarks-lookup").resolve()
NAME, PASSWORD = "clerk", "a password for the benchmark only"
PATIENCE = 120.0
"""Seconds until the server must answer."""
LIMIT = 60.0
"""Milliseconds: what a key may take on the server's side at the 95th percentile."""
TYPED = (
    "离岗创业 几年",
    "建园奖励 金额",
    "（十七）",
    "第8条 单位",
    "大数据委",
    "职称 农村 25年",
    "市财政局 市人社局",
    "台湾",
    "留学生创业启动资金",
    "村医 职称 不占名额",
    "人才储备 生活补贴",
    "企业开办 几天",
    "随迁子女 积分入学",
    "公租房 非户籍",
    "学徒制",
    "首席技师 年薪",
    "三支一扶 专岗比例",
    "科技进步奖 奖励",
    "档案 异地",
    "残疾学生 资助",
    "低保 最低工资 挂钩",
    "留守儿童",
    "滨海新城 老师 职称",
    "县管校聘",
    "医师多点执业",
    "跨省养老保险转移",
    "退役军人窗口",
    "免费住宿 几晚",
    "职业技能等级认定",
    "孵化器 众创空间",
    "劳模工作室",
    "营商办 融资",
    "卫健委",
    "第五部分",
    "没有人社局的是哪几条",
    "有金额的条款",
    "臺胞 社保",
    "廈門 人才補貼",
    "打印机又卡纸了",
    "entrepreneurship subsidy for returnees",
)
console = Console(highlight=False)
app = typer.Typer(pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Measured:
    """Milliseconds a key took, as page and as JSON."""

    clauses: int
    page: Sequence[float]
    json: Sequence[float]


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    target: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/lookup.md"),
) -> None:
    """Measure each size, one after the other."""
    if context.invoked_subcommand:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    results = []
    for size in SIZES:
        results.append(_measure(size))
        console.print(_row(results[-1]))
    target.write_text(_page(results), "utf-8")
    console.print(str(target))
    if any(_percentile(result.page, 95) > LIMIT for result in results):
        raise SystemExit(f"A key takes more than {LIMIT:.0f} ms at the 95th percentile.")


@app.command(hidden=True)
def serve(size: int, port: int) -> None:
    """Serve the desk over a database of `size` clauses (called by `main`)."""
    _serve(size, port)


def _measure(size: int) -> Measured:
    from bot.clauses.build import build

    folder = FOLDER / str(size)
    with console.status(f"{size} clauses: building"):
        write_documents(Path("documents"), folder / "documents", size)
        report = build(folder / "documents", folder / "clauses.db")
    numbered = report.clauses - 2 * report.documents
    with console.status(f"{numbered} clauses: typing"), _running(size) as port:
        cookie = sign_in(port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        get(
            connection, f"/desk/?{_query('福州')}", cookie, in_place=True
        )  # what is computed once, at the first look-up
        page = [get(connection, f"/desk/?{_query(text)}", cookie, in_place=True) for text in keys()]
        json = [get(connection, f"/desk/lookup.json?{_query(text)}", cookie, in_place=False) for text in keys()]
    return Measured(numbered, page, json)


def keys() -> Iterator[str]:
    """What stands in the box after each key."""
    return (text[: end + 1] for text in TYPED for end in range(len(text)))


def _query(text: str) -> str:
    return urlencode({"q": text})


def get(connection: http.client.HTTPConnection, path: str, cookie: str, in_place: bool) -> float:
    """Milliseconds that an address takes; `in_place` as the page itself asks."""
    headers = {"cookie": cookie, **({"hx-request": "true"} if in_place else {})}
    started = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    took = (time.perf_counter() - started) * 1000
    assert response.status == 200, (path, response.status)
    return took


def sign_in(port: int) -> str:
    """The cookie of a session of the clerk NAME."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/desk/sign-in")
    response = connection.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', response.read().decode())
    assert token
    cookie = (response.getheader("set-cookie") or "").partition(";")[0]
    body = urlencode({"csrf_token": token[1], "name": NAME, "password": PASSWORD})
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/desk/sign-in", body, headers)
    response = connection.getresponse()
    response.read()
    assert response.status == 303
    return (response.getheader("set-cookie") or "").partition(";")[0]


@contextlib.contextmanager
def _running(size: int) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    environment = {**os.environ, "RONGCE_CLAUSES": str(FOLDER / str(size) / "clauses.db")}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.lookup", "serve", str(size), str(port)]
    log = FOLDER / f"{size}.log"
    with log.open("w") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The server did not start; {log} says why.")
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _serve(size: int, port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette

    from bot.answers.question import Question
    from bot.assistant import Assistant
    from bot.channels.desk import application
    from bot.clauses.folder import Publishing
    from bot.clauses.store import ClauseStore
    from bot.components.vocabulary import clause_store
    from bot.helpdesk.audit import Actor
    from bot.helpdesk.staff import Staff
    from bot.logs import configure_logs
    from bot.mailbox.state import State
    from bot.mailbox.trackers import WindowedTrackerStore
    from bot.settings import read_settings

    class Judgement:
        """The look-up's part of what the server offers to the desk."""

        def __init__(self, assistant: Assistant) -> None:
            self._assistant = assistant

        @property
        def store(self) -> ClauseStore:
            """The clause database."""
            return clause_store()

        async def understand(self, text: str, documents: Sequence[str] = ()) -> Question | None:
            """What is typed, as the models understand it."""
            return await self._assistant.understand(text, documents)

    configure_logs("warning")
    state = State(f"sqlite:///{FOLDER}/{size}.db")
    assistant = Assistant.load(read_settings(), WindowedTrackerStore.on(state))
    asyncio.run(Staff(state).add(NAME, PASSWORD, "staff", Actor("benchmark")))
    nothing_published = Publishing(Path("documents"), Path("build/clauses.db"), None)
    judgement = Judgement(assistant)
    desk = application.mount(state, judgement, nothing_published, "Asia/Shanghai", False, 180)  # type: ignore[arg-type]
    uvicorn.run(Starlette(routes=[desk]), port=port, log_level="warning", ws="none")


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _row(result: Measured) -> str:
    figures = [_percentile(values, percent) for values in (result.page, result.json) for percent in (50, 95)]
    return f"| {result.clauses:,} | {' | '.join(f'{figure:.1f}' for figure in figures)} | {max(result.page):.0f} |"


def _page(results: Sequence[Measured]) -> str:
    rows = "\n".join(map(_row, results))
    return f"""# The look-up's speed

Written by `python -m benchmarks.lookup` (part of `make bench`) on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python
{platform.python_version()}, Linux. {len(TYPED)} look-ups were typed, {len(results[0].page)} keys; each key is one request over HTTP to a desk
that one has signed in to, Rasa's understanding and the page's rendering included. Milliseconds; the aim is under {LIMIT:.0f} at the 95th
percentile. The databases of 1,000 and 10,000 clauses hold the real document and variants of it, in which 30 % of the words and all numbers
are others (`benchmarks/synthetic.py`); units are those of the document. The first look-up after a start takes longer and is left out: it
counts the documents' words.

| numbered clauses | page, p50 | page, p95 | JSON, p50 | JSON, p95 | page, slowest |
| --- | --- | --- | --- | --- | --- |
{rows}

What makes it so: clauses and passages are read once; words are looked up in SQLite's full-text index and remembered; which clauses fit which
choice is known before, so that all counts are one pass over what was found.
"""


if __name__ == "__main__":
    app()
