"""A question that the staff settled is answered as they settled it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.context import SURE, leans
from bot.answers.question import OUT_OF_SCOPE, question_from
from bot.answers.scope import REFUSED_FROM
from bot.components.reading import DOCUMENT, READING
from bot.components.settled import SettledQuestions, settle
from bot.components.tokenizer import SIMPLIFIED
from bot.text.script import simplify
from tests.bot.components.storage import Folder

ANSWERED = {"settled": True, "answered_by": [{"clause": "2021-49/8", "words": "支持留学人员创新创业"}]}
REFUSED = {"settled": True, "reason": "own_file"}
OTHER = ("2021-49/3/1", 0.7)


def example(text: str, intent: str, metadata: dict[str, Any]) -> Message:
    return Message({TEXT: text, INTENT: intent, METADATA: {METADATA_INTENT: metadata}})


def asked(text: str, intent: str = OUT_OF_SCOPE, foreign: float = 0.9) -> Message:
    """A message after the other components."""
    message = Message({TEXT: text, SIMPLIFIED: simplify(text), INTENT: {"name": intent, "confidence": 0.6}})
    message.set(DOCUMENT, "2021-49")
    message.set(
        READING, {"candidates": [OTHER], "foreign": foreign, "subjectless": 0.8, "leans": 0.8, "reason": "place"}
    )
    return message


@pytest.fixture
def settled() -> Iterator[SettledQuestions]:
    with tempfile.TemporaryDirectory() as folder:
        storage: Any = Folder(Path(folder))
        resource = Resource("settled")
        trained = SettledQuestions(storage, resource)
        examples = [
            example("榕漂一次性能拿啥", "measure", ANSWERED),
            example("帮我查下我的申请", OUT_OF_SCOPE, REFUSED),
            example("海归回福州有啥好处", "measure", {"answered_by": ANSWERED["answered_by"]}),
            example("榕漂老规矩", "measure", {"settled": True, "answered_by": []}),
        ]
        trained.train(TrainingData(examples))
        yield SettledQuestions.load({}, storage, resource, execution_context=None)


@pytest.mark.parametrize(
    "text", ["榕漂一次性能拿啥", "榕漂，一次性能拿啥？", "榕漂一次性能拿啥!!", "榕漂一次性能拿 啥"]
)
def test_the_same_question_gets_the_passage_that_was_agreed_upon(settled: SettledQuestions, text: str) -> None:
    [message] = settled.process([asked(text)])
    reading = message.get(READING)
    assert reading["candidates"][0][0].startswith("2021-49/8/")
    assert reading["candidates"][0][1] > 0.9 > reading["candidates"][1][1]
    assert reading["foreign"] < REFUSED_FROM
    assert message.get(INTENT)["name"] == "measure"


def test_a_settled_question_is_answered_by_itself_whatever_was_said_before(settled: SettledQuestions) -> None:
    [message] = settled.process([asked("榕漂一次性能拿啥")])
    understood = question_from(message.as_dict(only_output_properties=True))
    assert not leans(understood)
    assert understood.best >= SURE


def test_a_settled_part_of_a_message_is_answered_as_it_was_settled(settled: SettledQuestions) -> None:
    whole, first, second = settled.process(
        [asked("榕漂一次性能拿啥？谁管"), asked("榕漂一次性能拿啥？"), asked("谁管")]
    )
    assert first.get(READING)["candidates"][0][0].startswith("2021-49/8/")
    assert whole.get(READING)["candidates"] == second.get(READING)["candidates"] == [OTHER]


def test_the_way_it_is_asked_stays(settled: SettledQuestions) -> None:
    [message] = settled.process([asked("榕漂一次性能拿啥", intent="departments")])
    assert message.get(INTENT)["name"] == "departments"


def test_what_was_agreed_to_be_not_ours_is_refused_for_that_reason(settled: SettledQuestions) -> None:
    [message] = settled.process([asked("幫我查下我的申請", intent="measure", foreign=0.1)])
    assert message.get(READING)["foreign"] >= REFUSED_FROM
    assert message.get(READING)["reason"] == "own_file"
    assert message.get(INTENT)["name"] == OUT_OF_SCOPE


@pytest.mark.parametrize("text", ["榕漂一次能拿多少", "海归回福州有啥好处"])
def test_any_other_question_is_left_to_the_models(settled: SettledQuestions, text: str) -> None:
    [message] = settled.process([asked(text)])
    assert message.get(READING)["candidates"] == [OTHER]
    assert message.get(INTENT)["name"] == OUT_OF_SCOPE


def test_one_and_a_half_is_not_fifteen(settled: SettledQuestions) -> None:
    settled.train(TrainingData([example("补助1.5万元的是谁", "measure", ANSWERED)]))
    [same, other] = settled.process([asked("补助1.5万元的，是谁？"), asked("补助15万元的是谁")])
    assert same.get(READING)["candidates"][0][0].startswith("2021-49/8/")
    assert other.get(READING)["candidates"] == [OTHER]


def test_what_was_settled_about_a_document_that_changed_since_is_left_to_the_models(
    settled: SettledQuestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SettledQuestions, "taught", frozenset())
    [message] = settled.process([asked("榕漂一次性能拿啥")])
    assert not message.get(READING)["settled"]
    assert message.get(READING)["candidates"] == [OTHER]


def test_a_settled_question_whose_passage_is_gone_is_left_to_the_models(settled: SettledQuestions) -> None:
    [message] = settled.process([asked("榕漂老规矩", "measure", 0.2)])
    assert message.get(INTENT)["name"] == "measure"
    assert message.get(READING)["foreign"] == 0.2
    assert not message.get(READING)["settled"]


@pytest.fixture
def agreed() -> Iterator[None]:
    settle(
        [
            ("台青有地方住吗", "2021-49/4/1", ""),
            ("榕漂一次性能拿啥", "2021-49/5/2", ""),
            ("今年几号放榜", "", "forecast"),
        ]
    )
    yield
    settle([])


def test_what_was_agreed_on_since_training_is_answered_so_at_once(settled: SettledQuestions, agreed: None) -> None:
    new, changed, refused = settled.process(
        [asked("台青，有地方住吗？"), asked("榕漂一次性能拿啥"), asked("今年几号放榜？", "measure", 0.1)]
    )
    assert new.get(READING)["candidates"][0][0] == "2021-49/4/1"
    assert changed.get(READING)["candidates"][0][0] == "2021-49/5/2"
    assert (refused.get(READING)["reason"], refused.get(INTENT)["name"]) == ("forecast", OUT_OF_SCOPE)


def test_what_was_agreed_on_about_another_document_changes_nothing(settled: SettledQuestions, agreed: None) -> None:
    message = asked("台青有地方住吗")
    message.set(DOCUMENT, "songping")
    [message] = settled.process([message])
    assert message.get(READING)["candidates"] == [OTHER]


def test_what_is_taken_back_is_left_to_the_models_again(settled: SettledQuestions, agreed: None) -> None:
    settle([])
    [message] = settled.process([asked("台青有地方住吗")])
    assert message.get(READING)["candidates"] == [OTHER]
