"""What changed from one version of a document to the next."""

from __future__ import annotations

from bot.answers import changed, select
from bot.answers.context import SURE, leans
from bot.answers.outcome import Outcome
from bot.answers.question import Question
from bot.answers.turn import FEW_CHARACTERS, SURELY, Turn
from bot.answers.which import considered
from bot.clauses.store import ClauseStore
from bot.clauses.versions import versions_of


def what_changed(turn: Turn) -> Outcome | None:
    """What changed from the older version of a document to the newer: all of it, or what became of the clauses that the message is about."""
    question, memory, store = turn.question, turn.memory, turn.store
    says_no_more = question.best < SURE or len(question.simplified) <= FEW_CHARACTERS
    names_one = memory.wanted == "changes" and question.named and says_no_more  # after it was asked which
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
