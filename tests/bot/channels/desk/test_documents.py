"""Documents at the desk: read, published and retired by a reviewer."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.clauses.build import build
from bot.clauses.confirmed import Confirmed
from bot.clauses.folder import Publishing
from bot.clauses.store import ClauseStore
from bot.components.vocabulary import clause_store
from bot.helpdesk import audit
from bot.mailbox.models import Message
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, press, signed_in, token

SONGPING = Path("evaluation/corpus/fresh/documents/songping-2022/source.txt")


class Held(Judgement):
    """The assistant in front of the documents of a folder."""

    def __init__(self, assistant: Assistant, target: Path) -> None:
        super().__init__(assistant)
        self._target = target

    @property
    def store(self) -> ClauseStore:
        return ClauseStore.open(self._target)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree("documents", tmp_path / "documents")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    return tmp_path / "documents"


@pytest.fixture
def publishing(folder: Path) -> Publishing:
    return Publishing(folder, folder.with_name("clauses.db"), None)


@pytest.fixture
def chen(state: State, assistant: Assistant, folder: Path, publishing: Publishing) -> TestClient:
    return signed_in(state, Held(assistant, folder.with_name("clauses.db")), "chen", "reviewer", publishing)


@pytest.fixture
def lin(state: State, assistant: Assistant, folder: Path, publishing: Publishing) -> TestClient:
    return signed_in(state, Held(assistant, folder.with_name("clauses.db")), "lin", "staff", publishing)


def upload(browser: TestClient, content: bytes, name: str = "source.txt") -> str:
    """The page that shows what was read, or why not."""
    fields = {"csrf_token": token(browser)}
    return str(browser.post("/desk/documents/read", data=fields, files={"file": (name, content)}).text)


def draft_in(page: str) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_was_read_is_shown_with_every_doubt_before_anything_is_published(chen: TestClient, folder: Path) -> None:
    misnumbered = re.sub(r"(?m)^2(?=[.．、])", "9", SONGPING.read_text("utf-8"), count=1)
    page = upload(chen, misnumbered.encode())
    assert "松政发〔2022〕11号" in page
    assert "2025-12-31" in page
    assert "县人社局、县财政局、县乡村振兴局" in page
    assert "请核对" in page
    assert re.search(r"第 \d+ 行", page)
    assert [path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")] == ["2021-49"]


def test_a_document_is_published_listed_and_retired_and_the_trail_says_by_whom(
    chen: TestClient, folder: Path, state: State
) -> None:
    page = upload(chen, SONGPING.read_bytes())
    assert 'value="songping-2022-11"' in page
    fields = {"draft": draft_in(page), "key": "songping-2022-11", "nicknames": "归雁计划、回乡计划"}
    assert press(chen, "/desk/documents/publish", **fields).status_code == 303
    listed = chen.get("/desk/documents").text
    assert "松政发〔2022〕11号" in listed
    assert "归雁计划、回乡计划" in listed
    assert "已过期" in listed
    assert "客房5间以上" in chen.get("/desk/documents/songping-2022-11").text
    assert press(chen, "/desk/documents/songping-2022-11/retire").status_code == 303
    assert 'id="document-songping-2022-11"' not in chen.get("/desk/documents").text
    done = [(entry.who, entry.action, entry.about) for entry in asyncio.run(audit.entries(state))]
    assert ("chen", "published", "document/songping-2022-11") in done
    assert ("chen", "retired", "document/songping-2022-11") in done


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("今天天气晴。".encode(), "a.txt", "政策文件"),
        (b"MZ\x00", "a.exe", "只能放入"),
        (b"%PDF-1.4 broken", "a.pdf", "PDF"),
        (b"", "a.txt", "空"),
    ],
)
def test_what_is_no_document_is_refused_in_words(chen: TestClient, content: bytes, name: str, says: str) -> None:
    page = upload(chen, content, name)
    assert says in page
    assert 'name="draft"' not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"draft": "../../secret", "key": "songping"},
        {"draft": "0" * 32 + ".txt", "key": "songping"},
        {"draft": "", "key": "songping"},
    ],
)
def test_a_draft_that_is_not_there_is_not_published(chen: TestClient, folder: Path, fields: dict[str, str]) -> None:
    assert press(chen, "/desk/documents/publish", **fields, nicknames="").status_code >= 400
    assert not (folder / "songping").exists()


@pytest.mark.parametrize("key", ["2021-49", "../x", "Key", ""])
def test_a_key_that_is_taken_or_none_changes_nothing_and_the_draft_stays(
    chen: TestClient, folder: Path, key: str
) -> None:
    draft = draft_in(upload(chen, SONGPING.read_bytes()))
    assert press(chen, "/desk/documents/publish", draft=draft, key=key, nicknames="").status_code >= 400
    assert press(chen, "/desk/documents/publish", draft=draft, key="songping", nicknames="").status_code == 303


def test_the_last_document_cannot_be_retired(chen: TestClient, folder: Path) -> None:
    assert press(chen, "/desk/documents/2021-49/retire").status_code >= 400
    assert (folder / "2021-49" / "source.txt").is_file()


def test_only_a_reviewer_puts_documents_in_and_takes_them_out(lin: TestClient) -> None:
    assert 'id="upload"' not in lin.get("/desk/documents").text
    assert (
        lin.post("/desk/documents/read", data={"csrf_token": token(lin)}, files={"file": ("a.txt", b"x")}).status_code
        == 403
    )
    assert press(lin, "/desk/documents/2021-49/retire").status_code == 403


def test_a_form_of_another_site_changes_nothing(chen: TestClient) -> None:
    refused = chen.post(
        "/desk/documents/read", data={"csrf_token": "no"}, files={"file": ("a.txt", SONGPING.read_bytes())}
    )
    assert refused.status_code >= 400
    assert chen.post("/desk/documents/2021-49/retire", data={}).status_code >= 400


ASKS = "松屏民宿改建一间补多少"
TAUGHT = "留学生回福州创业有补助吗"
KEY = "songping-2022-11"
CONTENT = SONGPING.read_bytes()


def read_draft(browser: TestClient) -> str:
    return draft_in(upload(browser, SONGPING.read_bytes()))


def ask(browser: TestClient, draft: str, question: str, **fields: Any) -> Any:
    """The page after a question was tried against a draft."""
    return press(browser, "/desk/documents/try", **{"draft": draft, "key": KEY, "question": question, **fields})


def answers(page: str) -> list[str]:
    """What the page says to each question, as text."""
    return [
        html.unescape(re.sub("<[^>]+>", "", part)) for part in re.findall(r'<li class="ours">(.*?)</li>', page, re.S)
    ]


def toml_of(folder: Path, key: str = KEY) -> dict[str, Any]:
    return tomllib.loads((folder / key / "document.toml").read_text("utf-8"))


def test_a_question_is_answered_from_a_draft_as_a_citizen_would_be_and_nothing_is_published(
    chen: TestClient, folder: Path
) -> None:
    before = folder.with_name("clauses.db").read_bytes()
    (answer,) = answers(ask(chen, read_draft(chen), ASKS).text)
    assert "每间8000元" in answer
    assert "责任单位：" in answer
    assert "松政发〔2022〕11号" in answer
    assert "出自这份草稿" in answer
    assert folder.with_name("clauses.db").read_bytes() == before
    assert KEY not in chen.get("/desk/documents").text
    assert not [path.name for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_it_is_told_when_another_document_answers_and_when_nothing_does(chen: TestClient) -> None:
    draft = read_draft(chen)
    (other,) = answers(ask(chen, draft, TAUGHT).text)
    assert "答的不是这份草稿，而是 榕政办〔2021〕49号" in other
    (refused,) = answers(ask(chen, draft, "今天天气怎么样").text)
    assert "婉拒" in refused
    assert "草稿" not in refused


@pytest.mark.asyncio
async def test_what_is_tried_is_seen_by_nobody_who_asks_meanwhile(
    assistant: Assistant, folder: Path, publishing: Publishing
) -> None:
    draft = publishing.keep_draft("a.txt", CONTENT)
    store, _ = publishing.try_out(draft, KEY, [], Confirmed())

    async def citizen() -> list[str]:
        reply = await assistant.answer(Message("test", uuid.uuid4().hex, "1", ASKS))
        return [answer["key"] for answer in reply.custom["answers"]]

    tried, *asked = await asyncio.gather(
        assistant.try_out(ASKS, store), citizen(), assistant.look_up(ASKS, 5), citizen()
    )
    assert tried.custom["answers"][0]["key"] == f"{KEY}/8"
    assert not [key for found in asked for key in found if KEY in str(key)]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "question", [TAUGHT, "第8条谁负责", "你好", "市人社局负责哪些", "今天天气怎么样", "这份文件还有效吗", "？"]
)
async def test_what_is_tried_is_answered_as_the_chat_answers(assistant: Assistant, question: str) -> None:
    reply = await assistant.answer(Message("test", uuid.uuid4().hex, "1", question))
    assert await assistant.try_out(question, clause_store()) == reply


def test_several_questions_are_tried_and_nothing_that_was_typed_is_lost(chen: TestClient) -> None:
    typed = {
        "nicknames": "归雁计划",
        "since": "2022年4月1日",
        "until-checked": "checked",
        "replaces-0": "松政发〔2018〕24号",
        "short-县林业局": "林业局、林管局",
        "full-县林业局-checked": "checked",
    }
    page = ask(chen, read_draft(chen), "归雁计划还有效吗", asked=["松屏林管局负责哪些条", ASKS], **typed).text
    asked = re.findall(r'name="asked" value="([^"]+)"', page)
    assert asked == ["归雁计划还有效吗", "松屏林管局负责哪些条", ASKS]
    in_force, of_unit, sum_ = answers(page)
    assert "2022年4月1日起，2025年12月31日止，经服务台核对" in in_force
    assert "到2025年12月31日为止，已经过期" in in_force
    assert "按文件自己写的" not in in_force
    assert "县林业局" in of_unit
    assert "每间8000元" in sum_
    for name in ("nicknames", "since", "replaces-0", "short-县林业局"):
        assert re.search(f'name="{name}" value="{typed[name]}"', page), name
    assert re.search(r'name="until-checked" value="checked" checked', page)
    assert re.search(r'name="full-县林业局-checked" value="checked" checked', page)
    assert not re.search(r'name="since-checked" value="checked" checked', page)


def test_a_question_is_shown_as_text(chen: TestClient) -> None:
    page = ask(chen, read_draft(chen), '<script>alert("1")</script>松屏').text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("path", ["try", "publish"])
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"since": "2022-13-40"}, "“2022-13-40”不是日期"),
        ({"until": "三年"}, "“三年”不是日期"),
        ({"since": "2026-01-01"}, "有效期在施行之前就结束了"),
        ({"nicknames": "办法"}, "“办法”太短或太平常"),
        ({"short-县林业局": "林"}, "“林”太短"),
        ({"short-县林业局": "林住建", "short-县住建局": "林住建"}, "“林住建”成了两个单位的名字"),
    ],
)
def test_what_cannot_be_is_told_in_chinese_and_stays_to_be_corrected(
    chen: TestClient, folder: Path, path: str, fields: dict[str, str], says: str
) -> None:
    sent = {"draft": read_draft(chen), "key": KEY, "question": ASKS, **fields}
    page = press(chen, f"/desk/documents/{path}", **sent)
    assert page.status_code == 400
    assert says in page.text
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in page.text
    assert ASKS in page.text
    assert not (folder / KEY).exists()


def test_dates_that_were_confirmed_are_kept_and_the_document_is_in_force(chen: TestClient, folder: Path) -> None:
    fields = {"draft": read_draft(chen), "key": KEY, "since-checked": "checked", "until": "2199-12-31"}
    assert press(chen, "/desk/documents/publish", **fields).status_code == 303
    kept = toml_of(folder)
    assert (kept["since"], kept["until"], kept["in_force"]) == ("2022-03-09", "2199-12-31", "in_force")
    card = chen.get("/desk/documents").text.partition(f'id="document-{KEY}"')[2].partition("</li>")[0]
    assert ">有效<" in card
    assert "2199-12-31" in card


def test_what_is_left_as_it_was_read_is_confirmed_by_nobody(chen: TestClient, folder: Path) -> None:
    page = upload(chen, SONGPING.read_bytes())
    for words in ("本方案自印发之日起实施，有效期至2025年12月31日", "松政发〔2018〕23号", "同时停止执行"):
        assert words in page
    seen = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    sent = {name: value for name, value in seen.items() if not name.endswith("-checked") and name != "csrf_token"}
    assert {"since", "until", "replaces-0", "short-县林业局"} <= set(sent)
    assert press(chen, "/desk/documents/publish", **sent).status_code == 303
    assert toml_of(folder) == {"nicknames": []}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"replaces-0-checked": "checked"}, [["松政发〔2018〕23号", "松屏县鼓励农民工返乡创业十项扶持办法"]]),
        ({"replaces-0": ""}, []),
        (
            {"replaces-more": "松政发〔2017〕 3号"},
            [["松政发〔2018〕23号", "松屏县鼓励农民工返乡创业十项扶持办法"], ["松政发〔2017〕3号", ""]],
        ),
    ],
)
def test_what_it_replaces_is_confirmed_corrected_or_added(
    chen: TestClient, folder: Path, fields: dict[str, str], kept: list[list[str]]
) -> None:
    sent = {"draft": read_draft(chen), "key": KEY, **fields}
    assert press(chen, "/desk/documents/publish", **sent).status_code == 303
    assert toml_of(folder)["replaces"] == kept
    assert toml_of(folder)["confirmed"] == ["replaces"]


def test_new_units_are_told_and_only_those_that_somebody_confirmed_are_kept(chen: TestClient, folder: Path) -> None:
    page = upload(chen, SONGPING.read_bytes())
    new = page.partition('id="new-units"')[2].partition("</ul>")[0]
    assert "县林业局" in new
    assert "各乡镇人民政府" in new
    assert "县人社局" not in new
    assert "县人社局" in page.partition("按规则认得的单位")[2].partition("</details>")[0]
    fields = {
        "draft": draft_in(page),
        "key": KEY,
        "full-县林业局-checked": "checked",
        "short-县住建局": "建设局、 住建局",
    }
    assert press(chen, "/desk/documents/publish", **fields).status_code == 303
    kept = {unit["name"]: unit["aliases"] for unit in toml_of(folder)["department"]}
    assert kept == {"县林业局": ["林业局", "松屏林业局", "松屏县林业局"], "县住建局": ["建设局", "住建局"]}


def test_a_document_is_replaced_and_the_old_version_put_back_with_one_press_and_the_trail_says_so(
    chen: TestClient, folder: Path, state: State
) -> None:
    press(chen, "/desk/documents/publish", draft=read_draft(chen), key=KEY)
    newer = SONGPING.read_text("utf-8").replace("每间8000元", "每间9000元").encode()
    page = upload(chen, newer)
    assert "已经有一份文件叫这个名字" in page
    sent = {"draft": draft_in(page), "key": KEY}
    refused = press(chen, "/desk/documents/publish", **sent)
    assert refused.status_code == 400
    assert f"已经有一份文件叫 {KEY}" in refused.text
    (tried,) = answers(ask(chen, sent["draft"], ASKS, **{"instead-checked": "checked"}).text)
    assert "每间9000元" in tried
    confirmed = {"since-checked": "checked", "full-县林业局-checked": "checked", "instead-checked": "checked"}
    assert press(chen, "/desk/documents/publish", **sent, **confirmed).status_code == 303
    assert "每间9000元" in chen.get(f"/desk/documents/{KEY}").text
    card = chen.get("/desk/documents").text.partition(f'id="document-{KEY}"')[2].partition("</li>")[0]
    found = re.search(r'name="name" value="([^"]+)"', card)
    assert found
    assert press(chen, "/desk/documents/put-back", name=found[1]).status_code == 303
    assert "每间8000元" in chen.get(f"/desk/documents/{KEY}").text
    done = [entry.action for entry in asyncio.run(audit.entries(state)) if entry.about == f"document/{KEY}"]
    assert done == ["restored", "confirmed units", "confirmed dates", "replaced", "published"]
    trail = chen.get("/desk/audit").text
    for words in ("发布新版，撤下旧版", "把撤下的文件放回", "核对文件的日期和代替关系", "核对文件里的单位"):
        assert words in trail


def test_a_document_that_was_taken_out_is_listed_and_put_back(chen: TestClient) -> None:
    press(chen, "/desk/documents/publish", draft=read_draft(chen), key=KEY)
    press(chen, f"/desk/documents/{KEY}/retire")
    page = chen.get("/desk/documents").text
    assert "支持返乡创业发展乡村旅游实施方案" in page.partition('id="retired"')[2]
    assert press(chen, "/desk/documents/put-back", name=KEY).status_code == 303
    assert f'id="document-{KEY}"' in chen.get("/desk/documents").text


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("held/source.txt", "文件夹里另一份文件（held）读不了"),
        ("2021-49/document.toml", "文件 2021-49 的 document.toml 有问题"),
        ("departments.toml", "单位表（departments.toml）读不了"),
    ],
)
def test_what_is_wrong_in_the_folder_is_told_in_chinese_without_paths(
    chen: TestClient, folder: Path, broken: str, says: str
) -> None:
    draft = read_draft(chen)
    (folder / broken).parent.mkdir(exist_ok=True)
    (folder / broken).write_text("[今天天气晴", "utf-8")
    for page in (
        press(chen, "/desk/documents/publish", draft=draft, key=KEY),
        ask(chen, draft, ASKS),
        press(chen, "/desk/documents/2021-49/retire") if "2021-49" not in broken else None,
    ):
        if page is not None:
            assert page.status_code == 400
            assert says in page.text
            assert str(folder) not in page.text
            assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", re.sub(r"<[^>]+>", "", page.text.partition("<main")[2]))


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("no-such/retire", {}, "没有叫 no-such 的文件"),
        ("put-back", {"name": "../2021-49"}, "没有叫 ../2021-49 的文件"),
        ("2021-49/retire", {}, "这是最后一份文件"),
        ("publish", {"draft": "0" * 32 + ".txt", "key": KEY}, "这份草稿已经不在了"),
    ],
)
def test_what_cannot_be_done_is_told_in_chinese(
    chen: TestClient, folder: Path, path: str, fields: dict[str, str], says: str
) -> None:
    page = press(chen, f"/desk/documents/{path}", **fields)
    assert page.status_code == 400
    assert says in page.text
    assert str(folder) not in page.text


def test_a_reviewer_reads_which_labels_a_new_version_would_lose_before_it_is_published(chen: TestClient) -> None:
    source = Path("documents/2021-49/source.txt").read_text("utf-8")
    for text, lost in ((source.replace("5-50 万元", "8-60 万元"), True), (source, False)):
        sent = {"draft": draft_in(upload(chen, text.encode())), "key": "2021-49"}
        page = press(chen, "/desk/documents/try", **sent).text
        assert "代替它" in page
        assert ("适用人群：留学人员 · （八）" in page) == lost
        assert ("每句话的约束力" in page) == lost


def test_personal_numbers_in_what_is_typed_of_a_draft_are_masked_and_seen_before_anything_is_done(
    chen: TestClient, folder: Path
) -> None:
    draft = read_draft(chen)
    tried = ask(chen, draft, "我电话13950212345，民宿改建补多少")
    assert tried.status_code == 400 and "遮去" in tried.text and answers(tried.text) == []
    assert "我电话〔电话〕，民宿改建补多少" in tried.text and "13950212345" not in tried.text
    published = press(chen, "/desk/documents/publish", draft=draft, key=KEY, nicknames="松屏十二条、13950212345")
    assert published.status_code == 400 and "松屏十二条、〔电话〕" in published.text
    assert not (folder / KEY).exists()


def test_that_what_was_published_is_not_answered_from_is_told(
    state: State, assistant: Assistant, folder: Path, publishing: Publishing
) -> None:
    judgement = Held(assistant, folder.with_name("clauses.db"))
    browser = signed_in(state, judgement, "chen", "reviewer", publishing)
    assert 'id="refused"' not in browser.get("/desk/documents").text
    judgement.refused = "no such table"
    shown = browser.get("/desk/documents").text
    assert 'id="refused"' in shown
    assert "no such table" not in shown
