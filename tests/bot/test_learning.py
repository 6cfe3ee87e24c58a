"""`python -m bot train`, with a trainer and a judge that take no time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData
from rich.console import Console

from bot.clauses.store import ClauseStore
from bot.components.importer import ExampleImporter
from bot.components.ranker import answered_by
from bot.components.turns import turn_label
from bot.errors import ModelError, StateError
from bot.evaluation import Judged
from bot.helpdesk.audit import Actor
from bot.helpdesk.proposals import Proposals
from bot.learning import learn
from bot.mailbox.state import State
from bot.settings import Settings, read_settings
from bot.training import HEAD, Tell, blocks

PASSAGE = "2021-49/8/1"
LIN, CHEN = Actor("lin"), Actor("chen")


class Workshop:
    """Trains models that are a line of text, and judges them by it: which questions they answer right."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/state/rongce.db"
        self.settings: Settings = replace(read_settings({}), model=folder / "build" / "model.tar.gz", state_url=url)
        self.learned_from: list[str] = []
        self.new = "a b c"
        self.printed = io.StringIO()

    def train(self, target: Path, agreed: str, tell: Tell) -> None:
        self.learned_from.append(agreed)
        target.write_text(self.new)

    def judge(self, _: Settings, model: Path) -> Mapping[str, Judged]:
        right = model.read_text().split()
        if right == ["damaged"]:
            raise ModelError("It was trained with another clause database.")
        return {
            number: Judged(f"question {number}", number in right, "answer" if number in right else "no_answer")
            for number in "abcd"
        }

    def learn(self, anyway: bool = False) -> bool:
        console = Console(file=self.printed, width=200)
        return learn(self.settings, console, anyway, self.train, self.judge, lambda model: f"id of {model.read_text()}")

    def had(self, model: str) -> None:
        self.settings.model.parent.mkdir()
        self.settings.model.write_text(model)

    @property
    def model(self) -> str:
        return self.settings.model.read_text()

    @property
    def left(self) -> list[str]:
        return [path.name for path in self.settings.model.parent.iterdir()]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


async def agree(state: State, question: str, passage: str = PASSAGE, reason: str = "") -> None:
    proposals = Proposals(state)
    await proposals.accept(await proposals.propose("own", "", question, passage, reason, LIN), CHEN)


def in_state(workshop: Workshop, *questions: str) -> None:
    state = State(workshop.settings.state_url)
    for question in questions:
        asyncio.run(agree(state, question))
    state.close()


def learned_by(workshop: Workshop) -> list[str]:
    state = State(workshop.settings.state_url)
    models = [entry.model for entry in asyncio.run(Proposals(state).accepted())]
    state.close()
    return models


def test_the_first_model_is_taken_without_a_state_being_made(workshop: Workshop, tmp_path: Path) -> None:
    assert workshop.learn()
    assert workshop.model == "a b c"
    assert workshop.learned_from == [""]
    assert not (tmp_path / "state").exists()


def test_a_model_that_answers_as_many_right_is_taken_and_what_changed_is_shown(workshop: Workshop) -> None:
    workshop.had("b c d")
    assert workshop.learn()
    assert workshop.model == "a b c"
    printed = workshop.printed.getvalue()
    assert "Won: 1" in printed
    assert "Lost: 1" in printed
    assert "question a" in printed
    assert "question d" in printed
    assert "question b" not in printed
    assert "3 before, 3 after" in printed


def test_a_model_that_answers_fewer_right_is_refused_and_leaves_nothing_behind(workshop: Workshop) -> None:
    workshop.had("a b c d")
    in_state(workshop, "留学生有啥补助")
    assert not workshop.learn()
    assert workshop.model == "a b c d"
    assert workshop.left == ["model.tar.gz"]
    assert "refused" in workshop.printed.getvalue()
    assert learned_by(workshop) == [""]


def test_a_worse_model_is_taken_where_somebody_wants_it_anyway(workshop: Workshop) -> None:
    workshop.had("a b c d")
    assert workshop.learn(anyway=True)
    assert workshop.model == "a b c"


def test_a_model_that_cannot_be_used_any_more_is_replaced(workshop: Workshop) -> None:
    workshop.had("damaged")
    assert workshop.learn()
    assert workshop.model == "a b c"
    assert "another clause database" in workshop.printed.getvalue()


def test_accepted_proposals_are_learned_from_and_remember_the_model(workshop: Workshop) -> None:
    in_state(workshop, "留学生有啥补助", "海归有啥补助")
    assert workshop.learn()
    (agreed,) = workshop.learned_from
    assert "留学生有啥补助" in agreed
    assert "海归有啥补助" in agreed
    assert learned_by(workshop) == ["id of a b c"] * 2


def test_a_passage_that_the_documents_have_no_more_is_told_and_left_out(workshop: Workshop) -> None:
    state = State(workshop.settings.state_url)
    asyncio.run(agree(state, "旧文件的事", "1999-1/1/1"))
    asyncio.run(agree(state, "留学生有啥补助"))
    state.close()
    assert workshop.learn()
    assert "旧文件的事" not in workshop.learned_from[0]
    assert "1999-1/1/1" in workshop.printed.getvalue()
    assert learned_by(workshop) == ["", "id of a b c"]


def test_a_state_that_cannot_be_read_stops_the_training(workshop: Workshop) -> None:
    workshop.settings = replace(workshop.settings, state_url="nonsense")
    with pytest.raises(StateError):
        workshop.learn()
    assert workshop.learned_from == []


def read(folder: Path, agreed: str) -> TrainingData:
    """What the training reads of the blocks that were agreed on."""
    (folder / "agreed.yml").write_text(HEAD + agreed, "utf-8")
    return ExampleImporter(training_data_paths=[str(folder / "agreed.yml")]).get_nlu_data()


@pytest.mark.asyncio
async def test_a_block_says_what_rasa_and_the_ranker_need(state: State, store: ClauseStore, tmp_path: Path) -> None:
    await agree(state, "留学生有啥补助")
    await agree(state, "[留学生](intent) 的 - 补助: #1")
    await agree(state, "厦门下雨吗", "", "place")
    await agree(state, "海归有啥", "2021-49/7/1")
    await agree(state, "海歸有啥", PASSAGE)
    data = read(tmp_path, blocks(await Proposals(state).accepted(), store))
    learned = {message.get("text"): message for message in data.intent_examples}
    assert set(learned) == {"留学生有啥补助", "［留学生］(intent) 的 - 补助: #1", "海歸有啥", "厦门下雨吗"}
    assert {tuple(answered_by(learned[text])) for text in learned if "厦门" not in text} == {(PASSAGE,)}
    assert turn_label(learned["厦门下雨吗"]) == "out_of_scope/place"
    assert not data.entity_examples
    assert all(message.get("metadata")["intent"]["settled"] for message in learned.values())


@pytest.mark.asyncio
async def test_every_passage_can_be_learned(state: State, store: ClauseStore, tmp_path: Path) -> None:
    for number, passage in enumerate(store.passages()):
        await agree(state, f"问题{number}", passage.key)
    data = read(tmp_path, blocks(await Proposals(state).accepted(), store))
    found = {message.get("text"): answered_by(message) for message in data.intent_examples}
    texts = {passage.key: passage.text for passage in store.passages()}
    for number, passage in enumerate(store.passages()):
        (key,) = found[f"问题{number}"]
        assert passage.text in texts[key]


@pytest.mark.asyncio
async def test_of_two_agreements_on_what_sounds_the_same_the_later_one_is_learned(
    state: State, store: ClauseStore, tmp_path: Path
) -> None:
    proposals, lin, chen = Proposals(state), Actor("lin"), Actor("chen")
    first = await proposals.propose("own", "", "海归，有啥？", PASSAGE, "", lin)
    second = await proposals.propose("own", "", "海歸有啥", "2021-49/7/1", "", lin)
    await proposals.accept(second, chen)
    await proposals.accept(first, chen)
    data = read(tmp_path, blocks(await proposals.accepted(), store))
    [message] = data.intent_examples
    assert answered_by(message) == [PASSAGE]
