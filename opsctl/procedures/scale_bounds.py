"""Scale bounds: between how many tasks autoscaling may move the service."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Autoscaling, Bounds
from opsctl.errors import UsageProblem
from opsctl.plan import Difference, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import scaling
from opsctl.procedures.scaling import Facts, span


@dataclass(frozen=True)
class Request:
    """New bounds; None keeps one as it is."""

    env: str
    minimum: int | None
    maximum: int | None
    timeout: float = 1200.0


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the desired count and the bounds."""
    return scaling.read(aws)


def plan(request: Request, facts: Facts) -> Plan:
    """New bounds; AWS at once moves the count into them."""
    old = facts.bounds
    if old is None:
        return Plan("Set the bounds of autoscaling", refusals=(_no_autoscaling(facts),))
    new = Bounds(
        old.minimum if request.minimum is None else request.minimum,
        old.maximum if request.maximum is None else request.maximum,
        old.suspended,
    )
    if new.minimum < 0 or new.maximum < new.minimum:
        raise UsageProblem(
            f"{span(new)} are not bounds: the minimum must be 0 or more, and not above the "
            "maximum.",
            hint=f"Now they are {span(old)}.",
        )
    if new == old:
        return Plan(f"The bounds already are {span(new)}.")
    return _moved(request, facts, old, new)


def _moved(request: Request, facts: Facts, old: Bounds, new: Bounds) -> Plan:
    count = scaling.clamped(facts.desired, new)
    steps: list[Step] = [scaling.set_bounds(facts, old, new)]
    if count != facts.desired:
        steps.append(scaling.settle(facts, count, request.env, request.timeout))
    fewer = count < facts.desired or new.maximum < old.maximum or new.minimum < old.minimum
    return Plan(
        summary=f"Let autoscaling move {facts.service} within {span(new)} tasks",
        danger=scaling.danger(new.maximum, fewer=fewer),
        subject=facts.service,
        steps=tuple(steps),
        differences=_differences(facts, old, new, count),
        notes=scaling.notes(new),
        refusals=scaling.too_many(new.maximum, facts),
        checks=(_has(facts, new),),
        next_commands=(f"opsctl scale show --env {request.env}",),
        result={"minimum": new.minimum, "maximum": new.maximum},
    )


def _differences(facts: Facts, old: Bounds, new: Bounds, count: int) -> tuple[Difference, ...]:
    rows = (
        Difference("minimum", str(old.minimum), str(new.minimum)),
        Difference("maximum", str(old.maximum), str(new.maximum)),
        Difference("desired count", str(facts.desired), str(count)),
    )
    return tuple(it for it in rows if it.before != it.after)


def _has(facts: Facts, new: Bounds) -> Wait:
    it = call(Autoscaling.has_bounds, facts.cluster, facts.service, new.minimum, new.maximum)
    return Wait(f"The bounds are {span(new)}", it, timeout=30)


def _no_autoscaling(facts: Facts) -> Refusal:
    return Refusal(
        f"{facts.service} is not under autoscaling, so it has no bounds.",
        hint="To set the number of tasks: opsctl scale count N",
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "scale bounds", "Change the autoscaling bounds", gather, plan
)
