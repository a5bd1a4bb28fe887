"""Deploy with Terraform: the image in the environment's tfvars, by a saved plan that was shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.terraform_plans import Planned
from opsctl.plan import Danger, Json, Plan
from opsctl.procedure import Procedure
from opsctl.procedures import (
    deploy,
    fargate_sizes,
    live,
    preflight,
    quiet_release,
    terraform_release,
)
from opsctl.procedures.deploy import Request
from opsctl.procedures.live import Live


@dataclass(frozen=True)
class Facts:
    """What a deployment sees, and Terraform's saved plan; None where ECR has no such image."""

    release: deploy.Facts
    planned: Planned | None


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service and the image, then has Terraform make its plan with that image.

    A plan of Terraform reads everything that it manages, and writes nothing of it.
    """
    release = deploy.gather(request, aws)
    planned = aws.terraform.planned({"image": release.wanted}) if release.wanted else None
    return Facts(release, planned)


def plan(request: Request, facts: Facts) -> Plan:
    """The release, and a silence around it where that was asked for."""
    made = _release(request, facts)
    return quiet_release.around(made, request.silence, facts.release.silences)


def _release(request: Request, facts: Facts) -> Plan:
    now, planned = facts.release.live, facts.planned
    wanted = facts.release.wanted
    result: dict[str, Json] = {"image": wanted, "replaces": now.service.task_definition}
    if planned and not planned.changes and wanted == now.image:
        runs = terraform_release.told(now)
        return terraform_release.nothing(
            planned, f"{runs} runs {request.image}, and Terraform has nothing to change.", result
        )
    again = f"opsctl deploy {request.image} --terraform --env {request.env}"
    values = {"image": wanted}
    return Plan(
        summary=f"Deploy {request.image} to {now.service.name} with Terraform",
        danger=terraform_release.danger(planned) if planned else Danger.MODERATE,
        subject=now.service.name,
        steps=terraform_release.steps(
            request.env, now, planned, values, timeout=request.timeout, again=again
        )
        if planned
        else (),
        differences=deploy.differences(facts.release),
        notes=(
            *preflight.notes(facts.release.findings),
            *(terraform_release.notes(planned) if planned else ()),
            *(_other_size(now, planned) if planned else ()),
        ),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *deploy.refuse_empty(now),
            *preflight.refusals(facts.release.findings),
        ),
        checks=terraform_release.checks(now),
        on_failure=terraform_release.put_right(now, planned, values) if planned else (),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={**result, "terraform": dict(planned.counts) if planned else {}},
    )


def _other_size(now: Live, planned: Planned) -> Iterator[str]:
    """A size that was changed beside Terraform goes back to what its file says."""
    runs = (now.definition.cpu, now.definition.memory)
    said = tuple(str(value) for value in planned.size if value is not None)
    if len(said) == 2 and said != runs:
        yield (
            f"The size of the tasks changes too: {fargate_sizes.told(*runs)} → "
            f"{fargate_sizes.told(*said)}, as {planned.tfvars} says."
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "deploy --terraform", "Deploy with Terraform", gather, plan
)
