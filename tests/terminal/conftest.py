"""A terminal of paper: runs a Python program with a real pty, and types into it when it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from opsctl.plan import (
    Banner,
    Call,
    Danger,
    Difference,
    Do,
    Manual,
    Plan,
    Refusal,
    Wait,
)

DEADLINE = 20.0


@pytest.fixture
def banner() -> Banner:
    """A protected target."""
    who = "arn:aws:sts::123456789012:assumed-role/ops/alice"
    return Banner("rollback", "prod", "123456789012", "us-east-1", who, protected=True)


@pytest.fixture
def plan() -> Plan:
    """A plan with one of everything."""
    back = Do("Set revision 43", Call("ecs", "update", {"revision": 43}))
    return Plan(
        "go back to revision 42",
        steps=(
            Do("Set revision 42", Call("ecs", "update", {"revision": 42}), undo=(back,)),
            Do("Delete the note", Call("s3", "delete", {}), no_undo="a note is not kept"),
            Wait("Wait for the deployment", Call("deployments", "look"), timeout=1200.0),
            Manual("Tell the users", "Write to #users\nand wait for an answer"),
        ),
        danger=Danger.MODERATE,
        notes=("43 was deployed by alice",),
        differences=(Difference("image", "sha256:aaa", "sha256:bbb"),),
        refusals=(Refusal("a freeze is on", "wait until 18:00", "--emergency"),),
        checks=(Wait("The health page answers", Call("traffic", "look"), timeout=60.0),),
        next_commands=("opsctl status --env prod",),
    )


@dataclass(frozen=True)
class Played:
    """What came of it. `screen` is what the terminal was sent, `out` what stdout's file holds."""

    code: int
    screen: str
    out: str


Terminal = Callable[..., Played]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Runs a program whose standard input and error are a pty and standard output a file.

    `keys` are pairs: what to wait for on the screen, and what to type then (bytes; None hangs up).
    """

    def play(
        program: str, keys: Sequence[tuple[str, bytes | None]] = (), term: str = "xterm", **env: str
    ) -> Played:
        out = tmp_path / "stdout"
        ours, theirs = pty.openpty()
        with out.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=theirs,
                stdout=file,
                stderr=theirs,
                start_new_session=True,
                preexec_fn=lambda: _make_controlling(theirs),
                env={**os.environ, "TERM": term, "COLUMNS": "80", **env},
            )
        os.close(theirs)
        screen = _type(ours, process, list(keys))
        return Played(process.wait(DEADLINE), screen, out.read_text())

    return play


def _make_controlling(descriptor: int) -> None:
    """Ctrl-C on a pty reaches only the session whose terminal it is."""
    import fcntl

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def _type(ours: int, process: subprocess.Popen[bytes], keys: list[tuple[str, bytes | None]]) -> str:
    seen, read_to, deadline = "", 0, time.monotonic() + DEADLINE
    is_open = True
    while is_open and time.monotonic() < deadline:
        if keys and keys[0][0] in seen[read_to:]:
            read_to = len(seen)
            _, typed = keys.pop(0)
            # The question is on the screen a moment before the terminal is in raw mode.
            time.sleep(0.3)
            if typed is None:
                os.close(ours)
                return seen
            os.write(ours, typed)
        if select.select([ours], [], [], 0.1)[0]:
            try:
                more = os.read(ours, 65536)
            except OSError:  # Linux's way to say that nobody has the other end open any more
                more = b""
            is_open = bool(more)
            seen += more.decode(errors="replace")
        elif process.poll() is not None:
            is_open = False
    os.close(ours)
    if process.poll() is None and not keys:
        time.sleep(0.5)
    if process.poll() is None and time.monotonic() >= deadline:
        process.kill()
    return seen
