"""The command line: `python -m bot --help`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.errors import RongceError
from bot.lean import keep_tensorflow_out
from bot.settings import SETTINGS, Settings, read_settings

CANNOT_START = 78
"""Exit code for a setting, document, database or model that must be mended first (EX_CONFIG of sysexits.h)."""
QUESTIONS = ("留學生回福州創業有補助嗎", "面试期间有免费住的地方吗", "How much seed funding can a returnee team get?")

app = typer.Typer(
    help="榕策问答: answers questions about 榕政办〔2021〕49号 with the document's own words, the responsible departments and the citation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)


@app.command(
    epilog="Settings: " + "; ".join(f"{name} ({default or 'empty'}): {text}" for name, default, text in SETTINGS)
)
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on, instead of RONGCE_PORT.")] = None,
) -> None:
    """Serve the chat page, the REST channel and, where TELEGRAM_TOKEN is set, Telegram."""
    import uvicorn

    settings = _settings(port)
    from bot.server import application

    def announce() -> None:
        console.print(f"[bold]榕策问答[/] 已就绪: http://{settings.host}:{settings.port}/")
        console.print("可以先试试: " + " / ".join(QUESTIONS), soft_wrap=True)

    uvicorn.run(
        application(settings, announce),
        host=settings.host,
        port=settings.port,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
    )


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
    settings = _settings()
    from bot.clauses.store import build as build_database

    with console.status(f"reading {settings.documents}"):
        report = build_database(settings.documents, settings.clauses)
    console.print(f"{settings.clauses}: {report}")


@app.command()
def train() -> None:
    """Train the model from nlu/, stories/, domain.yml, config.yml and the clause database."""
    settings = _settings()
    from bot.training import train_model

    started = time.perf_counter()
    with console.status("training"):
        train_model(settings)
    console.print(
        f"{settings.model}: {settings.model.stat().st_size / 2**20:.1f} MiB, {time.perf_counter() - started:.0f} s"
    )


@app.command()
def evaluate(
    details: Annotated[Path, typer.Option(help="Where the misses are written, one JSON object a line.")] = Path(
        "results/misses.jsonl"
    ),
    record: Annotated[Path | None, typer.Option(help="A table to add the figures to, as docs/evaluation.md.")] = None,
) -> None:
    """Ask a server of its own the development set's questions and print the figures."""
    from bot.evaluation import score_development_set

    raise typer.Exit(score_development_set(_settings(), details, record))


def _settings(port: int | None = None) -> Settings:
    """The settings, with the process made ready for Rasa: no TensorFlow, no telemetry, quiet logs."""
    environment = dict(os.environ)
    if port is not None:
        environment["RONGCE_PORT"] = str(port)
    settings = read_settings(environment)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    keep_tensorflow_out()
    from bot.logs import configure_logs

    configure_logs(settings.log_level, (settings.telegram_token, settings.telegram_webhook_secret))
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
