from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.answers.outcome import place
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.errors import DocumentError, EncoderError

SOURCE = Path("documents/2021-49/source.txt")


def squeeze(text: str) -> str:
    return "".join(text.replace("**", "").split())


def test_every_stored_text_stands_in_the_source_word_for_word(store: ClauseStore) -> None:
    source = squeeze(SOURCE.read_text("utf-8"))
    document = store.document()
    texts = [
        *(passage.text for passage in store.passages()),
        *(text for c in store.clauses() for text in (c.text, c.heading, c.unit_list, *c.also_carried_out_by)),
        *(chapter.heading for chapter in store.chapters()),
        *(amount.text for passage in store.passages() for amount in passage.amounts),
        *(document.number, document.title, document.issuer, document.approved_by, document.disclosure),
        *(document.addressees, document.copied_to, *document.rests_on),
    ]
    assert [text for text in texts if squeeze(text) not in source] == []


def test_nothing_of_the_document_is_left_out(store: ClauseStore) -> None:
    rest = squeeze(SOURCE.read_text("utf-8"))
    pieces = [
        *(text for c in store.clauses() for text in (c.unit_list, c.text)),
        *(chapter.heading for chapter in store.chapters()),
        *(passage.text for passage in store.passages("2021-49/0")),
    ]
    for piece in sorted((squeeze(piece) for piece in pieces), key=len, reverse=True):
        rest = rest.replace(piece, "", 1)
    left = re.sub(r"[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八]、", "", rest)
    assert left == ""


def test_passages_make_up_their_clause_without_a_rest(store: ClauseStore) -> None:
    for clause in store.clauses()[1:]:
        sentences = [p.text for p in store.passages(clause.key) if p.text in clause.text]
        assert "".join(sentences) == clause.text


def test_there_are_24_clauses_in_8_chapters(store: ClauseStore) -> None:
    assert [c.number for c in store.clauses() if c.label] == list(range(1, 25))
    assert [chapter.number for chapter in store.chapters()] == list(range(1, 9))


@pytest.mark.parametrize(
    ("clause", "departments"),
    [
        (5, "福州新区管委会 大学城管委会 市人社局 市教育局 市卫健委 市公安局 市房管局"),
        (9, "市营商办 市发改委 市商务局 市市场监管局 市金融局"),
        (10, "市委组织部 市公务员局 市人社局 市国资委"),
        (14, "市委组织部 市教育局 市财政局 市人社局 市卫健委 市总工会"),
        (16, "市人社局 市财政局 市档案局 市大数据委 市公安局 市教育局 市民政局 市卫健委 市市场监管局"),
        (24, "市民政局 市妇联"),
        (25, "市直各有关单位"),
    ],
)
def test_a_list_shares_one_city_except_units_with_a_name_of_their_own(
    store: ClauseStore, clause: int, departments: str
) -> None:
    assert store.clause(f"2021-49/{clause}").departments == tuple(departments.split())


def test_the_standing_rule_is_about_all_numbered_clauses_and_is_no_department_of_the_first(store: ClauseStore) -> None:
    units = ("各县（市）区人民政府", "高新区管委会")
    assert {c.also_carried_out_by for c in store.clauses() if c.label} == {units}
    assert store.clause("2021-49/25").also_carried_out_by == ()
    assert not set(units) & set(store.clause("2021-49/1").departments)
    assert store.passages("2021-49/1")[-1].text == "以下均需各县（市）区人民政府、高新区管委会落实，不再列出"


def test_the_issue_data_is_read_from_head_and_imprint(store: ClauseStore) -> None:
    document = store.document()
    assert (document.number, str(document.issued_on), str(document.printed_on)) == (
        "榕政办〔2021〕49号",
        "2021-05-26",
        "2021-05-27",
    )
    assert document.issuer == "福州市人民政府办公厅"
    assert document.rests_on[1].endswith("（闽委办发〔2020〕16号）")


DISTRICT = """松屏县人民政府办公室文件

屏政办〔2023〕11号

松屏县人民政府办公室关于印发松屏县促进返乡创业若干措施的通知

各乡镇人民政府，县直各单位：

现将《松屏县促进返乡创业若干措施》印发给你们，请遵照执行。

松屏县人民政府办公室
2023年4月28日

松屏县促进返乡创业若干措施

第一章 总则

第一条 返乡人员首次创办企业的，给予一次性创业补贴8000元。由县人社局负责。

第二章 附则

第二条 本措施自2023年6月1日起施行，有效期3年。
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with Fuzhou's document and one of another place."""
    folder = tmp_path / "documents"
    shutil.copytree("documents", folder)
    (folder / "songping").mkdir()
    (folder / "songping" / "source.txt").write_text(DISTRICT, "utf-8")
    return folder


@pytest.fixture
def held(documents: Path, tmp_path: Path) -> Iterator[ClauseStore]:
    build(documents, tmp_path / "clauses.db")
    opened = ClauseStore.open(tmp_path / "clauses.db")
    yield opened
    opened.close()


def test_a_document_of_another_layout_is_held_beside_the_first(held: ClauseStore) -> None:
    clause = held.clause("songping/1")
    assert (clause.label, clause.path, clause.heading, clause.departments) == (
        "第一条",
        ("第一章", "第一条"),
        "",
        ("县人社局",),
    )
    assert place(clause, held) == "第一章第一条"
    assert held.document("songping").place == "松屏"
    assert "屏政办〔2023〕11号" in [passage.text for passage in held.passages("songping/0")]


def test_a_document_says_since_when_and_until_when_it_is_in_force(held: ClauseStore) -> None:
    document = held.document("songping")
    assert (document.since, document.until) == ("2023-06-01", "2026-05-31")
    assert [document.in_force_on(date(year, 6, 2)) for year in (2022, 2024, 2026)] == [
        "not_yet",
        "unverified",
        "expired",
    ]


def test_one_document_is_seen_as_if_there_were_no_other(held: ClauseStore) -> None:
    one = held.of("songping")
    assert [c.key for c in one.clauses()] == ["songping/0", "songping/1", "songping/2"]
    assert one.search("科研") == () != held.search("科研")
    assert {p.document for p, _ in one.search("创业")} == {"songping"}
    assert one.document().key == "songping"
    assert held.of("songping", "2021-49") is held
    assert "市人社局" not in {entry.name for entry in one.departments()}


def test_what_people_call_an_office_they_call_it_in_another_place_too(held: ClauseStore) -> None:
    (office,) = held.of("songping").departments()
    assert (office.name, office.full_name) == ("县人社局", "松屏县人社局")
    assert {"人社局", "松屏人社局", "人社", "人力资源和社会保障局", "labour bureau"} <= set(office.aliases)


def test_a_document_that_another_one_repeals_is_no_longer_in_force(documents: Path, tmp_path: Path) -> None:
    later = DISTRICT.replace("11号", "30号").replace("2023", "2026")
    later = later.replace("有效期3年。", "有效期3年。《松屏县促进返乡创业若干措施》（屏政办〔2023〕11号）同时废止。")
    (documents / "songping-2").mkdir()
    (documents / "songping-2" / "source.txt").write_text(later, "utf-8")
    build(documents, tmp_path / "clauses.db")
    first = ClauseStore.open(tmp_path / "clauses.db").document("songping")
    assert first.replaced_by == "屏政办〔2026〕30号"
    assert [first.in_force_on(date(2026, month, 2)) for month in (5, 6)] == [
        "unverified",
        "repealed",
    ]  # in force from 1 June


def test_what_is_no_document_is_refused_with_its_name(documents: Path, tmp_path: Path) -> None:
    source = documents / "songping" / "source.txt"
    source.write_text("福州今天天气晴。\n\n记者报道。", "utf-8")
    with pytest.raises(DocumentError, match="政策文件") as refused:
        build(documents, tmp_path / "clauses.db")
    assert str(source) in str(refused.value)


def test_doubts_are_told_with_file_and_line(documents: Path, tmp_path: Path) -> None:
    source = documents / "songping" / "source.txt"
    source.write_text(DISTRICT.replace("第二条", "第四条"), "utf-8")
    warnings = build(documents, tmp_path / "clauses.db").warnings
    assert any(str(source) in warning and "line" in warning and "第四条" in warning for warning in warnings)


def test_a_unit_at_home_that_nobody_described_is_known_by_rule_and_told(documents: Path, tmp_path: Path) -> None:
    departments = documents / "departments.toml"
    departments.write_text(departments.read_text("utf-8").replace('name = "市妇联"', 'name = "市某联"'), "utf-8")
    warnings = build(documents, tmp_path / "clauses.db").warnings
    assert any("'市妇联'" in warning for warning in warnings)


def test_a_document_without_chapters_and_units_can_be_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "documents" / "plain").mkdir(parents=True)
    text = DISTRICT.replace("第一章 总则\n\n", "").replace("第二章 附则\n\n", "").replace("由县人社局负责。", "")
    (tmp_path / "documents" / "plain" / "source.txt").write_text(text, "utf-8")
    build(tmp_path / "documents", tmp_path / "clauses.db")
    held = ClauseStore.open(tmp_path / "clauses.db")
    assert [clause.label for clause in held.of("plain").clauses()] == ["", "第一条", "第二条"]
    assert held.chapters() == ()
    assert held.departments() == ()


def test_a_clause_without_words_is_held_with_its_label(documents: Path, tmp_path: Path) -> None:
    source = documents / "songping" / "source.txt"
    source.write_text(
        DISTRICT.replace("第二章 附则", "第二条\n\n第二章 附则").replace("第二条 本", "第三条 本"), "utf-8"
    )
    build(documents, tmp_path / "clauses.db")
    held = ClauseStore.open(tmp_path / "clauses.db").of("songping")
    assert all(held.passages(clause.key) for clause in held.clauses())


def test_vectors_that_are_known_are_kept_where_the_encoder_fails(documents: Path, tmp_path: Path) -> None:
    class Encoder:
        name, works = "test", True

        def questions(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            if not self.works:
                raise EncoderError("down")
            return np.ones((len(texts), 2), np.float32)

        passages = questions

    encoder, target = Encoder(), tmp_path / "clauses.db"
    build(documents, target, encoder)
    encoder.works = False
    source = documents / "songping" / "source.txt"
    source.write_text(DISTRICT.replace("8000元", "9000元"), "utf-8")
    assert any("vector" in warning for warning in build(documents, target, encoder).warnings)
    vectors = ClauseStore.open(target).meanings("test")
    assert vectors is not None
    assert 0 < (vectors.sum(axis=1) == 0).sum() < 3
    encoder.works = True
    build(documents, target, encoder)
    again = ClauseStore.open(target).meanings("test")
    assert again is not None
    assert (again.sum(axis=1) > 0).all()


def test_a_passage_is_read_alone_and_after_its_heading(documents: Path, tmp_path: Path) -> None:
    class Encoder:
        name = "test"

        def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.asarray(
                [(0, 1) if text.startswith("支持留学人员创新创业:") else (1, 0) for text in texts], np.float32
            )

        questions = passages

    build(documents, tmp_path / "clauses.db", Encoder())
    held = ClauseStore.open(tmp_path / "clauses.db")
    vectors = held.meanings("test")
    assert vectors is not None
    of_passages = {passage.key: vector.tolist() for passage, vector in zip(held.passages(), vectors, strict=True)}
    assert (of_passages["2021-49/8/0"], of_passages["2021-49/8/4"]) == ([1, 0], [0.5, 0.5])
