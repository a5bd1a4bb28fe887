"""The end of every command: errors into outcomes, and an outcome into text or JSON."""

from __future__ import annotations

import os
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
    standard output carries exactly one document, whatever happened; `lines` is that for a stream:
    the document on one line, after those that were shown.
    """
    env = target.env if target else ""
    code = outcome.exit_code
    try:
        if output == "json":
            answer = [json_output.dumps(json_output.document(outcome, target)).rstrip("\n")]
        elif output == "lines":
            answer = [json_output.line(json_output.document(outcome, target))]
        elif answer is None and outcome.error is None:
            answer = outcome_screen.answer(outcome, env=env, elapsed=elapsed)
        show(screen.out, answer or ())
    except errors.OpsctlError as error:
        screen.say(error.message, "bad")
        code = code or error.code
    screen.err.show(outcome_screen.problem(outcome, env=env))
    return code


def show(stream: Stream, answer: Iterable[Block]) -> None:
    """Shows an answer. A reader that has gone has seen enough: nothing is said, and what was done
    keeps its exit code. Raises OpsctlError when it could not be written for another reason."""
    try:
        stream.show(answer)
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.file.fileno())
        os.close(nowhere)
        stream.file.flush()
        if not isinstance(error, BrokenPipeError):
            said = f"The answer could not be written: {error.strerror}."
            raise errors.OpsctlError(said) from error
