"""Reasons not to that hold for every procedure: the target's own limits."""

from __future__ import annotations

from opsctl.plan import Danger, Plan, Refusal
from opsctl.targets import Target


def refusals(plan: Plan, target: Target) -> tuple[Refusal, ...]:
    """The guards' reasons against a plan in this target; empty when there are none."""
    if not plan.changes:
        return ()
    return tuple(_explicit_target(plan, target))


def _explicit_target(plan: Plan, target: Target) -> list[Refusal]:
    """What cannot be undone needs its environment typed in the same command."""
    if plan.danger is not Danger.SEVERE or target.explicit or target.is_sandbox:
        return []
    return [
        Refusal(
            f"This cannot be undone, and the environment “{target.env}” was not named.",
            hint=f"Add `--env {target.env}` to say that you mean it.",
        )
    ]
