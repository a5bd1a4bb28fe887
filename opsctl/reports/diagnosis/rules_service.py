"""Rules about the service as a whole: what it should run, what it registers, what it answers."""

from __future__ import annotations

from opsctl.aws.ecs import revision_of
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import EVERY, Finding, Rule

WORKS = frozenset({"errors", "latency"})
RELEASES = frozenset({"deployment", "secret"})


def too_many_calls(it: Evidence) -> Finding | None:
    """AWS refuses what we ask: nothing else can be trusted then."""
    if not it.throttled:
        return None
    most = len(it.throttled) * 2 >= it.looks
    refused = f"{len(it.throttled)} of {it.looks} looks were refused as too many, with retries"
    return Finding(
        "critical" if most else "warning",
        "AWS throttles the calls of this account",
        (refused, f"refused: {', '.join(it.throttled)}"),
        "Something calls the AWS API too often: a loop, a deployment tool, a scan. The service's "
        "own calls may be refused as well.",
        "opsctl security events --since 15m",
    )


def no_answer(it: Evidence) -> Finding | None:
    """A part of AWS is away: of that nobody knows whether it is well."""
    if not it.unanswered:
        return None
    return Finding(
        "warning",
        "AWS does not answer for a part of what was asked",
        (f"no answer: {', '.join(it.unanswered)}",),
        "That service of AWS has an outage, or the way to it: the network, an endpoint, a proxy.",
        "opsctl doctor",
    )


def scaled_to_zero(it: Evidence) -> Finding | None:
    """No task is wanted."""
    if it.service is None or it.service.desired:
        return None
    return Finding(
        "critical",
        "The service is scaled to 0: nothing serves",
        (f"{it.service.running} of 0 tasks run",),
        "Somebody set the count to 0.",
        "opsctl scale count 2",
    )


def deployment_failed(it: Evidence) -> Finding | None:
    """The newest deployment did not come through."""
    newest = next(iter(it.deployments or ()), None)
    ended = newest and (newest.finished or newest.created)
    if not newest or not ended or ended < it.since:
        return None
    if not newest.status.startswith(("ROLLBACK", "STOPPED")):
        return None
    revision = revision_of(newest.task_definition)
    stuck = newest.status == "ROLLBACK_FAILED"
    return Finding(
        "critical" if stuck else "warning" if ended >= it.recent else "notice",
        f"The deployment of revision {revision} failed: {newest.status}",
        (f"begun {newest.created:%H:%M:%S} UTC; {newest.reason or 'AWS gives no reason'}",),
        "The release does not start or does not become healthy; the one before it serves.",
        "opsctl rollback" if stuck else "opsctl logs search ERROR --since 1h",
        onset=newest.created,
    )


def no_healthy_target(it: Evidence) -> Finding | None:
    """Every request fails; an empty list is the worst of all, and reads like no answer."""
    if it.targets is None or not it.service or not it.service.links:
        return None
    if any(target.state == "healthy" for target in it.targets) or not it.service.desired:
        return None
    states = ", ".join(f"{t.target} {t.state} {t.reason}".strip() for t in it.targets)
    return Finding(
        "critical",
        f"No target is healthy ({len(it.targets)} registered): every request fails",
        (states or "nothing is registered in the target group",),
        "The tasks do not pass the health check, or none has registered.",
        "opsctl logs search ERROR --since 15m",
    )


def unhealthy_targets(it: Evidence) -> Finding | None:
    """Some are sick, others still serve."""
    sick = [target for target in it.targets or () if target.state == "unhealthy"]
    if not sick or len(sick) == len(it.targets or ()):
        return None
    return Finding(
        "warning",
        f"{len(sick)} of {len(it.targets or ())} targets are unhealthy",
        tuple(f"{t.target}: {t.description or t.reason}" for t in sick),
        "Some tasks fail the health check; the others carry their load.",
        "opsctl restart",
    )


def too_few_tasks(it: Evidence) -> Finding | None:
    """Fewer run than are wanted, and no deployment explains it."""
    service = it.service
    moving = any(one.in_flight for one in it.deployments or ())
    if service is None or moving or service.running >= service.desired:
        return None
    return Finding(
        "critical" if service.running == 0 else "warning",
        f"Only {service.running} of {service.desired} tasks run",
        (f"{service.pending} are starting",),
        "Tasks cannot be placed, cannot start, or have just died.",
        "opsctl status",
    )


def health_endpoint(it: Evidence) -> Finding | None:
    """What the load balancer also asks does not answer as it should."""
    if it.health is None or it.health.ok or no_healthy_target(it):
        return None
    return Finding(
        "critical",
        f"The health endpoint is not well: {it.health.detail}",
        (f"{it.health.url} after {it.health.milliseconds:.0f} ms",),
        "No task serves, or something between the internet and the tasks is broken.",
        "opsctl status",
    )


RULES = (
    Rule("too-many-calls", 10, too_many_calls, EVERY),
    Rule("no-answer", 95, no_answer, EVERY),
    Rule("scaled-to-zero", 20, scaled_to_zero, WORKS, frozenset({"run", "scaling"})),
    Rule("deployment-failed", 35, deployment_failed, WORKS),
    Rule("no-healthy-target", 40, no_healthy_target, WORKS),
    Rule("too-few-tasks", 45, too_few_tasks, WORKS),
    Rule("unhealthy-targets", 46, unhealthy_targets, WORKS),
    Rule("health-endpoint", 50, health_endpoint, WORKS),
)
