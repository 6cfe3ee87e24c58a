"""The chat page in a real browser, in front of the real server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from bot.channels import web
from bot.clauses.store import ClauseStore
from bot.helpdesk.queue import Handover, Queue
from bot.mailbox.notices import Notices
from bot.mailbox.state import State
from bot.text.script import to_script
from tests.bot.helpdesk import clerk
from tests.browser import NARROWEST, RULES, Server, chromium, note_complaints, pytestmark, server

__all__ = ["chromium", "pytestmark", "server"]

QUESTION = "留學生回福州創業有補助嗎"
NOT_OURS = "福州明天天氣怎麼樣"


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    """The page, freshly opened on a telephone of 320 pixels; whatever the browser complains about fails the test."""
    context = chromium.new_context(viewport=NARROWEST, locale="zh-TW")
    opened = context.new_page()
    complaints: list[str] = []
    note_complaints(opened, complaints)
    opened.goto(server.url)
    opened.wait_for_selector("#hello")
    yield opened
    context.close()
    assert [text for text in complaints if "ERR_CONNECTION_REFUSED" not in text] == []


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def test_a_question_gets_quote_units_and_citation_in_the_persons_script(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_contain_text("創業場地租金補助")
    expect(page.locator(".note")).to_contain_text("不能當作承諾")
    expect(page.locator(".units")).to_have_text("責任單位：市人社局、市財政局")
    expect(page.locator(".theirs .small").first).to_contain_text("榕政辦〔2021〕49號")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_buttons_under_an_answer_ask_on(page: Page) -> None:
    say(page, QUESTION)
    page.get_by_role("button", name="原文", exact=True).click()
    expect(page.locator(".theirs").last).to_contain_text("（八）支持留學人員創新創業")


def test_an_example_can_be_tapped(page: Page) -> None:
    page.get_by_role("button", name="How much seed funding").click()
    expect(page.locator(".theirs").last).to_contain_text("Responsible units")


def test_typed_markup_is_shown_as_text_and_nothing_runs(page: Page) -> None:
    typed = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    say(page, typed)
    expect(page.locator(".mine")).to_have_text(typed)
    expect(page.locator(".theirs:not(.typing)")).to_have_count(1)
    assert page.locator("#log img, #log script").count() == 0
    assert page.title() == "榕策問答"


def test_the_conversation_is_there_after_a_reload_until_it_is_deleted(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    page.reload()
    expect(page.locator("blockquote")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator("#hello")).to_be_visible()
    page.reload()
    expect(page.locator("blockquote")).to_have_count(0)


def test_who_comes_back_by_a_link_from_another_site_finds_the_conversation(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    link = f'<a href="{page.url}">榕策問答</a>'
    page.route("http://elsewhere.example/", lambda route: route.fulfill(content_type="text/html", body=link))
    page.goto("http://elsewhere.example/")
    page.click("a")
    expect(page.locator("blockquote")).to_have_count(1)


def test_a_conversation_that_could_not_be_deleted_does_not_look_deleted(page: Page) -> None:
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    page.evaluate("window.fetch = async () => new Response('{}', {status: 503})")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator(".state.bad")).to_have_text("沒刪成，請再試一次。")
    expect(page.locator("blockquote")).to_have_count(1)


def test_the_pages_own_words_change_script(page: Page) -> None:
    page.click("#script")
    expect(page.locator("h1")).to_have_text("榕策问答")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    page.fill("#text", "liuxuesheng")
    page.evaluate(
        "document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(page.locator(".mine")).to_have_count(0)


def test_a_message_whose_reply_was_lost_on_the_way_is_kept_once(page: Page) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort("connectionrefused")

    page.route("**/chat/messages", lose_the_first)
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    page.reload()
    expect(page.locator("blockquote")).to_have_count(1)
    expect(page.locator(".mine")).to_have_count(1)
    assert "创业场地租金补助" in lost[0]


def test_a_message_sent_while_the_server_is_down_is_delivered_once_when_it_is_back(page: Page, server: Server) -> None:
    server.kill()
    say(page, QUESTION)
    expect(page.locator(".state")).to_contain_text("重送")
    server.start()
    expect(page.locator("blockquote")).to_have_count(1, timeout=40_000)
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, in a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_the_pages_buttons_say_what_the_assistant_takes_for_its_own() -> None:
    responses = yaml.safe_load(Path("domain.yml").read_text("utf-8"))["responses"]
    words = (web.PAGE / "words.js").read_text("utf-8")
    for key, name in (("person", "utter_button_person"), ("takeBack", "utter_button_take_back")):
        chinese, english = (variation["text"] for variation in responses[name])
        for text in (chinese, to_script(chinese, "hans"), english):
            assert f'{key}: "{text}"' in words


class Clerk:
    """Somebody at the desk of the same server, elsewhere."""

    def __init__(self, server: Server, store: ClauseStore) -> None:
        self._state, self._store = State(server.state_url), store
        self._queue = Queue(self._state)

    def claim(self) -> Handover:
        """Claim the newest question."""
        entry = run(self._queue.entries())[-1]
        run(self._queue.claim(entry.id, clerk.LIN))
        return entry

    def answer(self, entry: Handover, words: str = "") -> None:
        """Answer a question."""
        reply = clerk.answer(entry, self._store, words)
        run(self._queue.answer(entry.id, clerk.PASSAGE, words, reply, clerk.LIN))

    def withdraw(self, entry: Handover) -> None:
        """Take the answer back."""
        run(self._queue.withdraw(entry.id, clerk.withdrawal(entry), clerk.LIN))

    def delivery(self, entry: Handover) -> str:
        """What became of the answer."""
        (notice,) = run(Notices(self._state).of_handover(entry.id))
        return notice.status


@pytest.fixture
def staff(server: Server, store: ClauseStore) -> Clerk:
    return Clerk(server, store)


def hand_over(page: Page) -> None:
    """Ask what is refused, and tap the button under the refusal."""
    say(page, NOT_OURS)
    under_no(page).click()
    expect(page.locator(".theirs").last).to_contain_text(f"已經轉給服務台的同事：「{NOT_OURS}」")


def under_no(page: Page) -> Locator:
    return page.locator(".theirs").last.get_by_role("button", name="轉人工", exact=True)


def test_a_refused_question_is_handed_over_and_the_answer_comes_by_itself_and_stays(
    page: Page, server: Server, staff: Clerk
) -> None:
    hand_over(page)
    expect(page.locator("#standing")).to_contain_text("在等服務台同事答覆")
    expect(page.get_by_role("button", name="轉人工", exact=True)).to_have_count(0)
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(1)
    entry = staff.claim()
    assert entry.question == NOT_OURS
    expect(page.locator("#standing")).to_contain_text("正在處理", timeout=15_000)
    say(page, "還在嗎")
    expect(page.locator(".theirs").last).to_contain_text("同事正在處理您的問題")
    staff.answer(entry, "請帶畢業證 <b>正本</b>。")
    answer = page.locator(".staff")
    expect(answer).to_contain_text("服務台同事", timeout=15_000)
    expect(answer.locator("blockquote")).to_contain_text("創業場地租金補助")
    expect(answer.locator(".own")).to_have_text("請帶畢業證 <b>正本</b>。")
    expect(answer.get_by_role("button", name="原文", exact=True)).to_be_visible()
    assert page.locator("#log").get_attribute("role") == "log"
    expect(page.locator("#standing")).to_be_hidden()
    assert staff.delivery(entry) == "delivered"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    say(page, QUESTION)
    expect(page.locator("blockquote")).to_have_count(3)
    server.kill()
    server.start()
    page.reload()
    expect(page.locator("blockquote")).to_have_count(3)
    shown = page.locator(".bubble").all_inner_texts()
    assert [place for place, text in enumerate(shown) if "服務台同事答覆您的問題" in text] == [len(shown) - 3]


def test_an_answer_that_was_written_while_the_page_was_closed_is_there_on_opening(page: Page, staff: Clerk) -> None:
    hand_over(page)
    address = page.url
    page.goto("about:blank")
    entry = staff.claim()
    staff.answer(entry)
    assert staff.delivery(entry) == "waiting"
    page.goto(address)
    expect(page.locator(".staff")).to_have_count(1)
    expect(page.locator("#standing")).to_be_hidden()
    assert staff.delivery(entry) == "delivered"


def test_an_answer_that_is_withdrawn_is_marked_where_it_stands_also_after_a_reload(page: Page, staff: Clerk) -> None:
    hand_over(page)
    entry = staff.claim()
    staff.answer(entry)
    answer = page.locator(".staff").first
    expect(answer.locator("blockquote")).to_be_visible(timeout=15_000)
    expect(page.locator(".taken-back")).to_have_count(0)
    staff.withdraw(entry)
    for _ in range(2):
        expect(page.locator(".staff").last).to_contain_text("撤回了答覆", timeout=25_000)
        expect(answer).to_contain_text("這則答覆已經作廢")
        expect(page.locator(".taken-back")).to_have_count(1)
        found = Axe().run(page, context=".taken-back", options=RULES)
        assert found.violations_count == 0, found.generate_report()
        page.reload()


def test_an_answer_is_marked_in_the_title_of_a_tab_that_is_not_looked_at(page: Page, staff: Clerk) -> None:
    hand_over(page)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    staff.answer(staff.claim())
    expect(page).to_have_title("(1) 有新答覆 · 榕策問答", timeout=15_000)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: false}); document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(page).to_have_title("榕策問答")
    expect(page.locator(".staff")).to_have_count(1)


def test_a_question_is_taken_back_by_one_tap(page: Page, staff: Clerk) -> None:
    hand_over(page)
    page.locator(".theirs").last.get_by_role("button", name="取消人工", exact=True).click()
    expect(page.locator(".theirs").last).to_contain_text("已經撤回")
    expect(page.locator("#standing")).to_be_hidden()
    expect(page.get_by_role("button", name="取消人工", exact=True)).to_have_count(0)
    expect(page.locator("header").get_by_role("button", name="轉人工", exact=True)).to_be_visible()


def test_a_person_can_be_asked_for_at_any_time_in_english_too(page: Page) -> None:
    say(page, "How much does a passport cost in Fuzhou?")
    page.locator(".theirs").last.get_by_role("button", name="Ask a person", exact=True).click()
    expect(page.locator(".theirs").last).to_contain_text("has been passed to a person")
    page.locator(".theirs").last.get_by_role("button", name="No person, thanks", exact=True).click()
    expect(page.locator(".theirs").last).to_contain_text("Taken back")
    page.locator("header").get_by_role("button", name="轉人工", exact=True).click()
    expect(page.locator("#standing")).to_be_visible()


def test_deleting_the_conversation_ends_the_waiting_for_a_person(page: Page, staff: Clerk) -> None:
    hand_over(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator("#standing")).to_be_hidden()
    page.reload()
    expect(page.locator("#hello")).to_be_visible()
    expect(page.locator("#standing")).to_be_hidden()


def test_a_choice_is_offered_and_answered_in_the_persons_script(page: Page) -> None:
    say(page, "福州租房補助一個月多少")
    page.get_by_role("button", name="（五）聚力六城高質量發展").click()
    expect(page.locator(".mine").last).to_have_text("第5條")
    expect(page.locator(".theirs").last).to_contain_text("人才住房、子女就學")


def test_each_of_two_questions_gets_its_own_quote_and_clause_to_open(page: Page) -> None:
    say(page, "留學生創業給多少？面試免費住幾天")
    reply = page.locator(".theirs:not(.typing)").last
    expect(reply.locator("h2")).to_have_text(["【1】留學生創業給多少？", "【2】面試免費住幾天"])
    expect(reply.locator("blockquote")).to_have_count(2)
    expect(reply.locator(".units")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    reply.get_by_role("button", name="原文（二）", exact=True).click()
    expect(page.locator(".mine").last).to_have_text("第2條")
    expect(page.locator(".theirs").last).to_contain_text("（二）強化公共就業服務")


COMPANY = "註冊公司要幾天"


def ask_two(page: Page) -> Locator:
    """Ask two questions; the answer to the first."""
    for number, text in enumerate((QUESTION, COMPANY), 1):
        say(page, text)
        expect(page.locator("blockquote")).to_have_count(number)
    return page.locator(".theirs").first


def test_a_reply_to_an_earlier_answer_is_about_that_and_says_so_also_after_a_reload(page: Page) -> None:
    ask_two(page).get_by_role("button", name="回覆：「加大對留學").click()
    expect(page.locator("#replying")).to_contain_text("回覆：「加大對留學")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_accessible_description(re.compile("回覆：「加大對留學"))
    say(page, "歸誰管")
    expect(page.locator(".units")).to_have_count(3)
    expect(page.locator(".units").last).to_have_text("責任單位：市人社局、市財政局")
    expect(page.locator("#replying")).to_be_hidden()
    expect(page.locator(".mine").last).to_contain_text("回覆：「加大對留學")
    say(page, "原文")
    expect(page.locator(".theirs:not(.typing)")).to_have_count(4)
    page.reload()
    expect(page.locator(".theirs")).to_have_count(4)
    expect(page.locator(".replied")).to_have_count(1)
    expect(page.locator(".mine").nth(2)).to_contain_text("回覆：「加大對留學")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_reply_is_begun_and_dropped_with_the_keyboard_alone(page: Page) -> None:
    reply = ask_two(page).locator(".reply")
    for place, key in (("#text", "Escape"), ("#replying button", "Enter")):
        reply.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#replying")).to_be_visible()
        page.locator(place).press(key)
        expect(page.locator("#replying")).to_be_hidden()
        expect(page.locator("#text")).to_be_focused()
    say(page, "歸誰管")
    expect(page.locator(".units").last).to_contain_text("市營商辦")
    expect(page.locator(".replied")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reply_that_is_begun_and_one_that_was_sent_are_accessible(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    first = ask_two(page)
    first.locator(".reply").click()
    say(page, "歸誰管")
    expect(page.locator(".replied")).to_have_count(1)
    expect(page.locator(".units")).to_have_count(3)
    first.locator(".reply").click()
    for place in ("#replying", ".replied", ".reply"):
        found = Axe().run(page, context=place, options=RULES).response["violations"]
        assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found] == []


def test_a_button_under_an_earlier_answer_is_about_that_answer(page: Page) -> None:
    ask_two(page).get_by_role("button", name="責任單位", exact=True).click()
    expect(page.locator(".units")).to_have_count(3)
    expect(page.locator(".units").last).to_have_text("責任單位：市人社局、市財政局")


def test_a_reply_to_an_english_answer_is_offered_in_english_and_to_a_simplified_one_in_simplified(page: Page) -> None:
    say(page, "How much seed funding can a returnee team get?")
    page.get_by_role("button", name="Reply to: 「").click()
    expect(page.locator("#replying")).to_contain_text("Do not reply to it")
    say(page, "留学生回福州创业有补助吗")
    page.get_by_role("button", name="回复：「").click()
    expect(page.locator("#replying button")).to_have_text("不回复了")


def test_a_reply_to_an_answer_of_the_staff_is_about_that(page: Page, staff: Clerk) -> None:
    hand_over(page)
    staff.answer(staff.claim())
    answer = page.locator(".staff")
    expect(answer).to_have_count(1, timeout=15_000)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    answer.locator(".reply").click()
    say(page, "歸誰管")
    expect(page.locator(".theirs:not(.typing)")).to_have_count(4)
    assert any('"in_reply_to":"handover-' in body for body in sent)


def test_a_deleted_conversation_leaves_nothing_to_reply_to(page: Page) -> None:
    ask_two(page).locator(".reply").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    expect(page.locator("#replying")).to_be_hidden()
    expect(page.locator("#replied")).to_have_text("")


def test_a_question_about_the_document_gets_its_card_and_nothing_to_ask_on_about(page: Page) -> None:
    say(page, "這份文件還有效嗎")
    reply = page.locator(".theirs:not(.typing)").last
    expect(reply.locator("h2.card")).to_contain_text("榕政辦〔2021〕49號")
    expect(reply.locator(".card").nth(1)).to_contain_text("未經核實")
    expect(reply.get_by_role("button", name="責任單位", exact=True)).to_have_count(0)
