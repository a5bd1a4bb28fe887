"""What is read for a diagnosis: each thing once, concurrently, and shared by all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from opsctl.aws import Aws
from opsctl.aws.app_clients import AppClient
from opsctl.aws.cognito_users import User
from opsctl.aws.ecs import Service
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.metrics import Series
from opsctl.errors import NotFound, OpsctlError, Unreachable, UsageProblem
from opsctl.reports import metric_queries
from opsctl.reports.diagnosis import absence, log_sample
from opsctl.reports.diagnosis.evidence import FRESH_MINUTES, Evidence
from opsctl.reports.diagnosis.finding import EVERY
from opsctl.reports.metrics import period_of

T = TypeVar("T")

THROTTLED = "AWS throttles"
ENDPOINT = "health endpoint"
MINUTE, MINUTE_IN_SANDBOX = 60.0, 10.0
"""Seconds that what takes AWS a minute takes: metrics, alarms, a health check's patience."""
WORKS = frozenset({"errors", "latency"})
AUTH = frozenset({"auth"})
REFUSED = '"sign-in was refused"'


@dataclass(frozen=True)
class Question:
    """What is asked: one of KINDS or `all`; `user` only for auth."""

    kind: str
    since: datetime
    until: datetime
    user: str = ""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of rules that answer it."""
        return EVERY if self.kind == "all" else frozenset({self.kind})


@dataclass
class Looks:
    """Looks of which any may fail without spoiling the others."""

    examined: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    throttled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    failures: list[OpsctlError] = field(default_factory=list)

    def at(self, what: str, look: Callable[[], T]) -> T | None:
        """What a look answers; None where AWS does not let us look, throttles, or has no answer.

        One part of AWS may be away while the others tell why. Raises UsageProblem for what cannot
        be asked.
        """
        from opsctl.aws import failures

        try:
            found = look()
        except OpsctlError as error:
            if failures.is_throttled(error):
                self.throttled.append(what)
                self.unknown.append(f"{what}: {THROTTLED}")
            elif isinstance(error, UsageProblem):
                raise
            else:
                if isinstance(error, Unreachable):
                    self.unanswered.append(what)
                self.unknown.append(f"{what}: {error.message}")
            self.failures.append(error)
            return None
        self.examined.append(what)
        return found


def gather(aws: Aws, question: Question) -> tuple[Evidence, Looks]:
    """Reads what the question needs.

    Raises NotFound where there is no such service, and what went wrong where nothing at all
    could be read of AWS.
    """
    looks = Looks()
    seconds = (question.until - question.since).total_seconds()
    period = period_of(seconds, sandbox=aws.target.is_sandbox)
    reads = dict(_reads(aws, question, looks, period))
    answers = dict(zip(reads, aws.at_once(*reads.values()), strict=True))
    if not set(looks.examined) - {ENDPOINT} and not looks.throttled and looks.failures:
        raise looks.failures[0]
    service, targets, numbers = answers.pop("service")
    client, gone = answers.pop("client", (None, ""))
    user, no_such_user = answers.pop("user", (None, False))
    return Evidence(
        since=question.since,
        until=question.until,
        period=period,
        minute=_minute(aws),
        service=service,
        targets=targets,
        numbers=numbers,
        client=client,
        gone=gone,
        user=user,
        no_such_user=no_such_user,
        throttled=tuple(sorted(looks.throttled)),
        unanswered=tuple(sorted(looks.unanswered)),
        looks=len(looks.examined) + len(looks.unknown),
        **answers,
    ), looks


def _minute(aws: Aws) -> float:
    return MINUTE_IN_SANDBOX if aws.target.is_sandbox else MINUTE


def _reads(
    aws: Aws, question: Question, looks: Looks, period: int
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """(field of the evidence, how it is read)."""
    target, kinds = aws.target, question.kinds
    fresh = question.until - timedelta(seconds=FRESH_MINUTES * _minute(aws))
    spans = (question.since, max(question.since, fresh), question.until)
    place = (target.cluster, target.service)

    def look(what: str, read: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: looks.at(what, read)

    yield "service", lambda: _service(aws, question, looks, period)
    yield "deployments", look("deployments", lambda: aws.deployments.history(*place, limit=5))
    yield "written", look("secret versions", lambda: aws.secrets.written(target.secret))
    if kinds & WORKS:
        scaling = aws.autoscaling
        yield "tasks", look("tasks", lambda: aws.tasks.of_service(*place))
        yield "stopped", look("stopped tasks", lambda: aws.tasks.of_service(*place, stopped=True))
        yield "health", look(ENDPOINT, aws.endpoint.health)
        yield "bounds", look("autoscaling", lambda: scaling.bounds(*place))
        yield (
            "activities",
            look("scaling activities", lambda: scaling.activities(*place, 20, refused=True)),
        )
    if question.kind == "all":
        names = (target.alarm_prefix, target.alarm_suffix)
        yield "alarms", look("alarms", lambda: aws.cloudwatch.alarms(*names))
    if kinds & {"errors", "auth"}:
        yield "errors", look("error lines", lambda: log_sample.lines(aws, *spans, "ERROR"))
    if "latency" in kinds:
        yield (
            "served",
            look("request lines", lambda: log_sample.served(aws, *spans[1:])),
        )
    if kinds & AUTH:
        yield "refused", look("sign-ins", lambda: log_sample.lines(aws, *spans, REFUSED))
        yield from _people(aws, question, looks)


def _people(aws: Aws, question: Question, looks: Looks) -> Iterator[tuple[str, Callable[[], Any]]]:
    pool = aws.target.user_pool
    if not pool:
        looks.unknown.append("user pool: opsctl.toml names none")
        return
    yield "client", lambda: looks.at("user pool", lambda: _client(aws)) or (None, "")
    yield "disabled", lambda: looks.at("users", lambda: aws.cognito.disabled_users(pool))
    if question.user:
        name = question.user
        yield "user", lambda: looks.at("user", lambda: _user(aws, pool, name)) or (None, False)


def _service(
    aws: Aws, question: Question, looks: Looks, period: int
) -> tuple[Service | None, tuple[TargetHealth, ...] | None, dict[str, Series]]:
    """The service, and what only it names: its targets and its numbers."""
    target = aws.target
    try:
        service, indexes = aws.at_once(
            lambda: looks.at("service", lambda: _found(aws)),
            lambda: looks.at("table", lambda: aws.dynamodb.table(target.table).indexes),
        )
    except _NoService as none:
        raise none.error from None
    links = service.links if service else ()

    def health() -> tuple[TargetHealth, ...]:
        groups = aws.at_once(
            *(lambda arn=it.target_group: aws.load_balancer.target_health(arn) for it in links)
        )
        return tuple(it for group in groups for it in group)

    def numbers() -> dict[str, Series]:
        at = metric_queries.place(aws, links, indexes or ())
        queries = metric_queries.of_service(aws, at)
        return aws.metrics.read(queries, question.since, question.until, period)

    targets, found = aws.at_once(
        lambda: looks.at("targets", health) if links else None,
        lambda: looks.at("metrics", numbers),
    )
    found = found or {}
    looks.unknown += absence.told(found, question.kind)
    return service, targets, found


class _NoService(Exception):
    """Carries NotFound past `Looks`: without the service there is nothing to diagnose."""

    def __init__(self, error: NotFound) -> None:
        self.error = error


def _found(aws: Aws) -> Service:
    try:
        return aws.ecs.service(aws.target.cluster, aws.target.service)
    except NotFound as error:
        raise _NoService(error) from error


def _client(aws: Aws) -> tuple[AppClient | None, str]:
    """The app client with its secrets, or which of pool and client is not there."""
    target = aws.target
    try:
        aws.cognito.pool(target.user_pool)
    except NotFound:
        return None, f"there is no user pool {target.user_pool}"
    if not target.user_pool_client:
        return None, ""
    try:
        return aws.app_clients.describe(target.user_pool, target.user_pool_client), ""
    except NotFound:
        return None, f"the pool has no app client {target.user_pool_client}"


def _user(aws: Aws, pool: str, name: str) -> tuple[User | None, bool]:
    try:
        return aws.cognito_users.user(pool, name), False
    except NotFound:
        return None, True
