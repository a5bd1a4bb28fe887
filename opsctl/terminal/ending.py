"""The end of every command: errors into outcomes, and an outcome into text or JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from opsctl import errors
from opsctl.outcome import Outcome
from opsctl.targets import Target
from opsctl.terminal import json_output, outcome_screen
from opsctl.terminal.blocks import Block
from opsctl.terminal.screen import Screen, Stream

NOT_KEPT = "Run it again with --debug to keep the traceback in a file."


def outcome_of(error: BaseException, command: str) -> Outcome:
    """How a command ended that raised this: every error gets its exit code here, once."""
    if isinstance(error, errors.OpsctlError):
        return Outcome(command, error.status, error.code, error=error)
    if isinstance(error, KeyboardInterrupt):
        cancelled = errors.Cancelled("Ctrl-C: nothing was changed.")
        return Outcome(command, cancelled.status, errors.CTRL_C_BEFORE_ANYTHING, error=cancelled)
    bug = errors.OpsctlError(
        f"a bug in opsctl: {type(error).__name__}: {error}",
        hint=NOT_KEPT,
    )
    return Outcome(command, bug.status, bug.code, error=bug)


def finish(
    outcome: Outcome,
    *,
    screen: Screen,
    target: Target | None,
    output: str,
    elapsed: float = 0.0,
    answer: Iterable[Block] | None = None,
) -> int:
    """Prints the outcome and answers the exit code.

    `answer` are the blocks of a report; without it the outcome is a procedure's. With `-o json`
    standard output carries exactly one document, whatever happened.
    """
    env = target.env if target else ""
    if output == "json":
        _to(screen.out, json_output.dumps(json_output.document(outcome, target)))
    elif answer is not None:
        _show(screen.out, answer)
    elif outcome.error is None:
        _show(screen.out, outcome_screen.answer(outcome, env=env, elapsed=elapsed))
    _show(screen.err, outcome_screen.problem(outcome, env=env))
    return outcome.exit_code


def _show(stream: Stream, blocks: Iterable[Block]) -> None:
    try:
        stream.show(blocks)
    except BrokenPipeError:
        _let_go(stream)


def _to(stream: Stream, made: str) -> None:
    try:
        stream.write(made)
    except BrokenPipeError:
        _let_go(stream)


def _let_go(stream: Stream) -> None:
    """The reader has gone. What was done was done: the exit code stays, and nothing is said."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.file.fileno())
    os.close(nowhere)
    if stream.file is sys.stdout:
        sys.stdout.flush()
