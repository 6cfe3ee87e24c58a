"""A message that holds several questions is cut into them, and what was understood of each comes together in the message."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.linear import LinearModel
from bot.answers.parts import AROUND, AT_MOST_PARTS, numbered
from bot.answers.question import question_from
from bot.components.parts import PartCutter, PartGatherer
from bot.components.reading import READING, add_to_reading
from bot.components.tokenizer import SIMPLIFIED, PolicyTokenizer
from tests.bot.components.storage import Folder

SUBJECTS = ("低保", "落户", "职称", "实验室", "学徒制", "离岗创业", "公租房", "档案", "孵化器", "营商环境")
MARKED = [
    *(f"{one}谁负责？¦{other}有补助吗" for one, other in pairwise(SUBJECTS)),
    *(f"{one}怎么办理，¦还有{other}给多少钱？" for one, other in zip(SUBJECTS, SUBJECTS[2:], strict=False)),
    *(f"请问，{one}谁负责？" for one in SUBJECTS),
    *(f"{one}、{other}的钱，谁来出" for one, other in zip(SUBJECTS, SUBJECTS[3:], strict=False)),
    *(f"{one}和{other}分别在哪条" for one, other in zip(SUBJECTS, SUBJECTS[4:], strict=False)),
]


class Always(LinearModel):
    """Is sure of its first label, whatever it sees."""

    def __init__(self, *labels: str) -> None:
        super().__init__(labels, np.zeros((1, len(labels)), np.float32), np.zeros(len(labels), np.float32))

    def probabilities(self, vectors: Any) -> Any:
        return np.eye(len(self.labels), dtype=np.float32)[np.zeros(vectors.shape[0], np.int64)]


def message(text: str) -> Message:
    return PolicyTokenizer.simplified(Message({TEXT: text}), text)


@pytest.fixture
def cutter(tmp_path: Path) -> PartCutter:
    """A cutter that learned from MARKED and was loaded again."""
    storage: Any = Folder(tmp_path)
    trained = PartCutter(storage, Resource("parts"))
    others = [{"name": "leans/yes", "elements": ["那谁管，¦呢"]}, {"name": "补贴", "elements": ["补助"]}]
    trained.train(TrainingData(lookup_tables=[{"name": "parts/cut", "elements": MARKED}, *others]))
    return PartCutter.load({}, storage, Resource("parts"), execution_context=None)


def test_what_stands_behind_the_cut_comes_behind_the_message_as_messages_of_their_own(cutter: PartCutter) -> None:
    whole = message("低保谁負責？公租房有補助嗎")
    first, *parts = cutter.process([whole])
    assert first is whole
    assert whole.get(TEXT) == "低保谁負責？公租房有補助嗎"
    assert [part.get(TEXT) for part in parts] == ["低保谁負責？", "公租房有補助嗎"]
    assert [part.get(SIMPLIFIED) for part in parts] == ["低保谁负责?", "公租房有补助吗"]
    for part in parts:
        assert "".join(token.text for token in part.get(TOKENS_NAMES[TEXT])) == part.get(SIMPLIFIED)


@pytest.mark.parametrize(
    "text",
    ["请问，低保谁负责？", "实验室、低保的钱，谁来出", "档案和落户分别在哪条", "低保谁负责", "", "？", "？？!!", "，"],
)
def test_a_single_question_stays_one_message(cutter: PartCutter, text: str) -> None:
    whole = message(text)
    assert cutter.process([whole]) == [whole]


@given(st.text("低保谁管吗呢和跟还有另外，。？! ;\n", max_size=120) | st.text(max_size=60))
def test_parts_make_up_the_message_but_for_what_joins_them_and_are_few(text: str) -> None:
    assume(not numbered(text))
    everywhere = PartCutter(storage=None, resource=None)
    everywhere._places, everywhere._pieces = Always("cut", "whole"), Always("yes", "no")
    _, *parts = everywhere.process([message(text)])
    assert len(parts) != 1
    assert len(parts) <= AT_MOST_PARTS
    if parts:
        assert _unjoined("".join(part.get(TEXT) for part in parts)) == _unjoined(text)
        assert all(part.get(TEXT) for part in parts)


def _unjoined(text: str) -> str:
    return "".join(char for char in text if char not in AROUND)


def test_what_asks_nothing_belongs_to_the_question_behind_it() -> None:
    cutter = PartCutter(storage=None, resource=None)
    cutter._places, cutter._pieces = Always("cut", "whole"), Always("no", "yes")
    whole = message("我在台北做護理師，先生是福州人。想問職稱")
    assert cutter.process([whole]) == [whole]


@pytest.mark.parametrize(
    "text",
    [
        "1.低保谁负责 2.公租房有补助吗",
        "（1）低保谁负责？（2）公租房有补助吗",
        "①低保谁负责；②公租房有补助吗",
        "一、低保谁负责\n二、公租房有补助吗",
    ],
)
def test_the_numbers_of_numbered_questions_are_no_part_of_them(cutter: PartCutter, text: str) -> None:
    whole, *parts = cutter.process([message(text)])
    assert whole.get(TEXT) == text
    assert [part.get(TEXT).strip("？； \n") for part in parts] == ["低保谁负责", "公租房有补助吗"]
    for said in (whole, *parts):
        assert not re.search(r"[\d①②一二]", said.get(SIMPLIFIED))


@pytest.mark.parametrize("text", ["2.低保谁负责", "第一条谁负责", "1.5万元的是哪条", "3天 1.低保谁负责"])
def test_a_number_that_counts_no_questions_stays(cutter: PartCutter, text: str) -> None:
    whole, *_ = cutter.process([message(text)])
    assert whole.get(SIMPLIFIED) == message(text).get(SIMPLIFIED)


def test_examples_are_learned_from_as_they_are(cutter: PartCutter) -> None:
    data = TrainingData([Message({TEXT: "低保谁负责？公租房有补助吗", INTENT: "measure"})])
    assert cutter.process_training_data(data).training_examples == data.training_examples


def test_what_was_understood_of_the_parts_comes_into_the_message_and_they_are_gone() -> None:
    whole, first, second = message("低保谁负责？公租房有补助吗"), message("低保谁负责？"), message("公租房有补助吗")
    add_to_reading(whole, act="departments", candidates=[("2021-49/23/1", 0.6)])
    add_to_reading(first, act="departments", candidates=[("2021-49/23/1", 0.9)], leans=0.1)
    add_to_reading(second, act="measure", candidates=[("2021-49/17/2", 0.8)], asks={"money": 1.0})
    assert PartGatherer().process([whole, first, second]) == [whole]
    question = question_from(json.loads(json.dumps(whole.as_dict(only_output_properties=True))))
    assert question.act == "departments"
    assert [part.text for part in question.parts] == ["低保谁负责？", "公租房有补助吗"]
    assert [part.act for part in question.parts] == ["departments", "measure"]
    assert [part.clauses()[0] for part in question.parts] == [("2021-49/23", 0.9), ("2021-49/17", 0.8)]
    assert [part.parts for part in question.parts] == [(), ()]


def test_a_message_of_one_question_has_no_parts() -> None:
    whole = message("低保谁负责")
    add_to_reading(whole, act="departments")
    assert PartGatherer().process([whole]) == [whole]
    assert whole.get(READING) == {"act": "departments", "parts": []}
    assert question_from(whole.as_dict(only_output_properties=True)).parts == ()
