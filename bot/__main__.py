"""The command line: `python -m bot --help`."""

from __future__ import annotations

import asyncio
import datetime
import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from bot.errors import DocumentError, RongceError
from bot.helpdesk.audit import Actor
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State
from bot.settings import SETTINGS, Settings, read_settings

if TYPE_CHECKING:  # reading documents takes time to import, and most commands need none of it
    from bot.clauses.folder import Publishing

CANNOT_START = 78
"""Exit code for a setting, document, database or model that must be mended first (EX_CONFIG of sysexits.h)."""
WEAK = {
    "short": "Too short: 12 characters or more.",
    "long": "Too long: 256 characters at most.",
    "guessable": "That is among those that are guessed first. Take several words that do not belong together.",
}
"""What is said of a password (helpdesk.passwords.Weakness)."""
FEWER_RIGHT = 3
"""Exit code for a new model that was refused, since it answers fewer questions right."""
COMMAND_LINE = Actor("(command line)")
STYLES = {"same": "not bold", "removed": "not bold red strike", "added": "not bold green"}
"""How words that changed are set."""
QUESTIONS = ("留學生回福州創業有補助嗎", "面试期间有免费住的地方吗", "How much seed funding can a returnee team get?")

app = typer.Typer(
    help="榕策问答: answers questions about policy documents with the documents' own words, the responsible departments and the citation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
staff = typer.Typer(help="The helpdesk's accounts.", no_args_is_help=True)
app.add_typer(staff, name="staff")
documents = typer.Typer(help="The policy documents that are answered from.", no_args_is_help=True)
app.add_typer(documents, name="documents")
console = Console(highlight=False)
TAUGHT = Path("nlu")
"""Where the questions stand that people may be shown."""


@app.command(
    epilog="Settings: " + "; ".join(f"{name} ({default or 'empty'}): {text}" for name, default, text in SETTINGS)
)
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on, instead of RONGCE_PORT.")] = None,
) -> None:
    """Serve the chat page, the REST channel and, where TELEGRAM_TOKEN is set, Telegram."""
    settings = _settings(port)
    from bot.server import run

    def announce() -> None:
        if settings.log_format == "json":  # the log has nothing in it but objects
            logging.getLogger("bot").info("ready on %s:%s", settings.host, settings.port)
            return
        here = f"http://{settings.host}:{settings.port}/"
        console.print("可以先试试: " + " / ".join(QUESTIONS), soft_wrap=True)
        console.print(f"[bold]榕策问答[/] 已就绪: {here}")
        console.print(f"客服台: {here}desk")
        console.print("第一个账号: .venv/bin/python -m bot staff add NAME --role reviewer", soft_wrap=True)

    run(settings, announce)


@app.command()
def chat() -> None:
    """Talk with the assistant in the terminal. An empty line or Ctrl-D ends the conversation."""
    settings = _settings()
    from bot.terminal import converse

    console.print("请直接提问；空行或 Ctrl-D 结束。", style="dim")
    asyncio.run(converse(settings, console))


@app.command()
def lookup(
    question: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the machine-readable part of the reply.")] = False,
) -> None:
    """Print one cited answer."""
    settings = _settings()
    from bot.terminal import ask_once

    reply = asyncio.run(ask_once(settings, question, uuid.uuid4().hex))
    if as_json:
        typer.echo(json.dumps(reply.custom, ensure_ascii=False, indent=2))
    else:
        typer.echo(reply.text)


@app.command()
def build() -> None:
    """Build the clause database from the documents."""
    _build(_settings())


@app.command()
def train(
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Take the new model even where it answers fewer questions right.")
    ] = False,
) -> None:
    """Train the model from nlu/, stories/, domain.yml, config.yml, the clause database and what the staff agreed on.

    Where there is a model already, both are asked the development set's questions, and the new one is refused if fewer are right.
    """
    settings = _settings()
    from bot.learning import learn

    started = time.perf_counter()
    if not learn(settings, console, anyway):
        raise typer.Exit(FEWER_RIGHT)
    console.print(
        f"{settings.model}: {settings.model.stat().st_size / 2**20:.1f} MiB, {time.perf_counter() - started:.0f} s"
    )


@app.command()
def evaluate(
    details: Annotated[Path, typer.Option(help="Where the misses are written, one JSON object a line.")] = Path(
        "results"
    ),
    record: Annotated[Path | None, typer.Option(help="A table to add the figures to, as docs/evaluation.md.")] = None,
) -> None:
    """Ask a server of its own the development set's questions and print the figures."""
    from bot.evaluation import score_sets

    raise typer.Exit(score_sets(_settings(), details, record))


@app.command()
def purge() -> None:
    """Delete what people wrote, and what came of it, more than RONGCE_RETENTION_DAYS days ago."""
    settings = _settings()
    from rich.table import Table

    from bot.helpdesk.retention import purge as delete_old

    with closing(State(settings.state_url)) as state:
        deleted = delete_old(state, settings.retention_days, COMMAND_LINE)
    table = Table(
        "table", "rows", title=f"Deleted: what is more than {settings.retention_days} days old", title_justify="left"
    )
    for name, number in deleted.items():
        table.add_row(name, str(number))
    console.print(table)


@staff.command()
def add(
    name: Annotated[str, typer.Argument(help="What one signs in with: a-z, 0-9, dot, hyphen, underscore.")],
    role: Annotated[str, typer.Option(help="staff: looks up and answers; reviewer: also accepts proposals.")] = "staff",
) -> None:
    """Add an account; its password is asked for, or read as a line of standard input."""
    _on_staff(lambda accounts: accounts.add(name, _new_password(name), role, COMMAND_LINE))
    console.print(f"{name} ({role}) may sign in at /desk.")


@staff.command()
def password(name: Annotated[str, typer.Argument(help="Whose.")]) -> None:
    """Give an account another password; its sessions end."""
    _on_staff(lambda accounts: accounts.change_password(name, _new_password(name), COMMAND_LINE))
    console.print(f"{name} has another password.")


@staff.command()
def shut_out(name: Annotated[str, typer.Argument(help="Whom.")]) -> None:
    """Let an account sign in no more; its sessions end, what it did stays."""
    _on_staff(lambda accounts: accounts.set_active(name, False, COMMAND_LINE))
    console.print(f"{name} may not sign in any more.")


@staff.command()
def let_in(name: Annotated[str, typer.Argument(help="Whom.")]) -> None:
    """Let an account that was shut out sign in again."""
    _on_staff(lambda accounts: accounts.set_active(name, True, COMMAND_LINE))
    console.print(f"{name} may sign in again.")


@staff.command(name="list")
def list_() -> None:
    """Print all accounts."""
    for account in _on_staff(lambda accounts: accounts.all()):
        console.print(f"{account.name}  {account.role}{'' if account.active else '  (shut out)'}")


@documents.command()
def read(
    file: Annotated[Path, typer.Argument(help="Text, DOCX, PDF or HTML.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the machine-readable reading.")] = False,
) -> None:
    """Print what is understood of a document, and every doubt. Nothing is built or kept."""
    from bot.reading.as_json import as_json as to_json
    from bot.reading.as_words import as_words
    from bot.reading.reader import read as read_file

    try:
        reading = read_file(file)
    except DocumentError as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(to_json(reading), ensure_ascii=False, indent=2) if as_json else as_words(reading))


@documents.command(name="add")
def add_document(
    file: Annotated[Path, typer.Argument(help="Text, DOCX, PDF or HTML.")],
    key: Annotated[str, typer.Option(help="What to call it in addresses; by default its place, year and number.")] = "",
    nickname: Annotated[list[str] | None, typer.Option(help="What people call it; may be given several times.")] = None,
    instead: Annotated[
        bool, typer.Option("--instead", help="Take the place of the document that has that key, which is retired.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Read a document, and answer from it as soon as it is read and approved: a running server takes it within seconds."""
    settings = _settings()
    from bot.clauses.folder import key_for
    from bot.clauses.labels import lost_in_words
    from bot.reading.as_words import as_words

    folder = _publishing(settings)
    draft = folder.keep_draft(file.name, file.read_bytes())
    reading = folder.read_draft(draft)
    typer.echo(as_words(reading))
    key = key or key_for(reading)
    if instead:
        for words in lost_in_words(folder.carried_over(draft, key)):
            console.print(words, style="yellow", markup=False)
    if not yes and not typer.confirm(f"Answer from it as {key!r}?"):
        raise typer.Exit(1)
    console.print(f"{settings.clauses}: {folder.publish(draft, key, nickname or (), instead=instead)}")


@documents.command(name="list")
def list_documents() -> None:
    """Print the documents that are held: key, number, title, how many clauses, whether in force."""
    from rich.table import Table

    from bot.clauses.store import ClauseStore

    store = ClauseStore.open(_settings().clauses)
    table = Table("key", "number", "title", "clauses", "in force")
    for entry in store.documents():
        numbered = [clause for clause in store.of(entry.key).clauses() if clause.label]
        state = entry.in_force_on(datetime.date.today())
        table.add_row(entry.key, entry.number, entry.title, str(len(numbered)), state)
    console.print(table)


@documents.command()
def retire(key: Annotated[str, typer.Argument(help="Which, as `documents list` calls it.")]) -> None:
    """Answer from a document no more; its file is kept beside the others, in .retired."""
    console.print(f"{key} is kept in {_publishing(_settings()).retire(key)}.")


@documents.command()
def diff(
    before: Annotated[str, typer.Argument(help="The key of the older document.")],
    after: Annotated[str, typer.Argument(help="The key of the newer one.")],
) -> None:
    """Print what changed from one document to another, clause by clause, with the words that changed marked."""
    from rich.text import Text

    from bot.clauses.comparing import changes, words_changed
    from bot.clauses.store import ClauseStore

    store = ClauseStore.open(_settings().clauses)
    for change in changes(store.of(before), store.of(after)):
        if change.kind == "same":
            continue
        labels = " → ".join(clause.label if clause else "—" for clause in (change.before, change.after))
        shown = Text(f"{labels} ({change.kind})  ", style="bold")
        for kind, words in words_changed(change):
            shown.append({"removed": f"[-{words}-]", "added": f"{{+{words}+}}"}.get(kind, words), STYLES[kind])
        console.print(shown)


def _publishing(settings: Settings) -> Publishing:
    from bot.clauses.folder import Publishing
    from bot.text.encoder import encoder_of

    encoder = encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key)
    return Publishing(settings.documents, settings.clauses, encoder)


def _build(settings: Settings) -> None:
    from bot.clauses.build import build as build_database
    from bot.text.encoder import encoder_of

    encoder = encoder_of(settings.encoder, settings.encoder_model, settings.encoder_key)
    with console.status(f"reading {settings.documents}"):
        report = build_database(settings.documents, settings.clauses, encoder, taught=TAUGHT)
    console.print(f"{settings.clauses}: {report}")


def _on_staff[T](work: Callable[[Staff], Coroutine[Any, Any, T]]) -> T:
    """What `work` does with the accounts of the settings' state."""
    state = State(_settings().state_url)
    try:
        return asyncio.run(work(Staff(state)))
    finally:
        state.close()


def _new_password(name: str) -> str:
    """A password for the account `name`: asked for, and looked at before it is asked for again; or a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    from bot.helpdesk.passwords import weakness

    while weak := weakness(first := str(typer.prompt("Password", hide_input=True)), name):
        console.print(WEAK[weak], style="yellow")
    while str(typer.prompt("Repeat it", hide_input=True)) != first:
        console.print("That is another one.", style="yellow")
    return first


def _settings(port: int | None = None) -> Settings:
    """The settings, with the process made ready for Rasa: no telemetry, quiet logs."""
    environment = dict(os.environ)
    if port is not None:
        environment["RONGCE_PORT"] = str(port)
    settings = read_settings(environment)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from bot.logs import configure_logs

    configure_logs(settings.log_level, settings.secrets, settings.log_format == "json")
    return settings


def main() -> None:
    """Run the command line; what was refused is said in a line, without a traceback."""
    try:
        app()
    except RongceError as error:
        console.print(str(error), style="red", markup=False)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
