"""Status: how the service stands, as one structure for the screen and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Activity, Bounds
from opsctl.aws.block_expiries import Expiry
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Service, short
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.stop_reasons import Cause, causes
from opsctl.aws.task_definitions import TaskDefinition
from opsctl.aws.tasks import Task
from opsctl.errors import OpsctlError, Unreachable
from opsctl.journal import Journal
from opsctl.journal.incidents import Incident, Incidents
from opsctl.journal.runs import RunRecord
from opsctl.lock import Lock, LockRecord
from opsctl.reports import alarms, blocked_ips, strain
from opsctl.reports.alarms import AlarmStatus
from opsctl.reports.blocked_ips import Block
from opsctl.reports.looks import Looks
from opsctl.reports.strain import Strain


@dataclass(frozen=True)
class Status:
    """How the service stands. `problems` are what makes it unhealthy, the worst first; `notices`
    are what somebody ought to know although it serves.

    `unknown` are parts that could not be looked at, with the reason.
    """

    verdict: str
    """healthy, deploying or unhealthy."""
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    unknown: tuple[str, ...]
    service: Service
    image: str
    deployment: Deployment | None
    tasks: tuple[Task, ...]
    stopped: tuple[Cause, ...]
    targets: tuple[TargetHealth, ...]
    endpoint: Answer | None
    alarms: tuple[Alarm, ...]
    bounds: Bounds | None
    activities: tuple[Activity, ...]
    last_change: RunRecord | None
    lock: LockRecord | None
    incident: Incident | None = None
    """The one that is open."""

    expired_blocks: tuple[Block, ...] = ()
    """Addresses that are still kept out although the time for which they were is over."""

    blocks: tuple[Expiry, ...] = ()
    """Addresses that opsctl blocked for a time, with its end."""

    silences: tuple[AlarmStatus, ...] = ()
    """Alarms that call nobody: silenced, or with their actions off."""

    strain: Strain = strain.NONE
    """What table and user pool counted over the last minutes."""

    unanswered: tuple[str, ...] = ()
    """Names of the parts for which AWS had no answer: nobody knows whether they are well."""


def gather(aws: Aws, journal: Journal, lock: Lock, incidents: Incidents | None = None) -> Status:
    """Reads everything concurrently: a read waits for another only where that one names it."""
    looks, place = Looks(), (aws.target.cluster, aws.target.service)
    served, tasks, stopped, latest, bounds, activities, known, endpoint, runs, *rest = aws.at_once(
        lambda: _served(aws, looks),
        lambda: looks.at("tasks", lambda: aws.tasks.of_service(*place), ()),
        lambda: looks.at("tasks", lambda: aws.tasks.of_service(*place, stopped=True), ()),
        lambda: looks.at("deployments", lambda: aws.deployments.history(*place, limit=1), ()),
        lambda: looks.at("autoscaling", lambda: aws.autoscaling.bounds(*place), None),
        lambda: looks.at("autoscaling", lambda: aws.autoscaling.activities(*place, limit=3), ()),
        lambda: _alarms(aws, looks),
        aws.endpoint.health,
        lambda: looks.at("last change", lambda: journal.runs(limit=1), ()),
        lambda: looks.at("lock", lock.show, None),
        lambda: looks.at("incident", lambda: incidents.open() if incidents else None, None),
        lambda: looks.at("blocked addresses", lambda: blocked_ips.expired(aws), ()),
        lambda: looks.at("blocked addresses", aws.block_expiries.recorded, ()),
        lambda: looks.at("metrics", lambda: strain.gather(aws), strain.NONE),
    )
    held, incident, over, blocks, suffered = rest
    service, image, targets = served
    found = Status(
        verdict="",
        problems=(),
        notices=(),
        unknown=tuple(sorted(set(looks.unknown))),
        unanswered=tuple(sorted(set(looks.unanswered))),
        service=service,
        image=image,
        deployment=next(iter(latest), None),
        tasks=tasks,
        stopped=recent(stopped, service),
        targets=targets,
        endpoint=endpoint,
        alarms=known[0],
        silences=known[1],
        bounds=bounds,
        activities=activities,
        last_change=next(iter(runs), None),
        lock=held,
        expired_blocks=over,
        blocks=blocks,
        incident=incident,
        strain=suffered,
    )
    return judged(found)


def _served(aws: Aws, looks: Looks) -> tuple[Service, str, tuple[TargetHealth, ...]]:
    """The service, and what only it names: the image of its task definition, and its targets."""
    service, newest = aws.at_once(
        lambda: _service(aws),
        lambda: _newest_definition(aws),
    )
    image, *groups = aws.at_once(
        lambda: looks.at("image", lambda: _image(aws, service.task_definition, newest), ""),
        *(
            lambda arn=link.target_group: looks.at(
                "targets", lambda: aws.load_balancer.target_health(arn), ()
            )
            for link in service.links
        ),
    )
    return service, image, tuple(it for group in groups for it in group)


def _service(aws: Aws) -> Service:
    """Without it there is nothing to show; whether the service answers is told all the same."""
    try:
        return aws.ecs.service(aws.target.cluster, aws.target.service)
    except Unreachable as error:
        if answer := aws.endpoint.health():
            error.hint += f"\nIts health endpoint was asked: {answer.detail}, {answer.url}"
        raise


def _alarms(aws: Aws, looks: Looks) -> tuple[tuple[Alarm, ...], tuple[AlarmStatus, ...]]:
    """The alarms, and those of them that call nobody."""
    target = aws.target
    found, rules, recorded = aws.at_once(
        lambda: looks.at(
            "alarms", lambda: aws.cloudwatch.alarms(target.alarm_prefix, target.alarm_suffix), ()
        ),
        lambda: looks.at("mute rules", aws.mute_rules.active, ()),
        lambda: looks.at("silences", aws.alarm_actions.recorded, ()),
    )
    joined = alarms.join(found, rules, recorded, aws.alarm_actions.now())
    return found, tuple(it for it in joined if not it.calls)


def _newest_definition(aws: Aws) -> TaskDefinition | None:
    """The family's newest revision: nearly always the live one, and known without the service."""
    try:
        return aws.task_definitions.revision(aws.target.family)
    except OpsctlError:
        return None


def _image(aws: Aws, live: str, newest: TaskDefinition | None) -> str:
    definition = newest if newest and newest.arn == live else aws.task_definitions.revision(live)
    container = definition.container(aws.target.container)
    return aws.ecr.label(container.image) if container else ""


def judged(found: Status) -> Status:
    """The same with its verdict: what is wrong outweighs what is under way."""
    problems = tuple(_problems(found))
    moving = found.deployment is not None and found.deployment.in_flight
    verdict = "unhealthy" if problems else "deploying" if moving else "healthy"
    notices = tuple(_notices(found))
    return replace(found, verdict=verdict, problems=problems, notices=notices)


def recent(stopped: tuple[Task, ...], service: Service) -> tuple[Cause, ...]:
    """Why tasks failed since the newest deployment began: older failures were answered by it."""
    since = service.primary.created
    return causes(task for task in stopped if task.stopped and task.stopped >= since)


def _problems(found: Status) -> Iterator[str]:
    service, deployment = found.service, found.deployment
    if found.unanswered:
        yield f"AWS does not answer for: {', '.join(found.unanswered)}"
    if service.desired == 0:
        yield "scaled to 0: nothing serves"
    elif service.running == 0:
        yield f"no task is running; {service.desired} are wanted"
    yield from _target_problems(found)
    if found.endpoint and not found.endpoint.ok:
        yield f"health endpoint: {found.endpoint.detail}"
    moving = deployment is not None and deployment.in_flight
    if 0 < service.running < service.desired and not moving:
        yield f"only {service.running} of {service.desired} tasks are running"
    sick = [task.id for task in found.tasks if task.health == "UNHEALTHY"]
    if sick:
        yield f"unhealthy tasks: {', '.join(sick)}"
    silent = {it.name: f" ({it.silence})" for it in found.silences}
    for alarm in found.alarms:
        if alarm.state == "ALARM":
            yield f"alarm {alarm.name}: {alarm.reason}{silent.get(alarm.name, '')}"


def _notices(found: Status) -> Iterator[str]:
    it = found.deployment
    if it and it.status.startswith("ROLLBACK"):
        yield (
            f"the last deployment, of {short(it.task_definition)}, failed and ended as "
            f"{it.status}: {it.reason}"
        )
    if not found.alarms and not any(text.startswith("alarms:") for text in found.unknown):
        yield "no alarm is known: nothing would call anybody"
    overdue = ", ".join(it.name for it in found.silences if it.overdue)
    if overdue:
        yield (
            f"the silence is over, and the actions are still off: {overdue} "
            "(opsctl alarms unsilence --expired)"
        )
    if found.bounds and found.bounds.suspended:
        yield f"autoscaling is suspended: {', '.join(found.bounds.suspended)}"
    yield from strain.notices(found.strain, found.service, found.bounds, found.stopped)
    if found.expired_blocks:
        ranges = ", ".join(it.range for it in found.expired_blocks)
        yield f"still blocked although it is over: {ranges} (opsctl security unblock-ip --expired)"


def _target_problems(found: Status) -> Iterator[str]:
    if not found.service.links or any(it.startswith("targets:") for it in found.unknown):
        return
    if not any(it.state == "healthy" for it in found.targets):
        registered = len(found.targets)
        yield f"no healthy target ({registered} registered): every request fails"
    for it in found.targets:
        if it.state == "unhealthy":
            yield f"target {it.target} is unhealthy: {it.description or it.reason}"
