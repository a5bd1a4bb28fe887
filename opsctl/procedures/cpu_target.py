"""CPU target: how busy autoscaling lets the tasks be before it adds more."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Autoscaling, Policy
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Wait, call
from opsctl.procedure import Procedure


@dataclass(frozen=True)
class Request:
    """`percent` of CPU, averaged over the tasks."""

    env: str
    percent: float


@dataclass(frozen=True)
class Facts:
    """The service's policies that track CPU: one, where all is well."""

    cluster: str
    service: str
    policies: tuple[Policy, ...]


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the scaling policies."""
    target = aws.target
    found = aws.autoscaling.policies(target.cluster, target.service)
    return Facts(target.cluster, target.service, tuple(it for it in found if it.tracks_cpu))


def plan(request: Request, facts: Facts) -> Plan:
    """One field of one policy changed, everything else sent back as it is."""
    if not 1 <= request.percent <= 100:
        raise UsageProblem(
            f"{request.percent:g} is not a CPU target: it must be between 1 and 100 percent."
        )
    if len(facts.policies) != 1 or facts.policies[0].target is None:
        return Plan("Set the CPU target", refusals=(_which(facts),))
    policy, old = facts.policies[0], facts.policies[0].target
    if old == request.percent:
        return Plan(f"The CPU target already is {old:g} %.")
    return Plan(
        summary=f"Let {facts.service} run at {request.percent:g} % CPU",
        danger=Danger.MODERATE if request.percent > old else Danger.MILD,
        steps=(_set(facts, policy, request.percent, old),),
        differences=(Difference("CPU target", f"{old:g} %", f"{request.percent:g} %"),),
        notes=_notes(request.percent),
        checks=(
            Wait(
                f"The CPU target is {request.percent:g} %",
                call(
                    Autoscaling.has_target,
                    facts.cluster,
                    facts.service,
                    policy.name,
                    float(request.percent),
                ),
                timeout=30,
            ),
        ),
        next_commands=(f"opsctl scale show --env {request.env}",),
        result={"policy": policy.name, "target": request.percent, "was": old},
    )


def _set(facts: Facts, policy: Policy, new: float, old: float) -> Do:
    def change(title: str, to: float, replacing: float, undo: tuple[Do, ...] = ()) -> Do:
        it = call(
            Autoscaling.set_target,
            facts.cluster,
            facts.service,
            policy.name,
            float(to),
            replacing=float(replacing),
        )
        danger = Danger.MODERATE if to > replacing else Danger.MILD
        return Do(title, it, undo=undo, danger=danger)

    back = change(f"Set the target of {policy.name} back to {old:g} %", old, new)
    return change(f"Set the target of {policy.name} to {new:g} %", new, old, (back,))


def _notes(percent: float) -> tuple[str, ...]:
    notes = ["Cooldowns and everything else of the policy stay as they are."]
    if percent > 90:
        notes.append("Above 90 %, tasks are full before new ones can start.")
    return tuple(notes)


def _which(facts: Facts) -> Refusal:
    if not facts.policies:
        return Refusal(
            f"{facts.service} has no target-tracking policy on CPU.",
            hint="See what there is: opsctl scale show",
        )
    names = ", ".join(policy.name for policy in facts.policies)
    return Refusal(
        f"{facts.service} has more than one policy on CPU: {names}. They work against each other.",
        hint="Delete all but one, then set its target.",
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "scale cpu-target", "Change the CPU target", gather, plan
)
