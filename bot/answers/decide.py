"""What happens with a message: a table of rows, the first that holds gives the outcome."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.answers import changed, compose, select
from bot.answers.claims import CLAIMED_FROM
from bot.answers.context import SURE, earlier_subject, in_context, leaning, leans
from bot.answers.memory import AT_MOST_EARLIER, Memory
from bot.answers.outcome import Given, Outcome, Say, given_passage, offering, saying
from bot.answers.question import GIVING, OUT_OF_SCOPE, Candidate, Question
from bot.answers.references import NoSuch
from bot.answers.scope import REFUSED_FROM
from bot.answers.then import of_its_time
from bot.answers.which import asks_of_the_past, considered, searched
from bot.clauses.models import OPENING, Clause, Passage
from bot.clauses.store import ClauseStore
from bot.clauses.versions import versions_of

TALK = frozenset({"greet", "thanks", "goodbye", "capabilities", "insult", "chitchat"})
ANSWERED_BY = {
    "list": "list",
    "human": "hand_over",
    "more": "more",
    "choose": "choose",
    "document": "document",
    "changes": "changes",
    "step": "step",
}
"""What an act wants that is none of GIVING or TALK; any other wants an answer."""
SURELY_FOREIGN = 0.8
"""From this probability on, even a message that leans on the last answer is not about it, and a part of a message is refused by itself."""
FACT_OF_THEN = 0.9
"""From this probability on, a question about an earlier time that surely names a clause asks for a fact of then (落户了多少人), and not for the rules
of then (落户要什么条件), which look much like it.
"""
REASONS = {
    "place": "other_place",
    "document": "other_document",
    "own_file": "own_file",
    "form": "form",
    "price": "price",
    "forecast": "forecast",
    "opinion": "opinion",
    "offtopic": "off_topic",
    "injection": "off_topic",
    "gibberish": "off_topic",
    "fact": "not_covered",
    "service": "not_covered",
}
"""Why a question is refused, as it is learned and as docs/answer.md names it."""
BARE = 0.7
"""From this much leaning on, a message that looks foreign asks about the last answer what the document does not state."""
NEVER_ASKED = frozenset({"injection", "gibberish", "opinion"})
"""Reasons for which a message is about no answer, however much it leans."""
UNRELATED = frozenset({"opinion", "service", "offtopic", "injection", "gibberish"})
"""Reasons after which no clause is near."""
NEAR = 0.3
"""The least probability of a clause that a refusal offers, and of a passage that is quoted of a clause named by its number."""
MENTIONED = 0.1
"""The least probability of a passage of the heading that is quoted beside what is known of the documents."""
NARROW = 0.3
"""The probability below which the best clause of a message that names hardly anything is asked back about."""
FEW_CHARACTERS = 6
SHORT = 15
"""A message of at most so many characters that names an amount may look it up."""
SURELY, FEW_CLAUSES = 0.9, 2
"""A bare word that more clauses hold is asked back about, unless one of them is as probable as this."""
TELLING = 3
"""A run of the documents' words of at least so many characters says what a message is about."""
AT_MOST_CHOICES = 3
ALSO_LIKELY = 0.05
"""The least probability of a clause of an untaught document that is offered below the answer, where that is not sure."""
AT_MOST_MORE = 3
AT_MOST_APART = 3
"""So many clauses are given one by one; more are listed."""
WORTH_MENTIONING = 0.01
"""The least probability of a clause that "anything else?" gives."""
WISHED = 0.1
"""The least probability of a wish that is said beside something else ("the next one, in full")."""
PATIENCE = 2
"""After so many turns that brought nothing the next one offers a person."""


@dataclass(frozen=True)
class Turn:
    """One question to decide: what it wants (one of GIVING or TALK or a value of ANSWERED_BY), and what is known."""

    question: Question
    wanted: str
    memory: Memory
    store: ClauseStore
    """All that is held."""
    moved: bool = False
    """Whether another document was spoken of before."""

    @cached_property
    def view(self) -> ClauseStore:
        """The document that the question is about, as if no other were held."""
        return self.store.of(self.question.document) if self.question.document else self.store


Row = Callable[[Turn], "Outcome | None"]


def respond(question: Question, wanted: str, memory: Memory, store: ClauseStore) -> Outcome:
    """The outcome for a message. Raises ClauseDatabaseError where the database cannot be read."""
    held, store = store, searched(memory, store)
    memory = memory.still_held(store.holds)
    memory = dataclasses.replace(
        memory, script=question.script or memory.script, language=question.language or memory.language
    )
    outcome = _parts(question, memory, store) or _about(question, wanted, memory, store)
    if outcome.custom["kind"] != "no_answer":
        outcome = dataclasses.replace(outcome, memory=dataclasses.replace(outcome.memory, misses=0))
    elif memory.misses >= PATIENCE:
        outcome = dataclasses.replace(outcome, says=(*outcome.says, Say("utter_offer_person")))
    if store is not held:
        outcome = compose.narrowed(outcome, bool(question.outside), store)
    return dataclasses.replace(outcome, custom={**outcome.custom, "groups": list(question.groups)})


def _about(question: Question, wanted: str, memory: Memory, store: ClauseStore) -> Outcome:
    """The outcome for a message or a part: from each document that it is to be answered from, one under the other."""
    options = considered(question, memory, store)
    if wanted in TALK or wanted == "hand_over":
        options = options[:1]
    elif question.outside and not question.named:
        return compose.no_answer(memory, compose.OUTSIDE, [Say("utter_outside")])
    if wanted == "changes":  # whose, the row tells
        options = (question,)
    of_all = wanted == "document" and question.rivals and not (question.named or memory.document)
    if of_all:  # which documents are held?
        options = (dataclasses.replace(question, document=""),)
    outcomes: list[Outcome] = []
    for option in options:
        option = dataclasses.replace(option, script=question.script, language=question.language)
        way = _way_anywhere(option, wanted if option.document == question.document else wanted_of(option.act))
        before = memory if way == "changes" else memory.about(option.document)
        if asks_of_the_past(option) and leans(option):  # 那2019年呢 asks for no date, but what was asked before
            option = dataclasses.replace(option, asks={}, stated={})
        outcome = decide(Turn(option, way, before, store, moved=before is not memory))
        earlier = outcome.memory.earlier if before is memory else (*memory.earlier, *outcome.memory.earlier)
        about = outcome.memory.document if way == "changes" else option.document or outcome.memory.document
        memory_of = dataclasses.replace(outcome.memory, document=about, earlier=earlier[-AT_MOST_EARLIER:])
        outcomes.append(of_its_time(dataclasses.replace(outcome, memory=memory_of), option, store))
    answering = [outcome for outcome in outcomes if outcome.given or outcome.custom.get("documents")] or outcomes[:1]
    outcome = answering[0] if len(answering) == 1 else compose.beside(answering, store)
    left = len(store.documents()) - len(question.rivals) - 1
    if left > 0 and question.refers.outright and not (question.named or memory.document):
        outcome = dataclasses.replace(outcome, says=(*outcome.says, Say("utter_more_documents", {"count": str(left)})))
    return outcome


def _way_anywhere(option: Question, wanted: str) -> str:
    """What is wanted; of an untaught document, whose questions are easily taken for none of ours, what kind of thing is asked tells."""
    if option.taught or option.act != OUT_OF_SCOPE:
        return wanted
    ways = {"unit": "departments", "citation": "citation"}
    return next((way for kind, way in ways.items() if option.asks.get(kind, 0.0) >= SURE), wanted)


def decide(turn: Turn) -> Outcome:
    """The outcome of the first row that holds; of clauses or chapters of which some do not exist, for those that do."""
    turn = as_asked(turn)
    refers = turn.question.refers
    if refers.no_such and (refers.clauses or refers.chapters):
        there = dataclasses.replace(turn.question, refers=dataclasses.replace(refers, no_such=None))
        outcome = decide(dataclasses.replace(turn, question=there))
        custom = {**outcome.custom, "no_such": dataclasses.asdict(refers.no_such)}
        return dataclasses.replace(outcome, says=(compose.missing_said(refers.no_such), *outcome.says), custom=custom)
    return next(found for row in ROWS if (found := row(turn)) is not None)


def as_asked(turn: Turn) -> Turn:
    """The turn with a list wanted where the message asks for several clauses."""
    if turn.question.refers.several and turn.wanted in GIVING:
        return dataclasses.replace(turn, wanted="list")
    return turn


def wanted_of(act: str) -> str:
    """What an act wants."""
    return act if act in GIVING | TALK else ANSWERED_BY.get(act, "answer")


def _parts(question: Question, memory: Memory, store: ClauseStore) -> Outcome | None:
    """The parts of a message, each decided on its own and in order; None for a message that is one question after all."""
    if question.refers.several and (_enumerates(question) or question.refers.quoted):
        return None
    asked = [part for part in question.parts if wanted_of(part.act) not in TALK or _rather_asks(part)]
    if len(asked) == 1 and wanted_of(question.act) in TALK:  # what stands around the question is only polite
        return _about(asked[0], wanted_of(asked[0].act), memory, store)
    if len(asked) < 2:
        return None
    outcomes: dict[str, Outcome] = {}
    for part in asked:
        part = dataclasses.replace(part, script=question.script, language=question.language)
        outcome = _about(part, wanted_of(part.act), memory, store)
        if not _stands(part, outcome, question.foreign, bool(outcomes)):
            return None
        alike = next((text for text, earlier in outcomes.items() if _says_the_same(outcome, earlier)), part.text)
        if alike == part.text or not outcome.given[0].stated:  # of two things asked of a sentence it may state one
            outcomes[alike] = outcome
            memory = outcome.memory
    if not any(outcome.given for outcome in outcomes.values()) or not _refer_alike(question, asked):
        return None
    if len(outcomes) == 1:
        return next(iter(outcomes.values()))
    return compose.together(list(outcomes), list(outcomes.values()))


def _says_the_same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes quote the same words in the same way."""
    quotes = [[(given.clause.key, given.quote) for given in outcome.given] for outcome in (one, other)]
    return bool(one.given) and one.custom["kind"] == other.custom["kind"] and quotes[0] == quotes[1]


def _stands(part: Question, outcome: Outcome, foreign: float, follows: bool) -> bool:
    """Whether a part is a question of its own: one that refers to something, surely names its subject or is surely not ours, or one that
    `follows` another part and leans on it. Where the whole message is surely `foreign`, a part must name its subject all the more.
    """
    kind = outcome.custom["kind"]
    if kind in ("clarify", "smalltalk") or outcome.custom.get("reason") == "no_subject":
        return False
    if part.refers.outright or part.refers.elsewhere or part.outside or kind == "document":
        return True
    if kind == "no_answer":
        return part.foreign >= SURELY_FOREIGN
    if kind == "list" and part.subjectless >= SURE:
        return False
    if part.best >= (SURELY if foreign >= SURELY_FOREIGN else SURE):
        return True
    return follows and foreign < SURELY_FOREIGN and (kind in GIVING - {"answer"} or leans(part))


def _refer_alike(question: Question, parts: Sequence[Question]) -> bool:
    """Whether the parts refer to what the whole message refers to: none was cut through a list of clauses or departments."""
    whole, of_parts = question.refers, [part.refers for part in parts]
    return (
        not (whole.besides or whole.among)
        and set(whole.clauses) == {key for refers in of_parts for key in refers.clauses}
        and set(whole.chapters) == {key for refers in of_parts for key in refers.chapters}
        and len(whole.units.present + whole.units.absent)
        <= max(len(r.units.present + r.units.absent) for r in of_parts)
    )


# -- the rows


def talk(turn: Turn) -> Outcome | None:
    """A greeting, thanks, an insult met calmly; who introduces oneself is remembered."""
    if turn.wanted not in TALK or turn.question.refers.outright or _rather_asks(turn.question):
        return None
    memory = turn.memory
    if turn.question.groups:
        memory = dataclasses.replace(memory, question=turn.question.simplified, introduced=True, refused="")
    return saying("smalltalk", memory, Say(f"utter_{turn.wanted}"))


def person(turn: Turn) -> Outcome | None:
    """A person is asked for."""
    if turn.wanted != "hand_over" or _rather_asks(turn.question):
        return None
    return saying("handoff", turn.memory, Say("utter_hand_over"))


def elsewhere(turn: Turn) -> Outcome | None:
    """A clause of another document or of another place's is named, or the same is asked about another place ("and in Xiamen?")."""
    question, memory = turn.question, turn.memory
    if question.refers.elsewhere:
        return _refuse(turn, "place" if question.refers.elsewhere == "other_place" else "document")
    the_same_there = question.refers.place == "elsewhere" and leans(question) and memory.question
    return _refuse(turn, "place") if the_same_there and not question.groups else None


def no_such(turn: Turn) -> Outcome | None:
    """A clause or chapter is named that the document does not have."""
    missing = turn.question.refers.no_such
    return compose.no_such(missing, turn.memory) if missing else None


def documents(turn: Turn) -> Outcome | None:
    """The documents themselves: in force? since when? how many clauses? which are held?"""
    refers = turn.question.refers
    names_none = not (refers.clauses or refers.chapters or refers.units.present)
    by_itself = (refers.document and refers.alone) or refers.superseded or refers.outline
    if not names_none or not (turn.wanted == "document" or by_itself):
        return None
    if turn.memory.listed and leans(turn.question):  # how many? after a list
        return _list(turn, [turn.store.clause(key) for key in turn.memory.given])
    best = next(iter(turn.question.candidates), None)
    in_heading = best is not None and best.probability >= MENTIONED and turn.store.clause(best.clause).number == OPENING
    passages = [turn.store.passage(best.passage)] if best is not None and in_heading else []
    passages = [passage for passage in passages if not _is_on_the_card(passage, turn.store)]
    if len(turn.view.documents()) == 1:
        passages = [*passages, *select.of_validity(turn.view)]
    return compose.documents(passages, turn.memory, turn.view, refers.superseded)


def what_changed(turn: Turn) -> Outcome | None:
    """What changed from the older version of a document to the newer: all of it, or what became of the clauses that the message is about."""
    question, memory, store = turn.question, turn.memory, turn.store
    names_one = memory.wanted == "changes" and question.named and question.best < SURE  # after it was asked which
    if not (turn.wanted == "changes" or names_one):
        return None
    keys = _documents_compared(turn)
    pairs = {pair[1].key: pair for key in keys if (pair := versions_of(store).pair(key))}
    if len(pairs) > 1:
        return changed.which([newer for _, newer in pairs.values()], memory, store)
    if not pairs:
        held = [document.key for document in store.documents()]
        key = keys[0] if keys else held[0] if len(held) == 1 else ""
        return changed.only_version(store.document(key), memory, store) if key else changed.no_versions(memory, store)
    ((older, newer),) = pairs.values()
    read_as = {option.document: option for option in (question, *question.rivals)}
    about = read_as.get(newer.key, question)
    named = about.refers.clauses or (read_as[older.key].refers.clauses if older.key in read_as else ())
    subject, sure = _subject(about, store)
    only = bool(named) or sure >= SURELY
    return changed.between(older, newer, named or subject or [memory.clause], only, memory, store)


def _subject(question: Question, store: ClauseStore) -> tuple[list[str], float]:
    """The key of the clause that a message about a change surely names, with its probability; none where it names none. What says which
    document is replaced is left out of account: 新 and 旧 are near to it whatever is asked.
    """
    validity = {passage.clause_key for passage in select.of_validity(store.of(question.document))}
    probable = [(key, p) for key, p in question.clauses() if key not in validity]
    total = sum(p for _, p in probable)
    if leans(question) or not probable or question.best < SURE or probable[0][1] < SURE * total:
        return [], 0.0
    return [probable[0][0]], probable[0][1]


def _documents_compared(turn: Turn) -> list[str]:
    """The keys of the documents whose versions may be meant: those that are named, the conversation's, the one that the subject belongs to,
    or each of which an older version is held.
    """
    question, memory, store = turn.question, turn.memory, turn.store
    if question.named:
        return [option.document for option in (question, *question.rivals)]
    if memory.document in (document.key for document in store.documents()):
        return [memory.document]
    if question.refers.clauses or (question.best >= SURE and not leans(question)):
        return [option.document for option in considered(question, memory, store)]
    return [document.key for document in versions_of(store).compared()]


def chosen(turn: Turn) -> Outcome | None:
    """One of the clauses that were offered or listed is chosen, by its place or by its number."""
    clause = _chosen(turn)
    if clause is None:
        return None
    inside = [entry for entry in turn.question.in_context if entry.clause == clause.key]
    way = turn.wanted if turn.wanted in GIVING - {"answer"} else turn.memory.wanted
    if way == "answer" and not inside:
        way = "full_text"
    return _give(turn, clause, inside[0].passage if inside else "", way, turn.memory.question)


def one_clause(turn: Turn) -> Outcome | None:
    """A clause is named: all of it, or what is wanted of it."""
    question, memory, store = turn.question, turn.memory, turn.store
    if len(question.refers.clauses) != 1:
        return None
    clause = store.clause(question.refers.clauses[0])
    wanted = turn.wanted if turn.wanted in GIVING else "answer"
    if (question.refers.again or question.act == "correct") and memory.wanted in ("departments", "citation"):
        return _give(turn, clause, "", memory.wanted, question.simplified)
    if question.refers.alone or question.refers.again:
        return _give(turn, clause, "", "full_text", question.simplified)
    if question.refers.which_part and clause.chapter:
        return _with_chapter(_give(turn, clause, "", "citation", question.simplified), clause, store)
    if question.refers.chapters:
        wanted = "citation"
    if _asks_for_units(question):
        wanted = "departments"
    inside = [entry for entry in question.candidates if entry.clause == clause.key and entry.probability > NEAR]
    passage = inside[0].passage if inside and not leans(question) else ""
    return _give(
        turn, clause, passage, "full_text" if wanted == "answer" and not passage else wanted, question.simplified
    )


def several_clauses(turn: Turn) -> Outcome | None:
    """Several clauses are named, or all of them: each on its own where they are few and something is wanted of them, else a list."""
    keys, store = turn.question.refers.clauses, turn.store
    if turn.question.refers.every:
        return _list(turn, [clause for clause in turn.view.clauses() if clause.label])
    if len(keys) < 2:
        return None
    clauses = [store.clause(key) for key in keys]
    units_named = turn.question.refers.units.present
    if units_named and (turn.wanted == "list" or len(keys) > AT_MOST_APART):  # 前十条里教育局负责的
        return _list(
            turn, [clause for clause in select.of_units(turn.question.refers.units, turn.view) if clause.key in keys]
        )
    if turn.wanted in ("departments", "full_text") and len(clauses) <= AT_MOST_APART:
        memory, outcomes = turn.memory, []
        for clause in clauses:
            outcomes.append(
                _give(dataclasses.replace(turn, memory=memory), clause, "", turn.wanted, turn.question.simplified)
            )
            memory = outcomes[-1].memory
        return compose.together([clause.label for clause in clauses], outcomes)
    return _list(turn, clauses)


def chapters(turn: Turn) -> Outcome | None:
    """Chapters are named: all their clauses, or those of them that departments carry out which are named as well."""
    refers, store = turn.question.refers, turn.store
    if refers.same_part and turn.memory.clause and leans(turn.question) and not refers.clauses:
        last = store.clause(turn.memory.clause)
        refers = dataclasses.replace(refers, chapters=(f"{last.document}/{last.chapter}",) if last.chapter else ())
    if refers.clauses or not refers.chapters:
        return None
    inside = select.of_chapters(refers.chapters, store)
    if refers.among and turn.memory.listed:  # of the list before those of the chapter
        return _list(turn, [clause for clause in inside if clause.key in turn.memory.given])
    if refers.units.present or refers.units.absent:  # 第四部分里卫健委参与的
        return _list(turn, [clause for clause in select.of_units(refers.units, turn.view) if clause in inside])
    return _list(turn, inside, refers.chapters)


def departments(turn: Turn) -> Outcome | None:
    """Departments are named and no other subject: their clauses, as they are put together."""
    question, memory = turn.question, turn.memory
    units = question.refers.units
    if len(question.refers.clauses) > 1:
        return None
    if not (units.present or units.absent):
        others = question.refers.authorities and turn.wanted == "list"
        lists = others or (turn.wanted in ("list", "departments") and units.alone)
        return _list(turn, [] if others else select.of_units(units, turn.view)) if lists else None
    has_subject = not leans(question) and question.best >= SURE
    unrelated = question.foreign >= REFUSED_FROM and question.reason in UNRELATED
    if unrelated or (question.foreign >= SURELY_FOREIGN and not leans(question)):
        return None
    of_these = question.refers.among and memory.given
    if (
        memory.listed
        and memory.units
        and units.present
        and not of_these
        and leans(question)
        and len(question.simplified) <= SHORT
    ):
        return _list(turn, select.of_units(units, turn.view), units=units.present)  # the same list for another one
    if turn.wanted == "departments" and memory.clause and not memory.listed:
        return None  # is it theirs? of the last answer
    if turn.wanted != "list" and (has_subject or (memory.clause and question.claims >= CLAIMED_FROM)):
        return None
    found = select.of_units(units, turn.view)
    if of_these:
        found = [clause for clause in found if clause.key in memory.given]
    return _list(turn, found, units=units.present)


def amounts(turn: Turn) -> Outcome | None:
    """An amount is looked up by its value."""
    question, store = turn.question, turn.store
    looked_up = turn.wanted in ("citation", "list", "document") or leans(question) or len(question.simplified) <= SHORT
    if not question.refers.amounts or not looked_up:
        return None
    if question.foreign >= SURELY_FOREIGN and _says_more(question):
        return None
    if question.claims >= CLAIMED_FROM and (turn.memory.clause or _names_a_measure(question, turn.view)):
        return None
    passages = select.of_amounts(question.refers.amounts, turn.view)
    probable = dict(question.clauses())
    clauses = list(dict.fromkeys(store.clause(passage.clause_key) for passage in passages))
    best = next((store.clause(key) for key, p in question.clauses()[:1] if p >= SURE and not leans(question)), None)
    if turn.wanted in GIVING - {"citation"} and best and best not in clauses and _shares_words(question, best):
        return None  # 毕业三年了还能申请公租房吗
    clauses.sort(key=lambda clause: -probable.get(clause.key, 0.0))
    sure = clauses and probable.get(clauses[0].key, 0.0) >= SURE and _shares_words(question, clauses[0])
    turn = dataclasses.replace(turn, question=dataclasses.replace(question, claims=0.0))
    if len(clauses) == 1 or sure:
        first = next(passage for passage in passages if passage.clause_key == clauses[0].key)
        return _give(
            turn, clauses[0], first.key, turn.wanted if turn.wanted in GIVING else "answer", question.simplified
        )
    return _list(turn, sorted(clauses, key=lambda clause: clause.number), passages=passages) if clauses else None


def words(turn: Turn) -> Outcome | None:
    """Words of the documents themselves are looked up: the clauses that hold them."""
    question = turn.question
    wanted = turn.wanted == "citation" or question.refers.quoted
    if not wanted and (not leans(question) or turn.memory.clause):
        return None
    asks_where = question.refers.quoted and turn.wanted in ("citation", "list") and question.best < SURE
    if asks_where and not select.quoted(question.refers.quoted, turn.view):
        return compose.no_answer(turn.memory, "not_covered", [Say("utter_no_words", {"words": question.refers.quoted})])
    if question.foreign >= SURELY_FOREIGN or question.refers.place == "elsewhere":
        return None
    quoted = select.quoted(question.refers.quoted, turn.view)
    if question.refers.in_headings:
        quoted = [passage for passage in quoted if passage.position == 0]
    if question.best >= SURE and not leans(question) and not quoted:
        return None
    run, passages = (question.refers.quoted, quoted) if quoted else select.of_words(question, turn.view)
    if not passages or (len(run) < TELLING and not quoted):
        return None
    clauses = list(dict.fromkeys(turn.store.clause(passage.clause_key) for passage in passages))
    if len(clauses) > 1:
        return _list(turn, clauses, passages=passages)
    return _give(
        turn, clauses[0], passages[0].key, turn.wanted if turn.wanted in GIVING else "answer", question.simplified
    )


def beside(turn: Turn) -> Outcome | None:
    """The clause after the last one, or the one before it; several that follow."""
    refers, memory, store = turn.question.refers, turn.memory, turn.store
    by_words = turn.wanted == "step" and leans(turn.question) and not refers.clauses
    if (
        (refers.step or refers.following) and turn.question.best >= SURE and not leans(turn.question)
    ):  # 台湾人才那条的下一条
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
        return _list(turn, select.of_chapters([f"{document}/{part}"], store), [f"{document}/{part}"])
    step = refers.step or 1
    last = max((c.number for c in store.clauses() if c.document == document and c.label), default=0)
    target = int(number) + step
    if not 1 <= target <= last:
        return compose.no_such(NoSuch("clause", target, last), memory)
    again = memory.wanted if memory.wanted in ("departments", "citation") else "full_text"
    way, probability = max(((act, turn.question.acts.get(act, 0.0)) for act in GIVING), key=lambda item: item[1])
    said = turn.wanted if turn.wanted in GIVING - {"answer"} else way if probability >= WISHED else ""
    wanted = said or again
    return _give(turn, store.clause(f"{document}/{target}"), "", wanted, turn.question.simplified)


def _following(turn: Turn) -> Outcome:
    """The clauses after the last one, as many as are asked for."""
    refers, memory, store = turn.question.refers, turn.memory, turn.store
    document, _, number = memory.clause.rpartition("/")
    last = max((c.number for c in store.clauses() if c.document == document and c.label), default=0)
    first = int(number) + 1
    if first > last:
        return compose.no_such(NoSuch("clause", first, last), memory)
    after = tuple(f"{document}/{place}" for place in range(first, min(first + refers.following, last + 1)))
    named = dataclasses.replace(turn.question, refers=dataclasses.replace(refers, clauses=after, following=0))
    return decide(dataclasses.replace(turn, question=named))


def foreign(turn: Turn) -> Outcome | None:
    """The documents do not deal with it; the nearest clause is offered where one is near, and never given."""
    question, memory = turn.question, turn.memory
    if not question.taught and turn.moved and leans(question) and not question.fits_after:  # 那汐港呢
        return _refuse(turn, "answer")
    of_then = asks_of_the_past(question) and question.best >= SURE
    if (
        question.foreign < (FACT_OF_THEN if of_then else REFUSED_FROM)
        or turn.wanted == "choose"
        or (turn.wanted == "more" and leans(question))
    ):
        return None
    if leans(question) and _asks_on(question, memory):
        return None
    if leans(question) and not memory.question and question.act != OUT_OF_SCOPE:
        return None
    return _refuse(turn, question.reason or "answer")


def listed(turn: Turn) -> Outcome | None:
    """Several clauses are wanted: those that state a kind of amount, or those on a subject."""
    question = turn.question
    if turn.wanted != "list":
        return None
    if question.refers.a_chapter:
        chapter = select.likely_chapter(question, turn.view)
        return _list(turn, select.of_chapters([chapter], turn.store), [chapter])
    if found := select.of_force(question, turn.view):
        return _list(turn, found)
    if found := select.of_kind(question, turn.view) if question.subjectless >= SURE else ():
        return _list(turn, found)
    if leans(question) and turn.memory.listed:  # how many are there?
        return _list(turn, [turn.store.clause(key) for key in turn.memory.given])
    found = [clause for key in question.members if (clause := turn.store.clause(key)).label]
    if len(found) == 1 and question.best >= SURE and not question.refers.several:
        return answer(turn)  # 门诊报销有哪些医院能用: one clause is about it, and may not say
    return _list(turn, found) if found else compose.documents([], turn.memory, turn.view)


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
    return compose.more(_best_inside(turn, others), memory, store)


def back(turn: Turn) -> Outcome | None:
    """A subject of before the last one, by its order or because the message names it."""
    subject = earlier_subject(turn.question, turn.memory)
    if subject is None:
        return None
    inside = [entry.passage for entry in turn.question.candidates if entry.clause == subject.clause]
    passage = inside[0] if inside and turn.wanted == "answer" and not turn.question.refers.earlier else subject.passage
    return _give(turn, turn.store.clause(subject.clause), passage, _way_of_giving(turn), subject.question)


def again(turn: Turn) -> Outcome | None:
    """A bare "who is responsible?", "where?", "all of it" about the last answer."""
    memory = turn.memory
    if turn.wanted not in GIVING - {"answer"} or not leans(turn.question):
        return None
    if memory.clause:
        clause = turn.store.clause(memory.clause)
        outcome = _give(turn, clause, memory.passage, turn.wanted, memory.question)
        of_chapter = turn.question.refers.which_part and clause.chapter
        return _with_chapter(outcome, clause, turn.store) if of_chapter else outcome
    if not memory.earlier:
        return None
    last = memory.earlier[-1]  # what came after it brought nothing
    return _give(turn, turn.store.clause(last.clause), last.passage, turn.wanted, last.question)


def names_nothing(turn: Turn) -> Outcome | None:
    """Nothing is named, and nothing was answered that the message could lean on: no clause is guessed."""
    memory = turn.memory
    something_said = memory.question if turn.wanted == "answer" else memory.clause
    if not leans(turn.question) or something_said or turn.question.best >= SURE:
        return None
    if turn.question.named:  # who is responsible, of a document as a whole: every clause with its units
        return _list(turn, [clause for clause in turn.view.clauses() if clause.label])
    if turn.question.acts.get("document", 0.0) >= WISHED:
        return compose.documents([], memory, turn.view)
    return compose.no_answer(memory, "no_subject", [Say("utter_which_subject")])


def bare_word(turn: Turn) -> Outcome | None:
    """A word of the documents by itself that says too little: the likeliest clauses that hold it are offered."""
    question, store = turn.question, turn.store
    word = re.sub(r"\W", "", question.simplified)
    here = [clause for clause in turn.view.mentioning(word) if clause.label] if len(word) > 1 else []
    sure = question.best >= SURELY or (question.best >= SURE and len(here) <= FEW_CLAUSES)
    if turn.memory.clause or len(question.simplified) > FEW_CHARACTERS or not here or sure:
        return None
    probable = dict(question.clauses())
    here.sort(key=lambda clause: -probable.get(clause.key, 0.0))
    if len(here) == 1:
        holding = next((p.key for p in store.passages(here[0].key) if word in p.text), "")
        return _give(turn, here[0], holding, "answer", question.simplified)
    return _offer(turn, here[:AT_MOST_CHOICES])


def narrow(turn: Turn) -> Outcome | None:
    """A bare word that fits several clauses: they are offered."""
    question = turn.question
    probable = question.clauses()
    leaning = turn.memory.question and leans(question)
    if (
        leaning
        or turn.memory.clause
        or len(question.simplified) > FEW_CHARACTERS
        or not probable
        or probable[0][1] >= NARROW
    ):
        return None
    return _offer(turn, [clause for key, _ in probable if (clause := turn.store.clause(key)).label][:AT_MOST_CHOICES])


def answer(turn: Turn) -> Outcome:
    """The passage of the most probable clause that states what is asked, or is nearest to it."""
    question, memory = turn.question, turn.memory
    likely = (
        question.candidates
        if question.act == "correct" and _names_a_measure(question, turn.view)
        else in_context(question, memory)
    )
    if not likely:
        return compose.no_answer(memory, "not_covered", [Say("utter_no_answer")])
    candidates = _for_the_person(likely, question, turn.store)
    best = _best_clause(candidates)
    inside = [entry for entry in candidates if entry.clause == best]
    if not question.taught:  # what states the thing asked comes before what only sounds like it
        inside.sort(key=lambda entry: -entry.probability * question.stated.get(entry.passage, 1.0))
    passage = inside[0].passage
    about = memory.question if leans(question) and memory.question else question.simplified
    outcome = _give(turn, turn.store.clause(best), passage, _way_of_giving(turn), about)
    likely_too = [turn.store.clause(key) for key, p in question.clauses() if p >= ALSO_LIKELY and key != best]
    others = [clause for clause in likely_too if clause.label]
    if question.taught or question.best >= SURELY or not others:
        return outcome
    return compose.offering_besides(outcome, others[: AT_MOST_CHOICES - 1], turn.store)


ROWS: tuple[Row, ...] = (
    elsewhere,
    talk,
    person,
    no_such,
    what_changed,
    chosen,
    beside,
    one_clause,
    chapters,
    departments,
    several_clauses,
    amounts,
    documents,
    words,
    bare_word,
    foreign,
    more,
    listed,
    back,
    again,
    names_nothing,
    narrow,
    answer,
)


# -- what rows share


def _rather_asks(question: Question) -> bool:
    """Whether what looks like talk asks something: it names what is surely the document's, or is hardly talk."""
    names = not leans(question) and question.foreign < REFUSED_FROM
    return names and (question.confidence < SURE or question.best >= SURE)


def _enumerates(question: Question) -> bool:
    """Whether a message that wants a list names several things, each with a clause of its own."""
    return len(set(question.topics)) > 1


def _asks_on(question: Question, memory: Memory) -> bool:
    """Whether a message that leans on what was said before is about that, though it looks foreign."""
    if memory.refused or not memory.question:
        return False
    if memory.clause and leaning(question) >= BARE and question.reason not in NEVER_ASKED:
        return True
    if question.foreign >= SURELY_FOREIGN:
        return False
    # the reason is the likeliest one if it were out of scope; a wish for the last answer's offices is not
    return question.act in GIVING - {"answer"} or question.reason not in UNRELATED


def _with_chapter(outcome: Outcome, clause: Clause, store: ClauseStore) -> Outcome:
    """`outcome` with the number and the heading of the chapter in which `clause` stands before it."""
    heading = next(c.heading for c in store.chapters() if (c.document, c.number) == (clause.document, clause.chapter))
    title = Say("utter_chapter", {"number": str(clause.chapter), "heading": heading})
    return dataclasses.replace(outcome, says=(title, *outcome.says))


def _is_on_the_card(passage: Passage, store: ClauseStore) -> bool:
    """Whether a passage of the heading says no more than what is said of a document anyway: its number, title, issuer or date."""
    document = store.document(passage.document)
    return "date" in passage.facts or passage.text in (document.number, document.title, document.issuer)


def _names_a_measure(question: Question, store: ClauseStore) -> bool:
    """Whether a message has words of the documents beside the amounts that it names."""
    return any(_shares_words(question, clause) for clause in store.clauses())


def _shares_words(question: Question, clause: Clause) -> bool:
    """Whether a message has words of `clause` beside the amounts that it names."""
    amounts = "".join(amount.text for amount in question.refers.amounts)
    return any(len(word) > 1 and word in clause.text and word not in amounts for word in question.words)


def _says_more(question: Question) -> bool:
    """Whether a message has words beside the amounts that it names."""
    rest = question.simplified
    for amount in question.refers.amounts:
        rest = rest.replace(amount.text, "")
    return any(char.isalnum() for char in rest)


def _asks_for_units(question: Question) -> bool:
    """Whether a message names departments beside a clause: is it theirs, and whose else?"""
    return bool(question.refers.units.present or question.refers.units.absent)


def _offer(turn: Turn, clauses: Sequence[Clause]) -> Outcome:
    memory = dataclasses.replace(
        turn.memory,
        question=turn.question.simplified,
        wanted=_way_of_giving(turn),
        offered=tuple(clause.key for clause in clauses),
    )
    return offering("clarify", memory, [Say("utter_clarify"), *map(compose.choice, clauses)], clauses, turn.store)


def _refuse(turn: Turn, reason: str) -> Outcome:
    question, memory = turn.question, turn.memory
    says = [Say(f"utter_no_{reason}")]
    if leans(question) and memory.clause:  # what was answered before stays the subject
        return compose.no_answer(memory, REASONS.get(reason, "not_covered"), says)
    at_most, least = (1, NEAR) if question.taught else (2, ALSO_LIKELY)  # where less is known, more is offered
    unrelated = question.taught and reason in UNRELATED  # for which reason is learned for taught documents
    near = [] if unrelated or question.refers.elsewhere else question.clauses()[:at_most]
    nearest = [clause for key, p in near if p >= least and (clause := turn.store.clause(key)).label]
    memory = dataclasses.replace(
        memory,
        question=question.simplified,
        introduced=False,
        refused=reason,
        wanted="answer",
        clause="",
        passage="",
        listed=False,
        offered=tuple(clause.key for clause in nearest),
    )
    return compose.no_answer(memory, REASONS.get(reason, "not_covered"), says, nearest, turn.store)


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


def _way_of_giving(turn: Turn) -> str:
    """How a clause is given: as the message wants it, and after "no, I meant" or "and the other?" as the message before wanted it."""
    question = turn.question
    wanted = turn.memory.wanted if question.act in ("correct", "another_group") else turn.wanted
    names_offices = wanted == "departments" and not leans(question) and question.asks.get("unit", 1.0) < SURE
    if names_offices and question.taught:
        return "answer"  # it names offices, but does not ask for one
    return wanted if wanted in GIVING else "answer"


def _for_the_person(candidates: Sequence[Candidate], question: Question, store: ClauseStore) -> list[Candidate]:
    """`candidates` with the passages first that speak of the person's group rather than of another one."""
    if not question.groups:
        return list(candidates)
    own = set(question.groups)

    def fit(entry: Candidate) -> float:
        others = store.passage(entry.passage).groups
        return entry.probability * (1.0 if not others else 1.5 if own.intersection(others) else 0.5)

    return sorted((Candidate(entry.passage, fit(entry)) for entry in candidates), key=lambda entry: -entry.probability)


def _best_clause(candidates: Sequence[Candidate]) -> str:
    total: dict[str, float] = {}
    for entry in candidates:
        total[entry.clause] = total.get(entry.clause, 0.0) + entry.probability
    return max(total, key=total.__getitem__)


def _of_the_claim(question: Question, passage: Passage, store: ClauseStore) -> Passage:
    """The passage that states an amount of the kind that is claimed, if it is not much less likely than `passage`."""
    likely = [entry for entry in question.candidates if entry.clause == passage.clause_key]
    if question.claims < CLAIMED_FROM or not question.refers.amounts or not likely:
        return passage
    units = {amount.unit for amount in question.refers.amounts}
    near = [store.passage(entry.passage) for entry in likely if entry.probability >= WISHED * likely[0].probability]
    return next((found for found in near if any(amount.unit in units for amount in found.amounts)), passage)


def _give(turn: Turn, clause: Clause, passage_key: str, wanted: str, about: str) -> Outcome:
    passages = turn.store.passages(clause.key)
    passage = next((entry for entry in passages if entry.key == passage_key), passages[0])
    if wanted == "answer":
        passage = _of_the_claim(turn.question, passage, turn.store)
    near = tuple(key for key, p in turn.question.clauses() if key != clause.key and p > WORTH_MENTIONING)
    return compose.give(turn.question, clause, passage, wanted, about, near, turn.memory, turn.store)


def _list(
    turn: Turn,
    clauses: Sequence[Clause],
    chapters: Sequence[str] = (),
    units: Sequence[str] = (),
    passages: Sequence[Passage] = (),
) -> Outcome:
    by_clause = {passage.clause_key: passage for passage in reversed(passages)}
    given = [
        given_passage(clause, by_clause[clause.key]) if clause.key in by_clause else entry
        for clause, entry in zip(clauses, _best_inside(turn, clauses), strict=True)
    ]
    return compose.listing(given, turn.question, turn.memory, turn.store, chapters, units)


def _best_inside(turn: Turn, clauses: Sequence[Clause]) -> list[Given]:
    likeliest: dict[str, str] = {}
    for entry in turn.question.candidates:
        likeliest.setdefault(entry.clause, entry.passage)
    found = []
    for clause in clauses:
        passages = turn.store.passages(clause.key)
        best = next((p for p in passages if p.key == likeliest.get(clause.key)), passages[0])
        found.append(given_passage(clause, best))
    return found
