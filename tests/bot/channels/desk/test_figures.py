"""The page of figures, its pictures and its files."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.channels.desk.figures import TABLES
from bot.clauses.store import ClauseStore
from bot.mailbox.models import Line, Reply
from bot.mailbox.state import State
from bot.mailbox.tables import messages
from tests.bot.channels.desk.clerk import desk, signed_in

FORMULA = "=cmd|'/c calc'!A0 我的老年卡呢"


@pytest.fixture
def judgement(store: ClauseStore) -> Any:
    """The figures need the clauses only."""
    return SimpleNamespace(store=store)


@pytest.fixture
def lin(state: State, judgement: Any) -> TestClient:
    return signed_in(state, judgement)


@pytest.fixture
def asked(state: State) -> None:
    """Two answers with clause 8, one of them on Telegram, and a refusal."""
    about_eight = {"outcome": "answer", "clause": "2021-49/8", "groups": "returnee"}
    rows: list[dict[str, Any]] = [
        {**about_eight, "text": "留學生創業", "channel": "web"},
        {**about_eight, "text": "留学生创业", "channel": "telegram"},
        {"outcome": "no_answer", "clause": "", "groups": "", "text": FORMULA, "channel": "web"},
    ]
    reply = Reply((Line("utter_no_service", "……"),), {"kind": "no_answer"}).to_json()
    for number, row in enumerate(rows):
        row.update(conversation="secret-conversation", message_id=str(number), received_at=time.time(), reply=reply)
        row.update(script="hans")
    asyncio.run(state.run(lambda connection: connection.execute(sa.insert(messages), rows)))


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("asked")
def test_each_picture_has_its_numbers_in_a_table_beneath(lin: TestClient) -> None:
    page = lin.get("/desk/figures?days=7").text
    for name in ("days", *TABLES):
        assert f'src="/desk/figures/{name}.svg?days=7" alt="' in page
    assert '<th scope="row">（八）支持留学人员创新创业</th><td class="number">2</td>' in page
    assert '<th scope="row">市人社局</th><td class="number">2</td>' in page


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("name", ["days", *TABLES])
def test_a_picture_is_svg_with_its_words_as_text_that_can_do_nothing(lin: TestClient, name: str) -> None:
    answer = lin.get(f"/desk/figures/{name}.svg?days=30")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    drawn = ElementTree.fromstring(answer.content)
    words = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    expected = {
        "days": {"有答复", "婉拒", "其他", "3"},
        "outcomes": {"引用条文", "婉拒", "2", "1"},
        "clauses": {"（八）支持留学人员创新创业", "2"},
        "departments": {"市人社局", "市财政局"},
        "groups": {"留学人员"},
        "scripts": {"简体", "3"},
        "channels": {"网页", "Telegram"},
    }[name]
    assert expected <= words
    assert not list(drawn.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.usefixtures("asked")
def test_the_tables_come_as_csv_in_the_clerks_script_without_formulas(lin: TestClient) -> None:
    assert table(lin.get("/desk/figures/clauses.csv?days=7")) == [
        ["条文", "次数"],
        ["（八）支持留学人员创新创业", "2"],
    ]
    assert len(table(lin.get("/desk/figures/days.csv?days=7"))) == 8
    (_, (number, question)) = table(lin.get("/desk/figures/unanswered.csv"))
    assert (number, question) == ("1", f"'{FORMULA}")


@pytest.mark.usefixtures("asked")
def test_no_figure_says_who_asked(lin: TestClient) -> None:
    for path in ("/desk/figures", "/desk/figures/unanswered.csv", "/desk/figures/channels.svg"):
        assert "secret-conversation" not in lin.get(path).text


def test_without_any_messages_the_page_says_so(lin: TestClient) -> None:
    page = lin.get("/desk/figures").text
    assert "还没有。" in page
    assert 'src="/desk/figures/' not in page
    assert lin.get("/desk/figures/days.svg").status_code == 200
    assert lin.get("/desk/figures/groups.svg").status_code == 200


@pytest.mark.parametrize("path", ["/desk/figures?days=8", "/desk/figures/nothing.csv", "/desk/figures/nothing.svg"])
def test_what_there_is_not_is_said(lin: TestClient, path: str) -> None:
    assert lin.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/desk/figures", "/desk/figures/days.svg", "/desk/figures/days.csv"])
def test_nobody_sees_figures_without_signing_in(state: State, judgement: Any, path: str) -> None:
    assert desk(state, judgement).get(path).status_code == 303
