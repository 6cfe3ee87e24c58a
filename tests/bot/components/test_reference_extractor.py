"""What is learned of one number is learned of all: references are masked, what is named is marked, in training as in answering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.references import references_from
from bot.components.reading import READING
from bot.components.references import GROUPS, HEAD, LABEL, MASKED, ReferenceExtractor
from bot.components.tokenizer import SIMPLIFIED, PolicyTokenizer
from bot.text.numerals import to_chinese_numeral
from bot.text.script import simplify
from tests.bot.components.storage import Folder

GROUP_WORDS = {"台胞": "taiwan", "海归": "returnee"}
LINES = {"leans/yes": ["那第8條呢", "这个谁管"], "leans/no": ["个人社保怎么转"], "claims/yes": ["厦门第3条说有"]}


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> ReferenceExtractor:
    """An extractor that was trained and loaded again."""
    storage: Any = Folder(tmp_path_factory.mktemp("references"))
    ReferenceExtractor(storage, Resource("references")).train(TrainingData(entity_synonyms=GROUP_WORDS))
    return ReferenceExtractor.load({}, storage, Resource("references"), execution_context=None)


def message(text: str) -> Message:
    return PolicyTokenizer.simplified(Message({TEXT: text}), text)


def read(extractor: ReferenceExtractor, text: str) -> Message:
    """`text` after the component."""
    [found] = extractor.process([message(text)])
    return found


def masked(extractor: ReferenceExtractor, text: str) -> str:
    return str(read(extractor, text).get(MASKED))


@pytest.mark.parametrize(
    "asked",
    [
        "第{}条谁负责",
        "请问第{}条讲什么",
        "{}条原文",
        "那第{}條呢",
        "（{}）谁管",
        "第{}项的出处",
        "第{}部分有哪几条",
        "第{}章谁牵头",
    ],
)
def test_what_is_asked_of_one_clause_or_chapter_is_learned_for_every_number(
    extractor: ReferenceExtractor, asked: str
) -> None:
    numbers = [*map(str, range(2, 25)), *map(to_chinese_numeral, range(2, 25)), "廿四", "99"]
    assert len({masked(extractor, asked.format(number)) for number in numbers}) == 1


@pytest.mark.parametrize(
    "asked", ["what does clause {} say", "who runs article {}", "the full text of clause {} please"]
)
def test_the_same_in_english(extractor: ReferenceExtractor, asked: str) -> None:
    assert (
        len({masked(extractor, asked.format(number)) for number in (*range(1, 25), "eight", "xiv", "twenty-four")}) == 1
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("49号文件谁发的", "这份文件谁发的"),
        ("劳动法第5条怎么说", "民法典第10条怎么说"),
        ("厦门第3条怎么说", "上海第9条怎么说"),
        ("《劳动合同法》第5条怎么说", "《教师法》第10条怎么说"),
    ],
)
def test_what_is_asked_of_one_document_or_place_is_learned_for_others(
    extractor: ReferenceExtractor, one: str, other: str
) -> None:
    assert masked(extractor, one) == masked(extractor, other)


@pytest.mark.parametrize(
    ("ours", "another"),
    [
        ("第3条怎么说", "厦门第3条怎么说"),
        ("第5条怎么说", "劳动法第5条怎么说"),
        ("榕政办〔2021〕49号怎么说", "榕政办〔2020〕7号怎么说"),
        ("第3条怎么说", "第三部分怎么说"),
        ("第3条怎么说", "第3条谁负责"),
    ],
)
def test_what_is_not_the_same_is_kept_apart(extractor: ReferenceExtractor, ours: str, another: str) -> None:
    assert masked(extractor, ours) != masked(extractor, another)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("市人社局负责什么", "D"),
        ("財政局和人社局都管的有哪些", "D"),
        ("福州有补贴吗", "H"),
        ("厦门有补贴吗", "P"),
        ("美国有补贴吗", "P"),
        ("劳动法怎么说", "L"),
        ("税务局管吗", "A"),
        ("国办发〔2020〕7号还有效吗", "E"),
        ("厦门人来福州有补贴吗", "HP"),
        ("离岗创业最多几年", ""),
        ("低保给50万元还是30%", ""),
    ],
)
def test_a_text_is_marked_with_each_kind_of_thing_that_it_names(
    extractor: ReferenceExtractor, text: str, marks: str
) -> None:
    assert "".join(sorted(char for char in masked(extractor, text) if char.isascii() and char.isupper())) == marks


@pytest.mark.parametrize(
    "text", ["离岗创业最多几年", "低保给50万元还是30%", "每年支持10个团队", "哪几条提到台湾", "还有一条吗"]
)
def test_amounts_counts_and_subjects_are_learned_from_as_they_stand(extractor: ReferenceExtractor, text: str) -> None:
    assert masked(extractor, text).split(" ")[0] == simplify(text)


def test_what_is_referred_to_travels_with_the_message_and_reads_back(extractor: ReferenceExtractor) -> None:
    found = read(extractor, "第8條和（九）裡，市人社局以外還有誰？海歸拿50萬元")
    kept = json.loads(json.dumps(found.as_dict(only_output_properties=True)))[READING]
    refers = references_from(kept["refers"])
    assert refers.clauses == ("2021-49/8", "2021-49/9")
    assert refers.units.present == ("市人社局",)
    assert [(amount.low, amount.high, amount.unit) for amount in refers.amounts] == [(500_000, 500_000, "元")]
    assert refers.besides
    assert kept["groups"] == found.get(GROUPS) == ["returnee"]


def test_an_office_that_no_document_knows_is_taken_for_one(extractor: ReferenceExtractor) -> None:
    assert read(extractor, "人才办负责什么").get(READING)["refers"]["authorities"]
    assert not read(extractor, "补贴怎么办").get(READING)["refers"]["authorities"]


def test_names_are_told_to_rasa_as_entities_of_the_simplified_text(extractor: ReferenceExtractor) -> None:
    found = read(extractor, "廈門的臺胞歸人社局管嗎")
    simplified = found.get(SIMPLIFIED)
    named = [
        (entry["entity"], entry["value"], simplified[entry["start"] : entry["end"]]) for entry in found.get(ENTITIES)
    ]
    assert named == [
        ("mainland", "厦门", "厦门"),
        ("group", "taiwan", "台胞"),
        ("department", "市人社局", "人社局"),
    ]


def test_the_parts_of_a_message_are_read_each_by_itself(extractor: ReferenceExtractor) -> None:
    whole, first, second = extractor.process(
        [message("第8条谁负责？第9条呢"), message("第8条谁负责？"), message("第9条呢")]
    )
    assert references_from(whole.get(READING)["refers"]).clauses == ("2021-49/8", "2021-49/9")
    assert references_from(first.get(READING)["refers"]).clauses == ("2021-49/8",)
    assert references_from(second.get(READING)["refers"]).clauses == ("2021-49/9",)


def trained_on(extractor: ReferenceExtractor, texts: list[str]) -> dict[str, str]:
    """What is learned from each of `texts` as examples."""
    examples = [message(text) for text in texts]
    for example in examples:
        example.set(INTENT, "measure")
    data = extractor.process_training_data(TrainingData(examples, lookup_tables=[]))
    return {example.get(TEXT): example.get(MASKED) for example in data.training_examples}


def test_examples_are_masked_as_the_same_messages_are_when_they_are_asked(extractor: ReferenceExtractor) -> None:
    texts = [
        line.removeprefix("- ").strip()
        for path in sorted(Path("nlu").rglob("*.yml"))
        if path.parent not in (Path("nlu"), Path("nlu/heads"))
        for block in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]
        for line in block["examples"].splitlines()[:1]
    ]
    learned = trained_on(extractor, list(dict.fromkeys(texts)))
    asked = {text: masked(extractor, text) for text in learned}
    assert {text: (learned[text], asked[text]) for text in learned if learned[text] != asked[text]} == {}


def test_labelled_lines_become_examples_that_read_like_the_same_messages(extractor: ReferenceExtractor) -> None:
    tables = [{"name": name, "elements": lines} for name, lines in LINES.items()]
    data = extractor.process_training_data(
        TrainingData(lookup_tables=[*tables, {"name": "补贴", "elements": ["补助"]}])
    )
    found = [
        (f"{line.get(HEAD)}/{line.get(LABEL)}", line.get(TEXT), line.get(MASKED)) for line in data.training_examples
    ]
    assert found == [(name, text, masked(extractor, text)) for name, lines in LINES.items() for text in lines]
    assert not data.intent_examples
