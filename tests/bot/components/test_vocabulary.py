"""A running server goes over to a new clause database once that is prepared, and no message waits for it."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers.retriever import Retriever
from bot.assistant import Assistant
from bot.clauses.build import build
from bot.clauses.store import ClauseStore
from bot.components import vocabulary
from bot.components.vocabulary import check_clauses, clause_store, is_prepared_by, kept_up, newer, take
from bot.errors import ClauseDatabaseError
from bot.helpdesk.audit import Actor
from bot.helpdesk.proposals import Proposals
from bot.server import Service
from bot.settings import read_settings

SONGPING = Path("evaluation/corpus/fresh/documents/songping-2022")
QUESTION = "松屏返乡开民宿有补贴吗"


class Folder:
    """Documents, and the clause database that is answered from."""

    def __init__(self, folder: Path) -> None:
        self._documents, self.target = folder / "documents", folder / "clauses.db"
        shutil.copytree("documents", self._documents)

    def publish(self) -> None:
        shutil.copytree(SONGPING, self._documents / "songping")
        self.build()

    def build(self) -> None:
        build(self._documents, self.target)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    made = Folder(tmp_path)
    made.build()
    monkeypatch.setenv("RONGCE_CLAUSES", str(made.target))
    monkeypatch.setattr(vocabulary, "_open", vocabulary._Open())
    monkeypatch.setattr(vocabulary, "LOOKED_AT_EVERY", 0.0)
    with kept_up():
        clause_store()
        yield made


def held() -> set[str]:
    return {document.key for document in clause_store().documents()}


class Watching:
    """Notes what messages are answered from while another clause database is prepared, and what it is prepared with."""

    def __init__(self) -> None:
        self.seen: list[tuple[set[str], set[str]]] = []

    def make_ready(self, store: ClauseStore) -> None:
        assert clause_store() is store  # its own departments tell how words are cut
        self.seen.append(({document.key for document in store.documents()}, Context().run(held)))


def test_the_old_database_answers_until_the_new_one_is_prepared(folder: Folder) -> None:
    watching = Watching()
    is_prepared_by(watching)
    folder.publish()
    assert held() == {"2021-49"}
    found = newer()
    assert found is not None
    assert watching.seen == [({"2021-49", "songping"}, {"2021-49"})]
    assert held() == {"2021-49"}
    take(found)
    assert held() == {"2021-49", "songping"}
    assert newer() is None


@pytest.mark.asyncio
async def test_no_message_makes_what_is_made_of_a_new_database(
    folder: Folder, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.publish()
    found = await asyncio.to_thread(newer)
    assert found is not None

    def made_late(*_: Any) -> None:
        raise AssertionError("a message waits for it")

    monkeypatch.setattr(Retriever, "shelf", made_late)
    take(found)
    understood = await assistant.understand(QUESTION)
    assert understood is not None
    assert understood.document == "songping"


def service(folder: Folder) -> Service:
    settings = replace(read_settings({}), state_url=f"sqlite:///{folder.target.parent}/state.db")
    return Service(settings)


@pytest.mark.asyncio
async def test_a_server_answers_from_what_was_published_and_goes_on_where_that_cannot_be_used(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    server = service(folder)
    folder.publish()
    await server.look_again()
    assert held() == {"2021-49", "songping"}
    broken = folder.target.with_name("broken.db")
    broken.write_bytes(b"no database" * 100)
    broken.replace(folder.target)
    with caplog.at_level(logging.ERROR):
        await server.look_again()
        await server.look_again()
    assert held() == {"2021-49", "songping"}
    assert clause_store().clause("songping/1")
    assert len(caplog.records) == 1
    assert "is no clause database" in caplog.text
    assert "is no clause database" in server.refused
    with pytest.raises(ClauseDatabaseError, match="the one before answers"):
        check_clauses()
    folder.build()
    await server.look_again()
    assert newer() is None
    assert server.refused == ""
    check_clauses()
    await server.close()


def test_a_file_that_is_gone_or_damaged_is_told_though_it_is_open(folder: Folder) -> None:
    check_clauses()
    with folder.target.open("r+b") as opened:
        opened.write(b"damaged" * 1000)
    with pytest.raises(ClauseDatabaseError, match="python -m bot build"):
        check_clauses()
    folder.target.unlink()
    with pytest.raises(ClauseDatabaseError, match="There is no clause database"):
        check_clauses()


@pytest.mark.asyncio
async def test_a_server_looks_by_itself(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = asyncio.Event()

    def take_and_tell(found: vocabulary.Newer) -> None:
        take(found)
        taken.set()

    monkeypatch.setattr("bot.server.take", take_and_tell)
    monkeypatch.setattr("bot.server.LOOKED_AT_EVERY", 0.0)
    server = service(folder)
    server._loaded.set()
    folder.publish()
    keeping = asyncio.create_task(server.keep_up())
    await asyncio.wait_for(taken.wait(), 60)
    assert held() == {"2021-49", "songping"}
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await server.close()


@pytest.mark.asyncio
async def test_a_server_answers_as_the_staff_agree_without_training_or_restart(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[tuple[str, str, str]]] = []
    monkeypatch.setattr("bot.server.settle", lambda agreed: told.append(list(agreed)))
    server = service(folder)
    proposals, lin, chen = Proposals(server.state), Actor("lin"), Actor("chen")
    await server.agree()
    for question, passage in (("台青有地方住吗", "2021-49/4/1"), ("没有的条文", "2021-49/99/1")):
        await proposals.accept(await proposals.propose("own", "", question, passage, "", lin), chen)
    await server.agree()
    await server.agree()
    assert told == [[], [("台青有地方住吗", "2021-49/4/1", "")]]
    await server.close()


def test_a_database_whose_preparation_fails_is_not_answered_from(folder: Folder) -> None:
    class Failing:
        def make_ready(self, store: ClauseStore) -> None:
            raise ClauseDatabaseError("It has no meanings.")

    failing = Failing()
    is_prepared_by(failing)
    folder.publish()
    with pytest.raises(ClauseDatabaseError):
        newer()
    assert held() == {"2021-49"}
    assert newer() is None
