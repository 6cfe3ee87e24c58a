"""Questions handed over, as two clerks see them."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.desk.choosing import SURE
from bot.clauses.store import ClauseStore
from bot.helpdesk import audit, looking
from bot.helpdesk.audit import Actor
from bot.helpdesk.notes import notes_of
from bot.helpdesk.proposals import Proposals
from bot.helpdesk.queue import Queue
from bot.mailbox import notices as mailbox_notices
from bot.mailbox.mailbox import Mailbox
from bot.mailbox.models import Line, Message, Reply, Voice, Wish
from bot.mailbox.notices import Notices
from bot.mailbox.state import State
from bot.mailbox.tables import quotes
from tests.bot.channels.desk.clerk import Judgement, desk, press, send, signed_in

QUESTION = "我阿公的<script>alert(1)</script>老年卡怎麼辦"
HANT = Voice("hant", "zh")
PASSAGE = "2021-49/8/2"


class WithAssistant(Judgement):
    """A judgement that notes on which channels something waits to be said."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self.delivered: list[str] = []

    async def give(self, message: Message, wish: Wish) -> Reply:
        return await self._assistant.give(message, wish)

    async def preview(self, message: Message, wish: Wish) -> Reply:
        return await self._assistant.preview(message, wish)

    def word(self, response: str, voice: Voice, fields: dict[str, str] | None = None) -> str:
        return self._assistant.word(response, voice, fields)

    def deliver(self, channel: str) -> None:
        self.delivered.append(channel)


@pytest.fixture
def judgement(assistant: Assistant) -> WithAssistant:
    return WithAssistant(assistant)


@pytest.fixture
def lin(state: State, judgement: WithAssistant) -> TestClient:
    return signed_in(state, judgement, "lin")


@pytest.fixture
def chen(state: State, judgement: WithAssistant) -> TestClient:
    return signed_in(state, judgement, "chen")


@pytest.fixture
def number(state: State) -> int:
    """A question that waits."""
    message = Message("web", "c" * 32, "m1", "轉人工")
    candidates = [(PASSAGE, 0.6), ("2021-49/7/1", 0.2)]
    handover, _ = asyncio.run(Queue(state).hand_over(message, QUESTION, HANT, candidates))
    return handover.id


def notices(state: State) -> list[Any]:
    return asyncio.run(Notices(state).of("web", "c" * 32))


def test_what_a_citizen_wrote_is_shown_as_text(lin: TestClient, number: int) -> None:
    for path in ("/desk/queue", "/desk/queue/entries", f"/desk/queue/{number}"):
        page = lin.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


def test_of_two_clerks_one_gets_the_question(lin: TestClient, chen: TestClient, number: int) -> None:
    assert press(lin, f"/desk/queue/{number}/claim").headers["location"] == f"/desk/queue/{number}"
    late = press(chen, f"/desk/queue/{number}/claim")
    assert late.status_code == 409
    assert "lin 正在处理" in late.text
    assert 'action="/desk/queue/1/answer"' in lin.get(f"/desk/queue/{number}").text
    assert 'action="/desk/queue/1/answer"' not in chen.get(f"/desk/queue/{number}").text


def test_the_assistants_own_candidates_stand_ready_and_none_is_chosen_that_is_not_nearly_sure(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    page = lin.get(f"/desk/queue/{number}").text
    assert f'value="{PASSAGE}"' in page and 'value="2021-49/7/1"' in page
    assert " checked" not in page
    for probability, chosen in ((SURE - 0.01, 0), (SURE, 1)):
        message = Message("web", f"sure {probability}", "m1", "轉人工")
        candidates = [(PASSAGE, probability), ("2021-49/7/1", 0.2)]
        sure, _ = asyncio.run(Queue(state).hand_over(message, QUESTION, HANT, candidates))
        press(lin, f"/desk/queue/{sure.id}/claim")
        page = lin.get(f"/desk/queue/{sure.id}").text
        assert page.count(" checked") == len(re.findall(rf'value="{PASSAGE}" checked', page)) == chosen


def test_what_a_look_up_finds_is_never_chosen_by_itself(lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    query = {"q": "离岗创业最长几年"}
    for path in (f"/desk/queue/{number}", f"/desk/queue/{number}/passages"):
        assert " checked" not in lin.get(path, params=query).text


def test_nothing_goes_out_before_the_clerk_has_seen_what_the_person_will_read(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    for path, fields in (("answer", {"passage": PASSAGE}), ("refusal", {"reason": "own_file"})):
        shown = press(lin, f"/desk/queue/{number}/{path}", words="请带护照", **fields)
        assert shown.status_code == 200
        preview = shown.text.partition('id="preview"')[2].partition("</section>")[0]
        assert "服務台同事答覆您的問題" in preview and "請帶護照" in preview
        assert notices(state) == []
        other = press(lin, f"/desk/queue/{number}/{path}", words="请带居住证", seen=_seen(shown.text), **fields)
        assert "不一样了" in other.text and "請帶居住證" in other.text
        assert notices(state) == []
    assert "<blockquote>「" in press(lin, f"/desk/queue/{number}/answer", passage=PASSAGE).text
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE, words="请带护照")
    assert "請帶護照" in notices(state)[0].reply.text


def test_a_preview_does_not_change_what_the_conversation_is_about(
    judgement: WithAssistant, lin: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give(message: Message, wish: Wish) -> Reply:
        raise AssertionError("the conversation is about something else now")

    press(lin, f"/desk/queue/{number}/claim")
    monkeypatch.setattr(judgement, "give", give)
    assert press(lin, f"/desk/queue/{number}/answer", passage=PASSAGE).status_code == 200


def test_an_answer_becomes_a_proposal_only_where_the_clerk_ticks_it(state: State, lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    assert asyncio.run(Proposals(state).open()) == []
    send(lin, f"/desk/queue/{number}/refusal", reason="own_file", learn="yes")
    (proposal,) = asyncio.run(Proposals(state).open())
    assert (proposal.reason, proposal.origin_id, proposal.proposed_by) == ("own_file", f"handover/{number}", "lin")


def test_an_answer_is_withdrawn_the_person_is_told_and_the_question_is_open_again(
    state: State, judgement: WithAssistant, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE, learn="yes")
    assert press(lin, f"/desk/queue/{number}/withdraw").headers["location"] == f"/desk/queue/{number}"
    answer, withdrawal = notices(state)
    assert "撤回了對您的問題" in withdrawal.reply.text
    assert withdrawal.reply.custom["corrects"] == answer.name
    assert withdrawal.reply.custom["handover"] == "claimed"
    assert judgement.delivered == ["web", "web"]
    entry = asyncio.run(Queue(state).entry(number))
    assert (entry.stage, entry.claimed_by, entry.passage, entry.ended_at) == ("claimed", "lin", "", None)
    assert asyncio.run(Proposals(state).open()) == []
    send(lin, f"/desk/queue/{number}/answer", passage="2021-49/7/1")
    assert notices(state)[-1].reply.lines[0].name == "utter_from_staff"
    told = [entry.action for entry in asyncio.run(audit.entries(state, about=f"handover/{number}"))]
    assert told[:2] == ["answered", "withdrew"]


def test_an_answer_is_corrected_by_who_gave_it_or_a_reviewer_after_a_preview(
    state: State, judgement: WithAssistant, lin: TestClient, chen: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    assert 'id="mend"' in lin.get(f"/desk/queue/{number}").text
    assert 'id="mend"' not in chen.get(f"/desk/queue/{number}").text
    for path, fields in (("answer", {"passage": PASSAGE}), ("withdraw", {})):
        refused = press(chen, f"/desk/queue/{number}/{path}", **fields)
        assert refused.status_code == 409 and "由他本人或审核员" in refused.text
    send(lin, f"/desk/queue/{number}/answer", passage="2021-49/7/1")
    answer, correction = notices(state)
    assert correction.reply.lines[0].name == "utter_staff_corrects"
    assert correction.reply.custom["corrects"] == answer.name == correction.name
    assert correction.reply.custom["answers"][0]["clause"] == 7
    entry = asyncio.run(Queue(state).entry(number))
    assert (entry.stage, entry.passage) == ("answered", "2021-49/7/1")
    wu = signed_in(state, judgement, "wu", "reviewer")
    send(wu, f"/desk/queue/{number}/refusal", reason="service")
    entry = asyncio.run(Queue(state).entry(number))
    assert (entry.stage, entry.passage, entry.reason, entry.claimed_by) == ("refused", "", "service", "wu")


def test_nobody_is_told_twice_that_a_withdrawn_answer_does_not_hold(state: State, lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    kept = sa.select(quotes.c.clause).where(quotes.c.conversation == "c" * 32)
    assert state.within(lambda connection: connection.execute(kept).scalars().all()) == ["2021-49/8"]
    send(lin, f"/desk/queue/{number}/answer", passage="2021-49/7/1")
    assert state.within(lambda connection: connection.execute(kept).scalars().all()) == ["2021-49/7"]
    press(lin, f"/desk/queue/{number}/withdraw")
    assert state.within(lambda connection: connection.execute(kept).scalars().all()) == []


def test_an_answer_is_not_withdrawn_while_the_person_waits_for_another(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    later = Message("web", "c" * 32, "m9", "轉人工")
    second, _ = asyncio.run(Queue(state).hand_over(later, "第二個問題", HANT, []))
    refused = press(lin, f"/desk/queue/{number}/withdraw")
    assert refused.status_code == 409 and f"第 {second.id} 号" in refused.text
    assert len(notices(state)) == 1
    send(lin, f"/desk/queue/{number}/answer", passage="2021-49/7/1")
    assert len(notices(state)) == 2


def test_a_clerk_asks_back_and_the_persons_reply_comes_into_the_question(
    state: State, judgement: WithAssistant, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    assert press(lin, f"/desk/queue/{number}/ask", words="您的户籍在哪里").status_code == 303
    (asked,) = notices(state)
    assert "您的戶籍在哪裡" in asked.reply.text and "直接在這裡回覆" in asked.reply.text
    assert asked.reply.custom["handover"] == "claimed"
    assert judgement.delivered == ["web"]
    assert asyncio.run(Queue(state).entry(number)).stage == "claimed"
    assert "对方又说了" not in lin.get("/desk/queue").text
    say(state, "在寧德")
    say(state, "不是在福州")
    assert "在寧德" in lin.get(f"/desk/queue/{number}/conversation").text
    assert re.search("对方又说了 2 句", lin.get("/desk/queue").text)
    press(lin, f"/desk/queue/{number}/looking")
    assert "正在查您的問題" in notices(state)[-1].reply.text
    assert "对方又说了" not in lin.get("/desk/queue").text
    told = [entry.action for entry in asyncio.run(audit.entries(state, about=f"handover/{number}"))]
    assert [action for action in told if action != "saw"] == ["said to be looking", "asked back", "claimed"]


@pytest.mark.parametrize("ends", [False, True])
def test_own_words_without_a_passage_are_previewed_and_marked_and_end_the_question_only_where_wished(
    state: State, lin: TestClient, number: int, ends: bool
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    fields = {"words": "请到窗口办，带身份证", **({"ends": "yes"} if ends else {})}
    shown = press(lin, f"/desk/queue/{number}/own", **fields)
    assert "【工作人員答覆，非文件原文】\n請到窗口辦" in shown.text and notices(state) == []
    assert "也提议让助手学" not in shown.text
    send(lin, f"/desk/queue/{number}/own", **fields)
    (said,) = notices(state)
    assert said.reply.lines[-1].name == "utter_staff_own" and "非文件原文" in said.reply.text
    assert said.reply.custom["answers"] == []
    entry = asyncio.run(Queue(state).entry(number))
    assert (entry.stage, said.reply.custom["handover"]) == (("answered", "ended") if ends else ("claimed", "claimed"))
    assert asyncio.run(Proposals(state).open()) == []


@pytest.mark.parametrize("path", ["own", "ask", "note"])
def test_empty_words_go_nowhere_and_personal_numbers_in_them_are_masked_first(
    state: State, lin: TestClient, number: int, path: str
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    assert press(lin, f"/desk/queue/{number}/{path}", words="  ").status_code == 400
    warned = press(lin, f"/desk/queue/{number}/{path}", words="请打13950212345")
    assert warned.status_code == 400 and "请打〔电话〕</textarea>" in warned.text
    assert notices(state) == [] and asyncio.run(notes_of(state, number)) == []


def test_the_staff_tell_each_other_what_the_person_never_reads(
    state: State, lin: TestClient, chen: TestClient, number: int
) -> None:
    press(chen, f"/desk/queue/{number}/note", words="<b>上周</b>也问过")
    press(lin, f"/desk/queue/{number}/claim")
    press(lin, f"/desk/queue/{number}/pass-on", to="chen", note="你熟，麻烦你")
    page = chen.get(f"/desk/queue/{number}").text
    assert "&lt;b&gt;上周" in page and "你熟，麻烦你" in page and "lin 的内部备注，对方看不到" in page
    assert asyncio.run(Queue(state).entry(number)).claimed_by == "chen"
    assert notices(state) == []
    asyncio.run(Mailbox(state, _nothing).forget("web", "c" * 32))
    assert asyncio.run(notes_of(state, number)) == []


def test_of_a_question_that_cannot_be_passed_on_the_note_is_not_kept(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    assert press(lin, f"/desk/queue/{number}/pass-on", to="lin", note="自言自语").status_code == 409
    assert asyncio.run(notes_of(state, number)) == []


def test_who_else_has_a_question_open_is_shown_while_they_have(
    lin: TestClient, chen: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "也在看" not in lin.get(f"/desk/queue/{number}").text
    assert "lin 也在看" in chen.get(f"/desk/queue/{number}").text
    assert "chen 也在看" in lin.get(f"/desk/queue/{number}/conversation").text
    later = time.time() + looking.GONE_AFTER + 1
    monkeypatch.setattr("bot.helpdesk.looking.time.time", lambda: later)
    assert "也在看" not in lin.get(f"/desk/queue/{number}/conversation").text


def test_every_page_of_the_desk_tells_how_many_wait_and_warns_when_one_waits_too_long(
    state: State, lin: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (
        "/desk/",
        "/desk/queue",
        "/desk/teaching",
        "/desk/documents",
        "/desk/figures",
        f"/desk/queue/{number}",
    ):
        assert 'hx-get="/desk/queue/badge"' in lin.get(path).text, path
    by_itself = {"x-by-itself": "yes"}
    badge = lin.get("/desk/queue/badge", headers=by_itself).text
    assert 'data-waiting="1"' in badge and "1 个在等" in badge and "late" not in badge
    assert "等太久了" not in lin.get("/desk/queue").text
    later = time.time() + 16 * 60
    monkeypatch.setattr("bot.channels.desk.queue.time.time", lambda: later)
    assert "有等太久的" in lin.get("/desk/queue/badge", headers=by_itself).text
    page = lin.get("/desk/queue").text
    assert "等太久了" in page and 'class="bad">等候中' in page


def test_the_badge_tells_of_news_in_ones_own_questions_only(
    state: State, lin: TestClient, chen: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    lin.get(f"/desk/queue/{number}")
    assert "data-" not in lin.get("/desk/queue/badge").text
    say(state, "還有一件事")
    assert 'data-news="1"' in lin.get("/desk/queue/badge").text
    assert "data-news" not in chen.get("/desk/queue/badge").text


def test_a_question_that_was_passed_on_is_news_until_the_colleague_opens_it(
    lin: TestClient, chen: TestClient, number: int
) -> None:
    chen.get(f"/desk/queue/{number}")  # seen before it was passed on does not count
    press(lin, f"/desk/queue/{number}/claim")
    press(lin, f"/desk/queue/{number}/pass-on", to="chen", note="你熟")
    assert 'data-news="1"' in chen.get("/desk/queue/badge").text
    assert "还没看过" in chen.get("/desk/queue").text and "还没看过" not in lin.get("/desk/queue").text
    chen.get(f"/desk/queue/{number}")
    assert "data-news" not in chen.get("/desk/queue/badge").text


def test_a_clerk_is_warned_before_a_claim_ends_and_writing_keeps_it(
    state: State, lin: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    path, by_itself = f"/desk/queue/{number}/conversation", {"x-by-itself": "yes"}
    assert "放回待答。" not in lin.get(path, headers=by_itself).text
    later = time.time() + 27 * 60
    monkeypatch.setattr("bot.channels.desk.queue.time.time", lambda: later)
    assert "再过 2 分钟没有动作" in lin.get(path, headers=by_itself).text
    monkeypatch.setattr("bot.helpdesk.queue.time.time", lambda: later)
    assert "没有动作" not in lin.get(path, headers={**by_itself, "x-typed": "yes"}).text
    assert asyncio.run(Queue(state).free_left(30)) == 0


def test_who_must_sign_in_again_comes_back_to_the_question(state: State, judgement: Any, number: int) -> None:
    stranger = desk(state, judgement)
    here = f"http://testserver/desk/queue/{number}?q=x"
    turned = stranger.get(f"/desk/queue/{number}/conversation", headers={"hx-request": "true", "hx-current-url": here})
    assert turned.headers["hx-redirect"] == f"/desk/sign-in?next=%2Fdesk%2Fqueue%2F{number}%3Fq%3Dx"
    turned = stranger.post(f"/desk/queue/{number}/answer", headers={"referer": here})
    assert turned.headers["location"] == f"/desk/sign-in?next=%2Fdesk%2Fqueue%2F{number}%3Fq%3Dx"
    lin = signed_in(state, judgement, "lin")
    assert lin.get(f"/desk/queue/{number}").headers["referrer-policy"] == "same-origin"
    for step in ("answer", "own", "note"):
        assert lin.get(f"/desk/queue/{number}/{step}").headers["location"] == f"/desk/queue/{number}"


async def _nothing(message: Message) -> Reply:
    return Reply((), {})


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def test_another_passage_can_be_looked_up(lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    found = lin.get(f"/desk/queue/{number}/passages", params={"q": "离岗创业 几年"}).text
    assert "最长可延至6年" in found.replace(" ", "")
    assert 'name="passage"' in found


def test_an_answer_is_composed_as_always_and_the_clerks_own_words_are_marked(
    state: State, judgement: WithAssistant, lin: TestClient, store: ClauseStore, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE, words="请带护照")
    [notice] = notices(state)
    custom = notice.reply.custom
    assert custom["answers"][0]["clause"] == 8
    assert custom["answers"][0]["quote"] in store.clause("2021-49/8").text
    assert custom["script"] == "hant"
    names = [line.name for line in notice.reply.lines]
    assert names[0] == "utter_from_staff" and names[-1] == "utter_staff_words"
    assert "utter_citation" in names and "utter_units" in names
    assert "不是文件原文" in notice.reply.lines[-1].text and "請帶護照" in notice.reply.lines[-1].text
    assert judgement.delivered == ["web"]
    assert "已答覆" in lin.get("/desk/queue").text or "已答复" in lin.get("/desk/queue").text


def test_a_refusal_says_why(state: State, lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/refusal", reason="own_file", words="")
    [notice] = notices(state)
    assert [line.name for line in notice.reply.lines] == ["utter_from_staff", "utter_no_own_file"]
    assert (notice.reply.custom["kind"], notice.reply.custom["reason"]) == ("no_answer", "own_file")


@pytest.mark.parametrize(
    "fields", [{}, {"passage": "2021-49/8/999"}, {"passage": "nonsense"}, {"passage": "2021-49/99/1"}]
)
def test_no_answer_goes_out_without_a_passage_of_the_document(
    state: State, lin: TestClient, number: int, fields: dict[str, str]
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    assert press(lin, f"/desk/queue/{number}/answer", **fields).status_code == 400
    assert notices(state) == []


def test_who_does_not_hold_a_question_cannot_answer_it(
    state: State, lin: TestClient, chen: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    assert send(chen, f"/desk/queue/{number}/answer", passage=PASSAGE).status_code == 409
    assert press(chen, f"/desk/queue/{number}/put-back").status_code == 409
    assert notices(state) == []


def test_a_question_is_put_back_passed_on_and_freed(
    state: State, judgement: Any, lin: TestClient, chen: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    press(lin, f"/desk/queue/{number}/put-back")
    press(chen, f"/desk/queue/{number}/claim")
    assert press(chen, f"/desk/queue/{number}/pass-on", to="nobody").status_code == 400
    press(chen, f"/desk/queue/{number}/pass-on", to="lin")
    assert asyncio.run(Queue(state).entry(number)).claimed_by == "lin"
    reviewer = signed_in(state, judgement, "wu", "reviewer")
    press(reviewer, f"/desk/queue/{number}/free")
    entry = asyncio.run(Queue(state).entry(number))
    assert (entry.stage, entry.claimed_by) == ("waiting", "")


def test_a_question_that_is_gone_says_so(lin: TestClient) -> None:
    answer = lin.get("/desk/queue/4711")
    assert answer.status_code == 409
    assert "不在了" in answer.text


def test_what_could_not_be_delivered_is_told_and_can_be_sent_again(
    state: State, judgement: WithAssistant, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    [notice] = notices(state)
    state.within(lambda connection: mailbox_notices.end(connection, notice.id, "failed", "blocked"))
    assert re.search('class="bad">送不到', lin.get("/desk/queue").text)
    assert "blocked" in lin.get(f"/desk/queue/{number}").text
    press(lin, f"/desk/queue/{number}/again")
    assert notices(state)[0].status == "waiting"
    assert judgement.delivered == ["web", "web"]


def test_the_waiting_time_is_shown_and_the_oldest_comes_first(state: State, lin: TestClient, number: int) -> None:
    later = Message("telegram", "77", "m2", "轉人工")
    asyncio.run(Queue(state).hand_over(later, "第二個問題", HANT, []))
    page = lin.get("/desk/queue/entries").text
    assert page.index("老年卡") < page.index("第二個問題")
    assert "等候中：2" in page and "最久的已等 0 分" in page


def test_seeing_and_every_step_stand_in_the_audit_trail(state: State, lin: TestClient, number: int) -> None:
    lin.get(f"/desk/queue/{number}")
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    told = [entry.action for entry in asyncio.run(audit.entries(state, about=f"handover/{number}"))]
    assert told == ["answered", "claimed", "saw"]


def test_who_does_not_hold_a_question_does_not_change_what_the_conversation_is_about(
    judgement: WithAssistant, lin: TestClient, chen: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give(message: Message, wish: Wish) -> Reply:
        raise AssertionError("the conversation is about something else now")

    monkeypatch.setattr(judgement, "give", give)
    assert send(chen, f"/desk/queue/{number}/answer", passage=PASSAGE).status_code == 409
    press(lin, f"/desk/queue/{number}/claim")
    assert send(chen, f"/desk/queue/{number}/answer", passage=PASSAGE).status_code == 409


def say(state: State, text: str) -> None:
    async def reply(message: Message) -> Reply:
        return Reply((Line("utter_quote", f"答 {message.text}"),), {"kind": "answer"})

    asyncio.run(Mailbox(state, reply).ask(Message("web", "c" * 32, text, text)))


def test_what_is_said_after_a_question_ended_is_not_shown_to_the_staff(
    state: State, lin: TestClient, number: int
) -> None:
    say(state, "之前說的")
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    say(state, "之後說的")
    later = Message("web", "c" * 32, "m9", "轉人工")
    second, _ = asyncio.run(Queue(state).hand_over(later, "第二個問題", HANT, []))
    press(lin, f"/desk/queue/{second.id}/claim")
    send(lin, f"/desk/queue/{second.id}/answer", passage=PASSAGE, words="關於第二個")
    for path in (f"/desk/queue/{number}", f"/desk/queue/{number}/conversation"):
        page = lin.get(path).text
        assert "之前說的" in page and page.count("ours staff") == 1
        assert "之後說的" not in page and "關於第二個" not in page
    assert "之後說的" in lin.get(f"/desk/queue/{second.id}").text


def test_who_watches_a_conversation_stands_in_the_audit_trail_once(
    state: State, lin: TestClient, chen: TestClient, number: int
) -> None:
    for _ in range(3):
        lin.get(f"/desk/queue/{number}/conversation", headers={"x-by-itself": "yes"})
    chen.get(f"/desk/queue/{number}/conversation", headers={"x-by-itself": "yes"})
    told = [(entry.who, entry.action) for entry in asyncio.run(audit.entries(state, about=f"handover/{number}"))]
    assert told == [("chen", "saw"), ("lin", "saw")]


def test_an_answer_out_of_a_document_that_was_replaced_since_can_still_be_read(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    gone = "1999-1/4/2"
    reply = Reply((Line("utter_quote", "舊的"),), {"kind": "answer"})
    asyncio.run(Queue(state).answer(number, gone, "", reply, Actor("lin")))
    answer = lin.get(f"/desk/queue/{number}")
    assert answer.status_code == 200 and "老年卡" in answer.text


def test_sending_again_stands_in_the_audit_trail(state: State, lin: TestClient, number: int) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    send(lin, f"/desk/queue/{number}/answer", passage=PASSAGE)
    press(lin, f"/desk/queue/{number}/again")  # nothing failed: nothing is sent
    [notice] = notices(state)
    state.within(lambda connection: mailbox_notices.end(connection, notice.id, "failed", "blocked"))
    press(lin, f"/desk/queue/{number}/again")
    told = [entry.action for entry in asyncio.run(audit.entries(state, about=f"handover/{number}"))]
    assert told == ["sent again", "answered", "claimed"]


def test_how_many_wait_is_told_where_not_all_are_shown(
    state: State, lin: TestClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.helpdesk.queue.AT_MOST_SHOWN", 2)
    assert "等候中：1" in lin.get("/desk/queue/entries").text
    for conversation in ("second", "third", "fourth"):
        message = Message("web", conversation, "m1", "轉人工")
        asyncio.run(Queue(state).hand_over(message, f"{conversation} question", HANT, []))
    page = lin.get("/desk/queue/entries").text
    assert "等候中：4" in page and "另有 2 " in page
    assert "second question" in page and "third question" not in page


def test_personal_numbers_in_a_clerks_words_are_masked_and_seen_by_the_clerk_before_they_go_out(
    state: State, lin: TestClient, number: int
) -> None:
    press(lin, f"/desk/queue/{number}/claim")
    other = "2021-49/10/1"
    warned = send(lin, f"/desk/queue/{number}/answer", passage=other, words="请打13950212345找林先生")
    assert warned.status_code == 400
    assert "请打〔电话〕找林先生</textarea>" in warned.text and "遮去" in warned.text
    assert "13950212345" not in warned.text and re.search(rf'value="{other}" checked', warned.text)
    warned = send(lin, f"/desk/queue/{number}/refusal", reason="service", words="微信号linxy_88")
    assert "微信号〔账号〕</textarea>" in warned.text and '<option value="service" selected>' in warned.text
    assert notices(state) == []
    send(lin, f"/desk/queue/{number}/answer", passage=other, words="请打〔电话〕找林先生，或者12345")
    assert "請打〔電話〕找林先生，或者12345" in notices(state)[0].reply.text
