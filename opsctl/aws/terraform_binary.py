"""The program `terraform`, run in a folder: found, given its environment, read line by line."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsctl.errors import BadConfig

PATIENCE = 20.0
"""Seconds for Terraform to end after it was asked to."""

_NEEDS_INIT = (
    "Backend initialization required",
    "Backend configuration changed",
    "Inconsistent dependency lock file",
    "Module not installed",
    "Module source has changed",
    "Required plugins are not installed",
    "Initialization required",
)
_NOT_OURS = ("AWS_", "TF_CLI_ARGS", "TF_LOG", "TF_INPUT")
"""What of the operator's environment must not reach Terraform: other credentials, other words."""


@dataclass(frozen=True)
class Problem:
    """One error that Terraform told."""

    summary: str
    detail: str = ""
    address: str = ""

    @property
    def words(self) -> str:
        """The error in one line, at most 400 characters."""
        _, said, output = self.detail.partition("Output:")
        lines = [" ".join(line.split()) for line in (output if said else self.detail).splitlines()]
        # What a provisioner said last is why it ended; prose says the most at its beginning.
        told = [line for line in lines if line]
        detail = (told[-1] if said else " ".join(told)) if told else ""
        place = f"{self.address}: " if self.address else ""
        text = f"{place}{self.summary}" + (f": {detail}" if detail else "")
        return text if len(text) <= 400 else f"{text[:399]}…"


@dataclass(frozen=True)
class Ending:
    """How a run ended: its exit code, and the errors it told, in order."""

    code: int
    problems: tuple[Problem, ...]

    @property
    def needs_init(self) -> bool:
        """Whether the folder was not made ready by `terraform init`."""
        return any(it.summary.startswith(_NEEDS_INIT) for it in self.problems)

    @property
    def words(self) -> str:
        """The last error; the exit code where none was told."""
        return self.problems[-1].words if self.problems else f"exit code {self.code}"

    def told(self, words: str) -> bool:
        """Whether an error says so."""
        return any(words in f"{it.summary} {it.detail}" for it in self.problems)


class Binary:
    """Terraform in one folder, with an environment of its own."""

    def __init__(self, folder: Path, extra: Mapping[str, str]) -> None:
        """Raises BadConfig where there is no program `terraform`."""
        found = shutil.which("terraform")
        if not found:
            raise BadConfig(
                "There is no program `terraform` on the PATH.",
                hint="Install it: https://developer.hashicorp.com/terraform/install",
            )
        self._program = found
        self._folder = folder
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(_NOT_OURS)},
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            **extra,
        }

    def text(self, *words: str) -> str:
        """What a command writes to stdout. Raises BadConfig where it fails."""
        done = subprocess.run(
            [self._program, *words],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
        )
        if done.returncode:
            told = [line.strip("│╷╵ ") for line in (done.stderr or done.stdout).splitlines()]
            last = " ".join([line for line in told if line][:4])
            raise BadConfig(f"`terraform {words[0]}` failed: {last[:400]}")
        return done.stdout

    def run(self, *words: str, look: Callable[[dict[str, Any]], None] | None = None) -> Ending:
        """A command with `-json`: `look` sees each message, and what it raises ends Terraform.

        It is then asked to stop, which it does after the resource under way, and the error is
        raised when it has.
        """
        problems: list[Problem] = []
        with self._started(words) as (process, errors):
            for message in _messages(process.stdout or ()):
                if message.get("type") == "diagnostic":
                    problems += _problem(message["diagnostic"])
                elif look:
                    look(message)
            code = process.wait()
            errors.seek(0)
            plain = errors.read().decode(errors="replace").strip()
        if code not in (0, 2) and not problems and plain:
            problems.append(Problem(plain.splitlines()[-1]))
        return Ending(code, tuple(problems))

    @contextlib.contextmanager
    def _started(self, words: tuple[str, ...]) -> Iterator[tuple[subprocess.Popen[str], Any]]:
        # Its own session: Ctrl-C at the terminal is opsctl's to hear, and to pass on once.
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [self._program, *words],
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            try:
                yield process, errors
            except BaseException:
                _end(process)
                raise
            finally:
                if process.stdout:
                    process.stdout.close()


def _end(process: subprocess.Popen[str]) -> None:
    """Asks Terraform to stop, and reads on so that it is not stuck with what it says."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _messages(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict):
            yield message


def _problem(it: dict[str, Any]) -> list[Problem]:
    if it.get("severity") != "error":
        return []
    return [Problem(it.get("summary", ""), it.get("detail", ""), it.get("address", ""))]
