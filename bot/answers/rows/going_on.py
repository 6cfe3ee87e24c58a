"""What goes on from the last answer: one of a list, the clause beside it, more, back, again."""

from __future__ import annotations

import dataclasses

from bot.answers import compose, select
from bot.answers.context import SURE, earlier_subject, leans
from bot.answers.giving import best_inside, give, list_clauses, way_of_giving, with_chapter
from bot.answers.outcome import Outcome, Say, saying
from bot.answers.question import GIVING
from bot.answers.references import NoSuch
from bot.answers.rows.named import AT_MOST_APART, each_of, one_clause, several_clauses
from bot.answers.turn import SURELY, WISHED, Turn
from bot.clauses.models import Clause

AT_MOST_MORE = 3


def chosen(turn: Turn) -> Outcome | None:
    """One of the clauses that were offered or listed is chosen, by its place or by its number."""
    clause = _chosen(turn)
    if clause is None:
        return None
    inside = [entry for entry in turn.question.in_context if entry.clause == clause.key]
    way = _said_beside(turn) or turn.memory.wanted
    if way == "answer" and not (inside and turn.store.passage(inside[0].passage).position):
        way = "full_text"
    memory = turn.memory
    outcome = give(turn, clause, inside[0].passage if inside else "", way, memory.question)
    # what was offered or listed is still there to choose from: the first, and then the second
    remembered = dataclasses.replace(outcome.memory, offered=memory.offered)
    if memory.listed:
        remembered = dataclasses.replace(remembered, given=memory.given, units=memory.units, listed=True)
    return dataclasses.replace(outcome, memory=remembered)


def all_of_them(turn: Turn) -> Outcome | None:
    """Both clauses that were given or offered, or all three: what is wanted of each."""
    refers, offered = turn.question.refers, dict.fromkeys(turn.memory.offered)
    if not (1 < len(offered) <= AT_MOST_APART and refers.each and leans(turn.question)):
        return None
    if refers.choice or refers.outright:
        return None
    if turn.wanted not in GIVING - {"answer"} and turn.wanted != "choose":
        return None
    way = _said_beside(turn) or "full_text"
    return each_of(turn, [turn.store.clause(key) for key in offered], way)


def beside(turn: Turn) -> Outcome | None:
    """The clause after the last one, or the one before it; several that follow."""
    refers, memory, store = turn.question.refers, turn.memory, turn.store
    by_words = turn.wanted == "step" and leans(turn.question) and not refers.clauses
    names_a_subject = turn.question.best >= SURE and not leans(turn.question)
    if names_a_subject and (refers.step or refers.following):  # 台湾人才那条的下一条
        memory = dataclasses.replace(memory, clause=turn.question.clauses()[0][0])
    if memory.clause and refers.following:
        return _following(dataclasses.replace(turn, memory=memory))
    if not memory.clause or not (refers.step or refers.part_step or by_words):
        return None
    document, _, number = memory.clause.rpartition("/")
    if refers.part_step:
        last = max((chapter.number for chapter in store.chapters() if chapter.document == document), default=0)
        part = (store.clause(memory.clause).chapter or 0) + refers.part_step
        if not 1 <= part <= last:
            return compose.no_such(NoSuch("chapter", part, last), memory)
        return list_clauses(turn, select.of_chapters([f"{document}/{part}"], store), [f"{document}/{part}"])
    step = refers.step or 1
    last = max((c.number for c in store.clauses() if c.document == document and c.label), default=0)
    target = int(number) + step
    if not 1 <= target <= last:
        return compose.no_such(NoSuch("clause", target, last), memory)
    again = memory.wanted if memory.wanted in ("departments", "citation") else "full_text"
    wanted = _said_beside(turn) or again
    return give(turn, store.clause(f"{document}/{target}"), "", wanted, turn.question.simplified)


def _said_beside(turn: Turn) -> str:
    """What is wanted of a clause that is chosen or stepped to, where the message says it beside that ("the second, in full"); "" for none."""
    if turn.wanted in GIVING - {"answer"}:
        return turn.wanted
    way, probability = max(((act, turn.question.acts.get(act, 0.0)) for act in GIVING), key=lambda item: item[1])
    return way if probability >= WISHED else ""


def _following(turn: Turn) -> Outcome | None:
    """The clauses after the last one, as many as are asked for."""
    refers, memory, store = turn.question.refers, turn.memory, turn.store
    document, _, number = memory.clause.rpartition("/")
    last = max((c.number for c in store.clauses() if c.document == document and c.label), default=0)
    first = int(number) + 1
    if first > last:
        return compose.no_such(NoSuch("clause", first, last), memory)
    after = tuple(f"{document}/{place}" for place in range(first, min(first + refers.following, last + 1)))
    named = dataclasses.replace(turn.question, refers=dataclasses.replace(refers, clauses=after, following=0))
    turn = dataclasses.replace(turn, question=named)
    return several_clauses(turn) or one_clause(turn)


def more(turn: Turn) -> Outcome | None:
    """Further clauses on the subject that the message names, else on the last one; nothing after a complete list."""
    question, memory, store = turn.question, turn.memory, turn.store
    if turn.wanted != "more" or not (memory.clause or memory.given):
        return None
    hardly_more = question.confidence < SURE and question.best >= SURE
    another = question.best >= SURELY and question.clauses()[0][0] not in memory.given
    if not leans(question) and (hardly_more or another):
        return None  # 乡下卫生院的奖励还有吗: is there such a thing?
    if memory.listed:
        return saying("list", memory, Say("utter_that_was_all", {"count": str(len(memory.given))}))
    alike = [passage.clause_key for passage, _ in turn.view.search(memory.question)]
    keys = [key for key in dict.fromkeys([*question.members, *memory.near, *alike]) if key not in memory.given]
    last = (memory.clause or memory.given[-1]).partition("/")[0]
    others = [clause for clause in map(store.clause, keys) if clause.label and clause.document == last][:AT_MOST_MORE]
    if not others:
        return saying("list", memory, Say("utter_no_more"))
    return compose.more(best_inside(turn, others), memory, store)


def back(turn: Turn) -> Outcome | None:
    """A subject of before the last one, by its order or because the message names it."""
    subject = earlier_subject(turn.question, turn.memory)
    if subject is None:
        return None
    inside = [entry.passage for entry in turn.question.candidates if entry.clause == subject.clause]
    passage = inside[0] if inside and turn.wanted == "answer" and not turn.question.refers.earlier else subject.passage
    return give(turn, turn.store.clause(subject.clause), passage, way_of_giving(turn), subject.question)


def again(turn: Turn) -> Outcome | None:
    """A bare "who is responsible?", "where?", "all of it" about the last answer."""
    memory = turn.memory
    if turn.wanted not in GIVING - {"answer"} or not leans(turn.question):
        return None
    if memory.clause:
        clause = turn.store.clause(memory.clause)
        outcome = give(turn, clause, memory.passage, turn.wanted, memory.question)
        of_chapter = turn.question.refers.which_part and clause.chapter
        return with_chapter(outcome, clause, turn.store) if of_chapter else outcome
    if not memory.earlier:
        return None
    last = memory.earlier[-1]  # what came after it brought nothing
    return give(turn, turn.store.clause(last.clause), last.passage, turn.wanted, last.question)


def names_nothing(turn: Turn) -> Outcome | None:
    """Nothing is named, and nothing was answered that the message could lean on: no clause is guessed."""
    memory = turn.memory
    something_said = memory.question if turn.wanted == "answer" else memory.clause
    if not leans(turn.question) or something_said or turn.question.best >= SURE:
        return None
    if turn.question.named:  # who is responsible, of a document as a whole: every clause with its units
        return list_clauses(turn, [clause for clause in turn.view.clauses() if clause.label])
    if turn.question.acts.get("document", 0.0) >= WISHED:
        return compose.documents([], memory, turn.view)
    return compose.no_answer(memory, "no_subject", [Say("utter_which_subject")])


def _chosen(turn: Turn) -> Clause | None:
    offered, refers = turn.memory.offered, turn.question.refers
    if not offered:
        return None
    if refers.middle and turn.memory.listed:
        return turn.store.clause(offered[len(offered) // 2])
    counted_back = refers.choice < 0 and turn.memory.listed and len(refers.clauses) < 2
    if (
        refers.choice
        and abs(refers.choice) <= len(offered)
        and (turn.wanted == "choose" or counted_back or refers.among or leans(turn.question))
    ):
        return turn.store.clause(offered[refers.choice - 1 if refers.choice > 0 else refers.choice])
    by_number = [key for key in offered if key in refers.clauses]
    return (
        turn.store.clause(by_number[0]) if by_number and turn.wanted == "choose" and len(refers.clauses) == 1 else None
    )
