"""`python -m bot documents read`, as a clerk or a program runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bot.reading.papers import RUNNING, paper


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", "documents", "read", *words], capture_output=True, text=True)


def test_it_prints_one_json_object(tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_text(paper(RUNNING), "utf-8")
    done = run(str(path), "--json")
    reading = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert reading["document"]["dated"] == "2022-03-01"
    assert reading["clauses"][2] == {
        "label": "（三）",
        "path": ["二", "（三）"],
        "no": 3,
        "chapter": 2,
        "heading": "发放贷款",
        "text": "发放贷款。贷款额度最高300万元。",
        "status": None,
        "departments": [{"name": "市金融局", "role": "responsible"}],
    }
    assert reading["closing"] == {"text": "本措施自2022年4月1日起施行，有效期2年。", "departments": []}


def test_it_prints_every_doubt_for_a_clerk(tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_text(paper(RUNNING.replace("（三）发放", "（五）发放").replace("200元", "2O0元")), "utf-8")
    done = run(str(path))
    assert done.returncode == 0
    assert "第29行：（五）发放贷款：编号不连续" in done.stdout
    assert "“2O0元”疑为识别错误" in done.stdout
    assert "〔待核对，暂不引用〕" in done.stdout


def test_a_refusal_goes_to_stderr_with_status_1_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "source.txt"
    path.write_text("福州今天天气晴。\n", "utf-8")
    for words in ([str(path)], [str(path), "--json"], [str(tmp_path / "missing")]):
        done = run(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert str(words[0]) in done.stderr
        assert "Traceback" not in done.stderr


def test_it_does_not_wait_for_rasa() -> None:
    check = "import sys, runpy; sys.argv = ['bot', 'documents', 'read', 'documents/2021-49/source.txt', '--json']\n"
    check += (
        "try: runpy.run_module('bot', run_name='__main__')\nexcept SystemExit: pass\nassert 'rasa' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True).returncode == 0
