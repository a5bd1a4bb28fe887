"""Switch to a restored table: a release that differs by one variable, and the way back from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.ecs import short
from opsctl.aws.service_tables import ServiceTables
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import live, preflight, table_fitness
from opsctl.procedures.live import Live
from opsctl.procedures.table_fitness import Fitness


@dataclass(frozen=True)
class Request:
    """`table` is the one to be served."""

    env: str
    table: str
    timeout: float = 1200.0


@dataclass(frozen=True)
class Facts:
    """The live service with the table it uses, and the one that it shall use."""

    live: Live
    variable: str
    in_use: str
    """Empty where the container has no such variable."""
    fitness: Fitness
    findings: tuple[preflight.Finding, ...]
    configured: str = field(default="", compare=False)
    """What opsctl.toml calls the table; empty for the sandbox, which has no such file."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service and both tables. Raises NotFound where there is no such table."""
    now = live.gather(aws)
    variable = aws.target.table_variable
    in_use = aws.service_tables.of(now.service.task_definition, now.container, variable)
    fitness, findings = aws.at_once(
        lambda: table_fitness.read(aws, request.table, in_use, now.definition.task_role),
        lambda: preflight.check(aws, now.service, now.definition),
    )
    configured = "" if aws.target.is_sandbox else aws.target.table
    return Facts(now, variable, in_use, fitness, findings, configured)


def plan(request: Request, facts: Facts) -> Plan:
    """Nothing, a mere wait, or a release with the other table and the wait for it."""
    now, table = facts.live, request.table
    if facts.in_use == table:
        return _already(request, facts)
    return Plan(
        summary=f"Switch {now.service.name} from {facts.in_use or 'no table'} to {table}",
        steps=_steps(request, facts) if facts.in_use else (),
        danger=Danger.MODERATE,
        differences=(
            Difference(f"{facts.variable} of {now.container}", facts.in_use or "not set", table),
        ),
        notes=(*preflight.notes(facts.findings), *_notes(request, facts)),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *_refusals(facts),
            *table_fitness.refusals(facts.fitness, request.env),
            *preflight.refusals(facts.findings),
        ),
        checks=(*live.checks(now), _used(request, facts)),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"table": table, "replaces": facts.in_use},
    )


def _already(request: Request, facts: Facts) -> Plan:
    """The service was last told to use that table: follow that, or do nothing."""
    now, flight = facts.live, facts.live.in_flight
    result = {"table": request.table}
    if flight and flight.task_definition == now.service.task_definition:
        wait = live.follow_again(request.env, now.service, flight, request.timeout, _again(request))
        return Plan(
            f"The switch to {request.table} is under way: follow it",
            steps=(wait,),
            checks=(_used(request, facts),),
            result=result,
        )
    return Plan(
        f"{now.service.name} uses {request.table} already.",
        notes=tuple(_configured(request, facts)),
        result=result,
    )


def _steps(request: Request, facts: Facts) -> tuple[Step, ...]:
    service, container = facts.live.service, facts.live.container
    former, table = service.task_definition, request.table
    place = (service.cluster, service.name, former, container, facts.variable, table)
    follow = live.follow(request.env, service, request.timeout, _again(request))
    back = Do(
        f"Point the service back at {short(former)}, which uses {facts.in_use}",
        call(ServiceTables.switch_back, *place),
    )
    switch = Do(
        f"Register a copy of {short(former)} with {facts.variable}={table}, and update the service",
        call(ServiceTables.switch, *place),
        undo=(back, follow),
    )
    return switch, follow


def _used(request: Request, facts: Facts) -> Wait:
    service = facts.live.service
    return Wait(
        f"Every task uses {request.table}",
        call(
            ServiceTables.used_by_all,
            service.cluster,
            service.name,
            facts.variable,
            request.table,
        ),
        timeout=60,
    )


def _again(request: Request) -> str:
    return f"opsctl backup switch {request.table} --env {request.env}"


def _notes(request: Request, facts: Facts) -> Iterator[str]:
    moment = facts.fitness.origin.moment
    if moment:
        yield (
            f"What was written to {facts.in_use} since {moment:%Y-%m-%d %H:%M:%S} UTC is not in "
            f"{request.table}: users do not see it after the switch."
        )
    yield (
        f"What is written to {request.table} from now on is not in {facts.in_use}: an undo leaves "
        "it behind."
    )
    yield "Terraform sets the variable back with its next apply, unless it is changed there too."
    yield from _configured(request, facts)


def _configured(request: Request, facts: Facts) -> Iterator[str]:
    if facts.configured not in ("", request.table):
        yield (
            f'Afterwards, change opsctl.toml: table = "{request.table}" in [env.{request.env}]. '
            f"Until then opsctl backs up and erases in {facts.configured}."
        )


def _refusals(facts: Facts) -> Iterator[Refusal]:
    if not facts.in_use:
        yield Refusal(
            f"The container {facts.live.container} has no variable {facts.variable}.",
            hint="Name the variable that holds the table: table_variable in opsctl.toml. One that "
            "comes from a secret or a parameter must be changed there.",
        )
    if not facts.live.service.desired:
        yield Refusal(
            "The service is scaled to 0, so the switch would start no task and prove nothing.",
            hint="First: opsctl scale count 2",
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup switch", "Switch to a restored table", gather, plan
)
