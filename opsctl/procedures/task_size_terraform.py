"""Task size with Terraform: CPU and memory in the environment's tfvars, by a saved plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.terraform_plans import Planned
from opsctl.aws.tfvars import Value
from opsctl.plan import Difference, Json, Plan
from opsctl.procedure import Procedure
from opsctl.procedures import deploy, fargate_sizes, live, terraform_release
from opsctl.procedures.live import Live
from opsctl.procedures.task_size import Request


@dataclass(frozen=True)
class Facts:
    """The live service, and Terraform's saved plan."""

    live: Live
    planned: Planned


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service, and has Terraform make its plan with that size.

    Raises UsageProblem for a size that Fargate does not have.
    """
    now = live.gather(aws)
    return Facts(now, aws.terraform.planned(_values(request, now)))


def plan(request: Request, facts: Facts) -> Plan:
    """Nothing, or apply the saved plan and follow the deployment that it makes."""
    now, planned = facts.live, facts.planned
    values = _values(request, now)
    size = fargate_sizes.told(values["task_cpu"] or "", values["task_memory"] or "")
    result: dict[str, Json] = {**values, "replaces": now.service.task_definition}
    if not planned.changes and _has(now, values):
        summary = f"{terraform_release.told(now)} already has tasks of {size}."
        return terraform_release.nothing(planned, summary, result)
    return Plan(
        summary=f"Run {now.service.name} in tasks of {size}, with Terraform",
        danger=terraform_release.danger(planned),
        subject=now.service.name,
        steps=terraform_release.steps(
            request.env, now, planned, values, timeout=request.timeout, again=_again(request)
        ),
        differences=tuple(_differences(now, planned, values)),
        notes=(*terraform_release.notes(planned), *_other_image(now, planned)),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *deploy.refuse_empty(now),
        ),
        checks=terraform_release.checks(now),
        on_failure=terraform_release.put_right(now, planned, values),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={**result, "terraform": dict(planned.counts)},
    )


def _values(request: Request, now: Live) -> dict[str, Value]:
    """The size that is asked for, and the image that runs: a file that names another one would
    make a release of it on the way. Raises UsageProblem for a size that Fargate does not have."""
    definition = now.definition
    cpu, memory = (
        asked or (int(said) if said.isdigit() else 0)
        for asked, said in ((request.cpu, definition.cpu), (request.memory, definition.memory))
    )
    fargate_sizes.check(cpu, memory)
    image: dict[str, Value] = {"image": now.image} if "@sha256:" in now.image else {}
    return {**image, "task_cpu": cpu, "task_memory": memory}


def _has(now: Live, values: dict[str, Value]) -> bool:
    size = (str(values["task_cpu"]), str(values["task_memory"]))
    return (now.definition.cpu, now.definition.memory) == size


def _differences(now: Live, planned: Planned, values: dict[str, Value]) -> Iterator[Difference]:
    definition = now.definition
    yield Difference(
        "task size",
        fargate_sizes.told(definition.cpu, definition.memory),
        fargate_sizes.told(values["task_cpu"] or "", values["task_memory"] or ""),
    )
    for name, value in values.items():
        if planned.former[name] != value:
            yield Difference(
                f"{name} in {planned.tfvars}", str(planned.former[name] or "not set"), str(value)
            )


def _other_image(now: Live, planned: Planned) -> Iterator[str]:
    if planned.former.get("image", now.image) != now.image:
        yield f"{planned.tfvars} named another image than the one that runs: it is put right too."


def _again(request: Request) -> str:
    words = [f"--cpu {request.cpu}" if request.cpu else ""]
    words.append(f"--memory {request.memory}" if request.memory else "")
    return f"opsctl scale task-size {' '.join(filter(None, words))} --env {request.env}"


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "scale task-size --terraform", "Change the size of the tasks", gather, plan
)
