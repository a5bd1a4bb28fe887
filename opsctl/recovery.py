"""Taking back by itself what a plan did, when it fails on its way and says how."""

from __future__ import annotations

from opsctl import errors
from opsctl.apply import Apply, Shows
from opsctl.plan import Call, Do, Plan, Step
from opsctl.stop import Stop

TAKEN_BACK = "taken back"


def recover(apply: Apply, failure: errors.OpsctlError, shows: Shows) -> errors.OpsctlError:
    """Applies the plan's `on_failure`, and answers the failure with how that went added to it.

    The failure keeps its kind, and so its exit code. It comes back as it is where the plan has
    no such steps, where no step was done yet, and after Ctrl-C: who stops a run decides what
    follows.
    """
    done = _done(apply)
    if not apply.plan.on_failure or not done or isinstance(failure, errors.Interrupted):
        return failure
    taken = [step for step in done if _call(step) in _taken_back(apply.plan)]
    whole = bool(undoable := [step for step in done if isinstance(step, Do) and step.undo]) and (
        all(step in taken for step in undoable)
    )
    shows.say("Taking back what was done." if whole else "Ending what must not outlast this run.")
    again = apply.recovery()
    began = len(apply.statuses)
    apply.statuses += again.statuses
    try:
        with Stop(shows.say) as stop:
            again.steps(stop)
    except errors.OpsctlError as second:
        return _with(
            failure,
            f"Taking it back failed too: {second.message}",
            "Look at once: opsctl status. What is left can be taken back with opsctl undo last.",
        )
    for status, step in zip(apply.statuses[:began], apply.plan.steps, strict=True):
        if isinstance(step, Do) and status.status == "done" and (whole or step in taken):
            status.status = TAKEN_BACK
    if whole:
        return _with(failure, "What had been done was taken back, and that was verified.", "")
    titles = "; ".join(step.title for step in apply.plan.on_failure if isinstance(step, Do))
    return _with(failure, f"Done by itself afterwards: {titles}.", "")


def _done(apply: Apply) -> list[Step]:
    pairs = zip(apply.plan.steps, apply.statuses, strict=False)
    return [step for step, status in pairs if status.status == "done"]


def _taken_back(plan: Plan) -> list[Call]:
    """The calls that `on_failure` takes back: each of its steps carries them as its undo."""
    backs = (back for step in plan.on_failure if isinstance(step, Do) for back in step.undo)
    return [back.call for back in backs if isinstance(back, Do)]


def _call(step: Step) -> Call | None:
    return step.call if isinstance(step, Do) else None


def _with(failure: errors.OpsctlError, sentence: str, hint: str) -> errors.OpsctlError:
    told = type(failure)(
        f"{failure.message}\n{sentence}",
        hint="\n".join(text for text in (failure.hint, hint) if text),
    )
    vars(told).update({k: v for k, v in vars(failure).items() if k not in ("message", "hint")})
    return told
