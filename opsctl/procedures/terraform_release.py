"""A release through Terraform: the saved plan as steps, whatever the values are that it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsctl.aws.ecs import short
from opsctl.aws.terraform import Terraform
from opsctl.aws.terraform_plans import DESTROY, REPLACE, Change, Planned
from opsctl.aws.tfvars import Value
from opsctl.plan import Danger, Do, Json, Plan, Wait, call
from opsctl.procedures import live
from opsctl.procedures.live import Live

MOST_SHOWN = 20


def steps(
    env: str,
    now: Live,
    planned: Planned,
    values: Mapping[str, Value],
    *,
    timeout: float,
    again: str,
) -> tuple[Do | Wait, ...]:
    """Apply exactly the saved plan; where that makes a deployment, follow it."""
    values, former = _differing(planned, values)
    follow = live.follow(env, now.service, timeout, again)
    back = Do(
        f"Put {_named(former)} back in {planned.tfvars}, and apply that",
        call(Terraform.apply_values, former, values),
        reports=True,
    )
    releases = any(it.releases for it in planned.changes)
    waits = (follow,) if releases else ()
    apply = Do(
        f"Write {_named(values)} into {planned.tfvars} and apply the saved plan",
        call(
            Terraform.apply,
            planned.digest,
            values,
            former,
            now.service.task_definition,
        ),
        undo=() if lost(planned) else (back, *waits),
        no_undo="what Terraform destroys or makes anew does not come back" if lost(planned) else "",
        reports=True,
    )
    return (apply, *waits)


def put_right(now: Live, planned: Planned, values: Mapping[str, Value]) -> tuple[Do, ...]:
    """What follows a failure: the tfvars file must not ask for what was rolled back."""
    values, former = _differing(planned, values)
    step = Do(
        f"Let {planned.tfvars} say what the service really runs",
        call(
            Terraform.keep_what_runs,
            values,
            former,
            now.service.task_definition,
        ),
        no_undo="it is the file of the release that serves",
        danger=Danger.MILD,
    )
    return (step,)


def checks(now: Live) -> tuple[Wait, ...]:
    """That Terraform and the service agree, and that the service serves."""
    settled = Wait("Terraform has no release left to make", call(Terraform.settled), timeout=300)
    return (settled, *live.checks(now))


def danger(planned: Planned) -> Danger:
    """Severe where something is destroyed, or what is replaced holds data or serves users."""
    return Danger.SEVERE if planned.severe else Danger.MODERATE


def lost(planned: Planned) -> bool:
    """Whether the plan does what no other plan takes back."""
    return any(it.loses or it.action == DESTROY for it in planned.changes)


def notes(planned: Planned) -> tuple[str, ...]:
    """The saved plan for human eyes: what it touches, what it loses, what drifted."""
    return (
        f"Terraform's plan: {planned.summary}.",
        *_shown(planned.changes),
        *_warnings(planned),
        *_drift(planned.drifted),
        "If Terraform or the release fails, the file says again what the service runs.",
    )


def nothing(planned: Planned, summary: str, result: Mapping[str, Json]) -> Plan:
    """The plan where Terraform has nothing to change."""
    return Plan(summary=summary, notes=tuple(_drift(planned.drifted)), result=dict(result))


def told(now: Live) -> str:
    """What runs, for human eyes."""
    return short(now.service.task_definition)


def _shown(found: tuple[Change, ...]) -> Iterator[str]:
    order = sorted(found, key=lambda it: (not _grave(it), it.address))
    for it in order[:MOST_SHOWN]:
        names = f" ({', '.join(it.attributes)})" if it.attributes else ""
        yield f"{it.action} {it.address}{names}"
    if len(order) > MOST_SHOWN:
        yield f"… and {len(order) - MOST_SHOWN} more: terraform plan shows all."


def _warnings(planned: Planned) -> Iterator[str]:
    for it in planned.severe:
        if it.loses:
            yield f"LOST: {it.action} {it.address} ends what it holds; back it up first."
        elif it.interrupts:
            yield f"OUTAGE: {it.action} {it.address} serves nobody meanwhile."


def _drift(found: tuple[Change, ...]) -> Iterator[str]:
    if found:
        names = ", ".join(f"{it.address} ({', '.join(it.attributes)})" for it in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        yield f"Changed outside Terraform since its last run: {names}{more}."


def _grave(it: Change) -> bool:
    return it.loses or it.interrupts or it.action in (DESTROY, REPLACE)


def _differing(
    planned: Planned, values: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """(wanted, former) of what the file does not say yet; of everything where it says all."""
    former = dict(planned.former)
    names = [name for name in values if values[name] != former[name]] or list(values)
    return {name: values[name] for name in names}, {name: former[name] for name in names}


def _named(values: Mapping[str, Value]) -> str:
    *some, last = values
    return f"{', '.join(some)} and {last}" if some else last
