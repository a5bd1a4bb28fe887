"""The guided first run: real opsctl commands against the sandbox, each explained in a sentence."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsctl import errors
from opsctl.sandbox import control
from opsctl.terminal.blocks import Block, good

Say = Callable[[str], None]
Run = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Scene:
    """One command of the demo. `expected` is the exit code that it must end with."""

    words: str
    command: tuple[str, ...]
    expected: int = 0
    after: str = ""


SCENES = (
    Scene(
        "Release 1.2.0 of the caption service runs in two tasks, which are real processes here. "
        "This is the screen to look at first:",
        ("status", "-e", "local"),
    ),
    Scene(
        "Let us deploy 1.3.0. opsctl checks everything that a task needs, shows its plan, starts "
        "new tasks beside the old ones, and only then takes the old ones away:",
        ("deploy", "1.3.0", "-e", "local", "--yes", "--reason", "demo"),
    ),
    Scene(
        "Now a broken release: 1.4.0-crash ends as soon as it starts. AWS gives up after three "
        "tasks and goes back by itself; opsctl says why, and ends with exit code 23:",
        ("deploy", "1.4.0-crash", "-e", "local", "--yes", "--reason", "demo"),
        expected=errors.RolledBack.code,
        after="Exit code 23, as expected: the new release failed, and 1.3.0 served all the time.",
    ),
    Scene(
        "Suppose that 1.3.0 disappoints, too. A rollback needs no version: it goes to the last "
        "release that is known to have served:",
        ("rollback", "-e", "local", "--yes", "--reason", "demo"),
    ),
    Scene(
        "More visitors than usual? Three tasks instead of two:",
        ("scale", "count", "3", "-e", "local", "--yes", "--reason", "demo"),
    ),
    Scene("Everything that was changed is in the journal:", ("history", "-e", "local")),
)


def run(say: Say, *, as_json: bool, execute: Run | None = None) -> dict[str, Any]:
    """Bring the sandbox up and play every scene. Answers each command with its exit code.

    Raises NotVerified when one ends otherwise than it should.
    """
    execute = execute or _executor(as_json=as_json)
    say("The sandbox is a small AWS on this machine. Nothing leaves it, and nothing costs money.")
    control.up(say)
    played = []
    for number, scene in enumerate(SCENES, 1):
        say("")
        say(f"{number}/{len(SCENES)}  {scene.words}")
        line = f"opsctl {shlex.join(scene.command)}"
        say(f"  $ {line}")
        code = execute(scene.command)
        played.append({"command": line, "exit_code": code, "expected": scene.expected})
        if code != scene.expected:
            raise errors.NotVerified(
                f"The demo stops: `{line}` ended with exit code {code}, not {scene.expected}.",
                hint="See the log that `opsctl sandbox status` names; begin anew with "
                "`opsctl sandbox down`.",
            )
        if scene.after:
            say(scene.after)
    return {"scenes": played}


def _executor(*, as_json: bool) -> Run:
    """Runs opsctl as its own process. With JSON asked for, standard output is for one document."""

    def execute(command: Sequence[str]) -> int:
        sys.stdout.flush()
        output = sys.stderr if as_json else sys.stdout
        return subprocess.run(
            [sys.executable, "-m", "opsctl", *command, "--no-input"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            env=os.environ | {"OPSCTL_ENV": "local"},
            check=False,
        ).returncode

    return execute


def farewell(_: Mapping[str, Any]) -> Iterator[Block]:
    """What to try next."""
    yield ""
    yield good("That was the demo. The sandbox stays up. Try next:")
    yield "  opsctl verify -e local                  check that the intended release is live"
    yield "  opsctl deploy 1.4.1-sick -e local       a release whose health check fails"
    yield "  opsctl deploy 1.3.0 -e local --dry-run  see a plan without changing anything"
    yield "  opsctl sandbox break crash              kill the tasks and watch them come back"
    yield '  eval "$(opsctl sandbox shell-env)"      let the plain aws CLI talk to the sandbox'
    yield "  opsctl sandbox down                     end it"
