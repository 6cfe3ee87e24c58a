"""What the answers teach, as a clerk and a reviewer see it."""

from __future__ import annotations

import asyncio
import html
import re
import uuid

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.helpdesk import audit
from bot.helpdesk.proposals import Proposal, Proposals
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply
from bot.mailbox.people import Opinion, People
from bot.mailbox.state import State
from tests.bot.channels.desk.clerk import Judgement, press, signed_in

PASSAGE = "2021-49/8/1"
RETURNEE = "留學歸國的創業怎麼補"
SCRIPT = "<script>alert(1)</script>明天下雨吗"


@pytest.fixture
def lin(state: State, assistant: Assistant) -> TestClient:
    return signed_in(state, Judgement(assistant), "lin", "staff")


@pytest.fixture
def chen(state: State, assistant: Assistant) -> TestClient:
    return signed_in(state, Judgement(assistant), "chen", "reviewer")


def said_no(state: State, *questions: str) -> None:
    """Questions that the assistant refused, each in a conversation of its own."""

    async def ask() -> None:
        async def answer(_: Message) -> Reply:
            return Reply((Line("utter_no_offtopic", "這裡答不了。"),), {"kind": "no_answer"})

        mailbox = Mailbox(state, answer)
        for question in questions:
            await mailbox.ask(Message("web", uuid.uuid4().hex, "1", question))

    asyncio.run(ask())


@pytest.fixture
def refused(state: State) -> None:
    """Three questions that the assistant refused, two of them alike."""
    said_no(state, RETURNEE, f"{RETURNEE}呢", SCRIPT)


@pytest.fixture
def disliked(state: State) -> None:
    opinion = Opinion("telegram", "7", "m1", "down", "", "見習補貼幾個月", "「錯的條文」", "2021-49/8", "model")
    asyncio.run(People(state).keep_opinion(opinion))


def waiting(state: State) -> list[Proposal]:
    return asyncio.run(Proposals(state).open())


def lessons_on(page: str, section: str) -> list[str]:
    """The addresses of the lessons of a section."""
    inside = re.search(rf'id="{section}">(.*?)</ol>', page, re.DOTALL)
    return (
        [html.unescape(link) for link in re.findall(r'href="(/desk/teaching/lesson[^"]+)"', inside[1])]
        if inside
        else []
    )


def boxes(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'name="lessons" id="[^"]+" value="([^"]+)"', page)]


@pytest.mark.usefixtures("refused")
def test_refused_questions_that_are_alike_are_proposed_together(lin: TestClient, state: State) -> None:
    alike, _ = lessons_on(lin.get("/desk/teaching").text, "refused")
    page = lin.get(alike).text
    assert len(boxes(page)) == 2
    assert 'value="2021-49/8/' in page
    done = press(lin, "/desk/teaching/lesson", lessons=boxes(page), verdict="passage", passage=PASSAGE)
    assert done.headers["location"] == "/desk/teaching"
    assert {(entry.question, entry.passage, entry.proposed_by) for entry in waiting(state)} == {
        (RETURNEE, PASSAGE, "lin"),
        (f"{RETURNEE}呢", PASSAGE, "lin"),
    }
    assert len(lessons_on(lin.get("/desk/teaching").text, "refused")) == 1
    assert lin.get(alike).status_code == 409


@pytest.mark.usefixtures("refused")
def test_of_a_group_no_question_is_ticked_beforehand_and_none_ticked_proposes_nothing(
    lin: TestClient, state: State
) -> None:
    alike, alone = lessons_on(lin.get("/desk/teaching").text, "refused")
    ticked = re.compile(r'name="lessons"[^>]* checked')
    assert not ticked.search(lin.get(alike).text)
    assert ticked.search(lin.get(alone).text)  # the only one is the one that was opened
    told = press(lin, "/desk/teaching/lesson", verdict="passage", passage=PASSAGE)
    assert told.status_code == 400 and "请先在左边勾上" in told.text
    assert waiting(state) == []


def test_what_a_reviewer_decided_can_be_undone(lin: TestClient, chen: TestClient, state: State) -> None:
    press(lin, "/desk/teaching/new", question="留学生有啥补助", verdict="passage", passage=PASSAGE)
    (proposal,) = waiting(state)
    for decision in ("accept", "reject"):
        press(chen, f"/desk/teaching/{proposal.id}/{decision}")
        assert waiting(state) == []
        assert "改回待审" in chen.get("/desk/teaching").text
        assert "改回待审" not in lin.get("/desk/teaching").text
        assert press(lin, f"/desk/teaching/{proposal.id}/undo").status_code == 403
        assert press(chen, f"/desk/teaching/{proposal.id}/undo").status_code == 303
        assert waiting(state) == [proposal]
        assert asyncio.run(Proposals(state).accepted()) == []
    assert press(chen, f"/desk/teaching/{proposal.id}/undo").status_code == 409
    told = [entry.action for entry in asyncio.run(audit.entries(state, about=f"proposal/{proposal.id}"))]
    assert told == ["undid", "rejected", "undid", "accepted", "proposed"]


def test_a_question_that_was_asked_often_is_proposed_once_and_not_listed_again(lin: TestClient, state: State) -> None:
    said_no(state, "老年卡", "老年卡", "老年卡怎麼辦", "老年卡")
    (address,) = lessons_on(lin.get("/desk/teaching").text, "refused")
    page = lin.get(address).text
    assert len(boxes(page)) == 2
    assert "3 次" in page
    press(lin, "/desk/teaching/lesson", lessons=boxes(page), verdict="reason", reason="service")
    assert sorted(entry.question for entry in waiting(state)) == ["老年卡", "老年卡怎麼辦"]
    said_no(state, "老年卡")
    assert lessons_on(lin.get("/desk/teaching").text, "refused") == []


@pytest.mark.usefixtures("disliked")
def test_a_disliked_answer_can_be_not_ours_or_nothing_to_learn_from(lin: TestClient, state: State) -> None:
    (address,) = lessons_on(lin.get("/desk/teaching").text, "down")
    page = lin.get(address).text
    assert "「錯的條文」" in page
    saw = [entry for entry in asyncio.run(audit.entries(state, who="lin")) if entry.action == "saw"]
    assert [entry.about.split("/")[0] for entry in saw] == ["feedback"]
    assert press(lin, "/desk/teaching/lesson", lessons=boxes(page), verdict="dismiss").status_code == 303
    assert waiting(state) == []
    assert lessons_on(lin.get("/desk/teaching").text, "down") == []


@pytest.mark.usefixtures("refused")
def test_what_a_citizen_wrote_is_shown_as_text(lin: TestClient) -> None:
    _, address = lessons_on(lin.get("/desk/teaching").text, "refused")
    for path in ("/desk/teaching", address):
        page = lin.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


def test_a_reviewer_accepts_what_another_proposed(lin: TestClient, chen: TestClient, state: State) -> None:
    fields = {"question": "留学生有啥补助", "verdict": "passage", "passage": PASSAGE}
    assert press(lin, "/desk/teaching/new", **fields).status_code == 303
    (proposal,) = waiting(state)
    assert 'action="/desk/teaching/1/accept"' not in lin.get("/desk/teaching").text
    assert press(lin, f"/desk/teaching/{proposal.id}/accept").status_code == 403
    assert 'action="/desk/teaching/1/accept"' in chen.get("/desk/teaching").text
    assert press(chen, f"/desk/teaching/{proposal.id}/accept").status_code == 303
    (accepted,) = asyncio.run(Proposals(state).accepted())
    assert (accepted.question, accepted.passage, accepted.decided_by) == ("留学生有啥补助", PASSAGE, "chen")
    assert "照着答，还没学" in chen.get("/desk/teaching").text
    assert press(chen, f"/desk/teaching/{proposal.id}/reject").status_code == 409


def test_a_reviewer_cannot_accept_her_own(chen: TestClient, state: State) -> None:
    press(chen, "/desk/teaching/new", question="明天下雨吗", verdict="reason", reason="offtopic")
    page = chen.get("/desk/teaching").text
    assert "自己提的，要由别人来定" in page
    assert 'action="/desk/teaching/1/accept"' not in page
    assert press(chen, "/desk/teaching/1/accept").status_code == 403
    assert len(waiting(state)) == 1


def test_the_clause_page_can_lead_here_with_a_question_and_a_passage(lin: TestClient) -> None:
    page = lin.get("/desk/teaching/new", params={"question": SCRIPT, "passage": PASSAGE}).text
    assert f'value="{PASSAGE}" checked' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert lin.get("/desk/teaching/new").status_code == 200


def test_another_passage_can_be_looked_up(lin: TestClient) -> None:
    page = lin.get("/desk/teaching/passages", params={"q": "离岗创业 几年"}).text
    assert "最长可延至6年" in page.replace(" ", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "passage"},
        {"verdict": "passage", "passage": "2021-49/8/99"},
        {"verdict": "passage", "passage": "nothing"},
        {"verdict": "reason", "reason": "whatever"},
        {"verdict": "dismiss"},
        {"verdict": "passage", "passage": PASSAGE, "question": "。"},
    ],
)
def test_what_teaches_nothing_is_said(lin: TestClient, state: State, fields: dict[str, str]) -> None:
    assert press(lin, "/desk/teaching/new", **{"question": "留学生有啥补助", **fields}).status_code == 400
    assert waiting(state) == []


def test_nothing_is_proposed_without_the_sessions_token(lin: TestClient, state: State) -> None:
    fields = {"question": "留学生有啥补助", "verdict": "passage", "passage": PASSAGE}
    assert lin.post("/desk/teaching/new", data=fields).status_code == 400
    assert waiting(state) == []


def test_personal_numbers_in_a_question_of_ones_own_are_masked_and_seen_before_it_is_proposed(
    lin: TestClient, state: State
) -> None:
    fields = {"verdict": "passage", "passage": "2021-49/8/2"}
    warned = press(lin, "/desk/teaching/new", question="我护照E12345678能创业吗", **fields)
    assert warned.status_code == 400
    assert "我护照〔证件号〕能创业吗</textarea>" in warned.text and "遮去" in warned.text
    assert waiting(state) == []
    press(lin, "/desk/teaching/new", question="我护照〔证件号〕能创业吗", **fields)
    assert [entry.question for entry in waiting(state)] == ["我护照〔证件号〕能创业吗"]
