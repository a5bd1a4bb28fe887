"""How a command ended, in words: the last thing the operator reads."""

from __future__ import annotations

from collections.abc import Iterator

from opsctl import errors
from opsctl.outcome import Outcome
from opsctl.plan import Danger, Do
from opsctl.terminal.blocks import Block, Heading, Words, bad, dim, good, warn

_STEP = {
    "done": good("done"),
    "failed": bad("failed"),
    "interrupted": warn("interrupted"),
    "running": warn("unknown"),
    "pending": dim("not begun"),
    "skipped": dim("skipped"),
    "taken back": warn("taken back"),
}


def answer(outcome: Outcome, *, env: str, elapsed: float) -> Iterator[Block]:
    """What goes to standard output after a procedure that ended well. `elapsed` is in seconds."""
    plan = outcome.plan
    if plan is None:
        return
    if outcome.status == "planned":
        yield "Dry run: nothing was changed."
    elif outcome.status == "nothing_to_do":
        yield Words((good("Nothing to do: "), plan.summary))
    else:
        yield Words((good("Done"), f" in {duration(elapsed)}: {plan.summary}"))
    yield from _undo(outcome, env)
    if outcome.status != "planned":
        yield from (Words((dim("Next: "), command)) for command in plan.next_commands)


def problem(outcome: Outcome, *, env: str) -> Iterator[Block]:
    """What goes to standard error after anything that ended badly."""
    error = outcome.error
    if error is None:
        return
    if outcome.steps and any(step.status != "pending" for step in outcome.steps):
        yield Heading("How far it came")
        for step in outcome.steps:
            yield Words(("  ", _STEP.get(step.status, step.status), f"  {step.title}"))
        yield ""
    first, *rest = str(error).split("\n")
    yield Words((bad("Error: "), first))
    yield from (f"       {line}" for line in rest)
    hints = [line for line in getattr(error, "hint", "").split("\n") if line]
    yield from (f"{'' if number else 'Hint:':7}{line}" for number, line in enumerate(hints))
    if outcome.run:
        yield f"The journal has it: opsctl history show {outcome.run} --env {env}"
    yield from _undo(outcome, env)
    told = "nothing was changed" in str(error).lower()
    # A walk through the runbook may have changed something in the steps before.
    came_far = any(step.status == "done" for step in outcome.steps)
    if isinstance(error, errors.NothingChanged) and not told and not came_far:
        yield "Nothing was changed."


def duration(seconds: float) -> str:
    """A stretch of time as people say it: 0.8 s, 42 s, 3 min 20 s."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    parts = [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return " ".join(parts)


def _undo(outcome: Outcome, env: str) -> Iterator[Block]:
    """The command that takes the run back, when a step that was done has an undo."""
    if not outcome.run or outcome.plan is None or isinstance(outcome.error, errors.RolledBack):
        return
    done = [
        step
        for step, status in zip(outcome.plan.steps, outcome.steps, strict=False)
        if isinstance(step, Do) and status.status in ("done", "failed", "interrupted")
    ]
    lost = next((it.no_undo for it in done if it.danger is Danger.SEVERE and it.no_undo), "")
    if lost:
        yield Words((dim("Undo: "), f"none; {lost}"))
    elif any(step.undo for step in done):
        yield Words((dim("Undo: "), f"opsctl undo {outcome.run} --env {env}"))
    elif done and done[-1].no_undo:
        yield Words((dim("Undo: "), f"none; {done[-1].no_undo}"))
