"""Taking back by itself what a plan did, when it fails on its way and says how."""

from __future__ import annotations

from opsctl import errors
from opsctl.apply import Apply, Shows
from opsctl.plan import Do
from opsctl.stop import Stop

TAKEN_BACK = "taken back"


def recover(apply: Apply, failure: errors.OpsctlError, shows: Shows) -> errors.OpsctlError:
    """Applies the plan's `on_failure`, and answers the failure with how that went added to it.

    The failure keeps its kind, and so its exit code. It comes back as it is where the plan has
    no such steps, where no step was done yet, and after Ctrl-C: who stops a run decides what
    follows.
    """
    done = [status for status in apply.statuses if status.status == "done"]
    if not apply.plan.on_failure or not done or isinstance(failure, errors.Interrupted):
        return failure
    shows.say("Taking back what was done.")
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
        if isinstance(step, Do) and status.status == "done":
            status.status = TAKEN_BACK
    return _with(failure, "What had been done was taken back, and that was verified.", "")


def _with(failure: errors.OpsctlError, sentence: str, hint: str) -> errors.OpsctlError:
    told = type(failure)(
        f"{failure.message}\n{sentence}",
        hint="\n".join(text for text in (failure.hint, hint) if text),
    )
    vars(told).update({k: v for k, v in vars(failure).items() if k not in ("message", "hint")})
    return told
