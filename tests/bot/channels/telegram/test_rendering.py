from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.callbacks import ACTIONS, AT_MOST, VOICES, Callbacks, ForgedButton, Tap
from bot.channels.telegram.rendering import AT_MOST as LONGEST
from bot.channels.telegram.rendering import Block, blocks, messages, units
from bot.mailbox.models import Line, Reply, Voice
from tests.telegram_api.server import TOKEN
from tests.telegram_api.strict import read_text

WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=200)


@given(WORDS, st.sampled_from(["plain", "heading", "quote", "note", "code"]))
def test_whatever_is_said_is_shown_as_it_is_and_never_read_as_html(text: str, style: str) -> None:
    if text.strip():
        (shown,) = messages([Block(text, style)])  # type: ignore[arg-type]
        assert read_text(shown, "HTML")[0] == text


@given(st.lists(WORDS, min_size=1, max_size=8), st.integers(20, 400))
def test_long_replies_are_cut_into_messages_that_fit_and_lose_nothing(texts: list[str], limit: int) -> None:
    cut = messages([Block(text) for text in texts], limit)
    assert all(units(message) <= limit * 6 for message in cut)  # & becomes &amp;
    assert "".join("".join(cut).split("\n")) == "".join(Block("".join(texts)).html().split("\n"))


def test_each_part_has_its_heading_its_quote_and_a_link_behind_its_citation() -> None:
    lines = (
        Line("utter_part", "【1】幾條"),
        Line("utter_chapter", "第3部分：創業"),
        Line("utter_list_entry", "第三部分（八）"),
        Line("utter_part", "【2】幾天"),
        Line("utter_quote", "「三天。」"),
        Line("utter_citation", "出處：（九）"),
    )
    answers = [{"clause": 8, "quote": "无"}, {"clause": 9, "quote": "三天。"}]
    parts = [{"kind": "list", "answers": [0]}, {"kind": "answer", "answers": [1]}]
    (shown,) = messages(blocks(Reply(lines, {"kind": "list", "answers": answers, "parts": parts}), {9: "here"}))
    assert shown.splitlines() == [
        "<b>【1】幾條</b>",
        "<b>第3部分：創業</b>",
        "第三部分（八）",
        "",
        "<b>【2】幾天</b>",
        "<blockquote>三天。</blockquote>",
        "出處：（九）",
        "here",
    ]


def test_a_row_of_a_table_is_a_quote_under_the_names_of_its_columns() -> None:
    lines = (Line("utter_table_head", "表頭：學歷 ｜ 補貼"), Line("utter_quote", "「碩士 ｜ 6萬元」"))
    answers = [{"clause": 1, "quote": "硕士\t6万元", "table_head": "学历\t补贴"}]
    (shown,) = messages(blocks(Reply(lines, {"kind": "answer", "script": "hant", "answers": answers}), {}))
    assert shown.splitlines() == ["表頭：學歷 ｜ 補貼", "<blockquote>碩士 ｜ 6萬元</blockquote>"]


def test_a_long_text_is_cut_at_the_ends_of_sentences_below_telegrams_limit() -> None:
    text = ("漢字" * 40 + "。") * 200
    cut = messages([Block(text)])
    assert all(units(part) <= LONGEST and part.endswith("。") for part in cut)
    assert "".join(cut) == text


def test_a_sentence_without_end_is_cut_between_characters() -> None:
    cut = messages([Block("😂" * 5000)])
    assert "".join(cut) == "😂" * 5000
    assert all(units(part) <= LONGEST for part in cut)


@given(
    st.sampled_from(sorted(ACTIONS)),
    st.sampled_from(sorted(VOICES)),
    st.integers(0, 60),
    st.integers(1, 2**40),
    st.integers(),
)
def test_what_a_button_carries_fits_and_comes_back(
    action: str, voice: str, clause: int, update: int, chat: int
) -> None:
    tap = Tap(action, VOICES[voice], f"2021-49/{clause}/7", f"tap-{update}")
    data = Callbacks(TOKEN).write(tap, chat)
    assert len(data.encode()) <= AT_MOST
    assert Callbacks(TOKEN).read(data, chat) == tap
    for forged, where in ((data, chat + 1), (data[:-1] + "!", chat), (data.replace("2021", "2022"), chat)):
        with pytest.raises(ForgedButton):
            Callbacks(TOKEN).read(forged, where)
    with pytest.raises(ForgedButton):
        Callbacks("1:another").read(data, chat)


def test_a_button_that_does_not_fit_is_never_made() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Callbacks(TOKEN).write(Tap("f", Voice("hant", "zh"), "x" * 60, "1"), 1)
