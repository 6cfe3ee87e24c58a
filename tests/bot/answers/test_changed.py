"""What changed from one version of a document to the next, as an answer."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bot.answers.changed import CHARACTERS, quotes_of
from bot.answers.decide import respond
from bot.answers.memory import Memory
from bot.answers.outcome import Outcome
from bot.answers.question import Candidate, Question
from bot.answers.references import References
from bot.clauses.comparing import changes
from bot.clauses.store import ClauseStore
from tests.bot.answers.asking import said
from tests.versions import NEWER, OLDER

HOME = "2021-49"


def asking(document: str = HOME, *rivals: str, **known: Any) -> Question:
    """A question what changed, read as one about `document` and its `rivals`."""
    text = "跟旧的比改了什么"
    asked = Question(text, text, "changes", subjectless=1.0, leans=1.0, document=document, **known)
    return dataclasses.replace(asked, rivals=tuple(dataclasses.replace(asked, document=key) for key in rivals))


def ask(store: ClauseStore, question: Question, **memory: Any) -> Outcome:
    return respond(question, "changes", Memory(**memory), store)


def shown(outcome: Outcome) -> list[tuple[str, str, str]]:
    """What is said of each change: the response, the label, the words."""
    return [
        (say.response.removeprefix("utter_change_"), say.fields["label"], say.fields["quote"])
        for say in outcome.says
        if "quote" in say.fields
    ]


def test_the_changed_clauses_are_quoted_old_and_new_under_their_documents_and_labels(
    versions_store: ClauseStore,
) -> None:
    outcome = ask(versions_store, asking())
    first = outcome.says[0]
    assert first.response == "utter_changes_renumbered"
    assert {name: first.fields[name] for name in ("changed", "added", "removed", "renumbered")} == {
        "changed": "4",
        "added": "2",
        "removed": "1",
        "renumbered": "2",
    }
    assert shown(outcome)[1:3] == [
        (
            "before",
            "第二条",
            "全日制本科以上毕业生，连续缴纳社会保险满12个月的，可以在青屿落户。配偶和未成年子女可以随迁。",
        ),
        (
            "after",
            "第三条",
            "全日制大专以上毕业生，凭毕业证书即可在青屿落户。配偶、未成年子女和父母可以随迁。",
        ),
    ]
    numbers = {say.fields["document"] for say in outcome.says if say.response == "utter_change_before"}
    assert numbers == {"青政办〔2018〕9号"}
    assert outcome.says[-1].fields["count"] == "4"
    assert sum(len(quote) for _, _, quote in shown(outcome)) <= CHARACTERS


def test_every_quote_is_what_its_document_says(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, asking())
    for answer in outcome.custom["answers"]:
        clause = versions_store.clause(answer["key"])
        assert answer["quote"] in (clause.text, clause.unit_list) or answer["quote"] in clause.text
        assert answer["document"]["key"] == clause.document
    assert [entry["key"] for entry in outcome.custom["documents"]] == [NEWER, OLDER]
    kinds = [entry["kind"] for entry in outcome.custom["changes"]]
    assert kinds.count("changed") == 4
    assert "same" not in kinds


@pytest.mark.parametrize("document", [OLDER, NEWER])
def test_the_conversations_document_is_compared_whichever_version_it_is(
    versions_store: ClauseStore, document: str
) -> None:
    outcome = ask(versions_store, asking(), document=document)
    assert [entry["key"] for entry in outcome.custom["documents"]] == [NEWER, OLDER]
    assert outcome.memory.document == NEWER


def test_the_clause_that_was_spoken_of_is_told_first(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store, asking(), document=OLDER, clause=f"{OLDER}/3", given=(f"{OLDER}/3",))
    assert [label for _, label, _ in shown(outcome)][:2] == ["第三条", "第四条"]


def test_of_a_named_clause_only_its_own_change_is_told(versions_store: ClauseStore) -> None:
    fifth = References(clauses=(f"{NEWER}/6",))
    outcome = ask(versions_store, asking(NEWER, refers=fifth, named=True))
    assert shown(outcome) == [
        ("before", "第四条", "（责任单位：市住建局）"),
        ("after", "第五条", "（责任单位：市住建局、税务局）"),
    ]
    seventh = References(clauses=(f"{NEWER}/8",))
    assert "utter_change_none_here" in said(ask(versions_store, asking(NEWER, refers=seventh, named=True)))


def test_a_subject_that_is_surely_named_gets_its_clauses_change(versions_store: ClauseStore) -> None:
    rent = dataclasses.replace(
        asking(NEWER, named=True), candidates=(Candidate(f"{NEWER}/4/1", 0.95),), leans=0.0, subjectless=0.0
    )
    outcome = respond(rent, "changes", Memory(), versions_store)
    assert [label for _, label, _ in shown(outcome)] == ["第三条", "第四条"]
    assert outcome.says[-1].fields["count"] == "6"


def test_the_clause_that_says_what_is_replaced_is_no_subject(versions_store: ClauseStore) -> None:
    likely = (Candidate(f"{NEWER}/10/1", 0.7), Candidate(f"{NEWER}/4/1", 0.25))
    rent = dataclasses.replace(asking(NEWER, named=True), candidates=likely, leans=0.0, subjectless=0.0)
    outcome = respond(rent, "changes", Memory(), versions_store)
    assert outcome.says[0].response == "utter_changes_renumbered"
    assert [label for _, label, _ in shown(outcome)][:2] == ["第三条", "第四条"]


def test_where_no_older_version_is_held_it_is_said(versions_store: ClauseStore, store: ClauseStore) -> None:
    outcome = ask(versions_store, asking(HOME, named=True))
    assert said(outcome) == ["utter_only_version"]
    assert outcome.custom["kind"] == "document"
    assert outcome.custom["changes"] == []
    assert said(ask(store, asking())) == ["utter_only_version"]


def test_a_document_that_names_what_it_replaces_says_that_this_is_not_held(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store.of(NEWER), asking(NEWER))
    assert said(outcome) == ["utter_only_version", "utter_older_not_held"]
    assert "青政办〔2018〕9号" in outcome.says[1].fields["older"]


def test_of_several_documents_without_older_versions_none_is_picked(versions_store: ClauseStore) -> None:
    outcome = ask(versions_store.of(HOME, NEWER), asking())
    assert said(outcome) == ["utter_no_versions"]
    assert len(outcome.custom["documents"]) == 2


def test_the_words_of_a_deleted_clause_are_those_that_it_had(versions_store: ClauseStore) -> None:
    found = changes(versions_store.of(OLDER), versions_store.of(NEWER))
    removed = next(change for change in found if change.kind == "removed")
    assert quotes_of(removed, versions_store).before == "企业新建人才公寓的，按每套5000元给予奖励。"
    assert quotes_of(removed, versions_store).after == ""
