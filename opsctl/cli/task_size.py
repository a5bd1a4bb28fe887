"""`opsctl scale task-size`: CPU and memory as they are typed, and by which way they change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

_VALUE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?|\.\d{1,3})\s*([a-zA-Z]*)\Z", re.ASCII)
_CPU = {"": 1, "vcpu": 1024}
_MEMORY = {"": 1, "mb": 1, "mib": 1, "m": 1, "gb": 1024, "gib": 1024, "g": 1024}


def command(
    common: Common,
    cpu: Annotated[
        str | None,
        typer.Option("--cpu", metavar="CPU", help="CPU units or vCPU, as in 512 or “0.5 vCPU”."),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="MEMORY", help="MiB or GB, as in 1024 or 1GB."),
    ] = None,
    terraform: Annotated[
        bool | None,
        typer.Option(
            "--terraform/--no-terraform",
            help="By Terraform, as everywhere where opsctl.toml names its folder; or beside it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Set how much CPU and memory each task has.

    Runs the same release in tasks of another size and follows the deployment. What is not given
    stays as it is. Fargate has only certain pairs; a wrong one is told with those that fit.
    """
    with wiring.command(common, name="scale task-size") as session:
        if cpu is None and memory is None:
            raise UsageProblem("Nothing to set.", hint="Give --cpu CPU, --memory MEMORY, or both.")
        _run(session, _units(cpu), _mebibytes(memory), terraform)


def add(app: typer.Typer) -> None:
    """Make it a command of `opsctl scale`."""
    examples = options.example(
        "opsctl scale task-size --cpu 512 --memory 1GB --env prod",
        "opsctl scale task-size --memory 2GB --env prod --dry-run",
    )
    app.command("task-size", epilog=examples)(options.changes(command))


def _run(session: Session, cpu: int | None, memory: int | None, terraform: bool | None) -> None:
    from opsctl.procedures import task_size as procedure
    from opsctl.procedures import task_size_terraform

    target = session.target
    request = procedure.Request(target.env, cpu, memory, target.deploy_timeout)
    # The sandbox has a folder of its own, but its machine need not have the program.
    named = bool(target.terraform) and not target.is_sandbox
    through = named if terraform is None else terraform
    if through:
        session.spelled = f"{session.name} --terraform"
        session.run(task_size_terraform.PROCEDURE, request, at_least=Danger.MODERATE)
    else:
        session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)


def _units(text: str | None) -> int | None:
    """CPU units: `512`, `0.5 vCPU`. Raises UsageProblem."""
    return _number("--cpu", text, _CPU, "CPU units like 512, or vCPU like “0.5 vCPU”")


def _mebibytes(text: str | None) -> int | None:
    """MiB: `1024`, `1GB`, `0.5 GB`. Raises UsageProblem."""
    return _number("--memory", text, _MEMORY, "MiB like 1024, or GB like 1GB")


def _number(option: str, text: str | None, units: dict[str, int], form: str) -> int | None:
    if text is None:
        return None
    match = _VALUE.match(text.strip())
    factor = units.get(match[2].lower()) if match else None
    if not match or factor is None or (factor == 1 and "." in match[1]):
        raise UsageProblem(f"{option}: “{text}” is no size.", hint=f"It takes {form}.")
    value = float(match[1]) * factor
    if value != int(value) or value <= 0:
        raise UsageProblem(f"{option}: “{text}” is no size.", hint=f"It takes {form}.")
    return int(value)
