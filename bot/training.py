"""Trains the model in this process, as `rasa train` does from the command line, from nlu/ and from what the staff agreed on."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rasa
from dask.callbacks import Callback
from rasa.engine.exceptions import GraphComponentException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clauses.store import ClauseStore
from bot.components.settled import heard
from bot.errors import ModelError, RongceError
from bot.helpdesk.proposals import Proposal
from bot.text.script import simplify

EXAMPLES = Path("nlu")
STORIES = "stories"
HEAD = 'version: "3.1"\nnlu:\n'


Tell = Callable[[str], None]


def train_model(target: Path, agreed: str = "", tell: Tell = lambda _: None) -> None:
    """Train from config.yml, domain.yml, nlu/ and stories/ of the current folder, and from `agreed`, blocks like those of nlu/; `target`
    is replaced whole. `tell` is called with words for how far it is.

    Raises TrainingDataError for an example that cannot be used and ModelError where Rasa gives no model.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _without_hashes()
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, _told(tell):
        try:
            result = rasa.train(
                domain="domain.yml",
                config="config.yml",
                training_files=[str(EXAMPLES), STORIES, *_written(Path(folder), agreed)],
                output=folder,
                fixed_model_name="model",
                # Rasa's cache knows our components' own source, not what they call; make decides whether to train
                force_training=True,
            )
        except GraphComponentException as error:
            if isinstance(error.__cause__, RongceError):
                raise error.__cause__ from None
            raise
        if result.code or not result.model:
            raise ModelError(f"Rasa gave no model (code {result.code}); what it printed says why.")
        Path(result.model).replace(target)


@contextmanager
def _told(tell: Tell) -> Iterator[None]:
    """Tell how many of Rasa's steps are done."""

    def done(key: str, result: Any, graph: dict[str, Any], state: dict[str, Any], worker: Any) -> None:
        tell(f"training: {len(state['finished'])} of {len(graph)} steps done")

    with Callback(posttask=done):
        yield


def _without_hashes() -> None:
    """Spare a third of the time: Rasa hashes every example for a cache that is not asked (force_training) and to find repeated ones, of
    which nlu/ has none, and copies all of them deeply for each importer that it puts around ours.
    """
    TrainingData.fingerprint = lambda _: uuid.uuid4().hex
    Message.fingerprint = lambda self: str(id(self))
    Message.__deepcopy__ = lambda self, _: Message(
        dict(self.data), set(self.output_properties), self.time, list(self.features)
    )


def blocks(proposals: Sequence[Proposal], store: ClauseStore) -> str:
    """`proposals` as blocks like those of nlu/, marked as settled (components.settled): of two on the same question the later one.

    Those whose passage the documents do not have any more are to be left out before.
    """
    latest = {heard(simplify(proposal.question)): proposal for proposal in proposals}
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for proposal in latest.values():
        # what stands in square brackets would be read as an entity
        example = proposal.question.replace("[", "［").replace("]", "］")
        examples[proposal.passage, proposal.reason].append(f"    - {example}\n")
    return "".join(_head(passage, reason, store) + "".join(inside) for (passage, reason), inside in examples.items())


def usable(proposal: Proposal, store: ClauseStore) -> bool:
    """Whether the documents still have the passage that is proposed."""
    return not proposal.passage or proposal.passage in {passage.key for passage in store.passages()}


def _head(passage: str, reason: str, store: ClauseStore) -> str:
    """How the block of a passage, or of a reason to refuse, begins."""
    if reason:
        return f"- intent: out_of_scope\n  metadata: {{settled: true, reason: {reason}}}\n  examples: |\n"
    clause = passage.rpartition("/")[0]
    words = next(entry.text for entry in store.passages(clause) if entry.key == passage)
    answered_by = f"{{clause: {clause}, words: {json.dumps(words, ensure_ascii=False)}}}"
    return f"- intent: measure\n  metadata:\n    settled: true\n    answered_by:\n    - {answered_by}\n  examples: |\n"


def _written(folder: Path, agreed: str) -> list[str]:
    """The file that holds the blocks `agreed`; none where nothing was agreed on."""
    if not agreed:
        return []
    path = folder / "agreed.yml"
    path.write_text(HEAD + agreed, "utf-8")
    return [str(path)]
