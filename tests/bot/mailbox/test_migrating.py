"""The state's tables follow the code, whatever they were before, and nothing that was kept is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from bot.errors import StateError
from bot.mailbox.migrating import configuration, upgrade
from bot.mailbox.state import State
from bot.mailbox.tables import events, messages, metadata, notices, quotes

KEPT = {
    "channel": "web",
    "conversation": "c",
    "message_id": "m",
    "text": "留學生回福州創業有補助嗎",
    "received_at": 1.0,
    "reply": None,
    "answered_at": None,
}


def differences(connection: Connection) -> list[Any]:
    """What the database has otherwise than the code; SQLite's own counter of numbers is nobody's table."""
    ours = {"include_name": lambda name, *_: name != "sqlite_sequence"}
    found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=ours), metadata)
    return found


@pytest.fixture
def engine(tmp_path: Path) -> sa.engine.Engine:
    return sa.create_engine(f"sqlite:///{tmp_path}/rongce.db")


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: sa.engine.Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []


def test_a_database_from_before_the_helpdesk_keeps_its_conversations(engine: sa.engine.Engine) -> None:
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.execute(sa.text("drop table alembic_version"))
        columns = ", ".join(KEPT)
        connection.execute(sa.text(f"insert into messages ({columns}) values (:{', :'.join(KEPT)})"), KEPT)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(messages.c.text)).scalar_one() == KEPT["text"]
        assert differences(connection) == []


def test_a_database_from_before_replies_keeps_its_conversations_and_what_is_remembered(
    engine: sa.engine.Engine,
) -> None:
    event = {"sender": "web:c", "event": '{"event": "slot", "name": "memory", "value": {}}'}
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        columns = ", ".join(KEPT)
        connection.execute(sa.text(f"insert into messages ({columns}) values (:{', :'.join(KEPT)})"), KEPT)
        connection.execute(sa.text("insert into events (sender, event) values (:sender, :event)"), event)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(messages.c.text, messages.c.in_reply_to)).one() == (KEPT["text"], None)
        assert connection.execute(sa.select(events.c.event, events.c.answered)).one() == (event["event"], None)
        assert differences(connection) == []


def test_what_people_were_quoted_before_it_was_written_down_is_found_again(engine: sa.engine.Engine) -> None:
    document = {"key": "2021-49", "number": "榕政办〔2021〕49号", "issuer": "市政府", "in_force": "unverified"}
    answer = {"key": "2021-49/8", "heading": "支持", "quote": "给予支持。", "citation": "第八条", "document": document}
    ended = {**answer, "quote": "过期的话。", "document": {**document, "in_force": "expired"}}
    first = {"key": "2021-49/9", "quote": "更早的格式。", "document": "榕政办〔2021〕49号"}
    replies = {
        "m": {"kind": "answer", "answers": [answer, answer, ended]},
        "list": {"kind": "list", "answers": [answer]},
        "early": {"kind": "answer", "answers": [first, {"clause": 8}]},
        "none": {"kind": "smalltalk"},
    }
    staff = {"kind": "answer", "answers": [answer]}
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0003")
        columns = ", ".join(KEPT)
        for name, custom in replies.items():
            kept = {
                **KEPT,
                "message_id": name,
                "reply": json.dumps({"lines": [], "custom": custom}),
                "answered_at": 2.0,
            }
            connection.execute(sa.text(f"insert into messages ({columns}) values (:{', :'.join(KEPT)})"), kept)
        connection.execute(
            sa.text(f"insert into messages ({columns}) values (:{', :'.join(KEPT)})"), KEPT | {"message_id": "w"}
        )
        connection.execute(
            sa.text(
                "insert into notices (channel, conversation, handover, reply, written_at, status, trouble)"
                " values ('web', 'c', 7, :reply, 3.0, 'waiting', '')"
            ),
            {"reply": json.dumps({"lines": [], "custom": staff})},
        )
    upgrade(engine)
    found = sa.select(quotes.c.message_id, quotes.c.quote, quotes.c.listed, quotes.c.number, quotes.c.said_at)
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(found.order_by(quotes.c.id))] == [
            ("m", "给予支持。", False, "榕政办〔2021〕49号", 2.0),
            ("list", "支持", True, "榕政办〔2021〕49号", 2.0),
            ("early", "更早的格式。", False, "", 2.0),
            ("handover-7", "给予支持。", False, "榕政办〔2021〕49号", 3.0),
        ]
        assert connection.execute(sa.select(notices.c.corrects)).scalar_one() is None
        assert differences(connection) == []


def test_a_second_start_changes_nothing(engine: sa.engine.Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(messages).values(**KEPT))
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one() == 1


def test_a_database_of_a_later_version_is_refused_and_left_alone(engine: sa.engine.Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StateError, match="9999"):
        State(str(engine.url))
    with engine.connect() as connection:
        assert connection.execute(sa.text("select version_num from alembic_version")).scalar_one() == "9999"


def test_a_kill_half_way_through_leaves_nothing_that_the_next_start_stumbles_over(
    engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = op.create_table

    def killed(name: str, *columns: Any, **options: Any) -> Any:
        if name == "proposals":
            raise KeyboardInterrupt
        return create(name, *columns, **options)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(op, "create_table", killed)
        upgrade(engine)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []


def test_on_postgresql_the_tables_are_those_of_the_code_and_numbers_do_not_run_out(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    upgrade(engine)
    with engine.begin() as connection:
        assert differences(connection) == []
        for table in ("messages", "quotes", "events", "sends", "audit"):
            connection.exec_driver_sql(f"select setval('{table}_id_seq', {2**31})")
        kept = [{**KEPT, "message_id": str(number)} for number in range(2)]
        connection.execute(sa.insert(messages), kept)
        assert connection.execute(sa.select(sa.func.max(messages.c.id))).scalar_one() > 2**31
    engine.dispose()
