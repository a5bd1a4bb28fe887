"""Restart: every task of the live revision replaced by a new one."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.ecr import parse
from opsctl.aws.ecs import Ecs, short
from opsctl.plan import Danger, Do, Plan, Refusal, call
from opsctl.procedure import Procedure
from opsctl.procedures import live, preflight, quiet_release, silences
from opsctl.procedures.live import Live
from opsctl.procedures.quiet_release import Quiet


@dataclass(frozen=True)
class Request:
    """Nothing but where, and whether the alarms are to be silent meanwhile."""

    env: str
    timeout: float = 1200.0
    silence: Quiet | None = None


@dataclass(frozen=True)
class Facts:
    """The live service, what its tasks need, and images whose tag means another one now."""

    live: Live
    findings: tuple[preflight.Finding, ...]
    moved: tuple[str, ...]
    silences: silences.Facts | None = None


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service, and where its images' tags point today."""
    now = live.gather(aws)
    return Facts(
        now,
        preflight.check(aws, now.service, now.definition),
        tuple(_moved(aws, now)),
        quiet_release.gather(request.silence, aws),
    )


def plan(request: Request, facts: Facts) -> Plan:
    """The restart, and a silence around it where that was asked for."""
    return quiet_release.around(_restart(request, facts), request.silence, facts.silences)


def _restart(request: Request, facts: Facts) -> Plan:
    """A forced deployment of the same revision, and the wait for it."""
    service = facts.live.service
    again = f"opsctl status --env {request.env}"
    restart = Do(
        f"Start a new deployment of {short(service.task_definition)}",
        call(Ecs.restart, service.cluster, service.name, service.task_definition),
        no_undo="nothing to take back: the same release runs in new tasks",
    )
    return Plan(
        summary=f"Restart {service.name}: replace {service.desired} tasks, one by one",
        danger=Danger.MILD,
        steps=(restart, live.follow(request.env, service, request.timeout, again)),
        notes=preflight.notes(facts.findings),
        refusals=(
            *live.refuse_controller(service),
            *live.refuse_in_flight(request.env, facts.live),
            *_refuse_moved(facts.moved),
            *preflight.refusals(facts.findings),
        ),
        checks=live.checks(facts.live),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"task_definition": service.task_definition},
    )


def _moved(aws: Aws, now: Live) -> list[str]:
    """Images named by a tag that ECS would resolve to another digest than the one that runs.

    A forced deployment resolves tags afresh, so a restart could bring in another release.
    """
    known = dict(now.latest.digests) if now.latest else {}
    moved = []
    for container in now.definition.containers:
        match = parse(container.image)
        if not match or match["digest"] or container.name not in known:
            continue
        found = aws.ecr.image(match["repository"], match["tag"] or "latest")
        if found is None or found.digest != known[container.name]:
            moved.append(container.image)
    return moved


def _refuse_moved(moved: tuple[str, ...]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(
            f"{image} means another image today than the one that runs: a restart would be a "
            "deployment.",
            hint="To deploy what the tag means now: opsctl deploy TAG",
        )
        for image in moved
    )


PROCEDURE: Procedure[Request, Facts] = Procedure("restart", "Restart the service", gather, plan)
