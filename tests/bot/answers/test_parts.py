"""Cutting a message into the single questions that it holds."""

from __future__ import annotations

from itertools import pairwise

import pytest
import scipy.sparse as sparse
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.linear import LinearModel
from bot.answers.parts import AT_MOST_PARTS, AT_MOST_PLACES, cut, numbered, pieces, places, vectors

SEVERAL = ["落户要什么条件？补贴有多少？", "谁负责？在哪一条？", "第8条说什么？另外低保怎么办？"]
ONE = ["你好，请问落户要什么条件", "我是老师，在农村教书，能评职称吗", "落户、租房、社保在哪条"]


STORIES = ["我是老师。", "我家在马尾。", "去年从外地回来。"]


@pytest.fixture(scope="module")
def models() -> tuple[LinearModel, LinearModel]:
    """Models of nothing but punctuation: they cut behind full stops and question marks, and take what ends in a question mark for a question."""
    seen = [(text, place) for text in (*SEVERAL, *ONE, *STORIES) for place in places(f"{text}另外")]
    rows = sparse.vstack([vectors(f"{text}另外", [place]) for text, place in seen], format="csr")
    of_places = LinearModel.fit(rows, ["cut" if text[place - 1] in "？。" else "whole" for text, place in seen])
    questions = [piece for text in SEVERAL for piece in text.split("？") if piece]
    labels = ["yes"] * len(questions) + ["no"] * len(STORIES)
    of_pieces = LinearModel.fit(pieces([*(f"{entry}？" for entry in questions), *STORIES]), labels, sharpness=3.0)
    return of_places, of_pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("落户呢？补贴呢", ["落户呢？", "补贴呢"]),
        ("“多少钱？” 谁管", ["“多少钱？” ", "谁管"]),
        ("谁管另外在哪", ["谁管", "另外在哪"]),
        ("多少钱？and who", ["多少钱？", "and ", "who"]),
        ("落户要什么条件", ["落户要什么条件"]),
        ("落户呢？", ["落户呢？"]),
        ("", [""]),
    ],
)
def test_a_message_might_be_cut_behind_punctuation_and_before_words_that_add(text: str, pieces: list[str]) -> None:
    edges = [0, *places(text), len(text)]
    assert [text[start:end] for start, end in pairwise(edges)] == pieces


def test_what_was_learned_tells_where_a_message_is_cut(models: tuple[LinearModel, LinearModel]) -> None:
    assert cut("落户要什么条件？补贴有多少？", *models) == ["落户要什么条件？", "补贴有多少？"]
    assert cut("你好，请问落户要什么条件", *models) == ["你好，请问落户要什么条件"]
    assert cut("落户要什么条件", *models) == ["落户要什么条件"]


def test_a_message_has_at_most_so_many_parts(models: tuple[LinearModel, LinearModel]) -> None:
    assert len(cut("补贴有多少？" * 10, *models)) == AT_MOST_PARTS
    assert len(places("补贴？" * 100)) == AT_MOST_PLACES


def test_a_piece_that_only_tells_a_story_belongs_to_the_question_after_it(
    models: tuple[LinearModel, LinearModel],
) -> None:
    assert cut("我是老师。补贴有多少？谁负责？", *models) == ["我是老师。补贴有多少？", "谁负责？"]
    assert cut("补贴有多少？谁负责？我是老师。", *models) == ["补贴有多少？", "谁负责？我是老师。"]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("1. 谁负责 2. 给多少钱", ["谁负责 ", "给多少钱"]),
        ("请问：①谁负责②", []),
        ("（一）谁负责？（二）给多少钱？", ["谁负责？", "给多少钱？"]),
        ("第一，谁负责；第二，给多少", ["谁负责；", "给多少"]),
        ("想问：1、谁负责 2、多少钱", ["想问：谁负责 ", "多少钱"]),
        ("2. 给多少钱 1. 谁负责", []),
        ("1. 谁负责", []),
        ("１．谁负责 ２．给多少钱", ["谁负责 ", "给多少钱"]),
        ("1.甲 2.乙 3.丙 4.丁 5.戊", ["甲 ", "乙 ", "丙 ", "丁 戊"]),
        ("(9)这一项", []),
        ("0. 谁负责 1. 给多少钱", []),
        ("第8条多少钱", []),
        ("", []),
    ],
)
def test_numbered_questions_are_divided_by_their_numbers(text: str, questions: list[str]) -> None:
    assert numbered(text) == questions


@given(text=st.text(st.sampled_from("0123459１٣一二九十①⑨(（)）.、第， 问"), max_size=40))
def test_any_row_of_numbers_is_read(text: str) -> None:
    assert len(numbered(text)) <= AT_MOST_PARTS


@given(text=st.text(max_size=80) | st.text(st.sampled_from("？?，, 和、落户另外\n「」and"), max_size=80))
def test_the_parts_make_up_the_whole(models: tuple[LinearModel, LinearModel], text: str) -> None:
    assert "".join(cut(text, *models)) == text
