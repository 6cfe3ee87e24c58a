"""nlu/ is read as Rasa reads it, and what cannot be read is said."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.components.importer import ExampleImporter
from bot.components.practice import QUESTIONS
from bot.components.ranker import answered_by
from bot.components.reading import PRACTICE, intent_metadata
from bot.components.references import labelled_lines
from bot.components.trained import taught_in
from bot.components.vocabulary import as_if_held
from bot.errors import TrainingDataError

BLOCKS = """version: "3.1"
nlu:
- intent: measure
  metadata:
    answered_by:
    - {clause: 2021-49/8, words: "支持留学人员创新创业"}
    asks: money
    stated: false
  examples: |
    - 海归拿多少
    - 海归 - 拿#多少: "元"

- intent: greet
  examples: |
    - [您好](entity)
- synonym: taiwan
  examples: |
    - 台胞
    - 台灣人
- lookup: leans/yes
  examples: |
    - 那谁管
- lookup: 补贴
  examples: |
    - 补助
"""

THANKS = 'version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - 谢谢\n'


def imported(folder: Path, *texts: str) -> TrainingData:
    """What is read of files with these texts."""
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text, "utf-8")
    return ExampleImporter(training_data_paths=[str(folder)]).get_nlu_data()


def told(data: TrainingData) -> Any:
    """What was read, to be compared."""
    return (
        [(message.get(TEXT), message.get(INTENT), message.get(METADATA)) for message in data.training_examples],
        data.entity_synonyms,
        sorted((table["name"], table["elements"]) for table in data.lookup_tables),
    )


def test_examples_words_for_groups_and_labelled_lines_are_read(tmp_path: Path) -> None:
    data = imported(tmp_path, BLOCKS)
    asked, other, greeting = data.intent_examples
    assert (asked.get(TEXT), asked.get(INTENT)) == ("海归拿多少", "measure")
    assert intent_metadata(asked)["asks"] == "money"
    assert intent_metadata(asked)["stated"] is False
    assert intent_metadata(asked)["answered_by"] == [{"clause": "2021-49/8", "words": "支持留学人员创新创业"}]
    assert other.get(TEXT) == '海归 - 拿#多少: "元"'
    assert intent_metadata(greeting) == {}
    assert data.entity_synonyms == {"台胞": "taiwan", "台灣人": "taiwan"}
    assert list(labelled_lines(data)) == [("leans", "yes", "那谁管")]
    assert [table["elements"] for table in data.lookup_tables if table["name"] == "补贴"] == [["补助"]]


def test_what_people_write_is_taken_as_it_stands(tmp_path: Path) -> None:
    data = imported(tmp_path, BLOCKS)
    assert data.intent_examples[-1].get(TEXT) == "[您好](entity)"
    assert not data.entity_examples


@pytest.mark.parametrize(
    "path", ["nlu/groups.yml", "nlu/talk/greet.yml", "nlu/2021-49/asked/clause_08.yml", "nlu/out_of_scope/place.yml"]
)
def test_files_of_nlu_are_read_as_rasas_own_reader_reads_them(path: str) -> None:
    ours = ExampleImporter(training_data_paths=path).get_nlu_data()
    assert told(ours) == told(RasaYAMLReader().read(path))


def test_every_file_of_a_folder_is_read_in_one_order(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.yml").write_text(THANKS, "utf-8")
    data = imported(tmp_path, BLOCKS, THANKS.replace("谢谢", "多谢"))
    assert [message.get(TEXT) for message in data.intent_examples][-2:] == ["多谢", "谢谢"]


@pytest.mark.parametrize("text", [THANKS.partition("\n")[2], THANKS.replace("\n", "\r\n"), "\ufeff" + THANKS])
def test_no_file_of_examples_is_passed_over_for_how_it_begins(text: str, tmp_path: Path) -> None:
    assert [message.get(TEXT) for message in imported(tmp_path, text).intent_examples] == ["谢谢"]


def test_what_the_staff_agreed_on_is_read_beside_nlu(tmp_path: Path) -> None:
    agreed = tmp_path / "agreed.yml"
    agreed.write_text(BLOCKS, "utf-8")
    data = ExampleImporter(training_data_paths=["nlu/talk", str(agreed)]).get_nlu_data()
    assert {"海归拿多少", "转真人", "轉真人"} & {message.get(TEXT) for message in data.intent_examples} == {
        "海归拿多少",
        "轉真人",
    }


def test_rules_are_still_read_by_rasa() -> None:
    importer = ExampleImporter("config.yml", "domain.yml", ["nlu/talk", "stories"])
    assert len(importer.get_stories().story_steps) == Path("stories/rules.yml").read_text("utf-8").count("- rule:")
    assert "greet" in importer.get_domain().intents


@pytest.mark.parametrize(
    "text",
    [
        'version: "3.1"\nnlu:\n- intent: [greet\n',
        'version: "3.1"\nnlu:\n',
        'version: "3.1"\nnlu: none\n',
        'version: "3.1"\nnlu:\n- 您好\n',
        'version: "3.1"\nnlu:\n- intent: greet\n',
        'version: "3.1"\nnlu:\n- regex: zip\n  examples: |\n    - 350000\n',
        'version: "3.1"\nnlu:\n- intent: greet\n  examples:\n  - 您好\n  - 早\n',
    ],
)
def test_a_file_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"0\.yml"):
        imported(tmp_path, text)


WORDS = "支持留学人员创新创业"
ASKED = """- intent: measure
  metadata:
    answered_by:
    - {{clause: {clause}, words: "{words}"}}
  examples: |
    - {example}
"""


def asked_about(*blocks: tuple[str, str, str]) -> str:
    """A file of blocks: clause, words, example."""
    return 'version: "3.1"\nnlu:\n' + "".join(
        ASKED.format(clause=clause, words=words, example=example) for clause, words, example in blocks
    )


@pytest.fixture(scope="module")
def amended(tmp_path_factory: pytest.TempPathFactory) -> ClauseStore:
    """The clause database of the documents after an amendment: clause 8 speaks of 归国人员 now."""
    folder = tmp_path_factory.mktemp("amended")
    shutil.copytree("documents", folder / "documents")
    source = folder / "documents" / "2021-49" / "source.txt"
    source.write_text(source.read_text("utf-8").replace("留学人员", "归国人员"), "utf-8")
    build(folder / "documents", folder / "clauses.db")
    return ClauseStore.open(folder / "clauses.db")


def test_what_was_asked_of_words_that_are_gone_is_left_out_and_told_once_and_together(
    tmp_path: Path, amended: ClauseStore, caplog: pytest.LogCaptureFixture
) -> None:
    text = asked_about(
        ("2021-49/8", WORDS, "海归拿多少"),
        ("2021-49/99", "没有", "这条没了"),
        ("2021-49/9", "营商环境", "办执照快不快"),
        ("never-held", "没有", "别处怎么样"),
    )
    with as_if_held(amended), caplog.at_level(logging.WARNING):
        data = imported(tmp_path, text)
        keys = {message.get(TEXT): answered_by(message) for message in data.intent_examples}
        assert taught_in(data) == {"2021-49"}
    assert {example for example, found in keys.items() if found} == {"办执照快不快"}
    (told_of,) = (record.getMessage() for record in caplog.records)
    for part in ("2 labels", "0.yml", "2021-49/8", WORDS, "海归拿多少", "2021-49/99", "这条没了"):
        assert part in told_of
    assert "办执照快不快" not in told_of
    assert "别处怎么样" not in told_of


def test_a_document_of_which_no_labelled_words_are_left_is_one_that_nobody_taught(
    tmp_path: Path, amended: ClauseStore
) -> None:
    with as_if_held(amended):
        assert not taught_in(imported(tmp_path, asked_about(("2021-49/8", WORDS, "海归拿多少"))))


def test_after_an_amendment_all_of_nlu_can_be_learned_from(
    amended: ClauseStore, caplog: pytest.LogCaptureFixture
) -> None:
    with as_if_held(amended), caplog.at_level(logging.WARNING):
        data = ExampleImporter(training_data_paths="nlu").get_nlu_data()
        answers = [answered_by(message) for message in data.intent_examples]
    assert any(answers)
    (told_of,) = (record.getMessage() for record in caplog.records)
    assert "nlu/2021-49/measure/clause_08.yml" in told_of


def test_with_the_documents_as_they_are_nothing_is_left_out(
    store: ClauseStore, caplog: pytest.LogCaptureFixture
) -> None:
    with as_if_held(store), caplog.at_level(logging.WARNING):
        ExampleImporter(training_data_paths="nlu").get_nlu_data()
    assert not caplog.records


def test_a_practice_question_that_was_about_words_that_are_gone_as_well_is_in_doubt(
    tmp_path: Path, amended: ClauseStore, caplog: pytest.LogCaptureFixture
) -> None:
    line = {"question": "海归创业有啥", "answers": [], "asks": "open", "stated": True}
    also = [{"document": "2021-49", "words": WORDS}, {"document": "never-held", "words": "没有"}]
    (tmp_path / QUESTIONS).write_text(json.dumps({**line, "also": also}), "utf-8")
    with as_if_held(amended), caplog.at_level(logging.WARNING):
        (message,) = imported(tmp_path).training_examples
    assert message.get(PRACTICE)["also"] == []
    assert message.get(PRACTICE)["doubtful"]
    assert WORDS in caplog.text
    assert "never-held" not in caplog.text
