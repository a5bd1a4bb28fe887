"""Scale count: so many tasks, and the bounds of autoscaling with them where they must move."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Bounds
from opsctl.aws.ecs import Ecs
from opsctl.errors import UsageProblem
from opsctl.plan import Difference, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import scaling
from opsctl.procedures.scaling import Facts, span


@dataclass(frozen=True)
class Request:
    """So many tasks; `move_bounds` lets the bounds follow where the count lies outside."""

    env: str
    count: int
    move_bounds: bool = False
    timeout: float = 1200.0


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the desired count and the bounds."""
    return scaling.read(aws)


def plan(request: Request, facts: Facts) -> Plan:
    """The count alone, or the bounds and the count where it lies outside of them."""
    wanted, bounds = request.count, facts.bounds
    if wanted < 0:
        raise UsageProblem(f"{wanted} is not a number of tasks.")
    outside = bounds if bounds and not bounds.holds(wanted) else None
    if wanted == facts.desired and not outside:
        return Plan(f"The desired count already is {wanted}.")
    return Plan(
        summary=f"Scale {facts.service} from {facts.desired} to {wanted} tasks",
        danger=scaling.danger(wanted, fewer=wanted < facts.desired),
        subject=facts.service,
        steps=_steps(request, facts, outside),
        differences=_differences(request, facts, outside),
        notes=scaling.notes(_then(request, bounds)),
        refusals=(*scaling.too_many(wanted, facts), *_refuse_outside(request, outside)),
        checks=(_desires(facts, wanted),),
        next_commands=(f"opsctl status --env {request.env}",),
        result={"desired": wanted, "was": facts.desired},
    )


def _steps(request: Request, facts: Facts, outside: Bounds | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    now = facts.desired
    if outside and request.move_bounds:
        new = _stretched(outside, request.count)
        steps.append(scaling.set_bounds(facts, outside, new))
        # AWS itself moves the count when the bounds leave it behind.
        now = scaling.clamped(now, new)
    if request.count != now:
        steps.append(scaling.set_count(facts, request.count))
    return (*steps, scaling.settle(facts, request.count, request.env, request.timeout))


def _desires(facts: Facts, wanted: int) -> Wait:
    it = call(Ecs.desires, facts.cluster, facts.service, wanted)
    return Wait(f"The desired count is {wanted}", it, timeout=10)


def _then(request: Request, bounds: Bounds | None) -> Bounds | None:
    """The bounds when this plan has been applied."""
    return _stretched(bounds, request.count) if bounds and request.move_bounds else bounds


def _stretched(bounds: Bounds, count: int) -> Bounds:
    return Bounds(min(bounds.minimum, count), max(bounds.maximum, count), bounds.suspended)


def _differences(request: Request, facts: Facts, outside: Bounds | None) -> tuple[Difference, ...]:
    rows = [Difference("desired count", str(facts.desired), str(request.count))]
    if outside and request.move_bounds:
        rows.append(Difference("bounds", span(outside), span(_stretched(outside, request.count))))
    return tuple(it for it in rows if it.before != it.after)


def _refuse_outside(request: Request, outside: Bounds | None) -> tuple[Refusal, ...]:
    if outside is None or request.move_bounds:
        return ()
    if request.count > outside.maximum:
        side, effect = "above the maximum", "the next scale-in would take it back"
    else:
        side, effect = "below the minimum", "the next scale-out would lift it to the minimum"
    return (
        Refusal(
            f"{request.count} lies {side} of autoscaling ({span(outside)}): {effect}.",
            hint="To move the bounds with it: "
            f"opsctl scale count {request.count} --move-bounds --env {request.env}",
            override="--move-bounds",
        ),
    )


PROCEDURE: Procedure[Request, Facts] = Procedure("scale count", "Scale the service", gather, plan)
