"""What the chat page is given of a reply, to show it in either script."""

from __future__ import annotations

from typing import Any

from bot.channels.both_scripts import shown
from bot.clauses.store import ClauseStore
from bot.mailbox.models import Line, Reply

CITATION = "出处：《关于印发工作要点的通知》（榕政办〔2021〕49号）第三部分（八）支持留学人员创新创业"


def lines(store: ClauseStore | None, *said: Line, **custom: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shown(Reply(said, {"script": "hans", **custom}), "", store)["lines"]
    return found


def test_a_reply_in_simplified_can_be_read_in_traditional_with_our_own_word_for_the_helpdesk(
    store: ClauseStore,
) -> None:
    (line,) = lines(store, Line("utter_handed_over", "已经转给服务台的同事"))
    assert (line["hans"], line["hant"]) == ("已经转给服务台的同事", "已經轉給服務台的同事")


def test_what_is_written_in_a_script_stays_as_it_is_in_that() -> None:
    (line,) = shown(Reply((Line("utter_units", "裏面"),), {"script": "hant"}), "", None)["lines"]
    assert line["hant"] == "裏面"


def test_a_citation_names_its_clause_and_what_asks_for_it(store: ClauseStore) -> None:
    (line,) = lines(store, Line("utter_citation", CITATION), answers=[{"key": "2021-49/2"}, {"key": "2021-49/8"}])
    assert line["clause"]["address"] == "/c/2021-49/8"
    assert line["clause"]["ask"] == {"hant": "第8條", "hans": "第8条"}


def test_each_entry_of_a_list_names_its_own_clause(store: ClauseStore) -> None:
    entries = [Line("utter_list_entry", f"第一部分{title}（市人社局）") for title in ("（一）壮大流动经济基础", "别的")]
    first, second = lines(store, *entries, answers=[{"key": "2021-49/1"}, {"key": "2021-49/2"}])
    assert first["clause"]["address"] == "/c/2021-49/1"
    assert "clause" not in second


def test_what_was_said_of_a_clause_that_is_held_no_more_is_shown_without_a_link(store: ClauseStore) -> None:
    said = Line("utter_citation", CITATION)
    for answers in ([{"key": "2019-1/8"}], [{"clause": 8}], []):
        assert "clause" not in lines(store, said, answers=answers)[0]
    assert "clause" not in lines(None, said, answers=[{"key": "2021-49/8"}])[0]


def test_the_script_of_the_question_is_told_where_it_tells_one(store: ClauseStore) -> None:
    told = [shown(Reply((), {}), asked, store)["written_in"] for asked in ("补贴", "補貼", "OK", "")]
    assert told == ["hans", "hant", None, None]
