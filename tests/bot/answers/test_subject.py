"""What a message is about after what was said before."""

from __future__ import annotations

from bot.answers.memory import Memory
from bot.answers.question import Candidate, Question
from bot.answers.subject import candidates_in_context

MEMORY = Memory(question="三支一扶期满", clause="2021-49/11", passage="2021-49/11/5")


def question(text: str, turn: str, alone: dict[str, float], together: dict[str, float]) -> Question:
    def candidates(found: dict[str, float]) -> tuple[Candidate, ...]:
        return tuple(Candidate(f"2021-49/{key}", probability) for key, probability in found.items())

    return Question(text, text, turn, 1.0, candidates=candidates(alone), in_context=candidates(together))


def best(asked: Question, memory: Memory = MEMORY) -> str:
    return candidates_in_context(asked, memory)[0].clause


def test_an_elliptical_question_stays_with_the_last_answer() -> None:
    asked = question("多大比例", "measure", {"12/4": 0.3, "11/5": 0.15}, {"11/5": 0.8, "12/4": 0.05})
    assert best(asked) == "2021-49/11"


def test_a_short_new_subject_is_not_taken_for_a_follow_up() -> None:
    asked = question("落户呢", "another_group", {"17/1": 0.6, "11/5": 0.01}, {"11/5": 0.6, "17/1": 0.2})
    assert best(asked) == "2021-49/17"


def test_a_long_question_is_read_alone() -> None:
    asked = question("我爱人在马尾的工厂里当了六年焊工想考技能等级", "measure", {"18/2": 0.4}, {"11/5": 0.9})
    assert best(asked) == "2021-49/18"


def test_without_anything_before_a_message_is_read_alone() -> None:
    asked = question("多大比例", "follow_up", {"12/4": 0.3}, {"11/5": 0.9})
    assert best(asked, Memory()) == "2021-49/12"
