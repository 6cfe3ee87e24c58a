"""From what the staff agreed on to a model that has learned it: trains, compares with the model before, takes the new one or refuses it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.clauses.store import ClauseStore
from bot.components.vocabulary import clause_store
from bot.errors import ModelError
from bot.evaluation import QUESTIONS, Judged, judge_model
from bot.helpdesk.proposals import Proposal, Proposals
from bot.mailbox.state import State, is_there
from bot.settings import Settings
from bot.training import Tell, blocks, train_model, usable

Train = Callable[[Path, str, Tell], None]
Judge = Callable[[Settings, Path], Mapping[str, Judged]]
NameOf = Callable[[Path], str]


def model_id(model: Path) -> str:
    """The id that Rasa gave a trained model."""
    return str(LocalModelStorage.metadata_from_archive(model).model_id)


def learn(
    settings: Settings,
    console: Console,
    anyway: bool = False,
    train: Train = train_model,
    judge: Judge = judge_model,
    name_of: NameOf = model_id,
) -> bool:
    """Train a model and put it into `settings.model`'s place, unless it answers fewer questions of the development set right than the one
    that is there; `anyway` takes it even so. What changed is printed. Whether it was taken.

    Raises TrainingDataError and ModelError as training does, StateError where what the staff agreed on cannot be read.
    """
    store = clause_store()
    agreed = _agreed(settings, store, console)
    settings.model.parent.mkdir(parents=True, exist_ok=True)
    # beside the one that is there, so that taking it is one step
    with tempfile.TemporaryDirectory(dir=settings.model.parent) as folder:
        new = Path(folder) / "model.tar.gz"
        with console.status("training: reading what is learned from") as status:
            train(new, blocks(agreed, store), status.update)
        with console.status("asking both models the development set's questions"):
            worse = _compare(settings, new, judge, console)
        if worse and not anyway:
            console.print(
                "The new model is refused, and the one before stays. `--anyway` takes the new one.", style="red"
            )
            return False
        new.replace(settings.model)
    _remember(settings, agreed, name_of(settings.model))
    return True


def _agreed(settings: Settings, store: ClauseStore, console: Console) -> list[Proposal]:
    """What the staff agreed on; nothing where there is no state yet: training makes none."""
    if not is_there(settings.state_url):
        return []
    with closing(State(settings.state_url)) as state:
        accepted = asyncio.run(Proposals(state).accepted())
    known = [proposal for proposal in accepted if usable(proposal, store)]
    if accepted:
        console.print(f"{len(known)} of {len(accepted)} accepted proposals are learned from.")
    if gone := [proposal.passage for proposal in accepted if proposal not in known]:
        console.print(f"The documents do not have these passages any more: {', '.join(gone)}.", style="yellow")
    return known


def _compare(settings: Settings, new: Path, judge: Judge, console: Console) -> bool:
    """Print what the model at `new` answers otherwise than the one that is there; whether it answers fewer questions right."""
    if not settings.model.is_file():
        return False
    if not QUESTIONS.is_file():
        console.print(f"There is no {QUESTIONS}: the new model is taken without being compared.", style="yellow")
        return False
    try:
        before = judge(settings, settings.model)
    except ModelError as error:
        console.print(f"The model before cannot be compared with, and the new one is taken. {escape(str(error))}")
        return False
    after = judge(settings, new)
    for title, changed in (
        ("Won", [number for number in after if after[number].right and not before[number].right]),
        ("Lost", [number for number in after if before[number].right and not after[number].right]),
    ):
        if changed:
            console.print(_table(title, changed, before, after))
    right_before, right_after = (sum(entry.right for entry in judged.values()) for judged in (before, after))
    console.print(f"Right of {len(after)} questions: {right_before} before, {right_after} after.")
    return right_after < right_before


def _table(title: str, numbers: list[str], before: Mapping[str, Judged], after: Mapping[str, Judged]) -> Table:
    table = Table("question", "before", "after", title=f"{title}: {len(numbers)}", title_justify="left")
    for number in numbers:
        cells = (after[number].question, before[number].answered, after[number].answered)
        table.add_row(*map(escape, cells))
    return table


def _remember(settings: Settings, agreed: list[Proposal], model: str) -> None:
    """Keep which model learned the proposals."""
    if agreed:
        with closing(State(settings.state_url)) as state:
            asyncio.run(Proposals(state).trained_in([proposal.id for proposal in agreed], model))
