"""What a clerk sends, as the desk composes it."""

from __future__ import annotations

from bot.answers.memory import Memory
from bot.answers.outcome import Say, answering, given_passage, saying
from bot.clauses.store import ClauseStore
from bot.helpdesk.audit import Actor
from bot.helpdesk.queue import Handover
from bot.mailbox.models import Line, Reply
from bot.mailbox.notices import answer_named
from bot.text.script import to_script

LIN, WANG = Actor("lin", "127.0.0.1"), Actor("wang", "127.0.0.1")
PASSAGE = "2021-49/8/3"
FROM_STAFF = {"hant": "服務台同事答覆您的問題", "hans": "服务台同事答复您的问题"}


def answer(entry: Handover, store: ClauseStore, words: str = "") -> Reply:
    """The cited answer that PASSAGE is, in the voice of who asked, and words of the clerk's own."""
    clause = store.clause(PASSAGE.rpartition("/")[0])
    passage = next(passage for passage in store.passages(clause.key) if passage.key == PASSAGE)
    memory = Memory(script=entry.voice.script, language=entry.voice.language)
    outcome = answering("answer", memory, (Say("utter_quote"),), (given_passage(clause, passage),), store)
    quote = to_script(passage.text, "hant") if entry.voice.script == "hant" else passage.text
    own = (Line("utter_staff_words", words),) if words else ()
    return _from_staff(entry, (Line("utter_quote", f"「{quote}」"), *own), outcome.custom)


def refusal(entry: Handover) -> Reply:
    """That it is not the document's."""
    outcome = saying("no_answer", Memory(script=entry.voice.script, language=entry.voice.language))
    return _from_staff(entry, (Line("utter_no_own_file", "我看不到任何人的檔案。"),), outcome.custom)


def question_back(entry: Handover, words: str) -> Reply:
    """What a clerk wants to know first."""
    outcome = saying("handoff", Memory(script=entry.voice.script, language=entry.voice.language))
    return Reply((Line("utter_staff_asks", words),), {**outcome.custom, "handover": "claimed"})


def withdrawal(entry: Handover) -> Reply:
    """That what was answered does not hold."""
    outcome = saying("handoff", Memory(script=entry.voice.script, language=entry.voice.language))
    custom = {**outcome.custom, "handover": "claimed", "corrects": answer_named(entry.id)}
    return Reply((Line("utter_staff_withdrew", "更正：服務台同事撤回了答覆。"),), custom)


def _from_staff(entry: Handover, lines: tuple[Line, ...], custom: dict[str, object]) -> Reply:
    first = Line("utter_from_staff", f"{FROM_STAFF[entry.voice.script]}「{entry.question}」：")
    return Reply((first, *lines), {**custom, "handover": "ended"})
