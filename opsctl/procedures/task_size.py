"""Task size: the same release in tasks of another size, as a revision of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.ecr import parse, pinned
from opsctl.aws.ecs import short
from opsctl.aws.releases import Releases
from opsctl.aws.task_definitions import ContainerDefinition, TaskDefinition
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import fargate_sizes, live, preflight
from opsctl.procedures.live import Live


@dataclass(frozen=True)
class Request:
    """`cpu` in CPU units (1024 are a vCPU), `memory` in MiB; None leaves it as it is."""

    env: str
    cpu: int | None = None
    memory: int | None = None
    timeout: float = 1200.0


@dataclass(frozen=True)
class Facts:
    """The live service, what its tasks need, and images to pin: `(container, image)`."""

    live: Live
    findings: tuple[preflight.Finding, ...]
    pins: tuple[tuple[str, str], ...] = ()


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service, and what the new tasks will need."""
    now = live.gather(aws)
    return Facts(now, preflight.check(aws, now.service, now.definition), tuple(_pins(now)))


def plan(request: Request, facts: Facts) -> Plan:
    """Nothing, a mere wait, or register + update in one step and the wait for it.

    Raises UsageProblem for a size that Fargate does not have.
    """
    now = facts.live
    definition = now.definition
    if not (definition.cpu.isdigit() and definition.memory.isdigit()):
        reason = f"{definition.name} gives its tasks no size: its containers have their own."
        return Plan("Change the size of the tasks", refusals=(Refusal(reason),))
    former = (int(definition.cpu), int(definition.memory))
    size = (request.cpu or former[0], request.memory or former[1])
    fargate_sizes.check(*size)
    if size == former:
        return _already(request, now, fargate_sizes.told(*size))
    return Plan(
        summary=f"Run {now.service.name} in tasks of {fargate_sizes.told(*size)}",
        danger=Danger.MODERATE,
        steps=_steps(request, facts, size),
        differences=tuple(_differences(definition, former, size)),
        notes=(
            *preflight.notes(facts.findings),
            *_kept(definition, former, size),
            "If Terraform made this service, write the size there too: its next apply would take "
            "it back.",
        ),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *_refuse(definition, former, size),
            *preflight.refusals(facts.findings),
        ),
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"cpu": size[0], "memory": size[1], "replaces": now.service.task_definition},
    )


def _already(request: Request, now: Live, told: str) -> Plan:
    flight = now.in_flight
    if flight and flight.task_definition == now.service.task_definition:
        again = _again(request)
        wait = live.follow_again(request.env, now.service, flight, request.timeout, again)
        return Plan(f"Tasks of {told} are already being deployed: follow them", steps=(wait,))
    return Plan(f"{short(now.service.task_definition)} already has tasks of {told}.")


def _steps(request: Request, facts: Facts, size: tuple[int, int]) -> tuple[Do, Wait]:
    service = facts.live.service
    former = service.task_definition
    place = (service.cluster, service.name, former, dict(facts.pins), *size)
    follow = live.follow(request.env, service, request.timeout, _again(request))
    back = Do(f"Point the service back at {short(former)}", call(Releases.size_back, *place))
    resize = Do(
        f"Register a copy of {short(former)} with {fargate_sizes.told(*size)}, and update the "
        "service",
        call(Releases.resize, *place, leaving=former),
        undo=(back, follow),
    )
    return resize, follow


def _again(request: Request) -> str:
    words = [f"--cpu {request.cpu}" if request.cpu else ""]
    words.append(f"--memory {request.memory}" if request.memory else "")
    return f"opsctl scale task-size {' '.join(filter(None, words))} --env {request.env}"


def _pins(now: Live) -> Iterator[tuple[str, str]]:
    """Images named by a tag, as the digest that runs: a tag would be resolved anew."""
    deployed = now.latest
    if not deployed or deployed.task_definition != now.service.task_definition:
        return
    known = dict(deployed.digests)
    for it in now.definition.containers:
        match = parse(it.image)
        if match and not match["digest"] and known.get(it.name):
            yield it.name, pinned(it.image, known[it.name])


def _differences(
    definition: TaskDefinition, former: tuple[int, int], size: tuple[int, int]
) -> Iterator[Difference]:
    yield Difference("task size", fargate_sizes.told(*former), fargate_sizes.told(*size))
    for it in definition.containers:
        for name, own, index in _limits(it):
            if own == former[index] and size[index] != own:
                yield Difference(f"{name} of {it.name}", str(own), str(size[index]))


def _kept(
    definition: TaskDefinition, former: tuple[int, int], size: tuple[int, int]
) -> Iterator[str]:
    """Limits of containers that stay: more room for the task is not more room for these."""
    for it in definition.containers:
        for name, own, index in _limits(it):
            if own not in (0, former[index]) and own <= size[index]:
                yield f"Container {it.name} keeps its own {name} of {own}."


def _refuse(
    definition: TaskDefinition, former: tuple[int, int], size: tuple[int, int]
) -> Iterator[Refusal]:
    if definition.requires and "FARGATE" not in definition.requires:
        yield Refusal(f"{definition.name} is not made for Fargate.")
    cpu = sum(_after(it.cpu, former[0], size[0]) for it in definition.containers)
    if cpu > size[0]:
        yield _too_much(f"The containers' own cpu adds up to {cpu}", size[0])
    memory = sum(
        it.reserved or _after(it.memory, former[1], size[1]) for it in definition.containers
    )
    if memory > size[1]:
        yield _too_much(f"The containers' own memory adds up to {memory} MiB", size[1])
    for it in definition.containers:
        if _after(it.memory, former[1], size[1]) > size[1] >= memory:
            yield _too_much(f"Container {it.name} may use {it.memory} MiB", size[1])


def _after(own: int, former: int, size: int) -> int:
    """A container's own limit in tasks of the new size: the whole stays the whole."""
    return size if own == former else own


def _too_much(what: str, most: int) -> Refusal:
    hint = "Lower the containers' own limits with a revision of your own first, or ask for more."
    return Refusal(f"{what}, more than the {most} of the whole task.", hint)


def _limits(it: ContainerDefinition) -> tuple[tuple[str, int, int], ...]:
    """(name, value, 0 for CPU and 1 for memory) of a container's own limits; 0 is no limit."""
    return (("cpu", it.cpu, 0), ("memory", it.memory, 1))


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "scale task-size", "Change the size of the tasks", gather, plan
)
