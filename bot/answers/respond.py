"""From a question that was understood to an outcome: a list of steps, the first that has an answer gives it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers.asked import asked, states
from bot.answers.lists import asks_for_several, asks_which_clauses, described, probable, served
from bot.answers.memory import Memory
from bot.answers.mentions import only_a_number
from bot.answers.outcome import Given, Outcome, Say, answering, given_passage, offering, place, saying
from bot.answers.outcome import citation as citation_of
from bot.answers.places import names_home
from bot.answers.question import Candidate, Question
from bot.answers.scope import OUT_OF_SCOPE, REFUSED_FROM, reason_to_refuse
from bot.answers.subject import (
    SHORT,
    SURE,
    candidates_in_context,
    clause_probabilities,
    names_no_subject,
)
from bot.clauses.models import Clause, Force, Passage
from bot.clauses.store import ClauseStore

TALK = frozenset({"greet", "thanks", "goodbye", "capabilities", "insult", "chitchat"})
NEVER_REFUSED = frozenset({"list", "more", "choose", "full_text"})
"""What these want is found by query, by number or in what was said before."""
UNRELATED = frozenset({"opinion", "service", "offtopic", "injection", "gibberish"})
"""Reasons to refuse after which no clause is near."""
DEPARTMENT_AND_LITTLE = 20
"""A message of at most so many characters that names a department names hardly anything else."""
LISTING = re.compile(r"哪些|哪几|哪条|第几|几条|条款|条目|条号|名下|对应|列|清单|\ball\b")
PLAINLY_FOREIGN = 0.95
HELD_NOWHERE = frozenset({"place", "form", "own_file"})
"""Signs that even a message about the last answer asks for what the document does not hold."""
NEAR = 0.3
"""The least probability of a clause that a refusal offers."""
DOUBTFUL_TALK = 0.5
"""Below this confidence, what names a subject is no talk."""
LIKELY_TALK = 0.75
"""The same where the best clause is likelier right than not."""
HARDLY_LESS = 1 / 3
"""A passage at least so probable, as a share of the best one of its clause, may be preferred to it."""
AMBIGUOUS_BELOW = ((3, 0.6), (6, 0.3))
"""(at most so many characters, the probability below which the best clause of so short a message is asked back about)."""
BARE_WORD = 6
"""A message of at most so many characters hardly names anything beside what it wants."""
NOTHING_NAMED = 0.7
"""From this probability on, a message counts as naming nothing. Of 19 bare messages written apart from nlu/ and evaluation/, 18 lie
above it; asking what is meant harms nobody, a clause that was guessed may."""
AT_MOST_CHOICES = 3
AT_MOST_MORE = 3
WORTH_MENTIONING = 0.01
"""The least probability of a clause that "anything else?" gives."""
BACK = re.compile(
    r"最前面|最[开起]始[那问说]|一开始|[最起]初[那问说]|最[早先](?:那|问|说)|开头[那问]|(?:前面|之前|刚才|刚刚|先前)(?:那|问|说|提|讲|的|[^,，。]{1,8}那)|"
    r"上一?[个题](?:那|问题|话题|$)|回到(?:那|刚|上|前|第|最|.{0,8}(?:那个|的事|话题))|\bearlier (?:one|question)|\bbefore that\b|"
    r"\bprevious (?:one|question)|\bfirst (?:one|question|thing)\b|\bback to (?:the|my)\b",
)
"""Words that return to a subject of before."""
THE_FIRST = re.compile(r"最前面|最[开起]始|一开始|[最起]初|最早|最先|开头|第一|first")


@dataclass(frozen=True)
class Turn:
    """One message to answer: what it wants (an intent's name or what a rule makes of it), and what is known."""

    question: Question
    wanted: str
    memory: Memory
    store: ClauseStore


Step = Callable[[Turn], Outcome | None]


def respond(question: Question, wanted: str, memory: Memory, store: ClauseStore) -> Outcome:
    """The outcome for `question`.

    `wanted` is one of answer, departments, citation, full_text, list, more, choose, hand_over or a kind of TALK.
    Raises ClauseDatabaseError where the database cannot be read.
    """
    if wanted in (*TALK, "hand_over", "more", "choose") and _rather_asks(question):
        wanted = "answer"
    turn = Turn(question, wanted, _remember_person(question, memory), store)
    outcome = next(result for step in STEPS if (result := step(turn)) is not None)
    return dataclasses.replace(
        outcome, custom={**outcome.custom, "groups": list(dict.fromkeys(question.mentions.groups))}
    )


def _rather_asks(question: Question) -> bool:
    """Whether what looks like talk names a subject and hardly looks so, or names one that is surely the document's."""
    best = max((probability for _, probability in clause_probabilities(question.candidates)), default=0.0)
    doubtful = DOUBTFUL_TALK if best < SURE else LIKELY_TALK
    return question.confidence < doubtful and question.subjectless < SURE


def _remember_person(question: Question, memory: Memory) -> Memory:
    """The script and language of the person, as far as this message tells."""
    return dataclasses.replace(
        memory, script=question.script or memory.script, language=question.language or memory.language
    )


def small_talk(turn: Turn) -> Outcome | None:
    """A greeting, thanks, an insult met calmly; who introduces oneself is remembered."""
    if turn.wanted not in TALK:
        return None
    memory = turn.memory
    if turn.question.mentions.groups:
        memory = dataclasses.replace(memory, question=turn.question.simplified, introduced=True, refused="")
    return saying("smalltalk", memory, Say(f"utter_{turn.wanted}"))


def hand_over(turn: Turn) -> Outcome | None:
    """A person is asked for."""
    if turn.wanted != "hand_over":
        return None
    return saying("handoff", turn.memory, Say("utter_hand_over"))


def refuse(turn: Turn) -> Outcome | None:
    """The document does not deal with it; the nearest clause is offered where one is near, and never given."""
    if turn.wanted in NEVER_REFUSED or _leans_without_a_sign(turn) or _asks_again_at_home(turn):
        return None
    reason = reason_to_refuse(turn.question)
    if reason is None:
        return None
    if turn.memory.clause and names_no_subject(turn.question):  # what was answered before stays the subject
        return offering("no_answer", turn.memory, [Say(f"utter_no_{reason}")], [])
    near = [] if reason in UNRELATED else clause_probabilities(turn.question.candidates)[:1]
    nearest = [clause for key, p in near if p >= NEAR and (clause := turn.store.clause(key)).label]
    memory = dataclasses.replace(
        turn.memory,
        question=turn.question.simplified,
        introduced=False,
        refused=reason,
        wanted="answer",
        clause="",
        passage="",
        offered=tuple(clause.key for clause in nearest),
    )
    says = [Say(f"utter_no_{reason}"), *([Say("utter_did_you_mean")] if nearest else []), *map(_choice, nearest)]
    return offering("no_answer", memory, says, nearest)


def _leans_without_a_sign(turn: Turn) -> bool:
    """Whether the message is about the last answer, or about nothing, and no sign says that it asks for what no document holds."""
    question = turn.question
    if HELD_NOWHERE.intersection(question.signs):
        return False
    unrelated = question.turn == OUT_OF_SCOPE and question.reason in UNRELATED
    about_nothing = names_nothing(question) and not unrelated
    puts_right = question.turn == "correct" and bool(turn.memory.question)
    leans = bool(turn.memory.clause) and names_no_subject(question) and not _surely_foreign(question)
    return about_nothing or puts_right or leans


def _surely_foreign(question: Question) -> bool:
    """Whether a message is so plainly foreign, and asks for no number, that it cannot be about the last answer."""
    unrelated = question.reason in UNRELATED - {"opinion"} or question.foreign >= PLAINLY_FOREIGN
    return question.turn == OUT_OF_SCOPE and unrelated and asked(question.simplified) is None


def _asks_again_at_home(turn: Turn) -> bool:
    """Whether a question about another place was refused, and this message says "and in Fuzhou?"."""
    text = turn.question.simplified
    return turn.memory.refused == "place" and names_home(text) and len(text) <= SHORT


def choose(turn: Turn) -> Outcome | None:
    """One of the offered clauses is chosen, by its place or by its number."""
    chosen = _chosen(turn)
    if chosen is None:
        return None
    inside = [key for key in turn.question.in_context if key.clause == chosen.key]
    return _give(turn, chosen, inside[0].passage if inside else None, turn.memory.wanted, turn.memory.question)


def named_clause(turn: Turn) -> Outcome | None:
    """A clause is named by its number: all of it, or what is wanted of it."""
    numbers = turn.question.mentions.clauses
    if len(numbers) != 1:
        return None
    clause = turn.store.clause(f"{turn.store.document().key}/{numbers[0]}")
    if only_a_number(turn.question.simplified):
        in_turn = turn.question.simplified.endswith("呢") and turn.memory.wanted in ("departments", "citation")
        return _give(turn, clause, None, turn.memory.wanted if in_turn else "full_text", turn.question.simplified)
    inside = [entry for entry in turn.question.candidates if entry.clause == clause.key]
    wanted = _way_of_giving(turn)
    passage = inside[0].passage if inside and inside[0].probability > 0.3 else None
    if wanted == "answer" and passage is None:
        wanted = "full_text"
    return _give(turn, clause, passage, wanted, turn.question.simplified)


def listed(turn: Turn) -> Outcome | None:
    """Several clauses are asked for: those that the database has for what is named, those that serve the person, or the likeliest."""
    question = turn.question
    mentions = question.mentions
    if len(mentions.clauses) == 1 or not (turn.wanted == "list" or _asks_for_several(turn)):
        return None
    clauses = described(question, turn.store)
    if clauses is None:
        clauses = served(question, turn.store)
    if clauses is None:
        clauses = probable(question, turn.store) or None
    return None if clauses is None else _give_list(turn, clauses)


def _asks_for_several(turn: Turn) -> bool:
    """Whether a message that was taken for another kind of turn asks for more than one clause: hardly anything but a department, or
    chapters, clauses or several things that it names. What the document does not deal with asks for none.
    """
    question, mentions = turn.question, turn.question.mentions
    if (
        mentions.departments
        and len(question.simplified) <= DEPARTMENT_AND_LITTLE
        and LISTING.search(question.simplified)
    ):
        return True
    if turn.wanted not in SAYS or question.foreign >= REFUSED_FROM:
        return False
    if mentions.chapters or len(mentions.clauses) > 1:
        return True
    names_several = bool(mentions.departments or mentions.groups) or len(set(question.aspects)) > 1
    by_number = turn.wanted != "citation" and asks_which_clauses(question.simplified)
    return by_number or (names_several and asks_for_several(question.simplified))


def more(turn: Turn) -> Outcome | None:
    """Further clauses on the subject that the message names, else on the last one."""
    if turn.wanted != "more" or not turn.memory.clause:
        return None
    named = [] if names_nothing(turn.question) else clause_probabilities(turn.question.candidates)
    likely = [key for key, probability in named if probability > WORTH_MENTIONING]
    alike = [passage.clause_key for passage, _ in turn.store.search(turn.memory.question)]
    keys = [key for key in dict.fromkeys([*likely, *turn.memory.near, *alike]) if key not in turn.memory.given]
    others = [clause for clause in map(turn.store.clause, keys) if clause.label][:AT_MOST_MORE]
    if not others:
        return saying("list", turn.memory, Say("utter_no_more"))
    return _give_list(turn, others, on_the_same_subject=True)


def again(turn: Turn) -> Outcome | None:
    """A bare "who is responsible?", "where?", "all of it" about the last answer."""
    memory, question = turn.memory, turn.question
    if not memory.clause or turn.wanted not in ("departments", "citation", "full_text"):
        return None
    best = clause_probabilities(question.candidates)[:1]
    hardly_names = len(question.simplified) <= BARE_WORD and (not best or best[0][1] < SURE)
    if not names_no_subject(question) and not hardly_names:
        return None
    return _give(turn, turn.store.clause(memory.clause), memory.passage, turn.wanted, memory.question)


def back(turn: Turn) -> Outcome | None:
    """A subject of before the last one: the earlier one that the message names, else the first or the one before the last."""
    earlier, text = turn.memory.earlier, turn.question.simplified
    if len(earlier) < 2 or not BACK.search(text):
        return None
    ranked = clause_probabilities(turn.question.candidates)
    before = {subject.clause for subject in earlier}
    if ranked and ranked[0][1] >= SURE and ranked[0][0] not in before:
        return None  # it surely names a subject of its own
    place_of = {key: place for place, (key, _) in enumerate(ranked)}
    named = [subject for subject in earlier if subject.clause in place_of]
    if named and not names_nothing(turn.question):
        subject = min(named, key=lambda subject: place_of[subject.clause])
    elif THE_FIRST.search(text):
        subject = earlier[0]
    else:
        others = [subject for subject in earlier if subject.clause != turn.memory.clause]
        subject = others[-1] if others else earlier[-1]
    return _give(turn, turn.store.clause(subject.clause), subject.passage, _way_of_giving(turn), subject.question)


def names_nothing(question: Question) -> bool:
    """Whether a message has no subject of its own."""
    return question.subjectless >= NOTHING_NAMED


def ask_for_subject(turn: Turn) -> Outcome | None:
    """Nothing is named, and nothing was answered that the message could lean on: no clause is guessed."""
    leans_on_answer = turn.wanted in ("departments", "citation", "full_text", "more")
    something_said = turn.memory.clause if leans_on_answer else turn.memory.question
    if not names_nothing(turn.question) or something_said:
        return None
    return saying("no_answer", turn.memory, Say("utter_which_subject"))


def clarify(turn: Turn) -> Outcome | None:
    """A bare word that fits several clauses: they are offered."""
    probable = clause_probabilities(_candidates(turn))
    length = len(turn.question.simplified)
    ambiguous_below = next((bound for limit, bound in AMBIGUOUS_BELOW if length <= limit), 0.0)
    if turn.memory.clause or not probable or probable[0][1] >= ambiguous_below:
        return None
    clauses = [clause for key, _ in probable if (clause := turn.store.clause(key)).label][:AT_MOST_CHOICES]
    memory = dataclasses.replace(
        turn.memory,
        question=turn.question.simplified,
        wanted=_way_of_giving(turn),
        offered=tuple(clause.key for clause in clauses),
    )
    return offering("clarify", memory, [Say("utter_clarify"), *map(_choice, clauses)], clauses)


def answer(turn: Turn) -> Outcome | None:
    """The most probable passage of the most probable clause."""
    candidates = _candidates(turn)
    if not candidates:
        return saying("no_answer", turn.memory, Say("utter_no_answer"))
    best = clause_probabilities(candidates)[0][0]
    passage = _best_passage([entry for entry in candidates if entry.clause == best], turn)
    about = turn.memory.question if names_no_subject(turn.question) else turn.question.simplified
    return _give(turn, turn.store.clause(best), passage, _way_of_giving(turn), about)


def _candidates(turn: Turn) -> Sequence[Candidate]:
    """The passages that may answer; for "and in Fuzhou?" those of the question about another place."""
    if _asks_again_at_home(turn) and turn.question.in_context:
        return turn.question.in_context
    return candidates_in_context(turn.question, turn.memory)


def _best_passage(candidates: Sequence[Candidate], turn: Turn) -> str:
    """The most probable of a clause's passages; one that states what is asked before one that does not, if it is hardly less
    probable ("how many years?" where two passages speak of the same reward).
    """
    kind = asked(turn.question.simplified)
    stating = {passage.key for passage in turn.store.passages(candidates[0].clause) if states(passage, kind)}
    likely = [entry for entry in candidates if entry.probability >= HARDLY_LESS * candidates[0].probability]
    return next((entry for entry in likely if entry.passage in stating), candidates[0]).passage


STEPS: tuple[Step, ...] = (
    small_talk,
    hand_over,
    listed,
    refuse,
    choose,
    named_clause,
    more,
    back,
    again,
    ask_for_subject,
    clarify,
    answer,
)


def _choice(clause: Clause) -> Say:
    return Say("utter_choice", {"clause": clause.label + clause.heading})


def _way_of_giving(turn: Turn) -> str:
    """How a clause is given: as the message wants it, and after "no, I meant" or "and the other?" as the message before wanted it."""
    wanted = turn.memory.wanted if turn.question.turn in ("correct", "another_group") else turn.wanted
    return wanted if wanted in SAYS else "answer"


def _chosen(turn: Turn) -> Clause | None:
    offered, mentions = turn.memory.offered, turn.question.mentions
    if not offered:
        return None
    by_number = [key for key in offered if int(key.rpartition("/")[2]) in mentions.clauses]
    if by_number:
        return turn.store.clause(by_number[0])
    place_of_choice = mentions.choice if turn.wanted == "choose" else None
    if place_of_choice is None or place_of_choice > len(offered):
        return None
    return turn.store.clause(offered[place_of_choice - 1 if place_of_choice > 0 else -1])


def _give(turn: Turn, clause: Clause, passage_key: str | None, wanted: str, about: str) -> Outcome:
    """`clause` in the way that is wanted, and what to remember of it."""
    store = turn.store
    passages = store.passages(clause.key)
    passage = next((entry for entry in passages if entry.key == passage_key), passages[0])
    kind = asked(turn.question.simplified) if wanted == "answer" else None
    given = _whole(clause, passages) if wanted == "full_text" else given_passage(clause, passage, states(passage, kind))
    memory = dataclasses.replace(
        turn.memory,
        question=about,
        introduced=False,
        refused="",
        wanted=wanted,
        clause=clause.key,
        passage=passage.key,
        near=_near(turn, about, clause),
        given=_given_so_far(turn.memory, about, clause),
        offered=(),
        earlier=turn.memory.earlier_with(about, passage.key),
        dated=True,
    )
    says = [*SAYS[wanted](given, kind), *_sources(given, store), *_dated_once(turn, clause)]
    return answering(wanted, memory, says, [given], store)


def _give_list(turn: Turn, clauses: Sequence[Clause], on_the_same_subject: bool = False) -> Outcome:
    store = turn.store
    if not clauses:
        return saying("list", turn.memory, Say("utter_list_empty"))
    keys = tuple(clause.key for clause in clauses)
    given = [_best_inside(turn, clause) for clause in clauses]
    memory = dataclasses.replace(
        turn.memory,
        question=turn.memory.question if on_the_same_subject else turn.question.simplified,
        introduced=False,
        refused="",
        wanted="answer",
        clause=clauses[0].key,
        passage="",
        given=(*turn.memory.given, *keys) if on_the_same_subject else keys,
        near=turn.memory.near if on_the_same_subject else (),
        offered=keys,
        dated=True,
    )
    entries = [
        Say("utter_list_entry", {"place": place(clause), "units": "、".join(clause.departments)}) for clause in clauses
    ]
    document = store.document(clauses[0].document)
    says = [
        Say("utter_list", {"count": str(len(clauses))}),
        *entries,
        Say("utter_list_source", {"number": document.number, "title": document.title}),
        *_dated_once(turn, clauses[0]),
    ]
    return answering("list", memory, says, given, store)


def _best_inside(turn: Turn, clause: Clause) -> Given:
    passages = {passage.key: passage for passage in turn.store.passages(clause.key)}
    likely = next((entry.passage for entry in turn.question.candidates if entry.passage in passages), None)
    return given_passage(clause, passages[likely] if likely else next(iter(passages.values())))


def _whole(clause: Clause, passages: Sequence[Passage]) -> Given:
    """All of `clause`, no more binding than its least binding passage."""
    force = max((passage.force for passage in passages), key=list(Force).index)
    return Given(clause, clause.text, force)


def _says_answer(given: Given, kind: str | None) -> list[Say]:
    says = [Say("utter_quote", {"quote": given.quote})]
    if not given.stated:
        says.append(Say(f"utter_not_stated_{kind}"))
    if given.force is Force.EXPLORATORY:
        says.append(Say("utter_exploratory"))
    return says


def _says_departments(given: Given, kind: str | None) -> list[Say]:
    return [
        Say("utter_departments", {"heading": given.clause.heading or place(given.clause)}),
        *_says_answer(given, kind),
    ]


def _says_citation(given: Given, kind: str | None) -> list[Say]:
    return [Say("utter_written_here"), *_says_answer(given, kind)]


def _says_full_text(given: Given, kind: str | None) -> list[Say]:
    says = [Say("utter_full_text", {"label": given.clause.label, "text": given.quote})]
    return [*says, Say("utter_partly_exploratory")] if given.force is Force.EXPLORATORY else says


SAYS: dict[str, Callable[[Given, str | None], list[Say]]] = {
    "answer": _says_answer,
    "departments": _says_departments,
    "citation": _says_citation,
    "full_text": _says_full_text,
}


def _sources(given: Given, store: ClauseStore) -> list[Say]:
    units = given.clause.departments
    says = [Say("utter_units", {"units": "、".join(units)})] if units else []
    return [*says, Say("utter_citation", {"citation": citation_of(given.clause, store)})]


def _dated_once(turn: Turn, clause: Clause) -> list[Say]:
    if turn.memory.dated:
        return []
    dated = turn.store.document(clause.document).issued_on
    return [Say("utter_dated", {"dated": f"{dated.year}年{dated.month}月"})]


def _near(turn: Turn, about: str, clause: Clause) -> tuple[str, ...]:
    """The clauses that came next to `clause` in likelihood for the question that named the subject."""
    if about == turn.memory.question:
        return turn.memory.near
    ranked = clause_probabilities(turn.question.candidates)
    return tuple(key for key, probability in ranked if key != clause.key and probability > WORTH_MENTIONING)


def _given_so_far(memory: Memory, about: str, clause: Clause) -> tuple[str, ...]:
    return (*memory.given, clause.key) if about == memory.question else (clause.key,)
