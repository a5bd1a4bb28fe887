"""A program with commands of its own, to see what happens around a command."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paper_terminal
import pytest
import warm
import warm_opsctl

COMMANDS = '''"""Commands that end in every way."""
import contextlib
import typer
from dataclasses import dataclass
from typing import Annotated
from opsctl import errors
from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.plan import Call, Danger, Do, Plan
from opsctl.procedure import Procedure


@dataclass(frozen=True)
class Facts:
    count: int


@dataclass(frozen=True)
class Caller:
    arn: str


app = typer.Typer(epilog=options.example("opsctl fake end"))


@app.callback()
def fake() -> None:
    """Ends in every way."""


@app.command(epilog=options.example("opsctl fake end NotFound"))
@options.changes
def end(common: Common, kind: Annotated[str, typer.Argument(help="Which error.")]) -> None:
    """End with an error."""
    with wiring.command(common, name="fake end") as session:
        session.target
        if kind == "Bug":
            raise RuntimeError("unforeseen")
        if kind == "CtrlC":
            raise KeyboardInterrupt
        raise getattr(errors, kind)(f"{kind} happened", hint="do this")


@app.command(epilog=options.example("opsctl fake answer"))
@options.reads
def answer(common: Common, ill: Annotated[bool, typer.Option("--ill", help="Is it bad?")] = False,
           lines: Annotated[int, typer.Option("--lines", help="How long.")] = 1) -> None:
    """Answer a report."""
    with wiring.command(common, name="fake answer") as session:
        session.answer({"ill": ill}, lambda made: ["a line of the answer"] * lines, well=not ill)


class Paper:
    """AWS on paper: every call is a line of a file."""

    def __init__(self):
        self.requests = []

    def check_account(self):
        self._note("check_account")
        return Caller("arn:aws:iam::123456789012:user/alice")

    def perform(self, call, *, report=None, subject=None):
        self._note(str(call))

    def changing(self):
        return contextlib.nullcontext()

    def _note(self, line):
        with open("calls", "a") as file:
            print(line, file=file)


@app.command(epilog=options.example("opsctl fake run"))
@options.changes
def run(common: Common, count: Annotated[int, typer.Argument(help="How many.")] = 1,
        danger: Annotated[str, typer.Option("--danger", help="Which tier.")] = "mild") -> None:
    """Run a procedure."""
    def plan(request, facts):
        undo = (Do("Set 0", Call("ecs", "set", {"count": 0})),)
        steps = [Do(f"Set {it}", Call("ecs", "set", {"count": it}), undo) for it in range(request)]
        return Plan(f"set {request}", tuple(steps), Danger(danger), subject="service",
                    result={"count": request}, next_commands=("opsctl status",))

    procedure = Procedure("fake", "Fake", lambda request, aws: Facts(1), plan)
    with wiring.command(common, name="fake run") as session:
        session.aws = Paper()
        session.run(procedure, count, at_least=Danger(danger))
'''
MAIN = """
import sys
from opsctl.cli.registry import COMMANDS
COMMANDS["fake"] = ("fake_commands", "Ends in every way.")
from opsctl.__main__ import main
main()
"""
Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home and working folder, with the fake commands in it."""
    (tmp_path / "fake_commands.py").write_text(COMMANDS)
    (tmp_path / "fake_main.py").write_text(MAIN)
    return tmp_path


@pytest.fixture(scope="session")
def forked() -> Iterator[str]:
    """The address of the server whose forks `program` runs."""
    with warm.running("fake_program", os.environ) as address:
        yield address


@pytest.fixture
def program(home: Path, forked: str) -> Program:
    """Runs opsctl in a process of its own, with the command `fake` beside its own."""

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return warm_opsctl.run(forked, words, {**_environ(home), **variables}, home)

    return run


@pytest.fixture
def terminal(home: Path, forked: str) -> Any:
    """Runs opsctl at a terminal, standard output included, with the command `fake`."""

    def run(words: list[str], keys: list[tuple[str, bytes | None]], **variables: str) -> Any:
        environ = {**_environ(home), **variables}
        return paper_terminal.play_forked(forked, words, keys, folder=home, environ=environ)

    return run


def _environ(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPSCTL_")}
    places = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME")}
    # Not `home` itself: a folder called opsctl there would be imported in the program's place.
    places["XDG_STATE_HOME"] = str(home / "state")
    return {**kept, **places, "OPSCTL_ENV": "local", "PYTHONPATH": str(home)}
