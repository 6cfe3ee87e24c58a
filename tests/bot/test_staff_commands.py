"""`python -m bot staff`, as the person runs it who looks after the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AccessError
from bot.helpdesk.staff import Staff
from bot.mailbox.state import State

PASSWORD = "correct horse battery"


class Shell:
    """Runs the commands on a state of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/rongce.db"

    def staff(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", "staff", *words]
        environment = {**os.environ, "RONGCE_STATE_URL": self.url}
        return subprocess.run(command, input=typed, capture_output=True, text=True, env=environment)

    def lets_in(self, name: str, password: str) -> bool:
        state = State(self.url)
        try:
            asyncio.run(Staff(state).sign_in(name, password, ""))
        except AccessError:
            return False
        finally:
            state.close()
        return True


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_an_account_is_added_listed_shut_out_and_let_in_again(shell: Shell) -> None:
    assert shell.staff("add", "lin", "--role", "reviewer", typed=f"{PASSWORD}\n").returncode == 0
    assert shell.staff("list").stdout.split() == ["lin", "reviewer"]
    assert shell.lets_in("lin", PASSWORD)
    shell.staff("shut-out", "lin")
    assert not shell.lets_in("lin", PASSWORD)
    assert "(shut out)" in shell.staff("list").stdout
    shell.staff("let-in", "lin")
    assert shell.lets_in("lin", PASSWORD)


def test_a_password_can_be_changed(shell: Shell) -> None:
    shell.staff("add", "lin", typed=f"{PASSWORD}\n")
    assert shell.staff("password", "lin", typed="another horse battery\n").returncode == 0
    assert not shell.lets_in("lin", PASSWORD)
    assert shell.lets_in("lin", "another horse battery")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "lin"), "short\n", "12 to 256"),
        (("add", "Lin Mei"), f"{PASSWORD}\n", "cannot be a name"),
        (("add", "lin", "--role", "boss"), f"{PASSWORD}\n", "no role 'boss'"),
        (("password", "nobody"), f"{PASSWORD}\n", "no account 'nobody'"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(shell: Shell, words: tuple[str, ...], typed: str, said: str) -> None:
    done = shell.staff(*words, typed=typed)
    assert done.returncode == 78
    assert said in " ".join(done.stdout.split())
    assert PASSWORD not in done.stdout + done.stderr
