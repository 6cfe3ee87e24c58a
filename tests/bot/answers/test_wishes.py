"""What a button asks for is given whatever was said before."""

from __future__ import annotations

import pytest

from bot.answers.memory import Memory
from bot.answers.wishes import grant
from bot.clauses.store import ClauseStore
from bot.errors import ClauseDatabaseError

ELSEWHERE = Memory(
    question="注册公司要几天", clause="2021-49/9", passage="2021-49/9/1", offered=("2021-49/9", "2021-49/8")
)


@pytest.mark.parametrize("memory", [Memory(), ELSEWHERE])
@pytest.mark.parametrize("wanted", ["answer", "departments", "citation", "full_text"])
def test_a_passage_is_shown_in_the_way_that_is_asked_for(store: ClauseStore, memory: Memory, wanted: str) -> None:
    outcome = grant(memory, store, wanted, "2021-49/8/3")
    (answer,) = outcome.custom["answers"]
    assert outcome.custom["kind"] == wanted
    assert answer["clause"] == 8
    assert wanted == "full_text" or answer["quote"] == store.passages("2021-49/8")[3].text
    assert outcome.memory.clause == "2021-49/8"


@pytest.mark.parametrize("memory", [Memory(), ELSEWHERE])
def test_a_list_has_the_clauses_that_its_button_names(store: ClauseStore, memory: Memory) -> None:
    by_number = grant(memory, store, "list", clauses=(8, 9, 12))
    assert [answer["clause"] for answer in by_number.custom["answers"]] == [8, 9, 12]
    by_unit = grant(memory, store, "list", departments=("市国资委",))
    assert [answer["clause"] for answer in by_unit.custom["answers"]] == [7, 10, 18, 19, 20]


def test_more_never_gives_the_clause_under_which_it_stands(store: ClauseStore) -> None:
    outcome = grant(ELSEWHERE, store, "more", "2021-49/8/3")
    assert outcome.custom["answers"]
    assert 8 not in [answer["clause"] for answer in outcome.custom["answers"]]


def test_a_clause_that_is_gone_is_said_to_be(store: ClauseStore) -> None:
    with pytest.raises(ClauseDatabaseError):
        grant(Memory(), store, "full_text", "1999-1/8")
