"""Rollback: whatever is under way is stopped; otherwise back to the last release that served."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.deployments import Deployment, Deployments
from opsctl.aws.ecs import Ecs, short
from opsctl.aws.following import Following
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import live, preflight, quiet_release, rollback_goal, silences
from opsctl.procedures.live import Live
from opsctl.procedures.quiet_release import Quiet
from opsctl.procedures.rollback_goal import Goal


@dataclass(frozen=True)
class Request:
    """`to` is a revision number, `family:12` or an ARN; empty for the last successful release."""

    env: str
    to: str = ""
    timeout: float = 1200.0
    silence: Quiet | None = None


@dataclass(frozen=True)
class Facts:
    """The live service and the release to go back to; None where there is none."""

    live: Live
    goal: Goal | None
    label: str = field(default="", compare=False)
    """The live image, for human eyes."""
    silences: silences.Facts | None = None


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service, its history, and what the earlier release needs to start again."""
    now = live.gather(aws)
    if now.service.controller != "ECS" or (now.in_flight and not request.to):
        return Facts(now, None, silences=quiet_release.gather(request.silence, aws))
    return Facts(
        now,
        rollback_goal.find(aws, now, request.to),
        aws.ecr.label(now.image),
        quiet_release.gather(request.silence, aws),
    )


def plan(request: Request, facts: Facts) -> Plan:
    """The way back, and a silence around it where that was asked for."""
    return quiet_release.around(_way_back(request, facts), request.silence, facts.silences)


def _way_back(request: Request, facts: Facts) -> Plan:
    """Stop what is in flight, or go back to the goal, or say why neither can be."""
    now = facts.live
    refused = live.refuse_controller(now.service)
    if refused:
        return Plan(f"Roll back {now.service.name}", danger=Danger.MODERATE, refusals=refused)
    if now.in_flight and not request.to:
        return _stop(request, now, now.in_flight)
    if facts.goal is None:
        return _nowhere(request, now)
    if facts.goal.definition.arn == now.service.task_definition and not now.in_flight:
        return Plan(f"{facts.goal.definition.name} already serves.")
    return _go_back(request, facts, facts.goal)


def _stop(request: Request, now: Live, flight: Deployment) -> Plan:
    name = short(flight.task_definition)
    wait = Wait(
        "Follow the rollback",
        call(Following.rollback, now.service.cluster, now.service.name, flight.arn),
        timeout=request.timeout,
        pick_up=f"opsctl rollback --env {request.env}",
    )
    if flight.status in ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED"):
        return Plan(f"{name} is already being rolled back: follow it", steps=(wait,))
    refusals = () if flight.has_source else (_first(name),)
    return Plan(
        summary=f"Stop the deployment of {name} that is under way, and roll it back",
        danger=Danger.MODERATE,
        steps=(_stop_step(request, flight, name), wait),
        refusals=refusals,
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"stops": flight.arn},
    )


def _stop_step(request: Request, flight: Deployment, name: str) -> Do:
    no_undo = f"deploy it again: opsctl rollback --to {name} --env {request.env}"
    hook = flight.waiting_hook
    if hook:
        return Do(
            f"Answer ROLLBACK to the lifecycle hook at which {name} is paused",
            call(Deployments.roll_back_at_hook, flight.arn, hook.id),
            no_undo=no_undo,
        )
    return Do(
        f"Stop the deployment of {name} with rollback",
        call(Deployments.stop_with_rollback, flight.arn),
        no_undo=no_undo,
    )


def _go_back(request: Request, facts: Facts, goal: Goal) -> Plan:
    now = facts.live
    name = goal.definition.name
    proven = goal.deployment
    when = f", which served from {proven.created:%Y-%m-%d %H:%M} UTC" if proven else ""
    return Plan(
        summary=f"Roll {now.service.name} back to {name}{when}",
        danger=Danger.MODERATE,
        steps=_steps(request, now, goal),
        differences=_differences(facts, goal),
        notes=_notes(goal),
        refusals=(
            *live.refuse_in_flight(request.env, now),
            *(_gone(image) for image in goal.missing),
            *preflight.refusals(goal.findings),
        ),
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"to": goal.definition.arn, "from": now.service.task_definition},
    )


def _steps(request: Request, now: Live, goal: Goal) -> tuple[Step, ...]:
    service, name = now.service, goal.definition.name
    former = service.task_definition
    again = f"opsctl status --env {request.env}"
    wait = live.follow(request.env, service, request.timeout, again)
    if goal.copy:
        title = f"Register a copy of {name} ({goal.copy}), and point the service at it"
        change = call(
            Ecs.release,
            service.cluster,
            service.name,
            goal.definition.arn,
            dict(goal.images),
            leaving=former,
        )
        leaving = dict(goal.images).get(now.container) or goal.images[0][1]
    else:
        title = f"Point the service at {name}"
        arn = goal.definition.arn
        change = call(Ecs.point_at, service.cluster, service.name, arn, leaving=former)
        leaving = arn
    back = Do(
        f"Point the service back at {short(former)}",
        call(Ecs.point_at, service.cluster, service.name, former, leaving=leaving),
    )
    return Do(title, change, undo=(back, wait)), wait


def _differences(facts: Facts, goal: Goal) -> tuple[Difference, ...]:
    now = facts.live
    rows = [Difference("task definition", now.definition.name, goal.definition.name)]
    before, after = now.image, dict(goal.images).get(now.container, "")
    if after and after != before:
        name = f"image of {now.container}"
        rows.append(Difference(name, live.told(facts.label, before), live.told(goal.label, after)))
    for name in ("cpu", "memory"):
        old, new = getattr(now.definition, name), getattr(goal.definition, name)
        if old != new:
            rows.append(Difference(name, old, new))
    return tuple(rows)


def _notes(goal: Goal) -> tuple[str, ...]:
    notes = ["Not rolled back with it: data, secrets, network and load balancer settings."]
    if goal.deployment is None:
        notes.insert(0, "The history of 90 days holds no successful deployment of this revision.")
    return (*preflight.notes(goal.findings), *notes)


def _nowhere(request: Request, now: Live) -> Plan:
    return Plan(
        f"Roll back {now.service.name}",
        danger=Danger.MODERATE,
        refusals=(
            Refusal(
                f"There is nothing to go back to: of the last 90 days, AWS knows no successful "
                f"deployment other than of {now.definition.name}.",
                hint=f"Name a revision yourself: opsctl rollback --to REVISION --env {request.env}",
            ),
        ),
    )


def _first(name: str) -> Refusal:
    return Refusal(
        f"{name} is the first deployment of this service: there is no release to go back to.",
        hint="Wait for it, or deploy another image when it has ended.",
    )


def _gone(image: str) -> Refusal:
    return Refusal(
        f"ECR no longer has {image}: its tasks could not start.",
        hint="Choose another release: opsctl rollback --list",
    )


PROCEDURE: Procedure[Request, Facts] = Procedure("rollback", "Roll back a release", gather, plan)
