"""Verify: whether the release that was asked for is live and serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Service, short
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.smoke import Tried
from opsctl.aws.tasks import Task


@dataclass(frozen=True)
class Finding:
    """One thing that must hold. `ok` is None where it could not be looked at."""

    title: str
    ok: bool | None
    detail: str
    fix: str = ""


@dataclass(frozen=True)
class Verification:
    """The findings; `ok` only when each of them holds or could not apply."""

    revision: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(it.ok is not False for it in self.findings)


def gather(aws: Aws, revision: str = "", *, smoke_user: bool = True) -> Verification:
    """Looks at the service. `revision` (number or `family:12`) is what ought to be live.

    With `smoke_user` the configured one also signs in, uploads a picture and deletes it again.

    Without one it is what the newest deployment set out to bring: a deployment that was rolled
    back leaves a service that is stable and wrong.
    """
    target = aws.target
    place = (target.cluster, target.service)
    service, history, tasks, health, smoke, tried = aws.at_once(
        lambda: aws.ecs.service(*place),
        lambda: aws.deployments.history(*place, limit=1),
        lambda: aws.tasks.of_service(*place),
        aws.endpoint.health,
        aws.endpoint.smoke,
        aws.smoke.passed_through if smoke_user else tuple,
    )
    groups = aws.at_once(
        *(
            lambda arn=link.target_group: aws.load_balancer.target_health(arn)
            for link in service.links
        )
    )
    newest = next(iter(history), None)
    wanted = revision or short(newest.task_definition if newest else service.task_definition)
    if wanted.isdigit():
        wanted = f"{short(service.task_definition).rpartition(':')[0]}:{wanted}"
    findings = (
        _revision(service, newest, wanted),
        *_deployment(newest),
        *_tasks(service, tasks),
        *(_targets(group) for group in groups),
        *_endpoint("health endpoint", health),
        *_endpoint("smoke request", smoke),
        *(_smoke(it) for it in tried),
    )
    return Verification(wanted, findings)


def _revision(service: Service, newest: Deployment | None, wanted: str) -> Finding:
    live = short(service.task_definition)
    if live == wanted:
        return Finding("intended revision is live", True, live)
    why = ""
    if newest and newest.status.startswith("ROLLBACK"):
        why = f"; its deployment ended as {newest.status}: {newest.reason}"
    return Finding(
        "intended revision is live",
        False,
        f"{live} is live, not {wanted}{why}",
        fix="Mend the release and deploy it again; what is live now goes on serving.",
    )


def _deployment(newest: Deployment | None) -> Iterator[Finding]:
    if newest is None:
        return
    if newest.in_flight:
        yield Finding(
            "no deployment is under way",
            False,
            f"{newest.status} since {newest.created:%H:%M:%S} UTC",
            fix="Wait for it, or take it back: opsctl rollback",
        )
    else:
        yield Finding("no deployment is under way", True, f"the last one ended as {newest.status}")


def _tasks(service: Service, tasks: tuple[Task, ...]) -> Iterator[Finding]:
    running = [it for it in tasks if it.status == "RUNNING"]
    enough = len(running) >= service.desired > 0
    detail = f"{len(running)} of {service.desired}"
    yield Finding("tasks are running", enough, detail, fix="See why: opsctl status")
    other = [it.id for it in running if it.task_definition != service.task_definition]
    yield Finding(
        "every task is of the live revision",
        not other,
        f"others: {', '.join(other)}" if other else short(service.task_definition),
    )
    sick = [it.id for it in running if it.health == "UNHEALTHY"]
    if any(it.health != "UNKNOWN" for it in running):
        yield Finding("tasks are healthy", not sick, ", ".join(sick) or "all of them")


def _targets(group: tuple[TargetHealth, ...]) -> Finding:
    counted = [it for it in group if it.state != "draining"]
    healthy = [it for it in counted if it.state == "healthy"]
    ok = bool(healthy) and len(healthy) == len(counted)
    bad = [
        f"{it.target} {it.state} {it.description}".strip() for it in counted if it not in healthy
    ]
    detail = f"{len(healthy)} of {len(counted)} healthy" + "".join(f"; {it}" for it in bad)
    return Finding("targets are healthy", ok, detail, fix="See why: opsctl status")


def _endpoint(title: str, answer: Answer | None) -> Iterator[Finding]:
    if answer is None:
        yield Finding(title, None, "opsctl.toml names no app_url", fix="Add `app_url`.")
        return
    detail = f"{answer.url}: {answer.detail} after {answer.milliseconds:.0f} ms"
    yield Finding(title, answer.ok, detail)


def _smoke(it: Tried) -> Finding:
    after = f" after {it.milliseconds:.0f} ms" if it.milliseconds else ""
    fix = "" if it.ok else "See why: opsctl logs search ERROR --since 10m"
    return Finding(it.title, it.ok, f"{it.detail}{after}", fix)
